//! What the writer remembers of the spaces.

use std::collections::HashMap;

use troth_wire::{LogState, SpaceId};

use super::job::Fate;

/// How many spaces' states are remembered.
const MAX_SPACES: usize = 4096;

/// The states of spaces as of the newest statement of the writer.
#[derive(Debug, Default)]
pub(in super::super) struct Spaces {
    states: HashMap<SpaceId, Remembered>,
    touched: Vec<SpaceId>,
}

/// A space's state, the place of the state that is stored, and what the entries take.
#[derive(Debug)]
pub(in super::super) struct Remembered {
    pub(in super::super) state: LogState,
    pub(in super::super) stored_place: u64,
    pub(in super::super) bytes: u64,
}

impl Spaces {
    /// Takes a state out, to be changed; [`Self::keep`] puts it back.
    pub(in super::super) fn take(&mut self, space: SpaceId) -> Option<Remembered> {
        self.states.remove(&space)
    }

    /// Remembers a state. It is forgotten again if the job's savepoint is undone.
    pub(in super::super) fn keep(&mut self, space: SpaceId, remembered: Remembered) {
        if self.states.len() >= MAX_SPACES {
            self.states.clear();
        }
        self.touched.push(space);
        self.states.insert(space, remembered);
    }

    /// Forgets a space.
    pub(in super::super) fn forget(&mut self, space: SpaceId) {
        self.states.remove(&space);
    }

    /// Ends a job's turn.
    pub(super) fn settle(&mut self, fate: Fate) {
        for space in self.touched.drain(..) {
            if fate == Fate::Undo {
                self.states.remove(&space);
            }
        }
    }
}
