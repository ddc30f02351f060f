//! Calendars that block time: read from a text or from an address, with care.
//!
//! # Invariants
//!
//! 1. **No way inside.** An address is fetched by https alone, and only if every address its name
//!    stands for is public; what was checked is what is connected to. Redirects are not followed.
//!    An operator can lift this.
//! 2. **Bounded.** A calendar has at most [`MAX_CALENDAR`] bytes and [`FETCH_TIME`] to come.
//! 3. **Only when.** What an event says is not kept; only from when until when.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use troth_wire::network::ProblemCode;

/// The longest calendar that is read, in bytes.
pub(crate) const MAX_CALENDAR: usize = 4 * 1024 * 1024;

/// How long an address may take to answer.
pub(crate) const FETCH_TIME: Duration = Duration::from_secs(10);

/// How far ahead calendars are read: a year and a day, in minutes.
const AHEAD: u32 = 366 * 24 * 60;

/// How the last reading of each address went; forgotten with the process.
#[derive(Debug, Default)]
pub(crate) struct Readings {
    failed: Mutex<HashMap<String, ProblemCode>>,
}

impl Readings {
    /// Why the last reading of an address failed, if it did.
    pub(crate) fn of(&self, address: &str) -> Option<ProblemCode> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get(address).copied()
    }

    /// Notes how a reading went.
    pub(crate) fn note(&self, address: &str, failed: Option<ProblemCode>) {
        let mut all = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        match failed {
            Some(code) => all.insert(address.to_owned(), code),
            None => all.remove(address),
        };
    }
}
