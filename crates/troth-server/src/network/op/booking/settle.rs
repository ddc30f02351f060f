//! Writing a change down, with everything that follows from it.

use troth_booking::machine::{Booking, Cause, Change, Origin, State};

use super::{BookingRow, Now, until_of};
use crate::network::op::evidence::{self, NewEvidence};
use crate::network::op::notice::{self, NewNotice, NoticeKind};
use crate::network::op::{occupy, once, reminder, waitlist};
use crate::network::store::{
    BookingId, ClientId, NetworkError, QuoteId, Rows, Value, broken, values,
};

/// How many minutes before a visit its reminders are due.
pub const REMIND_BEFORE: [u32; 2] = [24 * 60, 2 * 60];

const ADD: &str = "INSERT INTO bookings (booking, provider, state, start, until, sequence, root, \
     earlier, changed, quote, quote_bytes, details, place) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING";
const SET: &str = "UPDATE bookings SET state = $1, until = $2, sequence = $3, changed = $4 \
     WHERE booking = $5 AND sequence = $6";
const ADD_CHANGE: &str =
    "INSERT INTO changes (booking, sequence, change) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const ADD_CLIENT: &str = "INSERT INTO booking_clients (client, booking, place, note) \
     VALUES ($1, $2, $3, $4) ON CONFLICT (client, booking) DO UPDATE SET \
     place = excluded.place, note = excluded.note";
const COPY_CLIENTS: &str = "INSERT INTO booking_clients (client, booking, place, note) \
     SELECT client, $1, place, note FROM booking_clients WHERE booking = $2";
const DROP_HOLD: &str = "DELETE FROM live_holds WHERE booking = $1";

/// What is kept beside a booking that begins.
#[derive(Debug)]
pub(in crate::network::op) struct Fresh<'a> {
    pub(in crate::network::op) root: BookingId,
    pub(in crate::network::op) earlier: u32,
    pub(in crate::network::op) quote: Option<QuoteId>,
    pub(in crate::network::op) quote_bytes: &'a [u8],
    pub(in crate::network::op) details: &'a [u8],
    pub(in crate::network::op) place: u8,
}

/// Writes a person's part in a booking.
pub(super) async fn put_client<R: Rows>(
    rows: &mut R,
    (client, booking): (ClientId, BookingId),
    place: u8,
    note: &[u8],
) -> Result<(), NetworkError> {
    let part = values![client, booking, place, note];
    rows.change(ADD_CLIENT, &part).await.map(drop)
}

/// Gives a moved booking the people of the one it replaces.
pub(super) async fn copy_clients<R: Rows>(
    rows: &mut R,
    to: BookingId,
    from: BookingId,
) -> Result<(), NetworkError> {
    rows.change(COPY_CLIENTS, &values![to, from])
        .await
        .map(drop)
}

async fn add_change<R: Rows>(rows: &mut R, change: &Change) -> Result<(), NetworkError> {
    let row = values![change.booking, change.sequence, &change.encode()];
    match rows.change(ADD_CHANGE, &row).await? {
        1 => Ok(()),
        // Somebody wrote this place of the history without our lock; see it again.
        _ => Err(NetworkError::Contended),
    }
}

/// Writes the first change of a booking. The caller has taken its cells.
pub(in crate::network::op) async fn begin<R: Rows>(
    rows: &mut R,
    change: &Change,
    fresh: &Fresh<'_>,
    now: &Now,
) -> Result<BookingRow, NetworkError> {
    let booking = Booking::begin(change).ok_or_else(broken)?;
    let row = values![
        booking.id,
        booking.provider,
        booking.state.number(),
        booking.visit.start,
        until_of(booking.state),
        booking.sequence,
        fresh.root,
        fresh.earlier,
        change.at,
        fresh.quote,
        fresh.quote_bytes,
        fresh.details,
        fresh.place
    ];
    if rows.change(ADD, &row).await? == 0 {
        // The name was drawn at random; one that is there is a request that came twice.
        return Err(NetworkError::WrongState);
    }
    add_change(rows, change).await?;
    if booking.state == State::Booked {
        reminder::plan(rows, &booking, now.minute).await?;
    }
    Ok(BookingRow {
        root: fresh.root,
        earlier: fresh.earlier,
        changed: change.at,
        previous: change.previous,
        next: change.next,
        quote: fresh.quote,
        quote_bytes: fresh.quote_bytes.to_vec(),
        details: fresh.details.to_vec(),
        place: fresh.place,
        booking,
    })
}

/// Writes a later change of a booking, whose provider the caller has locked, and everything
/// that follows: cells given back, reminders, notices, evidence, an offer to the next in line.
pub(in crate::network::op) async fn settle<R: Rows>(
    rows: &mut R,
    row: &mut BookingRow,
    change: &Change,
    now: &Now,
) -> Result<(), NetworkError> {
    let before = row.booking.clone();
    row.booking.apply(change);
    row.changed = change.at;
    row.next = change.next;
    let after = &row.booking;
    if after.sequence == before.sequence {
        return Err(broken());
    }
    let set: [Value; 6] = values![
        after.state.number(),
        until_of(after.state),
        after.sequence,
        change.at,
        after.id,
        before.sequence
    ];
    if rows.change(SET, &set).await? != 1 {
        return Err(NetworkError::Contended);
    }
    add_change(rows, change).await?;
    if before.state == after.state {
        return Ok(());
    }
    if matches!(before.state, State::Held { .. }) {
        rows.change(DROP_HOLD, &values![after.id]).await?;
    }
    tell(rows, &before, after, change).await?;
    prove(rows, &before, after, change).await?;
    if after.state == State::Booked {
        reminder::plan(rows, after, now.minute).await?;
    }
    if matches!(before.origin, Origin::Offer { .. }) && !after.state.is_live() {
        waitlist::passed(rows, after).await?;
    } else if matches!(before.state, State::Offered { .. }) && after.state != before.state {
        waitlist::served(rows, after.id).await?;
    }
    if before.state == State::Booked {
        reminder::drop_of(rows, after.id).await?;
    }
    if after.state.takes_time() {
        return Ok(());
    }
    occupy::free(rows, after.id).await?;
    once::clear(rows, after.id).await
}

/// Tells those who come what they did not do themselves.
async fn tell<R: Rows>(
    rows: &mut R,
    before: &Booking,
    after: &Booking,
    change: &Change,
) -> Result<(), NetworkError> {
    let kind = match (before.state, after.state) {
        (State::Held { .. } | State::Offered { .. }, State::Requested { .. }) => {
            NoticeKind::Requested
        }
        (_, State::Booked) => NoticeKind::Booked,
        (State::Requested { .. }, State::Lapsed) => NoticeKind::Unanswered,
        (State::Offered { .. }, State::Lapsed) => NoticeKind::OfferOver,
        (State::Offered { .. }, State::Released) if change.cause == Cause::Provider => {
            NoticeKind::OfferOver
        }
        (State::Held { .. }, State::Released) if change.cause == Cause::Provider => {
            NoticeKind::Cancelled
        }
        (_, State::Declined) => NoticeKind::Declined,
        (State::Requested { .. } | State::Booked, State::Cancelled) => NoticeKind::Cancelled,
        (_, State::Moved { .. }) => NoticeKind::Moved,
        _ => return Ok(()),
    };
    let actor = match change.cause {
        Cause::Holder => Some(before.holder.client),
        Cause::Partner => match after.partner {
            troth_booking::machine::Partner::Joined(hand) => Some(hand.client),
            _ => None,
        },
        _ => None,
    };
    for client in after.clients() {
        if Some(client) != actor {
            let new = NewNotice {
                client,
                kind,
                booking: after.id,
                version: after.sequence,
                minute: change.at,
            };
            notice::add(rows, &new).await?;
        }
    }
    Ok(())
}

/// Notes what the change says of the listing.
async fn prove<R: Rows>(
    rows: &mut R,
    before: &Booking,
    after: &Booking,
    change: &Change,
) -> Result<(), NetworkError> {
    let kind = match (before.state, after.state) {
        (_, State::Booked) => evidence::VISIT_BOOKED,
        (_, State::Kept) => evidence::VISIT_KEPT,
        (State::Requested { .. }, State::Lapsed) => evidence::UNANSWERED_REQUEST,
        _ => return Ok(()),
    };
    let new = NewEvidence {
        provider: after.provider,
        kind,
        minute: change.at,
    };
    evidence::add(rows, &new).await
}
