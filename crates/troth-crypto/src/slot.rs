//! Key slots: the ways in which one person's master key can be opened.
//!
//! # Invariants
//!
//! 1. **Each way alone.** Password with device code, recovery words, a passkey: each slot holds
//!    the same master key under its own key, and losing one way leaves the others.
//! 2. **Nobody else's.** No slot is ever made for a partner, a therapist or an operator.
//! 3. **Bound.** Version, kind and id are part of what is sealed, so a slot cannot be passed off
//!    as another.
//!
//! Specified in `docs/protocol/keys.md`, section "Slots".

use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use troth_wire::Sealed;
use troth_wire::strict::{self, Malformed};
use zeroize::Zeroizing;

use crate::keys::MasterKey;
use crate::password::ExportKey;
use crate::recovery::{DeviceCode, RecoveryWords};
use crate::{Secret, Unopened, hazmat};

/// The version of a slot's format.
const VERSION: u8 = 1;

/// Which way a slot is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
#[non_exhaustive]
pub enum SlotKind {
    /// The password and the device code together.
    #[n(0)]
    Password,
    /// The recovery words.
    #[n(1)]
    Recovery,
    /// A passkey's pseudo-random function (WebAuthn PRF); the format stands, no screen uses it yet.
    #[n(2)]
    Passkey,
}

/// A key that opens one kind of slot.
#[derive(Debug, Clone)]
pub struct SlotKey {
    kind: SlotKind,
    key: Secret<32>,
}

impl SlotKey {
    /// Derives the key of a password slot.
    #[must_use]
    pub fn password(export: &ExportKey, code: &DeviceCode) -> Self {
        Self {
            kind: SlotKind::Password,
            key: hazmat::derive(
                &Zeroizing::new([export.0.as_slice(), code.bytes()].concat()),
                &[b"troth/v1/slot/password"],
            ),
        }
    }

    /// Derives the key of a recovery slot.
    #[must_use]
    pub fn recovery(words: &RecoveryWords) -> Self {
        Self {
            kind: SlotKind::Recovery,
            key: words.derive("troth/v1/slot/recovery"),
        }
    }

    /// Derives the key of a passkey slot from the authenticator's output for one credential.
    #[must_use]
    pub fn passkey(output: &[u8; 32], credential: &[u8]) -> Self {
        Self {
            kind: SlotKind::Passkey,
            key: hazmat::derive(output, &[b"troth/v1/slot/passkey", credential]),
        }
    }
}

/// One sealed copy of the master key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Slot {
    #[n(0)]
    version: u8,
    #[n(1)]
    kind: SlotKind,
    /// Random; for a passkey slot also what names the credential.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    id: Vec<u8>,
    #[n(3)]
    sealed: Sealed,
}

impl Slot {
    /// Seals the master key for one way in.
    pub fn seal(master: &MasterKey, key: &SlotKey, rng: &mut impl CryptoRng) -> Self {
        let mut id = vec![0; 16];
        rng.fill_bytes(&mut id);
        let context = context(VERSION, key.kind, &id);
        let sealed = hazmat::seal(&key.key, &context, master.secret().expose(), rng);
        Self {
            version: VERSION,
            kind: key.kind,
            id,
            sealed: Sealed(sealed),
        }
    }

    /// Opens the slot.
    ///
    /// # Errors
    ///
    /// [`Unopened`]: not this slot's key or kind, or changed bytes.
    pub fn open(&self, key: &SlotKey) -> Result<MasterKey, Unopened> {
        if key.kind != self.kind || self.version != VERSION {
            return Err(Unopened);
        }
        let context = context(self.version, self.kind, &self.id);
        let plain = hazmat::open(&key.key, &context, &self.sealed.0)?;
        Secret::try_from_slice(&plain)
            .map(MasterKey::from_secret)
            .ok_or(Unopened)
    }

    /// Reads which way the slot is opened.
    #[must_use]
    pub const fn kind(&self) -> SlotKind {
        self.kind
    }
}

fn context(version: u8, kind: SlotKind, id: &[u8]) -> Vec<u8> {
    let kind = match kind {
        SlotKind::Password => 0,
        SlotKind::Recovery => 1,
        SlotKind::Passkey => 2,
    };
    let mut bytes = b"troth/v1/slot".to_vec();
    bytes.extend([version, kind]);
    bytes.extend_from_slice(id);
    bytes
}

/// All slots of one account, as the server keeps them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Slots {
    #[n(0)]
    slots: Vec<Slot>,
}

impl Slots {
    /// Puts a slot in, in place of those of the same kind (passkeys stand side by side).
    pub fn put(&mut self, slot: Slot) {
        if slot.kind != SlotKind::Passkey {
            self.slots.retain(|old| old.kind != slot.kind);
        }
        self.slots.push(slot);
    }

    /// Opens the first slot that the key fits.
    ///
    /// # Errors
    ///
    /// [`Unopened`]: none fits.
    pub fn open(&self, key: &SlotKey) -> Result<MasterKey, Unopened> {
        self.slots
            .iter()
            .find_map(|slot| slot.open(key).ok())
            .ok_or(Unopened)
    }

    /// Encodes the slots for the server.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        strict::encode(self)
    }

    /// Decodes what the server kept.
    ///
    /// # Errors
    ///
    /// The rule of strict CBOR that the bytes break.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        strict::decode(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    fn way_in(rng: &mut ChaCha20Rng) -> (SlotKey, SlotKey) {
        let export = ExportKey(Zeroizing::new(vec![3; 64]));
        let code = DeviceCode::generate(rng);
        let words = RecoveryWords::generate(rng);
        (SlotKey::password(&export, &code), SlotKey::recovery(&words))
    }

    #[test]
    fn each_way_alone_opens_the_account() {
        let mut rng = ChaCha20Rng::seed_from_u64(4);
        let master = MasterKey::generate(&mut rng);
        let (password, recovery) = way_in(&mut rng);
        let mut slots = Slots::default();
        slots.put(Slot::seal(&master, &password, &mut rng));
        slots.put(Slot::seal(&master, &recovery, &mut rng));
        let slots = Slots::from_bytes(&slots.to_bytes()).unwrap();
        assert_eq!(slots.open(&password).unwrap(), master);
        assert_eq!(slots.open(&recovery).unwrap(), master);
        let (other, _) = way_in(&mut rng);
        assert_eq!(slots.open(&other), Err(Unopened));
    }

    #[test]
    fn a_slot_cannot_be_passed_off_as_another_kind() {
        let mut rng = ChaCha20Rng::seed_from_u64(5);
        let master = MasterKey::generate(&mut rng);
        let (password, _) = way_in(&mut rng);
        let mut slot = Slot::seal(&master, &password, &mut rng);
        slot.kind = SlotKind::Recovery;
        let as_recovery = SlotKey {
            kind: SlotKind::Recovery,
            key: password.key.clone(),
        };
        assert_eq!(slot.open(&as_recovery), Err(Unopened));
    }

    #[test]
    fn a_new_password_slot_replaces_the_old_one() {
        let mut rng = ChaCha20Rng::seed_from_u64(6);
        let master = MasterKey::generate(&mut rng);
        let (old, recovery) = way_in(&mut rng);
        let (new, _) = way_in(&mut rng);
        let mut slots = Slots::default();
        for key in [&old, &recovery, &new] {
            slots.put(Slot::seal(&master, key, &mut rng));
        }
        assert_eq!(slots.open(&old), Err(Unopened));
        assert!(slots.open(&new).is_ok());
        assert!(slots.open(&recovery).is_ok());
    }
}
