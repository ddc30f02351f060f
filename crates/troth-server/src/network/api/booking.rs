//! Bookings: looking, cancelling and moving for those who come; the provider's side of them.

use troth_booking::machine::Act;
use troth_booking::{BookingId, Minute};
use troth_match::set::Code as _;
use troth_wire::network as wire;
use troth_wire::network::ProblemCode;

use super::call::Call;
use super::hold::look;
use super::offered;
use super::practice::own_row;
use super::refusal::Refusal;
use super::reply::Reply;
use super::visit::{self, Names};
use crate::env::random;
use crate::network::listing::Details;
use crate::network::op::booking::{
    ActOnBooking, BookingRow, By, ListBookings, MoveBooking, Overbook, Position, Viewer, Whom,
    Whose,
};
use crate::network::op::once::Answer;
use crate::network::op::token::Token;
use crate::network::store::ClientId;

/// The visits of the pseudonym that asks, held ones too.
#[utoipa::path(get, path = "/bookings", tag = "booking",
    params(
        ("after" = Option<String>, Query, description = "The `next` of the page before.",
            pattern = "^[0-9]{1,10}\\.[0-9a-f]{32}$"),
        ("limit" = Option<u32>, Query, description = "How many at most.", minimum = 1, maximum = 200)
    ),
    responses((status = 200, description = "A page.", body = wire::BookingList)))]
pub(super) async fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let client = call.client()?;
    let list = ListBookings {
        whose: Whose::Client(ClientId(client.0)),
        after: position(call)?,
        limit: call.limit()?,
    };
    let (views, next) = call.network.store.run(list).await?;
    let (mut bookings, mut names) = (Vec::with_capacity(views.len()), Names::default());
    for view in views {
        bookings.push(visit::booking(call, &mut names, &view.row, client).await?);
    }
    let next = next.map(written);
    Ok(Reply::ok(&wire::BookingList { bookings, next }))
}

/// One visit.
#[utoipa::path(get, path = "/bookings/{id}", tag = "booking",
    params(("id" = wire::BookingId, Path, description = "The booking.")),
    responses((status = 200, description = "The booking.", body = wire::Booking)))]
pub(super) async fn view(call: &Call<'_>) -> Result<Reply, Refusal> {
    let id: wire::BookingId = call.id()?;
    shown(call, BookingId(id.0)).await
}

/// Calls a visit off in one act.
#[utoipa::path(post, path = "/bookings/{id}/cancel", tag = "booking", request_body = wire::Cancel,
    params(("id" = wire::BookingId, Path, description = "The booking.")),
    responses((status = 200, description = "The booking as it stands now.", body = wire::Booking)))]
pub(super) async fn cancel(call: &Call<'_>) -> Result<Reply, Refusal> {
    let id: wire::BookingId = call.id()?;
    let asked: wire::Cancel = call.body()?;
    let act = ActOnBooking {
        booking: BookingId(id.0),
        by: By::Client(ClientId(call.client()?.0)),
        act: Act::Cancel {
            token: Token(asked.token.0).digest(),
        },
        now: call.now(),
    };
    let id = call.once(act, named).await?;
    call.network.publisher.changed();
    shown(call, BookingId(id)).await
}

/// Moves a visit to another time of the same provider, in one step: both happen or neither.
#[utoipa::path(post, path = "/bookings/{id}/move", tag = "booking", request_body = wire::Move,
    params(("id" = wire::BookingId, Path, description = "The booking.")),
    responses((status = 201, description = "The booking at the new time.", body = wire::Booking)))]
pub(super) async fn relocate(call: &Call<'_>) -> Result<Reply, Refusal> {
    let id: wire::BookingId = call.id()?;
    let asked: wire::Move = call.body()?;
    let client = call.client()?;
    let viewer = Viewer::Client(ClientId(client.0));
    let before = look(call, BookingId(id.0), viewer).await?;
    if before.row.booking.state.is_live() {
        offered::still(call, &before.row).await?;
    }
    let relocate = MoveBooking {
        booking: BookingId(id.0),
        client: ClientId(client.0),
        token: Token(asked.token.0).digest(),
        to: BookingId(random(call.service.env.as_ref())),
        start: Minute(asked.start.0),
        now: call.now(),
    };
    let answer = |_: &MoveBooking, row: &BookingRow| Answer {
        bytes: row.booking.id.0.to_vec(),
        booking: None,
    };
    let moved = call.once(relocate, answer).await;
    let id = moved.map_err(|refusal| refusal.with_conflict(asked.start.0, 0))?;
    call.network.publisher.changed();
    let view = look(call, BookingId(id), viewer).await?;
    let shown = visit::booking(call, &mut Names::default(), &view.row, client).await?;
    Ok(Reply::created(&shown))
}

fn named(_: &ActOnBooking, row: &BookingRow) -> Answer {
    Answer {
        bytes: row.booking.id.0.to_vec(),
        booking: None,
    }
}

async fn shown(call: &Call<'_>, id: BookingId) -> Result<Reply, Refusal> {
    let client = call.client()?;
    let view = look(call, id, Viewer::Client(ClientId(client.0))).await?;
    let shown = visit::booking(call, &mut Names::default(), &view.row, client).await?;
    Ok(Reply::ok(&shown))
}

/// Reads where a page begins.
fn position(call: &Call<'_>) -> Result<Position, Refusal> {
    let Some(after) = call.query::<String>("after")? else {
        return Ok(Position::at(Minute(0)));
    };
    let read = || {
        let (start, booking) = after.split_once('.')?;
        let booking: wire::BookingId = booking.parse().ok()?;
        Some(Position {
            start: Minute(start.parse().ok()?),
            booking: BookingId(booking.0),
        })
    };
    read().ok_or_else(|| Refusal::at(ProblemCode::Invalid, "?after"))
}

fn written(position: Position) -> String {
    let booking = wire::BookingId(position.booking.0);
    format!("{}.{booking}", position.start.0)
}

/// Requests that await the provider's answer.
#[utoipa::path(get, path = "/practice/requests", tag = "practice",
    params(
        ("after" = Option<String>, Query, description = "The `next` of the page before.",
            pattern = "^[0-9]{1,10}\\.[0-9a-f]{32}$"),
        ("limit" = Option<u32>, Query, description = "How many at most.", minimum = 1, maximum = 200)
    ),
    responses((status = 200, description = "A page.", body = wire::PracticeBookingList)))]
pub(super) async fn requests(call: &Call<'_>) -> Result<Reply, Refusal> {
    of_practice(call, Whose::RequestsTo(call.account()?), position(call)?).await
}

/// The provider's visits.
#[utoipa::path(get, path = "/practice/bookings", tag = "practice",
    params(
        ("from" = Option<wire::Time>, Query, description = "From when; all if absent."),
        ("after" = Option<String>, Query, description = "The `next` of the page before.",
            pattern = "^[0-9]{1,10}\\.[0-9a-f]{32}$"),
        ("limit" = Option<u32>, Query, description = "How many at most.", minimum = 1, maximum = 200)
    ),
    responses((status = 200, description = "A page.", body = wire::PracticeBookingList)))]
pub(super) async fn bookings(call: &Call<'_>) -> Result<Reply, Refusal> {
    let from = call.query::<wire::Time>("from")?;
    let from = from.map_or(Position::at(Minute(0)), |from| Position::at(Minute(from.0)));
    of_practice(
        call,
        Whose::Provider(call.account()?),
        position(call)?.max(from),
    )
    .await
}

async fn of_practice(call: &Call<'_>, whose: Whose, after: Position) -> Result<Reply, Refusal> {
    own_row(call).await?;
    let list = ListBookings {
        whose,
        after,
        limit: call.limit()?,
    };
    let (views, next) = call.network.store.run(list).await?;
    let mut bookings = Vec::with_capacity(views.len());
    for view in views {
        bookings.push(visit::of_practice(call, view).await?);
    }
    let next = next.map(written);
    Ok(Reply::ok(&wire::PracticeBookingList { bookings, next }))
}

/// Accepts a request: the visit is agreed.
#[utoipa::path(post, path = "/practice/requests/{id}/accept", tag = "practice",
    params(("id" = wire::BookingId, Path, description = "The booking.")),
    responses((status = 200, description = "The booking as it stands now.", body = wire::PracticeBooking)))]
pub(super) async fn confirm(call: &Call<'_>) -> Result<Reply, Refusal> {
    act(call, Act::Confirm).await
}

/// Declines a request.
#[utoipa::path(post, path = "/practice/requests/{id}/decline", tag = "practice",
    params(("id" = wire::BookingId, Path, description = "The booking.")),
    responses((status = 200, description = "The booking as it stands now.", body = wire::PracticeBooking)))]
pub(super) async fn decline(call: &Call<'_>) -> Result<Reply, Refusal> {
    act(call, Act::Decline).await
}

/// Calls a visit off.
#[utoipa::path(post, path = "/practice/bookings/{id}/cancel", tag = "practice",
    params(("id" = wire::BookingId, Path, description = "The booking.")),
    responses((status = 200, description = "The booking as it stands now.", body = wire::PracticeBooking)))]
pub(super) async fn call_off(call: &Call<'_>) -> Result<Reply, Refusal> {
    act(call, Act::CallOff).await
}

/// Notes that a visit took place.
#[utoipa::path(post, path = "/practice/bookings/{id}/kept", tag = "practice",
    params(("id" = wire::BookingId, Path, description = "The booking.")),
    responses((status = 200, description = "The booking as it stands now.", body = wire::PracticeBooking)))]
pub(super) async fn kept(call: &Call<'_>) -> Result<Reply, Refusal> {
    act(call, Act::Keep).await
}

/// Notes that a visit did not take place.
#[utoipa::path(post, path = "/practice/bookings/{id}/missed", tag = "practice",
    params(("id" = wire::BookingId, Path, description = "The booking.")),
    responses((status = 200, description = "The booking as it stands now.", body = wire::PracticeBooking)))]
pub(super) async fn missed(call: &Call<'_>) -> Result<Reply, Refusal> {
    act(call, Act::Miss).await
}

async fn act(call: &Call<'_>, act: Act) -> Result<Reply, Refusal> {
    let id: wire::BookingId = call.id()?;
    let account = call.account()?;
    own_row(call).await?;
    let act = ActOnBooking {
        booking: BookingId(id.0),
        by: By::Provider(account),
        act,
        now: call.now(),
    };
    let id = call.once(act, named).await?;
    call.network.publisher.changed();
    let view = look(call, BookingId(id), Viewer::Provider(account)).await?;
    Ok(Reply::ok(&visit::of_practice(call, view).await?))
}

/// Puts a visit in, over others if need be, or offers it to a client who has to accept it. It is
/// written down.
#[utoipa::path(post, path = "/practice/overbook", tag = "practice", request_body = wire::Overbook,
    responses((status = 201, description = "The booking.", body = wire::PracticeBooking)))]
pub(super) async fn overbook(call: &Call<'_>) -> Result<Reply, Refusal> {
    let asked: wire::Overbook = call.body()?;
    let account = call.account()?;
    let row = own_row(call).await?;
    let env = call.service.env.as_ref();
    let details = Details {
        format: asked.format,
        service: asked.service,
        plan: None,
    };
    let minutes = u16::try_from(asked.minutes);
    let over = Overbook {
        booking: BookingId(random(env)),
        account,
        whom: match asked.client {
            Some(client) => Whom::Client(ClientId(client.0)),
            None => Whom::Nobody(ClientId(random(env))),
        },
        start: Minute(asked.start.0),
        minutes: minutes.map_err(|_| Refusal::at(ProblemCode::Invalid, "/minutes"))?,
        why: asked.why,
        place: u8::try_from(row.states.trailing_zeros())
            .unwrap_or(0)
            .min(troth_match::State::COUNT - 1),
        details: details.write()?,
        now: call.now(),
    };
    let answer = |_: &Overbook, row: &BookingRow| Answer {
        bytes: row.booking.id.0.to_vec(),
        booking: None,
    };
    let id = call.once(over, answer).await;
    let id = id.map_err(|refusal| refusal.with_conflict(asked.start.0, asked.minutes))?;
    call.network.publisher.changed();
    let view = look(call, BookingId(id), Viewer::Provider(account)).await?;
    Ok(Reply::created(&visit::of_practice(call, view).await?))
}
