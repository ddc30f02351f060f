//! Who is free when, as planes: prepared for the moment at which questions are asked.
//!
//! For five horizons there is a plane of those who have a start within it. For three of them
//! each hour of the day (in UTC) has a plane too: "evenings of the next seven days" is the
//! union of four such planes, whatever the zone.

use super::plane::{Block, Plane, Planes};
use crate::availability::{Availability, HALF_HOURS};

/// Hours ahead for which "has a start" is kept as a plane.
const HORIZONS: [usize; 5] = [24, 48, 72, 168, 336];
/// The horizons whose hours of the day have planes of their own.
const HOURLY: [usize; 3] = [24, 168, 336];
/// Half-hours of a day.
const DAY: usize = 48;

/// Planes that hold for one half-hour.
#[derive(Debug)]
pub(crate) struct Clock {
    /// The half-hour from which starts are counted.
    first: usize,
    horizons: [Plane; HORIZONS.len()],
    hours: [[Plane; 24]; HOURLY.len()],
}

/// The planes of a set of half-hours.
#[derive(Debug, Default)]
pub(super) struct Times<'a> {
    /// Whoever has a start in the set is in one of these.
    pub(super) any: Vec<&'a [Block]>,
    /// Whether nobody else is.
    pub(super) exact: bool,
}

impl Clock {
    /// How many planes a clock has.
    pub(crate) const PLANES: usize = HORIZONS.len() + 24 * HOURLY.len();

    /// Makes the planes; nobody is free yet.
    pub(crate) fn new(planes: &mut Planes) -> Self {
        Self {
            first: 0,
            horizons: core::array::from_fn(|_| planes.add()),
            hours: core::array::from_fn(|_| core::array::from_fn(|_| planes.add())),
        }
    }

    /// Sets the planes for the half-hour `first` and all later ones.
    pub(super) fn set(&mut self, first: usize, times: &[Availability], planes: &mut Planes) {
        self.first = first;
        for (at, rows) in times.chunks(64).enumerate() {
            let mut horizons = [0_u64; HORIZONS.len()];
            let mut hours = [[0_u64; 24]; HOURLY.len()];
            for (bit, times) in rows.iter().enumerate() {
                let Some(next) = times.first_from(first) else {
                    continue;
                };
                for (word, ahead) in horizons.iter_mut().zip(HORIZONS) {
                    *word |= u64::from(next < first + ahead * 2) << bit;
                }
                for (words, of_day) in hours.iter_mut().zip(hours_of(times, first)) {
                    let mut left = of_day;
                    while left != 0 {
                        if let Some(word) = words.get_mut(left.trailing_zeros() as usize) {
                            *word |= 1 << bit;
                        }
                        left &= left - 1;
                    }
                }
            }
            let targets = self.horizons.iter().chain(self.hours.iter().flatten());
            for (plane, word) in targets.zip(horizons.iter().chain(hours.iter().flatten())) {
                planes.set_word(*plane, at, *word);
            }
        }
    }

    /// Tells whether the planes hold for the half-hour `first`.
    pub(super) const fn holds_from(&self, first: usize) -> bool {
        self.first == first
    }

    /// Finds few planes that tell who has a start in a set of half-hours; `None` if no planes do.
    pub(super) fn of<'a>(&self, wanted: &Availability, planes: &'a Planes) -> Option<Times<'a>> {
        if wanted.first_from(0).is_some_and(|at| at < self.first) {
            return None;
        }
        let end = wanted.last().map_or(0, |last| last + 1);
        let covers = |ahead: &usize| end <= self.first + ahead * 2;
        let of_day = hours_in(folded(wanted));
        let horizon = HORIZONS.iter().zip(&self.horizons);
        let (ahead, plane) = horizon.into_iter().find(|(ahead, _)| covers(ahead))?;
        if *wanted == Availability::span(self.first, self.first + ahead * 2) {
            return Some(Times {
                any: vec![planes.of(*plane)],
                exact: true,
            });
        }
        let hourly = HOURLY.iter().zip(&self.hours);
        let (ahead, hours) = hourly.into_iter().find(|(ahead, _)| covers(ahead))?;
        let left_out =
            Availability::span(self.first, self.first + ahead * 2).and(&wanted.complement());
        let hours = hours.iter().enumerate();
        Some(Times {
            any: hours
                .filter(|(hour, _)| of_day >> hour & 1 == 1)
                .map(|(_, plane)| planes.of(*plane))
                .collect(),
            exact: hours_in(folded(&left_out)) & of_day == 0,
        })
    }
}

/// Tells in which hours of the day starts from `first` on lie, for each of [`HOURLY`].
fn hours_of(times: &Availability, first: usize) -> [u32; HOURLY.len()] {
    let mut hours = [0_u32; HOURLY.len()];
    for (at, word) in times.0.iter().enumerate().skip(first / 64) {
        let mut left = *word;
        while left != 0 {
            let half_hour = at * 64 + left.trailing_zeros() as usize;
            left &= left - 1;
            let hour = 1 << (half_hour % DAY / 2);
            for (set, ahead) in hours.iter_mut().zip(HOURLY) {
                *set |= if half_hour >= first && half_hour < first + ahead * 2 {
                    hour
                } else {
                    0
                };
            }
        }
    }
    hours
}

/// Lays all days of a set over each other: 48 bits.
fn folded(set: &Availability) -> u64 {
    let word = |at: usize| set.0.get(at).copied().unwrap_or(0);
    let day = |day: usize| {
        let (at, shift) = (day * DAY / 64, day * DAY % 64);
        // Two words side by side, because days are no whole words.
        let wide = u128::from(word(at + 1)) << 64 | u128::from(word(at));
        (wide >> shift) as u64 & ((1 << DAY) - 1)
    };
    (0..HALF_HOURS / DAY).fold(0, |all, at| all | day(at))
}

/// Tells the hours in which half-hours of a day lie.
fn hours_in(day: u64) -> u32 {
    (0..24).fold(0, |hours, hour| {
        hours | u32::from(day >> (2 * hour) & 0b11 != 0) << hour
    })
}
