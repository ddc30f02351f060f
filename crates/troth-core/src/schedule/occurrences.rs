use jiff::Timestamp;

use super::{Occurrence, Schedule};

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
    /// A wall-clock time that the change to summer time skips counts as if the clock had gone on;
    /// one that comes twice means the first.
    #[must_use]
    pub fn instant(&self, occurrence: Occurrence) -> Option<Timestamp> {
        let _ = occurrence;
        None
    }

    /// Lists the due times after `after` and up to `until`, the first `most` of them.
    #[must_use]
    pub fn between(&self, after: Timestamp, until: Timestamp, most: usize) -> Vec<Occurrence> {
        let _ = (after, until, most);
        Vec::new()
    }

    /// Finds the first due time after an instant.
    #[must_use]
    pub fn next_after(&self, after: Timestamp) -> Option<Occurrence> {
        let _ = after;
        None
    }

    /// Finds the last due time at or before an instant.
    #[must_use]
    pub fn last_until(&self, until: Timestamp) -> Option<Occurrence> {
        let _ = until;
        None
    }

    /// Tells whether a due time is one of this schedule.
    #[must_use]
    pub fn contains(&self, occurrence: Occurrence) -> bool {
        let _ = occurrence;
        false
    }
}
