//! `heads`, `spaces/{id}/entries`, `spaces/{id}/claim`: the record.

use troth_wire::api::{
    Append, Appended, Claim, Empty, Entries, ErrorCode, Heads, MAX_BATCH, MAX_BATCH_BYTES,
    SpaceHead, claim_signed_bytes,
};
use troth_wire::{Envelope, Head, LogState, MemberId, SpaceId};

use super::id;
use crate::auth::{Call, Signed};
use crate::error::ApiError;
use crate::quota::Counted;
use crate::store::{self, Candidate, Over, Page};
use crate::wake::Topic;

/// `POST spaces/{id}/entries`: durable when this answers.
pub(crate) async fn append(call: &Call<'_>, space: &str) -> Result<Appended, ApiError> {
    let space: SpaceId = id(space)?;
    let Signed { account, .. } = call.signed().await?;
    let Append { entries } = call.body()?;
    check_batch(&entries)?;
    let service = call.service;
    let member = service.store.member(account, space).await?;
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
            space,
            entries,
            minute,
            quota: service.quotas.of_append(),
        })
        .await?;
    match appended.over {
        Some(Over::Spaces) => return Err(ErrorCode::TooMany.into()),
        Some(Over::Bytes) => return Err(ErrorCode::SpaceFull.into()),
        None => service.count_daily(Counted::BytesOf(account), appended.written),
    }
    service.keys.keep(&appended.met);
    if appended.grew {
        service.wake.publish(Topic::Space(space));
        if member.is_none() {
            service.wake.publish(Topic::Account(account));
        }
    }
    let store::Appended {
        outcomes,
        place,
        head,
        ..
    } = appended;
    let receipt = (place > 0).then(|| service.receipt(space, place, head));
    Ok(Appended { outcomes, receipt })
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
    state: &LogState,
    last: u64,
) -> Result<(u64, Head), ApiError> {
    if last >= state.place {
        return Ok((state.place, state.head));
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
    let readable = state.membership.readable(&insider.member, minute);
    let readable = readable.ok_or(ErrorCode::NotAMember)?;
    let (place, head) = end_of(call, space, &state, *readable.end()).await?;
    let page = Page {
        after: after.max(readable.start().saturating_sub(1)),
        through: place,
        count: u32::try_from(MAX_BATCH).unwrap_or(u32::MAX),
        bytes: MAX_BATCH_BYTES,
    };
    let entries = call.service.store.list_entries(space, page).await?;
    let more = entries.last().is_some_and(|last| last.place < place);
    Ok(Entries {
        entries,
        more,
        receipt: call.service.receipt(space, place, head),
    })
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
        .and_then(|it| it.membership.readable(&member, minute));
    let receipt = match (&state, readable) {
        (Some(state), Some(readable)) => {
            let (place, head) = end_of(call, space, state, *readable.end()).await?;
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

/// `POST spaces/{id}/claim`: binds the account to the member whose device signs.
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
    call.service
        .store
        .bind_member(signed.account, space, member)
        .await?;
    call.service.wake.publish(Topic::Account(signed.account));
    Ok(Empty {})
}

#[cfg(test)]
mod tests;
