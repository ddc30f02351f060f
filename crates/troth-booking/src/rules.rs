//! Working hours in civil time, and the slots they leave.
//!
//! A rule names wall-clock times in a zone, as a person says them: "Mondays, nine to five, in
//! Chicago" stays at nine when the clocks change. [`slots`] turns rules into instants.
//!
//! # Where the clocks change
//!
//! - A boundary that the change to summer time skips lies at the moment of the change, so nobody
//!   works outside the hours that the wall showed.
//! - A boundary that comes twice means the first of the two (as in RFC 5545, section 3.3.5).
//! - Between the boundaries all real time counts: a night shift is an hour longer in autumn.
//! - Slots begin where the wall clock shows a round time, counted from the start of the hours.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::time::{Minute, Span};

pub use bits::availability_bits;
pub use clock::Clock;
pub use error::{BadHours, NotOffered};
pub use slots::{Ask, slots};

mod bits;
mod check;
mod clock;
mod error;
mod slots;
#[cfg(test)]
mod tests;
mod windows;

/// When a provider can be booked. Travels as JSON; unknown fields are refused.
///
/// ```
/// use troth_booking::rules::Hours;
///
/// let hours: Hours = serde_json::from_str(
///     r#"{
///         "zone": "America/Chicago",
///         "weekly": [{"days": ["mo", "we"], "from": "09:00", "to": "17:00"}],
///         "off": [{"from": "2026-12-24", "to": "2026-12-26"}],
///         "minutes": [50, 80],
///         "after": 10
///     }"#,
/// )?;
///
/// assert!(hours.check().is_ok());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The IANA name of the zone of every time below.
    pub zone: String,
    /// Hours that come round by the week.
    #[serde(default)]
    pub weekly: Vec<Weekly>,
    /// Hours on single days, added to the weekly ones.
    #[serde(default)]
    pub extra: Vec<Extra>,
    /// Days, or hours of days, on which nothing is offered, whatever else says so.
    #[serde(default)]
    pub off: Vec<Off>,
    /// The lengths of visits, in minutes; the first is the standard one.
    pub minutes: Vec<u16>,
    /// Minutes kept free before a visit.
    #[serde(default)]
    pub before: u16,
    /// Minutes kept free after a visit.
    #[serde(default)]
    pub after: u16,
    /// How many minutes apart visits may begin: 15, 30 or 60.
    #[serde(default = "every_half_hour")]
    pub every: u16,
    /// How many minutes ahead a visit must be booked.
    #[serde(default)]
    pub notice: u32,
    /// How many days ahead a visit may be booked.
    #[serde(default = "two_months")]
    pub horizon: u16,
    /// Whether a visit is booked at once, without waiting for the provider's answer.
    #[serde(default)]
    pub instant: bool,
}

/// Hours that come round by the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weekly {
    /// On which days.
    pub days: BTreeSet<Day>,
    /// From when.
    pub from: Clock,
    /// Until when; one that is not after `from` lies on the next day.
    pub to: Clock,
    /// In every how many weeks, counted from the week of `since`, Monday first.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weeks: u8,
    /// The first day. Needed if `weeks` is more than 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// Hours on a single day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// The day.
    pub date: Date,
    /// From when.
    pub from: Clock,
    /// Until when; one that is not after `from` lies on the next day.
    pub to: Clock,
}

/// Days on which nothing is offered, or hours of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Off {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// The hours of each of these days; all day if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<OffHours>,
}

/// The hours of a day on which nothing is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OffHours {
    /// From when.
    pub from: Clock,
    /// Until when; one that is not after `from` lies on the next day.
    pub to: Clock,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Day {
    /// Monday.
    Mo,
    /// Tuesday.
    Tu,
    /// Wednesday.
    We,
    /// Thursday.
    Th,
    /// Friday.
    Fr,
    /// Saturday.
    Sa,
    /// Sunday.
    Su,
}

/// A time at which a visit may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// When it begins.
    pub start: Minute,
    /// How many minutes it lasts.
    pub minutes: u16,
}

impl Slot {
    /// When it begins and ends.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span::new(self.start, self.start.plus(self.minutes as u32))
    }
}

const fn every_half_hour() -> u16 {
    30
}

const fn two_months() -> u16 {
    60
}

const fn one() -> u8 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
const fn is_one(weeks: &u8) -> bool {
    *weeks == 1
}
