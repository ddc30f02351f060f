//! What one device keeps for itself: its local lock and its sealed records.
//!
//! Drafts, the outbox and the snapshot lie on the device under a random [`LocalKey`]. On a
//! device that locks (the web app), that key and the rest of the device's secrets lie in a
//! [`LocalLock`] that the password opens without any server.
//! Specified in `docs/protocol/keys.md`, section "Local lock".

use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use troth_wire::Sealed;
use troth_wire::strict::{self, Malformed};
use zeroize::Zeroizing;

use crate::stretch::{Stretch, normalized};
use crate::{Secret, Unopened, hazmat};

const VERSION: u8 = 1;

/// The key of everything that a device keeps for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalKey(Secret<32>);

impl LocalKey {
    /// Draws the key of a new device.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(Secret::generate(rng))
    }

    /// Takes over a key that was kept.
    #[must_use]
    pub const fn from_secret(secret: Secret<32>) -> Self {
        Self(secret)
    }

    /// Lends the secret, to keep it.
    #[must_use]
    pub const fn secret(&self) -> &Secret<32> {
        &self.0
    }

    /// Seals a record under its name, so that records cannot be exchanged for one another.
    pub fn seal(&self, name: &[u8], plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        hazmat::seal(&self.0, &context(name), plain, rng)
    }

    /// Opens a record of that name.
    ///
    /// # Errors
    ///
    /// [`Unopened`]: not this device's, not of that name, or changed.
    pub fn open(&self, name: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        hazmat::open(&self.0, &context(name), sealed)
    }

    /// Opens a record of that name in the bytes that held it, for one who reads many.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_in_place(&self, name: &[u8], sealed: Vec<u8>) -> Result<Vec<u8>, Unopened> {
        hazmat::open_in_place(&self.0, &context(name), sealed)
    }
}

fn context(name: &[u8]) -> Vec<u8> {
    [b"troth/v1/local/", name].concat()
}

/// Bytes behind a password or PIN, opened on the device alone.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct LocalLock {
    #[n(0)]
    version: u8,
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    salt: [u8; 16],
    #[n(2)]
    sealed: Sealed,
}

impl LocalLock {
    /// Locks bytes behind a password; slow by intent. `purpose` keeps locks apart.
    pub fn lock<K: Stretch>(
        password: &str,
        purpose: &str,
        plain: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Self {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let key = K::stretch(&normalized(password), &salt);
        let sealed = hazmat::seal(&key, &lock_context(purpose), plain, rng);
        Self {
            version: VERSION,
            salt,
            sealed: Sealed(sealed),
        }
    }

    /// Opens the lock; slow by intent.
    ///
    /// # Errors
    ///
    /// [`Unopened`]: not this password or purpose, or changed bytes.
    pub fn unlock<K: Stretch>(
        &self,
        password: &str,
        purpose: &str,
    ) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        if self.version != VERSION {
            return Err(Unopened);
        }
        let key = K::stretch(&normalized(password), &self.salt);
        hazmat::open(&key, &lock_context(purpose), &self.sealed.0)
    }

    /// Encodes the lock, to keep it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        strict::encode(self)
    }

    /// Decodes a kept lock.
    ///
    /// # Errors
    ///
    /// The rule of strict CBOR that the bytes break.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        strict::decode(bytes)
    }
}

fn lock_context(purpose: &str) -> Vec<u8> {
    [b"troth/v1/lock/", purpose.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stretch::Light;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    #[test]
    fn a_lock_opens_with_its_password_and_purpose_only() {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let lock = LocalLock::lock::<Light>("correct horse", "app", b"keys", &mut rng);
        let lock = LocalLock::from_bytes(&lock.to_bytes()).unwrap();
        let opened = lock.unlock::<Light>("correct horse", "app").unwrap();
        assert_eq!(opened.as_slice(), b"keys");
        assert_eq!(lock.unlock::<Light>("correct house", "app"), Err(Unopened));
        assert_eq!(
            lock.unlock::<Light>("correct horse", "vault"),
            Err(Unopened)
        );
    }

    #[test]
    fn a_record_opens_under_its_own_name_only() {
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        let key = LocalKey::generate(&mut rng);
        let sealed = key.seal(b"draft/1", b"words", &mut rng);
        assert!(key.open(b"draft/1", &sealed).is_ok());
        assert_eq!(key.open(b"draft/2", &sealed), Err(Unopened));
    }

    #[test]
    fn a_record_opens_in_place_as_it_does_beside() {
        let mut rng = ChaCha20Rng::seed_from_u64(4);
        let key = LocalKey::generate(&mut rng);
        for length in [0, 1, 15, 16, 17, 300, 70_000] {
            let sealed = key.seal(b"draft/1", &vec![7; length], &mut rng);
            let opened = key.open_in_place(b"draft/1", sealed.clone());
            assert_eq!(opened, Ok(vec![7; length]));
            let elsewhere = key.open_in_place(b"draft/2", sealed.clone());
            assert_eq!(elsewhere, Err(Unopened));
            let cut = key.open_in_place(b"draft/1", sealed[..39].to_vec());
            assert_eq!(cut, Err(Unopened));
            for at in [0, 24, sealed.len() - 1] {
                let mut changed = sealed.clone();
                changed[at] ^= 1;
                let changed = key.open_in_place(b"draft/1", changed);
                assert_eq!(changed, Err(Unopened));
            }
        }
    }
}
