//! Where the server keeps what it cannot read.
//!
//! One small trait, three implementations: [`memory`] for the simulator, [`sqlite`] inside,
//! [`postgres`] when one machine is not enough. `contract` holds what every one of them must
//! do, and its tests run on all three.
//!
//! # Invariants
//!
//! 1. **Durable first.** A promise that a store kept something is made only after a loss of
//!    power could no longer take it away (the memory store is the exception, and says so).
//! 2. **All or nothing.** Each method is one step: it happened as a whole or it did not.
//! 3. **Sealed only.** No method takes or gives a readable word, an address of a person, or a
//!    time finer than a minute.
//! 4. **Keys start with their owner.** Every row is found by space, account or invitation, so
//!    that the rows of two owners may lie on two machines.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use troth_wire::{
    AccountId, DeviceId, EntryId, InvitationId, LogState, MemberId, Placed, SessionId, SpaceId,
};

pub mod memory;
pub mod postgres;
pub mod row;
pub mod sqlite;

mod append;
#[cfg(test)]
mod contract;
mod keys;
mod schema;
mod sql;

pub(crate) use append::reading;
pub use append::{Append, Appended, CONTROL_RESERVE, Candidate, Over, Quota};
pub use keys::KnownKeys;
pub use row::{
    Account, Answered, Basis, Binding, BlobKind, Guest, Invitation, InvitationState, LoginHash,
    NewAccount, NewPassword, Page, Proof, Put, Secrets, Session, Share, Shown, Stored, TokenHash,
    Way,
};

/// What a store gives back: a value, later, or the reason why not.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Says why a store could not do what it was asked.
///
/// The messages carry no data; the detail went to the log where it was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no room left on the disk.
    #[error("the storage is full")]
    Full,
    /// The database cannot be reached now.
    #[error("the database cannot be reached")]
    Unreachable,
    /// The database answered with something that should not be.
    #[error("the database is damaged or refused a statement")]
    Broken,
    /// The store is being shut down.
    #[error("the storage is shutting down")]
    Stopped,
}

/// Keeps accounts, sealed blobs, sessions, invitations, entries and shares.
pub trait Store: Send + Sync + std::fmt::Debug + 'static {
    /// Keeps `fresh` as the server's secrets, or gives back those kept before.
    fn secrets(&self, fresh: Secrets) -> Pending<'_, Secrets>;

    /// Counts the restore of a backup: receipts from now on carry a later log epoch, and one
    /// that is at least `floor`.
    fn raise_log_epoch(&self, floor: u32) -> Pending<'_, u32>;

    /// Adds an account with its blobs and first session, unless the login is taken.
    fn add_account(&self, account: NewAccount) -> Pending<'_, Stored>;

    /// Finds the account that signs in with this login.
    fn find_account(&self, login: LoginHash) -> Pending<'_, Option<Account>>;

    /// Looks up an account.
    fn account(&self, account: AccountId) -> Pending<'_, Option<Account>>;

    /// Replaces the password file and the slots, and ends every session but one.
    ///
    /// Nothing changes if the proof is no longer good (`None`), or if the slots are not at the
    /// version that the caller last saw; the proof is used up then too.
    fn change_password(&self, proof: Proof, new: NewPassword) -> Pending<'_, Option<Stored>>;

    /// Deletes the account, its blobs, sessions and invitations, and the rows of every space
    /// in which no other account is left. Tells whether the proof was good; if not, nothing
    /// changes.
    fn delete_account(&self, proof: Proof) -> Pending<'_, bool>;

    /// Looks up a blob of an account: its version and its bytes.
    fn blob(&self, account: AccountId, kind: BlobKind) -> Pending<'_, Option<(u64, Vec<u8>)>>;

    /// Looks up the version and the length of a blob.
    fn blob_size(&self, account: AccountId, kind: BlobKind) -> Pending<'_, Option<(u64, u64)>>;

    /// Replaces a blob if it is still at the version that the caller last saw.
    fn put_blob(&self, account: AccountId, kind: BlobKind, put: Put) -> Pending<'_, Stored>;

    /// Opens a session by a proof; refuses one that was used before, also if the session that
    /// it opened has ended, and one that rests on what the account no longer has.
    fn open_session(&self, proof: Proof, session: Session) -> Pending<'_, Stored>;

    /// Looks up the session that a token opens, if it has not expired.
    fn session(&self, token: TokenHash, minute: u64) -> Pending<'_, Option<Session>>;

    /// Lets a session last until `expires`, if that is later than before. One that was ended stays
    /// ended.
    fn renew_session(&self, token: TokenHash, expires: u64) -> Pending<'_, ()>;

    /// Lists the sessions of an account.
    fn list_sessions(&self, account: AccountId) -> Pending<'_, Vec<Session>>;

    /// Ends a session; tells whether it was one of the account's.
    fn end_session(&self, account: AccountId, session: SessionId) -> Pending<'_, bool>;

    /// Adds an invitation, unless its id is taken.
    fn add_invitation(&self, invitation: Invitation) -> Pending<'_, Stored>;

    /// Looks up an invitation. Looking leaves no mark.
    fn invitation(&self, id: InvitationId) -> Pending<'_, Option<Invitation>>;

    /// Counts the invitations of an account that are still kept.
    fn count_invitations(&self, account: AccountId) -> Pending<'_, u64>;

    /// Answers an open invitation once; tells whether it was open at that minute.
    fn answer_invitation(
        &self,
        id: InvitationId,
        answered: Answered,
        minute: u64,
    ) -> Pending<'_, bool>;

    /// Deletes an invitation of the account; tells whether there was one.
    fn withdraw_invitation(&self, account: AccountId, id: InvitationId) -> Pending<'_, bool>;

    /// Appends entries in order, up to the first that is refused.
    ///
    /// Judged by [`troth_wire::admit`] against the state of the space at that moment. In the same
    /// step, who accepted an invitation is bound to the member that the record admits, and an
    /// account that claimed with a device that is ended is bound no more. What a client gives
    /// back is placed only if it leads from the newest head to the receipt's.
    fn append(&self, append: Append) -> Pending<'_, Appended>;

    /// Looks up the state of a space's log.
    fn log_state(&self, space: SpaceId) -> Pending<'_, Option<Arc<LogState>>>;

    /// Lists entries after a place, in order, at most `page.count` and about `page.bytes`.
    fn list_entries(&self, space: SpaceId, page: Page) -> Pending<'_, Vec<Placed>>;

    /// Binds an account to the member that it has proven to be, unless another account is.
    fn bind_member(&self, binding: Binding) -> Pending<'_, Stored>;

    /// Notes that another account asked for a member's place with a device's key. Returns the
    /// account that is bound to the member, to be told, unless that device was noted before.
    fn note_refused_claim(
        &self,
        space: SpaceId,
        member: MemberId,
        device: DeviceId,
    ) -> Pending<'_, Option<AccountId>>;

    /// Lists the devices with whose keys another account asked for a place in the space.
    fn refused_claims(&self, space: SpaceId) -> Pending<'_, Vec<DeviceId>>;

    /// Lists the spaces of an account and who it is there.
    fn list_spaces(&self, account: AccountId) -> Pending<'_, Vec<(SpaceId, MemberId)>>;

    /// Looks up who an account is in a space.
    fn member(&self, account: AccountId, space: SpaceId) -> Pending<'_, Option<MemberId>>;

    /// Looks up the place of the member's first entry that binds a share to a question.
    fn first_binding(
        &self,
        space: SpaceId,
        question: EntryId,
        member: MemberId,
    ) -> Pending<'_, Option<u64>>;

    /// Keeps a referee's share, unless the member gave one for this reveal before.
    ///
    /// Giving the same share again is no change and succeeds.
    fn put_share(&self, share: Share) -> Pending<'_, Stored>;

    /// Lists the shares given for a reveal.
    fn list_shares(&self, space: SpaceId, reveal: EntryId) -> Pending<'_, Vec<Share>>;

    /// Deletes sessions and invitations that have expired, and forgets used proofs that have.
    fn sweep(&self, minute: u64) -> Pending<'_, ()>;

    /// Tells whether the store can be reached now.
    fn ready(&self) -> Pending<'_, ()>;
}
