//! Bookings: what [`troth_booking::machine`] decides, carried out.
//!
//! Every act goes the same way: lock the provider, end what is over, load the booking from its
//! history, let the machine decide, take or give back cells, write the change. The rules of the
//! tables are in `docs/protocol/booking.md`.

use troth_booking::machine::{Booking, Change, State, replay};

use super::token::Tokens;
use crate::network::store::{
    BookingId, ClientId, Minute, NetworkError, ProviderId, QuoteId, Row, Rows, broken, values,
};

mod accept;
mod act;
mod forget;
mod hold;
mod list;
mod moving;
mod overbook;
mod retire;
mod rules;
mod settle;
mod sweep;

pub use accept::AcceptHold;
pub use act::{ActOnBooking, By};
pub use forget::{ForgetVisits, KEEP_NOTES, KEEP_NOTHING, KEEP_NOTICES, KEEP_VISITS};
pub use hold::PlaceHold;
pub use list::{
    BookingView, ListBookings, ListHistory, LookupBooking, Note, Position, Viewer, Whose,
};
pub use moving::MoveBooking;
pub use overbook::{Overbook, Whom};
pub use retire::{ListOrphans, RetireListing};
pub use settle::REMIND_BEFORE;
pub use sweep::SweepBookings;

pub(super) use rules::{open_listing, still_offered};
pub(super) use settle::{Fresh, begin, settle};
pub(super) use sweep::lapse_due;

/// What an act needs from outside.
#[derive(Debug, Clone)]
pub struct Now {
    /// The minute.
    pub minute: Minute,
    /// What derives tokens.
    pub tokens: Tokens,
}

/// A booking with what is kept beside its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingRow {
    /// The booking, rebuilt from its history.
    pub booking: Booking,
    /// The first booking of the chain of moves that it belongs to; itself if it was not moved.
    pub root: BookingId,
    /// How many changes the bookings of the chain before it had.
    pub earlier: u32,
    /// The minute of its last change.
    pub changed: Minute,
    /// The booking that it replaces.
    pub previous: Option<BookingId>,
    /// The booking that replaces it.
    pub next: Option<BookingId>,
    /// The quote it was made with.
    pub quote: Option<QuoteId>,
    /// The quote's signed bytes; empty if there is none.
    pub quote_bytes: Vec<u8>,
    /// What the routes keep of it, opaque: format, service, plan.
    pub details: Vec<u8>,
    /// The number of the holder's state, for which the price is.
    pub place: u8,
}

const PLACES: &str = "SELECT place FROM booking_clients WHERE booking = $1 ORDER BY client";
const LOOKUP: &str = "SELECT root, earlier, changed, quote, quote_bytes, details, place, state, \
     until \
     FROM bookings WHERE booking = $1";
const HISTORY: &str = "SELECT change FROM changes WHERE booking = $1 ORDER BY sequence";
const PROVIDER: &str = "SELECT provider FROM bookings WHERE booking = $1";

/// Reads a booking's history.
async fn history<R: Rows>(rows: &mut R, booking: BookingId) -> Result<Vec<Change>, NetworkError> {
    let found = rows.query(HISTORY, &values![booking]).await?;
    let read = |mut row: Row| Change::decode(&row.bytes()?).map_err(|_| broken());
    found.into_iter().map(read).collect()
}

/// Loads a booking from its history.
pub(super) async fn load<R: Rows>(
    rows: &mut R,
    id: BookingId,
) -> Result<Option<BookingRow>, NetworkError> {
    let Some(mut row) = rows.lookup(LOOKUP, &values![id]).await? else {
        return Ok(None);
    };
    let history = history(rows, id).await?;
    let booking = replay(&history).ok_or_else(broken)?;
    let loaded = BookingRow {
        root: BookingId(row.fixed()?),
        earlier: row.number()?,
        changed: Minute(row.number()?),
        previous: history.first().and_then(|it| it.previous),
        next: history.last().and_then(|it| it.next),
        quote: row.fixed_or_none()?.map(QuoteId),
        quote_bytes: row.bytes()?,
        details: row.bytes()?,
        place: row.number()?,
        booking,
    };
    // The columns by which bookings are found say what the history says, or the rows are damaged.
    let (state, until): (u8, u32) = (row.number()?, row.number()?);
    if state != loaded.booking.state.number() || until != until_of(loaded.booking.state) {
        return Err(broken());
    }
    Ok(Some(loaded))
}

/// The numbers of the states in which those will be who have a part in a booking.
async fn places<R: Rows>(rows: &mut R, booking: BookingId) -> Result<Vec<u8>, NetworkError> {
    let found = rows.query(PLACES, &values![booking]).await?;
    found.into_iter().map(|mut row| row.number()).collect()
}

/// Finds the provider of a booking, before anything is locked.
async fn provider_of<R: Rows>(
    rows: &mut R,
    booking: BookingId,
) -> Result<ProviderId, NetworkError> {
    let found = rows.lookup(PROVIDER, &values![booking]).await?;
    let provider = found.ok_or(NetworkError::NotFound)?.number()?;
    Ok(ProviderId(provider))
}

/// The column that a lapse is found by; zero for what does not end by itself.
fn until_of(state: State) -> u32 {
    state.until().map_or(0, |it| it.0)
}

/// Locks a booking's provider, ends what is over there, and loads the booking.
///
/// The booking itself is left as it is even when its time is over, so that the caller hears
/// [`Refused::Lapsed`](troth_booking::machine::Refused::Lapsed) rather than that it has ended.
async fn lock_and_load<R: Rows>(
    rows: &mut R,
    id: BookingId,
    now: &Now,
) -> Result<BookingRow, NetworkError> {
    let provider = provider_of(rows, id).await?;
    super::lock::touch(rows, provider, now.minute).await?;
    load(rows, id).await?.ok_or_else(broken)
}

/// Whether a person has a part in a booking.
fn has_part(booking: &Booking, client: ClientId) -> bool {
    booking.clients().contains(&client)
}
