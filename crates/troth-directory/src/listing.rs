//! From what others publish to a listing: what is claimed, and what is not known.
//!
//! An imported listing is a claim and no proof ([`troth_match::proof`]): it stays out of the
//! results until the therapist or a visit proves it. What a source does not say is left
//! open, never guessed: a licence without an end ends on day 0 and carries no visit; a place
//! without coordinates is no place.

use serde::{Deserialize, Serialize};
use troth_match::{
    Code, Day, Format, Formats, Gender, Language, Languages, Licence, Minute, Modalities, Provider,
    ProviderId, Services, Specialties, State,
};

use crate::nppes::{Entity, Registered};
use crate::taxonomy::Calling;

/// The end of a licence whose end is not known: it has always passed.
pub const UNKNOWN_END: Day = Day(0);

/// A plan that a source says a provider takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanClaim {
    /// The plan's name.
    pub name: String,
    /// Where.
    pub state: State,
    /// By video, in person, or both.
    pub formats: Formats,
}

/// A listing made of what a source says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The listing; its acceptances are empty, since plans have no numbers yet.
    pub provider: Provider,
    /// The plans.
    pub plans: Vec<PlanClaim>,
    /// What the source said that has no place in a listing, one short clause each.
    pub notes: Vec<&'static str>,
}

/// Why what was read is kept without a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoListing {
    /// Organizations are kept beside the people who work there.
    #[error("an organization")]
    Organization,
    /// None of the taxonomy codes is of mental health.
    #[error("no taxonomy code of mental health")]
    OtherField,
    /// A part is longer than a listing can hold.
    #[error("a text is longer than a listing can hold")]
    Unsound,
}

/// A listing in which nothing is said yet.
pub(crate) fn blank() -> Provider {
    Provider {
        id: ProviderId(0),
        npi: None,
        name: String::new(),
        credentials: String::new(),
        licences: Vec::new(),
        acceptances: Vec::new(),
        accepting: true,
        services: Services::EMPTY,
        formats: Formats::of(Format::InPerson),
        specialties: Specialties::EMPTY,
        modalities: Modalities::EMPTY,
        languages: Languages::EMPTY,
        gender: None,
        age_band: None,
        places: Vec::new(),
        zone: String::new(),
        visit_minutes: 50,
        fee_cents: 0,
        sliding_low_cents: None,
        years: 0,
        quality: 0,
        newcomer: false,
        proven_minute: Minute(0),
        bookable: false,
    }
}

/// Takes away what only the instance that shows a listing can know: its number, its plans'
/// numbers, how well proven it is, and whether it can be booked there.
pub(crate) fn forget_proof(provider: &mut Provider) {
    *provider = Provider {
        id: ProviderId(0),
        acceptances: Vec::new(),
        quality: 0,
        newcomer: false,
        proven_minute: Minute(0),
        bookable: false,
        ..provider.clone()
    };
}

impl Listing {
    /// Makes a listing of a row of the registry.
    ///
    /// Years of practice are counted from registering to the row's own last change, so that
    /// the same row gives the same listing on every day.
    ///
    /// # Errors
    ///
    /// [`NoListing`] says why the row is kept without one.
    pub fn of_registered(row: &Registered) -> Result<Self, NoListing> {
        if row.kind == Entity::Organization {
            return Err(NoListing::Organization);
        }
        let callings = Self::callings(row.taxonomies().map(|taxonomy| taxonomy.code))?;
        let mut listing = Self {
            provider: blank(),
            plans: Vec::new(),
            notes: Vec::new(),
        };
        let provider = &mut listing.provider;
        provider.npi = Some(row.npi);
        provider.name = row.name();
        provider.credentials = letters(row.credentials(), &callings);
        add_callings(provider, &callings);
        // NPPES has no languages: English is what the registry itself is in.
        provider.languages = Language::parse("en").into_iter().collect();
        provider.gender = gender(row.sex());
        let days = |from: Option<Day>, to: Option<Day>| Some(to?.0.saturating_sub(from?.0));
        let years = days(row.enumerated(), row.updated()).unwrap_or(0) / 365;
        provider.years = u8::try_from(years).unwrap_or(u8::MAX);
        for taxonomy in row.taxonomies() {
            listing.add_licence(taxonomy.state, taxonomy.licence, UNKNOWN_END);
        }
        if listing.provider.licences.is_empty() {
            listing.notes.push("no licence in a state");
        }
        listing.checked()
    }

    pub(crate) fn callings<'a>(
        codes: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<&'static Calling>, NoListing> {
        let mut callings: Vec<&Calling> = Vec::new();
        for calling in codes.filter_map(Calling::find) {
            if !callings.contains(&calling) {
                callings.push(calling);
            }
        }
        if callings.is_empty() {
            return Err(NoListing::OtherField);
        }
        Ok(callings)
    }

    /// Adds a licence, if it names a state and number and is the first of its state.
    pub(crate) fn add_licence(&mut self, state: &str, number: &str, expires: Day) {
        let number = number.trim();
        if number.is_empty() && state.is_empty() {
            return;
        }
        let Some(state) = State::parse(state).filter(|_| !number.is_empty()) else {
            self.notes
                .push("a licence without a number or outside the states");
            return;
        };
        let same = self.provider.licences.iter_mut().find(|l| l.state == state);
        match same {
            None => self.provider.licences.push(Licence {
                state,
                number: number.to_owned(),
                expires,
            }),
            Some(same) if same.number == number => same.expires = same.expires.max(expires),
            Some(_) => self.notes.push("a second licence of one state"),
        }
    }

    pub(crate) fn checked(mut self) -> Result<Self, NoListing> {
        self.provider.check().map_err(|_| NoListing::Unsound)?;
        self.notes.sort_unstable();
        self.notes.dedup();
        Ok(self)
    }
}

/// Adds what the callings say.
pub(crate) fn add_callings(provider: &mut Provider, callings: &[&Calling]) {
    for calling in callings {
        provider.services = provider.services.or(calling.services());
        provider.specialties = provider.specialties.or(calling.specialties());
        provider.modalities = provider.modalities.or(calling.modalities());
    }
}

/// The letters as given, else those of the first calling.
pub(crate) fn letters(given: &str, callings: &[&Calling]) -> String {
    let given = given.trim();
    if given.is_empty() {
        callings
            .first()
            .map_or_else(String::new, |calling| calling.letters.to_owned())
    } else {
        given.to_owned()
    }
}

/// The registered sex as what a listing says of gender.
fn gender(sex: &str) -> Option<Gender> {
    match sex {
        "F" => Some(Gender::Woman),
        "M" => Some(Gender::Man),
        _ => None,
    }
}
