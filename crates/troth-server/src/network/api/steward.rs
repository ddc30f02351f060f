//! The operator's side, and the audit.

use troth_booking::Minute;
use troth_match::ProviderId;
use troth_wire::network as wire;
use troth_wire::network::ProblemCode;

use super::call::Call;
use super::directory::count_ghosts;
use super::practice::own_row;
use super::refusal::Refusal;
use super::reply::Reply;
use super::shown;
use crate::network::op::audit::{Act, AuditRow, ListAudit};
use crate::network::op::provider::{DecideListing, ListProviders, Listed, ListingState, Verdict};

/// Listings that await the operator.
#[utoipa::path(get, path = "/steward/pending", tag = "steward",
    params(
        ("after" = Option<u32>, Query, description = "The last provider of the page before."),
        ("limit" = Option<u32>, Query, description = "How many at most.", minimum = 1, maximum = 200)
    ),
    responses((status = 200, description = "A page.", body = wire::PendingList)))]
pub(super) async fn pending(call: &Call<'_>) -> Result<Reply, Refusal> {
    let limit = call.limit()?;
    let list = ListProviders {
        listed: Listed::In(ListingState::Pending),
        after: call.query("after")?.unwrap_or(0),
        limit,
    };
    let rows = call.network.store.run(list).await?;
    let is_last = rows.len() < usize::try_from(limit).unwrap_or(usize::MAX);
    let next = rows
        .last()
        .filter(|_| !is_last)
        .map(|row| row.provider.0.to_string());
    let mut pending = Vec::with_capacity(rows.len());
    for row in &rows {
        pending.push(shown::practice(call, row).await?);
    }
    Ok(Reply::ok(&wire::PendingList { pending, next }))
}

/// Says that NPI and licences are right; the listing is shown from now on.
#[utoipa::path(post, path = "/steward/providers/{id}/verify", tag = "steward",
    params(("id" = u32, Path, description = "The provider.")),
    responses((status = 200, description = "The listing as it is now.", body = wire::Practice)))]
pub(super) async fn verify(call: &Call<'_>) -> Result<Reply, Refusal> {
    decide(call, Verdict::Verify).await
}

/// Says that they are not, and why.
#[utoipa::path(post, path = "/steward/providers/{id}/refuse", tag = "steward",
    params(("id" = u32, Path, description = "The provider.")), request_body = wire::Refuse,
    responses((status = 200, description = "The listing as it is now.", body = wire::Practice)))]
pub(super) async fn refuse(call: &Call<'_>) -> Result<Reply, Refusal> {
    let refuse: wire::Refuse = call.body()?;
    let reason = refuse.reason;
    decide(call, Verdict::Refuse { reason }).await
}

/// Decides the listing as the operator read it, and no other version of it.
async fn decide(call: &Call<'_>, verdict: Verdict) -> Result<Reply, Refusal> {
    let seen = call.expected_version()?;
    let seen = seen.ok_or_else(|| Refusal::at(ProblemCode::VersionNeeded, "if-match"))?;
    let decide = DecideListing {
        provider: ProviderId(call.id()?),
        seen,
        operator: call.account()?,
        verdict,
        minute: Minute(call.minute()),
    };
    let row = call.network.store.run(decide).await?;
    call.network.publisher.changed();
    Ok(Reply::ok(&shown::practice(call, &row).await?))
}

/// How many listings are ghosts here.
#[utoipa::path(get, path = "/steward/ghosts", tag = "steward",
    responses((status = 200, description = "The rate with its interval.", body = wire::Ghosts)))]
pub(super) async fn ghosts(call: &Call<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::ok(&count_ghosts(call).await?))
}

/// What operators and providers did beyond the ordinary.
#[utoipa::path(get, path = "/steward/audit", tag = "steward",
    params(
        ("after" = Option<u64>, Query, description = "The last entry of the page before."),
        ("limit" = Option<u32>, Query, description = "How many at most.", minimum = 1, maximum = 200)
    ),
    responses((status = 200, description = "A page, the newest first.", body = wire::Audit)))]
pub(super) async fn audit(call: &Call<'_>) -> Result<Reply, Refusal> {
    list_audit(call, None).await
}

/// What was written down about the listing of the account that asks.
#[utoipa::path(get, path = "/practice/audit", tag = "practice",
    params(
        ("after" = Option<u64>, Query, description = "The last entry of the page before."),
        ("limit" = Option<u32>, Query, description = "How many at most.", minimum = 1, maximum = 200)
    ),
    responses((status = 200, description = "A page, the newest first.", body = wire::Audit)))]
pub(super) async fn own_audit(call: &Call<'_>) -> Result<Reply, Refusal> {
    let row = own_row(call).await?;
    list_audit(call, Some(row.provider)).await
}

async fn list_audit(call: &Call<'_>, provider: Option<ProviderId>) -> Result<Reply, Refusal> {
    let limit = call.limit()?;
    let list = ListAudit {
        provider,
        before: call.query("after")?,
        limit,
    };
    let rows = call.network.store.run(list).await?;
    let is_last = rows.len() < usize::try_from(limit).unwrap_or(usize::MAX);
    let next = rows
        .last()
        .filter(|_| !is_last)
        .map(|row| row.number.to_string());
    let entries = rows.into_iter().map(entry).collect();
    Ok(Reply::ok(&wire::Audit { entries, next }))
}

fn entry(row: AuditRow) -> wire::AuditEntry {
    wire::AuditEntry {
        number: row.number,
        day: wire::Day(u32::try_from(row.day).unwrap_or(u32::MAX)),
        what: match row.act {
            Act::Verified => "verified",
            Act::Refused => "refused",
            Act::Bound => "bound",
            Act::Overbooked => "overbooked",
            Act::Imported => "imported",
            Act::Granted => "granted",
        }
        .to_owned(),
        provider: row.provider.map(|provider| provider.0),
        booking: row.booking.map(|booking| wire::BookingId(booking.0)),
        why: row.detail,
    }
}
