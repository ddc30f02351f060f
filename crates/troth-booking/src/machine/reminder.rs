//! Reminders: each belongs to one version of one booking.

use alloc::vec::Vec;

use super::{Booking, State};
use crate::id::BookingId;
use crate::time::Minute;

/// When to remind of one version of a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reminder {
    /// Of which booking.
    pub booking: BookingId,
    /// Of which version; see [`Booking::version`].
    pub version: u32,
    /// When.
    pub at: Minute,
}

impl Booking {
    /// Lists the reminders of a booked visit, so many minutes before it each, oldest first.
    ///
    /// Those that would be due before `now` are left out, and a time is never named twice.
    #[must_use]
    pub fn reminders(&self, minutes_before: &[u32], now: Minute) -> Vec<Reminder> {
        let (State::Booked, Some(version)) = (self.state, self.version) else {
            return Vec::new();
        };
        let mut times: Vec<Minute> = minutes_before
            .iter()
            .map(|minutes| self.visit.start.minus(*minutes))
            .filter(|at| *at >= now)
            .collect();
        times.sort_unstable();
        times.dedup();
        let remind = |at| Reminder {
            booking: self.id,
            version,
            at,
        };
        times.into_iter().map(remind).collect()
    }

    /// Says whether a reminder may still be sent: for this version, booked, due and not begun.
    #[must_use]
    pub fn wants(&self, reminder: &Reminder, now: Minute) -> bool {
        self.state == State::Booked
            && reminder.booking == self.id
            && self.version == Some(reminder.version)
            && reminder.at <= now
            && now < self.visit.start
    }
}
