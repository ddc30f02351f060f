//! Keys of the past, handed to a limited member: whole epochs and single entries.
//!
//! Specified in `docs/protocol/keys.md`, section "Grant".

use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use troth_wire::control::KemKey;
use troth_wire::{EntryId, MemberId, Sealed, SpaceId, strict};
use zeroize::Zeroizing;

use crate::envelope::EntryKey;
use crate::epoch::{EpochError, EpochSecret, SpaceKeys};
use crate::keys::UserKem;
use crate::{Secret, Unopened, hazmat};

/// Keys of the past for one limited member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bundle {
    /// Whole epochs.
    pub epochs: Vec<(u32, Secret<32>)>,
    /// Single entries.
    pub entries: Vec<(EntryId, EntryKey)>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Stored {
    #[n(0)]
    epochs: Vec<(u32, Secret<32>)>,
    #[n(1)]
    entries: Vec<(EntryId, Secret<56>)>,
}

impl Bundle {
    /// Adds a whole epoch.
    pub fn add_epoch(&mut self, secret: &EpochSecret) {
        self.epochs.push((secret.epoch(), secret.secret().clone()));
    }

    /// Seals the bundle to the member's receiving key.
    ///
    /// # Errors
    ///
    /// [`Unopened`] if the receiving key is not a key.
    pub fn seal(
        &self,
        space: &SpaceId,
        member: &MemberId,
        kem: &KemKey,
        rng: &mut impl CryptoRng,
    ) -> Result<Sealed, Unopened> {
        let entries = self
            .entries
            .iter()
            .map(|(id, key)| (*id, key.0.clone()))
            .collect();
        let stored = Stored {
            epochs: self.epochs.clone(),
            entries,
        };
        let bytes = Zeroizing::new(strict::encode(&stored));
        let info = info(space, member, kem.generation);
        hazmat::wrap(&kem.public.0, &info, &bytes, rng).map(Sealed)
    }

    /// Opens a bundle.
    ///
    /// # Errors
    ///
    /// [`Unopened`] whatever the cause.
    pub fn open(
        sealed: &Sealed,
        space: &SpaceId,
        member: &MemberId,
        kem: &UserKem,
    ) -> Result<Self, Unopened> {
        let info = info(space, member, kem.generation());
        let bytes = hazmat::open_wrap(kem.seed(), &info, &sealed.0)?;
        let Stored { epochs, entries } = strict::decode(&bytes).map_err(|_| Unopened)?;
        let entries = entries
            .into_iter()
            .map(|(id, key)| (id, EntryKey(key)))
            .collect();
        Ok(Self { epochs, entries })
    }
}

impl SpaceKeys {
    /// Keeps the epochs of a bundle, each checked against its commitment where that is known.
    ///
    /// # Errors
    ///
    /// [`EpochError::WrongCommitment`]: the bundle does not hold what all members were promised.
    pub fn accept_bundle(&mut self, bundle: &Bundle) -> Result<(), EpochError> {
        bundle
            .epochs
            .iter()
            .try_for_each(|(epoch, key)| self.learn_secret(*epoch, key.clone()))
    }
}

fn info(space: &SpaceId, member: &MemberId, generation: u32) -> Vec<u8> {
    let mut info = b"troth/v1/grant".to_vec();
    info.extend_from_slice(&space.0);
    info.extend_from_slice(&member.0);
    info.extend_from_slice(&generation.to_be_bytes());
    info
}
