//! Neutral notices to people who book: what became of a visit without their own act.
//!
//! A notice names a booking and a kind, nothing else; its words are on the device (SAFETY N-1).

use crate::network::store::{
    Access, BookingId, ClientId, Minute, NetworkError, Operation, Row, Rows, Value, broken, values,
};

/// What a notice says. The numbers are stored and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// Everybody has accepted; the provider is asked.
    Requested = 0,
    /// The visit is certain.
    Booked = 1,
    /// The provider declined.
    Declined = 2,
    /// The provider did not answer in time.
    Unanswered = 3,
    /// The visit was called off.
    Cancelled = 4,
    /// The visit was moved.
    Moved = 5,
    /// A time became free and is kept for the one who waits.
    Offered = 6,
    /// The offer was not taken in time.
    OfferOver = 7,
    /// The visit is soon.
    Reminder = 8,
}

impl NoticeKind {
    const ALL: [Self; 9] = [
        Self::Requested,
        Self::Booked,
        Self::Declined,
        Self::Unanswered,
        Self::Cancelled,
        Self::Moved,
        Self::Offered,
        Self::OfferOver,
        Self::Reminder,
    ];
}

const ADD: &str = "INSERT INTO notices (client, kind, booking, version, minute) \
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
const LIST: &str = "SELECT number, kind, booking, version, minute FROM notices \
     WHERE client = $1 AND number > $2 ORDER BY number LIMIT $3";
const DROP: &str = "DELETE FROM notices WHERE client = $1 AND number <= $2";

/// A notice to be added.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewNotice {
    pub(super) client: ClientId,
    pub(super) kind: NoticeKind,
    pub(super) booking: BookingId,
    pub(super) version: u32,
    pub(super) minute: Minute,
}

/// Adds a notice, unless it is there.
pub(super) async fn add<R: Rows>(rows: &mut R, new: &NewNotice) -> Result<(), NetworkError> {
    let row = values![
        new.client,
        new.kind as i64,
        new.booking,
        new.version,
        new.minute
    ];
    rows.change(ADD, &row).await.map(drop)
}

/// A notice, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeRow {
    /// Its number; later ones are greater.
    pub number: u64,
    /// What it says.
    pub kind: NoticeKind,
    /// Of which booking.
    pub booking: BookingId,
    /// Of which version of it.
    pub version: u32,
    /// When; for a reminder, when it was due.
    pub minute: Minute,
}

fn read(mut row: Row) -> Result<NoticeRow, NetworkError> {
    Ok(NoticeRow {
        number: row.number()?,
        kind: {
            let number: usize = row.number()?;
            NoticeKind::ALL.get(number).copied().ok_or_else(broken)?
        },
        booking: BookingId(row.fixed()?),
        version: row.number()?,
        minute: Minute(row.number()?),
    })
}

/// Lists the notices of a person, oldest first.
#[derive(Debug, Clone)]
pub struct ListNotices {
    /// Whose.
    pub client: ClientId,
    /// After this number; 0 begins.
    pub after: u64,
    /// At most so many.
    pub limit: u32,
}

impl Operation for ListNotices {
    type Output = Vec<NoticeRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = rows
            .query(LIST, &values![self.client, self.after, self.limit])
            .await?;
        found.into_iter().map(read).collect()
    }
}

/// Forgets the notices of a person up to a number, when they have been read.
#[derive(Debug, Clone)]
pub struct DropNotices {
    /// Whose.
    pub client: ClientId,
    /// Up to this number.
    pub through: u64,
}

impl Operation for DropNotices {
    /// How many there were.
    type Output = u64;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let through = Value::from(self.through);
        rows.change(DROP, &[self.client.into(), through]).await
    }
}
