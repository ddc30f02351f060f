//! Words to say aloud: six for the keys of a couple, five for the head of a record.
//!
//! Specified in `docs/protocol/words.md`.

use bip39::Language;
use troth_wire::control::keys_hash;
use troth_wire::{Head, MemberId, PublicKey, SpaceId};

use crate::hazmat;

/// Derives the six words that both partners see if nobody stands between them.
///
/// The order of the two does not matter. The names inside the space take part: each side
/// draws its own only after it saw the other's keys, so nobody can search for keys beforehand.
#[must_use]
pub fn six_words(space: &SpaceId, people: &[(MemberId, PublicKey); 2]) -> [&'static str; 6] {
    to_words(&keys_hash(space, people).0)
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
mod tests {
    use super::*;

    #[test]
    fn both_sides_see_the_same_words_and_any_other_key_gives_others() {
        let (ana, ben) = (
            (MemberId([1; 16]), PublicKey([2; 32])),
            (MemberId([3; 16]), PublicKey([4; 32])),
        );
        let words = six_words(&SpaceId([5; 16]), &[ana, ben]);
        assert_eq!(words, six_words(&SpaceId([5; 16]), &[ben, ana]));
        assert_ne!(words, six_words(&SpaceId([6; 16]), &[ana, ben]));
        let mallory = (ben.0, PublicKey([9; 32]));
        assert_ne!(words, six_words(&SpaceId([5; 16]), &[ana, mallory]));
    }

    #[test]
    fn bits_are_read_from_the_front() {
        let mut hash = [0; 32];
        hash[1] = 0b0010_0000;
        assert_eq!(to_words::<2>(&hash), ["ability", "abandon"]);
    }
}
