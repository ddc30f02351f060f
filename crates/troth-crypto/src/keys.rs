//! The keys of a person: master key, user root, receiving keys, device keys.
//!
//! Specified in `docs/protocol/keys.md`.

use core::fmt;

use ed25519_dalek::{Signer, SigningKey};
use rand_core::CryptoRng;
use troth_wire::control::{Card, Class, DeviceCert, KemKey};
use troth_wire::{DeviceId, Digest, MemberId, PublicKey, Sealed, Signature, SpaceId};

use crate::Secret;
use crate::hazmat;

/// The account's master key; opens the keyring. Every [`Slot`](crate::slot::Slot) holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey(Secret<32>);

impl MasterKey {
    /// Draws a master key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(Secret::generate(rng))
    }

    /// Takes a stored master key.
    #[must_use]
    pub const fn from_secret(secret: Secret<32>) -> Self {
        Self(secret)
    }

    /// Reads it, for storing where it is as well guarded.
    #[must_use]
    pub const fn secret(&self) -> &Secret<32> {
        &self.0
    }

    /// Derives the key of one purpose.
    pub(crate) fn derive(&self, info: &[&[u8]]) -> Secret<32> {
        hazmat::derive(self.0.expose(), info)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

/// A person's signing key: owns devices, consents to memberships.
#[derive(Clone)]
pub struct UserRoot(SigningKey);

impl UserRoot {
    /// Draws a user root.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self::from_seed(&Secret::generate(rng))
    }

    /// Takes a stored seed.
    #[must_use]
    pub fn from_seed(seed: &Secret<32>) -> Self {
        Self(SigningKey::from_bytes(seed.expose()))
    }

    /// Reads the seed, for storing where it is as well guarded.
    #[must_use]
    pub fn seed(&self) -> Secret<32> {
        Secret::new(self.0.to_bytes())
    }

    /// Returns the public key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs bytes that begin with a label of their own.
    pub(crate) fn sign(&self, bytes: &[u8]) -> Signature {
        Signature(self.0.sign(bytes).to_bytes())
    }

    /// Signs that a device is this person's.
    #[must_use]
    pub fn certify(&self, key: PublicKey) -> DeviceCert {
        let sig = self.0.sign(&DeviceCert::signed_bytes(&key));
        DeviceCert {
            key,
            sig: Signature(sig.to_bytes()),
        }
    }

    /// Signs the consent to be a member of a space.
    #[must_use]
    pub fn card(&self, space: &SpaceId, member: MemberId, class: Class, kem: &UserKem) -> Card {
        let (root, kem) = (self.public(), kem.public());
        let sig = self
            .0
            .sign(&Card::signed_bytes(space, &member, class, &kem));
        Card {
            member,
            class,
            root,
            kem,
            sig: Signature(sig.to_bytes()),
        }
    }
}

impl fmt::Debug for UserRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserRoot(..)")
    }
}

/// A person's receiving key (X-Wing: ML-KEM-768 with X25519).
///
/// Its generation orders it among the person's keys; two keys that two devices made at the same
/// time have the same. What names it is its [`id`](Self::id).
#[derive(Clone, PartialEq, Eq)]
pub struct UserKem {
    generation: u32,
    seed: Secret<32>,
    public: KemKey,
    id: Digest,
}

impl UserKem {
    /// Draws a receiving key. The first generation is 1.
    pub fn generate(generation: u32, rng: &mut impl CryptoRng) -> Self {
        Self::from_seed(generation, Secret::generate(rng))
    }

    /// Takes a stored seed.
    #[must_use]
    pub fn from_seed(generation: u32, seed: Secret<32>) -> Self {
        let public = KemKey {
            generation,
            public: Sealed(hazmat::kem_public(&seed)),
        };
        let id = public.id();
        Self {
            generation,
            seed,
            public,
            id,
        }
    }

    /// Returns the name of the key, by which a wrap says to which key it is sealed.
    #[must_use]
    pub const fn id(&self) -> Digest {
        self.id
    }

    /// Returns the generation.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// Reads the seed, for storing where it is as well guarded.
    #[must_use]
    pub const fn seed(&self) -> &Secret<32> {
        &self.seed
    }

    /// Returns the public key.
    #[must_use]
    pub fn public(&self) -> KemKey {
        self.public.clone()
    }
}

impl fmt::Debug for UserKem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserKem")
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

/// The key with which one device signs entries.
#[derive(Clone)]
pub struct DeviceKey(SigningKey);

impl DeviceKey {
    /// Draws a device key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self::from_seed(&Secret::generate(rng))
    }

    /// Takes a stored seed.
    #[must_use]
    pub fn from_seed(seed: &Secret<32>) -> Self {
        Self(SigningKey::from_bytes(seed.expose()))
    }

    /// Reads the seed, for storing where it is as well guarded.
    #[must_use]
    pub fn seed(&self) -> Secret<32> {
        Secret::new(self.0.to_bytes())
    }

    /// Returns the public key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Derives the name of the device.
    #[must_use]
    pub fn id(&self) -> DeviceId {
        DeviceId::of_key(&self.public())
    }

    /// Signs bytes that begin with a label of their purpose.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> Signature {
        Signature(self.0.sign(bytes).to_bytes())
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn a_certificate_holds_for_its_owner_alone() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let (root, other) = (UserRoot::generate(&mut rng), UserRoot::generate(&mut rng));
        let cert = root.certify(DeviceKey::generate(&mut rng).public());
        assert!(cert.is_signed_by(&root.public()));
        assert!(!cert.is_signed_by(&other.public()));
    }

    #[test]
    fn a_card_holds_for_its_space_alone() {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let (root, kem) = (UserRoot::generate(&mut rng), UserKem::generate(1, &mut rng));
        let card = root.card(&SpaceId([1; 16]), MemberId([2; 16]), Class::Full, &kem);
        assert!(card.is_signed(&SpaceId([1; 16])));
        assert!(!card.is_signed(&SpaceId([3; 16])));
    }

    #[test]
    fn no_key_is_shown() {
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        assert_eq!(
            format!("{:?}", MasterKey::generate(&mut rng)),
            "MasterKey(..)"
        );
        assert_eq!(
            format!("{:?}", UserRoot::generate(&mut rng)),
            "UserRoot(..)"
        );
        assert_eq!(
            format!("{:?}", DeviceKey::generate(&mut rng)),
            "DeviceKey(..)"
        );
        let kem = UserKem::generate(4, &mut rng);
        assert_eq!(format!("{kem:?}"), "UserKem { generation: 4, .. }");
    }
}
