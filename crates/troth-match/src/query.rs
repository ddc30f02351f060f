//! What a couple asks for: [`Query`] as it is written, [`Asked`] as the engine reads it.

use crate::availability::DAYS;
use crate::id::PlanId;
use crate::plan::{PlanRef, Plans};
use crate::provider::Point;
use crate::state::{State, States};
use crate::time::{DAY, HALF_HOUR, Minute};
use crate::vocabulary::{
    AgeBand, Format, Formats, Gender, Language, Modalities, Service, Specialties,
};
use crate::zone::Zones;

/// The most results a query may ask for.
pub const MAX_LIMIT: u16 = 200;
/// Local hours in which an evening visit starts: from 17:00 until before 21:00.
pub const EVENING: core::ops::Range<u32> = 17 * 60..21 * 60;

/// A question to the directory, as JSON writes it; unknown fields are refused.
///
/// ```
/// # #[cfg(feature = "serde")] {
/// use troth_match::Query;
///
/// let query: Query = serde_json::from_str(r#"{"states":["CA","NV"],"within_hours":48}"#).unwrap();
/// assert!(query.couples);
/// assert_eq!(query.limit, 20);
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, default))]
pub struct Query {
    /// Where the partners are: one or two states. The plan is of the person in the first.
    pub states: Vec<State>,
    /// The plan that pays, by number or name; absent for people who pay themselves.
    pub plan: Option<PlanRef>,
    /// Both partners together, or one person alone.
    pub couples: bool,
    /// How the visit is held.
    pub format: WantedFormat,
    /// A visit starts within so many hours from now.
    pub within_hours: Option<u16>,
    /// Times at which both can: a visit starts in one of them.
    pub windows: Option<Vec<Window>>,
    /// A visit starts between 17:00 and 21:00 in `zone`.
    pub evenings: bool,
    /// The IANA zone of the evenings.
    pub zone: Option<String>,
    /// At least one of these is wanted, and each counts.
    pub specialties: Specialties,
    /// Each of these counts; none is required.
    pub modalities: Modalities,
    /// A visit is held in this language.
    pub language: Option<Language>,
    /// The gender preferred.
    pub gender: Option<Gender>,
    /// Whether nobody else will do.
    pub gender_required: bool,
    /// The age preferred.
    pub age_band: Option<AgeBand>,
    /// Whether nobody else will do.
    pub age_band_required: bool,
    /// From where a visit in person is reached.
    pub near: Option<Point>,
    /// How far it may be, in miles; 25 if not given.
    pub miles: Option<u16>,
    /// What people who pay themselves can pay for a visit, in cents.
    pub max_fee_cents: Option<u32>,
    /// How many results at most.
    pub limit: u16,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            states: Vec::new(),
            plan: None,
            couples: true,
            format: WantedFormat::Video,
            within_hours: None,
            windows: None,
            evenings: false,
            zone: None,
            specialties: Specialties::EMPTY,
            modalities: Modalities::EMPTY,
            language: None,
            gender: None,
            gender_required: false,
            age_band: None,
            age_band_required: false,
            near: None,
            miles: None,
            max_fee_cents: None,
            limit: 20,
        }
    }
}

/// The formats that will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum WantedFormat {
    /// By video.
    #[default]
    Video,
    /// In person.
    InPerson,
    /// Either.
    Any,
}

impl WantedFormat {
    /// Tells the formats that will do.
    #[must_use]
    pub fn formats(self) -> Formats {
        match self {
            Self::Video => Formats::of(Format::Video),
            Self::InPerson => Formats::of(Format::InPerson),
            Self::Any => Formats::of(Format::Video).with(Format::InPerson),
        }
    }
}

/// A stretch of time, from its first minute to the minute after its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Window {
    /// The first minute.
    pub from: Minute,
    /// The minute after the last.
    pub to: Minute,
}

/// Says what is wrong with a query; the message names the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// No state, or more than two.
    #[error("states: one or two states are needed")]
    States,
    /// The catalogue has no such plan.
    #[error("plan: no plan of this name or number is known")]
    Plan,
    /// Evenings without a zone, or in a zone that is not known.
    #[error("zone: evenings need a known IANA zone")]
    Zone,
    /// A window ends before it begins, or there are more than 1,000.
    #[error("windows: a window ends before it begins, or there are too many")]
    Windows,
    /// A limit of zero or above [`MAX_LIMIT`].
    #[error("limit: from 1 to 200 results")]
    Limit,
    /// Miles without a place, or a place that is not on earth.
    #[error("near: a distance needs a place on earth")]
    Near,
    /// A required gender or age that is not given.
    #[error("gender_required, age_band_required: what is required must be given")]
    Required,
}

/// A question in integers, made once by [`Query::asked`]: plan found, evenings laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Where the plan is used and the visit takes place.
    pub state: State,
    /// Where licences are needed: the first state and, it may be, the second.
    pub states: States,
    /// The plan that pays.
    pub plan: Option<PlanId>,
    /// Couples or one person.
    pub service: Service,
    /// The formats that will do.
    pub formats: Formats,
    /// When it is asked.
    pub now: Minute,
    /// In which a visit starts, in order and apart; `None` if any time or none will do.
    pub windows: Option<Vec<Window>>,
    /// At least one of these, if any is named.
    pub specialties: Specialties,
    /// Each counts.
    pub modalities: Modalities,
    /// The language of the visit.
    pub language: Option<Language>,
    /// The gender wanted.
    pub gender: Option<(Gender, Need)>,
    /// The age wanted.
    pub age_band: Option<(AgeBand, Need)>,
    /// The place and the miles to it.
    pub near: Option<(Point, u16)>,
    /// The highest fee, for people who pay themselves.
    pub max_fee_cents: Option<u32>,
    /// How many results at most.
    pub limit: usize,
}

/// Whether a wish decides or only counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nobody else will do.
    Required,
    /// It counts.
    Preferred,
}

impl Need {
    const fn of(required: bool) -> Self {
        if required {
            Self::Required
        } else {
            Self::Preferred
        }
    }
}

impl Query {
    /// Reads the query as integers: finds the plan, lays the evenings out in UTC.
    ///
    /// # Errors
    ///
    /// The first [`QueryError`] found.
    pub fn asked(
        &self,
        plans: &Plans,
        zones: &dyn Zones,
        now: Minute,
    ) -> Result<Asked, QueryError> {
        let [state, ..] = *self.states else {
            return Err(QueryError::States);
        };
        if self.states.len() > 2 {
            return Err(QueryError::States);
        }
        let plan = match &self.plan {
            Some(plan) => Some(plans.find(plan).ok_or(QueryError::Plan)?.id),
            None => None,
        };
        if self.limit == 0 || self.limit > MAX_LIMIT {
            return Err(QueryError::Limit);
        }
        if self.miles.is_some() && self.near.is_none()
            || self.near.is_some_and(|point| !point.is_sound())
        {
            return Err(QueryError::Near);
        }
        if self.gender_required && self.gender.is_none()
            || self.age_band_required && self.age_band.is_none()
        {
            return Err(QueryError::Required);
        }
        Ok(Asked {
            state,
            states: self.states.iter().copied().collect(),
            plan,
            service: if self.couples {
                Service::Couples
            } else {
                Service::Individual
            },
            formats: self.format.formats(),
            now,
            windows: self.times(zones, now)?,
            specialties: self.specialties,
            modalities: self.modalities,
            language: self.language,
            gender: self
                .gender
                .map(|gender| (gender, Need::of(self.gender_required))),
            age_band: self
                .age_band
                .map(|band| (band, Need::of(self.age_band_required))),
            near: self.near.map(|point| (point, self.miles.unwrap_or(25))),
            max_fee_cents: self.max_fee_cents.filter(|_| plan.is_none()),
            limit: usize::from(self.limit),
        })
    }

    /// Cuts the hours from now, the windows and the evenings with each other.
    fn times(&self, zones: &dyn Zones, now: Minute) -> Result<Option<Vec<Window>>, QueryError> {
        let mut times = None;
        if let Some(hours) = self.within_hours {
            times = Some(vec![Window {
                from: now,
                to: now.plus(u32::from(hours) * 60),
            }]);
        }
        if let Some(windows) = &self.windows {
            if windows.len() > 1_000 || windows.iter().any(|window| window.from > window.to) {
                return Err(QueryError::Windows);
            }
            times = Some(cut(times, joined(windows, now)));
        }
        if self.evenings {
            let zone = self.zone.as_deref().ok_or(QueryError::Zone)?;
            times = Some(cut(times, evenings(zone, zones, now)?));
        }
        Ok(times)
    }
}

/// Puts windows in order, drops what is past and joins those that touch.
fn joined(windows: &[Window], now: Minute) -> Vec<Window> {
    let mut sorted: Vec<_> = windows
        .iter()
        .map(|window| Window {
            from: window.from.max(now),
            to: window.to,
        })
        .filter(|window| window.from < window.to)
        .collect();
    sorted.sort_unstable_by_key(|window| window.from);
    let mut apart: Vec<Window> = Vec::with_capacity(sorted.len());
    for window in sorted {
        match apart.last_mut() {
            Some(last) if window.from <= last.to => last.to = last.to.max(window.to),
            _ => apart.push(window),
        }
    }
    apart
}

/// Keeps what lies in both lists of windows.
fn cut(one: Option<Vec<Window>>, other: Vec<Window>) -> Vec<Window> {
    let Some(one) = one else { return other };
    let pairs = one.iter().flat_map(|a| {
        other.iter().map(|b| Window {
            from: a.from.max(b.from),
            to: a.to.min(b.to),
        })
    });
    pairs.filter(|window| window.from < window.to).collect()
}

/// Lays out the evenings of a zone from now to the end of what any shard covers.
fn evenings(zone: &str, zones: &dyn Zones, now: Minute) -> Result<Vec<Window>, QueryError> {
    let mut windows = Vec::new();
    let first = now.0 - now.0 % HALF_HOUR;
    for at in (first..first.saturating_add((DAYS + 1) * DAY)).step_by(HALF_HOUR as usize) {
        let ahead = zones.ahead(zone, Minute(at)).ok_or(QueryError::Zone)?;
        let local = (i64::from(at) + i64::from(ahead)).rem_euclid(i64::from(DAY)) as u32;
        if EVENING.contains(&local) {
            windows.push(Window {
                from: Minute(at),
                to: Minute(at).plus(HALF_HOUR),
            });
        }
    }
    Ok(joined(&windows, now))
}
