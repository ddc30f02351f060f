//! The listing as typed: who a therapist is, and what they offer.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use troth_match::npi::{Npi, NpiError};
use troth_wire::network::{Degrees, Format, Listing, Place, Service};

use super::zip::{Spot, is_zip};
use super::{Reader, Why, Wrong, at, dollars};

/// The most that a fee may be, in cents, as the server takes it.
const HIGHEST_FEE: u32 = 1_000_000;

/// A place as typed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct PlaceTyped {
    /// The city.
    pub city: String,
    /// The state by its postal code.
    pub state: String,
    /// The ZIP code; empty while the spot is one that the listing has.
    pub zip: String,
    /// The spot that is known, and the words it is known for: a ZIP code, or a city and state of the listing.
    pub known: Option<(String, Spot)>,
}

/// A listing as typed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct ListingTyped {
    /// The name.
    pub name: String,
    /// Such as "LMFT".
    pub credentials: String,
    /// The National Provider Identifier.
    pub npi: String,
    /// About the work.
    pub about: String,
    /// Years of practice.
    pub years: String,
    /// Whom visits are for: `couples`, `individual`.
    pub services: BTreeSet<String>,
    /// How visits happen: `video`, `in_person`.
    pub formats: BTreeSet<String>,
    /// What they know well, by name.
    pub specialties: BTreeSet<String>,
    /// How they work, by name.
    pub modalities: BTreeSet<String>,
    /// Languages by code.
    pub languages: BTreeSet<String>,
    /// Where visits in person are.
    pub places: Vec<PlaceTyped>,
    /// The fee in dollars.
    pub fee: String,
    /// The lowest fee in dollars, if there is a scale.
    pub sliding: String,
    /// Gender by name, or nothing.
    pub gender: String,
    /// Age by name, or nothing.
    pub age_band: String,
    /// `yes` or `no`.
    pub accepting: String,
    /// `at_once` or `on_request`.
    pub booking: String,
}

impl ListingTyped {
    /// Begins a listing that is not there yet.
    #[must_use]
    pub fn new() -> Self {
        let set = |name: &str| BTreeSet::from([name.to_owned()]);
        Self {
            services: set("couples"),
            formats: set("video"),
            languages: set("en"),
            accepting: "yes".to_owned(),
            booking: "at_once".to_owned(),
            ..Self::default()
        }
    }

    /// Shows a listing as it would be typed.
    #[must_use]
    pub fn of(listing: &Listing) -> Self {
        let names = |names: &[String]| names.iter().cloned().collect();
        Self {
            name: listing.name.clone(),
            credentials: listing.credentials.clone(),
            npi: listing.npi.clone().unwrap_or_default(),
            about: listing.about.clone(),
            years: listing.years.to_string(),
            services: listing
                .services
                .iter()
                .map(|it| service_name(*it))
                .collect(),
            formats: listing.formats.iter().map(|it| format_name(*it)).collect(),
            specialties: names(&listing.specialties),
            modalities: names(&listing.modalities),
            languages: names(&listing.languages),
            places: listing.places.iter().map(PlaceTyped::of).collect(),
            fee: dollars(listing.fee_cents),
            sliding: listing.sliding_low_cents.map(dollars).unwrap_or_default(),
            gender: listing.gender.clone().unwrap_or_default(),
            age_band: listing.age_band.clone().unwrap_or_default(),
            accepting: if listing.accepting { "yes" } else { "no" }.to_owned(),
            booking: if listing.on_request {
                "on_request"
            } else {
                "at_once"
            }
            .to_owned(),
        }
    }

    /// Reads the listing. The keys are the client's to add.
    ///
    /// # Errors
    ///
    /// Every field that cannot be used yet.
    pub fn read(&self) -> Result<Listing, Vec<Wrong>> {
        let mut reader = Reader::default();
        let listing = Listing {
            name: reader.words("name", &self.name, 120),
            credentials: reader.some_words("credentials", &self.credentials, 60),
            npi: self.read_npi(&mut reader),
            years: self.read_years(&mut reader),
            about: reader.some_words("about", &self.about, 4_000),
            services: reader.chosen("services", &self.services, service),
            formats: reader.chosen("formats", &self.formats, format),
            places: self.read_places(&mut reader),
            specialties: self.specialties.iter().cloned().collect(),
            modalities: self.modalities.iter().cloned().collect(),
            languages: reader.chosen("languages", &self.languages, |name| Some(name.to_owned())),
            fee_cents: self.read_fee(&mut reader),
            sliding_low_cents: self.read_sliding(&mut reader),
            gender: some(&self.gender),
            age_band: some(&self.age_band),
            accepting: self.accepting != "no",
            on_request: self.booking == "on_request",
            sealing_key: None,
            sealing_generation: None,
            quote_key: None,
        };
        reader.end(listing)
    }

    fn read_npi(&self, reader: &mut Reader) -> Option<String> {
        let digits = self.npi.trim();
        if digits.is_empty() {
            reader.say("npi", Why::Missing);
        } else if let Err(why) = check_npi(digits) {
            reader.say("npi", why);
        }
        Some(digits.to_owned())
    }

    fn read_years(&self, reader: &mut Reader) -> u8 {
        if self.years.trim().is_empty() {
            return 0;
        }
        u8::try_from(reader.number("years", &self.years, 0..=80)).unwrap_or(0)
    }

    fn read_fee(&self, reader: &mut Reader) -> u32 {
        if self.fee.trim().is_empty() {
            reader.say("fee", Why::Missing);
        }
        reader.money("fee", &self.fee, HIGHEST_FEE).unwrap_or(0)
    }

    fn read_sliding(&self, reader: &mut Reader) -> Option<u32> {
        let low = reader.money("sliding", &self.sliding, HIGHEST_FEE)?;
        if super::cents(&self.fee).is_some_and(|fee| low > fee) {
            reader.say("sliding", Why::AboveFee);
        }
        Some(low)
    }

    fn read_places(&self, reader: &mut Reader) -> Vec<Place> {
        // What is typed for visits that are not held is kept on this device, and not sent.
        if !self.formats.contains("in_person") {
            return Vec::new();
        }
        if self.places.is_empty() {
            reader.say("add-place", Why::Place);
        }
        self.places
            .iter()
            .enumerate()
            .map(|(row, place)| Place {
                city: reader.words(&at("city", row), &place.city, 80),
                state: reader.words(&at("place-state", row), &place.state, 2),
                ..place.read_spot(reader, &at("zip", row))
            })
            .collect()
    }
}

impl PlaceTyped {
    fn of(place: &Place) -> Self {
        Self {
            city: place.city.clone(),
            state: place.state.clone(),
            zip: String::new(),
            known: Some((
                city_and_state(&place.city, &place.state),
                Spot {
                    lat: place.lat.0,
                    lon: place.lon.0,
                },
            )),
        }
    }

    /// Finds the spot: that of the ZIP code, or without one that of a city which has not changed.
    #[must_use]
    pub fn spot(&self) -> Option<Spot> {
        let zip = self.zip.trim();
        let (words, spot) = self.known.as_ref()?;
        let stands = if zip.is_empty() {
            *words == city_and_state(&self.city, &self.state)
        } else {
            words == zip
        };
        stands.then_some(*spot)
    }

    /// Whether a ZIP code is whole and its spot has not been looked up yet.
    #[must_use]
    pub fn wants_spot(&self) -> bool {
        is_zip(self.zip.trim()) && self.spot().is_none()
    }

    fn read_spot(&self, reader: &mut Reader, field: &str) -> Place {
        let spot = self.spot().unwrap_or_else(|| {
            let why = if self.zip.trim().is_empty() {
                Why::Missing
            } else {
                Why::Zip
            };
            reader.say(field, why);
            Spot::default()
        });
        Place {
            city: String::new(),
            state: String::new(),
            lat: Degrees(spot.lat),
            lon: Degrees(spot.lon),
        }
    }
}

fn city_and_state(city: &str, state: &str) -> String {
    format!("{}, {state}", city.trim())
}

/// Says what is wrong with an NPI, if anything is.
///
/// # Errors
///
/// [`Why::NpiLength`] or [`Why::NpiCheck`].
pub fn check_npi(typed: &str) -> Result<(), Why> {
    match typed.trim().parse::<Npi>() {
        Ok(_) => Ok(()),
        Err(NpiError::Length) => Err(Why::NpiLength),
        Err(_) => Err(Why::NpiCheck),
    }
}

fn some(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.to_owned())
}

/// The stored name of a service.
#[must_use]
pub fn service_name(service: Service) -> String {
    match service {
        Service::Couples => "couples".to_owned(),
        Service::Individual => "individual".to_owned(),
    }
}

/// Finds a service by its stored name.
#[must_use]
pub fn service(name: &str) -> Option<Service> {
    [Service::Couples, Service::Individual]
        .into_iter()
        .find(|it| service_name(*it) == name)
}

/// The stored name of a format.
#[must_use]
pub fn format_name(format: Format) -> String {
    match format {
        Format::Video => "video".to_owned(),
        Format::InPerson => "in_person".to_owned(),
    }
}

/// Finds a format by its stored name.
#[must_use]
pub fn format(name: &str) -> Option<Format> {
    [Format::Video, Format::InPerson]
        .into_iter()
        .find(|it| format_name(*it) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> ListingTyped {
        ListingTyped {
            name: "Dr. Mira Sol".into(),
            npi: "1234567893".into(),
            fee: "180".into(),
            ..ListingTyped::new()
        }
    }

    fn wrong(typed: &ListingTyped) -> Vec<(String, Why)> {
        typed
            .read()
            .unwrap_err()
            .into_iter()
            .map(|wrong| (wrong.field, wrong.why))
            .collect()
    }

    const RENO: Spot = Spot {
        lat: 3953,
        lon: -11981,
    };

    fn place(zip: &str, known_for: &str) -> PlaceTyped {
        PlaceTyped {
            city: "Reno".into(),
            state: "NV".into(),
            zip: zip.into(),
            known: Some((known_for.into(), RENO)),
        }
    }

    fn with_place(place: PlaceTyped) -> ListingTyped {
        let mut typed = whole();
        typed.formats.insert("in_person".into());
        typed.places.push(place);
        typed
    }

    #[test]
    fn what_is_read_is_shown_as_it_was_typed() {
        let mut typed = with_place(place("", "Reno, NV"));
        typed.years = "12".into();
        typed.sliding = "90.50".into();
        let listing = typed.read().unwrap();
        assert_eq!(ListingTyped::of(&listing), typed);
    }

    #[test]
    fn an_npi_whose_check_digit_does_not_fit_is_told_at_its_field() {
        let mut typed = whole();
        typed.npi = "1234567890".into();
        assert_eq!(wrong(&typed), [("npi".to_owned(), Why::NpiCheck)]);
        typed.npi = "12345".into();
        assert_eq!(wrong(&typed), [("npi".to_owned(), Why::NpiLength)]);
    }

    #[test]
    fn every_field_that_cannot_be_used_is_named_at_once() {
        let typed = ListingTyped {
            fee: "much".into(),
            sliding: "20".into(),
            ..ListingTyped::default()
        };
        let fields: Vec<_> = wrong(&typed).into_iter().map(|(field, _)| field).collect();
        assert_eq!(
            fields,
            ["name", "npi", "services", "formats", "languages", "fee"]
        );
    }

    #[test]
    fn the_lower_fee_does_not_lie_above_the_fee() {
        let mut typed = whole();
        typed.sliding = "181".into();
        assert_eq!(wrong(&typed), [("sliding".to_owned(), Why::AboveFee)]);
    }

    #[test]
    fn visits_in_person_need_a_place() {
        let mut typed = whole();
        typed.formats.insert("in_person".into());
        assert_eq!(wrong(&typed), [("add-place".to_owned(), Why::Place)]);
    }

    #[test]
    fn a_place_that_is_out_of_sight_stands_in_nobodys_way() {
        let mut typed = whole();
        typed.places.push(PlaceTyped::default());
        assert_eq!(typed.read().unwrap().places, []);
    }

    #[test]
    fn a_place_lies_in_the_middle_of_its_zip_code() {
        let listing = with_place(place("89501", "89501")).read().unwrap();
        assert_eq!(listing.places[0].city, "Reno");
        assert_eq!(listing.places[0].lat, Degrees(3953));
        assert_eq!(listing.places[0].lon, Degrees(-11981));
    }

    #[test]
    fn a_spot_counts_for_nothing_but_what_it_is_known_for() {
        let other_zip = place("10001", "89501");
        assert!(other_zip.wants_spot());
        let needed = |place| wrong(&with_place(place));
        assert_eq!(needed(other_zip), [("zip-0".to_owned(), Why::Zip)]);
        let moved = PlaceTyped {
            city: "Elko".into(),
            ..place("", "Reno, NV")
        };
        assert!(!moved.wants_spot());
        assert_eq!(needed(moved), [("zip-0".to_owned(), Why::Missing)]);
    }
}
