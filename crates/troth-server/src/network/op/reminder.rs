//! Reminders: each belongs to one version of one booking.
//!
//! # Invariants
//!
//! 1. **Never twice.** Delivering a reminder and forgetting it are one transaction, and the
//!    notice it becomes is unique for person, booking, version and minute.
//! 2. **Never for what was called off.** Whether the visit still stands, in this version, is
//!    asked again in that transaction, under the provider's lock.
//! 3. **One worker.** A leased reminder is nobody else's until the lease ends.

use troth_booking::machine::{Booking, Reminder};

use super::booking::{REMIND_BEFORE, load};
use super::lock::touch;
use super::notice::{self, NewNotice, NoticeKind};
use crate::network::store::{
    BookingId, ClientId, Minute, NetworkError, Operation, Row, Rows, values,
};

const ADD: &str = "INSERT INTO reminders (booking, version, at, leased) VALUES ($1, $2, $3, 0) \
     ON CONFLICT DO NOTHING";
const DROP_OF: &str = "DELETE FROM reminders WHERE booking = $1";
/// The outer condition once more: on PostgreSQL a row that another worker has just leased is
/// met again after waiting for it.
const LEASE: &str = "UPDATE reminders SET leased = $1 WHERE leased <= $2 AND at <= $2 \
     AND (booking, version, at) IN (SELECT booking, version, at FROM reminders \
     WHERE at <= $2 AND leased <= $2 ORDER BY at, booking LIMIT $3) \
     RETURNING booking, version, at";
const DROP: &str =
    "DELETE FROM reminders WHERE booking = $1 AND version = $2 AND at = $3 AND leased = $4";

/// Plans the reminders of a booking that has become certain.
pub(super) async fn plan<R: Rows>(
    rows: &mut R,
    booking: &Booking,
    now: Minute,
) -> Result<(), NetworkError> {
    for reminder in booking.reminders(&REMIND_BEFORE, now) {
        let row = values![reminder.booking, reminder.version, reminder.at];
        rows.change(ADD, &row).await?;
    }
    Ok(())
}

/// Forgets the reminders of a booking that no longer stands.
pub(super) async fn drop_of<R: Rows>(rows: &mut R, booking: BookingId) -> Result<(), NetworkError> {
    rows.change(DROP_OF, &values![booking]).await.map(drop)
}

/// Takes reminders that are due, so that no other worker has them until the lease ends.
#[derive(Debug, Clone)]
pub struct LeaseReminders {
    /// Now.
    pub now: Minute,
    /// The first minute in which others may take them again.
    pub until: Minute,
    /// At most so many.
    pub limit: u32,
}

impl Operation for LeaseReminders {
    type Output = Vec<Reminder>;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = rows
            .query(LEASE, &values![self.until, self.now, self.limit])
            .await?;
        let read = |mut row: Row| {
            Ok(Reminder {
                booking: BookingId(row.fixed()?),
                version: row.number()?,
                at: Minute(row.number()?),
            })
        };
        found.into_iter().map(read).collect()
    }
}

/// Delivers a leased reminder as a notice to those who come, and forgets it.
#[derive(Debug, Clone)]
pub struct DeliverReminder {
    /// Which.
    pub reminder: Reminder,
    /// Until when it was leased.
    pub until: Minute,
    /// Now.
    pub now: Minute,
}

impl Operation for DeliverReminder {
    /// To whom it went; nobody, if the visit no longer stands or another worker has it.
    type Output = Vec<ClientId>;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let Reminder {
            booking,
            version,
            at,
        } = self.reminder;
        let Some(row) = load(rows, booking).await? else {
            return Ok(Vec::new());
        };
        touch(rows, row.booking.provider, self.now).await?;
        let leased = values![booking, version, at, self.until];
        if rows.change(DROP, &leased).await? != 1 {
            return Ok(Vec::new());
        }
        // Again, now that nobody else can change it.
        let row = load(rows, booking).await?;
        let Some(row) = row.filter(|it| it.booking.wants(&self.reminder, self.now)) else {
            return Ok(Vec::new());
        };
        let clients = row.booking.clients();
        for client in &clients {
            let new = NewNotice {
                client: *client,
                kind: NoticeKind::Reminder,
                booking,
                version,
                minute: at,
            };
            notice::add(rows, &new).await?;
        }
        Ok(clients)
    }
}
