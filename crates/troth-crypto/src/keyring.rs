//! The keyring's outside: one sealed, signed, counted blob with everything a device must know.
//!
//! Bytes, before sealing: length (4, big-endian) ‖ content ‖ zeros up to a multiple of 4 KiB.
//! Sealed under a key from the master key with the version as context; then signed by the
//! user's root, so that a device that already knows the root notices a swap.
//! Specified in `docs/protocol/keys.md`, section "Keyring".

use ed25519_dalek::VerifyingKey;
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use troth_wire::strict::{self, Malformed};
use troth_wire::{PublicKey, Sealed, Signature};
use zeroize::Zeroizing;

use crate::keys::{MasterKey, UserRoot};
use crate::{Unopened, hazmat};

/// Blobs grow in steps of so many bytes.
pub const STEP: usize = 4096;

/// A sealed keyring.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Keyring {
    /// Counts its changes, from 1.
    #[n(0)]
    pub version: u64,
    #[n(1)]
    sealed: Sealed,
    #[n(2)]
    sig: Signature,
}

impl Keyring {
    /// Seals and signs a keyring's content.
    pub fn seal(
        master: &MasterKey,
        root: &UserRoot,
        version: u64,
        plain: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Self {
        let mut padded = Zeroizing::new(Vec::new());
        // Lengths beyond 4 GiB do not occur: the server takes at most 16 MiB.
        let length = u32::try_from(plain.len()).unwrap_or(u32::MAX);
        padded.extend_from_slice(&length.to_be_bytes());
        padded.extend_from_slice(plain);
        let size = (padded.len() + hazmat::OVERHEAD).next_multiple_of(STEP);
        padded.resize(size - hazmat::OVERHEAD, 0);
        let key = master.derive(&[b"troth/v1/keyring"]);
        let sealed = hazmat::seal(&key, &context(version), &padded, rng);
        let sig = root.sign(&signed_bytes(version, &sealed));
        Self {
            version,
            sealed: Sealed(sealed),
            sig,
        }
    }

    /// Opens the keyring; the caller then checks the signature with the root found inside, or
    /// with the one it knows, by [`is_signed_by`](Self::is_signed_by).
    ///
    /// # Errors
    ///
    /// [`Unopened`]: another account's, or changed.
    pub fn open(&self, master: &MasterKey) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let key = master.derive(&[b"troth/v1/keyring"]);
        let padded = hazmat::open(&key, &context(self.version), &self.sealed.0)?;
        let (length, rest) = padded.split_first_chunk::<4>().ok_or(Unopened)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Unopened)?;
        let plain = rest.get(..length).ok_or(Unopened)?;
        Ok(Zeroizing::new(plain.to_vec()))
    }

    /// Tells whether this user root signed the blob.
    #[must_use]
    pub fn is_signed_by(&self, root: &PublicKey) -> bool {
        VerifyingKey::from_bytes(&root.0).is_ok_and(|key| {
            let signature = ed25519_dalek::Signature::from_bytes(&self.sig.0);
            key.verify_strict(&signed_bytes(self.version, &self.sealed.0), &signature)
                .is_ok()
        })
    }

    /// Encodes the blob for the server.
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

fn context(version: u64) -> Vec<u8> {
    [b"troth/v1/keyring".as_slice(), &version.to_be_bytes()].concat()
}

fn signed_bytes(version: u64, sealed: &[u8]) -> Vec<u8> {
    [
        b"troth/v1/keyring/sig".as_slice(),
        &version.to_be_bytes(),
        sealed,
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    #[test]
    fn a_keyring_opens_with_its_master_and_shows_who_signed() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let master = MasterKey::generate(&mut rng);
        let root = UserRoot::generate(&mut rng);
        let sealed = Keyring::seal(&master, &root, 7, b"seeds", &mut rng);
        let mut back = Keyring::from_bytes(&sealed.to_bytes()).unwrap();
        assert_eq!(back.open(&master).unwrap().as_slice(), b"seeds");
        let known = root.public();
        assert!(back.is_signed_by(&known));
        let other = UserRoot::generate(&mut rng);
        assert!(!back.is_signed_by(&other.public()));
        back.version = 8;
        assert!(!back.is_signed_by(&known));
        assert_eq!(back.open(&master), Err(Unopened));
    }

    #[test]
    fn a_keyring_grows_in_steps() {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let master = MasterKey::generate(&mut rng);
        let root = UserRoot::generate(&mut rng);
        for length in [0, 1, 4000, 4053, 9000] {
            let sealed = Keyring::seal(&master, &root, 1, &vec![1; length], &mut rng);
            assert_eq!(sealed.sealed.0.len() % STEP, 0);
        }
    }
}
