use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::moment::{zone, zoned};

use super::{Frequency, Occurrence, Rule, RuleDay, RuleEnd, Schedule};

/// The most due times that a rule with a count has.
pub(super) const LARGEST_COUNT: u32 = 1000;
/// After so many rounds without a due time a rule counts as finished.
const MOST_EMPTY_ROUNDS: usize = 1500;

impl Schedule {
    /// Returns the IANA name of the schedule's zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        match self {
            Self::Once { zone, .. } | Self::ByDate { zone, .. } | Self::Every { zone, .. } => zone,
        }
    }

    /// Turns a due time into an instant.
    ///
    /// A wall-clock time that the change to summer time skips counts as if the clock had not been
    /// put forward yet; one that comes twice means the first (RFC 5545, section 3.3.5). Where the
    /// zone is not known, UTC holds. `None` lies outside the calendar.
    #[must_use]
    pub fn instant(&self, occurrence: Occurrence) -> Option<Timestamp> {
        let zone = zone(self.zone()).unwrap_or(TimeZone::UTC);
        zone.to_ambiguous_timestamp(occurrence.local)
            .compatible()
            .ok()
    }

    /// Lists the due times after `after` and up to `until`, the first `most` of them.
    #[must_use]
    pub fn between(&self, after: Timestamp, until: Timestamp, most: usize) -> Vec<Occurrence> {
        let (from, to) = (self.day_before(after), self.day_after(until));
        self.forward(from)
            .take_while(|one| one.local <= to)
            .filter(|one| {
                self.instant(*one)
                    .is_some_and(|due| after < due && due <= until)
            })
            .filter(|one| !self.is_shown_later(*one))
            .take(most)
            .collect()
    }

    /// Lists the due times up to `until` and after `after`, the last `most` of them, oldest first.
    #[must_use]
    pub fn newest(&self, after: Timestamp, until: Timestamp, most: usize) -> Vec<Occurrence> {
        let (from, to) = (self.day_before(after), self.day_after(until));
        let mut found: Vec<Occurrence> = self
            .backward(to)
            .take_while(|one| one.local >= from)
            .filter(|one| {
                self.instant(*one)
                    .is_some_and(|due| after < due && due <= until)
            })
            .filter(|one| !self.is_shown_later(*one))
            .take(most)
            .collect();
        found.reverse();
        found
    }

    /// Finds the first due time after an instant.
    #[must_use]
    pub fn next_after(&self, after: Timestamp) -> Option<Occurrence> {
        self.forward(self.day_before(after))
            .filter(|one| !self.is_shown_later(*one))
            .find(|one| self.instant(*one).is_some_and(|due| due > after))
    }

    /// Finds the last due time at or before an instant.
    #[must_use]
    pub fn last_until(&self, until: Timestamp) -> Option<Occurrence> {
        self.backward(self.day_after(until))
            .find(|one| self.instant(*one).is_some_and(|due| due <= until))
    }

    /// Tells whether the clocks leave a due time out, and another one comes at the very moment to
    /// which it moves on: the two are one.
    fn is_shown_later(&self, occurrence: Occurrence) -> bool {
        let Some(due) = self.instant(occurrence) else {
            return false;
        };
        let local = zoned(due, self.zone()).datetime();
        local > occurrence.local && self.contains(Occurrence { local })
    }

    /// Tells whether a due time is one of this schedule, by the wall clock alone.
    #[must_use]
    pub fn contains(&self, occurrence: Occurrence) -> bool {
        match self {
            Self::Once { .. } | Self::ByDate { .. } => self.single() == Some(occurrence),
            Self::Every { rule, start, .. } => rule.has(*start, occurrence.local),
        }
    }

    /// Finds the first due time of all, by the wall clock alone.
    pub(super) fn first(&self) -> Option<Occurrence> {
        match self {
            Self::Once { .. } | Self::ByDate { .. } => self.single(),
            Self::Every { rule, start, .. } => rule
                .forward(*start, *start)
                .next()
                .map(|local| Occurrence { local }),
        }
    }

    /// Walks the due times from a wall-clock time on.
    fn forward(&self, from: DateTime) -> Box<dyn Iterator<Item = Occurrence> + '_> {
        match self {
            Self::Once { .. } | Self::ByDate { .. } => Box::new(self.single().into_iter()),
            Self::Every { rule, start, .. } => {
                Box::new(rule.forward(*start, from).map(|local| Occurrence { local }))
            }
        }
    }

    /// Walks the due times from a wall-clock time back.
    fn backward(&self, from: DateTime) -> Box<dyn Iterator<Item = Occurrence> + '_> {
        match self {
            Self::Once { .. } | Self::ByDate { .. } => Box::new(self.single().into_iter()),
            Self::Every { rule, start, .. } => Box::new(
                rule.backward(*start, from)
                    .map(|local| Occurrence { local }),
            ),
        }
    }

    /// Goes back further than any change of the clocks.
    fn day_before(&self, at: Timestamp) -> DateTime {
        let local = zoned(at, self.zone()).datetime();
        local.checked_sub(2.days()).unwrap_or(DateTime::MIN)
    }

    /// Goes on further than any change of the clocks.
    fn day_after(&self, at: Timestamp) -> DateTime {
        let local = zoned(at, self.zone()).datetime();
        local.checked_add(2.days()).unwrap_or(DateTime::MAX)
    }

    fn single(&self) -> Option<Occurrence> {
        match self {
            Self::Once { due, .. } => Some(Occurrence { local: *due }),
            Self::ByDate { date, .. } => Some(Occurrence {
                local: date.at(23, 59, 0, 0),
            }),
            Self::Every { .. } => None,
        }
    }
}

impl Rule {
    /// Walks the wall-clock times from `from` on.
    fn forward(&self, start: DateTime, from: DateTime) -> Box<dyn Iterator<Item = DateTime> + '_> {
        if let RuleEnd::Count(count) = self.end {
            let counted = self.rounds_up(start, 0, start).take(capped(count));
            return Box::new(counted.filter(move |local| *local >= from));
        }
        let first = self.round_of(start, from.max(start)).saturating_sub(1);
        let until = self.until();
        Box::new(
            self.rounds_up(start, first, from.max(start))
                .take_while(move |local| until.is_none_or(|until| *local <= until)),
        )
    }

    /// Tells whether a wall-clock time is one of the rule's.
    fn has(&self, start: DateTime, local: DateTime) -> bool {
        match self.end {
            RuleEnd::Count(_) => self.forward(start, local).next() == Some(local),
            RuleEnd::Never | RuleEnd::Until(_) => {
                local >= start
                    && self.until().is_none_or(|until| local <= until)
                    && self
                        .times_of(start, self.round_of(start, local))
                        .contains(&local)
            }
        }
    }

    /// Walks the wall-clock times from `from` back.
    fn backward(&self, start: DateTime, from: DateTime) -> Box<dyn Iterator<Item = DateTime> + '_> {
        if let RuleEnd::Count(count) = self.end {
            let mut counted: Vec<DateTime> = self
                .rounds_up(start, 0, start)
                .take(capped(count))
                .collect();
            counted.retain(|local| *local <= from);
            return Box::new(counted.into_iter().rev());
        }
        let from = self.until().map_or(from, |until| until.min(from));
        if from < start {
            return Box::new(std::iter::empty());
        }
        let last = self.round_of(start, from) + 1;
        Box::new(
            (0..=last)
                .rev()
                .scan(0, move |empty, round| {
                    let mut times = self.times_of(start, round);
                    times.retain(|local| (start..=from).contains(local));
                    times.reverse();
                    *empty = if times.is_empty() { *empty + 1 } else { 0 };
                    (*empty < MOST_EMPTY_ROUNDS).then_some(times)
                })
                .flatten(),
        )
    }

    /// Walks the wall-clock times at or after `from`, round by round.
    fn rounds_up(
        &self,
        start: DateTime,
        first: i64,
        from: DateTime,
    ) -> impl Iterator<Item = DateTime> + '_ {
        (first..)
            .scan(0, move |empty, round| {
                let mut times = self.times_of(start, round);
                times.retain(|local| *local >= from);
                *empty = if times.is_empty() { *empty + 1 } else { 0 };
                (*empty < MOST_EMPTY_ROUNDS).then_some(times)
            })
            .flatten()
    }

    fn until(&self) -> Option<DateTime> {
        match self.end {
            RuleEnd::Until(until) => Some(until),
            RuleEnd::Never | RuleEnd::Count(_) => None,
        }
    }

    fn every(&self) -> i64 {
        i64::from(self.interval.max(1))
    }

    /// Says in which round, counted from the start's, a wall-clock time lies.
    fn round_of(&self, start: DateTime, local: DateTime) -> i64 {
        let (from, to) = (start.date(), local.date());
        let units = match self.frequency {
            Frequency::Daily => days_between(from, to),
            Frequency::Weekly => days_between(monday(from), to) / 7,
            Frequency::Monthly => months(to) - months(from),
        };
        (units / self.every()).max(0)
    }

    /// Lists the wall-clock times of one round, in order.
    fn times_of(&self, start: DateTime, round: i64) -> Vec<DateTime> {
        let Some(days) = self.days_of(start.date(), round) else {
            return Vec::new();
        };
        let or_start = |list: &[u8], own: i8| {
            if list.is_empty() {
                vec![own]
            } else {
                list.iter()
                    .map(|one| i8::try_from(*one).unwrap_or(own))
                    .collect()
            }
        };
        let hours = or_start(&self.hours, start.hour());
        let minutes = or_start(&self.minutes, start.minute());
        let mut times: Vec<DateTime> = days
            .iter()
            .flat_map(|day| hours.iter().map(move |hour| (day, hour)))
            .flat_map(|(day, hour)| minutes.iter().map(move |minute| (day, hour, minute)))
            .filter_map(|(day, hour, minute)| {
                let time = jiff::civil::Time::new(*hour, *minute, 0, 0).ok()?;
                Some(day.to_datetime(time))
            })
            .collect();
        times.sort_unstable();
        times.dedup();
        times
    }

    /// Lists the days of one round; `None` beyond the calendar.
    fn days_of(&self, start: Date, round: i64) -> Option<Vec<Date>> {
        let steps = round.checked_mul(self.every())?;
        match self.frequency {
            Frequency::Daily => {
                let day = plus_days(start, steps)?;
                Some(if self.allows(day) {
                    vec![day]
                } else {
                    Vec::new()
                })
            }
            Frequency::Weekly => {
                let first = plus_days(monday(start), steps.checked_mul(7)?)?;
                let week = (0..7).filter_map(|days| plus_days(first, days));
                Some(
                    week.filter(|day| {
                        if self.days.is_empty() {
                            day.weekday() == start.weekday()
                        } else {
                            self.has_weekday(day.weekday())
                        }
                    })
                    .collect(),
                )
            }
            Frequency::Monthly => {
                let steps = i32::try_from(steps).ok()?;
                let first = start
                    .first_of_month()
                    .checked_add(0.months().try_months(steps).ok()?)
                    .ok()?;
                let days =
                    (0..i64::from(first.days_in_month())).filter_map(|days| plus_days(first, days));
                Some(
                    days.filter(|day| self.falls_in_month(start, *day))
                        .collect(),
                )
            }
        }
    }

    /// Tells whether a monthly rule means this day.
    fn falls_in_month(&self, start: Date, day: Date) -> bool {
        if self.days.is_empty() && self.month_days.is_empty() {
            return day.day() == start.day();
        }
        let by_weekday = self.days.is_empty() || self.days.iter().any(|rule| rule.means(day));
        by_weekday && self.has_month_day(day)
    }

    /// Tells whether a daily rule lets this day through.
    fn allows(&self, day: Date) -> bool {
        (self.days.is_empty() || self.has_weekday(day.weekday())) && self.has_month_day(day)
    }

    fn has_weekday(&self, weekday: Weekday) -> bool {
        self.days.iter().any(|rule| rule.weekday == weekday)
    }

    fn has_month_day(&self, day: Date) -> bool {
        let from_end = day.day() - day.days_in_month() - 1;
        self.month_days.is_empty()
            || self
                .month_days
                .iter()
                .any(|one| *one == day.day() || *one == from_end)
    }
}

impl RuleDay {
    /// Tells whether a day of a month is meant, by its weekday and its place.
    fn means(self, day: Date) -> bool {
        let from_start = (day.day() - 1) / 7 + 1;
        let from_end = -((day.days_in_month() - day.day()) / 7 + 1);
        self.weekday == day.weekday()
            && self
                .place
                .is_none_or(|place| place == from_start || place == from_end)
    }
}

fn capped(count: u32) -> usize {
    usize::try_from(count.min(LARGEST_COUNT)).unwrap_or(0)
}

fn monday(day: Date) -> Date {
    plus_days(day, -i64::from(day.weekday().to_monday_zero_offset())).unwrap_or(day)
}

fn plus_days(day: Date, days: i64) -> Option<Date> {
    let days = i32::try_from(days).ok()?;
    day.checked_add(0.days().try_days(days).ok()?).ok()
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

fn months(day: Date) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month())
}
