//! The store of the simulator: everything in memory, nothing survives, every step at once.
//!
//! Deterministic: no clock, no chance, no thread. A clone shares the rows; an
//! [`image`](MemoryStore::image) is a backup that goes its own way.

use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use troth_wire::{
    AccountId, DeviceId, EntryId, InvitationId, LogState, MemberId, Placed, SessionId, SpaceId,
};

use super::append::{Found, Joined, Standing, cost, judge, page_cost, wanted};
use super::{
    Account, Answered, Append, Appended, Binding, BlobKind, Invitation, InvitationState, LoginHash,
    NewAccount, NewPassword, Page, Pending, Proof, Put, Secrets, Session, Share, Shown, Store,
    Stored, TokenHash,
};

/// Keeps everything in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    rows: Arc<Mutex<Rows>>,
}

#[derive(Debug, Clone, Default)]
struct Rows {
    secrets: Option<Secrets>,
    accounts: BTreeMap<AccountId, Account>,
    blobs: BTreeMap<(AccountId, BlobKind), (u64, Vec<u8>)>,
    sessions: BTreeMap<TokenHash, Session>,
    /// The challenges of used proofs, with the minute at which each is forgotten.
    used: BTreeMap<[u8; 16], u64>,
    invitations: BTreeMap<InvitationId, Invitation>,
    spaces: BTreeMap<SpaceId, Space>,
    refused: BTreeSet<(SpaceId, DeviceId)>,
    members: BTreeMap<(AccountId, SpaceId), (MemberId, Shown)>,
    bindings: BTreeMap<(SpaceId, EntryId, MemberId), u64>,
    shares: BTreeMap<(SpaceId, EntryId, MemberId), Share>,
}

#[derive(Debug, Clone, Default)]
struct Space {
    state: LogState,
    entries: Vec<Placed>,
}

impl MemoryStore {
    /// Copies everything as it is now, as a backup does.
    #[must_use]
    pub fn image(&self) -> Self {
        Self {
            rows: Arc::new(Mutex::new(self.rows().clone())),
        }
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn step<T: Send + 'static>(&self, step: impl FnOnce(&mut Rows) -> T) -> Pending<'_, T> {
        Box::pin(ready(Ok(step(&mut self.rows()))))
    }
}

impl Rows {
    fn put_blob(&mut self, account: AccountId, kind: BlobKind, put: Put) -> Stored {
        let version = self
            .blobs
            .get(&(account, kind))
            .map_or(0, |(version, _)| *version);
        if version != put.replaces {
            return Stored::Conflict { version };
        }
        self.blobs.insert((account, kind), (version + 1, put.bytes));
        Stored::Done {
            version: version + 1,
        }
    }

    /// Uses a proof up; tells whether it was good.
    fn use_up(&mut self, proof: &Proof) -> bool {
        let fresh = self
            .used
            .insert(proof.challenge, proof.forgotten())
            .is_none();
        fresh && proof.holds(self.accounts.get(&proof.account))
    }

    fn change_password(&mut self, proof: &Proof, new: NewPassword) -> Option<Stored> {
        if !self.use_up(proof) {
            return None;
        }
        let id = proof.account;
        let stored = self.put_blob(id, BlobKind::Slots, new.slots);
        if let (Stored::Done { .. }, Some(account)) = (stored, self.accounts.get_mut(&id)) {
            account.password = new.password;
            account.recovery = new.recovery.unwrap_or(account.recovery);
            self.blobs.insert((id, BlobKind::Word), (1, new.word));
            self.sessions
                .retain(|_, it| it.account != id || it.session == new.keep);
        }
        Some(stored)
    }

    fn add_session(&mut self, session: Session) -> Stored {
        if self
            .sessions
            .values()
            .any(|known| known.session == session.session)
        {
            return Stored::CONFLICT;
        }
        self.sessions.insert(session.token, session);
        Stored::DONE
    }

    fn append(&mut self, append: Append) -> Appended {
        let (id, account) = (append.space, append.account);
        let others = self.spaces_of(account).len();
        let space = self.spaces.entry(id).or_default();
        let mut found = Found::default();
        let wanted = wanted(&space.state, &append.entries);
        for entry in &space.entries {
            if wanted.places.contains(&entry.place) {
                found.head(entry.place, entry.head);
            }
            if !wanted.repeated.is_empty() {
                found.entry(
                    &entry.envelope.header,
                    entry.place,
                    entry.head,
                    entry.received,
                );
            }
        }
        let costs = space
            .entries
            .iter()
            .map(|it| cost(it.envelope.header.len(), it.envelope.body.len()));
        let standing = Standing {
            state: space.state.clone(),
            stored_place: 0,
            bytes: costs.sum(),
            others: u64::try_from(others).unwrap_or(u64::MAX),
        };
        let judged = judge(standing, append, found);
        space.state = judged.state;
        for row in &judged.rows {
            if let Some((question, member)) = row.binds {
                let first = self.bindings.entry((id, question, member));
                first.or_insert(row.place);
            }
        }
        space
            .entries
            .extend(judged.rows.into_iter().map(|row| Placed {
                place: row.place,
                received: row.received,
                head: row.head,
                envelope: row.envelope,
            }));
        if space.entries.is_empty() {
            self.spaces.remove(&id);
        }
        let mut appended = judged.appended;
        appended.rebound = self.rebind((id, account), judged.founder, &judged.joined);
        let ended = |place: &SpaceId, shown: &Shown| {
            *place == id && judged.ended.iter().any(|it| *shown == Shown::By(*it))
        };
        self.members.retain(|(account, place), (_, shown)| {
            let goes = ended(place, shown);
            if goes {
                appended.rebound.push(*account);
            }
            !goes
        });
        appended
    }

    /// Binds who was admitted.
    fn rebind(
        &mut self,
        (space, account): (SpaceId, AccountId),
        founder: Option<Joined>,
        joined: &[Joined],
    ) -> Vec<AccountId> {
        if let Some(founder) = founder {
            self.bind(account, space, founder);
        }
        let mut bound = Vec::new();
        for joined in joined {
            let here = self.invitations.values().filter(|it| it.space == space);
            let guests = here.filter_map(|it| it.guest);
            let guests = guests.filter(|guest| guest.member == joined.member);
            let guests: Vec<_> = guests.map(|guest| guest.account).collect();
            if let [guest] = guests.as_slice()
                && self.bind(*guest, space, *joined) == Stored::DONE
            {
                bound.push(*guest);
            }
        }
        bound
    }

    fn bind(&mut self, account: AccountId, space: SpaceId, joined: Joined) -> Stored {
        let Joined { member, mut shown } = joined;
        self.members.retain(|(other, place), (known, by)| {
            let is_same = *place == space && *known == member && *other != account;
            !(is_same && *by == Shown::ByNothing)
        });
        let is_taken = self.members.iter().any(|((other, place), (known, _))| {
            *place == space && *known == member && *other != account
        });
        if is_taken {
            return Stored::CONFLICT;
        }
        // What the record itself showed stays so.
        if self.members.get(&(account, space)) == Some(&(member, Shown::ByRecord)) {
            shown = Shown::ByRecord;
        }
        self.members.insert((account, space), (member, shown));
        Stored::DONE
    }

    fn delete_account(&mut self, account: AccountId) {
        let spaces: Vec<_> = self
            .spaces_of(account)
            .into_iter()
            .map(|(space, _)| space)
            .collect();
        self.accounts.remove(&account);
        self.blobs.retain(|(owner, _), _| *owner != account);
        self.sessions
            .retain(|_, session| session.account != account);
        self.invitations.retain(|_, invitation| {
            let is_guest = invitation
                .guest
                .is_some_and(|guest| guest.account == account);
            invitation.account != account && !is_guest
        });
        self.members.retain(|(owner, _), _| *owner != account);
        for gone in spaces {
            if !self.members.keys().any(|(_, space)| *space == gone) {
                self.spaces.remove(&gone);
                self.refused.retain(|(space, _)| *space != gone);
                self.bindings.retain(|(space, _, _), _| *space != gone);
                self.shares.retain(|(space, _, _), _| *space != gone);
            }
        }
    }

    fn spaces_of(&self, account: AccountId) -> Vec<(SpaceId, MemberId)> {
        let mine = self
            .members
            .iter()
            .filter(|((owner, _), _)| *owner == account);
        mine.map(|((_, space), (member, _))| (*space, *member))
            .collect()
    }

    fn answer_invitation(&mut self, id: InvitationId, answered: Answered, minute: u64) -> bool {
        let open = self.invitations.get_mut(&id).filter(|invitation| {
            invitation.state == InvitationState::Open && invitation.expires > minute
        });
        let Some(invitation) = open else {
            return false;
        };
        match answered {
            Answered::Accept { guest, answer } => {
                invitation.state = InvitationState::Accepted;
                invitation.answer = answer;
                invitation.guest = Some(guest);
            }
            Answered::Decline => invitation.state = InvitationState::Declined,
        }
        true
    }
}

impl Store for MemoryStore {
    fn secrets(&self, fresh: Secrets) -> Pending<'_, Secrets> {
        self.step(|rows| rows.secrets.get_or_insert(fresh).clone())
    }

    fn raise_log_epoch(&self, floor: u32) -> Pending<'_, u32> {
        self.step(move |rows| {
            rows.secrets.as_mut().map_or(0, |secrets| {
                secrets.log_epoch = secrets.log_epoch.saturating_add(1).max(floor);
                secrets.log_epoch
            })
        })
    }

    fn add_account(&self, new: NewAccount) -> Pending<'_, Stored> {
        self.step(|rows| {
            let NewAccount {
                account,
                blobs,
                session,
            } = new;
            let is_taken =
                |known: &Account| known.login == account.login || known.account == account.account;
            if rows.accounts.values().any(is_taken) {
                return Stored::CONFLICT;
            }
            for (kind, bytes) in blobs {
                rows.blobs.insert((account.account, kind), (1, bytes));
            }
            rows.accounts.insert(account.account, account);
            rows.add_session(session)
        })
    }

    fn find_account(&self, login: LoginHash) -> Pending<'_, Option<Account>> {
        self.step(|rows| rows.accounts.values().find(|it| it.login == login).cloned())
    }

    fn account(&self, account: AccountId) -> Pending<'_, Option<Account>> {
        self.step(|rows| rows.accounts.get(&account).cloned())
    }

    fn change_password(&self, proof: Proof, new: NewPassword) -> Pending<'_, Option<Stored>> {
        self.step(|rows| rows.change_password(&proof, new))
    }

    fn delete_account(&self, proof: Proof) -> Pending<'_, bool> {
        self.step(|rows| {
            let good = rows.use_up(&proof);
            if good {
                rows.delete_account(proof.account);
            }
            good
        })
    }

    fn blob(&self, account: AccountId, kind: BlobKind) -> Pending<'_, Option<(u64, Vec<u8>)>> {
        self.step(|rows| rows.blobs.get(&(account, kind)).cloned())
    }

    fn blob_size(&self, account: AccountId, kind: BlobKind) -> Pending<'_, Option<(u64, u64)>> {
        self.step(|rows| {
            let blob = rows.blobs.get(&(account, kind));
            blob.map(|(version, bytes)| (*version, bytes.len() as u64))
        })
    }

    fn put_blob(&self, account: AccountId, kind: BlobKind, put: Put) -> Pending<'_, Stored> {
        self.step(|rows| rows.put_blob(account, kind, put))
    }

    fn open_session(&self, proof: Proof, session: Session) -> Pending<'_, Stored> {
        self.step(|rows| {
            if rows.use_up(&proof) {
                rows.add_session(session)
            } else {
                Stored::CONFLICT
            }
        })
    }

    fn session(&self, token: TokenHash, minute: u64) -> Pending<'_, Option<Session>> {
        self.step(|rows| {
            rows.sessions
                .get(&token)
                .filter(|it| it.expires > minute)
                .cloned()
        })
    }

    fn renew_session(&self, token: TokenHash, expires: u64) -> Pending<'_, ()> {
        self.step(|rows| {
            if let Some(session) = rows.sessions.get_mut(&token) {
                session.expires = session.expires.max(expires);
            }
        })
    }

    fn list_sessions(&self, account: AccountId) -> Pending<'_, Vec<Session>> {
        self.step(|rows| {
            let mine = rows
                .sessions
                .values()
                .filter(|session| session.account == account);
            let mut mine: Vec<_> = mine.cloned().collect();
            mine.sort_by_key(|session| (session.day, session.session));
            mine
        })
    }

    fn end_session(&self, account: AccountId, session: SessionId) -> Pending<'_, bool> {
        self.step(|rows| {
            let before = rows.sessions.len();
            rows.sessions
                .retain(|_, it| it.account != account || it.session != session);
            rows.sessions.len() < before
        })
    }

    fn add_invitation(&self, invitation: Invitation) -> Pending<'_, Stored> {
        self.step(|rows| {
            if rows.invitations.contains_key(&invitation.invitation) {
                return Stored::CONFLICT;
            }
            rows.invitations.insert(invitation.invitation, invitation);
            Stored::DONE
        })
    }

    fn invitation(&self, id: InvitationId) -> Pending<'_, Option<Invitation>> {
        self.step(|rows| rows.invitations.get(&id).cloned())
    }

    fn count_invitations(&self, account: AccountId) -> Pending<'_, u64> {
        self.step(|rows| {
            rows.invitations
                .values()
                .filter(|it| it.account == account)
                .count() as u64
        })
    }

    fn answer_invitation(
        &self,
        id: InvitationId,
        answered: Answered,
        minute: u64,
    ) -> Pending<'_, bool> {
        self.step(|rows| rows.answer_invitation(id, answered, minute))
    }

    fn withdraw_invitation(&self, account: AccountId, id: InvitationId) -> Pending<'_, bool> {
        self.step(|rows| {
            let is_mine = rows
                .invitations
                .get(&id)
                .is_some_and(|it| it.account == account);
            is_mine && rows.invitations.remove(&id).is_some()
        })
    }

    fn append(&self, append: Append) -> Pending<'_, Appended> {
        self.step(|rows| rows.append(append))
    }

    fn log_state(&self, space: SpaceId) -> Pending<'_, Option<Arc<LogState>>> {
        self.step(|rows| {
            rows.spaces
                .get(&space)
                .map(|space| Arc::new(space.state.clone()))
        })
    }

    fn list_entries(&self, space: SpaceId, page: Page) -> Pending<'_, Vec<Placed>> {
        self.step(|rows| {
            let mut bytes = 0;
            let entries = rows
                .spaces
                .get(&space)
                .map_or(&[][..], |space| &space.entries);
            let wanted = entries
                .iter()
                .filter(|it| (page.after + 1..=page.through).contains(&it.place));
            let fits = |entry: &&Placed| {
                let is_first = bytes == 0;
                bytes += page_cost(entry);
                is_first || bytes <= page.bytes
            };
            wanted
                .take(page.count as usize)
                .take_while(fits)
                .cloned()
                .collect()
        })
    }

    fn bind_member(&self, binding: Binding) -> Pending<'_, Stored> {
        self.step(move |rows| {
            let Binding {
                account,
                space,
                member,
                shown,
            } = binding;
            rows.bind(account, space, Joined { member, shown })
        })
    }

    fn note_refused_claim(
        &self,
        space: SpaceId,
        member: MemberId,
        device: DeviceId,
    ) -> Pending<'_, Option<AccountId>> {
        self.step(move |rows| {
            let is_new = rows.refused.insert((space, device));
            let mut bound = rows.members.iter();
            let bound = bound.find(|((_, place), (it, _))| (*place, *it) == (space, member));
            bound.map(|((account, _), _)| *account).filter(|_| is_new)
        })
    }

    fn refused_claims(&self, space: SpaceId) -> Pending<'_, Vec<DeviceId>> {
        self.step(move |rows| {
            let here = rows.refused.iter().filter(|(place, _)| *place == space);
            here.map(|(_, device)| *device).collect()
        })
    }

    fn list_spaces(&self, account: AccountId) -> Pending<'_, Vec<(SpaceId, MemberId)>> {
        self.step(|rows| rows.spaces_of(account))
    }

    fn member(&self, account: AccountId, space: SpaceId) -> Pending<'_, Option<MemberId>> {
        self.step(|rows| {
            rows.members
                .get(&(account, space))
                .map(|(member, _)| *member)
        })
    }

    fn first_binding(
        &self,
        space: SpaceId,
        question: EntryId,
        member: MemberId,
    ) -> Pending<'_, Option<u64>> {
        self.step(move |rows| rows.bindings.get(&(space, question, member)).copied())
    }

    fn put_share(&self, share: Share) -> Pending<'_, Stored> {
        self.step(|rows| {
            let key = (share.space, share.reveal, share.member);
            let kept = rows.shares.entry(key).or_insert_with(|| share.clone());
            if *kept == share {
                Stored::DONE
            } else {
                Stored::CONFLICT
            }
        })
    }

    fn list_shares(&self, space: SpaceId, reveal: EntryId) -> Pending<'_, Vec<Share>> {
        self.step(|rows| {
            let is_here = |share: &&Share| share.space == space && share.reveal == reveal;
            rows.shares.values().filter(is_here).cloned().collect()
        })
    }

    fn sweep(&self, minute: u64) -> Pending<'_, ()> {
        self.step(|rows| {
            rows.sessions.retain(|_, session| session.expires > minute);
            rows.invitations
                .retain(|_, invitation| invitation.expires > minute);
            rows.used.retain(|_, forgotten| *forgotten > minute);
        })
    }

    fn ready(&self) -> Pending<'_, ()> {
        self.step(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contract::store_contract;

    fn fresh() -> (MemoryStore, ()) {
        (MemoryStore::default(), ())
    }

    store_contract!(tests, fresh);
}
