//! Answers that neither partner can open before both have answered.
//!
//! With a referee, an answer is sealed with a one-time key inside the normal seal; the key goes
//! to the server, which has no text. Without one, a hash binds the answer until it is opened.
//!
//! Specified in `docs/protocol/envelope.md`, section "Referee".

use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use troth_wire::padme::class_of;
use troth_wire::{Digest, KeyShare, MemberId, SpaceId};
use zeroize::Zeroizing;

use crate::pad::{self, TAG};
use crate::{Secret, Unopened, hazmat};

/// Which answer: whose, to which reveal, in which space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// The space.
    pub space: SpaceId,
    /// The lasting name of the reveal's entry, 32 bytes.
    pub reveal: [u8; 32],
    /// Who answers.
    pub author: MemberId,
}

/// An answer sealed until both are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedAnswer {
    /// For the server: the one-time key.
    pub share: KeyShare,
    /// For the partner: binds the one-time key, so that there is one answer and not two.
    pub commit: Digest,
    /// For the partner: the answer.
    pub ciphertext: Vec<u8>,
}

impl Question {
    /// Seals an answer with a fresh one-time key.
    pub fn seal(&self, answer: &[u8], rng: &mut impl CryptoRng) -> SealedAnswer {
        let share = Secret::<32>::generate(rng);
        let padded = pad::pad(answer, TAG, class_of);
        let (key, nonce) = self.key(&share);
        let ciphertext = hazmat::seal_with_nonce(&key, &nonce, &self.aad(), &padded);
        let share = KeyShare(*share.expose());
        SealedAnswer {
            share,
            commit: self.commit(&share),
            ciphertext,
        }
    }

    /// Opens an answer with the share that the server gave out.
    ///
    /// # Errors
    ///
    /// [`Unopened`]: the share is not the one that the answer was bound to, or the answer was
    /// changed.
    pub fn open(
        &self,
        commit: &Digest,
        ciphertext: &[u8],
        share: &KeyShare,
    ) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        if !bool::from(self.commit(share).0.ct_eq(&commit.0)) {
            return Err(Unopened);
        }
        let (key, nonce) = self.key(&Secret::new(share.0));
        hazmat::open_with_nonce(&key, &nonce, &self.aad(), ciphertext).and_then(pad::unpad)
    }

    /// Derives the hash that binds a share, inside the answer and in the header of its entry.
    ///
    /// The question is not in it: when the answer is written, its entry may still wait to be sent.
    /// The header names it beside the hash.
    #[must_use]
    pub fn commit(&self, share: &KeyShare) -> Digest {
        troth_wire::referee::commitment(&self.space, &self.author, &share.0)
    }

    /// Derives the hash that binds an answer without a referee.
    #[must_use]
    pub fn hash_commitment(&self, answer: &[u8], nonce: &[u8; 32]) -> Digest {
        Digest(hazmat::hash(&[
            b"troth/v1/answer",
            &self.bytes(),
            nonce,
            answer,
        ]))
    }

    fn key(&self, share: &Secret<32>) -> (Zeroizing<[u8; 32]>, [u8; 24]) {
        let label: [&[u8]; 2] = [b"troth/v1/referee", &self.bytes()];
        let both = hazmat::derive::<56>(share.expose(), &label);
        let (mut key, mut nonce) = (Zeroizing::new([0; 32]), [0; 24]);
        let (first, second) = both.expose().split_at(32);
        key.copy_from_slice(first);
        nonce.copy_from_slice(second);
        (key, nonce)
    }

    fn aad(&self) -> Vec<u8> {
        [b"troth/v1/referee".as_slice(), &self.bytes()].concat()
    }

    fn bytes(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        let parts = self
            .space
            .0
            .iter()
            .chain(&self.reveal)
            .chain(&self.author.0);
        bytes
            .iter_mut()
            .zip(parts)
            .for_each(|(into, from)| *into = *from);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    const QUESTION: Question = Question {
        space: SpaceId([1; 16]),
        reveal: [2; 32],
        author: MemberId([3; 16]),
    };

    #[test]
    fn an_answer_opens_with_its_share_and_only_as_this_answer() {
        let sealed = QUESTION.seal(b"yes", &mut ChaCha20Rng::seed_from_u64(1));
        let opened = QUESTION
            .open(&sealed.commit, &sealed.ciphertext, &sealed.share)
            .unwrap();
        assert_eq!(opened.as_slice(), b"yes");
        let other = Question {
            author: MemberId([4; 16]),
            ..QUESTION
        };
        assert!(
            other
                .open(&sealed.commit, &sealed.ciphertext, &sealed.share)
                .is_err()
        );
        let wrong = KeyShare([0; 32]);
        assert!(
            QUESTION
                .open(&sealed.commit, &sealed.ciphertext, &wrong)
                .is_err()
        );
        assert!(
            QUESTION
                .open(&QUESTION.commit(&wrong), &sealed.ciphertext, &wrong)
                .is_err()
        );
    }

    #[test]
    fn a_share_that_opens_but_was_not_bound_is_refused() {
        // The cipher alone does not commit to its key: an author could make one ciphertext
        // that two shares open differently, and choose between them afterwards.
        let sealed = QUESTION.seal(b"yes", &mut ChaCha20Rng::seed_from_u64(1));
        let bound_to =
            |share| QUESTION.open(&QUESTION.commit(share), &sealed.ciphertext, &sealed.share);

        assert!(bound_to(&sealed.share).is_ok());
        assert!(bound_to(&KeyShare([7; 32])).is_err());
    }

    #[test]
    fn a_hash_commitment_binds_answer_nonce_and_author() {
        let one = QUESTION.hash_commitment(b"yes", &[1; 32]);
        assert_ne!(one, QUESTION.hash_commitment(b"no", &[1; 32]));
        assert_ne!(one, QUESTION.hash_commitment(b"yes", &[2; 32]));
        let other = Question {
            author: MemberId([4; 16]),
            ..QUESTION
        };
        assert_ne!(one, other.hash_commitment(b"yes", &[1; 32]));
    }
}
