//! Looking at bookings.

use troth_booking::machine::{Change, Origin, Partner, State};
use troth_wire::AccountId;

use super::{BookingRow, has_part, history, load};
use crate::network::op::provider::number_of;
use crate::network::store::{
    Access, BookingId, ClientId, Minute, NetworkError, Operation, Row, Rows, TokenDigest, broken,
    values,
};

const NOTES: &str = "SELECT client, place, note FROM booking_clients WHERE booking = $1 \
     ORDER BY client";
const OF_CLIENT: &str = "SELECT b.start, b.booking FROM booking_clients c \
     JOIN bookings b ON b.booking = c.booking WHERE c.client = $1 \
     AND (b.start > $2 OR (b.start = $2 AND b.booking > $3)) ORDER BY b.start, b.booking LIMIT $4";
const OF_PROVIDER: &str = "SELECT start, booking FROM bookings WHERE provider = $1 \
     AND (start > $2 OR (start = $2 AND booking > $3)) ORDER BY start, booking LIMIT $4";
const REQUESTED: &str = "SELECT start, booking FROM bookings WHERE provider = $1 AND until > 0 \
     AND state = 2 AND (start > $2 OR (start = $2 AND booking > $3)) \
     ORDER BY start, booking LIMIT $4";

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// One of those who come.
    Client(ClientId),
    /// The other partner, who was given a token and has not accepted.
    Invited(TokenDigest),
    /// The provider.
    Provider(AccountId),
}

/// What a person told the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Who.
    pub client: ClientId,
    /// The number of the state in which the person will be.
    pub place: u8,
    /// Sealed to the provider; empty if the person wrote none.
    pub sealed: Vec<u8>,
}

/// A booking as one may look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingView {
    /// The booking. Its state may be over, and not yet ended: see
    /// [`State::is_over`](troth_booking::machine::State::is_over).
    pub row: BookingRow,
    /// What those who come told the provider: all of it for the provider, and nobody's for
    /// anybody else.
    pub notes: Vec<Note>,
}

/// Looks a booking up.
#[derive(Debug, Clone)]
pub struct LookupBooking {
    /// Which.
    pub booking: BookingId,
    /// For whom.
    pub viewer: Viewer,
}

impl Operation for LookupBooking {
    /// Nothing, if there is none or it is none of theirs.
    type Output = Option<BookingView>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let Some(row) = load(rows, self.booking).await? else {
            return Ok(None);
        };
        let may_look = match self.viewer {
            Viewer::Client(client) => has_part(&row.booking, client),
            Viewer::Invited(token) => row.booking.partner == Partner::Invited { token },
            Viewer::Provider(account) => {
                let provider = number_of(rows, account).await?;
                provider == row.booking.provider && is_theirs(&row)
            }
        };
        if !may_look {
            return Ok(None);
        }
        view(rows, row, self.viewer).await.map(Some)
    }
}

/// What a provider sees: not what is still held or was let go before anything was asked.
fn is_theirs(row: &BookingRow) -> bool {
    match row.booking.state {
        // But what they offered to a client of theirs themselves.
        State::Held { .. } | State::Offered { .. } | State::Released | State::Lapsed
            if matches!(row.booking.origin, Origin::Ask { .. }) =>
        {
            true
        }
        State::Held { .. } | State::Offered { .. } | State::Released => false,
        // A request that lapsed had been asked; a hold had not.
        State::Lapsed => {
            row.booking.holder.accepted && !matches!(row.booking.partner, Partner::Invited { .. })
        }
        _ => true,
    }
}

async fn view<R: Rows>(
    rows: &mut R,
    row: BookingRow,
    viewer: Viewer,
) -> Result<BookingView, NetworkError> {
    if !matches!(viewer, Viewer::Provider(_)) {
        let notes = Vec::new();
        return Ok(BookingView { row, notes });
    }
    let found = rows.query(NOTES, &values![row.booking.id]).await?;
    let read = |mut row: Row| {
        Ok(Note {
            client: ClientId(row.fixed()?),
            place: row.number()?,
            sealed: row.bytes()?,
        })
    };
    let notes: Result<Vec<Note>, NetworkError> = found.into_iter().map(read).collect();
    Ok(BookingView { row, notes: notes? })
}

/// Looks up the dated changes of a booking, oldest first.
#[derive(Debug, Clone)]
pub struct ListHistory {
    /// Of which; whether it may be looked at is the caller's to know.
    pub booking: BookingId,
}

impl Operation for ListHistory {
    type Output = Vec<Change>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        history(rows, self.booking).await
    }
}

/// Whose bookings a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Those in which a person has a part, in any state.
    Client(ClientId),
    /// Those of the listing that an account keeps.
    Provider(AccountId),
    /// The open requests to the listing that an account keeps.
    RequestsTo(AccountId),
}

/// A place in a list of bookings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// When the visit begins.
    pub start: Minute,
    /// Which.
    pub booking: BookingId,
}

impl Position {
    /// Before every booking that begins at this minute or later.
    #[must_use]
    pub const fn at(start: Minute) -> Self {
        Self {
            start: start.minus(1),
            booking: BookingId([0xff; 16]),
        }
    }
}

/// Lists bookings in the order of their beginnings.
#[derive(Debug, Clone)]
pub struct ListBookings {
    /// Whose.
    pub whose: Whose,
    /// After this one.
    pub after: Position,
    /// At most so many.
    pub limit: u32,
}

impl Operation for ListBookings {
    /// A page, and where the next one begins; none after the last.
    type Output = (Vec<BookingView>, Option<Position>);
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let Position { start, booking } = self.after;
        let limit = self.limit;
        let (found, viewer) = match self.whose {
            Whose::Client(client) => {
                let page = values![client, start, booking, limit];
                (rows.query(OF_CLIENT, &page).await?, Viewer::Client(client))
            }
            Whose::Provider(account) => {
                let page = values![number_of(rows, account).await?, start, booking, limit];
                let found = rows.query(OF_PROVIDER, &page).await?;
                (found, Viewer::Provider(account))
            }
            Whose::RequestsTo(account) => {
                let page = values![number_of(rows, account).await?, start, booking, limit];
                let found = rows.query(REQUESTED, &page).await?;
                (found, Viewer::Provider(account))
            }
        };
        let is_full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
        let (mut views, mut last) = (Vec::with_capacity(found.len()), None);
        for mut row in found {
            let position = Position {
                start: Minute(row.number()?),
                booking: BookingId(row.fixed()?),
            };
            last = Some(position);
            let row = load(rows, position.booking).await?.ok_or_else(broken)?;
            if matches!(viewer, Viewer::Client(_)) || is_theirs(&row) {
                views.push(view(rows, row, viewer).await?);
            }
        }
        Ok((views, last.filter(|_| is_full)))
    }
}
