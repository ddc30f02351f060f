//! Holding a time for the minutes in which both partners accept.

use troth_booking::Visit;
use troth_booking::machine::{Confirm, Opening, Origin, open};
use troth_booking::rules::Slot;

use super::settle::put_client;
use super::{BookingRow, Fresh, Now, begin, lapse_due, still_offered};
use crate::network::op::lock::touch;
use crate::network::op::occupy::{Of, Taking, occupy};
use crate::network::op::provider::licensed;
use crate::network::op::quote::{self, Priced};
use crate::network::store::{
    BookingId, ClientId, Conflict, Minute, NetworkError, Operation, ProviderId, QuoteId, Rows,
    Span, broken, values,
};

const LIVE_HOLD: &str = "SELECT b.provider FROM live_holds h \
     JOIN bookings b ON b.booking = h.booking WHERE h.client = $1";
const ADD_HOLD: &str = "INSERT INTO live_holds (client, booking) VALUES ($1, $2) \
     ON CONFLICT DO NOTHING";
/// Everything that decides most tries, in one statement.
const GLANCE: &str = "SELECT \
     (SELECT count(*) FROM bookings WHERE provider = $1 AND until > 0 AND until <= $2), \
     (SELECT count(*) FROM live_holds WHERE client = $3), \
     (SELECT count(*) FROM cells WHERE provider = $1 AND cell >= $4 AND cell <= $5), \
     (SELECT count(*) FROM client_cells WHERE client = $3 AND cell >= $4 AND cell <= $5)";

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
    /// - [`NetworkError::StaleQuote`]: the quote is not one that the provider gives now for this
    ///   length, state, format, service and plan.
    /// - [`NetworkError::NotLicensed`]: not licensed there on that day.
    /// - [`NetworkError::NotFound`]: no such provider.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        // Without a lock first, so that those who come late to a wanted time do not wait for one
        // another; then with it, so that those who waited do not keep the others waiting.
        self.glance(rows).await?.refuse()?;
        self.lock(rows).await?;
        let slot = Slot {
            start: self.start,
            minutes: self.minutes,
        };
        let minute = self.now.minute;
        let (visit, hours) = still_offered(rows, self.provider, slot, minute).await?;
        licensed(rows, self.provider, &[self.place], self.start).await?;
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
            place: self.place,
        };
        let row = begin(rows, &change, &fresh, &self.now).await?;
        put_client(rows, (self.client, self.booking), self.place, &[]).await?;
        Ok(row)
    }
}

/// What stands in the way of a hold, at a glance.
#[derive(Debug, Clone, Copy)]
struct Glance {
    /// Something of the provider is over and not yet ended.
    is_due: bool,
    /// The person holds a time.
    has_hold: bool,
    /// The provider's time is taken.
    is_taken: bool,
    /// The person's own time is taken.
    is_busy: bool,
}

impl Glance {
    /// Refuses what is surely taken. What may be over already is for who has the lock.
    fn refuse(self) -> Result<(), NetworkError> {
        if self.is_due || self.has_hold || !(self.is_taken || self.is_busy) {
            return Ok(());
        }
        let taken = self.is_taken.then_some(Conflict::Provider);
        let busy = self.is_busy.then_some(Conflict::Client);
        Err(NetworkError::Taken(
            [taken, busy].into_iter().flatten().collect(),
        ))
    }
}

impl PlaceHold {
    /// Looks what stands in the way, whether or not the provider is locked.
    async fn glance<R: Rows>(&self, rows: &mut R) -> Result<Glance, NetworkError> {
        let span = Span::new(self.start, self.start.plus(u32::from(self.minutes)));
        let (first, last) = (span.from.cell().0, span.to.minus(1).cell().0);
        let asked = values![self.provider, self.now.minute, self.client, first, last];
        let found = rows.lookup(GLANCE, &asked).await?;
        let mut found = found.ok_or_else(broken)?;
        let mut count = || found.number::<u64>().map(|it| it > 0);
        Ok(Glance {
            is_due: count()?,
            has_hold: count()?,
            is_taken: count()?,
            is_busy: count()?,
        })
    }

    /// Locks the provider, and the one at whom the person holds a time, and ends what is over.
    async fn lock<R: Rows>(&self, rows: &mut R) -> Result<(), NetworkError> {
        let mut providers = vec![self.provider];
        providers.extend(self.live_hold(rows).await?);
        providers.sort_unstable();
        providers.dedup();
        for provider in &providers {
            touch(rows, *provider, self.now.minute).await?;
        }
        let glance = self.glance(rows).await?;
        glance.refuse()?;
        if glance.is_due || glance.has_hold {
            for provider in providers {
                lapse_due(rows, provider, &self.now).await?;
            }
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
        let priced = Priced {
            provider: self.provider,
            minutes: self.minutes,
            place: self.place,
            details: &self.details,
        };
        quote::of_visit(rows, quote, priced, self.now.minute).await
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
