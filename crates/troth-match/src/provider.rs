//! What a directory knows of a provider and what a shard carries of them.

use crate::id::{PlanId, ProviderId};
use crate::npi::Npi;
use crate::state::{State, States};
use crate::time::{Day, Minute};
use crate::vocabulary::{
    AgeBand, Format, Formats, Gender, Languages, Modalities, Services, Specialties,
};

/// Above this nobody's quality rises.
pub const MAX_QUALITY: u8 = 199;

/// A provider: everything a match needs and a card shows.
///
/// # Invariants
///
/// [`Provider::check`] tells whether they hold; shards are made of checked providers only.
///
/// 1. At most one licence a state, at most one acceptance a plan and state.
/// 2. Quality is at most [`MAX_QUALITY`]. It is built from proof and is never paid for.
/// 3. A text is at most 255 bytes long.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Provider {
    /// The directory's number.
    pub id: ProviderId,
    /// The National Provider Identifier, if there is one.
    #[cfg_attr(feature = "serde", serde(default))]
    pub npi: Option<Npi>,
    /// The name as the provider writes it.
    pub name: String,
    /// The letters after the name, such as `LMFT`.
    pub credentials: String,
    /// Where the provider may practise, and until when.
    pub licences: Vec<Licence>,
    /// The plans that pay, by state and format. Paying oneself is always possible.
    pub acceptances: Vec<Acceptance>,
    /// Whether new clients are taken at all.
    pub accepting: bool,
    /// Couples, individuals, or both.
    pub services: Services,
    /// By video, in person, or both.
    pub formats: Formats,
    /// What the provider is practised in.
    pub specialties: Specialties,
    /// Ways of working.
    pub modalities: Modalities,
    /// Languages a visit may be held in.
    pub languages: Languages,
    /// Gender, if the provider chose to say it.
    #[cfg_attr(feature = "serde", serde(default))]
    pub gender: Option<Gender>,
    /// Age, if the provider chose to say it.
    #[cfg_attr(feature = "serde", serde(default))]
    pub age_band: Option<AgeBand>,
    /// Where visits in person take place.
    pub places: Vec<Place>,
    /// The provider's own IANA zone, such as `America/Los_Angeles`; empty if not known.
    #[cfg_attr(feature = "serde", serde(default))]
    pub zone: String,
    /// The length of a standard visit in minutes.
    pub visit_minutes: u16,
    /// The price of a standard visit to oneself, in cents.
    pub fee_cents: u32,
    /// The lowest price on the sliding scale, in cents, if there is a scale.
    #[cfg_attr(feature = "serde", serde(default))]
    pub sliding_low_cents: Option<u32>,
    /// Years of practice.
    pub years: u8,
    /// How well proven the listing is: 0 to [`MAX_QUALITY`].
    pub quality: u8,
    /// Whether the provider is new and is shown a little higher for it.
    pub newcomer: bool,
    /// When the listing was last proven true.
    pub proven_minute: Minute,
    /// Whether a visit can be booked here, rather than only asked for elsewhere.
    pub bookable: bool,
}

/// The right to practise in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Licence {
    /// The state whose board gave it.
    pub state: State,
    /// The board's number.
    pub number: String,
    /// The last day in UTC on which it holds.
    pub expires: Day,
}

/// A plan pays this provider, in one state, for these formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Acceptance {
    /// The plan.
    pub plan: PlanId,
    /// The state in which the person insured is.
    pub state: State,
    /// The formats it pays for.
    pub formats: Formats,
}

/// Where visits in person take place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Place {
    /// The state it lies in.
    pub state: State,
    /// The city.
    pub city: String,
    /// Where on earth, to a hundredth of a degree.
    pub point: Point,
}

/// A point on earth to a hundredth of a degree: about a kilometre, never a house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Point {
    /// Degrees north, in hundredths: −9,000 to 9,000.
    #[cfg_attr(feature = "serde", serde(with = "hundredths"))]
    pub lat: i16,
    /// Degrees east, in hundredths: −18,000 to 18,000.
    #[cfg_attr(feature = "serde", serde(with = "hundredths"))]
    pub lon: i16,
}

impl Point {
    /// Makes a point from degrees, rounded to hundredths; `None` if it is not on earth.
    #[must_use]
    pub fn from_degrees(lat: f64, lon: f64) -> Option<Self> {
        if !(lat.abs() <= 90.0 && lon.abs() <= 180.0) {
            return None;
        }
        Some(Self {
            lat: hundredths_of(lat),
            lon: hundredths_of(lon),
        })
    }

    /// Tells whether both numbers are on earth.
    #[must_use]
    pub const fn is_sound(self) -> bool {
        self.lat.unsigned_abs() <= 9_000 && self.lon.unsigned_abs() <= 18_000
    }
}

/// Rounds degrees to hundredths, half away from zero; the caller has checked the range.
fn hundredths_of(degrees: f64) -> i16 {
    let scaled = degrees * 100.0;
    // `as` rounds toward zero, so this is the same on every machine.
    (if scaled < 0.0 {
        scaled - 0.5
    } else {
        scaled + 0.5
    }) as i16
}

/// Says why a provider may not stand in a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsound {
    /// A name, number or city is longer than 255 bytes.
    #[error("a text is longer than 255 bytes")]
    LongText,
    /// Two licences name one state.
    #[error("two licences are of one state")]
    TwoLicences,
    /// Two acceptances name one plan and state.
    #[error("two acceptances are of one plan and state")]
    TwoAcceptances,
    /// An acceptance pays for no format.
    #[error("an acceptance is for no format")]
    NoFormat,
    /// The quality is above [`MAX_QUALITY`].
    #[error("the quality is above its highest value")]
    Quality,
    /// A place is not on earth.
    #[error("a place is not on earth")]
    Place,
    /// More places than a shard can carry.
    #[error("there are more than 15 places")]
    ManyPlaces,
}

impl Provider {
    /// Finds the licence of a state.
    #[must_use]
    pub fn licence(&self, state: State) -> Option<&Licence> {
        self.licences.iter().find(|licence| licence.state == state)
    }

    /// Tells the states of all licences, expired or not.
    #[must_use]
    pub fn licensed(&self) -> States {
        self.licences.iter().map(|licence| licence.state).collect()
    }

    /// Tells whether a plan pays this provider in a state for a format.
    #[must_use]
    pub fn accepts(&self, plan: PlanId, state: State, format: Format) -> bool {
        self.acceptances.iter().any(|acceptance| {
            acceptance.plan == plan
                && acceptance.state == state
                && acceptance.formats.contains(format)
        })
    }

    /// Checks the invariants.
    ///
    /// # Errors
    ///
    /// The first [`Unsound`] thing found.
    pub fn check(&self) -> Result<(), Unsound> {
        let texts = [&self.name, &self.credentials, &self.zone];
        let numbers = self.licences.iter().map(|licence| &licence.number);
        let cities = self.places.iter().map(|place| &place.city);
        if texts
            .into_iter()
            .chain(numbers)
            .chain(cities)
            .any(|text| text.len() > 255)
        {
            return Err(Unsound::LongText);
        }
        if self.licensed().len() as usize != self.licences.len() {
            return Err(Unsound::TwoLicences);
        }
        let mut pairs: Vec<_> = self
            .acceptances
            .iter()
            .map(|one| (one.plan, one.state))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        if pairs.len() != self.acceptances.len() {
            return Err(Unsound::TwoAcceptances);
        }
        if self
            .acceptances
            .iter()
            .any(|acceptance| acceptance.formats.is_empty())
        {
            return Err(Unsound::NoFormat);
        }
        if self.quality > MAX_QUALITY {
            return Err(Unsound::Quality);
        }
        if self.places.iter().any(|place| !place.point.is_sound()) {
            return Err(Unsound::Place);
        }
        if self.places.len() > 15 {
            return Err(Unsound::ManyPlaces);
        }
        Ok(())
    }
}

/// In JSON a coordinate is a number of degrees; a finer one is rounded.
#[cfg(feature = "serde")]
mod hundredths {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &i16, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(*value) / 100.0)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i16, D::Error> {
        let degrees = f64::deserialize(deserializer)?;
        if degrees.abs() <= 180.0 {
            Ok(super::hundredths_of(degrees))
        } else {
            Err(serde::de::Error::custom("a coordinate is not on earth"))
        }
    }
}
