//! Getting back in without giving anyone else a way in.
//!
//! The kit is a page to print: the login, the *device code* (a second secret that a new device
//! asks for beside the password, so that a guessed password alone opens nothing) and the
//! *recovery words* (which open the account without the password).
//! Specified in `docs/protocol/keys.md`, section "Recovery kit".

use core::fmt;

use bip39::{Language, Mnemonic};
use ed25519_dalek::{Signer, SigningKey};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use troth_wire::{PublicKey, Signature};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{Secret, hazmat};

/// How many words a kit has.
pub const WORDS: usize = 24;

/// Twenty-four words of the English list of BIP 39: 256 random bits and a checksum.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryWords([u8; 32]);

/// Why typed words are not a kit's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WordsError {
    /// There are not twenty-four.
    #[error("a kit has 24 words, and {found} were given")]
    Count {
        /// How many were given.
        found: usize,
    },
    /// One is not in the list.
    #[error("word {position} is not in the list{}", Nearest(*nearest))]
    Unknown {
        /// Which one, from 1.
        position: usize,
        /// The word of the list that is spelled most like it, if one is close.
        nearest: Option<&'static str>,
    },
    /// All are in the list, but not these in this order.
    #[error("every word exists, but together they do not fit: one is wrong or two are swapped")]
    Checksum,
}

struct Nearest(Option<&'static str>);

impl fmt::Display for Nearest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(word) => write!(f, "; did you mean \"{word}\"?"),
            None => Ok(()),
        }
    }
}

impl RecoveryWords {
    /// Draws new words.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut entropy = [0; 32];
        rng.fill_bytes(&mut entropy);
        Self(entropy)
    }

    /// Reads words as a person types them: any case, any white space, numbers before words and
    /// commas are let through.
    ///
    /// # Errors
    ///
    /// [`WordsError`], naming the word to look at where that is known.
    pub fn parse(typed: &str) -> Result<Self, WordsError> {
        let words = typed_words(typed);
        let list = Language::English.word_list();
        for (index, word) in words.iter().enumerate() {
            if list.binary_search(&word.as_str()).is_err() {
                return Err(WordsError::Unknown {
                    position: index + 1,
                    nearest: nearest(word, list),
                });
            }
        }
        if words.len() != WORDS {
            return Err(WordsError::Count { found: words.len() });
        }
        let mnemonic = Mnemonic::parse_in_normalized(Language::English, &words.join(" "))
            .map_err(|_| WordsError::Checksum)?;
        let (entropy, _) = mnemonic.to_entropy_array();
        entropy
            .first_chunk()
            .map(|bytes| Self(*bytes))
            .ok_or(WordsError::Checksum)
    }

    /// Lists the words in order.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "32 bytes are always 24 words; a page without words would lose the account"
    )]
    pub fn words(&self) -> Vec<&'static str> {
        let mnemonic = Mnemonic::from_entropy_in(Language::English, &self.0);
        let mnemonic = mnemonic.expect("32 bytes are 24 words");
        mnemonic.words().collect()
    }

    /// Derives a key for one purpose; `label` begins with `troth/v1/`.
    #[must_use]
    pub fn derive(&self, label: &str) -> Secret<32> {
        hazmat::derive(&self.0, &[label.as_bytes()])
    }

    /// Derives the public key by which the server knows these words.
    #[must_use]
    pub fn sign_in_key(&self) -> PublicKey {
        PublicKey(self.signing_key().verifying_key().to_bytes())
    }

    /// Signs what the server asks to be signed, see `troth_wire::api::recovery_signed_bytes`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.signing_key().sign(message).to_bytes())
    }

    fn signing_key(&self) -> SigningKey {
        SigningKey::from_bytes(self.derive("troth/v1/recovery/sign-in").expose())
    }
}

impl fmt::Debug for RecoveryWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryWords(..)")
    }
}

fn typed_words(typed: &str) -> Vec<String> {
    typed
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Finds the word of the list that needs the fewest edits, if at most two.
fn nearest(word: &str, list: &[&'static str]) -> Option<&'static str> {
    list.iter()
        .map(|candidate| (edits(word, candidate), *candidate))
        .min_by_key(|(edits, _)| *edits)
        .filter(|(edits, _)| *edits <= 2)
        .map(|(_, candidate)| candidate)
}

/// Counts the edits between two words (Levenshtein's distance).
fn edits(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (index, a) in one.chars().enumerate() {
        let mut corner = index;
        let mut left = index + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, b) in row.iter_mut().skip(1).zip(other.chars()) {
            let changed = corner + usize::from(a != b);
            corner = *cell;
            left = changed.min(corner + 1).min(left + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// The second secret of a password sign-in: 128 random bits, written as seven groups of four.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct DeviceCode([u8; 16]);

/// Why a typed device code is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// It has not 28 letters and digits.
    #[error("a device code has 28 letters and digits, and {found} were given")]
    Length {
        /// How many were given.
        found: usize,
    },
    /// A sign is not one that codes use.
    #[error("sign {position} of the device code is not a letter or digit that codes use")]
    Sign {
        /// Which one, from 1.
        position: usize,
    },
    /// The signs do not fit together.
    #[error("the device code has a slip of the pen in it: compare it with the printed page")]
    Check,
}

/// Crockford's base 32: no I, L, O, U, so that handwriting is not misread.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_SIGNS: usize = 28;

impl DeviceCode {
    /// Draws a new code.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// Takes over a code that a device kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Lends the secret bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads a code as a person types it: any case, any white space and dashes, with O for 0
    /// and I or L for 1 let through.
    ///
    /// # Errors
    ///
    /// [`CodeError`], naming the sign to look at where that is known.
    pub fn parse(typed: &str) -> Result<Self, CodeError> {
        let mut number = 0_u128;
        let mut check = 0_u16;
        let mut found = 0;
        for sign in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            found += 1;
            let value = sign_value(sign).ok_or(CodeError::Sign { position: found })?;
            match found {
                // The first sign carries three bits only: 26 signs hold 130, the code has 128.
                1..=26 if found > 1 || value < 8 => number = number << 5 | u128::from(value),
                1..=26 => return Err(CodeError::Check),
                _ => check = check << 5 | u16::from(value),
            }
        }
        if found != CODE_SIGNS {
            return Err(CodeError::Length { found });
        }
        let code = Self(number.to_be_bytes());
        if code.check() == check {
            Ok(code)
        } else {
            Err(CodeError::Check)
        }
    }

    /// Ten bits that catch a slip of the pen.
    fn check(&self) -> u16 {
        let digest = Sha256::new()
            .chain_update(b"troth/v1/device-code")
            .chain_update(self.0)
            .finalize();
        let mut bytes = digest.iter().copied();
        let (high, low) = (
            u16::from(bytes.next().unwrap_or_default()),
            u16::from(bytes.next().unwrap_or_default()),
        );
        (high << 8 | low) >> 6
    }
}

fn sign_value(sign: char) -> Option<u8> {
    let sign = match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let index = SIGNS.iter().position(|known| char::from(*known) == sign)?;
    u8::try_from(index).ok()
}

impl fmt::Display for DeviceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = u128::from_be_bytes(self.0);
        for index in 0..CODE_SIGNS {
            if index > 0 && index % 4 == 0 {
                f.write_str("-")?;
            }
            let value = match index {
                0..=25 => usize::from((number >> (125 - 5 * index)) as u8 & 31),
                26 => usize::from(self.check() >> 5),
                _ => usize::from(self.check() & 31),
            };
            let sign = SIGNS.get(value).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(sign))?;
        }
        Ok(())
    }
}

impl fmt::Debug for DeviceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceCode(..)")
    }
}

/// What is printed once and kept away from the devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryKit {
    /// The login.
    pub login: String,
    /// What a new device asks for beside the password.
    pub device_code: DeviceCode,
    /// What opens the account without the password.
    pub words: RecoveryWords,
}

#[cfg(test)]
mod tests;
