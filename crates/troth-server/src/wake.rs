//! Wake-ups: "something changed, come and fetch", and nothing more.

use std::fmt;

use tokio::sync::broadcast;
use troth_wire::{AccountId, SpaceId};

/// How many wake-ups may wait for a slow listener before it is woken for all of them at once.
const MAX_WAITING: usize = 1024;

/// What changed, as the server knows it; never sent to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// A space has a new entry.
    Grew {
        /// The space.
        space: SpaceId,
        /// Its newest place.
        place: u64,
    },
    /// A space has a new share; it is of use to its partners only.
    Shared(SpaceId),
    /// Who may read what of a space is another matter than before.
    Moved(SpaceId),
    /// An account's sessions, spaces, blobs or invitations changed.
    Account(AccountId),
}

/// Carries wake-ups from who changes something to who listens.
pub trait Wake: fmt::Debug + Send + Sync + 'static {
    /// Tells every listener.
    fn publish(&self, topic: Topic);

    /// Listens from now on.
    fn listen(&self) -> broadcast::Receiver<Topic>;
}

/// Carries wake-ups inside this process.
#[derive(Debug)]
pub struct LocalWake {
    sender: broadcast::Sender<Topic>,
}

impl Default for LocalWake {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(MAX_WAITING),
        }
    }
}

impl Wake for LocalWake {
    fn publish(&self, topic: Topic) {
        // Nobody listening is no failure.
        let _nobody = self.sender.send(topic);
    }

    fn listen(&self) -> broadcast::Receiver<Topic> {
        self.sender.subscribe()
    }
}
