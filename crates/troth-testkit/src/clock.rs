//! A clock that stands still until somebody moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// The second at which every world begins: a Tuesday evening in Vienna.
const EVENING: i64 = 1_796_148_000;

/// A clock that stands still until somebody moves it; its clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    second: Arc<AtomicI64>,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            second: Arc::new(AtomicI64::new(EVENING)),
        }
    }
}

impl Clock {
    /// Reads the clock in seconds since 1970.
    #[must_use]
    pub fn second(&self) -> i64 {
        self.second.load(Ordering::Relaxed)
    }

    /// Reads the clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.ahead_by(0)
    }

    /// Reads the clock of somebody whose clock is off by some seconds.
    #[must_use]
    pub fn ahead_by(&self, seconds: i64) -> Timestamp {
        Timestamp::from_second(self.second() + seconds).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Lets time pass.
    pub fn pass_minutes(&self, minutes: i64) {
        self.second.fetch_add(minutes * 60, Ordering::Relaxed);
    }

    /// A clock of its own that shows the same time now.
    #[must_use]
    pub fn copied(&self) -> Self {
        Self {
            second: Arc::new(AtomicI64::new(self.second())),
        }
    }
}
