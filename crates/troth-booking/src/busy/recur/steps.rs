//! Rules by the hour, minute and second: steps on the wall clock, with leaps over what is left out.

use alloc::vec::Vec;

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::days::{Filter, midnight, time};
use super::{Budget, Recurrence};
use crate::busy::rule::Frequency;

impl Recurrence<'_> {
    /// The wall-clock time at which a period begins.
    pub(super) fn base(&self, period: i64) -> Option<DateTime> {
        let Some(unit) = self.unit() else {
            return self.first_day(period).map(midnight);
        };
        let seconds = period.checked_mul(self.rule.interval)?.checked_mul(unit)?;
        let first = self.first_step()?;
        first.checked_add(SignedDuration::from_secs(seconds)).ok()
    }

    /// A period that begins surely before a wall-clock time, the first one at the earliest.
    pub(super) fn period_before(&self, wall: DateTime) -> i64 {
        let Some(unit) = self.unit() else {
            return self.day_period_before(wall.date());
        };
        let since = wall.duration_since(self.start).as_secs() - 86_400;
        (since / unit / self.rule.interval - 2).max(0)
    }

    /// Lists the times of one step, and names the next one worth a look.
    pub(super) fn step(
        &self,
        period: i64,
        base: DateTime,
        filter: &Filter,
        budget: &mut Budget,
    ) -> Option<(Vec<DateTime>, i64)> {
        if !budget.take(1) {
            return None;
        }
        let nothing = |next: Option<DateTime>| {
            let next = next.map_or(period + 1, |next| self.step_from(period, base, next));
            Some((Vec::new(), next))
        };
        let rule = self.rule;
        if self.is_day || !self.names(base.date(), filter) {
            return nothing(base.date().tomorrow().ok().map(midnight));
        }
        if !rule.has_hour(base.hour()) {
            return nothing(end_of(base, 3600));
        }
        if rule.frequency <= Frequency::Minutely && !rule.has_minute(base.minute()) {
            return nothing(end_of(base, 60));
        }
        if rule.frequency == Frequency::Secondly && !rule.has_second(base.second()) {
            return nothing(None);
        }
        let walls = self.within_step(base);
        if !budget.take(walls.len() as u64) {
            return None;
        }
        Some((self.chosen(walls), period + 1))
    }

    /// The times within one hour or minute that the rule names.
    fn within_step(&self, base: DateTime) -> Vec<DateTime> {
        let rule = self.rule;
        let or = |list: &[i32], number: i8| {
            if list.is_empty() {
                alloc::vec![i32::from(number)]
            } else {
                list.to_vec()
            }
        };
        let minutes = match rule.frequency {
            Frequency::Hourly => or(&rule.minutes, self.start.minute()),
            _ => alloc::vec![i32::from(base.minute())],
        };
        let seconds = match rule.frequency {
            Frequency::Secondly => alloc::vec![i32::from(base.second())],
            _ => or(&rule.seconds, self.start.second()),
        };
        let mut walls = Vec::new();
        for minute in &minutes {
            for second in &seconds {
                let time = time(base.hour().into(), *minute, *second);
                walls.extend(time.map(|time| base.date().to_datetime(time)));
            }
        }
        walls.dedup();
        walls
    }

    /// The seconds of one step, if the rule goes by hours or shorter.
    const fn unit(&self) -> Option<i64> {
        match self.rule.frequency {
            Frequency::Secondly => Some(1),
            Frequency::Minutely => Some(60),
            Frequency::Hourly => Some(3600),
            _ => None,
        }
    }

    /// The start, cut down to the hour, minute or second.
    fn first_step(&self) -> Option<DateTime> {
        let start = self.start;
        let (minute, second) = match self.rule.frequency {
            Frequency::Secondly => (start.minute(), start.second()),
            Frequency::Minutely => (start.minute(), 0),
            _ => (0, 0),
        };
        let time = time(start.hour().into(), minute.into(), second.into());
        time.map(|time| start.date().to_datetime(time))
    }

    /// The first later step that begins at a wall-clock time or after it.
    fn step_from(&self, period: i64, base: DateTime, from: DateTime) -> i64 {
        let length = self.unit().unwrap_or(1).saturating_mul(self.rule.interval);
        let seconds = from.duration_since(base).as_secs().max(1);
        period.saturating_add(seconds.saturating_add(length - 1) / length)
    }
}

/// The wall clock at the end of its hour (3600) or minute (60).
fn end_of(base: DateTime, length: i64) -> Option<DateTime> {
    let within = i64::from(base.minute()) * 60 + i64::from(base.second());
    let ahead = length - within.rem_euclid(length);
    base.checked_add(SignedDuration::from_secs(ahead)).ok()
}
