//! Accounts, their blobs, sessions and invitations, in PostgreSQL.

use tokio_postgres::{GenericClient, Row};
use troth_wire::{AccountId, InvitationId, MemberId, SessionId, SpaceId};
use zeroize::Zeroizing;

use super::run::{Run, Value, bytes, fixed, number, signed};
use crate::store::{
    Account, Answered, BlobKind, Guest, Invitation, InvitationState, LoginHash, NewAccount,
    NewPassword, Proof, Put, Secrets, Session, StoreError, Stored, TokenHash, sql,
};

type Answer<T> = Result<T, StoreError>;

async fn secret<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    name: &str,
    fresh: &[u8],
) -> Answer<Vec<u8>> {
    run.change(sql::ADD_SECRET, &[&name, &fresh]).await?;
    let row = run
        .lookup(sql::SECRET, &[&name])
        .await?
        .ok_or(StoreError::Broken)?;
    Ok(bytes(&row, 0)?.to_vec())
}

async fn fixed_secret<C: GenericClient + Sync, const N: usize>(
    run: &mut Run<'_, C>,
    name: &str,
    fresh: &[u8; N],
) -> Answer<[u8; N]> {
    secret(run, name, fresh)
        .await?
        .try_into()
        .map_err(|_| StoreError::Broken)
}

pub(super) async fn secrets<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    fresh: &Secrets,
) -> Answer<Secrets> {
    let epoch = fixed_secret(run, "log_epoch", &fresh.log_epoch.to_be_bytes()).await?;
    Ok(Secrets {
        opaque: Zeroizing::new(secret(run, "opaque", &fresh.opaque).await?),
        log_key: Zeroizing::new(fixed_secret(run, "log_key", &fresh.log_key).await?),
        root: Zeroizing::new(fixed_secret(run, "root", &fresh.root).await?),
        log_epoch: u32::from_be_bytes(epoch),
    })
}

pub(super) async fn raise_log_epoch<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    floor: u32,
) -> Answer<u32> {
    let epoch = u32::from_be_bytes(fixed_secret(run, "log_epoch", &[0; 4]).await?);
    let next = epoch.saturating_add(1).max(floor);
    run.change(
        sql::SET_SECRET,
        &[&next.to_be_bytes().as_slice(), &"log_epoch"],
    )
    .await?;
    Ok(next)
}

pub(super) async fn add<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    new: &NewAccount,
) -> Answer<Stored> {
    let Account {
        account,
        login,
        password,
        recovery,
    } = &new.account;
    let id = account.as_ref();
    let values: [Value<'_>; 4] = [&id, &login.0.as_slice(), password, &recovery.as_slice()];
    if run.change(sql::ADD_ACCOUNT, &values).await? == 0 {
        return Ok(Stored::CONFLICT);
    }
    for (kind, bytes) in &new.blobs {
        run.change(sql::ADD_BLOB, &[&id, &i64::from(kind.number()), bytes])
            .await?;
    }
    add_session(run, &new.session).await
}

fn read_account(row: &Row) -> Answer<Account> {
    Ok(Account {
        account: AccountId(fixed(row, 0)?),
        login: LoginHash(fixed(row, 1)?),
        password: bytes(row, 2)?.to_vec(),
        recovery: fixed(row, 3)?,
    })
}

pub(super) async fn find<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    login: LoginHash,
) -> Answer<Option<Account>> {
    let row = run
        .lookup(sql::FIND_ACCOUNT, &[&login.0.as_slice()])
        .await?;
    row.as_ref().map(read_account).transpose()
}

pub(super) async fn account<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    id: AccountId,
) -> Answer<Option<Account>> {
    let row = run.lookup(sql::ACCOUNT, &[&id.as_ref()]).await?;
    row.as_ref().map(read_account).transpose()
}

/// Uses a proof up; tells whether it was good. The account's row stays locked until the
/// transaction ends.
async fn use_up<C: GenericClient + Sync>(run: &mut Run<'_, C>, proof: &Proof) -> Answer<bool> {
    let values: [Value<'_>; 2] = [&proof.challenge.as_slice(), &signed(proof.forgotten())];
    let fresh = run.change(sql::USE_PROOF, &values).await? == 1;
    let row = run
        .lookup(sql::TAKE_ACCOUNT, &[&proof.account.as_ref()])
        .await?;
    let account = row.as_ref().map(read_account).transpose()?;
    Ok(fresh && proof.holds(account.as_ref()))
}

pub(super) async fn change_password<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    proof: &Proof,
    new: &NewPassword,
) -> Answer<Option<Stored>> {
    if !use_up(run, proof).await? {
        return Ok(None);
    }
    let account = proof.account;
    let stored = put_blob(run, account, BlobKind::Slots, &new.slots).await?;
    if matches!(stored, Stored::Done { .. }) {
        let (id, keep) = (account.as_ref(), new.keep.as_ref());
        let word = i64::from(BlobKind::Word.number());
        run.change(sql::SET_PASSWORD, &[&new.password, &id]).await?;
        run.change(sql::END_OTHER_SESSIONS, &[&id, &keep]).await?;
        run.change(sql::SET_WORD, &[&id, &word, &new.word]).await?;
        if let Some(recovery) = new.recovery {
            run.change(sql::SET_RECOVERY, &[&recovery.as_slice(), &id])
                .await?;
        }
    }
    Ok(Some(stored))
}

pub(super) async fn delete<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    proof: &Proof,
) -> Answer<bool> {
    if !use_up(run, proof).await? {
        return Ok(false);
    }
    let id = proof.account.as_ref();
    let rows = run.list(sql::LIST_SPACES, &[&id]).await?;
    // The rows of the spaces first: nobody appends to them, and no other member leaves them,
    // until this is over.
    for row in &rows {
        run.lookup(sql::LOCK_STATE, &[&bytes(row, 0)?]).await?;
    }
    for statement in sql::DELETE_ACCOUNT {
        run.change(statement, &[&id]).await?;
    }
    for row in &rows {
        let space = bytes(row, 0)?;
        let left = run
            .lookup(sql::COUNT_MEMBERS, &[&space])
            .await?
            .ok_or(StoreError::Broken)?;
        if number(&left, 0)? == 0 {
            for statement in sql::DELETE_SPACE {
                run.change(statement, &[&space]).await?;
            }
        }
    }
    Ok(true)
}

pub(super) async fn blob<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    account: AccountId,
    kind: BlobKind,
) -> Answer<Option<(u64, Vec<u8>)>> {
    let kind = i64::from(kind.number());
    let row = run.lookup(sql::BLOB, &[&account.as_ref(), &kind]).await?;
    row.map(|row| Ok((number(&row, 0)?, bytes(&row, 1)?.to_vec())))
        .transpose()
}

pub(super) async fn blob_size<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    account: AccountId,
    kind: BlobKind,
) -> Answer<Option<(u64, u64)>> {
    let kind = i64::from(kind.number());
    let row = run
        .lookup(sql::BLOB_SIZE, &[&account.as_ref(), &kind])
        .await?;
    row.map(|row| Ok((number(&row, 0)?, number(&row, 1)?)))
        .transpose()
}

pub(super) async fn put_blob<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    account: AccountId,
    kind: BlobKind,
    put: &Put,
) -> Answer<Stored> {
    let (id, kind_number, version) = (
        account.as_ref(),
        i64::from(kind.number()),
        signed(put.replaces),
    );
    let changed = if put.replaces == 0 {
        run.change(sql::ADD_BLOB, &[&id, &kind_number, &put.bytes])
            .await?
    } else {
        run.change(sql::SET_BLOB, &[&put.bytes, &id, &kind_number, &version])
            .await?
    };
    let version = blob_size(run, account, kind)
        .await?
        .map_or(0, |(version, _)| version);
    Ok(if changed == 1 {
        Stored::Done { version }
    } else {
        Stored::Conflict { version }
    })
}

pub(super) async fn open_session<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    proof: &Proof,
    session: &Session,
) -> Answer<Stored> {
    if use_up(run, proof).await? {
        add_session(run, session).await
    } else {
        Ok(Stored::CONFLICT)
    }
}

async fn add_session<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    new: &Session,
) -> Answer<Stored> {
    let Session {
        token,
        session,
        account,
        label,
        day,
        expires,
    } = new;
    let values: [Value<'_>; 6] = [
        &token.0.as_slice(),
        &session.as_ref(),
        &account.as_ref(),
        label,
        &signed(*day),
        &signed(*expires),
    ];
    let added = run.change(sql::ADD_SESSION, &values).await?;
    Ok(if added == 1 {
        Stored::DONE
    } else {
        Stored::CONFLICT
    })
}

fn read_session(row: &Row) -> Answer<Session> {
    Ok(Session {
        token: TokenHash(fixed(row, 0)?),
        session: SessionId(fixed(row, 1)?),
        account: AccountId(fixed(row, 2)?),
        label: bytes(row, 3)?.to_vec(),
        day: number(row, 4)?,
        expires: number(row, 5)?,
    })
}

pub(super) async fn session<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    token: TokenHash,
    minute: u64,
) -> Answer<Option<Session>> {
    let row = run
        .lookup(sql::SESSION, &[&token.0.as_slice(), &signed(minute)])
        .await?;
    row.as_ref().map(read_session).transpose()
}

pub(super) async fn renew_session<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    token: TokenHash,
    expires: u64,
) -> Answer<()> {
    run.change(sql::RENEW_SESSION, &[&signed(expires), &token.0.as_slice()])
        .await?;
    Ok(())
}

pub(super) async fn list_sessions<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    account: AccountId,
) -> Answer<Vec<Session>> {
    let rows = run.list(sql::LIST_SESSIONS, &[&account.as_ref()]).await?;
    rows.iter().map(read_session).collect()
}

pub(super) async fn end_session<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    account: AccountId,
    session: SessionId,
) -> Answer<bool> {
    Ok(run
        .change(sql::END_SESSION, &[&account.as_ref(), &session.as_ref()])
        .await?
        == 1)
}

/// The two columns of a guest; no bytes stand for nobody.
fn guest_columns(guest: Option<&Guest>) -> (&[u8], &[u8]) {
    guest.map_or((&[], &[]), |guest| (&guest.account.0, &guest.member.0))
}

fn read_guest(row: &Row) -> Answer<Option<Guest>> {
    if bytes(row, 7)?.is_empty() {
        return Ok(None);
    }
    Ok(Some(Guest {
        account: AccountId(fixed(row, 7)?),
        member: MemberId(fixed(row, 8)?),
    }))
}

pub(super) async fn add_invitation<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    new: &Invitation,
) -> Answer<Stored> {
    let Invitation {
        invitation,
        account,
        space,
        offer,
        state,
        answer,
        expires,
        guest,
    } = new;
    let (guest, member) = guest_columns(guest.as_ref());
    let values: [Value<'_>; 9] = [
        &invitation.as_ref(),
        &account.as_ref(),
        &space.as_ref(),
        offer,
        &(*state as i64),
        answer,
        &signed(*expires),
        &guest,
        &member,
    ];
    let added = run.change(sql::ADD_INVITATION, &values).await?;
    Ok(if added == 1 {
        Stored::DONE
    } else {
        Stored::CONFLICT
    })
}

fn read_invitation(row: &Row) -> Answer<Invitation> {
    let state: i64 = row.try_get(4).map_err(|error| super::failed(&error))?;
    Ok(Invitation {
        invitation: InvitationId(fixed(row, 0)?),
        account: AccountId(fixed(row, 1)?),
        space: SpaceId(fixed(row, 2)?),
        offer: bytes(row, 3)?.to_vec(),
        state: InvitationState::from_number(state),
        answer: bytes(row, 5)?.to_vec(),
        expires: number(row, 6)?,
        guest: read_guest(row)?,
    })
}

pub(super) async fn invitation<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    id: InvitationId,
) -> Answer<Option<Invitation>> {
    let row = run.lookup(sql::INVITATION, &[&id.as_ref()]).await?;
    row.as_ref().map(read_invitation).transpose()
}

pub(super) async fn count_invitations<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    account: AccountId,
) -> Answer<u64> {
    let row = run
        .lookup(sql::COUNT_INVITATIONS, &[&account.as_ref()])
        .await?;
    number(&row.ok_or(StoreError::Broken)?, 0)
}

pub(super) async fn answer_invitation<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    id: InvitationId,
    answered: &Answered,
    minute: u64,
) -> Answer<bool> {
    let (state, answer, guest) = match answered {
        Answered::Accept { guest, answer } => {
            (InvitationState::Accepted, answer.as_slice(), Some(guest))
        }
        Answered::Decline => (InvitationState::Declined, [].as_slice(), None),
    };
    let (guest, member) = guest_columns(guest);
    let values: [Value<'_>; 6] = [
        &(state as i64),
        &answer,
        &guest,
        &member,
        &id.as_ref(),
        &signed(minute),
    ];
    Ok(run.change(sql::ANSWER_INVITATION, &values).await? == 1)
}

pub(super) async fn withdraw_invitation<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    account: AccountId,
    id: InvitationId,
) -> Answer<bool> {
    Ok(run
        .change(sql::WITHDRAW_INVITATION, &[&account.as_ref(), &id.as_ref()])
        .await?
        == 1)
}

pub(super) async fn sweep<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    minute: u64,
) -> Answer<()> {
    for statement in sql::SWEEP {
        run.change(statement, &[&signed(minute)]).await?;
    }
    Ok(())
}
