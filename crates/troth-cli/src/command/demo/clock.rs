//! A clock that can be set back for a while.

use std::cell::Cell;
use std::rc::Rc;

use jiff::Timestamp;
use troth_sync::env::{Env, NativeEnv};

/// This machine's clock, unless another time is set.
#[derive(Debug, Clone, Default)]
pub(crate) struct SetClock {
    set: Rc<Cell<Option<Timestamp>>>,
}

impl SetClock {
    /// Sets the time, or goes back to the machine's.
    pub(crate) fn set(&self, at: Option<Timestamp>) {
        self.set.set(at);
    }
}

impl Env for SetClock {
    fn now(&self) -> Timestamp {
        self.set.get().unwrap_or_else(|| NativeEnv.now())
    }

    fn zone(&self) -> String {
        NativeEnv.zone()
    }

    fn seed(&self) -> [u8; 32] {
        NativeEnv.seed()
    }
}
