//! Who is free when, as planes: prepared for the moment at which questions are asked.
//!
//! For five horizons there is a plane of those who have a start within it. For three of them
//! each hour of the day (in UTC) has a plane too: "evenings of the next seven days" is the
//! union of four such planes, whatever the zone.

use super::plane::{Block, Plane, Planes};
use crate::availability::Availability;

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
        let spans = HOURLY.map(|ahead| Availability::span(first, first.saturating_add(ahead * 2)));
        for (at, rows) in times.chunks(64).enumerate() {
            let mut horizons = [0_u64; HORIZONS.len()];
            let mut hours = [[0_u64; 24]; HOURLY.len()];
            for (bit, times) in rows.iter().enumerate() {
                let Some(next) = times.first_from(first) else {
                    continue;
                };
                for (word, ahead) in horizons.iter_mut().zip(HORIZONS) {
                    *word |= u64::from(next < first.saturating_add(ahead * 2)) << bit;
                }
                for (words, span) in hours.iter_mut().zip(&spans) {
                    let mut left = hours_in(folded(&times.and(span)));
                    while left != 0 {
                        if let Some(word) = words.get_mut(left.trailing_zeros() as usize / 2) {
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
        let covers = |ahead: &usize| end <= self.first.saturating_add(ahead * 2);
        let of_day = hours_in(folded(wanted));
        let horizon = HORIZONS.iter().zip(&self.horizons);
        let (ahead, plane) = horizon.into_iter().find(|(ahead, _)| covers(ahead))?;
        if *wanted == Availability::span(self.first, self.first.saturating_add(ahead * 2)) {
            return Some(Times {
                any: vec![planes.of(*plane)],
                exact: true,
            });
        }
        let hourly = HOURLY.iter().zip(&self.hours);
        let (ahead, hours) = hourly.into_iter().find(|(ahead, _)| covers(ahead))?;
        let left_out = Availability::span(self.first, self.first.saturating_add(ahead * 2))
            .and(&wanted.complement());
        let hours = hours.iter().enumerate();
        Some(Times {
            any: hours
                .filter(|(hour, _)| of_day >> (2 * hour) & 1 == 1)
                .map(|(_, plane)| planes.of(*plane))
                .collect(),
            exact: hours_in(folded(&left_out)) & of_day == 0,
        })
    }
}

/// Lays all days of a set over each other: 48 bits.
fn folded(set: &Availability) -> u64 {
    // Three words hold four days, whatever three words: so words are laid over each other first.
    let mut three = [0; 3];
    for words in set.0.chunks(3) {
        three
            .iter_mut()
            .zip(words)
            .for_each(|(all, word)| *all |= word);
    }
    let [a, b, c] = three;
    (a | a >> 48 | b << 16 | b >> 32 | c << 32 | c >> 16) & ((1 << DAY) - 1)
}

/// Tells the hours in which half-hours of a day lie, at every second bit.
const fn hours_in(day: u64) -> u64 {
    (day | day >> 1) & 0x5555_5555_5555
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::availability::HALF_HOURS;

    /// Tells what the planes of a set say of one row: is it in them, and do they tell exactly.
    fn told(first: usize, row: &Availability, wanted: &Availability) -> Option<(bool, bool)> {
        let mut planes = Planes::new(70, 128);
        let mut clock = Clock::new(&mut planes);
        let mut rows = [Availability::NONE; 70];
        rows[66] = *row;
        clock.set(first, &rows, &mut planes);
        let times = clock.of(wanted, &planes)?;
        let is_set = |row: usize| {
            times
                .any
                .iter()
                .any(|plane| plane[row / 512].bit(row % 512))
        };
        assert!((0..66).all(|row| !is_set(row)));
        Some((is_set(66), times.exact))
    }

    /// The half-hours `from..to` of so many days from a day on.
    fn daily(days: core::ops::Range<usize>, from: usize, to: usize) -> Availability {
        let mut set = Availability::NONE;
        days.for_each(|day| set.set_span(day * DAY + from, day * DAY + to));
        set
    }

    #[test]
    fn evenings_of_a_week_are_told_by_planes_alone() {
        let evenings = daily(0..7, 2, 10);
        for at in 0..HALF_HOURS {
            let row = Availability::span(at, at + 1);
            let expected = Some((evenings.is_set(at), true));
            assert_eq!(told(0, &row, &evenings), expected, "{at}");
        }
    }

    #[test]
    fn a_week_that_begins_in_the_middle_of_an_evening_is_told_as_well() {
        let first = 5;
        let evenings = daily(0..8, 2, 10).and(&Availability::span(first, first + 336));
        for at in [0, 2, 4, 5, 9, 10, 50, 300, 338, 339, 341, 345, 400] {
            let row = Availability::span(at, at + 1);
            let expected = Some((evenings.is_set(at), true));
            assert_eq!(told(first, &row, &evenings), expected, "{at}");
        }
    }

    #[test]
    fn whoever_has_a_start_is_in_the_planes_and_odd_times_are_not_promised() {
        let wanted = Availability::span(31, 33).or(&Availability::span(100, 103));
        for at in [31, 32, 100, 101, 102] {
            let row = Availability::span(at, at + 1);
            assert_eq!(told(7, &row, &wanted), Some((true, false)), "{at}");
        }
        assert_eq!(
            told(40, &Availability::ALL, &wanted),
            None,
            "before the first"
        );
    }
}
