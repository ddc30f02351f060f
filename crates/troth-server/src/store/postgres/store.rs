//! The trait, statement by statement.

use std::sync::Arc;

use tokio_postgres::Transaction;
use troth_wire::{
    AccountId, DeviceId, EntryId, InvitationId, LogState, MemberId, Placed, SessionId, SpaceId,
};

use super::run::Run;
use super::{PostgresStore, account, failed, space};
use crate::store::{
    Account, Answered, Append, Appended, Binding, BlobKind, Invitation, LoginHash, NewAccount,
    NewPassword, Page, Pending, Proof, Put, Secrets, Session, Share, Store, StoreError, Stored,
    TokenHash,
};

/// Runs one statement on a connection.
macro_rules! read {
    ($store:expr, |$run:ident| $query:expr) => {
        Box::pin(async move {
            let mut leased = $store.pool.lease().await?;
            let link = leased.link();
            let $run = &mut Run {
                on: &link.client,
                statements: &mut link.statements,
            };
            $query.await
        })
    };
}

/// Runs several statements in one transaction; an error undoes them all.
macro_rules! write {
    ($store:expr, |$run:ident| $change:expr) => {
        Box::pin(async move {
            let mut leased = $store.pool.lease().await?;
            let link = leased.link();
            let begun = link.client.transaction().await;
            let transaction = begun.map_err(|error| failed(&error))?;
            let $run = &mut Run {
                on: &transaction,
                statements: &mut link.statements,
            };
            let outcome = $change.await?;
            commit(transaction).await?;
            Ok(outcome)
        })
    };
}

async fn commit(transaction: Transaction<'_>) -> Result<(), StoreError> {
    transaction.commit().await.map_err(|error| failed(&error))
}

impl Store for PostgresStore {
    fn secrets(&self, fresh: Secrets) -> Pending<'_, Secrets> {
        write!(self, |run| account::secrets(run, &fresh))
    }

    fn raise_log_epoch(&self, floor: u32) -> Pending<'_, u32> {
        write!(self, |run| account::raise_log_epoch(run, floor))
    }

    fn add_account(&self, new: NewAccount) -> Pending<'_, Stored> {
        write!(self, |run| account::add(run, &new))
    }

    fn find_account(&self, login: LoginHash) -> Pending<'_, Option<Account>> {
        read!(self, |run| account::find(run, login))
    }

    fn account(&self, id: AccountId) -> Pending<'_, Option<Account>> {
        read!(self, |run| account::account(run, id))
    }

    fn change_password(&self, proof: Proof, new: NewPassword) -> Pending<'_, Option<Stored>> {
        write!(self, |run| account::change_password(run, &proof, &new))
    }

    fn delete_account(&self, proof: Proof) -> Pending<'_, bool> {
        write!(self, |run| account::delete(run, &proof))
    }

    fn blob(&self, id: AccountId, kind: BlobKind) -> Pending<'_, Option<(u64, Vec<u8>)>> {
        read!(self, |run| account::blob(run, id, kind))
    }

    fn blob_size(&self, id: AccountId, kind: BlobKind) -> Pending<'_, Option<(u64, u64)>> {
        read!(self, |run| account::blob_size(run, id, kind))
    }

    fn put_blob(&self, id: AccountId, kind: BlobKind, put: Put) -> Pending<'_, Stored> {
        write!(self, |run| account::put_blob(run, id, kind, &put))
    }

    fn open_session(&self, proof: Proof, session: Session) -> Pending<'_, Stored> {
        write!(self, |run| account::open_session(run, &proof, &session))
    }

    fn session(&self, token: TokenHash, minute: u64) -> Pending<'_, Option<Session>> {
        read!(self, |run| account::session(run, token, minute))
    }

    fn renew_session(&self, token: TokenHash, expires: u64) -> Pending<'_, ()> {
        read!(self, |run| account::renew_session(run, token, expires))
    }

    fn list_sessions(&self, id: AccountId) -> Pending<'_, Vec<Session>> {
        read!(self, |run| account::list_sessions(run, id))
    }

    fn end_session(&self, id: AccountId, session: SessionId) -> Pending<'_, bool> {
        read!(self, |run| account::end_session(run, id, session))
    }

    fn add_invitation(&self, invitation: Invitation) -> Pending<'_, Stored> {
        read!(self, |run| account::add_invitation(run, &invitation))
    }

    fn invitation(&self, id: InvitationId) -> Pending<'_, Option<Invitation>> {
        read!(self, |run| account::invitation(run, id))
    }

    fn count_invitations(&self, id: AccountId) -> Pending<'_, u64> {
        read!(self, |run| account::count_invitations(run, id))
    }

    fn answer_invitation(
        &self,
        id: InvitationId,
        answered: Answered,
        minute: u64,
    ) -> Pending<'_, bool> {
        write!(self, |run| account::answer_invitation(
            run, id, &answered, minute
        ))
    }

    fn withdraw_invitation(&self, id: AccountId, invitation: InvitationId) -> Pending<'_, bool> {
        read!(self, |run| account::withdraw_invitation(
            run, id, invitation
        ))
    }

    fn append(&self, append: Append) -> Pending<'_, Appended> {
        Box::pin(async move {
            let mut leased = self.pool.lease().await?;
            let link = leased.link();
            let begun = link.client.transaction().await;
            let transaction = begun.map_err(|error| failed(&error))?;
            let run = &mut Run {
                on: &transaction,
                statements: &mut link.statements,
            };
            let appended = space::append(run, append).await?;
            if appended.grew {
                commit(transaction).await?;
            }
            // Else it is undone, and with it the row of a space that did not begin.
            Ok(appended)
        })
    }

    fn log_state(&self, id: SpaceId) -> Pending<'_, Option<Arc<LogState>>> {
        Box::pin(async move {
            // Several statements that must see one moment.
            let mut leased = self.pool.lease().await?;
            let link = leased.link();
            let begun = link
                .client
                .build_transaction()
                .isolation_level(tokio_postgres::IsolationLevel::RepeatableRead)
                .read_only(true)
                .start()
                .await;
            let transaction = begun.map_err(|error| failed(&error))?;
            let run = &mut Run {
                on: &transaction,
                statements: &mut link.statements,
            };
            let state = space::load(run, id).await?.state;
            commit(transaction).await?;
            Ok((state.place > 0).then(|| Arc::new(state)))
        })
    }

    fn list_entries(&self, id: SpaceId, page: Page) -> Pending<'_, Vec<Placed>> {
        read!(self, |run| space::list(run, id, page))
    }

    fn bind_member(&self, binding: Binding) -> Pending<'_, Stored> {
        write!(self, |run| space::bind(run, &binding))
    }

    fn note_refused_claim(
        &self,
        space: SpaceId,
        member: MemberId,
        device: DeviceId,
    ) -> Pending<'_, Option<AccountId>> {
        write!(self, |run| space::note_refused_claim(
            run,
            (space, member, device)
        ))
    }

    fn refused_claims(&self, space: SpaceId) -> Pending<'_, Vec<DeviceId>> {
        read!(self, |run| space::refused_claims(run, space))
    }

    fn list_spaces(&self, account: AccountId) -> Pending<'_, Vec<(SpaceId, MemberId)>> {
        read!(self, |run| space::list_spaces(run, account))
    }

    fn member(&self, account: AccountId, id: SpaceId) -> Pending<'_, Option<MemberId>> {
        read!(self, |run| space::member(run, account, id))
    }

    fn first_binding(
        &self,
        id: SpaceId,
        question: EntryId,
        member: MemberId,
    ) -> Pending<'_, Option<u64>> {
        read!(self, |run| space::first_binding(run, id, question, member))
    }

    fn put_share(&self, share: Share) -> Pending<'_, Stored> {
        write!(self, |run| space::put_share(run, &share))
    }

    fn list_shares(&self, id: SpaceId, reveal: EntryId) -> Pending<'_, Vec<Share>> {
        read!(self, |run| space::list_shares(run, id, reveal))
    }

    fn sweep(&self, minute: u64) -> Pending<'_, ()> {
        write!(self, |run| account::sweep(run, minute))
    }

    fn ready(&self) -> Pending<'_, ()> {
        read!(self, |run| async {
            run.lookup("SELECT 1", &[]).await.map(drop)
        })
    }
}
