//! Every other act on a booking: let go, confirm, decline, cancel, call off, kept, missed.

use troth_booking::machine::{Act, Partner};
use troth_wire::AccountId;

use super::{BookingRow, Now, has_part, lapse_due, lock_and_load, places, settle};
use crate::network::op::{provider, waitlist};
use crate::network::store::{BookingId, ClientId, NetworkError, Operation, Rows};

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// One of those who come, or the partner who was asked to: [`Act::Release`] and
    /// [`Act::Cancel`].
    Client(ClientId),
    /// The provider: [`Act::Confirm`], [`Act::Decline`], [`Act::CallOff`], [`Act::Keep`],
    /// [`Act::Miss`].
    Provider(AccountId),
    /// Time: [`Act::Lapse`].
    Clock,
}

/// Carries an act out. A time that becomes free is offered to the next in line in the same step.
///
/// Not for [`Act::Accept`], which needs more: see [`AcceptHold`](super::AcceptHold).
#[derive(Debug, Clone)]
pub struct ActOnBooking {
    /// On which booking.
    pub booking: BookingId,
    /// Who acts.
    pub by: By,
    /// The act.
    pub act: Act,
    /// The minute, and what derives tokens.
    pub now: Now,
}

impl Operation for ActOnBooking {
    type Output = BookingRow;

    /// # Errors
    ///
    /// - [`NetworkError::NotFound`]: no such booking, or none of theirs.
    /// - [`NetworkError::Refused`]: the machine says why.
    /// - [`NetworkError::WrongState`]: not an act of theirs.
    /// - [`NetworkError::NotLicensed`]: a request is accepted for a day after the licence's end.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let mut row = lock_and_load(rows, self.booking, &self.now).await?;
        self.admit(rows, &row).await?;
        let change = row.booking.decide(&self.act, self.now.minute)?;
        if self.act == Act::Confirm {
            // Agreed to now, for a day that a licence still has to cover.
            let places = places(rows, self.booking).await?;
            let (provider, start) = (row.booking.provider, row.booking.visit.start);
            provider::licensed(rows, provider, &places, start).await?;
        }
        settle(rows, &mut row, &change, &self.now).await?;
        if !row.booking.state.takes_time() {
            waitlist::offer(rows, &row.booking, &self.now).await?;
        }
        lapse_due(rows, row.booking.provider, &self.now).await?;
        Ok(row)
    }
}

impl ActOnBooking {
    /// Lets each do their own acts, on their own bookings.
    async fn admit<R: Rows>(&self, rows: &mut R, row: &BookingRow) -> Result<(), NetworkError> {
        let fits = match (self.by, self.act) {
            (By::Client(client), Act::Release { .. } | Act::Cancel { .. }) => {
                let is_asked = matches!(row.booking.partner, Partner::Invited { .. });
                if !has_part(&row.booking, client) && !is_asked {
                    return Err(NetworkError::NotFound);
                }
                true
            }
            (
                By::Provider(account),
                Act::Confirm | Act::Decline | Act::CallOff | Act::Keep | Act::Miss,
            ) => {
                if provider::number_of(rows, account).await? != row.booking.provider {
                    return Err(NetworkError::NotFound);
                }
                true
            }
            (By::Clock, Act::Lapse) => true,
            _ => false,
        };
        if fits {
            Ok(())
        } else {
            Err(NetworkError::WrongState)
        }
    }
}
