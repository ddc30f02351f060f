//! What a person writes to a therapist with a booking: sealed to the therapist, bound to the booking.
//!
//! # Invariants
//!
//! 1. **One reader.** Only the receiving key in the therapist's listing opens a note; the server
//!    and the other partner hold at most its ciphertext.
//! 2. **One booking.** Booking and provider go into the seal, so a note moved to another booking or
//!    another listing does not open.
//! 3. **Padded.** A note is a whole number of KiB before it is sealed.
//!
//! Specified in `docs/protocol/visits.md`, section "Note".

use core::fmt;

use rand_core::CryptoRng;
use troth_wire::Sealed;
use zeroize::Zeroizing;

use crate::keys::UserKem;
use crate::{Secret, Unopened, hazmat, pad};

/// The form of a note's bytes.
const VERSION: u8 = 1;
/// The bytes before the seal: the version and the generation of the key.
const HEAD: usize = 5;
/// A padded note is a multiple of this many bytes.
const STEP: usize = 1024;

/// The most bytes of a note; 2,000 characters of any script fit.
pub const MAX_NOTE: usize = 8 * STEP - 1;
/// The most bytes of a sealed note: head, encapsulation, 8 KiB, tag.
pub const MAX_SEALED_NOTE: usize = HEAD + 1120 + 8 * STEP + 16;

/// Which booking with whom a note belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// The hold, whose id the booking keeps.
    pub booking: [u8; 16],
    /// The provider's number in the directory.
    pub provider: u32,
}

/// The public key in a therapist's listing to which notes are sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct NotePublic {
    /// Which of the therapist's receiving keys it came from.
    pub generation: u32,
    /// The X-Wing public key, 1216 bytes.
    pub public: Vec<u8>,
}

impl fmt::Debug for NotePublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotePublic")
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

/// The private key with which a therapist opens notes, one for each receiving key.
#[derive(Clone, PartialEq, Eq)]
pub struct NoteKey {
    generation: u32,
    seed: Secret<32>,
}

impl NoteKey {
    /// Derives the key for notes from a receiving key of the account.
    #[must_use]
    pub fn of(kem: &UserKem) -> Self {
        Self {
            generation: kem.generation(),
            seed: hazmat::derive(kem.seed().expose(), &[b"troth/v1/note-key"]),
        }
    }

    /// Derives the public key.
    #[must_use]
    pub fn public(&self) -> NotePublic {
        NotePublic {
            generation: self.generation,
            public: hazmat::kem_public(&self.seed),
        }
    }
}

impl fmt::Debug for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoteKey")
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

/// Says why a note was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// The note is longer than one may be.
    #[error("this note is longer than 2,000 characters")]
    TooLong,
    /// The listing's key is not a key.
    #[error("the receiving key of this listing is malformed")]
    BadKey,
}

/// Seals a note to the key of a listing.
///
/// # Errors
///
/// - [`NoteError::TooLong`]: more than [`MAX_NOTE`] bytes.
/// - [`NoteError::BadKey`]: the listing's key is not an X-Wing key.
pub fn seal(
    text: &str,
    about: About,
    to: &NotePublic,
    rng: &mut impl CryptoRng,
) -> Result<Sealed, NoteError> {
    if text.len() > MAX_NOTE {
        return Err(NoteError::TooLong);
    }
    let padded = pad::pad(text.as_bytes(), 0, |length| length.next_multiple_of(STEP));
    let info = info(about, to.generation);
    let wrapped = hazmat::wrap(&to.public, &info, &padded, rng).map_err(|_| NoteError::BadKey)?;
    let mut bytes = vec![VERSION];
    bytes.extend_from_slice(&to.generation.to_be_bytes());
    bytes.extend_from_slice(&wrapped);
    Ok(Sealed(bytes))
}

/// Opens a note with the key of its generation.
///
/// # Errors
///
/// [`Unopened`] whatever the cause: another booking, provider or key, or changed.
pub fn open(sealed: &[u8], about: About, keys: &[NoteKey]) -> Result<Zeroizing<String>, Unopened> {
    let (head, wrapped) = sealed.split_first_chunk::<HEAD>().ok_or(Unopened)?;
    let [version, generation @ ..] = *head;
    let generation = u32::from_be_bytes(generation);
    if version != VERSION || sealed.len() > MAX_SEALED_NOTE {
        return Err(Unopened);
    }
    // Two devices that made a receiving key at the same time gave it the same generation.
    let mut fitting = keys.iter().filter(|key| key.generation == generation);
    let padded = fitting
        .find_map(|key| hazmat::open_wrap(&key.seed, &info(about, generation), wrapped).ok())
        .ok_or(Unopened)?;
    if padded.len() % STEP != 0 {
        return Err(Unopened);
    }
    let mut text = pad::unpad(padded)?;
    String::from_utf8(std::mem::take(&mut *text))
        .map(Zeroizing::new)
        .map_err(|_| Unopened)
}

fn info(about: About, generation: u32) -> Vec<u8> {
    let mut info = b"troth/v1/visit-note".to_vec();
    info.extend_from_slice(&about.booking);
    info.extend_from_slice(&about.provider.to_be_bytes());
    info.extend_from_slice(&generation.to_be_bytes());
    info
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    const ABOUT: About = About {
        booking: [5; 16],
        provider: 77,
    };

    fn key(generation: u32, byte: u8) -> NoteKey {
        NoteKey::of(&UserKem::from_seed(generation, Secret::new([byte; 32])))
    }

    fn sealed(text: &str) -> Sealed {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        seal(text, ABOUT, &key(2, 9).public(), &mut rng).unwrap()
    }

    #[test]
    fn only_the_therapists_key_of_that_generation_opens_a_note() {
        let note = sealed("We are not sleeping.");

        let opened = open(&note.0, ABOUT, &[key(1, 8), key(2, 9)]).unwrap();
        assert_eq!(opened.as_str(), "We are not sleeping.");
        assert_eq!(open(&note.0, ABOUT, &[key(1, 8)]), Err(Unopened));
        assert_eq!(open(&note.0, ABOUT, &[key(2, 8)]), Err(Unopened));
        assert_eq!(open(&note.0, ABOUT, &[key(1, 9)]), Err(Unopened));
    }

    #[test]
    fn a_note_opens_for_its_own_booking_and_provider_alone() {
        let note = sealed("ours");
        let (mut booking, mut provider) = (ABOUT, ABOUT);
        booking.booking = [6; 16];
        provider.provider = 78;

        assert_eq!(open(&note.0, booking, &[key(2, 9)]), Err(Unopened));
        assert_eq!(open(&note.0, provider, &[key(2, 9)]), Err(Unopened));
    }

    #[test]
    fn a_changed_byte_anywhere_keeps_a_note_shut() {
        let note = sealed("ours");
        for at in [0, 3, 5, 1000, 1125, note.0.len() - 1] {
            let mut changed = note.0.clone();
            *changed.get_mut(at).unwrap() ^= 1;
            assert_eq!(open(&changed, ABOUT, &[key(2, 9)]), Err(Unopened), "{at}");
        }
    }

    #[test]
    fn notes_differ_in_length_by_whole_kib_only() {
        let lengths = [0, 1, 1023, 1024, MAX_NOTE].map(|n| sealed(&"x".repeat(n)).0.len());

        assert_eq!(lengths[0], HEAD + 1120 + STEP + 16);
        assert_eq!(lengths[0], lengths[1]);
        assert_eq!(lengths[0], lengths[2]);
        assert_eq!(lengths[3], lengths[0] + STEP);
        assert_eq!(lengths[4], MAX_SEALED_NOTE);
    }

    #[test]
    fn two_thousand_characters_of_any_script_fit_and_more_is_said() {
        assert!(sealed(&"👋".repeat(2000)).0.len() <= MAX_SEALED_NOTE);
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let long = "x".repeat(MAX_NOTE + 1);

        assert_eq!(
            seal(&long, ABOUT, &key(2, 9).public(), &mut rng),
            Err(NoteError::TooLong)
        );
        let no_key = NotePublic {
            generation: 1,
            public: vec![1; 7],
        };
        assert_eq!(seal("x", ABOUT, &no_key, &mut rng), Err(NoteError::BadKey));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(32))]
        #[test]
        fn opening_undoes_sealing(text in "\\PC{0,400}", booking: [u8; 16], provider: u32) {
            let about = About { booking, provider };
            let mut rng = ChaCha20Rng::seed_from_u64(3);
            let note = seal(&text, about, &key(1, 4).public(), &mut rng).unwrap();
            let opened = open(&note.0, about, &[key(1, 4)]).unwrap();
            proptest::prop_assert_eq!(opened.as_str(), text.as_str());
        }
    }
}
