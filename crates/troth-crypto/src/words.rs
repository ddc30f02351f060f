//! Words to say aloud: six for the keys of a couple, five for the head of a record.
//!
//! Specified in `docs/protocol/words.md`.

use bip39::Language;
use troth_wire::control::{Numbers, keys_hash};
use troth_wire::{Digest, Head, MemberId, PublicKey, SpaceId};

use crate::hazmat;

/// Derives the six words that both partners see if no one is in between.
///
/// The order of the two people does not matter. Each drew a number: the offer promised the
/// inviter's before the joiner's was known, and the joiner told theirs before the inviter's was
/// shown. So an interceptor has one guess at the words and nothing to try out beforehand.
#[must_use]
pub fn six_words(
    space: &SpaceId,
    people: &[(MemberId, PublicKey); 2],
    numbers: &Numbers,
) -> [&'static str; 6] {
    to_words(&six_words_hash(space, people, numbers))
}

fn six_words_hash(
    space: &SpaceId,
    people: &[(MemberId, PublicKey); 2],
    numbers: &Numbers,
) -> [u8; 32] {
    hazmat::hash(&[
        b"troth/v1/words/six",
        &keys_hash(space, people).0,
        &numbers.inviter.0,
        &numbers.joiner.0,
    ])
}

/// Derives the promise that an offer makes of the inviter's number.
///
/// It binds the number to the space and to the inviter's name and root, so that nothing which the
/// words are made of can change between the offer and the admission, except by the joiner.
#[must_use]
pub fn promise(space: &SpaceId, inviter: &(MemberId, PublicKey), number: &Digest) -> Digest {
    Digest(hazmat::hash(&[
        b"troth/v1/words/promise",
        &space.0,
        &inviter.0.0,
        &inviter.1.0,
        &number.0,
    ]))
}

/// Derives the five words of a record's head at a place.
#[must_use]
pub fn record_phrase(space: &SpaceId, place: u64, head: &Head) -> [&'static str; 5] {
    to_words(&hazmat::hash(&[
        b"troth/v1/phrase",
        &space.0,
        &place.to_be_bytes(),
        &head.0,
    ]))
}

/// Reads 11 bits for each word, from the front.
fn to_words<const N: usize>(hash: &[u8; 32]) -> [&'static str; N] {
    let list = Language::English.word_list();
    core::array::from_fn(|index| {
        let bits = (index * 11)..(index * 11 + 11);
        let number = bits.fold(0_usize, |number, bit| {
            let byte = hash.get(bit / 8).copied().unwrap_or(0);
            number << 1 | usize::from(byte >> (7 - bit % 8) & 1)
        });
        list.get(number).copied().unwrap_or("")
    })
}

#[cfg(test)]
mod tests;
