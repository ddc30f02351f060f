//! `heads`, `spaces/{id}/entries`, `spaces/{id}/claim`: the record.

use troth_wire::api::{
    Append, Appended, Claim, Empty, Entries, ErrorCode, Heads, MAX_BATCH, MAX_BATCH_BYTES,
    SpaceHead, claim_signed_bytes,
};
use troth_wire::control::Membership;
use troth_wire::{DeviceId, Envelope, Head, MemberId, Receipt, SpaceId};

use super::id;
use crate::auth::{Call, Signed};
use crate::error::ApiError;
use crate::quota::Counted;
use crate::store::{self, Binding, Candidate, Over, Page, Stored};
use crate::wake::Topic;

/// `POST spaces/{id}/entries`: durable when this answers.
pub(crate) async fn append(call: &Call<'_>, space: &str) -> Result<Appended, ApiError> {
    let space: SpaceId = id(space)?;
    let Signed { account, .. } = call.signed().await?;
    let Append { entries } = call.body()?;
    check_batch(&entries)?;
    let service = call.service;
    let member = service.store.member(account, space).await?;
    // Who is bound to nobody is told the same of a record as of none.
    if member.is_none() && service.store.log_state(space).await?.is_some() {
        return Err(ErrorCode::NotAMember.into());
    }
    let bytes = u64::try_from(bytes_of(&entries)).unwrap_or(u64::MAX);
    service.check_daily(Counted::BytesOf(account), bytes)?;
    let check = |entry| Candidate::new(entry, &service.keys);
    let entries = entries.into_iter().map(check).collect();
    let minute = service.env.minute();
    let appended = service
        .store
        .append(store::Append {
            account,
            member,
            space,
            entries,
            minute,
            quota: service.quotas.of_append(),
            returned: None,
        })
        .await?;
    match appended.over {
        Some(Over::Spaces) => return Err(ErrorCode::TooMany.into()),
        Some(Over::Bytes) => return Err(ErrorCode::SpaceFull.into()),
        None => service.count_daily(Counted::BytesOf(account), appended.written),
    }
    service.keys.keep(&appended.met);
    wake(call, space, &appended);
    if member.is_none() && appended.grew {
        service.wake.publish(Topic::Account(account));
    }
    let receipt = newest(call, space, &appended).await?;
    let outcomes = appended.outcomes;
    Ok(Appended { outcomes, receipt })
}

/// Wakes who may read what is new. Who may read more or less than before is settled first.
pub(super) fn wake(call: &Call<'_>, space: SpaceId, appended: &store::Appended) {
    let wake = &call.service.wake;
    if appended.moved {
        wake.publish(Topic::Moved(space));
    }
    for account in &appended.rebound {
        wake.publish(Topic::Account(*account));
    }
    if appended.grew {
        let place = appended.place;
        wake.publish(Topic::Grew { space, place });
    }
}

/// The server's word about the newest place that the sender may read.
pub(super) async fn newest(
    call: &Call<'_>,
    space: SpaceId,
    appended: &store::Appended,
) -> Result<Option<Receipt>, ApiError> {
    let last = appended.place.min(appended.readable);
    if last == 0 {
        return Ok(None);
    }
    let (place, head) = end_of(call, space, (appended.place, appended.head), last).await?;
    Ok(Some(call.service.receipt(space, place, head)))
}

fn bytes_of(entries: &[Envelope]) -> usize {
    entries
        .iter()
        .map(|it| it.header.len() + it.body.len())
        .sum()
}

fn check_batch(entries: &[Envelope]) -> Result<(), ApiError> {
    if entries.len() > MAX_BATCH || bytes_of(entries) > MAX_BATCH_BYTES {
        return Err(ErrorCode::TooLarge.into());
    }
    Ok(())
}

/// The newest place that a member may read, and the head there.
async fn end_of(
    call: &Call<'_>,
    space: SpaceId,
    newest: (u64, Head),
    last: u64,
) -> Result<(u64, Head), ApiError> {
    if last >= newest.0 {
        return Ok(newest);
    }
    let page = Page {
        after: last.saturating_sub(1),
        through: last,
        count: 1,
        bytes: 0,
    };
    let entries = call.service.store.list_entries(space, page).await?;
    let head = entries.first().map_or(Head::EMPTY, |placed| placed.head);
    Ok((last, head))
}

/// `GET spaces/{id}/entries?after=`: what the asker may read of the record.
pub(crate) async fn list(call: &Call<'_>, space: &str) -> Result<Entries, ApiError> {
    let space: SpaceId = id(space)?;
    let insider = call.insider(space).await?;
    let after = call.query("after")?;
    let minute = call.service.env.minute();
    let state = insider.state;
    let readable = store::reading(&state, &insider.member, minute);
    let readable = readable.ok_or(ErrorCode::NotAMember)?;
    let newest = (state.place, state.head);
    let (place, head) = end_of(call, space, newest, *readable.end()).await?;
    let page = Page {
        after: after.max(readable.start().saturating_sub(1)),
        through: place,
        count: u32::try_from(MAX_BATCH).unwrap_or(u32::MAX),
        bytes: MAX_BATCH_BYTES,
    };
    let entries = call.service.store.list_entries(space, page).await?;
    let more = entries.last().is_some_and(|last| last.place < place);
    let asked = match more {
        true => Vec::new(),
        false => asked(call, (space, insider.member), &state.membership).await?,
    };
    Ok(Entries {
        entries,
        more,
        asked,
        receipt: call.service.receipt(space, place, head),
    })
}

/// The living devices of a member with whose keys another account asked for their place.
async fn asked(
    call: &Call<'_>,
    (space, member): (SpaceId, MemberId),
    membership: &Membership,
) -> Result<Vec<DeviceId>, ApiError> {
    let is_theirs = |id: &DeviceId| {
        let device = membership.device(id);
        device.is_some_and(|it| it.member == member && it.ended.is_none())
    };
    let mut asked = call.service.store.refused_claims(space).await?;
    asked.retain(is_theirs);
    Ok(asked)
}

/// `GET heads`: every space of the account.
pub(crate) async fn heads(call: &Call<'_>) -> Result<Heads, ApiError> {
    let signed = call.signed().await?;
    let mut spaces = Vec::new();
    for (space, member) in call.service.store.list_spaces(signed.account).await? {
        spaces.push(head(call, space, member).await?);
    }
    Ok(Heads { spaces })
}

async fn head(call: &Call<'_>, space: SpaceId, member: MemberId) -> Result<SpaceHead, ApiError> {
    let minute = call.service.env.minute();
    let state = call.service.store.log_state(space).await?;
    let readable = state
        .as_ref()
        .and_then(|state| store::reading(state, &member, minute));
    let receipt = match (&state, readable) {
        (Some(state), Some(readable)) => {
            let newest = (state.place, state.head);
            let (place, head) = end_of(call, space, newest, *readable.end()).await?;
            Some(call.service.receipt(space, place, head))
        }
        _ => None,
    };
    Ok(SpaceHead {
        space,
        member,
        receipt,
    })
}

/// `POST spaces/{id}/claim`: binds the account to the member whose device signs, unless another
/// account is.
pub(crate) async fn claim(call: &Call<'_>, space: &str) -> Result<Empty, ApiError> {
    let space: SpaceId = id(space)?;
    let signed = call.signed().await?;
    let Claim {
        member,
        device,
        sig,
    } = call.body()?;
    let refused = ErrorCode::NotAMember;
    let state = call.service.store.log_state(space).await?.ok_or(refused)?;
    let device = state.membership.device(&device);
    let device = device
        .filter(|it| it.member == member && it.ended.is_none())
        .ok_or(refused)?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(&device.key.0).map_err(|_| refused)?;
    let message = claim_signed_bytes(&signed.account, &space);
    key.verify_strict(&message, &ed25519_dalek::Signature::from_bytes(&sig.0))
        .map_err(|_| refused)?;
    let binding = Binding {
        account: signed.account,
        space,
        member,
        shown: store::Shown::By(device.id),
    };
    match call.service.store.bind_member(binding).await? {
        Stored::Done { .. } => {
            call.service.wake.publish(Topic::Account(signed.account));
            Ok(Empty {})
        }
        Stored::Conflict { .. } => {
            let store = &call.service.store;
            let told = store.note_refused_claim(space, member, device.id).await?;
            if let Some(account) = told {
                call.service.wake.publish(Topic::Account(account));
            }
            Err(ErrorCode::BoundToAnother.into())
        }
    }
}

#[cfg(test)]
mod tests;
