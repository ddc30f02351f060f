//! What is only on this device: counting it, sending it, and signing out.
//!
//! # Invariants
//!
//! 1. **Never without a word.** Signing out removes nothing that was not sent, unless the person
//!    says so knowing what it is.
//! 2. **Counted where it ends.** What would be lost is counted once more while nobody else can
//!    write, in the same turn that empties the journal.

use troth_core::{Effect, EntryId};
use troth_crypto::stretch::Stretch;

use super::Client;
use super::draft::UNWRITTEN;
use crate::journal::Journal;
use crate::machine::Machine;
use crate::relay::Relay;
use crate::relay::call::Server;
use crate::state::{OwnAnswer, State};
use crate::trouble::{SignOutError, SyncError, Trouble};
use crate::view::Unsent;

/// How often a vault is uploaded anew where another device of the person is quicker.
const TRIES: usize = 4;

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Counts what is only on this device.
    #[must_use]
    pub fn unsent(&self) -> Unsent {
        self.state().unsent()
    }

    /// Sends everything that can be sent: what waits for the record, answers, and the vault,
    /// changed or not. Returns what kept something from being sent.
    pub async fn send_everything(&self) -> Option<Trouble> {
        let first = self.sync().await;
        let again = match (first, self.unsent().entries) {
            // What was refused once is sealed anew and mostly taken.
            (Ok(_), 1..) => self.sync().await,
            (first, _) => first,
        };
        if let Err(SyncError::Trouble(trouble)) = again {
            return Some(trouble);
        }
        let mut sent = self.sync_vault().await;
        for _ in 1..TRIES {
            if sent != Err(Trouble::Overtaken) {
                break;
            }
            sent = self.sync_vault().await;
        }
        sent.err()
    }

    /// Signs this device out and empties its journal, after sending what waits.
    ///
    /// # Errors
    ///
    /// [`SignOutError::Unsent`] where something could not be sent: nothing was removed then.
    pub async fn sign_out(&self) -> Result<(), SignOutError> {
        let why = self.send_everything().await;
        self.empty_unless(|unsent| unsent.is_empty(), why).await
    }

    /// Signs this device out and empties its journal; what was not sent goes with it.
    ///
    /// # Errors
    ///
    /// [`Trouble`] when the journal cannot be emptied; being offline is no hindrance.
    pub async fn sign_out_anyway(&self) -> Result<(), SignOutError> {
        self.send_everything().await;
        self.empty_unless(|_| true, None).await
    }

    async fn empty_unless(
        &self,
        may: impl FnOnce(&Unsent) -> bool,
        why: Option<Trouble>,
    ) -> Result<(), SignOutError> {
        let session = {
            let _entered = self.enter().await?;
            let unsent = self.unsent();
            if !may(&unsent) {
                return Err(SignOutError::Unsent { unsent, why });
            }
            super::empty(&self.inner.rim.journal).await?;
            self.state_mut().identity.session.take()
        };
        if let Some(session) = session {
            // Offline, the session stays until it is ended from another device or expires.
            let _ = Server::signed_in(&self.inner.rim.relay, session.token)
                .end_session(session.id)
                .await;
        }
        Ok(())
    }
}

impl State {
    /// Counts what is only on this device.
    fn unsent(&self) -> Unsent {
        let drafts = self.drafts.iter();
        let drafts =
            drafts.filter(|(name, words)| !name.starts_with(UNWRITTEN) && !words.is_empty());
        Unsent {
            entries: self.machine.as_ref().map_or(0, Machine::unsent),
            private: usize::try_from(self.vault.unsent).unwrap_or(usize::MAX),
            answers: self.answers_only_here(),
            drafts: drafts.count(),
        }
    }

    /// Counts answers that are in the record and that only this device can open: the share of one
    /// is not deposited, or the nonce of the other not shown.
    fn answers_only_here(&self) -> usize {
        let Some(machine) = self
            .machine
            .as_ref()
            .filter(|machine| !machine.has_parted())
        else {
            return 0;
        };
        let me = machine.record().me();
        let is_open = |reveal: &[u8; 32]| self.opened.contains_key(&(*reveal, me.0));
        let counts = |own: &OwnAnswer| {
            self.base.effect_of(EntryId::from_bytes(own.answer)) == Some(Effect::Taken)
        };
        let closed = self.answers.iter().filter(|(reveal, own)| {
            let waits = (own.share.is_some() && !own.deposited) || own.nonce.is_some();
            waits && counts(own) && !is_open(reveal)
        });
        closed.count()
    }
}
