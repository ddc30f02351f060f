//! When a promise is due: once, by the end of a day, or again and again.
//!
//! Due times are civil times on the wall of a zone, as two people speak of them: "Mondays at six"
//! stays at six when the clocks change. They become instants only where they are compared with one.

use jiff::civil::{Date, DateTime};

/// When a promise is due.
///
/// ```
/// use troth_core::{Moment, Schedule};
///
/// let now = Moment::new("2026-11-22T10:00:00Z".parse()?, "Europe/Vienna");
///
/// let once = Schedule::parse("2026-12-01T18:00[Europe/Vienna]", &now)?;
/// let weekly = Schedule::parse("FREQ=WEEKLY;BYDAY=MO", &now)?;
///
/// assert_eq!(once.to_string(), "2026-12-01T18:00[Europe/Vienna]");
/// assert_eq!(weekly.zone(), "Europe/Vienna");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// At one time on one day.
    Once {
        /// The wall-clock time.
        due: DateTime,
        /// The IANA name of the zone.
        zone: String,
    },
    /// At any time until the end of a day.
    ByDate {
        /// The last day that still keeps the promise.
        date: Date,
        /// The IANA name of the zone.
        zone: String,
    },
    /// Again and again, by a rule.
    Every {
        /// The rule.
        rule: Rule,
        /// The wall-clock time from which the rule counts; its time of day holds unless the rule has its own.
        start: DateTime,
        /// The IANA name of the zone.
        zone: String,
    },
}

/// One due time of a promise, named by its wall-clock time in the promise's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occurrence {
    /// The wall-clock time; for a promise by a date, 23:59 of that day.
    pub local: DateTime,
}

/// How often a rule comes round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// Every so many days.
    Daily,
    /// Every so many weeks, Monday first.
    Weekly,
    /// Every so many months.
    Monthly,
}

/// A day of the week, in a monthly rule perhaps with its place in the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleDay {
    /// The day.
    pub weekday: jiff::civil::Weekday,
    /// 1 to 5 from the start of the month, -1 to -5 from its end; `None` is every one.
    pub place: Option<i8>,
}

/// When a rule ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleEnd {
    /// It does not.
    Never,
    /// After so many due times.
    Count(u32),
    /// At this wall-clock time, included.
    Until(DateTime),
}

/// The part of an RFC 5545 recurrence rule that promises need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// How often it comes round.
    pub frequency: Frequency,
    /// Every how many of them, from 1.
    pub interval: u16,
    /// On which days of the week; empty is as in the start.
    pub days: Vec<RuleDay>,
    /// On which days of the month, from its end if negative; empty is as in the start.
    pub month_days: Vec<i8>,
    /// At which hours; empty is as in the start.
    pub hours: Vec<u8>,
    /// At which minutes; empty is as in the start.
    pub minutes: Vec<u8>,
    /// When it ends.
    pub end: RuleEnd,
}

pub use error::ScheduleError;

mod check;
mod error;
mod occurrences;
mod parse;
#[cfg(test)]
mod tests;
