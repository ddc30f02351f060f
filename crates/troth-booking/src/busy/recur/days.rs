//! Rules by the day, week, month and year: which days of a period they name.

use alloc::vec::Vec;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};

use super::Recurrence;
use crate::busy::rule::{Frequency, Rule, RuleDay, Skip};

/// What the parts of a rule ask for, with what the start adds where they say nothing.
#[derive(Debug)]
pub(super) struct Filter {
    months: Vec<i32>,
    month_days: Vec<i32>,
    days: Vec<RuleDay>,
    /// Whether the place of a weekday is counted in the month, not the year.
    is_in_month: bool,
    /// The times of a day, in ascending order.
    pub(super) times: Vec<Time>,
}

/// What it costs to look for the days of one period.
pub(super) const fn cost(frequency: Frequency) -> u64 {
    match frequency {
        Frequency::Yearly => 60,
        Frequency::Monthly => 6,
        Frequency::Weekly => 2,
        _ => 1,
    }
}

impl Recurrence<'_> {
    /// Puts the parts of the rule and what follows from the start together.
    pub(super) fn filter(&self) -> Filter {
        let rule = self.rule;
        let mut filter = Filter {
            months: rule.months.clone(),
            month_days: rule.month_days.clone(),
            days: rule.days.clone(),
            is_in_month: rule.frequency == Frequency::Monthly || !rule.months.is_empty(),
            times: self.times(),
        };
        let names_days =
            !filter.month_days.is_empty() || !filter.days.is_empty() || !rule.year_days.is_empty();
        let weekday = RuleDay {
            place: 0,
            weekday: self.start.weekday(),
        };
        match rule.frequency {
            Frequency::Yearly if !names_days && !rule.weeks.is_empty() => filter.days.push(weekday),
            Frequency::Yearly if !names_days => {
                filter.month_days.push(self.start.day().into());
                if filter.months.is_empty() {
                    filter.months.push(self.start.month().into());
                }
            }
            Frequency::Monthly if !names_days => {
                filter.month_days.push(self.start.day().into());
            }
            Frequency::Weekly if !names_days => filter.days.push(weekday),
            _ => {}
        }
        filter
    }

    /// The times of day that the rule names, in ascending order.
    fn times(&self) -> Vec<Time> {
        if self.is_day {
            return alloc::vec![Time::midnight()];
        }
        let or_start = |list: &[i32], start: i8| {
            if list.is_empty() {
                alloc::vec![i32::from(start)]
            } else {
                list.to_vec()
            }
        };
        let hours = or_start(&self.rule.hours, self.start.hour());
        let minutes = or_start(&self.rule.minutes, self.start.minute());
        let seconds = or_start(&self.rule.seconds, self.start.second());
        let mut times = Vec::new();
        for hour in &hours {
            for minute in &minutes {
                for second in &seconds {
                    times.extend(time(*hour, *minute, *second));
                }
            }
        }
        times.dedup();
        times
    }

    /// The first day of a period.
    pub(super) fn first_day(&self, period: i64) -> Option<Date> {
        let steps = period.checked_mul(self.rule.interval)?;
        let start = self.start.date();
        match self.rule.frequency {
            Frequency::Yearly => {
                let year = i64::from(start.year()).checked_add(steps)?;
                Date::new(year.try_into().ok()?, 1, 1).ok()
            }
            Frequency::Monthly => {
                let month = i64::from(start.year()) * 12 + i64::from(start.month()) - 1;
                let month = month.checked_add(steps)?;
                let year = month.div_euclid(12).try_into().ok()?;
                Date::new(year, (month.rem_euclid(12) + 1).try_into().ok()?, 1).ok()
            }
            Frequency::Weekly => {
                let days = steps.checked_mul(7)?;
                plus_days(week_start(start, self.rule.week_start)?, days)
            }
            _ => plus_days(start, steps),
        }
    }

    /// A period that begins surely before a day, the first one at the earliest.
    pub(super) fn day_period_before(&self, day: Date) -> i64 {
        let start = self.start.date();
        let steps = match self.rule.frequency {
            Frequency::Yearly => i64::from(day.year()) - i64::from(start.year()),
            Frequency::Monthly => {
                (i64::from(day.year()) - i64::from(start.year())) * 12 + i64::from(day.month())
                    - i64::from(start.month())
            }
            Frequency::Weekly => i64::from((day - start).get_days()) / 7,
            _ => i64::from((day - start).get_days()),
        };
        (steps / self.rule.interval - 2).max(0)
    }

    /// Lists the days of a period that begins with a day, in ascending order.
    pub(super) fn days(&self, first: Date, filter: &Filter) -> Vec<Date> {
        let length = match self.rule.frequency {
            Frequency::Yearly => i64::from(first.days_in_year()),
            Frequency::Monthly => i64::from(first.days_in_month()),
            Frequency::Weekly => 7,
            _ => 1,
        };
        let period = first.series(1.day()).take(length.unsigned_abs() as usize);
        let mut days: Vec<Date> = period.filter(|day| self.names(*day, filter)).collect();
        if self.rule.skip != Skip::Omit {
            days.extend(self.skipped_days(first, filter));
            days.sort_unstable();
            days.dedup();
        }
        days
    }

    /// Says whether the rule names a day.
    pub(super) fn names(&self, day: Date, filter: &Filter) -> bool {
        let month_length = i32::from(day.days_in_month());
        let of_month = i32::from(day.day());
        has(&filter.months, i32::from(day.month()), None)
            && has(&filter.month_days, of_month, Some(month_length))
            && has(
                &self.rule.year_days,
                i32::from(day.day_of_year()),
                Some(i32::from(day.days_in_year())),
            )
            && (filter.days.is_empty()
                || filter
                    .days
                    .iter()
                    .any(|one| is_day(*one, day, filter.is_in_month)))
            && self.is_in_weeks(day)
    }

    /// Says whether a day lies in one of the weeks of the year that the rule names.
    fn is_in_weeks(&self, day: Date) -> bool {
        if self.rule.weeks.is_empty() {
            return true;
        }
        let week = |day| week_of_year(day, self.rule.week_start);
        let Some((year, number)) = week(day) else {
            return false;
        };
        // 28 December always lies in the last week of its year.
        let last = Date::new(year, 12, 28).ok().and_then(week);
        has(&self.rule.weeks, number, last.map(|(_, last)| last))
    }

    /// Lists the days that stand for those which the months of a period do not have (RFC 7529).
    fn skipped_days(&self, first: Date, filter: &Filter) -> Vec<Date> {
        let months = match self.rule.frequency {
            Frequency::Yearly => 12,
            Frequency::Monthly => 1,
            _ => 0,
        };
        let mut days = Vec::new();
        for month in first.series(1.month()).take(months) {
            let length = i32::from(month.days_in_month());
            let is_missing = |day: &&i32| day.abs() > length;
            if !has(&filter.months, month.month().into(), None)
                || !filter.month_days.iter().any(|day| is_missing(&day))
            {
                continue;
            }
            let last = month.last_of_month();
            days.extend(match self.rule.skip {
                Skip::Backward => Some(last),
                Skip::Forward => last.tomorrow().ok(),
                Skip::Omit => None,
            });
        }
        let is_named = |day: &Date| {
            let mut days = filter.days.iter();
            filter.days.is_empty() || days.any(|one| is_day(*one, *day, filter.is_in_month))
        };
        days.retain(is_named);
        days
    }
}

impl Rule {
    /// Says whether the hour, minute and second of a time are not left out by the rule.
    pub(super) fn has_hour(&self, hour: i8) -> bool {
        has(&self.hours, hour.into(), None)
    }

    /// Says whether the rule does not leave a minute out.
    pub(super) fn has_minute(&self, minute: i8) -> bool {
        has(&self.minutes, minute.into(), None)
    }

    /// Says whether the rule does not leave a second out.
    pub(super) fn has_second(&self, second: i8) -> bool {
        has(&self.seconds, second.into(), None)
    }
}

/// A time of day; a leap second is the second before it.
pub(super) fn time(hour: i32, minute: i32, second: i32) -> Option<Time> {
    let part = |number: i32| i8::try_from(number).ok();
    Time::new(part(hour)?, part(minute)?, part(second.min(59))?, 0).ok()
}

/// Says whether a list is empty or has a number, counted from the front or, if there is a last one, from
/// the end.
fn has(list: &[i32], number: i32, last: Option<i32>) -> bool {
    list.is_empty()
        || list.contains(&number)
        || last.is_some_and(|last| list.contains(&(number - last - 1)))
}

/// Says whether a day is the weekday of a rule, at its place in the month or year.
fn is_day(one: RuleDay, day: Date, is_in_month: bool) -> bool {
    if one.weekday != day.weekday() {
        return false;
    }
    let (number, length) = if is_in_month {
        (i32::from(day.day()), i32::from(day.days_in_month()))
    } else {
        (i32::from(day.day_of_year()), i32::from(day.days_in_year()))
    };
    match one.place {
        0 => true,
        place if place > 0 => (number - 1) / 7 + 1 == place,
        place => (length - number) / 7 + 1 == -place,
    }
}

/// The first day of the week that a day lies in.
fn week_start(day: Date, starts: Weekday) -> Option<Date> {
    let back = day.weekday().since(starts);
    plus_days(day, -i64::from(back))
}

/// The year and number of the week that a day lies in; a week belongs to the year of its fourth day.
fn week_of_year(day: Date, starts: Weekday) -> Option<(i16, i32)> {
    let middle = plus_days(week_start(day, starts)?, 3)?;
    Some((middle.year(), (i32::from(middle.day_of_year()) - 1) / 7 + 1))
}

fn plus_days(day: Date, days: i64) -> Option<Date> {
    day.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// The first moment of a day.
pub(super) fn midnight(day: Date) -> DateTime {
    day.to_datetime(Time::midnight())
}
