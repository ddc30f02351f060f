//! What a user root signs: cards and device certificates.

use sha2::{Digest as _, Sha256};

use super::{Card, Class, DeviceCert, KEM_PUBLIC_LEN, KemKey};
use crate::id::{DeviceId, Digest, MemberId, PublicKey, Signature, SpaceId};
use crate::signature::Verifier;

impl KemKey {
    /// Derives the name of the key: a hash of it.
    #[must_use]
    pub fn id(&self) -> Digest {
        let hash = Sha256::new()
            .chain_update(b"troth/v1/kem")
            .chain_update(&self.public.0);
        Digest(hash.finalize().into())
    }
}

impl Card {
    /// Derives the bytes that the user root signs to consent.
    #[must_use]
    pub fn signed_bytes(space: &SpaceId, member: &MemberId, class: Class, kem: &KemKey) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64 + KEM_PUBLIC_LEN);
        bytes.extend_from_slice(b"troth/v1/card");
        bytes.extend_from_slice(&space.0);
        bytes.extend_from_slice(&member.0);
        bytes.push(match class {
            Class::Full => 0,
            Class::Limited => 1,
        });
        bytes.extend_from_slice(&kem.generation.to_be_bytes());
        bytes.extend_from_slice(&kem.public.0);
        bytes
    }

    /// Tells whether the person consented to be this member of this space.
    #[must_use]
    pub fn is_signed(&self, space: &SpaceId) -> bool {
        let bytes = Self::signed_bytes(space, &self.member, self.class, &self.kem);
        self.kem.generation > 0
            && self.kem.public.0.len() == KEM_PUBLIC_LEN
            && is_signed_by(&self.root, &bytes, &self.sig)
    }
}

impl DeviceCert {
    /// Derives the bytes that the user root signs to own a device.
    #[must_use]
    pub fn signed_bytes(key: &PublicKey) -> [u8; 47] {
        let mut bytes = [0; 47];
        let (label, rest) = bytes.split_at_mut(15);
        label.copy_from_slice(b"troth/v1/device");
        rest.copy_from_slice(&key.0);
        bytes
    }

    /// Derives the name of the device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        DeviceId::of_key(&self.key)
    }

    /// Tells whether the owner of the root owns the device.
    #[must_use]
    pub fn is_signed_by(&self, root: &PublicKey) -> bool {
        is_signed_by(root, &Self::signed_bytes(&self.key), &self.sig)
    }
}

/// Derives the hash of the names and keys of all full members, compared in person.
///
/// The order of `people` does not matter.
#[must_use]
pub fn keys_hash(space: &SpaceId, people: &[(MemberId, PublicKey)]) -> Digest {
    let mut people = people.to_vec();
    people.sort_unstable();
    let mut hash = Sha256::new()
        .chain_update(b"troth/v1/words")
        .chain_update(space.0);
    for (member, root) in people {
        hash.update(member.0);
        hash.update(root.0);
    }
    Digest(hash.finalize().into())
}

/// Tells whether the strict signature check passes.
#[must_use]
pub fn is_signed_by(key: &PublicKey, message: &[u8], sig: &Signature) -> bool {
    Verifier::of(key).is_some_and(|key| key.holds(message, sig))
}
