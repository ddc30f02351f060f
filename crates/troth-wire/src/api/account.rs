//! Accounts: signing up, in and back in; key slots, keyring, vault; sessions.

use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};

use crate::id::{AccountId, Digest, PublicKey, Sealed, SessionId, Signature, Token};

/// Asks for the server's half of a registration.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RegisterStart {
    /// The login.
    #[n(0)]
    pub login: String,
    /// The OPAQUE registration request.
    #[n(1)]
    pub request: Sealed,
}

/// The server's half of a registration; the same for a login that is taken.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RegisterStarted {
    /// The OPAQUE registration response.
    #[n(0)]
    pub response: Sealed,
}

/// Makes the account, with all that must be there from the first moment.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RegisterFinish {
    /// The login.
    #[n(0)]
    pub login: String,
    /// The OPAQUE registration upload.
    #[n(1)]
    pub upload: Sealed,
    /// The public key derived from the recovery words.
    #[n(2)]
    pub recovery: PublicKey,
    /// The key slots.
    #[n(3)]
    pub slots: Sealed,
    /// The keyring.
    #[n(4)]
    pub keyring: Sealed,
    /// The vault.
    #[n(5)]
    pub vault: Sealed,
    /// What the device calls itself, sealed.
    #[n(6)]
    pub label: Sealed,
}

/// A session begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SignedIn {
    /// The account.
    #[n(0)]
    pub account: AccountId,
    /// The session's name in the list of sessions.
    #[n(1)]
    pub session: SessionId,
    /// The secret to show with every request.
    #[n(2)]
    pub token: Token,
    /// The minute at which the session ends by itself.
    #[n(3)]
    pub expires: u64,
}

/// Begins to sign in with a password.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct LoginStart {
    /// The login.
    #[n(0)]
    pub login: String,
    /// The OPAQUE credential request.
    #[n(1)]
    pub request: Sealed,
}

/// The server's half of signing in; alike for a login that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct LoginStarted {
    /// The OPAQUE credential response.
    #[n(0)]
    pub response: Sealed,
    /// The server's own state, sealed for itself; to be handed back within two minutes.
    #[n(1)]
    pub challenge: Sealed,
}

/// Ends signing in with a password.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct LoginFinish {
    /// As in [`LoginStarted`].
    #[n(0)]
    pub challenge: Sealed,
    /// The OPAQUE credential finalization.
    #[n(1)]
    pub finalization: Sealed,
    /// What the device calls itself, sealed.
    #[n(2)]
    pub label: Sealed,
}

/// Begins to sign in with the recovery words.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RecoverStart {
    /// The login.
    #[n(0)]
    pub login: String,
}

/// What to sign; alike for a login that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RecoverStarted {
    /// Random; see [`recovery_signed_bytes`].
    #[n(0)]
    pub nonce: Digest,
    /// The server's own state, sealed for itself; to be handed back within two minutes.
    #[n(1)]
    pub challenge: Sealed,
}

/// Ends signing in with the recovery words.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RecoverFinish {
    /// As in [`RecoverStarted`].
    #[n(0)]
    pub challenge: Sealed,
    /// The signature by the key from the recovery words.
    #[n(1)]
    pub sig: Signature,
    /// What the device calls itself, sealed.
    #[n(2)]
    pub label: Sealed,
}

/// Derives the bytes that the key from the recovery words signs.
#[must_use]
pub fn recovery_signed_bytes(nonce: &Digest) -> [u8; 48] {
    let mut bytes = [0; 48];
    let (label, rest) = bytes.split_at_mut(16);
    label.copy_from_slice(b"troth/v1/recover");
    rest.copy_from_slice(&nonce.0);
    bytes
}

/// An act that needs a fresh proof besides a session. A proof for one is none for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum ProvenAct {
    /// Replacing the password, the slots and, where it changes too, the recovery key.
    #[n(0)]
    ChangePassword,
    /// Deleting the account.
    #[n(1)]
    DeleteAccount,
}

/// Begins a fresh proof by password and device code, for one act of one session.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ProofStart {
    /// The act.
    #[n(0)]
    pub act: ProvenAct,
    /// The OPAQUE credential request.
    #[n(1)]
    pub request: Sealed,
}

/// Begins a fresh proof by the recovery words, for one act of one session.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RecoveryProofStart {
    /// The act.
    #[n(0)]
    pub act: ProvenAct,
}

/// A fresh proof, good once, for the act and the session that it was begun for.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub enum Proof {
    /// By password and device code.
    #[n(0)]
    Password {
        /// As in [`LoginStarted`].
        #[n(0)]
        challenge: Sealed,
        /// The OPAQUE credential finalization.
        #[n(1)]
        finalization: Sealed,
    },
    /// By the recovery words.
    #[n(1)]
    Recovery {
        /// As in [`RecoverStarted`].
        #[n(0)]
        challenge: Sealed,
        /// The signature over [`act_signed_bytes`].
        #[n(1)]
        sig: Signature,
    },
}

/// Derives the bytes that the key from the recovery words signs for an act.
#[must_use]
pub fn act_signed_bytes(nonce: &Digest, act: ProvenAct) -> Vec<u8> {
    let act: u8 = match act {
        ProvenAct::ChangePassword => 0,
        ProvenAct::DeleteAccount => 1,
    };
    let mut bytes = b"troth/v1/recover/act".to_vec();
    bytes.push(act);
    bytes.extend_from_slice(&nonce.0);
    bytes
}

/// Deletes the account.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DeleteAccount {
    /// A proof for [`ProvenAct::DeleteAccount`].
    #[n(0)]
    pub proof: Proof,
}

/// A sealed blob with its version.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StoredBlob {
    /// Counts its changes, from 1.
    #[n(0)]
    pub version: u64,
    /// The sealed bytes.
    #[n(1)]
    pub bytes: Sealed,
}

/// A sealed blob's version and length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BlobMeta {
    /// Counts its changes, from 1.
    #[n(0)]
    pub version: u64,
    /// Its length in bytes.
    #[n(1)]
    pub length: u64,
}

/// What a signed-in device needs to unlock the account.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AccountView {
    /// The account.
    #[n(0)]
    pub account: AccountId,
    /// The key slots.
    #[n(1)]
    pub slots: StoredBlob,
    /// The keyring.
    #[n(2)]
    pub keyring: StoredBlob,
    /// The vault, without its bytes.
    #[n(3)]
    pub vault: BlobMeta,
}

/// Replaces a blob, if it is still the one that was last seen.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PutBlob {
    /// The version that was last seen.
    #[n(0)]
    pub replaces: u64,
    /// The new sealed bytes.
    #[n(1)]
    pub bytes: Sealed,
}

/// A blob is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PutDone {
    /// Its version now.
    #[n(0)]
    pub version: u64,
}

/// Asks a signed-in account's server for its half of a new registration.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PasswordStart {
    /// The OPAQUE registration request.
    #[n(0)]
    pub request: Sealed,
}

/// The server's half.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PasswordStarted {
    /// The OPAQUE registration response.
    #[n(0)]
    pub response: Sealed,
}

/// Replaces the password and the slots in one step, and ends every other session.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PasswordFinish {
    /// The OPAQUE registration upload.
    #[n(0)]
    pub upload: Sealed,
    /// The slots with the new password's.
    #[n(1)]
    pub slots: PutBlob,
    /// The key of new recovery words, if they change too.
    #[n(2)]
    pub recovery: Option<PublicKey>,
    /// A proof for [`ProvenAct::ChangePassword`].
    #[n(3)]
    pub proof: Proof,
    /// What tells the person's other devices of the change.
    #[n(4)]
    pub word: PasswordWord,
}

/// What tells a person's devices that the password changed, also those without a session.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PasswordWord {
    /// SHA-256 of the key with which devices ask for it.
    #[n(0)]
    pub lock: Digest,
    /// The word, sealed by the account.
    #[n(1)]
    pub sealed: Sealed,
}

impl PasswordWord {
    /// Locks a word for those who hold the key.
    #[must_use]
    pub fn new(key: &Token, sealed: Sealed) -> Self {
        let lock = Digest(Sha256::digest(key.0).into());
        Self { lock, sealed }
    }
}

/// Asks whether the password changed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PasswordAsk {
    /// The account.
    #[n(0)]
    pub account: AccountId,
    /// The key that the person's devices derive.
    #[n(1)]
    pub key: Token,
}

/// The word of the newest change of the password.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PasswordAnswer {
    /// As in [`PasswordWord`].
    #[n(0)]
    pub sealed: Sealed,
}

/// A session in the list.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SessionView {
    /// Its name.
    #[n(0)]
    pub session: SessionId,
    /// What the device calls itself, sealed by the account.
    #[n(1)]
    pub label: Sealed,
    /// The day it began, in days since 1970.
    #[n(2)]
    pub day: u64,
    /// Whether it is the asking one.
    #[n(3)]
    pub current: bool,
}

/// Every session of an account.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SessionList {
    /// The sessions, oldest first.
    #[n(0)]
    pub sessions: Vec<SessionView>,
}
