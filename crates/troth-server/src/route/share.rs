//! `spaces/{id}/reveals/{entry}/share`: the blind referee of "reveal together".

use troth_wire::api::{Empty, ErrorCode, PutShare, ShareView, Shares};
use troth_wire::referee::{Deposit, Deposited, Written, is_released, judge_deposit};
use troth_wire::{EntryId, Header, SpaceId};

use super::{at_most, id};
use crate::auth::Call;
use crate::error::ApiError;
use crate::store::{Page, Share, Stored};
use crate::wake::Topic;

/// The longest share.
const MAX_SHARE: usize = 64;

fn deposits(shares: &[Share]) -> Vec<Deposit> {
    shares
        .iter()
        .map(|it| Deposit {
            member: it.member,
            answer: it.answer,
        })
        .collect()
}

/// Looks up an entry that should be at a place.
async fn written(
    call: &Call<'_>,
    space: SpaceId,
    entry: EntryId,
    place: u64,
) -> Result<Written, ApiError> {
    let page = Page {
        after: place.saturating_sub(1),
        through: place,
        count: 1,
        bytes: 0,
    };
    let found = call.service.store.list_entries(space, page).await?;
    let found = found.first().filter(|found| found.envelope.id() == entry);
    let found = found.ok_or(ErrorCode::ShareRefused)?;
    let header = Header::decode(&found.envelope.header).map_err(|_| ErrorCode::Internal)?;
    Ok(Written {
        id: entry,
        place,
        author: header.author,
        binding: header.binding,
    })
}

/// `PUT …/share`: keeps the asker's share, once, for the entry that binds it.
pub(crate) async fn put(call: &Call<'_>, space: &str, reveal: &str) -> Result<Empty, ApiError> {
    let (space, reveal): (SpaceId, EntryId) = (id(space)?, id(reveal)?);
    let insider = call.insider(space).await?;
    let PutShare {
        reveal_place,
        answer,
        answer_place,
        share,
    } = call.body()?;
    at_most(&share, MAX_SHARE)?;
    let (member, store) = (insider.member, &call.service.store);
    let new = Deposited {
        space,
        question: written(call, space, reveal, reveal_place).await?,
        answer: written(call, space, answer, answer_place).await?,
        first: store.first_binding(space, reveal, member).await?,
        share: &share.0,
    };
    let there = deposits(&store.list_shares(space, reveal).await?);
    judge_deposit(&insider.state.membership, &there, member, &new)
        .map_err(|_| ErrorCode::ShareRefused)?;
    let row = Share {
        space,
        reveal,
        member,
        answer,
        share: share.0,
    };
    match call.service.store.put_share(row).await? {
        Stored::Done { .. } => {
            call.service.wake.publish(Topic::Shared(space));
            Ok(Empty {})
        }
        Stored::Conflict { .. } => Err(ErrorCode::ShareRefused.into()),
    }
}

/// `GET …/share`: every share, once each full member's is there; before, none.
pub(crate) async fn list(call: &Call<'_>, space: &str, reveal: &str) -> Result<Shares, ApiError> {
    let (space, reveal): (SpaceId, EntryId) = (id(space)?, id(reveal)?);
    let insider = call.insider(space).await?;
    let membership = &insider.state.membership;
    let member = membership.member(&insider.member);
    if !member.is_some_and(troth_wire::control::Member::is_full) {
        return Err(ErrorCode::NotAMember.into());
    }
    let shares = call.service.store.list_shares(space, reveal).await?;
    if !is_released(membership, &deposits(&shares)) {
        return Ok(Shares { shares: Vec::new() });
    }
    let view = |it: Share| ShareView {
        member: it.member,
        answer: it.answer,
        share: it.share.into(),
    };
    Ok(Shares {
        shares: shares.into_iter().map(view).collect(),
    })
}

#[cfg(test)]
mod tests;
