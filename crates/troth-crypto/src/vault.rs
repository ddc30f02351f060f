//! The vault's outside: one sealed blob that says nothing by its size.
//!
//! # Invariants
//!
//! 1. **One size.** Blobs are 64 KiB, then 128 KiB and so on by doubling; an empty vault is as
//!    large as a full one of the same bucket (SAFETY D-4).
//! 2. **Its own lock.** The vault's key is opened by its own PIN or passphrase, or by the
//!    recovery words; opening the account alone does not open a locked vault (SAFETY D-1).
//!
//! Specified in `docs/protocol/vault.md`.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::keys::MasterKey;
use crate::local::LocalLock;
use crate::recovery::RecoveryWords;
use crate::stretch::Stretch;
use crate::{Secret, Unopened, hazmat};

/// The smallest blob, in bytes.
pub const LEAST: usize = 64 * 1024;

const CONTEXT: &[u8] = b"troth/v1/vault";
const PURPOSE: &str = "vault";

/// The key of one person's vault; it never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultKey(Secret<32>);

impl VaultKey {
    /// Draws the key of a new vault.
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

    /// Seals a vault's content into a blob of a bucket size.
    pub fn seal(&self, plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        let mut padded = Zeroizing::new(Vec::with_capacity(bucket(plain.len())));
        // Lengths beyond 4 GiB do not occur: the server takes at most 16 MiB.
        let length = u32::try_from(plain.len()).unwrap_or(u32::MAX);
        padded.extend_from_slice(&length.to_be_bytes());
        padded.extend_from_slice(plain);
        padded.resize(bucket(plain.len()) - hazmat::OVERHEAD, 0);
        hazmat::seal(&self.0, CONTEXT, &padded, rng)
    }

    /// Opens a blob.
    ///
    /// # Errors
    ///
    /// [`Unopened`]: another vault's, or changed.
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let padded = hazmat::open(&self.0, CONTEXT, sealed)?;
        let (length, rest) = padded.split_first_chunk::<4>().ok_or(Unopened)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Unopened)?;
        let plain = rest.get(..length).ok_or(Unopened)?;
        Ok(Zeroizing::new(plain.to_vec()))
    }

    /// Locks the key behind a PIN or passphrase, under the account. Slow.
    pub fn lock<K: Stretch>(
        &self,
        master: &MasterKey,
        pin: &str,
        rng: &mut impl CryptoRng,
    ) -> Vec<u8> {
        let inner = LocalLock::lock::<K>(pin, PURPOSE, self.0.expose(), rng).to_bytes();
        hazmat::seal(
            &master.derive(&[b"troth/v1/vault/lock"]),
            CONTEXT,
            &inner,
            rng,
        )
    }

    /// Opens the key with the PIN or passphrase. Slow.
    ///
    /// # Errors
    ///
    /// [`Unopened`]: not this account's, or not this PIN.
    pub fn unlock<K: Stretch>(
        master: &MasterKey,
        pin: &str,
        locked: &[u8],
    ) -> Result<Self, Unopened> {
        let inner = hazmat::open(&master.derive(&[b"troth/v1/vault/lock"]), CONTEXT, locked)?;
        let lock = LocalLock::from_bytes(&inner).map_err(|_| Unopened)?;
        from_plain(&lock.unlock::<K>(pin, PURPOSE)?)
    }

    /// Seals the key for the recovery words.
    pub fn seal_for_recovery(&self, words: &RecoveryWords, rng: &mut impl CryptoRng) -> Vec<u8> {
        let key = words.derive("troth/v1/vault/recovery");
        hazmat::seal(&key, CONTEXT, self.0.expose(), rng)
    }

    /// Opens the key with the recovery words.
    ///
    /// # Errors
    ///
    /// [`Unopened`]: not these words.
    pub fn open_with_recovery(words: &RecoveryWords, sealed: &[u8]) -> Result<Self, Unopened> {
        let key = words.derive("troth/v1/vault/recovery");
        from_plain(&hazmat::open(&key, CONTEXT, sealed)?)
    }
}

fn from_plain(plain: &[u8]) -> Result<VaultKey, Unopened> {
    Secret::try_from_slice(plain).map(VaultKey).ok_or(Unopened)
}

/// The size of the blob that holds so many bytes of content.
#[must_use]
pub const fn bucket(content: usize) -> usize {
    let needed = content.saturating_add(hazmat::OVERHEAD + 4);
    if needed <= LEAST {
        LEAST
    } else {
        needed.next_power_of_two()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stretch::Light;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    #[test]
    fn an_empty_vault_is_as_large_as_a_full_one() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let key = VaultKey::generate(&mut rng);
        let empty = key.seal(b"", &mut rng);
        let full = key.seal(&vec![7; LEAST - hazmat::OVERHEAD - 4], &mut rng);
        assert_eq!((empty.len(), full.len()), (LEAST, LEAST));
        assert_eq!(key.seal(&vec![7; LEAST], &mut rng).len(), 2 * LEAST);
        assert!(key.open(&empty).unwrap().is_empty());
        assert_eq!(key.open(&full).unwrap().len(), LEAST - hazmat::OVERHEAD - 4);
    }

    #[test]
    fn only_pin_or_recovery_words_open_the_key() {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let key = VaultKey::generate(&mut rng);
        let master = MasterKey::generate(&mut rng);
        let words = RecoveryWords::generate(&mut rng);
        let locked = key.lock::<Light>(&master, "2580", &mut rng);
        let unlocked = VaultKey::unlock::<Light>(&master, "2580", &locked);
        assert_eq!(unlocked, Ok(key.clone()));
        assert_eq!(
            VaultKey::unlock::<Light>(&master, "2581", &locked),
            Err(Unopened)
        );
        let other = MasterKey::generate(&mut rng);
        assert_eq!(
            VaultKey::unlock::<Light>(&other, "2580", &locked),
            Err(Unopened)
        );
        let sealed = key.seal_for_recovery(&words, &mut rng);
        assert_eq!(VaultKey::open_with_recovery(&words, &sealed), Ok(key));
        let wrong = RecoveryWords::generate(&mut rng);
        assert_eq!(VaultKey::open_with_recovery(&wrong, &sealed), Err(Unopened));
    }
}
