//! Holding a time, and accepting it.

use axum::http::StatusCode;
use troth_booking::machine::{Act, State};
use troth_booking::{BookingId, Minute};
use troth_match::set::Code as _;
use troth_match::{ProviderId, State as Place};
use troth_wire::network as wire;
use troth_wire::network::{Done, OwnerToken, PARTNER_HEADER, ProblemCode};

use super::call::Call;
use super::offered;
use super::refusal::Refusal;
use super::reply::Reply;
use super::visit::{self, Fitting, Names};
use crate::env::random;
use crate::network::listing::Details;
use crate::network::op::booking::{
    AcceptHold, ActOnBooking, BookingRow, BookingView, By, LookupBooking, PlaceHold, Viewer,
};
use crate::network::op::once::Answer;
use crate::network::op::provider::{ListingState, LookupProvider};
use crate::network::op::token::Token;
use crate::network::store::QuoteId;

/// The longest sealed note, in bytes.
const MAX_NOTE: usize = 20 * 1024;

/// Keeps a time for five minutes. A person has one hold at once.
#[utoipa::path(post, path = "/holds", tag = "booking", request_body = wire::HoldCreate,
    responses((status = 201, description = "The time is kept.", body = wire::Hold)))]
pub(super) async fn create(call: &Call<'_>) -> Result<Reply, Refusal> {
    let asked: wire::HoldCreate = call.body()?;
    call.slow()?;
    let place = place(&asked.state)?;
    let provider = ProviderId(asked.provider);
    let row = call.network.store.run(LookupProvider { provider }).await?;
    let row = row.filter(|row| row.state == ListingState::Verified);
    let row = row.ok_or_else(|| Refusal::at(ProblemCode::NotBookable, "/provider"))?;
    let details = Details {
        format: asked.format,
        service: asked.service,
        plan: asked.plan.clone(),
    };
    offered::check(call, &row, (&details, &asked.state)).await?;
    let minutes = u16::try_from(asked.minutes);
    let minutes = minutes.map_err(|_| Refusal::at(ProblemCode::Invalid, "/minutes"))?;
    let wanted = Fitting {
        provider,
        minutes,
        details: &details,
        state: &asked.state,
    };
    let quotes = visit::fitting_quotes(call, &wanted).await?;
    let client = call.client()?;
    let place_hold = PlaceHold {
        booking: BookingId(random(call.service.env.as_ref())),
        client: troth_booking::ClientId(client.0),
        provider,
        start: Minute(asked.start.0),
        minutes,
        with_partner: asked.with_partner,
        place,
        quote: quotes
            .first()
            .and_then(|quote| quote.id)
            .map(|id| QuoteId(id.0)),
        details: details.write()?,
        now: call.now(),
    };
    let answer = |_: &PlaceHold, row: &BookingRow| Answer {
        bytes: row.booking.id.0.to_vec(),
        booking: Some(row.booking.id),
    };
    let id = call
        .once(place_hold, answer)
        .await
        .map_err(|refusal| refusal.with_conflict(asked.start.0, asked.minutes))?;
    call.network.publisher.changed();
    let view = look(
        call,
        BookingId(id),
        Viewer::Client(troth_booking::ClientId(client.0)),
    )
    .await?;
    Ok(Reply::created(&visit::hold(call, &view.row, client).await?))
}

/// A hold, for its clients and for the partner who was asked.
#[utoipa::path(get, path = "/holds/{id}", tag = "booking",
    params(("id" = wire::BookingId, Path, description = "The hold.")),
    responses((status = 200, description = "The hold.", body = wire::Hold)))]
pub(super) async fn view(call: &Call<'_>) -> Result<Reply, Refusal> {
    let id: wire::BookingId = call.id()?;
    let client = call.client()?;
    let view = look(call, BookingId(id.0), viewer(call)?).await?;
    Ok(Reply::ok(&visit::hold(call, &view.row, client).await?))
}

/// Lets a time go.
#[utoipa::path(delete, path = "/holds/{id}", tag = "booking",
    params(("id" = wire::BookingId, Path, description = "The hold.")),
    responses((status = 200, description = "The time is free again.", body = Done)))]
pub(super) async fn delete(call: &Call<'_>) -> Result<Reply, Refusal> {
    let id: wire::BookingId = call.id()?;
    let client = troth_booking::ClientId(call.client()?.0);
    let view = look(call, BookingId(id.0), viewer(call)?).await?;
    let token = match call.network.tokens.shown(&view.row.booking, client) {
        Some(token) => token,
        None => partner_token(call).ok_or(ProblemCode::NotYours)?,
    };
    let act = ActOnBooking {
        booking: view.row.booking.id,
        by: By::Client(client),
        act: Act::Release {
            token: token.digest(),
        },
        now: call.now(),
    };
    call.network.store.run(act).await?;
    call.network.publisher.changed();
    Ok(Reply::ok(&Done {}))
}

/// Accepts a hold, each of those who come under their own pseudonym; again is answered alike.
#[utoipa::path(post, path = "/holds/{id}/accept", tag = "booking", request_body = wire::Accept,
    params(("id" = wire::BookingId, Path, description = "The hold.")),
    responses((status = 200, description = "The booking as it stands now.", body = wire::Booking)))]
pub(super) async fn accept(call: &Call<'_>) -> Result<Reply, Refusal> {
    let id: wire::BookingId = call.id()?;
    let asked: wire::Accept = call.body()?;
    let client = troth_booking::ClientId(call.client()?.0);
    let place = place(&asked.state)?;
    let note = asked.note.map(|note| note.0).unwrap_or_default();
    if note.len() > MAX_NOTE {
        return Err(Refusal::at(ProblemCode::TooLarge, "/note"));
    }
    let booking = BookingId(id.0);
    let (view, token) = match asked.partner_token {
        Some(token) => (
            invited(call, booking, &Token(token.0)).await?,
            Token(token.0),
        ),
        None => own_token(call, booking).await?,
    };
    // Nobody accepts without having been shown the price, where there is one.
    if matches!(
        view.row.booking.state,
        State::Held { .. } | State::Offered { .. }
    ) {
        if asked.quote.is_none() && !visit::prices(call, &view.row).await?.is_empty() {
            return Err(Refusal::at(ProblemCode::QuoteMismatch, "/quote"));
        }
        offered::still(call, &view.row).await?;
    }
    let accept = AcceptHold {
        booking,
        client,
        token: token.digest(),
        place,
        note,
        quote: asked.quote.map(|quote| QuoteId(quote.0)),
        now: call.now(),
    };
    let answer = |_: &AcceptHold, row: &BookingRow| Answer {
        bytes: row.booking.id.0.to_vec(),
        booking: None,
    };
    let id = call.once(accept, answer).await?;
    call.network.publisher.changed();
    let view = look(call, BookingId(id), Viewer::Client(client)).await?;
    let shown = visit::booking(call, &mut Names::default(), &view.row, call.client()?).await?;
    Ok(Reply::json(StatusCode::OK, &shown))
}

/// The hold and the token with which one accepts who is part of it already.
async fn own_token(call: &Call<'_>, id: BookingId) -> Result<(BookingView, Token), Refusal> {
    let client = troth_booking::ClientId(call.client()?.0);
    let view = look(call, id, Viewer::Client(client)).await?;
    let booking = &view.row.booking;
    let token = call.network.tokens.shown(booking, client);
    let token = token.ok_or(ProblemCode::NotYours)?;
    Ok((view, token))
}

/// The hold to which a partner was asked; one who has joined looks again under their pseudonym.
async fn invited(call: &Call<'_>, id: BookingId, token: &Token) -> Result<BookingView, Refusal> {
    let booking = LookupBooking {
        booking: id,
        viewer: Viewer::Invited(token.digest()),
    };
    if let Some(view) = call.network.store.run(booking).await? {
        return Ok(view);
    }
    let client = troth_booking::ClientId(call.client()?.0);
    let lookup = LookupBooking {
        booking: id,
        viewer: Viewer::Client(client),
    };
    let view = call.network.store.run(lookup).await?;
    view.ok_or_else(|| ProblemCode::NotYours.into())
}

/// Looks a booking up for somebody who may see it.
pub(super) async fn look(
    call: &Call<'_>,
    booking: BookingId,
    viewer: Viewer,
) -> Result<BookingView, Refusal> {
    let lookup = LookupBooking { booking, viewer };
    let view = call.network.store.run(lookup).await?;
    view.ok_or_else(|| ProblemCode::NotFound.into())
}

/// The number of a state.
pub(super) fn place(code: &str) -> Result<u8, Refusal> {
    let state = Place::parse(code);
    let state = state.ok_or_else(|| Refusal::at(ProblemCode::UnknownName, "/state"))?;
    Ok(state.index())
}

fn partner_token(call: &Call<'_>) -> Option<Token> {
    let shown = call.headers.get(PARTNER_HEADER)?.to_str().ok()?;
    shown.parse().ok().map(|token: OwnerToken| Token(token.0))
}

/// Who looks: the partner who was asked, or the pseudonym.
fn viewer(call: &Call<'_>) -> Result<Viewer, Refusal> {
    Ok(match partner_token(call) {
        Some(token) => Viewer::Invited(token.digest()),
        None => Viewer::Client(troth_booking::ClientId(call.client()?.0)),
    })
}
