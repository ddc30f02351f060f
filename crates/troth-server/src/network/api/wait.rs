//! Waiting for a time of a provider.

use troth_booking::waitlist::Waiting;
use troth_booking::{Minute, Span};
use troth_match::ProviderId;
use troth_wire::network as wire;
use troth_wire::network::{Done, ProblemCode, Time};

use super::call::Call;
use super::hold::place;
use super::offered;
use super::practice::own_row;
use super::refusal::Refusal;
use super::reply::Reply;
use super::visit::{self, Names};
use crate::env::random;
use crate::network::listing::Details;
use crate::network::op::booking::{LookupBooking, Viewer};
use crate::network::op::once::Answer;
use crate::network::op::provider::{ListingState, LookupProvider};
use crate::network::op::waitlist::{JoinWaitlist, LeaveWaitlist, Line, ListWaitlist, WaitingRow};
use crate::network::store::{ClientId, EntryId};

/// For how long somebody waits: 90 days.
const WAIT: u32 = 90 * 24 * 60;

/// Joins the waitlist of a provider. A time that comes free is offered in order, with a hold.
#[utoipa::path(post, path = "/waitlist", tag = "booking", request_body = wire::WaitCreate,
    responses((status = 201, description = "The place on the list.", body = wire::WaitEntry)))]
pub(super) async fn join(call: &Call<'_>) -> Result<Reply, Refusal> {
    let asked: wire::WaitCreate = call.body()?;
    call.slow()?;
    let provider = ProviderId(asked.provider);
    let row = call.network.store.run(LookupProvider { provider }).await?;
    let row = row.filter(|row| row.state == ListingState::Verified);
    let row = row.ok_or_else(|| Refusal::at(ProblemCode::NotBookable, "/provider"))?;
    let details = Details {
        format: asked.format,
        service: asked.service,
        plan: asked.plan.clone(),
    };
    let now = call.minute();
    offered::check(call, &row, (&details, &asked.state)).await?;
    if let Some(index) = asked
        .windows
        .iter()
        .position(|window| window.to <= window.from)
    {
        return Err(Refusal::at(
            ProblemCode::Invalid,
            format!("/windows/{index}/to"),
        ));
    }
    let minutes = u16::try_from(asked.minutes);
    let span = |window: &wire::Window| Span::new(Minute(window.from.0), Minute(window.to.0));
    let entry = WaitingRow {
        entry: EntryId(random(call.service.env.as_ref())),
        provider,
        waiting: Waiting {
            client: ClientId(call.client()?.0),
            since: Minute(now),
            turn: 0,
            priority: 0,
            with_partner: asked.with_partner,
            minutes: minutes.map_err(|_| Refusal::at(ProblemCode::Invalid, "/minutes"))?,
            windows: asked.windows.iter().map(span).collect(),
            until: Minute(now.saturating_add(WAIT)),
            offered: None,
            passed: Vec::new(),
        },
        place: place(&asked.state)?,
        details: details.write()?,
    };
    let minute = Minute(now);
    let answer = |_: &JoinWaitlist, row: &WaitingRow| Answer {
        bytes: row.entry.0.to_vec(),
        booking: None,
    };
    let id = call.once(JoinWaitlist { entry, minute }, answer).await?;
    let mine = mine(call).await?;
    let row = mine.into_iter().find(|row| row.entry.0 == id);
    let row = row.ok_or(ProblemCode::WrongState)?;
    Ok(Reply::created(
        &shown(call, &mut Names::default(), row).await?,
    ))
}

/// The asker's places on waitlists, with what is offered.
#[utoipa::path(get, path = "/waitlist", tag = "booking",
    responses((status = 200, description = "All of them.", body = wire::WaitList)))]
pub(super) async fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (mut entries, mut names) = (Vec::new(), Names::default());
    for row in mine(call).await? {
        entries.push(shown(call, &mut names, row).await?);
    }
    Ok(Reply::ok(&wire::WaitList { entries }))
}

/// Leaves a waitlist. An offer that stands goes on standing until it is let go.
#[utoipa::path(delete, path = "/waitlist/{id}", tag = "booking",
    params(("id" = wire::WaitId, Path, description = "The place on the list.")),
    responses((status = 200, description = "Left.", body = Done)))]
pub(super) async fn leave(call: &Call<'_>) -> Result<Reply, Refusal> {
    let id: wire::WaitId = call.id()?;
    let leave = LeaveWaitlist {
        entry: EntryId(id.0),
        client: ClientId(call.client()?.0),
    };
    call.network.store.run(leave).await?;
    Ok(Reply::ok(&Done {}))
}

/// Who waits for a time of this provider. Nobody is named.
#[utoipa::path(get, path = "/practice/waitlist", tag = "practice",
    responses((status = 200, description = "In order.", body = wire::WaitingList)))]
pub(super) async fn of_practice(call: &Call<'_>) -> Result<Reply, Refusal> {
    own_row(call).await?;
    let line = Line::OfProvider(call.account()?);
    let rows = call.network.store.run(ListWaitlist { line }).await?;
    let mut waiting = Vec::with_capacity(rows.len());
    for row in rows {
        let details = Details::read(&row.details).ok_or(ProblemCode::Internal)?;
        waiting.push(wire::Waiting {
            id: wire::WaitId(row.entry.0),
            since: Time(row.waiting.since.0),
            format: details.format,
            service: details.service,
            minutes: u32::from(row.waiting.minutes),
            windows: windows(&row.waiting),
            offered: row.waiting.offered.is_some(),
        });
    }
    Ok(Reply::ok(&wire::WaitingList { waiting }))
}

async fn mine(call: &Call<'_>) -> Result<Vec<WaitingRow>, Refusal> {
    let line = Line::OfClient(ClientId(call.client()?.0));
    Ok(call.network.store.run(ListWaitlist { line }).await?)
}

async fn shown(
    call: &Call<'_>,
    names: &mut Names,
    row: WaitingRow,
) -> Result<wire::WaitEntry, Refusal> {
    let client = call.client()?;
    let details = Details::read(&row.details).ok_or(ProblemCode::Internal)?;
    let offer = match row.waiting.offered {
        Some(booking) => {
            let viewer = Viewer::Client(ClientId(client.0));
            let view = call
                .network
                .store
                .run(LookupBooking { booking, viewer })
                .await?;
            match view {
                Some(view) => Some(visit::hold(call, &view.row, client).await?),
                None => None,
            }
        }
        None => None,
    };
    Ok(wire::WaitEntry {
        id: wire::WaitId(row.entry.0),
        provider: row.provider.0,
        provider_name: names.of(call, row.provider).await?,
        since: Time(row.waiting.since.0),
        format: details.format,
        service: details.service,
        minutes: u32::from(row.waiting.minutes),
        windows: windows(&row.waiting),
        offer,
    })
}

fn windows(waiting: &Waiting) -> Vec<wire::Window> {
    let window = |span: &Span| wire::Window {
        from: Time(span.from.0),
        to: Time(span.to.0),
    };
    waiting.windows.iter().map(window).collect()
}
