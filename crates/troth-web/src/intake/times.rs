//! Parts of the week in which both can, as stretches of real time.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

/// A part of the week, on the clock of the device.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DayPart {
    /// Monday to Friday, 7 to 12.
    WeekdayMorning,
    /// Monday to Friday, 12 to 17.
    WeekdayAfternoon,
    /// Monday to Friday, 17 to 22.
    WeekdayEvening,
    /// Saturday and Sunday, 7 to 13.
    WeekendMorning,
    /// Saturday and Sunday, 13 to 22.
    WeekendLater,
}

impl DayPart {
    /// All parts, as they are offered.
    pub const ALL: [Self; 5] = [
        Self::WeekdayMorning,
        Self::WeekdayAfternoon,
        Self::WeekdayEvening,
        Self::WeekendMorning,
        Self::WeekendLater,
    ];

    const fn hours(self) -> (i8, i8) {
        match self {
            Self::WeekdayMorning => (7, 12),
            Self::WeekdayAfternoon => (12, 17),
            Self::WeekdayEvening => (17, 22),
            Self::WeekendMorning => (7, 13),
            Self::WeekendLater => (13, 22),
        }
    }

    fn is_on(self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        weekend == matches!(self, Self::WeekendMorning | Self::WeekendLater)
    }
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Window {
    /// Its first moment.
    pub from: Timestamp,
    /// The moment after its last.
    pub to: Timestamp,
}

/// Lists the stretches of the next two weeks that lie in `parts`, from `today` on; parts that touch become one.
///
/// `on_the_clock` reads a wall-clock time of the device as an instant, so that a day on which the clocks change is
/// as long as it really is.
#[must_use]
pub fn windows(
    parts: &[DayPart],
    today: Date,
    on_the_clock: impl Fn(DateTime) -> Option<Timestamp>,
) -> Vec<Window> {
    let mut found: Vec<Window> = Vec::new();
    for ahead in 0..15 {
        let Ok(day) = today.checked_add(ahead.days()) else {
            continue;
        };
        for part in DayPart::ALL {
            if !parts.contains(&part) || !part.is_on(day) {
                continue;
            }
            let (first, last) = part.hours();
            let at = |hour| {
                let time = Time::new(hour, 0, 0, 0).ok()?;
                on_the_clock(day.to_datetime(time))
            };
            let (Some(from), Some(to)) = (at(first), at(last)) else {
                continue;
            };
            match found.last_mut() {
                Some(before) if before.to == from => before.to = to,
                _ => found.push(Window { from, to }),
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(at: DateTime) -> Option<Timestamp> {
        at.to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
            .map(|at| at.timestamp())
    }

    const MONDAY: Date = Date::constant(2026, 11, 23);

    #[test]
    fn parts_that_touch_become_one_stretch() {
        let found = windows(
            &[DayPart::WeekdayMorning, DayPart::WeekdayAfternoon],
            MONDAY,
            utc,
        );
        let first = found.first().unwrap();
        assert_eq!(first.from, "2026-11-23T07:00:00Z".parse().unwrap());
        assert_eq!(first.to, "2026-11-23T17:00:00Z".parse().unwrap());
        assert_eq!(found.len(), 11);
    }

    #[test]
    fn a_weekend_has_no_weekday_evening() {
        let found = windows(&[DayPart::WeekendLater], MONDAY, utc);
        assert_eq!(found.len(), 4);
        for window in found {
            let day = window.from.to_zoned(jiff::tz::TimeZone::UTC).weekday();
            assert!(matches!(day, Weekday::Saturday | Weekday::Sunday));
        }
    }

    #[test]
    fn no_part_is_no_stretch() {
        assert!(windows(&[], MONDAY, utc).is_empty());
    }
}
