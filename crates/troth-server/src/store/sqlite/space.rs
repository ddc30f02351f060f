//! Records, members and shares, in SQLite.

use rusqlite::{Connection, OptionalExtension, params};
use troth_wire::log::Chain;
use troth_wire::{
    AccountId, DeviceId, EntryId, Envelope, Head, LogState, MemberId, Placed, Signature, SpaceId,
    header,
};

use super::account::change;
use super::column::{fixed, number, signed};
use super::failed;
use super::writer::{Remembered, Work};
use crate::store::append::{
    Append, Appended, Found, Joined, Judged, Standing, advance, cost, judge, page_cost, wanted,
};
use crate::store::sql;
use crate::store::{Binding, Page, Share, StoreError, Stored};

type Answer<T> = rusqlite::Result<T>;

/// Appends within the writer's transaction.
pub(super) fn append(work: &mut Work<'_>, append: Append) -> Result<Appended, StoreError> {
    let (space, account) = (append.space, append.account);
    let remembered = match work.spaces.take(space) {
        Some(remembered) => remembered,
        None => load(work.connection, space).map_err(|error| failed(&error))?,
    };
    let standing = stand(work.connection, remembered, account).map_err(|error| failed(&error))?;
    let stored_place = standing.stored_place;
    let found =
        look_up(work.connection, &standing.state, &append).map_err(|error| failed(&error))?;
    let judged = judge(standing, append, found);
    write(work.connection, space, &judged).map_err(|error| failed(&error))?;
    let rebound = rebind(work.connection, (space, account), &judged);
    let rebound = rebound.map_err(|error| failed(&error))?;
    *work.outdates |= judged.founder.is_some() || !rebound.is_empty();
    let Judged {
        state,
        bytes,
        mut appended,
        must_store,
        ..
    } = judged;
    appended.rebound = rebound;
    let stored_place = if must_store {
        state.place
    } else {
        stored_place
    };
    work.spaces.keep(
        space,
        Remembered {
            state,
            stored_place,
            bytes,
        },
    );
    Ok(appended)
}

/// Counts the other spaces of an account, where the space begins.
fn stand(connection: &Connection, remembered: Remembered, account: AccountId) -> Answer<Standing> {
    let Remembered {
        state,
        stored_place,
        bytes,
    } = remembered;
    let others = match state.place {
        0 => connection
            .prepare_cached(sql::COUNT_SPACES)?
            .query_row([account.0], |row| number(row, 0))?,
        _ => 0,
    };
    Ok(Standing {
        state,
        stored_place,
        bytes,
        others,
    })
}

fn look_up(connection: &Connection, state: &LogState, append: &Append) -> Answer<Found> {
    let mut found = Found::default();
    let wanted = wanted(state, &append.entries);
    for place in wanted.places {
        let mut statement = connection.prepare_cached(sql::HEAD_AT)?;
        let values = params![append.space.0, signed(place)];
        if let Some(head) = statement
            .query_row(values, |row| fixed(row, 0))
            .optional()?
        {
            found.head(place, Head(head));
        }
    }
    for (device, aseq) in wanted.repeated {
        let mut statement = connection.prepare_cached(sql::ENTRY_OF_DEVICE)?;
        let mut rows = statement.query(params![append.space.0, device.0, signed(aseq)])?;
        while let Some(row) = rows.next()? {
            let header = row.get_ref(0)?.as_blob()?;
            found.entry(
                header,
                number(row, 1)?,
                Head(fixed(row, 2)?),
                number(row, 3)?,
            );
        }
    }
    Ok(found)
}

fn write(connection: &Connection, space: SpaceId, judged: &Judged) -> Answer<()> {
    for row in &judged.rows {
        let Envelope { header, sig, body } = &row.envelope;
        let values = params![
            space.0,
            signed(row.place),
            row.device.0,
            signed(row.aseq),
            signed(row.received),
            row.head.0,
            header,
            sig.0,
            body
        ];
        change(connection, sql::ADD_ENTRY, values)?;
        if let Some((question, member)) = row.binds {
            let values = params![space.0, question.0, member.0, signed(row.place)];
            change(connection, sql::ADD_BINDING, values)?;
        }
    }
    if judged.must_store {
        let values = params![
            space.0,
            signed(judged.state.place),
            judged.state.encode(),
            signed(judged.bytes)
        ];
        change(connection, sql::SET_STATE, values)?;
    }
    Ok(())
}

/// Binds who was admitted, and ends the bindings that were claimed with a device that is ended.
fn rebind(
    connection: &Connection,
    (space, account): (SpaceId, AccountId),
    judged: &Judged,
) -> Answer<Vec<AccountId>> {
    let binding = |account, joined: &Joined| Binding {
        account,
        space,
        member: joined.member,
        shown: joined.shown,
    };
    if let Some(founder) = &judged.founder {
        bind(connection, &binding(account, founder))?;
    }
    let mut rebound = Vec::new();
    for joined in &judged.joined {
        let guests = accounts(connection, sql::GUEST, params![space.0, joined.member.0])?;
        if let [guest] = guests.as_slice()
            && bind(connection, &binding(*guest, joined))? == Stored::DONE
        {
            rebound.push(*guest);
        }
    }
    for device in &judged.ended {
        let by = params![space.0, device.0];
        rebound.extend(accounts(connection, sql::BOUND_BY, by)?);
        change(connection, sql::UNBIND, by)?;
    }
    Ok(rebound)
}

fn accounts(
    connection: &Connection,
    query: &str,
    values: impl rusqlite::Params,
) -> Answer<Vec<AccountId>> {
    connection
        .prepare_cached(query)?
        .query_map(values, |row| Ok(AccountId(fixed(row, 0)?)))?
        .collect()
}

/// Loads the stored state and brings it forward over the entries after it.
pub(super) fn load(connection: &Connection, space: SpaceId) -> Answer<Remembered> {
    let stored = connection
        .prepare_cached(sql::STATE)?
        .query_row([space.0], |row| {
            Ok((number(row, 0)?, row.get::<_, Vec<u8>>(1)?, number(row, 2)?))
        })
        .optional()?;
    let Some((stored_place, stored, mut bytes)) = stored else {
        return Ok(Remembered {
            state: LogState::default(),
            stored_place: 0,
            bytes: 0,
        });
    };
    let mut state =
        LogState::decode(&stored).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(1, 0))?;
    let mut statement = connection.prepare_cached(sql::LIST_TAIL)?;
    let mut rows = statement.query(params![space.0, signed(stored_place)])?;
    while let Some(row) = rows.next()? {
        let chain = Chain {
            device: DeviceId(fixed(row, 1)?),
            aseq: number(row, 2)?,
            last: header::id(row.get_ref(5)?.as_blob()?),
            place: number(row, 0)?,
        };
        advance(&mut state, chain, number(row, 3)?, Head(fixed(row, 4)?));
        let body = usize::try_from(number(row, 6)?).unwrap_or(usize::MAX);
        bytes = bytes.saturating_add(cost(row.get_ref(5)?.as_blob()?.len(), body));
    }
    Ok(Remembered {
        state,
        stored_place,
        bytes,
    })
}

pub(super) fn list(connection: &Connection, space: SpaceId, page: Page) -> Answer<Vec<Placed>> {
    let mut statement = connection.prepare_cached(sql::LIST_ENTRIES)?;
    let values = params![
        space.0,
        signed(page.after),
        signed(page.through),
        i64::from(page.count)
    ];
    let mut rows = statement.query(values)?;
    let (mut entries, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let envelope = Envelope {
            header: row.get(3)?,
            sig: Signature(fixed(row, 4)?),
            body: row.get(5)?,
        };
        let (place, received) = (number(row, 0)?, number(row, 1)?);
        let entry = Placed {
            place,
            received,
            head: Head(fixed(row, 2)?),
            envelope,
        };
        bytes += page_cost(&entry);
        if bytes > page.bytes && !entries.is_empty() {
            break;
        }
        entries.push(entry);
    }
    Ok(entries)
}

pub(super) fn bind(connection: &Connection, binding: &Binding) -> Answer<Stored> {
    let Binding {
        account,
        space,
        member,
        shown,
    } = binding;
    let unproven = params![space.0, member.0, DeviceId::ZERO.0, account.0];
    change(connection, sql::FREE_UNPROVEN, unproven)?;
    let new = params![account.0, space.0, member.0, shown.column()];
    let again = params![member.0, shown.column(), account.0, space.0];
    let is_done = change(connection, sql::BIND_MEMBER, new)? == 1
        || change(connection, sql::REBIND_MEMBER, again)? == 1;
    Ok(if is_done {
        Stored::DONE
    } else {
        Stored::CONFLICT
    })
}

pub(super) fn note_refused_claim(
    connection: &Connection,
    (space, member, device): (SpaceId, MemberId, DeviceId),
) -> Answer<Option<AccountId>> {
    let new = params![space.0, device.0];
    if change(connection, sql::ADD_REFUSED_CLAIM, new)? == 0 {
        return Ok(None);
    }
    let bound = accounts(connection, sql::BOUND_ACCOUNT, params![space.0, member.0])?;
    Ok(bound.first().copied())
}

pub(super) fn refused_claims(connection: &Connection, space: SpaceId) -> Answer<Vec<DeviceId>> {
    connection
        .prepare_cached(sql::REFUSED_CLAIMS)?
        .query_map([space.0], |row| Ok(DeviceId(fixed(row, 0)?)))?
        .collect()
}

pub(super) fn list_spaces(
    connection: &Connection,
    account: AccountId,
) -> Answer<Vec<(SpaceId, MemberId)>> {
    connection
        .prepare_cached(sql::LIST_SPACES)?
        .query_map([account.0], |row| {
            Ok((SpaceId(fixed(row, 0)?), MemberId(fixed(row, 1)?)))
        })?
        .collect()
}

pub(super) fn member(
    connection: &Connection,
    account: AccountId,
    space: SpaceId,
) -> Answer<Option<MemberId>> {
    connection
        .prepare_cached(sql::MEMBER)?
        .query_row(params![account.0, space.0], |row| {
            Ok(MemberId(fixed(row, 0)?))
        })
        .optional()
}

pub(super) fn first_binding(
    connection: &Connection,
    space: SpaceId,
    question: EntryId,
    member: MemberId,
) -> Answer<Option<u64>> {
    connection
        .prepare_cached(sql::BINDING)?
        .query_row(params![space.0, question.0, member.0], |row| number(row, 0))
        .optional()
}

pub(super) fn put_share(connection: &Connection, new: &Share) -> Answer<Stored> {
    let Share {
        space,
        reveal,
        member,
        answer,
        share,
    } = new;
    let values = params![space.0, reveal.0, member.0, answer.0, share];
    if change(connection, sql::ADD_SHARE, values)? == 1 {
        return Ok(Stored::DONE);
    }
    let is_same = list_shares(connection, *space, *reveal)?.contains(new);
    Ok(if is_same {
        Stored::DONE
    } else {
        Stored::CONFLICT
    })
}

pub(super) fn list_shares(
    connection: &Connection,
    space: SpaceId,
    reveal: EntryId,
) -> Answer<Vec<Share>> {
    connection
        .prepare_cached(sql::LIST_SHARES)?
        .query_map(params![space.0, reveal.0], |row| {
            Ok(Share {
                space: SpaceId(fixed(row, 0)?),
                reveal: EntryId(fixed(row, 1)?),
                member: MemberId(fixed(row, 2)?),
                answer: EntryId(fixed(row, 3)?),
                share: row.get(4)?,
            })
        })?
        .collect()
}
