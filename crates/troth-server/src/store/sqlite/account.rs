//! Accounts, their blobs, sessions and invitations, in SQLite.

use rusqlite::{Connection, OptionalExtension, Row, params};
use troth_wire::{AccountId, InvitationId, MemberId, SessionId, SpaceId};

use super::column::{fixed, number, signed};
use crate::store::sql;
use crate::store::{
    Account, Answered, BlobKind, Guest, Invitation, InvitationState, LoginHash, NewAccount,
    NewPassword, Proof, Put, Secrets, Session, Stored, TokenHash,
};
use zeroize::Zeroizing;

type Answer<T> = rusqlite::Result<T>;

/// Runs a statement and counts the rows that it changed.
pub(super) fn change(
    connection: &Connection,
    statement: &str,
    values: impl rusqlite::Params,
) -> Answer<usize> {
    connection.prepare_cached(statement)?.execute(values)
}

fn secret(connection: &Connection, name: &str, fresh: &[u8]) -> Answer<Vec<u8>> {
    change(connection, sql::ADD_SECRET, params![name, fresh])?;
    connection.query_row(sql::SECRET, [name], |row| row.get(0))
}

fn fixed_secret<const N: usize>(
    connection: &Connection,
    name: &str,
    fresh: &[u8; N],
) -> Answer<[u8; N]> {
    change(connection, sql::ADD_SECRET, params![name, fresh.as_slice()])?;
    connection.query_row(sql::SECRET, [name], |row| fixed(row, 0))
}

pub(super) fn secrets(connection: &Connection, fresh: &Secrets) -> Answer<Secrets> {
    let epoch = fixed_secret(connection, "log_epoch", &fresh.log_epoch.to_be_bytes())?;
    Ok(Secrets {
        opaque: Zeroizing::new(secret(connection, "opaque", &fresh.opaque)?),
        log_key: Zeroizing::new(fixed_secret(connection, "log_key", &fresh.log_key)?),
        root: Zeroizing::new(fixed_secret(connection, "root", &fresh.root)?),
        log_epoch: u32::from_be_bytes(epoch),
    })
}

pub(super) fn raise_log_epoch(connection: &Connection, floor: u32) -> Answer<u32> {
    let epoch = u32::from_be_bytes(fixed_secret(connection, "log_epoch", &[0; 4])?);
    let next = epoch.saturating_add(1).max(floor);
    change(
        connection,
        sql::SET_SECRET,
        params![next.to_be_bytes().as_slice(), "log_epoch"],
    )?;
    Ok(next)
}

pub(super) fn add(connection: &Connection, new: &NewAccount) -> Answer<Stored> {
    let Account {
        account,
        login,
        password,
        recovery,
    } = &new.account;
    let values = params![account.0, login.0, password, recovery];
    if change(connection, sql::ADD_ACCOUNT, values)? == 0 {
        return Ok(Stored::CONFLICT);
    }
    for (kind, bytes) in &new.blobs {
        change(
            connection,
            sql::ADD_BLOB,
            params![account.0, kind.number(), bytes],
        )?;
    }
    add_session(connection, &new.session)
}

fn read_account(row: &Row<'_>) -> Answer<Account> {
    Ok(Account {
        account: AccountId(fixed(row, 0)?),
        login: LoginHash(fixed(row, 1)?),
        password: row.get(2)?,
        recovery: fixed(row, 3)?,
    })
}

pub(super) fn find(connection: &Connection, login: LoginHash) -> Answer<Option<Account>> {
    connection
        .prepare_cached(sql::FIND_ACCOUNT)?
        .query_row([login.0], read_account)
        .optional()
}

pub(super) fn account(connection: &Connection, id: AccountId) -> Answer<Option<Account>> {
    connection
        .prepare_cached(sql::ACCOUNT)?
        .query_row([id.0], read_account)
        .optional()
}

/// Uses a proof up; tells whether it was good.
pub(super) fn use_up(connection: &Connection, proof: &Proof) -> Answer<bool> {
    let values = params![proof.challenge, signed(proof.forgotten())];
    let fresh = change(connection, sql::USE_PROOF, values)? == 1;
    let account = account(connection, proof.account)?;
    Ok(fresh && proof.holds(account.as_ref()))
}

pub(super) fn change_password(
    connection: &Connection,
    proof: &Proof,
    new: &NewPassword,
) -> Answer<Option<Stored>> {
    if !use_up(connection, proof)? {
        return Ok(None);
    }
    let account = proof.account;
    let stored = put_blob(connection, account, BlobKind::Slots, &new.slots)?;
    if matches!(stored, Stored::Done { .. }) {
        change(
            connection,
            sql::SET_PASSWORD,
            params![new.password, account.0],
        )?;
        change(
            connection,
            sql::END_OTHER_SESSIONS,
            params![account.0, new.keep.0],
        )?;
        change(
            connection,
            sql::SET_WORD,
            params![account.0, BlobKind::Word.number(), new.word],
        )?;
        if let Some(recovery) = new.recovery {
            change(connection, sql::SET_RECOVERY, params![recovery, account.0])?;
        }
    }
    Ok(Some(stored))
}

/// Deletes an account; gives back the spaces that went with it, or nothing if the proof is not
/// good.
pub(super) fn delete(connection: &Connection, proof: &Proof) -> Answer<Option<Vec<SpaceId>>> {
    if !use_up(connection, proof)? {
        return Ok(None);
    }
    let account = proof.account;
    let spaces = connection
        .prepare_cached(sql::LIST_SPACES)?
        .query_map([account.0], |row| Ok(SpaceId(fixed(row, 0)?)))?
        .collect::<Answer<Vec<_>>>()?;
    for statement in sql::DELETE_ACCOUNT {
        change(connection, statement, [account.0])?;
    }
    let mut gone = Vec::new();
    for space in spaces {
        let left: i64 = connection.query_row(sql::COUNT_MEMBERS, [space.0], |row| row.get(0))?;
        if left == 0 {
            for statement in sql::DELETE_SPACE {
                change(connection, statement, [space.0])?;
            }
            gone.push(space);
        }
    }
    Ok(Some(gone))
}

pub(super) fn blob(
    connection: &Connection,
    account: AccountId,
    kind: BlobKind,
) -> Answer<Option<(u64, Vec<u8>)>> {
    connection
        .prepare_cached(sql::BLOB)?
        .query_row(params![account.0, kind.number()], |row| {
            Ok((number(row, 0)?, row.get(1)?))
        })
        .optional()
}

pub(super) fn blob_size(
    connection: &Connection,
    account: AccountId,
    kind: BlobKind,
) -> Answer<Option<(u64, u64)>> {
    connection
        .prepare_cached(sql::BLOB_SIZE)?
        .query_row(params![account.0, kind.number()], |row| {
            Ok((number(row, 0)?, number(row, 1)?))
        })
        .optional()
}

pub(super) fn put_blob(
    connection: &Connection,
    account: AccountId,
    kind: BlobKind,
    put: &Put,
) -> Answer<Stored> {
    let Put { replaces, bytes } = put;
    let (owner, kind_number) = (account.0, kind.number());
    let changed = if *replaces == 0 {
        change(
            connection,
            sql::ADD_BLOB,
            params![owner, kind_number, bytes],
        )?
    } else {
        let values = params![bytes, owner, kind_number, signed(*replaces)];
        change(connection, sql::SET_BLOB, values)?
    };
    let version = blob_size(connection, account, kind)?.map_or(0, |(version, _)| version);
    Ok(if changed == 1 {
        Stored::Done { version }
    } else {
        Stored::Conflict { version }
    })
}

pub(super) fn open_session(
    connection: &Connection,
    proof: &Proof,
    session: &Session,
) -> Answer<Stored> {
    if use_up(connection, proof)? {
        add_session(connection, session)
    } else {
        Ok(Stored::CONFLICT)
    }
}

fn add_session(connection: &Connection, session: &Session) -> Answer<Stored> {
    let Session {
        token,
        session,
        account,
        label,
        day,
        expires,
    } = session;
    let values = params![
        token.0,
        session.0,
        account.0,
        label,
        signed(*day),
        signed(*expires)
    ];
    let added = change(connection, sql::ADD_SESSION, values)?;
    Ok(if added == 1 {
        Stored::DONE
    } else {
        Stored::CONFLICT
    })
}

fn read_session(row: &Row<'_>) -> Answer<Session> {
    Ok(Session {
        token: TokenHash(fixed(row, 0)?),
        session: SessionId(fixed(row, 1)?),
        account: AccountId(fixed(row, 2)?),
        label: row.get(3)?,
        day: number(row, 4)?,
        expires: number(row, 5)?,
    })
}

pub(super) fn session(
    connection: &Connection,
    token: TokenHash,
    minute: u64,
) -> Answer<Option<Session>> {
    connection
        .prepare_cached(sql::SESSION)?
        .query_row(params![token.0, signed(minute)], read_session)
        .optional()
}

pub(super) fn renew_session(connection: &Connection, token: TokenHash, expires: u64) -> Answer<()> {
    change(
        connection,
        sql::RENEW_SESSION,
        params![signed(expires), token.0],
    )?;
    Ok(())
}

pub(super) fn list_sessions(connection: &Connection, account: AccountId) -> Answer<Vec<Session>> {
    connection
        .prepare_cached(sql::LIST_SESSIONS)?
        .query_map([account.0], read_session)?
        .collect()
}

/// The two columns of a guest; no bytes stand for nobody.
fn guest_columns(guest: Option<&Guest>) -> (&[u8], &[u8]) {
    guest.map_or((&[], &[]), |guest| (&guest.account.0, &guest.member.0))
}

fn read_guest(row: &Row<'_>) -> Answer<Option<Guest>> {
    if row.get_ref(7)?.as_blob()?.is_empty() {
        return Ok(None);
    }
    Ok(Some(Guest {
        account: AccountId(fixed(row, 7)?),
        member: MemberId(fixed(row, 8)?),
    }))
}

pub(super) fn add_invitation(connection: &Connection, new: &Invitation) -> Answer<Stored> {
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
    let (state, expires) = (*state as i64, signed(*expires));
    let (guest, member) = guest_columns(guest.as_ref());
    let values = params![
        invitation.0,
        account.0,
        space.0,
        offer,
        state,
        answer,
        expires,
        guest,
        member
    ];
    let added = change(connection, sql::ADD_INVITATION, values)?;
    Ok(if added == 1 {
        Stored::DONE
    } else {
        Stored::CONFLICT
    })
}

pub(super) fn invitation(connection: &Connection, id: InvitationId) -> Answer<Option<Invitation>> {
    connection
        .prepare_cached(sql::INVITATION)?
        .query_row([id.0], |row| {
            Ok(Invitation {
                invitation: InvitationId(fixed(row, 0)?),
                account: AccountId(fixed(row, 1)?),
                space: SpaceId(fixed(row, 2)?),
                offer: row.get(3)?,
                state: InvitationState::from_number(row.get(4)?),
                answer: row.get(5)?,
                expires: number(row, 6)?,
                guest: read_guest(row)?,
            })
        })
        .optional()
}

pub(super) fn count_invitations(connection: &Connection, account: AccountId) -> Answer<u64> {
    connection
        .prepare_cached(sql::COUNT_INVITATIONS)?
        .query_row([account.0], |row| number(row, 0))
}

pub(super) fn answer_invitation(
    connection: &Connection,
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
    let values = params![state as i64, answer, guest, member, id.0, signed(minute)];
    Ok(change(connection, sql::ANSWER_INVITATION, values)? == 1)
}

pub(super) fn sweep(connection: &Connection, minute: u64) -> Answer<()> {
    for statement in sql::SWEEP {
        change(connection, statement, [signed(minute)])?;
    }
    Ok(())
}

pub(super) fn withdraw_invitation(
    connection: &Connection,
    account: AccountId,
    id: InvitationId,
) -> Answer<bool> {
    Ok(change(
        connection,
        sql::WITHDRAW_INVITATION,
        params![account.0, id.0],
    )? == 1)
}

pub(super) fn end_session(
    connection: &Connection,
    account: AccountId,
    session: SessionId,
) -> Answer<bool> {
    Ok(change(connection, sql::END_SESSION, params![account.0, session.0])? == 1)
}
