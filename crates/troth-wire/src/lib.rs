//! What client and server say to each other, and all that can be checked without content.
//!
//! Everything here is pure: no network, no clock, no source of chance. The same functions
//! judge an entry on the server, on every client and in the simulator.
//!
//! | To read about | see |
//! | --- | --- |
//! | the names of things | [`id`] |
//! | strict CBOR | [`strict`] |
//! | the outside of an entry | [`header`], [`envelope`] |
//! | the running head and receipts | [`head`] |
//! | who is a member, and since when | [`control`] |
//! | whether an entry may be appended | [`log`] |
//! | whether a signature holds | [`signature`] |
//! | when a referee gives out its shares | [`referee`] |
//! | requests and answers | [`api`], [`frame`] |
//! | the sign-in suite | [`opaque`] |
//! | the JSON API of the directory and of booking | `network` (feature `network`) |
//!
//! The formats are specified byte by byte in `docs/protocol/`.
#![forbid(unsafe_code)]

pub mod api;
pub mod control;
pub mod envelope;
pub mod frame;
pub mod head;
pub mod header;
mod hex;
pub mod id;
pub mod log;
#[cfg(feature = "network")]
pub mod network;
pub mod opaque;
pub mod padme;
pub mod referee;
pub mod signature;
pub mod strict;

#[cfg(test)]
mod testing;

pub use control::{Control, Membership};
pub use envelope::{Envelope, Placed};
pub use head::{Head, Receipt};
pub use header::{Header, Kind, ShareBinding};
pub use id::{
    AccountId, BlobId, DeviceId, Digest, EntryId, InvitationId, KeyShare, MemberId, PublicKey,
    Sealed, SessionId, Signature, SpaceId, Token,
};
pub use log::{
    Admitted, LogState, Parsed, Refusal, Verified, admit, admit_verified, admit_with, parse,
};
pub use signature::{Verifier, Verifiers};
