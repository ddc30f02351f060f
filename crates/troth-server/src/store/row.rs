//! The rows of the store: sealed bytes, hashes and random names.

use std::fmt;

use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};
use troth_wire::{AccountId, DeviceId, EntryId, InvitationId, MemberId, SessionId, SpaceId};
use zeroize::Zeroizing;

/// A keyed hash of a login: finds an account, and tells nothing to who reads the rows alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginHash(pub [u8; 32]);

/// SHA-256 of a session's token: a reader of the rows cannot take the session over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash(pub [u8; 32]);

/// What the server must keep secret and must not lose.
///
/// Without it every password slot is dead; it belongs in the backup (`docs/operating.md`).
#[derive(Clone)]
pub struct Secrets {
    /// The OPAQUE server setup, serialised.
    pub opaque: Zeroizing<Vec<u8>>,
    /// The seed of the key that signs receipts.
    pub log_key: Zeroizing<[u8; 32]>,
    /// The key from which the server derives its keyed hashes and sealed challenges.
    pub root: Zeroizing<[u8; 32]>,
    /// How often this server's log came back from a backup.
    pub log_epoch: u32,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets")
            .field("log_epoch", &self.log_epoch)
            .finish_non_exhaustive()
    }
}

/// An account: how it signs in, and nothing about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its random name.
    pub account: AccountId,
    /// The keyed hash of its login.
    pub login: LoginHash,
    /// The OPAQUE password file.
    pub password: Vec<u8>,
    /// The public key of its recovery words.
    pub recovery: [u8; 32],
}

/// An account as it begins, with everything that must be there from the first moment.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The account.
    pub account: Account,
    /// Its blobs, at version 1.
    pub blobs: Vec<(BlobKind, Vec<u8>)>,
    /// The session of the device that made it.
    pub session: Session,
}

/// The kinds of sealed blob that an account keeps, one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlobKind {
    /// The account's key slots.
    Slots = 0,
    /// The keyring.
    Keyring = 1,
    /// The vault.
    Vault = 2,
    /// What tells the person's devices that the password changed; there is none before the
    /// first change.
    Word = 3,
}

impl BlobKind {
    /// Every kind that an account has from the first moment on.
    pub const ALL: [Self; 3] = [Self::Slots, Self::Keyring, Self::Vault];

    /// The number that stands for the kind in a row.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

/// New bytes for a blob, and the version that they replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// The version that the caller last saw; 0 when there was none.
    pub replaces: u64,
    /// The sealed bytes.
    pub bytes: Vec<u8>,
}

/// A new password, and what changes with it.
#[derive(Debug, Clone)]
pub struct NewPassword {
    /// The OPAQUE password file.
    pub password: Vec<u8>,
    /// The public key of new recovery words, if they change too.
    pub recovery: Option<[u8; 32]>,
    /// The slots.
    pub slots: Put,
    /// The session that goes on.
    pub keep: SessionId,
    /// What tells the person's other devices.
    pub word: Vec<u8>,
}

/// By what a person shows that an account is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Way {
    /// With the password and the device code.
    #[n(0)]
    Password,
    /// With the recovery words.
    #[n(1)]
    Recovery,
}

/// A hash of the password file or the recovery key that a proof rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis(pub [u8; 32]);

impl Basis {
    /// Hashes what an account has for this way.
    #[must_use]
    pub fn of(account: &Account, way: Way) -> Self {
        match way {
            Way::Password => Self::of_bytes(way, &account.password),
            Way::Recovery => Self::of_bytes(way, &account.recovery),
        }
    }

    /// Hashes a password file or a recovery key.
    #[must_use]
    pub fn of_bytes(way: Way, bytes: &[u8]) -> Self {
        let label: &[u8] = match way {
            Way::Password => b"troth/v1/server/basis/password",
            Way::Recovery => b"troth/v1/server/basis/recovery",
        };
        let hash = Sha256::new().chain_update(label).chain_update(bytes);
        Self(hash.finalize().into())
    }
}

/// A checked proof, to be used up in the same step as what it allows.
///
/// It is good once, until it expires, and only while the account still has the password file
/// or the recovery key on which it rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// The random name of the challenge that was answered.
    pub challenge: [u8; 16],
    /// The last minute at which the challenge is good.
    pub until: u64,
    /// Whose proof it is.
    pub account: AccountId,
    /// How it was given.
    pub way: Way,
    /// What it rests on.
    pub basis: Basis,
}

impl Proof {
    /// How many minutes longer than the challenge a used proof is remembered, so that servers
    /// whose clocks differ do not take it twice.
    const KEPT_LONGER: u64 = 60;

    /// Tells whether the proof rests on what the account has now.
    #[must_use]
    pub fn holds(&self, account: Option<&Account>) -> bool {
        account.is_some_and(|account| {
            account.account == self.account && Basis::of(account, self.way) == self.basis
        })
    }

    /// The minute from which on it need not be remembered.
    #[must_use]
    pub const fn forgotten(&self) -> u64 {
        self.until.saturating_add(1 + Self::KEPT_LONGER)
    }
}

/// What became of something to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is stored; for a blob, at this version.
    Done {
        /// The version now, 1 for what has none.
        version: u64,
    },
    /// Something else stands there; for a blob, at this version.
    Conflict {
        /// The version now, 0 for what has none.
        version: u64,
    },
}

impl Stored {
    /// Stored, and not a thing with versions.
    pub const DONE: Self = Self::Done { version: 1 };
    /// Refused, and not a thing with versions.
    pub const CONFLICT: Self = Self::Conflict { version: 0 };
}

/// A device that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The hash of its token.
    pub token: TokenHash,
    /// Its name in the list of sessions.
    pub session: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// What the device calls itself, sealed by the account.
    pub label: Vec<u8>,
    /// The day it began, in days since 1970.
    pub day: u64,
    /// The minute at which it ends by itself.
    pub expires: u64,
}

/// How an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InvitationState {
    /// Nobody has answered.
    Open = 0,
    /// Somebody accepted; the inviter can pick up the answer.
    Accepted = 1,
    /// Somebody said "not now".
    Declined = 2,
}

impl InvitationState {
    /// Reads the number that stands for the state in a row.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Open,
            1 => Self::Accepted,
            _ => Self::Declined,
        }
    }
}

/// An invitation, both halves sealed with a secret that the server never sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its name, derived from that secret.
    pub invitation: InvitationId,
    /// Who invites.
    pub account: AccountId,
    /// To which space.
    pub space: SpaceId,
    /// What the invited person may look at.
    pub offer: Vec<u8>,
    /// How it stands.
    pub state: InvitationState,
    /// The invited person's answer; empty until accepted.
    pub answer: Vec<u8>,
    /// The minute at which it ends by itself.
    pub expires: u64,
    /// Who accepted it; bound to nobody until the record admits them.
    pub guest: Option<Guest>,
}

/// An account that accepted an invitation, and who it wants to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guest {
    /// Who accepted.
    pub account: AccountId,
    /// Who that will be in the space.
    pub member: MemberId,
}

/// What shows that an account is a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Nothing yet: the account gave back a record of several people, and gives way to a claim.
    ByNothing,
    /// The account began the space, or was admitted into it by an entry that came in its turn.
    ByRecord,
    /// A device of the member signed a claim; the binding ends with that device.
    By(DeviceId),
}

impl Shown {
    /// The column: no bytes for what the record shows.
    pub(super) fn column(&self) -> &[u8] {
        match self {
            Self::ByNothing => &DeviceId::ZERO.0,
            Self::ByRecord => &[],
            Self::By(device) => &device.0,
        }
    }
}

/// An account bound to a member, and what shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The account.
    pub account: AccountId,
    /// The space.
    pub space: SpaceId,
    /// Who the account is there.
    pub member: MemberId,
    /// What shows it.
    pub shown: Shown,
}

/// An answer to an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// Yes; the account is bound to the member it wants to be once the record admits them.
    Accept {
        /// Who accepts.
        guest: Guest,
        /// The sealed answer.
        answer: Vec<u8>,
    },
    /// Not now.
    Decline,
}

/// How much of a log to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Read entries after this place.
    pub after: u64,
    /// Read no entry beyond this place.
    pub through: u64,
    /// At most so many.
    pub count: u32,
    /// Stop once so many bytes are there; the first entry always comes.
    pub bytes: usize,
}

/// One member's share for a reveal.
#[derive(Clone, PartialEq, Eq)]
pub struct Share {
    /// The space.
    pub space: SpaceId,
    /// The entry that started the reveal.
    pub reveal: EntryId,
    /// Who gave it.
    pub member: MemberId,
    /// The entry with the answer that it opens.
    pub answer: EntryId,
    /// The share.
    pub share: Vec<u8>,
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Share")
            .field("space", &self.space)
            .finish_non_exhaustive()
    }
}
