//! What a match answers: who fits, why, what does not fit, and what to relax.

use crate::id::ProviderId;
use crate::npi::Npi;
use crate::provider::{Place, Point};
use crate::query::{Asked, Query, WantedFormat};
use crate::state::States;
use crate::time::{Day, Minute};
use crate::vocabulary::{
    AgeBand, Format, Formats, Gender, Languages, Modalities, Modality, Services, Specialties,
    Specialty,
};

/// Points for each wanted specialty that the provider has.
pub const SPECIALTY_POINTS: u32 = 40;
/// Points for each wanted approach that the provider has.
pub const MODALITY_POINTS: u32 = 25;
/// Points for the gender preferred.
pub const GENDER_POINTS: u32 = 20;
/// Points for the age preferred.
pub const AGE_POINTS: u32 = 10;
/// Points for a fitting start within the next 24 hours.
pub const SOON_POINTS: u32 = 30;
/// Points that a newcomer is lent, so that new listings are seen at all.
pub const NEWCOMER_POINTS: u32 = 15;

/// The answer to a query: at most `limit` providers, best first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Answer {
    /// The providers, by falling score, then by rising number.
    pub found: Vec<Found>,
    /// When fewer than `limit` are found: what each filter costs.
    pub relaxations: Vec<Relaxation>,
}

/// One provider that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Found {
    /// Who.
    pub id: ProviderId,
    /// The total of all points.
    pub score: u32,
    /// What can be shown of the provider without asking anybody.
    pub card: Card,
    /// Why, with the points; they add up to the score.
    pub reasons: Vec<Reason>,
    /// Wishes that are not met.
    pub misfits: Vec<Misfit>,
    /// Starts that fit the times asked, all of them, the first ones first.
    pub starts: Vec<Minute>,
    /// Whole miles from the point asked for to the nearest place in the state.
    pub miles: Option<u32>,
}

/// What can be shown of a provider without asking anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Card {
    /// The National Provider Identifier, if there is one.
    pub npi: Option<Npi>,
    /// The name.
    pub name: String,
    /// The letters after it.
    pub credentials: String,
    /// The licence in the state of the query: the board's number.
    pub licence: String,
    /// The last day on which that licence holds.
    pub licensed_until: Day,
    /// Couples, individuals, or both.
    pub services: Services,
    /// By video, in person, or both.
    pub formats: Formats,
    /// What the provider is practised in.
    pub specialties: Specialties,
    /// Ways of working.
    pub modalities: Modalities,
    /// Languages.
    pub languages: Languages,
    /// Gender, if said.
    pub gender: Option<Gender>,
    /// Age, if said.
    pub age_band: Option<AgeBand>,
    /// Places in the state of the query.
    pub places: Vec<Place>,
    /// The provider's own IANA zone; empty if not known.
    pub zone: String,
    /// The length of a standard visit, in minutes.
    pub visit_minutes: u16,
    /// The price to oneself, in cents.
    pub fee_cents: u32,
    /// The lowest price on the sliding scale, in cents.
    pub sliding_low_cents: Option<u32>,
    /// Years of practice.
    pub years: u8,
    /// The day on which the listing was last proven.
    pub proven: Day,
    /// Whether a visit can be booked here.
    pub bookable: bool,
}

/// Why a provider stands where they stand; the points of all reasons add up to the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(tag = "reason", rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Reason {
    /// How well proven the listing is.
    Proven {
        /// The points.
        points: u32,
    },
    /// A newcomer is lent a few points.
    Newcomer {
        /// The points.
        points: u32,
    },
    /// A wanted specialty.
    Specialty {
        /// Which.
        specialty: Specialty,
        /// The points.
        points: u32,
    },
    /// A wanted approach.
    Modality {
        /// Which.
        modality: Modality,
        /// The points.
        points: u32,
    },
    /// The gender preferred.
    Gender {
        /// The points.
        points: u32,
    },
    /// The age preferred.
    AgeBand {
        /// The points.
        points: u32,
    },
    /// A fitting start within 24 hours.
    Soon {
        /// The points.
        points: u32,
    },
}

impl Reason {
    /// Tells the points.
    #[must_use]
    pub const fn points(self) -> u32 {
        match self {
            Self::Proven { points }
            | Self::Newcomer { points }
            | Self::Specialty { points, .. }
            | Self::Modality { points, .. }
            | Self::Gender { points }
            | Self::AgeBand { points }
            | Self::Soon { points } => points,
        }
    }
}

/// A wish that is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(tag = "misfit", rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Misfit {
    /// Not practised in this.
    Specialty {
        /// Which.
        specialty: Specialty,
    },
    /// Does not work this way.
    Modality {
        /// Which.
        modality: Modality,
    },
    /// Of another gender, or did not say.
    Gender,
    /// Of another age, or did not say.
    AgeBand,
    /// One of the formats that would do is not offered, or the plan does not pay it.
    Format {
        /// Which.
        format: Format,
    },
    /// No start within the fourteen days is known.
    NoKnownStart,
    /// A visit has to be asked for elsewhere.
    NotBookable,
}

/// A filter that may be relaxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Filter {
    /// Pay oneself instead of through the plan.
    Plan,
    /// Any time of the fourteen days, or none.
    Times,
    /// Video or in person.
    Format,
    /// Twice as far.
    Distance,
    /// Any specialty.
    Specialties,
    /// Any language.
    Language,
    /// Any gender.
    Gender,
    /// Any age.
    AgeBand,
    /// Any fee.
    Fee,
    /// Only the first partner's state; the other partner would have to be there for the visit.
    SecondState,
}

/// What relaxing one filter would give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Relaxation {
    /// Which filter.
    pub filter: Filter,
    /// How many providers would fit then.
    pub gives: u32,
}

impl Filter {
    /// Every filter, in the order in which relaxations are told.
    pub const ALL: [Self; 10] = [
        Self::Times,
        Self::Format,
        Self::Distance,
        Self::Specialties,
        Self::Language,
        Self::Gender,
        Self::AgeBand,
        Self::Fee,
        Self::Plan,
        Self::SecondState,
    ];

    /// Relaxes this filter in a query, so that it may be asked again.
    pub fn relax(self, query: &mut Query) {
        match self {
            Self::Plan => query.plan = None,
            Self::Times => {
                (query.within_hours, query.windows, query.evenings) = (None, None, false)
            }
            Self::Format => query.format = WantedFormat::Any,
            Self::Distance => {
                query.miles = query
                    .near
                    .map(|_| query.miles.unwrap_or(25).saturating_mul(2));
            }
            Self::Specialties => query.specialties = Specialties::EMPTY,
            Self::Language => query.language = None,
            Self::Gender => query.gender_required = false,
            Self::AgeBand => query.age_band_required = false,
            Self::Fee => query.max_fee_cents = None,
            Self::SecondState => query.states.truncate(1),
        }
    }

    /// Relaxes this filter in a question; `None` if it does not filter anything there.
    #[must_use]
    pub fn relaxed(self, asked: &Asked) -> Option<Asked> {
        use crate::query::Need;
        let mut other = asked.clone();
        match self {
            Self::Plan => {
                other.plan.take()?;
            }
            Self::Times => {
                other.windows.take()?;
            }
            Self::Format => {
                let any = WantedFormat::Any.formats();
                (other.formats != any).then(|| other.formats = any)?;
            }
            Self::Distance => {
                let (_, miles) = other.near.as_mut()?;
                other
                    .formats
                    .contains(Format::InPerson)
                    .then(|| *miles = miles.saturating_mul(2))?;
            }
            Self::Specialties => {
                (!other.specialties.is_empty()).then(|| other.specialties = Specialties::EMPTY)?;
            }
            Self::Language => {
                other.language.take()?;
            }
            Self::Gender => {
                let (_, need) = other.gender.as_mut()?;
                (*need == Need::Required).then(|| *need = Need::Preferred)?;
            }
            Self::AgeBand => {
                let (_, need) = other.age_band.as_mut()?;
                (*need == Need::Required).then(|| *need = Need::Preferred)?;
            }
            Self::Fee => {
                other.max_fee_cents.take()?;
            }
            Self::SecondState => {
                let first = States::of(other.state);
                (other.states != first).then(|| other.states = first)?;
            }
        }
        Some(other)
    }
}

/// A city of a shard, for a list to choose "near" from without asking anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct City {
    /// The name.
    pub name: String,
    /// Where most of its places are.
    pub point: Point,
    /// How many places of providers it has.
    pub places: u32,
}
