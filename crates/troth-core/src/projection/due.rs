//! What is due soon, and what waits for a mark; it counts nothing and hurries nobody.

use jiff::Timestamp;

use crate::couple::Couple;
use crate::id::{EntryId, PartnerId};
use crate::moment::Moment;
use crate::schedule::Occurrence;

/// One due time of a promise that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueItem {
    /// The promise.
    pub commitment: EntryId,
    /// Who gave it.
    pub giver: PartnerId,
    /// What is promised.
    pub text: String,
    /// Which due time.
    pub occurrence: Occurrence,
    /// Its instant.
    pub due: Timestamp,
    /// The zone in which the promise was made.
    pub zone: String,
    /// What it waits for, seen by the viewer.
    pub state: DueState,
}

/// What a due time waits for, seen by one partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueState {
    /// It lies ahead.
    Ahead,
    /// It was due, and the viewer may mark it. Nothing is late.
    OpenToMark,
}

/// Lists what lies ahead within `days` days and what `viewer` may still mark, soonest first.
#[must_use]
pub fn due(couple: &Couple, viewer: PartnerId, now: &Moment, days: u16) -> Vec<DueItem> {
    let _ = (couple, viewer, now, days);
    Vec::new()
}
