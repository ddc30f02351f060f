//! Every request and answer of the server, as CBOR maps with integer keys.
//!
//! Each travels inside a padded [`frame`](crate::frame), so that its length says little. The
//! routes are listed in `docs/protocol/http.md`.
//!
//! # Invariants
//!
//! 1. **Sealed or random.** No field carries a readable word of a person but the login, and
//!    that one is hashed with the server's key before it rests.
//! 2. **Keys stay.** A key's meaning never changes; new fields get new keys and are optional.

use minicbor::{Decode, Encode};

mod account;
mod invitation;
mod problem;
mod space;

pub use account::{
    AccountView, BlobMeta, DeleteAccount, LoginFinish, LoginStart, LoginStarted, PasswordAnswer,
    PasswordAsk, PasswordFinish, PasswordStart, PasswordStarted, PasswordWord, Proof, ProofStart,
    ProvenAct, PutBlob, PutDone, RecoverFinish, RecoverStart, RecoverStarted, RecoveryProofStart,
    RegisterFinish, RegisterStart, RegisterStarted, SessionList, SessionView, SignedIn, StoredBlob,
    act_signed_bytes, recovery_signed_bytes,
};
pub use invitation::{
    InvitationAccept, InvitationAnswer, InvitationCreate, InvitationCreated, InvitationStanding,
    InvitationView,
};
pub use problem::{ErrorCode, Problem};
pub use space::{
    Append, Appended, Claim, Entries, GiveBack, Heads, Link, Outcome, PutShare, Returned,
    ShareView, Shares, SpaceHead, claim_signed_bytes,
};

use crate::id::{PublicKey, Token};

/// The version of the routes that this build speaks.
pub const API_VERSION: u32 = 1;

/// The longest request body, as a frame.
pub const MAX_REQUEST: usize = 1024 * 1024 + 64 * 1024;

/// The most entries in one append.
pub const MAX_BATCH: usize = 512;

/// The most links from a place to a receipt when entries are given back.
pub const MAX_LINKS: usize = 16 * 1024;

/// The most bytes of entries in one append or one answer.
pub const MAX_BATCH_BYTES: usize = 1024 * 1024;

/// The longest slots or keyring blob.
pub const MAX_KEYRING: usize = 256 * 1024;

/// The longest vault blob.
pub const MAX_VAULT: usize = 1024 * 1024;

/// The longest sealed word of a changed password.
pub const MAX_PASSWORD_WORD: usize = 256;

/// The longest login, in bytes.
pub const MAX_LOGIN: usize = 254;

/// The longest sealed label of a session.
pub const MAX_LABEL: usize = 512;

/// The longest sealed half of an invitation.
pub const MAX_OFFER: usize = 16 * 1024;

/// How long an invitation stays open, in minutes: 72 hours.
pub const INVITATION_MINUTES: u64 = 72 * 60;

/// The most invitations that an account may have open at once.
pub const MAX_INVITATIONS: u64 = 8;

/// How long a session lasts without being used, in minutes: 90 days at most.
pub const SESSION_MINUTES: u64 = 90 * 24 * 60;

/// In what steps a session that is used grows, in minutes: 30 days. A step is the finest thing that
/// the stored end of a session tells about its last use.
pub const SESSION_STEP: u64 = 30 * 24 * 60;

/// The length of every wake-up frame, in both directions.
pub const WAKE_FRAME: usize = 1024;

/// An answer that says nothing but "done", and a request that asks nothing more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Empty {}

/// What a server says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct About {
    /// [`API_VERSION`].
    #[n(0)]
    pub version: u32,
    /// The key that signs receipts.
    #[n(1)]
    pub log_key: PublicKey,
    /// Counts restores from a backup.
    #[n(2)]
    pub log_epoch: u32,
    /// The server's clock, in minutes since 1970.
    #[n(3)]
    pub minute: u64,
}

/// The first frame that a client sends on the wake-up line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct WakeHello {
    /// The session's token.
    #[n(0)]
    pub token: Token,
}

#[cfg(test)]
mod tests;
