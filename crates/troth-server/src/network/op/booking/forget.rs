//! How long visits are kept, and their end.
//!
//! The periods are promises: they stand in `docs/operating.md` and `docs/claims.md`.

use crate::network::store::{BookingId, Minute, NetworkError, Operation, Rows, values};

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// How long a sealed note is kept after the day of the visit: 90 days.
pub const KEEP_NOTES: u32 = 90 * DAY;

/// How long a visit is kept after its day, and after its last change: 366 days.
pub const KEEP_VISITS: u32 = 366 * DAY;

/// How long it is kept that a time was held, offered or asked for and nothing came of it: 30 days.
pub const KEEP_NOTHING: u32 = 30 * DAY;

/// How long a notice is kept that nobody read: 90 days.
pub const KEEP_NOTICES: u32 = 90 * DAY;

const DROP_NOTES: &str = "UPDATE booking_clients SET note = $1 WHERE length(note) > 0 \
     AND booking IN (SELECT booking FROM bookings WHERE start <= $2 AND until = 0)";
/// Came to nothing: over, without a visit, and no part of a chain of moves.
const NOTHING: &str = "SELECT booking FROM bookings WHERE start <= $1 AND changed <= $1 \
     AND state >= 4 AND state <= 7 AND root = booking ORDER BY start, booking LIMIT $2";
/// The last of a chain of moves that is old as a whole.
const OLD: &str = "SELECT b.booking FROM bookings b WHERE b.start <= $1 AND b.until = 0 \
     AND NOT EXISTS (SELECT 1 FROM bookings o WHERE o.root = b.root \
     AND (o.start > $1 OR o.changed > $1 OR o.until > 0)) ORDER BY b.root, b.booking LIMIT $2";
const CHAIN: &str = "SELECT o.booking FROM bookings b JOIN bookings o ON o.root = b.root \
     WHERE b.booking = $1";
const DROP: [&str; 8] = [
    "DELETE FROM changes WHERE booking = $1",
    "DELETE FROM booking_clients WHERE booking = $1",
    "DELETE FROM cells WHERE booking = $1",
    "DELETE FROM client_cells WHERE booking = $1",
    "DELETE FROM reminders WHERE booking = $1",
    "DELETE FROM notices WHERE booking = $1",
    "DELETE FROM kept_answers WHERE booking = $1",
    "DELETE FROM bookings WHERE booking = $1",
];
const DROP_NOTICES: &str = "DELETE FROM notices WHERE minute <= $1";

/// Forgets what was kept long enough, a few visits at a time.
#[derive(Debug, Clone)]
pub struct ForgetVisits {
    /// So many at most.
    pub limit: u32,
    /// Now.
    pub minute: Minute,
}

impl Operation for ForgetVisits {
    /// How many bookings are gone: with the limit there may be more.
    type Output = u32;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let before = |period| self.minute.minus(period);
        let nothing: &[u8] = &[];
        rows.change(DROP_NOTES, &values![nothing, before(KEEP_NOTES)])
            .await?;
        rows.change(DROP_NOTICES, &values![before(KEEP_NOTICES)])
            .await?;
        let mut gone = 0;
        for (statement, period) in [(NOTHING, KEEP_NOTHING), (OLD, KEEP_VISITS)] {
            let found = rows
                .query(statement, &values![before(period), self.limit])
                .await?;
            for mut row in found {
                gone += drop_chain(rows, BookingId(row.fixed()?)).await?;
            }
        }
        Ok(gone)
    }
}

/// Deletes a booking with everything that it was moved from and to.
async fn drop_chain<R: Rows>(rows: &mut R, booking: BookingId) -> Result<u32, NetworkError> {
    let mut gone = 0;
    for mut row in rows.query(CHAIN, &values![booking]).await? {
        let one = BookingId(row.fixed()?);
        for statement in DROP {
            rows.change(statement, &values![one]).await?;
        }
        gone += 1;
    }
    Ok(gone)
}
