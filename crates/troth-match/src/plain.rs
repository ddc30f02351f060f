//! The plain scan: looks at every provider, one after the other.
//!
//! This is the definition of a match, written to be read. The engine is tested against it
//! and must give the same answers.
//!
//! # Invariants
//!
//! 1. **Both states.** A licence is needed in every state asked, and it holds on the day, in
//!    UTC, on which the visit starts.
//! 2. **The first state pays and is driven to.** The plan is of the person in the first
//!    state; places for visits in person are counted there.
//! 3. **No start in the past.**

use crate::answer::{Answer, Card, Filter, Found, Relaxation};
use crate::availability::{Availability, start_of, starts_between};
use crate::explain::{self, Seen};
use crate::geo::Circle;
use crate::provider::Provider;
use crate::query::{Asked, Need};
use crate::time::{DAY, Day, Minute};
use crate::vocabulary::{Format, Formats};

/// A provider and when they are free.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Entry {
    /// The provider.
    pub provider: Provider,
    /// The free half-hours, counted from the base midnight that all entries share.
    pub availability: Availability,
}

/// Finds the best providers for a question, with what relaxing would give if they are few.
#[must_use]
pub fn search(entries: &[Entry], base: Day, asked: &Asked) -> Answer {
    let mut found: Vec<Found> = entries
        .iter()
        .filter_map(|entry| judge(entry, base, asked))
        .collect();
    found.sort_by_key(|found| (core::cmp::Reverse(found.score), found.id));
    found.truncate(asked.limit);
    let relaxations = if found.len() < asked.limit {
        relaxations(asked, found.len(), |other| {
            entries
                .iter()
                .filter(|entry| fits(entry, base, other).is_some())
                .count()
        })
    } else {
        Vec::new()
    };
    Answer { found, relaxations }
}

/// Asks once more for each filter that could be relaxed, and keeps those that give more.
pub(crate) fn relaxations(
    asked: &Asked,
    found: usize,
    count: impl Fn(&Asked) -> usize,
) -> Vec<Relaxation> {
    let gives = Filter::ALL.iter().filter_map(|filter| {
        let gives = count(&filter.relaxed(asked)?);
        (gives > found).then(|| Relaxation {
            filter: *filter,
            gives: u32::try_from(gives).unwrap_or(u32::MAX),
        })
    });
    gives.collect()
}

/// How a provider fits: in which of the formats asked, and when.
struct Fit {
    formats: Formats,
    starts: Availability,
}

/// Tells whether and how one provider fits.
#[must_use]
pub fn judge(entry: &Entry, base: Day, asked: &Asked) -> Option<Found> {
    let fit = fits(entry, base, asked)?;
    let provider = &entry.provider;
    let soon = starts_between(base, asked.now, asked.now.plus(DAY)).meets(&fit.starts);
    let seen = Seen {
        quality: provider.quality,
        newcomer: provider.newcomer,
        specialties: provider.specialties,
        modalities: provider.modalities,
        gender: provider.gender,
        age_band: provider.age_band,
        formats: fit.formats,
        soon,
        starts: !fit.starts.is_empty(),
        bookable: provider.bookable,
    };
    let reasons = explain::reasons(asked, &seen);
    Some(Found {
        id: provider.id,
        score: explain::score(&reasons),
        card: card(provider, asked),
        misfits: explain::misfits(asked, &seen),
        reasons,
        starts: fit
            .starts
            .iter()
            .map(|half_hour| start_of(base, half_hour))
            .collect(),
        miles: miles(provider, asked),
    })
}

/// Applies every hard filter.
fn fits(entry: &Entry, base: Day, asked: &Asked) -> Option<Fit> {
    let provider = &entry.provider;
    let required = |need| need == Need::Required;
    let good = provider.accepting
        && provider.services.contains(asked.service)
        && asked
            .language
            .is_none_or(|language| provider.languages.contains(language))
        && (asked.specialties.is_empty()
            || !asked.specialties.and(provider.specialties).is_empty())
        && asked
            .gender
            .is_none_or(|(gender, need)| !required(need) || provider.gender == Some(gender))
        && asked
            .age_band
            .is_none_or(|(band, need)| !required(need) || provider.age_band == Some(band))
        && asked
            .max_fee_cents
            .is_none_or(|most| lowest_fee(provider) <= most);
    if !good {
        return None;
    }
    let formats: Formats = asked
        .formats
        .iter()
        .filter(|format| offers(provider, *format, asked))
        .collect();
    let until = licensed_until(provider, asked)?;
    if formats.is_empty() || until < asked.now.day() {
        return None;
    }
    let starts = entry
        .availability
        .and(&wanted_starts(base, asked))
        .and(&starts_between(base, Minute(0), until.plus(1).midnight()));
    (asked.windows.is_none() || !starts.is_empty()).then_some(Fit { formats, starts })
}

/// Tells the last day on which the licences of all states asked hold.
fn licensed_until(provider: &Provider, asked: &Asked) -> Option<Day> {
    let mut until = Day(u32::MAX);
    for state in asked.states.iter() {
        until = until.min(provider.licence(state)?.expires);
    }
    Some(until)
}

/// Tells the half-hours that the question leaves open.
pub(crate) fn wanted_starts(base: Day, asked: &Asked) -> Availability {
    let future = starts_between(base, asked.now, Minute(u32::MAX));
    match &asked.windows {
        None => future,
        Some(windows) => windows
            .iter()
            .fold(Availability::NONE, |all, window| {
                all.or(&starts_between(base, window.from, window.to))
            })
            .and(&future),
    }
}

fn offers(provider: &Provider, format: Format, asked: &Asked) -> bool {
    let paid = asked
        .plan
        .is_none_or(|plan| provider.accepts(plan, asked.state, format));
    let reached = || {
        let mut places = provider
            .places
            .iter()
            .filter(|place| place.state == asked.state);
        places.any(|place| {
            asked
                .near
                .is_none_or(|(point, miles)| Circle::new(point, miles).holds(place.point))
        })
    };
    provider.formats.contains(format) && paid && (format == Format::Video || reached())
}

fn miles(provider: &Provider, asked: &Asked) -> Option<u32> {
    let (point, miles) = asked.near?;
    let circle = Circle::new(point, miles);
    let places = provider
        .places
        .iter()
        .filter(|place| place.state == asked.state);
    places.map(|place| circle.miles_to(place.point)).min()
}

pub(crate) fn lowest_fee(provider: &Provider) -> u32 {
    provider
        .sliding_low_cents
        .map_or(provider.fee_cents, |low| low.min(provider.fee_cents))
}

fn card(provider: &Provider, asked: &Asked) -> Card {
    let licence = provider.licence(asked.state);
    Card {
        npi: provider.npi,
        name: provider.name.clone(),
        credentials: provider.credentials.clone(),
        licence: licence
            .map(|licence| licence.number.clone())
            .unwrap_or_default(),
        licensed_until: licence.map(|licence| licence.expires).unwrap_or_default(),
        services: provider.services,
        formats: provider.formats,
        specialties: provider.specialties,
        modalities: provider.modalities,
        languages: provider.languages,
        gender: provider.gender,
        age_band: provider.age_band,
        places: provider
            .places
            .iter()
            .filter(|place| place.state == asked.state)
            .cloned()
            .collect(),
        zone: provider.zone.clone(),
        visit_minutes: provider.visit_minutes,
        fee_cents: provider.fee_cents,
        sliding_low_cents: provider.sliding_low_cents,
        years: provider.years,
        proven: provider.proven_minute.day(),
        bookable: provider.bookable,
    }
}
