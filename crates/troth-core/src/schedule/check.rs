use jiff::civil::DateTime;

use crate::moment::zone;

use super::occurrences::LARGEST_COUNT;
use super::{Frequency, Rule, RuleEnd, Schedule, ScheduleError};

/// The longest interval.
const LARGEST_INTERVAL: u16 = 999;
/// The most due times on one day.
const MOST_A_DAY: usize = 24;
/// The most weekdays, or days of the month, that a rule names.
const MOST_DAYS: usize = 35;

impl Schedule {
    /// Checks a schedule that was put together by hand, and drops seconds, which promises do not have.
    ///
    /// # Errors
    ///
    /// [`ScheduleError`] says what to write instead.
    pub fn checked(self) -> Result<Self, ScheduleError> {
        if zone(self.zone()).is_none() {
            return Err(ScheduleError::UnknownZone);
        }
        let whole = match self {
            Self::Once { due, zone } => Self::Once {
                due: as_it_will_be(to_minute(due), &zone),
                zone,
            },
            Self::ByDate { date, zone } => Self::ByDate { date, zone },
            Self::Every {
                mut rule,
                start,
                zone,
            } => {
                if let RuleEnd::Until(until) = rule.end {
                    rule.end = RuleEnd::Until(to_minute(until));
                }
                Self::Every {
                    rule,
                    start: to_minute(start),
                    zone,
                }
            }
        };
        whole.check_form()?;
        Ok(whole)
    }

    /// Checks everything but the name of the zone, so that two devices with different lists of zones agree.
    pub(crate) fn check_form(&self) -> Result<(), ScheduleError> {
        match self {
            Self::Once { .. } | Self::ByDate { .. } => {}
            Self::Every { rule, .. } => rule.check()?,
        }
        self.first().map(|_| ()).ok_or(ScheduleError::Never)
    }
}

impl Rule {
    fn check(&self) -> Result<(), ScheduleError> {
        if !(1..=LARGEST_INTERVAL).contains(&self.interval) {
            return Err(ScheduleError::Interval);
        }
        if let RuleEnd::Count(count) = self.end
            && !(1..=LARGEST_COUNT).contains(&count)
        {
            return Err(ScheduleError::Count);
        }
        let is_monthly = self.frequency == Frequency::Monthly;
        let places_fit = self.days.iter().all(|day| match day.place {
            None => true,
            Some(place) => is_monthly && (1..=5).contains(&place.unsigned_abs()),
        });
        if !places_fit || self.days.len() > MOST_DAYS {
            return Err(ScheduleError::Day);
        }
        let month_days_fit = self
            .month_days
            .iter()
            .all(|day| (1..=31).contains(&day.unsigned_abs()));
        let is_weekly = self.frequency == Frequency::Weekly;
        if !month_days_fit
            || self.month_days.len() > MOST_DAYS
            || (is_weekly && !self.month_days.is_empty())
        {
            return Err(ScheduleError::MonthDay);
        }
        if self.hours.iter().any(|hour| *hour > 23) {
            return Err(ScheduleError::Hour);
        }
        if self.minutes.iter().any(|minute| *minute > 59) {
            return Err(ScheduleError::Minute);
        }
        if self
            .hours
            .len()
            .max(1)
            .saturating_mul(self.minutes.len().max(1))
            > MOST_A_DAY
        {
            return Err(ScheduleError::TooOften);
        }
        Ok(())
    }
}

/// Moves a time that the clocks leave out on by the length of the gap, as it will be on the wall.
fn as_it_will_be(local: DateTime, name: &str) -> DateTime {
    let known = zone(name);
    let moved = known.and_then(|zone| zone.to_ambiguous_zoned(local).compatible().ok());
    moved.map_or(local, |moved| moved.datetime())
}

/// Cuts a wall-clock time to the minute.
pub(super) fn to_minute(local: DateTime) -> DateTime {
    local.date().at(local.hour(), local.minute(), 0, 0)
}
