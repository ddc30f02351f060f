//! What is tried on any bytes: one function for each decoder.
//!
//! The fuzz targets call these, and so does `crates/troth-crypto/tests/decoders.rs` with the
//! corpus and some thousand changed inputs, so that every test run has its slice.

use troth_crypto::Secret;
use troth_crypto::envelope::open;
use troth_crypto::epoch::{EpochSecret, SpaceKeys};
use troth_crypto::grant::Bundle;
use troth_crypto::invitation::{Answer, LinkSecret, Offer};
use troth_crypto::keyring::Keyring;
use troth_crypto::keys::{MasterKey, UserKem};
use troth_crypto::local::{LocalKey, LocalLock};
use troth_crypto::note::{self, About, NoteKey};
use troth_crypto::quote::{self, SignedQuote};
use troth_crypto::recovery::{DeviceCode, RecoveryWords};
use troth_crypto::slot::Slots;
use troth_crypto::vault::VaultKey;
use troth_wire::api::{AccountView, Append, Appended, Entries, Heads, InvitationView, Problem};
use troth_wire::control::EpochCommit;
use troth_wire::log::parse;
use troth_wire::{
    Control, Envelope, Header, LogState, MemberId, Placed, PublicKey, Receipt, Sealed, Signature,
    SpaceId, admit, frame, strict,
};

/// What is tried on bytes.
pub type Decoder = fn(&[u8]);

/// Every decoder by its name; the corpus of each lies in `fuzz/corpus/<name>`.
pub const DECODERS: [(&str, Decoder); 15] = [
    ("strict", try_strict),
    ("header", try_header),
    ("envelope", try_envelope),
    ("control", try_control),
    ("state", try_state),
    ("admit", try_admit),
    ("frame", try_frame),
    ("api", try_api),
    ("account", try_account),
    ("keys", try_keys),
    ("invitation", try_invitation),
    ("sealed", try_sealed),
    ("typed", try_typed),
    ("note", try_note),
    ("quote", try_quote),
];

/// Walks over CBOR.
pub fn try_strict(bytes: &[u8]) {
    let _ = strict::check(bytes);
}

/// A header that decodes is the one encoding of itself.
pub fn try_header(bytes: &[u8]) {
    if let Ok(header) = Header::decode(bytes) {
        assert_eq!(header.encode(), bytes);
    }
}

/// An envelope that decodes is the one encoding of itself.
pub fn try_envelope(bytes: &[u8]) {
    if let Ok(envelope) = Envelope::decode(bytes) {
        assert_eq!(envelope.encode(), bytes);
        let _ = parse(&envelope);
        let secret = EpochSecret::new(SpaceId([0x10; 16]), 5, Secret::new([0x31; 32]));
        let _ = open(&envelope, &secret);
    }
}

/// A control that decodes comes back from its own encoding.
pub fn try_control(bytes: &[u8]) {
    if let Ok(control) = Control::decode(bytes) {
        assert_eq!(Control::decode(&control.encode()), Ok(control));
    }
    let _ = strict::decode::<EpochCommit>(bytes);
}

/// A state that decodes answers every question.
pub fn try_state(bytes: &[u8]) {
    let Ok(state) = LogState::decode(bytes) else {
        return;
    };
    assert_eq!(LogState::decode(&state.encode()).as_ref(), Ok(&state));
    let membership = &state.membership;
    let _ = (
        membership.is_stale(0),
        membership.is_stale(u64::MAX),
        state.digest(),
    );
    for member in membership.members() {
        let _ = membership.readable(&member.card.member, u64::MAX);
    }
}

/// The first bytes are a state, the rest an envelope to judge in it.
pub fn try_admit(bytes: &[u8]) {
    let (state, envelope) = split(bytes);
    if let Ok(envelope) = Envelope::decode(envelope) {
        let state = LogState::decode(state).unwrap_or_default();
        let _ = admit(&state, &envelope, |_| None, 0);
        let _ = admit(&LogState::default(), &envelope, |_| None, u64::MAX);
    }
}

/// A frame that is taken apart is the one frame of its content.
pub fn try_frame(bytes: &[u8]) {
    if let Ok(content) = frame::unpad_frame(bytes) {
        assert_eq!(frame::pad_frame(content), bytes);
    }
}

/// Requests and answers of every shape.
pub fn try_api(bytes: &[u8]) {
    let _ = strict::decode::<Append>(bytes);
    let _ = strict::decode::<Appended>(bytes);
    let _ = strict::decode::<Entries>(bytes);
    let _ = strict::decode::<Heads>(bytes);
    let _ = strict::decode::<Placed>(bytes);
    let _ = strict::decode::<Receipt>(bytes);
    let _ = strict::decode::<Problem>(bytes);
    let _ = strict::decode::<AccountView>(bytes);
    let _ = strict::decode::<InvitationView>(bytes);
}

/// What an account keeps on the server.
pub fn try_account(bytes: &[u8]) {
    let _ = Slots::from_bytes(bytes);
    let _ = LocalLock::from_bytes(bytes);
    if let Ok(keyring) = Keyring::from_bytes(bytes) {
        let _ = keyring.open(&MasterKey::from_secret(Secret::new([0x51; 32])));
    }
}

/// The keys of a space, as a device keeps them, and an epoch's beginning from the record.
pub fn try_keys(bytes: &[u8]) {
    if let Ok(keys) = SpaceKeys::decode(bytes) {
        assert_eq!(SpaceKeys::decode(&keys.encode()).as_ref(), Ok(&keys));
    }
    if let Ok(commit) = strict::decode::<EpochCommit>(bytes) {
        let me = (MemberId([0x11; 16]), troth_wire::control::Class::Full);
        let kem = UserKem::from_seed(1, Secret::new([0x24; 32]));
        let _ = SpaceKeys::new(SpaceId([0x10; 16])).open_epoch(&commit, me, &[kem]);
    }
}

/// Offers and answers.
pub fn try_invitation(bytes: &[u8]) {
    let Ok(link) = "000000000000000000000000000".parse::<LinkSecret>() else {
        return;
    };
    let (offer, answer) = split(bytes);
    let (offer, answer) = (Sealed(offer.to_vec()), Sealed(answer.to_vec()));
    let _ = Offer::open(&offer, &link);
    let _ = Answer::open(&answer, &link, &offer);
}

/// Everything that opens under one key.
pub fn try_sealed(bytes: &[u8]) {
    let _ = LocalKey::from_secret(Secret::new([0x55; 32])).open(b"draft/1", bytes);
    let vault = VaultKey::from_secret(Secret::new([0x56; 32]));
    let _ = vault.open(bytes);
    let kem = UserKem::from_seed(1, Secret::new([0x24; 32]));
    let (space, member) = (SpaceId([0x10; 16]), MemberId([0x12; 16]));
    let _ = Bundle::open(&Sealed(bytes.to_vec()), &space, &member, &kem);
}

/// What people type.
pub fn try_typed(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = RecoveryWords::parse(&text);
    if let Ok(code) = DeviceCode::parse(&text) {
        assert_eq!(DeviceCode::parse(&code.to_string()), Ok(code));
    }
    if let Ok(link) = text.parse::<LinkSecret>() {
        assert_eq!(link.to_fragment().parse(), Ok(link));
    }
    let _ = text.parse::<SpaceId>();
}

/// Two bytes say where the first part ends.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let Some((at, rest)) = bytes.split_first_chunk::<2>() else {
        return (&[], bytes);
    };
    let at = usize::from(u16::from_be_bytes(*at));
    rest.split_at_checked(at).unwrap_or((&[], rest))
}

/// A note opens or does not.
pub fn try_note(bytes: &[u8]) {
    let about = About {
        booking: [0x61; 16],
        provider: 77,
    };
    let key = NoteKey::of(&UserKem::from_seed(3, Secret::new([0x24; 32])));
    let _ = note::open(bytes, about, &[key]);
}

/// Terms that are read are the one encoding of themselves; the first bytes may be a signature.
pub fn try_quote(bytes: &[u8]) {
    if let Ok(terms) = quote::read(bytes) {
        assert_eq!(strict::encode(&terms), bytes);
    }
    let (signature, terms) = bytes.split_first_chunk::<64>().unwrap_or((&[0; 64], bytes));
    let quote = SignedQuote {
        terms: terms.to_vec(),
        signature: Signature(*signature),
    };
    let _ = quote.verify(&PublicKey([0x21; 32]));
}
