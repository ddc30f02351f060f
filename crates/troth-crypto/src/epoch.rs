//! The keys of a space: history keys for full members, one secret for each epoch.
//!
//! # Invariants
//!
//! 1. **Committed.** An epoch's secret is used only if it matches the key commitment in the
//!    signed entry, so all members hold the same secret or see an alarm.
//! 2. **Two classes.** A full member gets the history key and with it every epoch; a limited
//!    member gets single epochs. No epoch's secret leads to another's.
//! 3. **By the record.** Keys are learned only from entries that the machine admitted.
//!
//! Specified in `docs/protocol/keys.md`, section "Space".

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use troth_wire::control::{Class, EpochCommit, Member, Membership, Wrap};
use troth_wire::{Digest, MemberId, Sealed, SpaceId, strict};
use zeroize::Zeroizing;

use crate::envelope::EntryKey;
use crate::keys::UserKem;
use crate::{Secret, Unopened, hazmat};

mod open;

pub use open::EpochError;

/// The secret of one epoch of one space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochSecret {
    space: SpaceId,
    epoch: u32,
    secret: Secret<32>,
}

impl EpochSecret {
    /// Takes a stored secret.
    #[must_use]
    pub const fn new(space: SpaceId, epoch: u32, secret: Secret<32>) -> Self {
        Self {
            space,
            epoch,
            secret,
        }
    }

    /// Returns the space.
    #[must_use]
    pub const fn space(&self) -> SpaceId {
        self.space
    }

    /// Returns the epoch.
    #[must_use]
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Derives the key commitment `kc_e`.
    #[must_use]
    pub fn commitment(&self) -> Digest {
        let info: [&[u8]; 3] = [b"troth/v1/commit", &self.space.0, &self.epoch.to_be_bytes()];
        Digest(*hazmat::derive::<32>(self.secret.expose(), &info).expose())
    }

    /// Derives the single-use key of the entry with this salt.
    #[must_use]
    pub fn entry_key(&self, salt: &Digest) -> EntryKey {
        let epoch = self.epoch.to_be_bytes();
        let info: [&[u8]; 4] = [b"troth/v1/event", &self.space.0, &epoch, &salt.0];
        EntryKey(hazmat::derive(self.secret.expose(), &info))
    }

    /// Lends the secret, for a record that a member takes along.
    #[must_use]
    pub const fn secret(&self) -> &Secret<32> {
        &self.secret
    }
}

/// Says why an epoch cannot begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BeginError {
    /// The space has not begun, or has had too many epochs.
    #[error("no epoch can begin here")]
    NotHere,
    /// The current history key is not known, so it cannot be linked to.
    #[error("the history key is not known")]
    NoHistoryKey,
    /// A member's receiving key is not a key.
    #[error("the receiving key of a member is malformed")]
    BadKey,
}

/// All keys of one space that this person holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceKeys {
    space: SpaceId,
    history: BTreeMap<u32, Secret<32>>,
    epochs: BTreeMap<u32, Secret<32>>,
    /// What the admitted entries said of each epoch.
    commits: BTreeMap<u32, Committed>,
}

/// The part of an [`EpochCommit`] that is for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Committed {
    #[n(0)]
    commitment: Digest,
    #[n(1)]
    history_generation: u32,
    #[n(2)]
    history_back: Option<Sealed>,
    #[n(3)]
    secret: Sealed,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Stored {
    #[n(0)]
    space: SpaceId,
    #[n(1)]
    history: Vec<Numbered>,
    #[n(2)]
    epochs: Vec<Numbered>,
    #[n(3)]
    commits: Vec<(u32, Committed)>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct Numbered(#[n(0)] u32, #[n(1)] Secret<32>);

impl SpaceKeys {
    /// Begins without any key.
    #[must_use]
    pub fn new(space: SpaceId) -> Self {
        let (history, epochs, commits) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self {
            space,
            history,
            epochs,
            commits,
        }
    }

    /// Looks up the secret of an epoch.
    #[must_use]
    pub fn lookup(&self, epoch: u32) -> Option<EpochSecret> {
        let secret = self.epochs.get(&epoch)?.clone();
        Some(EpochSecret {
            space: self.space,
            epoch,
            secret,
        })
    }

    /// Makes the control that begins the next epoch, for the members present at this minute.
    ///
    /// Nothing is kept: when the record has admitted the entry, [`SpaceKeys::open_epoch`] reads
    /// it back like everybody else's. So an entry that lost a race leaves no trace.
    ///
    /// # Errors
    ///
    /// Any [`BeginError`].
    pub fn begin_epoch(
        &self,
        membership: &Membership,
        minute: u64,
        rng: &mut impl CryptoRng,
    ) -> Result<EpochCommit, BeginError> {
        let epoch = membership
            .epoch()
            .checked_add(1)
            .ok_or(BeginError::NotHere)?;
        if membership.space() != Some(self.space) {
            return Err(BeginError::NotHere);
        }
        let (generation, key, history_back) = self.next_history_key(membership, rng)?;
        let secret = Secret::<32>::generate(rng);
        let sealed = hazmat::seal(
            &key,
            &open::secret_aad(&self.space, epoch, generation),
            secret.expose(),
            rng,
        );
        let wrap = |member: &&Member| {
            let held = match member.card.class {
                Class::Full => &key,
                Class::Limited => &secret,
            };
            self.wrap_for(member, epoch, held, rng)
        };
        let present = membership.list_present(minute);
        let wraps = present.iter().map(wrap).collect::<Result<_, _>>()?;
        let commitment = EpochSecret::new(self.space, epoch, secret).commitment();
        let (history_generation, secret) = (generation, Sealed(sealed));
        Ok(EpochCommit {
            epoch,
            commitment,
            history_generation,
            history_back,
            secret,
            wraps,
        })
    }

    /// Keeps the history key, or makes the next one and seals the old one under it.
    fn next_history_key(
        &self,
        membership: &Membership,
        rng: &mut impl CryptoRng,
    ) -> Result<(u32, Secret<32>, Option<Sealed>), BeginError> {
        let old = membership.history_generation();
        if !membership.needs_new_history_key() {
            let key = self.history.get(&old).ok_or(BeginError::NoHistoryKey)?;
            return Ok((old, key.clone(), None));
        }
        let generation = old.checked_add(1).ok_or(BeginError::NotHere)?;
        let key = Secret::generate(rng);
        if old == 0 {
            return Ok((generation, key, None));
        }
        let previous = self.history.get(&old).ok_or(BeginError::NoHistoryKey)?;
        let aad = open::back_aad(&self.space, generation);
        let back = hazmat::seal(&key, &aad, previous.expose(), rng);
        Ok((generation, key, Some(Sealed(back))))
    }

    fn wrap_for(
        &self,
        member: &Member,
        epoch: u32,
        held: &Secret<32>,
        rng: &mut impl CryptoRng,
    ) -> Result<Wrap, BeginError> {
        let card = &member.card;
        let info = open::wrap_info(&self.space, epoch, &card.member, card.class);
        let bytes = hazmat::wrap(&card.kem.public.0, &info, held.expose(), rng)
            .map_err(|_| BeginError::BadKey)?;
        Ok(Wrap {
            member: card.member,
            key: card.kem.id(),
            bytes: Sealed(bytes),
        })
    }

    /// Encodes all keys, for a [sealed record](crate::local) on the device.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let number = |(&n, key): (&u32, &Secret<32>)| Numbered(n, key.clone());
        Zeroizing::new(strict::encode(&Stored {
            space: self.space,
            history: self.history.iter().map(number).collect(),
            epochs: self.epochs.iter().map(number).collect(),
            commits: self
                .commits
                .iter()
                .map(|(&n, commit)| (n, commit.clone()))
                .collect(),
        }))
    }

    /// Decodes what [`SpaceKeys::encode`] wrote.
    ///
    /// # Errors
    ///
    /// [`Unopened`] if the bytes are anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, Unopened> {
        let stored: Stored = strict::decode(bytes).map_err(|_| Unopened)?;
        let keep = |Numbered(n, key)| (n, key);
        Ok(Self {
            space: stored.space,
            history: stored.history.into_iter().map(keep).collect(),
            epochs: stored.epochs.into_iter().map(keep).collect(),
            commits: stored.commits.into_iter().collect(),
        })
    }
}

/// Returns the receiving key of this name.
pub(crate) fn find_kem<'a>(kems: &'a [UserKem], id: &Digest) -> Option<&'a UserKem> {
    kems.iter().find(|kem| kem.id() == *id)
}

/// Returns the wrap for a member.
pub(crate) fn find_wrap<'a>(commit: &'a EpochCommit, me: &MemberId) -> Option<&'a Wrap> {
    commit.wraps.iter().find(|wrap| wrap.member == *me)
}

#[cfg(test)]
mod tests;
