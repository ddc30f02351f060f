//! Moving a visit to another time of the same provider, in one step.

use troth_booking::machine::{Move, Partner};
use troth_booking::rules::Slot;

use super::settle::copy_clients;
use super::{
    BookingRow, Fresh, Now, begin, has_part, lapse_due, lock_and_load, places, settle,
    still_offered,
};
use crate::network::op::occupy::{Of, Taking, occupy};
use crate::network::op::provider::licensed;
use crate::network::op::waitlist;
use crate::network::store::{
    BookingId, ClientId, Conflict, Minute, NetworkError, Operation, Rows, TokenDigest,
};

/// Moves a requested or booked visit.
#[derive(Debug, Clone)]
pub struct MoveBooking {
    /// Which.
    pub booking: BookingId,
    /// Who moves it.
    pub client: ClientId,
    /// The digest of that person's token, which is used up.
    pub token: TokenDigest,
    /// The name of the booking at the new time, drawn at random.
    pub to: BookingId,
    /// The new time.
    pub start: Minute,
    /// The minute, and what derives tokens.
    pub now: Now,
}

impl Operation for MoveBooking {
    /// The booking at the new time.
    type Output = BookingRow;

    /// # Errors
    ///
    /// - [`NetworkError::Refused`]: the machine says why, such as a token that was used.
    /// - [`NetworkError::Taken`], [`NetworkError::NotOffered`]: the new time.
    /// - [`NetworkError::NotLicensed`]: a licence ends before the new day, for either of them.
    /// - [`NetworkError::NotFound`]: no such booking, or none of theirs.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let mut old = lock_and_load(rows, self.booking, &self.now).await?;
        if !has_part(&old.booking, self.client) {
            return Err(NetworkError::NotFound);
        }
        let slot = Slot {
            start: self.start,
            minutes: old.booking.visit.minutes,
        };
        let tokens = &self.now.tokens;
        let partner = match old.booking.partner {
            Partner::Joined(hand) => Some(hand.client),
            _ => None,
        };
        let holder = old.booking.holder.client;
        let to = Move {
            token: self.token,
            to: self.to,
            // The machine first: a used token hears nothing of the calendar.
            visit: old.booking.visit,
            holder_next: tokens.next(self.to, holder).digest(),
            partner_next: partner.map(|it| tokens.next(self.to, it).digest()),
        };
        old.booking.move_to(&to, self.now.minute)?;
        lapse_due(rows, old.booking.provider, &self.now).await?;
        let provider = old.booking.provider;
        let (visit, _) = still_offered(rows, provider, slot, self.now.minute).await?;
        let places = places(rows, self.booking).await?;
        licensed(rows, provider, &places, self.start).await?;
        let moving = old
            .booking
            .move_to(&Move { visit, ..to }, self.now.minute)?;
        settle(rows, &mut old, &moving.old, &self.now).await?;
        let clients: Vec<(ClientId, Conflict)> = [Some(holder), partner]
            .into_iter()
            .flatten()
            .map(|it| (it, self.conflict_of(it)))
            .collect();
        let taking = Taking {
            booking: self.to,
            visit: &visit,
            of: Of::Free(provider),
            clients: &clients,
        };
        occupy(rows, &taking).await?;
        let fresh = Fresh {
            root: old.root,
            earlier: old.earlier + old.booking.sequence + 1,
            quote: old.quote,
            quote_bytes: &old.quote_bytes,
            details: &old.details,
            place: old.place,
        };
        let row = begin(rows, &moving.new, &fresh, &self.now).await?;
        copy_clients(rows, self.to, self.booking).await?;
        waitlist::offer(rows, &old.booking, &self.now).await?;
        Ok(row)
    }
}

impl MoveBooking {
    fn conflict_of(&self, client: ClientId) -> Conflict {
        if client == self.client {
            Conflict::Client
        } else {
            Conflict::Partner
        }
    }
}
