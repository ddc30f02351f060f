//! Bookings as iCalendar text (RFC 5545), for the calendars of providers and of those who come.
//!
//! # Invariants
//!
//! 1. **Neutral.** Every visit says "Appointment". No name, no place, no plan, no reason, and nothing of
//!    how many people come: a calendar is often seen by others.
//! 2. **Same words for the same thing.** A visit keeps its `UID` through every change and move; its
//!    `SEQUENCE` grows with every change, and a cancelled visit stays in the feed as `STATUS:CANCELLED`,
//!    so that every calendar takes it out.
//! 3. **UTC.** Instants are written in UTC: a feed means the same on every machine, whatever time zone
//!    rules that machine carries.

use alloc::string::String;

use crate::id::BookingId;
use crate::machine::State;
use crate::time::{Minute, Visit};

#[cfg(test)]
mod tests;
mod write;

/// One line of a feed: a visit and what has become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The first booking of a chain of moves: a moved visit is the same appointment at another time.
    pub root: BookingId,
    /// The time of the newest booking of the chain.
    pub visit: Visit,
    /// The state of the newest booking of the chain.
    pub state: State,
    /// The number of changes of all bookings of the chain before the newest one, plus its sequence.
    pub sequence: u32,
    /// When it was last changed.
    pub changed: Minute,
}

/// Writes a feed. Held and offered times are left out: they are nobody's appointment yet.
///
/// `host` names the server in the identifiers of the entries; letters, digits, dots and hyphens
/// of it are used.
#[must_use]
pub fn calendar(entries: &[Entry], host: &str) -> String {
    write::calendar(entries, host)
}
