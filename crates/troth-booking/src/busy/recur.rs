//! Recurrence: from a rule to instants, on the wall clock of a zone (RFC 5545, section 3.3.10).
//!
//! Rules by the day or longer name dates, and times of day on them; rules by the hour or shorter step
//! through the wall clock. Then a zone says what each wall-clock time means: one that does not
//! exist is skipped and not counted, one that comes twice is the first, except that rules by the
//! hour or shorter, which go on through the change, take both.

use alloc::vec::Vec;

use jiff::civil::{Date, DateTime, Time};

use super::rule::{Frequency, Rule};
use super::value::Form;
use super::zone::{Meaning, Zone, seconds_on_wall};

mod days;
mod steps;

/// The most times that one period may name.
const MOST_CANDIDATES: usize = 200_000;

/// How many steps may still be taken; what runs out of it is cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Budget(u64);

impl Budget {
    /// So many steps.
    pub(super) const fn new(steps: u64) -> Self {
        Self(steps)
    }

    /// Takes steps; false if there are not enough.
    pub(super) fn take(&mut self, steps: u64) -> bool {
        let is_enough = self.0 >= steps;
        self.0 = self.0.saturating_sub(steps);
        is_enough
    }
}

/// A rule with what it counts from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recurrence<'a> {
    pub(super) rule: &'a Rule,
    /// The first instance, on the wall.
    pub(super) start: DateTime,
    pub(super) zone: &'a Zone,
    /// Whether the instances are days, so that parts about hours have no meaning.
    pub(super) is_day: bool,
    /// Whether the start is an instance though the rule does not name it.
    pub(super) has_start: bool,
}

/// One time that a rule comes round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instance {
    /// The instant, in seconds of UTC.
    pub(super) at: i64,
    /// The wall clock then.
    pub(super) wall: DateTime,
}

/// Whether everything was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Everything asked for.
    All,
    /// Everything before this instant; the budget ran out.
    Until(i64),
}

/// What is gathered while a rule is walked through.
struct Walk<'a> {
    recurrence: Recurrence<'a>,
    range: (i64, i64),
    found: Vec<Instance>,
    left: u32,
}

impl Recurrence<'_> {
    /// Lists the instances from the first second of the range up to, not including, the last.
    ///
    /// The start of a series is always an instance (section 3.8.5.3). Where the rule does not name it, which the RFC
    /// leaves open, it is not counted: so nothing is missing that another reader shows.
    pub(super) fn within(&self, range: (i64, i64), budget: &mut Budget) -> (Vec<Instance>, Reach) {
        let mut walk = Walk {
            recurrence: *self,
            range,
            found: Vec::new(),
            left: self.rule.count.unwrap_or(u32::MAX),
        };
        let reach = self.walk(&mut walk, budget);
        if self.has_start {
            let first = self.zone.meaning(self.start).first();
            walk.keep(first, self.start);
        }
        walk.found.sort_unstable();
        walk.found.dedup();
        (walk.found, reach)
    }

    /// Walks through the periods of the rule.
    fn walk(&self, walk: &mut Walk<'_>, budget: &mut Budget) -> Reach {
        // Times of day are worked out once, and there may be a whole day of seconds.
        let parts = [&self.rule.hours, &self.rule.minutes, &self.rule.seconds];
        let times: usize = parts.iter().map(|part| part.len().max(1)).product();
        if !budget.take(times as u64) {
            return Reach::Until(self.zone.meaning(self.start).first());
        }
        let filter = self.filter();
        // A rule with a count is walked from its start; any other from shortly before the range.
        let mut period = if self.rule.count.is_some() {
            0
        } else {
            let from = self.zone.wall(walk.range.0.max(-62_000_000_000));
            self.period_before(from)
        };
        let last = self.last_wall(walk.range.1);
        while let Some(base) = self.base(period) {
            if base > last || walk.left == 0 {
                return Reach::All;
            }
            let Some((walls, next)) = self.candidates(period, base, &filter, budget) else {
                return Reach::Until(self.zone.meaning(base).first());
            };
            for wall in walls {
                if walk.left == 0 || wall > last {
                    return Reach::All;
                }
                self.place(wall, walk);
            }
            period = next;
        }
        Reach::All
    }

    /// Places one wall-clock time in time, if it exists and is not past the end of the rule.
    fn place(&self, wall: DateTime, walk: &mut Walk<'_>) {
        if wall < self.start {
            return;
        }
        match self.zone.meaning(wall) {
            meaning if wall == self.start => walk.take(meaning.first(), wall),
            Meaning::Never(_) if !self.is_day => {}
            Meaning::Twice(first, second) if self.rule.frequency <= Frequency::Hourly => {
                walk.take(first, wall);
                walk.take(second, wall);
            }
            meaning => walk.take(meaning.first(), wall),
        }
    }

    /// The last wall-clock time that can matter: two days after the range, or the end of the rule.
    fn last_wall(&self, to: i64) -> DateTime {
        let range = self.zone.wall(to.clamp(-62_000_000_000, 250_000_000_000));
        let range = range.saturating_add(jiff::SignedDuration::from_hours(48));
        let until = self.rule.until.map(|until| match until.form {
            Form::Day => until.wall.date().to_datetime(Time::constant(23, 59, 59, 0)),
            Form::Local | Form::Offset(_) => until.wall,
            Form::Utc if self.is_day => until.wall,
            // The exact end is looked at instant by instant; here the clock may be put back yet.
            Form::Utc => self
                .zone
                .wall(seconds_on_wall(until.wall))
                .saturating_add(jiff::SignedDuration::from_hours(3)),
        });
        until.map_or(range, |until| until.min(range))
    }
}

impl Recurrence<'_> {
    /// Lists the wall-clock times of one period, and names the next period worth a look.
    ///
    /// `None` if the budget does not suffice.
    fn candidates(
        &self,
        period: i64,
        base: DateTime,
        filter: &days::Filter,
        budget: &mut Budget,
    ) -> Option<(Vec<DateTime>, i64)> {
        if self.rule.frequency <= Frequency::Hourly {
            return self.step(period, base, filter, budget);
        }
        let days = self.days(base.date(), filter);
        let size = days.len().saturating_mul(filter.times.len());
        if size > MOST_CANDIDATES || !budget.take(days::cost(self.rule.frequency) + size as u64) {
            return None;
        }
        let on_day = |day: Date| filter.times.iter().map(move |time| day.to_datetime(*time));
        let walls: Vec<DateTime> = days.into_iter().flat_map(on_day).collect();
        Some((self.chosen(walls), period + 1))
    }

    /// Chooses the times that `BYSETPOS` names; all of them if it is absent.
    fn chosen(&self, walls: Vec<DateTime>) -> Vec<DateTime> {
        if self.rule.places.is_empty() {
            return walls;
        }
        let place = |place: &i32| {
            let place = if *place > 0 {
                usize::try_from(place - 1).ok()
            } else {
                walls.len().checked_sub(place.unsigned_abs() as usize)
            };
            place.and_then(|place| walls.get(place)).copied()
        };
        let mut chosen: Vec<DateTime> = self.rule.places.iter().filter_map(place).collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }
}

impl Walk<'_> {
    /// Counts one instance, and keeps it.
    fn take(&mut self, at: i64, wall: DateTime) {
        let until = self.recurrence.rule.until;
        let is_past = until.is_some_and(|until| {
            until.form == Form::Utc && !self.recurrence.is_day && at > seconds_on_wall(until.wall)
        });
        if self.left == 0 || is_past {
            return;
        }
        self.left -= 1;
        self.keep(at, wall);
    }

    /// Keeps an instance if it lies in the range.
    fn keep(&mut self, at: i64, wall: DateTime) {
        if self.range.0 <= at && at < self.range.1 {
            self.found.push(Instance { at, wall });
        }
    }
}
