//! The keys of one space, with the receiving keys that open them.

use std::rc::Rc;

use troth_crypto::envelope;
use troth_crypto::epoch::{self, EpochError, EpochSecret};
use troth_crypto::keys::UserKem;
use troth_wire::control::{Class, EpochCommit, Membership, Wrap};
use troth_wire::{Envelope, MemberId, SpaceId};

use crate::Rng;

/// The keys of one space, with the receiving keys that open them.
#[derive(Clone, Debug)]
pub(crate) struct SpaceKeys {
    keys: epoch::SpaceKeys,
    kems: Rc<[UserKem]>,
    newest: Option<EpochSecret>,
}

impl SpaceKeys {
    /// Begins without any key of the space.
    pub(crate) fn new(space: SpaceId, kems: Vec<UserKem>) -> Self {
        Self {
            keys: epoch::SpaceKeys::new(space),
            kems: kems.into(),
            newest: None,
        }
    }

    /// Begins anew with the same receiving keys.
    pub(crate) fn emptied(&self, space: SpaceId) -> Self {
        Self {
            keys: epoch::SpaceKeys::new(space),
            kems: Rc::clone(&self.kems),
            newest: None,
        }
    }

    /// Takes newer receiving keys.
    pub(crate) fn receive_with(&mut self, kems: Vec<UserKem>) {
        self.kems = kems.into();
    }

    /// Tells whether an epoch is for a receiving key of this person that is not known here and no
    /// older than the newest that is: another device may have made it, also one that ended a
    /// device at the same moment, and the keyring brings it.
    pub(crate) fn awaits_key_of(
        &self,
        me: &MemberId,
        membership: &Membership,
        commit: &EpochCommit,
    ) -> bool {
        let newest = self.kems.iter().map(UserKem::generation).max();
        let received = membership.member(me).map(|me| me.card.kem.generation);
        received >= newest && self.lacks_key_of(me, commit)
    }

    fn lacks_key_of(&self, me: &MemberId, commit: &EpochCommit) -> bool {
        let is_held = |wrap: &Wrap| self.kems.iter().any(|kem| kem.id() == wrap.key);
        let mut mine = commit.wraps.iter().filter(|wrap| wrap.member == *me);
        mine.any(|wrap| !is_held(wrap))
    }

    /// Learns the keys of an epoch whose beginning the record admitted.
    ///
    /// # Errors
    ///
    /// [`EpochError`] when the keys are not the ones that everybody was promised.
    pub(crate) fn open_epoch(
        &mut self,
        me: &MemberId,
        commit: &EpochCommit,
    ) -> Result<(), EpochError> {
        match self.keys.open_epoch(commit, (*me, Class::Full), &self.kems) {
            // It is for a receiving key that none of this person's devices made, which is an alarm
            // of its own. A later epoch opens it, by the history key.
            Err(EpochError::WrapUnopened) if self.lacks_key_of(me, commit) => {}
            other => drop(other?),
        }
        self.newest = self.keys.lookup(commit.epoch);
        Ok(())
    }

    /// Makes the beginning of the next epoch, where the keys for it are known.
    pub(crate) fn begin_epoch(
        &self,
        membership: &Membership,
        minute: u64,
        rng: &mut Rng,
    ) -> Option<EpochCommit> {
        self.keys.begin_epoch(membership, minute, rng).ok()
    }

    /// Looks up the secret of an epoch.
    pub(crate) fn secret(&self, epoch: u32) -> Option<EpochSecret> {
        let newest = self
            .newest
            .as_ref()
            .filter(|newest| newest.epoch() == epoch);
        newest.cloned().or_else(|| self.keys.lookup(epoch))
    }

    /// Opens a content entry.
    pub(crate) fn open(&self, envelope: &Envelope, epoch: u32) -> Option<Vec<u8>> {
        let opened = match &self.newest {
            Some(newest) if newest.epoch() == epoch => envelope::open(envelope, newest),
            _ => envelope::open(envelope, &self.keys.lookup(epoch)?),
        };
        opened.ok().map(|plain| plain.to_vec())
    }

    /// Encodes the keys, for the sealed snapshot.
    pub(crate) fn encode(&self) -> Vec<u8> {
        self.keys.encode().to_vec()
    }

    /// Takes the keys of a sealed snapshot in.
    pub(crate) fn with_encoded(mut self, bytes: &[u8], epoch: u32) -> Option<Self> {
        self.keys = epoch::SpaceKeys::decode(bytes).ok()?;
        self.newest = self.keys.lookup(epoch);
        Some(self)
    }
}
