//! Accepting a held or offered time: the holder, and the other partner with a token.

use troth_booking::machine::{Act, Booking, Cause, Change, Origin, Partner, State};
use troth_booking::rules::Slot;

use super::settle::put_client;
use super::{
    BookingRow, Now, history, lapse_due, lock_and_load, open_listing, settle, still_offered,
};
use crate::network::op::occupy::{Of, Taking, occupy};
use crate::network::op::provider::licensed;
use crate::network::op::quote::{self, Priced};
use crate::network::store::{
    BookingId, ClientId, Conflict, NetworkError, Operation, QuoteId, Rows, TokenDigest, broken,
    values,
};

const SET_QUOTE: &str = "UPDATE bookings SET quote = $1, quote_bytes = $2 WHERE booking = $3";

/// Accepts a held or offered time. Accepting again changes nothing, the note included, and is
/// answered with the booking as it stands: a device that lost the answer may ask again.
#[derive(Debug, Clone)]
pub struct AcceptHold {
    /// Which.
    pub booking: BookingId,
    /// Who accepts, under a pseudonym of their own.
    pub client: ClientId,
    /// The digest of the token presented: the holder's first, or the partner's.
    pub token: TokenDigest,
    /// The number of the state in which this person will be.
    pub place: u8,
    /// What this person tells the provider, sealed to the provider; may be empty.
    pub note: Vec<u8>,
    /// The quote that this person was shown. Must be the booking's; where that has none (an
    /// offer), it becomes it.
    pub quote: Option<QuoteId>,
    /// The minute, and what derives tokens.
    pub now: Now,
}

impl Operation for AcceptHold {
    type Output = BookingRow;

    /// # Errors
    ///
    /// - [`NetworkError::Refused`]: the machine says why, such as a time that is over.
    /// - [`NetworkError::Taken`]: the partner has another visit then.
    /// - [`NetworkError::NotOffered`]: the provider's calendar changed meanwhile.
    /// - [`NetworkError::StaleQuote`]: another quote than the booking's, or one for another visit.
    /// - [`NetworkError::NotLicensed`]: no licence in this person's state on that day.
    /// - [`NetworkError::NotFound`]: no such booking.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let mut row = lock_and_load(rows, self.booking, &self.now).await?;
        if self.was_accepted(&row.booking) {
            return Ok(row);
        }
        let act = Act::Accept {
            client: self.client,
            token: self.token,
            next: self.now.tokens.next(self.booking, self.client).digest(),
        };
        let change = row.booking.decide(&act, self.now.minute)?;
        let (provider, start) = (row.booking.provider, row.booking.visit.start);
        licensed(rows, provider, &[self.place], start).await?;
        self.settle_quote(rows, &mut row, change.cause).await?;
        let is_asked = matches!(row.booking.origin, Origin::Ask { .. });
        let theirs = match change.cause {
            Cause::Partner => Some(Conflict::Partner),
            // Only now, and only because they agree.
            Cause::Holder if is_asked => Some(Conflict::Client),
            _ => None,
        };
        if let Some(conflict) = theirs {
            let taking = Taking {
                booking: self.booking,
                visit: &row.booking.visit,
                of: Of::Nobody,
                clients: &[(self.client, conflict)],
            };
            occupy(rows, &taking).await?;
        }
        if matches!(change.state, State::Requested { .. } | State::Booked) {
            self.check_again(rows, &row, &change).await?;
        }
        settle(rows, &mut row, &change, &self.now).await?;
        let part = (self.client, self.booking);
        put_client(rows, part, self.place, &self.note).await?;
        lapse_due(rows, row.booking.provider, &self.now).await?;
        Ok(row)
    }
}

impl AcceptHold {
    /// Tells whether this very person has accepted what still stands, in the same part.
    fn was_accepted(&self, booking: &Booking) -> bool {
        let as_partner = self.token == self.now.tokens.partner(self.booking).digest();
        let hand = match booking.partner {
            Partner::Joined(hand) if hand.client == self.client => hand,
            _ if as_partner => return false,
            _ => booking.holder,
        };
        let stands = booking.state.is_live() && !booking.state.is_over(self.now.minute);
        stands && hand.client == self.client && hand.accepted
    }

    /// Reads hours, notice, horizon and busy times again, as they are now. Notice and horizon
    /// count from the minute in which the time was held.
    async fn check_again<R: Rows>(
        &self,
        rows: &mut R,
        row: &BookingRow,
        change: &Change,
    ) -> Result<(), NetworkError> {
        if row.booking.origin.is_over_others() {
            // The provider chose the time, whatever their hours are.
            return open_listing(rows, row.booking.provider).await.map(drop);
        }
        let history = history(rows, self.booking).await?;
        let opened = history.first().map_or(change.at, |it| it.at);
        let slot = Slot {
            start: row.booking.visit.start,
            minutes: row.booking.visit.minutes,
        };
        still_offered(rows, row.booking.provider, slot, opened)
            .await
            .map(drop)
    }

    /// Ties the visit to the price that was shown. Where none was kept with it, the one shown has
    /// to be one for this very visit; a holder who accepts in another state has seen another price.
    async fn settle_quote<R: Rows>(
        &self,
        rows: &mut R,
        row: &mut BookingRow,
        cause: Cause,
    ) -> Result<(), NetworkError> {
        let Some(shown) = self.quote else {
            return Ok(());
        };
        if cause == Cause::Holder && self.place != row.place {
            return Err(NetworkError::StaleQuote);
        }
        match row.quote {
            Some(kept) if kept == shown => return Ok(()),
            Some(_) => return Err(NetworkError::StaleQuote),
            None => {}
        }
        let priced = Priced {
            provider: row.booking.provider,
            minutes: row.booking.visit.minutes,
            place: row.place,
            details: &row.details,
        };
        let bytes = quote::of_visit(rows, shown, priced, self.now.minute).await?;
        let set = values![shown, &bytes, self.booking];
        if rows.change(SET_QUOTE, &set).await? != 1 {
            return Err(broken());
        }
        row.quote = Some(shown);
        row.quote_bytes = bytes;
        Ok(())
    }
}
