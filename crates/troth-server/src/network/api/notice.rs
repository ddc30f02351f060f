//! Neutral notices: what became of a visit without one's own act.

use troth_wire::network as wire;
use troth_wire::network::{Done, Time};

use super::call::Call;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::network::op::notice::{DropNotices, ListNotices, NoticeKind, NoticeRow};
use crate::network::store::ClientId;

/// The asker's notices. They say nothing that a glance should not see.
#[utoipa::path(get, path = "/notices", tag = "booking",
    params(
        ("after" = Option<u64>, Query, description = "The last notice that was seen."),
        ("limit" = Option<u32>, Query, description = "How many at most.", minimum = 1, maximum = 200)
    ),
    responses((status = 200, description = "A page.", body = wire::NoticeList)))]
pub(super) async fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let limit = call.limit()?;
    let list = ListNotices {
        client: ClientId(call.client()?.0),
        after: call.query("after")?.unwrap_or(0),
        limit,
    };
    let rows = call.network.store.run(list).await?;
    let is_last = rows.len() < usize::try_from(limit).unwrap_or(usize::MAX);
    let next = rows
        .last()
        .filter(|_| !is_last)
        .map(|row| row.number.to_string());
    let notices = rows.iter().map(shown).collect();
    Ok(Reply::ok(&wire::NoticeList { notices, next }))
}

/// Forgets notices that were read.
#[utoipa::path(delete, path = "/notices", tag = "booking",
    params(("through" = u64, Query, description = "The last one to be forgotten.")),
    responses((status = 200, description = "Forgotten.", body = Done)))]
pub(super) async fn forget(call: &Call<'_>) -> Result<Reply, Refusal> {
    let forget = DropNotices {
        client: ClientId(call.client()?.0),
        through: call.query("through")?.unwrap_or(0),
    };
    call.network.store.run(forget).await?;
    Ok(Reply::ok(&Done {}))
}

fn shown(row: &NoticeRow) -> wire::Notice {
    wire::Notice {
        number: row.number,
        at: Time(row.minute.0),
        kind: match row.kind {
            NoticeKind::Requested => wire::NoticeKind::Requested,
            NoticeKind::Booked => wire::NoticeKind::Booked,
            NoticeKind::Declined => wire::NoticeKind::Declined,
            NoticeKind::Unanswered => wire::NoticeKind::Unanswered,
            NoticeKind::Cancelled => wire::NoticeKind::Cancelled,
            NoticeKind::Moved => wire::NoticeKind::Moved,
            NoticeKind::Offered => wire::NoticeKind::Offer,
            NoticeKind::OfferOver => wire::NoticeKind::OfferOver,
            NoticeKind::Reminder => wire::NoticeKind::Reminder,
        },
        booking: wire::BookingId(row.booking.0),
        sequence: row.version,
    }
}
