//! Records, members and shares, in PostgreSQL.

use tokio_postgres::GenericClient;
use troth_wire::log::Chain;
use troth_wire::{
    AccountId, DeviceId, EntryId, Envelope, Head, LogState, MemberId, Placed, Signature, SpaceId,
    header,
};

use super::run::{Run, Value, bytes, fixed, number, signed};
use crate::store::append::{
    Append, Appended, Found, Joined, Judged, Standing, advance, cost, judge, page_cost, wanted,
};
use crate::store::{Binding, Page, Share, StoreError, Stored, sql};

type Answer<T> = Result<T, StoreError>;

/// Appends within a transaction that holds the row of the space.
pub(super) async fn append<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    append: Append,
) -> Answer<Appended> {
    let (space, account) = (append.space, append.account);
    let mut standing = lock(run, space).await?;
    if standing.state.place == 0 {
        let id = account.as_ref();
        run.lookup(sql::LOCK_ACCOUNT, &[&id]).await?;
        let counted = run.lookup(sql::COUNT_SPACES, &[&id]).await?;
        standing.others = number(&counted.ok_or(StoreError::Broken)?, 0)?;
    }
    let found = look_up(run, &standing.state, &append).await?;
    let mut judged = judge(standing, append, found);
    write(run, space, &judged).await?;
    judged.appended.rebound = rebind(run, (space, account), &judged).await?;
    Ok(judged.appended)
}

/// Locks the row of the space, making it if need be, and loads the state.
async fn lock<C: GenericClient + Sync>(run: &mut Run<'_, C>, space: SpaceId) -> Answer<Standing> {
    let id = space.as_ref();
    if run.lookup(sql::LOCK_STATE, &[&id]).await?.is_none() {
        run.change(sql::ADD_STATE, &[&id]).await?;
        run.lookup(sql::LOCK_STATE, &[&id]).await?;
    }
    load(run, space).await
}

/// Loads the stored state and brings it forward over the entries after it.
pub(super) async fn load<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    space: SpaceId,
) -> Answer<Standing> {
    let id = space.as_ref();
    let stored = run.lookup(sql::STATE, &[&id]).await?;
    let Some(stored) = stored.filter(|row| bytes(row, 1).is_ok_and(|state| !state.is_empty()))
    else {
        return Ok(Standing::default());
    };
    let stored_place = number(&stored, 0)?;
    let mut state = LogState::decode(bytes(&stored, 1)?).map_err(|_| StoreError::Broken)?;
    let mut taken = number(&stored, 2)?;
    for row in run
        .list(sql::LIST_TAIL, &[&id, &signed(stored_place)])
        .await?
    {
        let chain = Chain {
            device: DeviceId(fixed(&row, 1)?),
            aseq: number(&row, 2)?,
            last: header::id(bytes(&row, 5)?),
            place: number(&row, 0)?,
        };
        advance(&mut state, chain, number(&row, 3)?, Head(fixed(&row, 4)?));
        let body = usize::try_from(number(&row, 6)?).unwrap_or(usize::MAX);
        taken = u64::saturating_add(taken, cost(bytes(&row, 5)?.len(), body));
    }
    Ok(Standing {
        state,
        stored_place,
        bytes: taken,
        others: 0,
    })
}

async fn look_up<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    state: &LogState,
    append: &Append,
) -> Answer<Found> {
    let mut found = Found::default();
    let wanted = wanted(state, &append.entries);
    let id = append.space.as_ref();
    for place in wanted.places {
        if let Some(row) = run.lookup(sql::HEAD_AT, &[&id, &signed(place)]).await? {
            found.head(place, Head(fixed(&row, 0)?));
        }
    }
    for (device, aseq) in wanted.repeated {
        let values: [Value<'_>; 3] = [&id, &device.as_ref(), &signed(aseq)];
        if let Some(row) = run.lookup(sql::ENTRY_OF_DEVICE, &values).await? {
            let (place, head) = (number(&row, 1)?, Head(fixed(&row, 2)?));
            found.entry(bytes(&row, 0)?, place, head, number(&row, 3)?);
        }
    }
    Ok(found)
}

async fn write<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    space: SpaceId,
    judged: &Judged,
) -> Answer<()> {
    let id = space.as_ref();
    for row in &judged.rows {
        let Envelope { header, sig, body } = &row.envelope;
        let values: [Value<'_>; 9] = [
            &id,
            &signed(row.place),
            &row.device.as_ref(),
            &signed(row.aseq),
            &signed(row.received),
            &row.head.0.as_slice(),
            header,
            &sig.as_ref(),
            body,
        ];
        run.change(sql::ADD_ENTRY, &values).await?;
        if let Some((question, member)) = &row.binds {
            let place = signed(row.place);
            let values: [Value<'_>; 4] = [&id, &question.as_ref(), &member.as_ref(), &place];
            run.change(sql::ADD_BINDING, &values).await?;
        }
    }
    if judged.must_store {
        let values: [Value<'_>; 4] = [
            &id,
            &signed(judged.state.place),
            &judged.state.encode(),
            &signed(judged.bytes),
        ];
        run.change(sql::SET_STATE, &values).await?;
    }
    Ok(())
}

/// Binds who was admitted, and ends the bindings that were claimed with a device that is ended.
async fn rebind<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
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
        bind(run, &binding(account, founder)).await?;
    }
    let mut rebound = Vec::new();
    let id = space.as_ref();
    for joined in &judged.joined {
        let guests = accounts(run, sql::GUEST, &[&id, &joined.member.as_ref()]).await?;
        if let [guest] = guests.as_slice()
            && bind(run, &binding(*guest, joined)).await? == Stored::DONE
        {
            rebound.push(*guest);
        }
    }
    for device in &judged.ended {
        let by: [Value<'_>; 2] = [&id, &device.as_ref()];
        rebound.extend(accounts(run, sql::BOUND_BY, &by).await?);
        run.change(sql::UNBIND, &by).await?;
    }
    Ok(rebound)
}

async fn accounts<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    query: &'static str,
    values: &[Value<'_>],
) -> Answer<Vec<AccountId>> {
    let rows = run.list(query, values).await?;
    rows.iter()
        .map(|row| Ok(AccountId(fixed(row, 0)?)))
        .collect()
}

/// Binds an account to a member, unless another account is.
pub(super) async fn bind<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    binding: &Binding,
) -> Answer<Stored> {
    let Binding {
        account,
        space,
        member,
        shown,
    } = binding;
    let (account, space) = (account.as_ref(), space.as_ref());
    let (member, device) = (member.as_ref(), shown.column());
    let zero = DeviceId::ZERO;
    let unproven: [Value<'_>; 4] = [&space, &member, &zero.as_ref(), &account];
    run.change(sql::FREE_UNPROVEN, &unproven).await?;
    let new: [Value<'_>; 4] = [&account, &space, &member, &device];
    let again: [Value<'_>; 4] = [&member, &device, &account, &space];
    let is_done = run.change(sql::BIND_MEMBER, &new).await? == 1
        || run.change(sql::REBIND_MEMBER, &again).await? == 1;
    Ok(if is_done {
        Stored::DONE
    } else {
        Stored::CONFLICT
    })
}

pub(super) async fn list<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    space: SpaceId,
    page: Page,
) -> Answer<Vec<Placed>> {
    let values: [Value<'_>; 5] = [
        &space.as_ref(),
        &signed(page.after),
        &signed(page.through),
        &i64::from(page.count),
        &i64::try_from(page.bytes).unwrap_or(i64::MAX),
    ];
    let (mut entries, mut size) = (Vec::new(), 0);
    for row in run.list(sql::LIST_PAGE, &values).await? {
        let envelope = Envelope {
            header: bytes(&row, 3)?.to_vec(),
            sig: Signature(fixed(&row, 4)?),
            body: bytes(&row, 5)?.to_vec(),
        };
        let (place, received) = (number(&row, 0)?, number(&row, 1)?);
        let entry = Placed {
            place,
            received,
            head: Head(fixed(&row, 2)?),
            envelope,
        };
        size += page_cost(&entry);
        if size > page.bytes && !entries.is_empty() {
            break;
        }
        entries.push(entry);
    }
    Ok(entries)
}

pub(super) async fn note_refused_claim<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    (space, member, device): (SpaceId, MemberId, DeviceId),
) -> Answer<Option<AccountId>> {
    let id = space.as_ref();
    let new: [Value<'_>; 2] = [&id, &device.as_ref()];
    if run.change(sql::ADD_REFUSED_CLAIM, &new).await? == 0 {
        return Ok(None);
    }
    let bound = accounts(run, sql::BOUND_ACCOUNT, &[&id, &member.as_ref()]).await?;
    Ok(bound.first().copied())
}

pub(super) async fn refused_claims<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    space: SpaceId,
) -> Answer<Vec<DeviceId>> {
    let rows = run.list(sql::REFUSED_CLAIMS, &[&space.as_ref()]).await?;
    rows.iter()
        .map(|row| Ok(DeviceId(fixed(row, 0)?)))
        .collect()
}

pub(super) async fn list_spaces<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    account: AccountId,
) -> Answer<Vec<(SpaceId, MemberId)>> {
    let rows = run.list(sql::LIST_SPACES, &[&account.as_ref()]).await?;
    rows.iter()
        .map(|row| Ok((SpaceId(fixed(row, 0)?), MemberId(fixed(row, 1)?))))
        .collect()
}

pub(super) async fn member<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    account: AccountId,
    space: SpaceId,
) -> Answer<Option<MemberId>> {
    let row = run
        .lookup(sql::MEMBER, &[&account.as_ref(), &space.as_ref()])
        .await?;
    row.map(|row| Ok(MemberId(fixed(&row, 0)?))).transpose()
}

pub(super) async fn first_binding<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    space: SpaceId,
    question: EntryId,
    member: MemberId,
) -> Answer<Option<u64>> {
    let values: [Value<'_>; 3] = [&space.as_ref(), &question.as_ref(), &member.as_ref()];
    let row = run.lookup(sql::BINDING, &values).await?;
    row.map(|row| number(&row, 0)).transpose()
}

pub(super) async fn put_share<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    new: &Share,
) -> Answer<Stored> {
    let Share {
        space,
        reveal,
        member,
        answer,
        share,
    } = new;
    let values: [Value<'_>; 5] = [
        &space.as_ref(),
        &reveal.as_ref(),
        &member.as_ref(),
        &answer.as_ref(),
        share,
    ];
    if run.change(sql::ADD_SHARE, &values).await? == 1 {
        return Ok(Stored::DONE);
    }
    let is_same = list_shares(run, *space, *reveal).await?.contains(new);
    Ok(if is_same {
        Stored::DONE
    } else {
        Stored::CONFLICT
    })
}

pub(super) async fn list_shares<C: GenericClient + Sync>(
    run: &mut Run<'_, C>,
    space: SpaceId,
    reveal: EntryId,
) -> Answer<Vec<Share>> {
    let rows = run
        .list(sql::LIST_SHARES, &[&space.as_ref(), &reveal.as_ref()])
        .await?;
    let read = |row: &tokio_postgres::Row| {
        Ok(Share {
            space: SpaceId(fixed(row, 0)?),
            reveal: EntryId(fixed(row, 1)?),
            member: MemberId(fixed(row, 2)?),
            answer: EntryId(fixed(row, 3)?),
            share: bytes(row, 4)?.to_vec(),
        })
    };
    rows.iter().map(read).collect()
}
