//! Learning keys from admitted entries.

use troth_wire::control::{Class, EpochCommit};
use troth_wire::{MemberId, SpaceId};

use super::{Committed, EpochSecret, SpaceKeys, find_kem, find_wrap};
use crate::keys::UserKem;
use crate::{Secret, Unopened, hazmat};

/// Says what is wrong with the keys of an admitted epoch. Each is an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EpochError {
    /// The wrap for this member does not open.
    #[error("the key of the epoch does not open")]
    WrapUnopened,
    /// The secret is not the one that all members were promised.
    #[error("the key of the epoch is not the promised one")]
    WrongCommitment,
    /// A history key differs from the one known for its generation.
    #[error("the history key changed without a new generation")]
    HistoryDiffers,
}

impl SpaceKeys {
    /// Learns the keys of an epoch whose beginning the record admitted.
    ///
    /// Call it for every such entry, in order, also for epochs in which this person was not yet
    /// a member. Tells whether this epoch's secret is known now.
    ///
    /// # Errors
    ///
    /// Any [`EpochError`], after which nothing more should be written or shown.
    pub fn open_epoch(
        &mut self,
        commit: &EpochCommit,
        (me, class): (MemberId, Class),
        kems: &[UserKem],
    ) -> Result<bool, EpochError> {
        self.commits.insert(
            commit.epoch,
            Committed {
                commitment: commit.commitment,
                history_generation: commit.history_generation,
                history_back: commit.history_back.clone(),
                secret: commit.secret.clone(),
            },
        );
        if let Some(wrap) = find_wrap(commit, &me) {
            let kem = find_kem(kems, &wrap.key).ok_or(EpochError::WrapUnopened)?;
            let info = wrap_info(&self.space, commit.epoch, &me, class);
            let held = hazmat::open_wrap(kem.seed(), &info, &wrap.bytes.0);
            let held = held.ok().and_then(|held| Secret::try_from_slice(&held));
            let held = held.ok_or(EpochError::WrapUnopened)?;
            match class {
                Class::Full => self.learn_history(commit.history_generation, held)?,
                Class::Limited => self.learn_secret(commit.epoch, held)?,
            }
        }
        self.open_known()?;
        Ok(self.epochs.contains_key(&commit.epoch))
    }

    fn learn_history(&mut self, generation: u32, key: Secret<32>) -> Result<(), EpochError> {
        match self.history.get(&generation) {
            Some(known) if *known != key => Err(EpochError::HistoryDiffers),
            Some(_) => Ok(()),
            None => {
                self.history.insert(generation, key);
                Ok(())
            }
        }
    }

    /// Keeps a secret if it is the promised one.
    pub(crate) fn learn_secret(
        &mut self,
        epoch: u32,
        secret: Secret<32>,
    ) -> Result<(), EpochError> {
        let promised = self.commits.get(&epoch).map(|commit| commit.commitment);
        let found = EpochSecret::new(self.space, epoch, secret);
        if promised.is_some_and(|promised| promised != found.commitment()) {
            return Err(EpochError::WrongCommitment);
        }
        self.epochs.insert(epoch, found.secret);
        Ok(())
    }

    /// Opens all that the known history keys open, from the newest epoch back.
    fn open_known(&mut self) -> Result<(), EpochError> {
        let closed = self
            .commits
            .iter()
            .rev()
            .filter(|(epoch, _)| !self.epochs.contains_key(epoch));
        let closed: Vec<_> = closed
            .map(|(&epoch, commit)| (epoch, commit.clone()))
            .collect();
        for (epoch, commit) in closed {
            let generation = commit.history_generation;
            let Some(key) = self.history.get(&generation).cloned() else {
                continue;
            };
            let aad = secret_aad(&self.space, epoch, generation);
            let secret = open_key(&key, &aad, &commit.secret.0);
            self.learn_secret(epoch, secret.map_err(|_| EpochError::WrongCommitment)?)?;
            if let Some(back) = &commit.history_back {
                let previous = open_key(&key, &back_aad(&self.space, generation), &back.0);
                let previous = previous.map_err(|_| EpochError::HistoryDiffers)?;
                self.learn_history(generation.saturating_sub(1), previous)?;
            }
        }
        Ok(())
    }
}

fn open_key(key: &Secret<32>, aad: &[u8], sealed: &[u8]) -> Result<Secret<32>, Unopened> {
    hazmat::open(key, aad, sealed).and_then(|key| Secret::try_from_slice(&key).ok_or(Unopened))
}

/// The associated data of an epoch's secret under the history key.
pub(super) fn secret_aad(space: &SpaceId, epoch: u32, generation: u32) -> Vec<u8> {
    let mut aad = b"troth/v1/epoch-secret".to_vec();
    aad.extend_from_slice(&space.0);
    aad.extend_from_slice(&epoch.to_be_bytes());
    aad.extend_from_slice(&generation.to_be_bytes());
    aad
}

/// The associated data of a history key under the next one.
pub(super) fn back_aad(space: &SpaceId, generation: u32) -> Vec<u8> {
    let mut aad = b"troth/v1/history-back".to_vec();
    aad.extend_from_slice(&space.0);
    aad.extend_from_slice(&generation.to_be_bytes());
    aad
}

/// The HPKE `info` of a wrap.
pub(super) fn wrap_info(space: &SpaceId, epoch: u32, member: &MemberId, class: Class) -> Vec<u8> {
    let label: &[u8] = match class {
        Class::Full => b"troth/v1/wrap/history",
        Class::Limited => b"troth/v1/wrap/epoch",
    };
    let mut info = label.to_vec();
    info.extend_from_slice(&space.0);
    info.extend_from_slice(&epoch.to_be_bytes());
    info.extend_from_slice(&member.0);
    info
}
