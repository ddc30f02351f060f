//! Booking over another visit: the provider's own act, with a reason, and audited.

use troth_booking::machine::{Confirm, Opening, Origin, open};
use troth_wire::AccountId;

use super::settle::put_client;
use super::{BookingRow, Fresh, Now, begin, lapse_due};
use crate::network::op::audit::{self, Act, Note};
use crate::network::op::lock::touch;
use crate::network::op::occupy::{Of, Taking, next_layer, occupy};
use crate::network::op::provider::number_of;
use crate::network::store::{
    BookingId, ClientId, Conflict, Minute, NetworkError, Operation, Rows, Visit,
};

/// Books a visit whether or not the time is free or offered.
///
/// The person's own time is as exclusive as ever; only the provider's is layered.
#[derive(Debug, Clone)]
pub struct Overbook {
    /// Its name, drawn at random.
    pub booking: BookingId,
    /// The account that keeps the listing.
    pub account: AccountId,
    /// For whom. A provider who books for somebody without a pseudonym draws one at random.
    pub client: ClientId,
    /// When.
    pub start: Minute,
    /// How long, in minutes.
    pub minutes: u16,
    /// Why, for the audit log.
    pub why: String,
    /// The number of the state in which the person will be.
    pub place: u8,
    /// What the routes keep of it, opaque.
    pub details: Vec<u8>,
    /// The minute, and what derives tokens.
    pub now: Now,
}

impl Operation for Overbook {
    type Output = BookingRow;

    /// # Errors
    ///
    /// - [`NetworkError::NotFound`]: the account keeps no listing.
    /// - [`NetworkError::Taken`]: the person has another visit then.
    /// - [`NetworkError::Refused`]: it lies in the past or has no sound length.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let provider = number_of(rows, self.account).await?;
        touch(rows, provider, self.now.minute).await?;
        lapse_due(rows, provider, &self.now).await?;
        let visit = Visit {
            start: self.start,
            minutes: self.minutes,
            before: 0,
            after: 0,
        };
        let layer = next_layer(rows, provider, &visit).await?.max(1);
        let opening = Opening {
            provider,
            visit,
            holder: self.client,
            token: self.now.tokens.next(self.booking, self.client).digest(),
            partner: None,
            confirm: Confirm::Instant,
            origin: Origin::Overbook { layer },
        };
        let change = open(self.booking, &opening, self.now.minute)?;
        let taking = Taking {
            booking: self.booking,
            visit: &visit,
            of: Of::Layer(provider, layer),
            clients: &[(self.client, Conflict::Client)],
        };
        occupy(rows, &taking).await?;
        let fresh = Fresh {
            root: self.booking,
            earlier: 0,
            quote: None,
            quote_bytes: &[],
            details: &self.details,
        };
        let row = begin(rows, &change, &fresh, &self.now).await?;
        put_client(rows, (self.client, self.booking), self.place, &[]).await?;
        let note = Note {
            actor: self.account,
            provider: Some(provider),
            act: Act::Overbooked,
            booking: Some(self.booking),
            detail: &self.why,
            minute: self.now.minute,
        };
        audit::note(rows, &note).await?;
        Ok(row)
    }
}
