//! The word that a password changed, from the device that changed it to the person's others.
//!
//! Those have no session anymore, and the server must not be believed: anyone who could say "your
//! password changed" could lock devices at will. So the word is sealed under the master key. It
//! holds the number of the change and the device code that goes with the new password, and
//! nothing of the password itself.
//! Specified in `docs/protocol/keys.md`, section "A changed password".

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::keys::MasterKey;
use crate::recovery::DeviceCode;
use crate::{Unopened, hazmat};

const WORD: &[u8] = b"troth/v1/password-changed";

/// Derives the key with which devices ask the server for the word; it knows the SHA-256 of it.
#[must_use]
pub fn ask_key(master: &MasterKey) -> [u8; 32] {
    *master.derive(&[b"troth/v1/password-changed/ask"]).expose()
}

/// What a device is told of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The number of the change: the version of the slots after it.
    pub number: u64,
    /// The device code from now on; recovery makes a new one.
    pub code: DeviceCode,
}

impl Changed {
    /// Seals the word.
    pub fn seal(&self, master: &MasterKey, rng: &mut impl CryptoRng) -> Vec<u8> {
        let number = self.number.to_be_bytes();
        let plain = Zeroizing::new([number.as_slice(), self.code.bytes().as_slice()].concat());
        hazmat::seal(&master.derive(&[WORD]), WORD, &plain, rng)
    }

    /// Opens a word.
    ///
    /// # Errors
    ///
    /// [`Unopened`]: no device of this account sealed it.
    pub fn open(master: &MasterKey, sealed: &[u8]) -> Result<Self, Unopened> {
        let plain = hazmat::open(&master.derive(&[WORD]), WORD, sealed)?;
        let (number, code) = plain.split_first_chunk::<8>().ok_or(Unopened)?;
        let code = <[u8; 16]>::try_from(code).map_err(|_| Unopened)?;
        Ok(Self {
            number: u64::from_be_bytes(*number),
            code: DeviceCode::from_bytes(code),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    #[test]
    fn only_the_account_itself_says_that_its_password_changed() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let (ana, ben) = (MasterKey::generate(&mut rng), MasterKey::generate(&mut rng));
        let code = DeviceCode::from_bytes([3; 16]);
        let changed = Changed { number: 7, code };
        let word = changed.seal(&ana, &mut rng);
        assert_eq!(Changed::open(&ana, &word), Ok(changed));
        assert_eq!(Changed::open(&ben, &word), Err(Unopened));
        let mut forged = word.clone();
        forged[30] ^= 1;
        assert_eq!(Changed::open(&ana, &forged), Err(Unopened));
        assert_ne!(ask_key(&ana), ask_key(&ben));
    }
}
