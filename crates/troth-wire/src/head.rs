//! The running head of a record, and the server's signed word about it.
//!
//! Specified in `docs/protocol/envelope.md`, sections "Head" and "Receipt".

use core::fmt;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use minicbor::{Decode, Decoder, Encode, Encoder};
use sha2::{Digest as _, Sha256};

use crate::id::{EntryId, PublicKey, Signature, SpaceId};

/// The hash over all entries up to a place; equal heads mean equal records.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Head(pub [u8; 32]);

impl Head {
    /// The head of a record without entries, at place 0.
    pub const EMPTY: Self = Self([0; 32]);

    /// Derives the head after one more entry, with the minute at which it was accepted.
    ///
    /// So equal heads mean equal minutes too, and no server can tell two people two of them.
    #[must_use]
    pub fn next(self, id: &EntryId, minute: u64) -> Self {
        let hash = Sha256::new()
            .chain_update(b"troth/v1/log")
            .chain_update(self.0);
        let hash = hash.chain_update(id.0).chain_update(minute.to_be_bytes());
        Self(hash.finalize().into())
    }

    /// Reads the bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Head {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Head(")?;
        self.0
            .iter()
            .take(4)
            .try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…)")
    }
}

impl<C> Encode<C> for Head {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Head {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let bytes = d.bytes()?.try_into();
        bytes
            .map(Self)
            .map_err(|_| minicbor::decode::Error::message("wrong length"))
    }
}

/// The server's signed statement of a head, kept by clients as proof.
///
/// Two receipts of one space with equal `log_epoch` and `place` and different heads convict
/// the server before any third party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Receipt {
    /// The space.
    #[n(0)]
    pub space: SpaceId,
    /// Counts honest restores of the server from a backup.
    #[n(1)]
    pub log_epoch: u32,
    /// The place of the newest entry.
    #[n(2)]
    pub place: u64,
    /// The head at that place.
    #[n(3)]
    pub head: Head,
    /// The minute of the statement, since 1970.
    #[n(4)]
    pub minute: u64,
    /// The signature by the server's log key.
    #[n(5)]
    pub sig: Signature,
}

/// What a receipt states, before it is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// The space.
    pub space: SpaceId,
    /// Counts honest restores of the server from a backup.
    pub log_epoch: u32,
    /// The place of the newest entry.
    pub place: u64,
    /// The head at that place.
    pub head: Head,
    /// The minute of the statement, since 1970.
    pub minute: u64,
}

impl Statement {
    /// Signs the statement with the server's log key.
    #[must_use]
    pub fn sign(self, key: &SigningKey) -> Receipt {
        let Self {
            space,
            log_epoch,
            place,
            head,
            minute,
        } = self;
        let sig = Signature(key.sign(&self.signed_bytes()).to_bytes());
        Receipt {
            space,
            log_epoch,
            place,
            head,
            minute,
            sig,
        }
    }

    fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = b"troth/v1/receipt".to_vec();
        bytes.extend_from_slice(&self.space.0);
        bytes.extend_from_slice(&self.log_epoch.to_be_bytes());
        bytes.extend_from_slice(&self.place.to_be_bytes());
        bytes.extend_from_slice(&self.head.0);
        bytes.extend_from_slice(&self.minute.to_be_bytes());
        bytes
    }
}

impl Receipt {
    /// Returns what the receipt states.
    #[must_use]
    pub const fn statement(&self) -> Statement {
        let Self {
            space,
            log_epoch,
            place,
            head,
            minute,
            sig: _,
        } = *self;
        Statement {
            space,
            log_epoch,
            place,
            head,
            minute,
        }
    }

    /// Tells whether the server with this log key signed the receipt.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(&key.0) else {
            return false;
        };
        let sig = ed25519_dalek::Signature::from_bytes(&self.sig.0);
        key.verify_strict(&self.statement().signed_bytes(), &sig)
            .is_ok()
    }

    /// Tells whether the two receipts cannot both be honest.
    #[must_use]
    pub fn contradicts(&self, other: &Self) -> bool {
        self.space == other.space
            && self.log_epoch == other.log_epoch
            && self.place == other.place
            && self.head != other.head
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement() -> Statement {
        Statement {
            space: SpaceId([1; 16]),
            log_epoch: 0,
            place: 7,
            head: Head::EMPTY.next(&EntryId([2; 32]), 29_000_000),
            minute: 29_000_000,
        }
    }

    #[test]
    fn a_receipt_holds_only_for_the_key_and_the_values_it_was_signed_with() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let public = PublicKey(key.verifying_key().to_bytes());
        let receipt = statement().sign(&key);
        assert!(receipt.is_signed_by(&public));
        assert!(!receipt.is_signed_by(&PublicKey([0; 32])));
        assert!(
            !Receipt {
                place: 8,
                ..receipt
            }
            .is_signed_by(&public)
        );
        assert!(
            !Receipt {
                minute: 0,
                ..receipt
            }
            .is_signed_by(&public)
        );
    }

    #[test]
    fn a_head_is_one_for_one_record_one_entry_and_one_minute() {
        let (id, minute) = (EntryId([2; 32]), 29_000_000);
        let head = Head::EMPTY.next(&id, minute);
        assert_ne!(head, Head::EMPTY.next(&id, minute + 1));
        assert_ne!(head, Head::EMPTY.next(&EntryId([3; 32]), minute));
        assert_ne!(head, head.next(&id, minute));
    }

    #[test]
    fn receipts_contradict_only_about_one_space_one_place_and_one_count_of_restores() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let one = statement().sign(&key);
        let other = |statement: Statement| {
            let head = Head([5; 32]);
            one.contradicts(&Statement { head, ..statement }.sign(&key))
        };
        assert!(other(statement()));
        assert!(!one.contradicts(&one), "the same head twice is no lie");
        let later = Statement {
            minute: 29_000_009,
            ..statement()
        };
        assert!(!one.contradicts(&later.sign(&key)), "nor is it a day later");
        assert!(other(later));
        let space = SpaceId([2; 16]);
        assert!(!other(Statement {
            space,
            ..statement()
        }));
        assert!(!other(Statement {
            place: 8,
            ..statement()
        }));
        assert!(!other(Statement {
            log_epoch: 1,
            ..statement()
        }));
    }

    #[test]
    fn two_heads_for_one_place_contradict_and_a_restore_does_not() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let one = statement().sign(&key);
        let other = Statement {
            head: Head::EMPTY,
            ..statement()
        }
        .sign(&key);
        assert!(one.contradicts(&other));
        assert!(
            !one.contradicts(
                &Statement {
                    log_epoch: 1,
                    ..other.statement()
                }
                .sign(&key)
            )
        );
    }
}
