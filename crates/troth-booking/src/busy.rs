//! What a foreign iCalendar feed blocks (RFC 5545, with the `FREEBUSY` of servers).
//!
//! # Invariants
//!
//! 1. **Nothing is lost silently.** A line, a value, a rule or a zone that is not understood becomes a
//!    [`Problem`] that names the line. What can still be known blocks.
//! 2. **In doubt, busy.** A tentative event blocks, a rule that is cut short blocks to the end of the
//!    question, an unknown zone is read as the asker's. A slot too few is a nuisance, one too
//!    many is two people before one door.
//! 3. **Bounded.** Size of the feed, number of problems and steps of recurrence are limited, whatever
//!    the feed says.
//! 4. **Civil time.** Recurrences are expanded on the wall clock of their zone and then placed in
//!    time; wall-clock times that do not exist are skipped and not counted (section 3.3.10).
//! 5. **Nothing is kept.** Neither titles nor people nor places are read.
//!
//! Which parser reads the lines, and why it is our own, is told in `docs/protocol/calendar.md`.

use alloc::vec::Vec;

use jiff::tz::TimeZone;

use crate::span_set::SpanSet;
use crate::time::{Minute, Span};

pub use problem::{Problem, Trouble};

mod collect;
mod component;
mod event;
mod line;
mod problem;
mod recur;
mod rule;
#[cfg(test)]
mod tests;
mod value;
mod windows;
mod zone;

/// The largest feed that is read, in bytes.
pub const LARGEST_FEED: usize = 8 << 20;
/// The most problems that are listed; the rest is counted.
pub const MOST_PROBLEMS: usize = 200;
/// The longest time that can be asked about, in minutes: a hundred years.
pub const LONGEST_QUESTION: u32 = 100 * 366 * 24 * 60;

/// About which time, and in which zone a time without one is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question<'a> {
    /// The time asked about.
    pub within: Span,
    /// The IANA name of the zone of floating times and of days.
    pub zone: &'a str,
}

/// What a feed blocks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Busy {
    /// Every event that blocks, once for each time it comes round, in ascending order.
    pub blocks: Vec<Block>,
    /// What was not understood, in the order of the feed.
    pub problems: Vec<Problem>,
    /// How many problems there were, listed or not.
    pub problem_count: usize,
    /// How many components there were of each sort.
    pub counts: Counts,
}

/// One stretch of time that an event blocks. Its ends may lie outside of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Block {
    /// When.
    pub span: Span,
    /// The line of the feed at which the component begins, from 1.
    pub line: u32,
    /// Whether it lasts whole days.
    pub all_day: bool,
}

/// What the components of a feed were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Events and free-busy lists.
    pub events: u32,
    /// Events that say that the time stays free.
    pub transparent: u32,
    /// Events that were called off.
    pub cancelled: u32,
    /// Events without any length.
    pub instants: u32,
    /// Older versions of events that are in the feed twice.
    pub superseded: u32,
    /// Tasks, journals, alarms and zones, which block nothing.
    pub others: u32,
}

impl Busy {
    /// The blocked time as a set, whole minutes.
    #[must_use]
    pub fn spans(&self) -> SpanSet {
        self.blocks.iter().map(|block| block.span).collect()
    }
}

/// Says why a feed was not read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// The feed is longer than [`LARGEST_FEED`].
    #[error("the feed is too large")]
    TooLarge,
    /// There is no calendar in it.
    #[error("this is not an iCalendar feed")]
    NotACalendar,
    /// The zone of the question is not in the time zone database.
    #[error("the time zone is not known")]
    Zone,
    /// The question ends before it begins, or is about more than [`LONGEST_QUESTION`].
    #[error("the time asked about ends after it begins, within a hundred years")]
    Question,
}

/// Reads a feed and lists what it blocks within a time.
///
/// A line that is not UTF-8 is read as Latin-1, which is said as a problem.
///
/// # Errors
///
/// [`Unreadable`] if nothing of it can be used. Everything smaller is a [`Problem`] of the answer.
pub fn read(feed: &[u8], question: &Question<'_>) -> Result<Busy, Unreadable> {
    let within = question.within;
    if within.is_empty() || within.to.0 - within.from.0 > LONGEST_QUESTION {
        return Err(Unreadable::Question);
    }
    if feed.len() > LARGEST_FEED {
        return Err(Unreadable::TooLarge);
    }
    let zone = TimeZone::get(question.zone).map_err(|_| Unreadable::Zone)?;
    let mut problems = problem::Problems::default();
    let components = component::components(feed, &mut problems);
    if components.is_empty() {
        return Err(Unreadable::NotACalendar);
    }
    Ok(collect::collect(&components, within, zone, problems))
}

/// The minutes that lie wholly or partly between two instants, in seconds of UTC.
fn minutes_between(from: i64, to: i64) -> Span {
    let minute =
        |value: i64| Minute(u32::try_from(value).unwrap_or(if value < 0 { 0 } else { u32::MAX }));
    Span::new(minute(from.div_euclid(60)), minute(-(-to).div_euclid(60)))
}
