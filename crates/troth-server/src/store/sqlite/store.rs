//! The trait, statement by statement.

use std::sync::Arc;

use troth_wire::{
    AccountId, DeviceId, EntryId, InvitationId, LogState, MemberId, Placed, SessionId, SpaceId,
};

use super::writer::Work;
use super::{SqliteStore, account, failed, space};
use crate::store::{
    Account, Answered, Append, Appended, Binding, BlobKind, Invitation, LoginHash, NewAccount,
    NewPassword, Page, Pending, Proof, Put, Secrets, Session, Share, Store, Stored, TokenHash,
};

/// As many entries as a person writes at once; more come from a device that was away.
const MAX_SHORT: usize = 4;

impl Store for SqliteStore {
    fn secrets(&self, fresh: Secrets) -> Pending<'_, Secrets> {
        self.write(move |connection| account::secrets(connection, &fresh))
    }

    fn raise_log_epoch(&self, floor: u32) -> Pending<'_, u32> {
        self.write(move |connection| account::raise_log_epoch(connection, floor))
    }

    fn add_account(&self, new: NewAccount) -> Pending<'_, Stored> {
        self.write(move |connection| account::add(connection, &new))
    }

    fn find_account(&self, login: LoginHash) -> Pending<'_, Option<Account>> {
        self.read(move |connection| account::find(connection, login))
    }

    fn account(&self, id: AccountId) -> Pending<'_, Option<Account>> {
        self.read(move |connection| account::account(connection, id))
    }

    fn change_password(&self, proof: Proof, new: NewPassword) -> Pending<'_, Option<Stored>> {
        self.write_remembered(move |connection| account::change_password(connection, &proof, &new))
    }

    fn delete_account(&self, proof: Proof) -> Pending<'_, bool> {
        self.inner.writer.run(move |work| {
            *work.outdates = true;
            let gone = account::delete(work.connection, &proof).map_err(|error| failed(&error))?;
            let good = gone.is_some();
            gone.into_iter()
                .flatten()
                .for_each(|space| work.spaces.forget(space));
            Ok(good)
        })
    }

    fn blob(&self, id: AccountId, kind: BlobKind) -> Pending<'_, Option<(u64, Vec<u8>)>> {
        self.read(move |connection| account::blob(connection, id, kind))
    }

    fn blob_size(&self, id: AccountId, kind: BlobKind) -> Pending<'_, Option<(u64, u64)>> {
        self.read(move |connection| account::blob_size(connection, id, kind))
    }

    fn put_blob(&self, id: AccountId, kind: BlobKind, put: Put) -> Pending<'_, Stored> {
        self.write(move |connection| account::put_blob(connection, id, kind, &put))
    }

    fn open_session(&self, proof: Proof, session: Session) -> Pending<'_, Stored> {
        self.write(move |connection| account::open_session(connection, &proof, &session))
    }

    fn session(&self, token: TokenHash, minute: u64) -> Pending<'_, Option<Session>> {
        if let Some(session) = self.inner.recent.session(token, minute) {
            return Box::pin(std::future::ready(Ok(Some(session))));
        }
        let round = self.inner.recent.round();
        let reading = self.read(move |connection| account::session(connection, token, minute));
        Box::pin(async move {
            let session = reading.await?;
            if let Some(session) = &session {
                self.inner.recent.keep_session(round, session);
            }
            Ok(session)
        })
    }

    fn renew_session(&self, token: TokenHash, expires: u64) -> Pending<'_, ()> {
        self.write_remembered(move |connection| account::renew_session(connection, token, expires))
    }

    fn list_sessions(&self, id: AccountId) -> Pending<'_, Vec<Session>> {
        self.read(move |connection| account::list_sessions(connection, id))
    }

    fn end_session(&self, id: AccountId, session: SessionId) -> Pending<'_, bool> {
        self.write_remembered(move |connection| account::end_session(connection, id, session))
    }

    fn add_invitation(&self, invitation: Invitation) -> Pending<'_, Stored> {
        self.write(move |connection| account::add_invitation(connection, &invitation))
    }

    fn invitation(&self, id: InvitationId) -> Pending<'_, Option<Invitation>> {
        self.read(move |connection| account::invitation(connection, id))
    }

    fn count_invitations(&self, id: AccountId) -> Pending<'_, u64> {
        self.read(move |connection| account::count_invitations(connection, id))
    }

    fn answer_invitation(
        &self,
        id: InvitationId,
        answered: Answered,
        minute: u64,
    ) -> Pending<'_, bool> {
        self.write(move |connection| account::answer_invitation(connection, id, &answered, minute))
    }

    fn withdraw_invitation(&self, id: AccountId, invitation: InvitationId) -> Pending<'_, bool> {
        self.write(move |connection| account::withdraw_invitation(connection, id, invitation))
    }

    fn append(&self, append: Append) -> Pending<'_, Appended> {
        let is_short = append.entries.len() <= MAX_SHORT;
        let job = move |work: &mut Work<'_>| space::append(work, append);
        if is_short {
            self.inner.writer.run_short(job)
        } else {
            self.inner.writer.run(job)
        }
    }

    fn log_state(&self, id: SpaceId) -> Pending<'_, Option<Arc<LogState>>> {
        self.read(move |connection| {
            // Two statements that must see one moment.
            let moment = connection.unchecked_transaction()?;
            let state = space::load(&moment, id)?.state;
            Ok((state.place > 0).then(|| Arc::new(state)))
        })
    }

    fn list_entries(&self, id: SpaceId, page: Page) -> Pending<'_, Vec<Placed>> {
        self.read(move |connection| space::list(connection, id, page))
    }

    fn bind_member(&self, binding: Binding) -> Pending<'_, Stored> {
        self.write_remembered(move |connection| space::bind(connection, &binding))
    }

    fn note_refused_claim(
        &self,
        space: SpaceId,
        member: MemberId,
        device: DeviceId,
    ) -> Pending<'_, Option<AccountId>> {
        self.write(move |connection| space::note_refused_claim(connection, (space, member, device)))
    }

    fn refused_claims(&self, space: SpaceId) -> Pending<'_, Vec<DeviceId>> {
        self.read(move |connection| space::refused_claims(connection, space))
    }

    fn list_spaces(&self, account: AccountId) -> Pending<'_, Vec<(SpaceId, MemberId)>> {
        self.read(move |connection| space::list_spaces(connection, account))
    }

    fn member(&self, account: AccountId, id: SpaceId) -> Pending<'_, Option<MemberId>> {
        if let Some(member) = self.inner.recent.member(account, id) {
            return Box::pin(std::future::ready(Ok(Some(member))));
        }
        let round = self.inner.recent.round();
        let reading = self.read(move |connection| space::member(connection, account, id));
        Box::pin(async move {
            let member = reading.await?;
            if let Some(member) = member {
                self.inner.recent.keep_member(round, account, id, member);
            }
            Ok(member)
        })
    }

    fn first_binding(
        &self,
        id: SpaceId,
        question: EntryId,
        member: MemberId,
    ) -> Pending<'_, Option<u64>> {
        self.read(move |connection| space::first_binding(connection, id, question, member))
    }

    fn put_share(&self, share: Share) -> Pending<'_, Stored> {
        self.write(move |connection| space::put_share(connection, &share))
    }

    fn list_shares(&self, id: SpaceId, reveal: EntryId) -> Pending<'_, Vec<Share>> {
        self.read(move |connection| space::list_shares(connection, id, reveal))
    }

    fn sweep(&self, minute: u64) -> Pending<'_, ()> {
        self.write_remembered(move |connection| account::sweep(connection, minute))
    }

    fn ready(&self) -> Pending<'_, ()> {
        self.read(|connection| connection.query_row("SELECT 1", [], |_| Ok(())))
    }
}
