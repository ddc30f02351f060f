//! Seals events into envelopes and opens them, and keeps the keys with which that is done.
//!
//! Pure: chance comes in as `rng`, time never does. Reviewed crates do the primitives
//! ([`hazmat`] holds the thin joints to them, nobody outside imports it); what is composed here
//! is specified byte by byte in `docs/protocol/`, with frozen vectors in `tests/vectors/`.
//!
//! | To do | see |
//! | --- | --- |
//! | seal an event, open an envelope | [`envelope`] |
//! | begin an epoch, open one | [`epoch`] |
//! | sign up and in with a password | [`password`] |
//! | tell one's other devices of a new password | [`changed`] |
//! | open the account by password, words, passkey | [`slot`], [`recovery`] |
//! | invite and answer | [`invitation`] |
//! | compare words | [`words`] |
//! | seal an answer until both are there | [`referee`] |
//! | keep keys on the server, sealed | [`keyring`], [`vault`] |
//! | keep records on the device, sealed | [`local`] |
//! | write to a therapist, read as one | [`note`] |
//! | sign a price, check one | [`quote`] |
#![forbid(unsafe_code)]

mod hazmat;
mod pad;

pub mod changed;
pub mod envelope;
pub mod epoch;
pub mod grant;
pub mod invitation;
pub mod keyring;
pub mod keys;
pub mod local;
pub mod note;
pub mod password;
pub mod quote;
pub mod recovery;
pub mod referee;
pub mod secret;
pub mod slot;
pub mod stretch;
pub mod vault;
pub mod words;

pub use secret::{Secret, generate};

/// Says that sealed bytes cannot be opened: wrong key, or not what was sealed.
///
/// There is one such error and it has no detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the seal does not open")]
pub struct Unopened;
