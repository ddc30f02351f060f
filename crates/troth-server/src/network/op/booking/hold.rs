//! Holding a time for the minutes in which both partners accept.

use troth_booking::Visit;
use troth_booking::machine::{Confirm, Opening, Origin, open};
use troth_booking::rules::Slot;

use super::settle::put_client;
use super::{BookingRow, Fresh, Now, begin, lapse_due, still_offered};
use crate::network::op::lock::touch;
use crate::network::op::occupy::{self, Of, Taking, occupy};
use crate::network::op::quote;
use crate::network::store::{
    BookingId, ClientId, Conflict, Minute, NetworkError, Operation, ProviderId, QuoteId, Rows,
    values,
};

const LIVE_HOLD: &str = "SELECT b.provider FROM live_holds h \
     JOIN bookings b ON b.booking = h.booking WHERE h.client = $1";
const ADD_HOLD: &str = "INSERT INTO live_holds (client, booking) VALUES ($1, $2) \
     ON CONFLICT DO NOTHING";
const DUE_AT: &str = "SELECT count(*) FROM bookings \
     WHERE provider = $1 AND until > 0 AND until <= $2";

/// Holds a time for a person. A person has one live hold.
#[derive(Debug, Clone)]
pub struct PlaceHold {
    /// Its name, drawn at random.
    pub booking: BookingId,
    /// Who asks.
    pub client: ClientId,
    /// Whose time.
    pub provider: ProviderId,
    /// When.
    pub start: Minute,
    /// How long, in minutes.
    pub minutes: u16,
    /// Whether the other partner has to accept too.
    pub with_partner: bool,
    /// The number of the state in which the person will be.
    pub place: u8,
    /// The quote that was shown, if any.
    pub quote: Option<QuoteId>,
    /// What the routes keep of it, opaque: format, service, plan.
    pub details: Vec<u8>,
    /// The minute, and what derives tokens.
    pub now: Now,
}

impl Operation for PlaceHold {
    type Output = BookingRow;

    /// # Errors
    ///
    /// - [`NetworkError::Taken`]: the provider's time or the person's own, each named.
    /// - [`NetworkError::HoldElsewhere`]: the person has a live hold.
    /// - [`NetworkError::NotOffered`], [`NetworkError::NotBookable`]: not a time to be had.
    /// - [`NetworkError::StaleQuote`]: the quote is not one that the provider gives now.
    /// - [`NetworkError::NotFound`]: no such provider.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        self.refuse_at_once(rows).await?;
        self.lock(rows).await?;
        let slot = Slot {
            start: self.start,
            minutes: self.minutes,
        };
        let minute = self.now.minute;
        let (visit, hours) = still_offered(rows, self.provider, slot, minute).await?;
        let quote = self.quoted(rows).await?;
        let confirm = if hours.instant {
            Confirm::Instant
        } else {
            Confirm::OnRequest
        };
        let change = open(self.booking, &self.opening(visit, confirm), minute)?;
        let held = values![self.client, self.booking];
        if rows.change(ADD_HOLD, &held).await? == 0 {
            return Err(NetworkError::HoldElsewhere);
        }
        let taking = Taking {
            booking: self.booking,
            visit: &visit,
            of: Of::Free(self.provider),
            clients: &[(self.client, Conflict::Client)],
        };
        occupy(rows, &taking).await?;
        let fresh = Fresh {
            root: self.booking,
            earlier: 0,
            quote: self.quote,
            quote_bytes: &quote,
            details: &self.details,
        };
        let row = begin(rows, &change, &fresh, &self.now).await?;
        put_client(rows, (self.client, self.booking), self.place, &[]).await?;
        Ok(row)
    }
}

impl PlaceHold {
    /// Refuses without a lock when the time is surely taken, so that those who come late to a
    /// wanted time do not wait for one another.
    async fn refuse_at_once<R: Rows>(&self, rows: &mut R) -> Result<(), NetworkError> {
        let due = values![self.provider, self.now.minute];
        let due = rows.lookup(DUE_AT, &due).await?;
        if due.is_none_or(|mut it| it.number::<u64>() != Ok(0)) {
            // Something is over and not yet ended: only who has the lock can tell.
            return Ok(());
        }
        if self.live_hold(rows).await?.is_some() {
            return Ok(());
        }
        let visit = Visit {
            start: self.start,
            minutes: self.minutes,
            before: 0,
            after: 0,
        };
        let clients = [(self.client, Conflict::Client)];
        let conflicts = occupy::conflicts(rows, self.provider, &visit, &clients).await?;
        if conflicts.is_empty() {
            return Ok(());
        }
        Err(NetworkError::Taken(conflicts))
    }

    /// Locks the provider, and the one at whom the person holds a time, and ends what is over.
    async fn lock<R: Rows>(&self, rows: &mut R) -> Result<(), NetworkError> {
        let mut providers = vec![self.provider];
        if let Some(elsewhere) = self.live_hold(rows).await? {
            providers.push(elsewhere);
        }
        providers.sort_unstable();
        providers.dedup();
        for provider in &providers {
            touch(rows, *provider, self.now.minute).await?;
        }
        for provider in providers {
            lapse_due(rows, provider, &self.now).await?;
        }
        Ok(())
    }

    /// Finds at whom the person holds a time.
    async fn live_hold<R: Rows>(&self, rows: &mut R) -> Result<Option<ProviderId>, NetworkError> {
        let found = rows.lookup(LIVE_HOLD, &values![self.client]).await?;
        found
            .map(|mut row| row.number().map(ProviderId))
            .transpose()
    }

    async fn quoted<R: Rows>(&self, rows: &mut R) -> Result<Vec<u8>, NetworkError> {
        let Some(quote) = self.quote else {
            return Ok(Vec::new());
        };
        let found = quote::lookup(rows, self.provider, quote, self.now.minute).await?;
        found.map(|it| it.bytes).ok_or(NetworkError::StaleQuote)
    }

    fn opening(&self, visit: Visit, confirm: Confirm) -> Opening {
        let tokens = &self.now.tokens;
        let partner = self
            .with_partner
            .then(|| tokens.partner(self.booking).digest());
        Opening {
            provider: self.provider,
            visit,
            holder: self.client,
            token: tokens.first(self.booking, self.client).digest(),
            partner,
            confirm,
            origin: Origin::Hold,
        }
    }
}
