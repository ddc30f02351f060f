//! `spaces/{id}/returned`: entries that a restored server lost, given back as it had them.

use troth_wire::api::{Appended, ErrorCode, GiveBack, MAX_BATCH, MAX_BATCH_BYTES, MAX_LINKS};
use troth_wire::head::Statement;
use troth_wire::{Receipt, SpaceId};

use super::{entries, id};
use crate::auth::{Call, Signed};
use crate::error::ApiError;
use crate::store::{self, Candidate, Quota};

/// `POST spaces/{id}/returned`: takes back what leads to this server's own word, with its
/// minutes; durable when this answers.
pub(crate) async fn give_back(call: &Call<'_>, space: &str) -> Result<Appended, ApiError> {
    let space: SpaceId = id(space)?;
    let Signed { account, .. } = call.signed().await?;
    let returned: GiveBack = call.body()?;
    check_size(&returned)?;
    let service = call.service;
    let member = service.store.member(account, space).await?;
    if member.is_none() && service.store.log_state(space).await?.is_some() {
        return Err(ErrorCode::NotAMember.into());
    }
    let ours = returned.receipt.is_signed_by(&service.about().log_key);
    if returned.receipt.space != space || !ours {
        return Err(ErrorCode::ReceiptRefused.into());
    }
    if let Some(head) = returned.from {
        let receipt = earlier(&returned, head).ok_or(ErrorCode::ReceiptRefused)?;
        let receipt = Some(service.sign(receipt));
        let outcomes = Vec::new();
        return Ok(Appended { outcomes, receipt });
    }
    let check = |it: &troth_wire::api::Returned| Candidate::new(it.envelope.clone(), &service.keys);
    let append = store::Append {
        account,
        member,
        space,
        entries: returned.entries.iter().map(check).collect(),
        minute: service.env.minute(),
        // There was room for it before.
        quota: Quota::NONE,
        returned: Some(returned),
    };
    let appended = service.store.append(append).await?;
    service.keys.keep(&appended.met);
    entries::wake(call, space, &appended);
    let receipt = entries::newest(call, space, &appended).await?;
    let outcomes = appended.outcomes;
    Ok(Appended { outcomes, receipt })
}

fn check_size(returned: &GiveBack) -> Result<(), ApiError> {
    let entries = returned.entries.iter().map(|it| &it.envelope);
    let bytes: usize = entries.map(|it| it.header.len() + it.body.len()).sum();
    let is_large = returned.entries.len() > MAX_BATCH
        || returned.rest.len() > MAX_LINKS
        || bytes > MAX_BATCH_BYTES;
    if is_large {
        return Err(ErrorCode::TooLarge.into());
    }
    Ok(())
}

/// States the head at an earlier place that leads to a receipt of this server: hashes that lead to
/// a head that it signed are those of its own record.
fn earlier(returned: &GiveBack, head: troth_wire::Head) -> Option<Statement> {
    let leads = returned.entries.is_empty() && returned.leads_from(head, &[]);
    let Receipt {
        space,
        log_epoch,
        minute,
        ..
    } = returned.receipt;
    leads.then_some(Statement {
        space,
        log_epoch,
        place: returned.after,
        head,
        minute,
    })
}

#[cfg(test)]
mod tests;
