//! Ending what is over: holds, offers and requests that nobody acted on in time.

use troth_booking::machine::Act;

use super::{Now, load, settle};
use crate::network::op::lock::touch;
use crate::network::op::{evidence, once, waitlist};
use crate::network::store::{BookingId, NetworkError, Operation, ProviderId, Rows, broken, values};

const DUE_OF_PROVIDER: &str = "SELECT booking FROM bookings \
     WHERE provider = $1 AND until > 0 AND until <= $2 ORDER BY until, booking LIMIT 64";
const DUE: &str = "SELECT DISTINCT provider FROM bookings WHERE until > 0 AND until <= $1 \
     ORDER BY provider LIMIT $2";

/// Ends everything of a provider whose time is over, and offers what becomes free to the next
/// in line. The caller has locked the provider. Gives how many ended.
pub(in crate::network::op) async fn lapse_due<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    now: &Now,
) -> Result<u32, NetworkError> {
    let due = rows
        .query(DUE_OF_PROVIDER, &values![provider, now.minute])
        .await?;
    let mut ended = 0;
    for mut row in due {
        let id = BookingId(row.fixed()?);
        let mut row = load(rows, id).await?.ok_or_else(broken)?;
        let change = row.booking.decide(&Act::Lapse, now.minute)?;
        settle(rows, &mut row, &change, now).await?;
        waitlist::offer(rows, &row.booking, now).await?;
        ended += 1;
    }
    Ok(ended)
}

/// Ends what is over, of a few providers at a time, and forgets what need not be kept.
///
/// Run every minute, and again as long as it gives the limit.
#[derive(Debug, Clone)]
pub struct SweepBookings {
    /// Of how many providers at most.
    pub limit: u32,
    /// The minute, and what derives tokens.
    pub now: Now,
}

impl Operation for SweepBookings {
    /// Of how many providers something ended.
    type Output = u32;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let due = rows
            .query(DUE, &values![self.now.minute, self.limit])
            .await?;
        let mut swept = 0;
        for mut row in due {
            let provider = ProviderId(row.number()?);
            touch(rows, provider, self.now.minute).await?;
            lapse_due(rows, provider, &self.now).await?;
            swept += 1;
        }
        if swept < self.limit {
            once::sweep(rows, self.now.minute).await?;
            waitlist::sweep(rows, self.now.minute).await?;
            evidence::forget_reporters(rows, self.now.minute).await?;
        }
        Ok(swept)
    }
}
