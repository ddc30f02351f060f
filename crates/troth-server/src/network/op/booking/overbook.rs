//! A time of the provider's own choosing, whatever their calendar says: with a reason, and audited.
//!
//! For somebody without a pseudonym it is booked at once. To one of the practice's own clients it is
//! offered: nothing is booked and no quarter hour of theirs is looked at or taken before they accept,
//! so a practice learns nothing of where else a person is.

use troth_booking::machine::{ASK_MINUTES, Confirm, Opening, Origin, open};
use troth_booking::rules::Hours;
use troth_wire::AccountId;

use super::settle::put_client;
use super::{BookingRow, Fresh, Now, begin, lapse_due, open_listing};
use crate::network::op::audit::{self, Act, Note};
use crate::network::op::calendar;
use crate::network::op::lock::touch;
use crate::network::op::notice::{self, NewNotice, NoticeKind};
use crate::network::op::occupy::{Of, Taking, next_layer, occupy};
use crate::network::op::provider::{licensed, number_of};
use crate::network::store::{
    BookingId, ClientId, Conflict, Minute, NetworkError, Operation, ProviderId, Rows, Visit, values,
};

/// The state in which a client of this provider said to be, with their newest visit that was kept,
/// missed, booked or asked for. Who has none is no client of theirs.
const CLIENT_OF: &str = "SELECT c.place FROM booking_clients c \
     JOIN bookings b ON b.booking = c.booking WHERE c.client = $1 AND b.provider = $2 \
     AND b.state IN (2, 3, 9, 10) ORDER BY b.start DESC, b.booking LIMIT 1";
/// Times that the provider offers this client now: offered, and over others.
const ASKED: &str = "SELECT count(*) FROM booking_clients c \
     JOIN bookings b ON b.booking = c.booking JOIN cells s ON s.booking = b.booking \
     WHERE c.client = $1 AND b.provider = $2 AND b.state = 1 AND s.layer > 0";

/// For whom a provider puts a time in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Somebody without a pseudonym: the one given here was drawn for this visit, and nobody has
    /// its secret.
    Nobody(ClientId),
    /// A client of theirs, who is asked.
    Client(ClientId),
}

/// Puts a visit in, or offers it to a client, whether or not the time is free or in the hours.
#[derive(Debug, Clone)]
pub struct Overbook {
    /// Its name, drawn at random.
    pub booking: BookingId,
    /// The account that keeps the listing.
    pub account: AccountId,
    /// For whom.
    pub whom: Whom,
    /// When.
    pub start: Minute,
    /// How long, in minutes.
    pub minutes: u16,
    /// Why, for the audit log.
    pub why: String,
    /// The number of the state in which the person will be, where nothing is known of them.
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
    /// - [`NetworkError::NotBookable`]: the listing is not verified.
    /// - [`NetworkError::NotTheirClient`]: not somebody with a past or open visit here, or asked
    ///   already; the same whoever it is, and wherever they are then.
    /// - [`NetworkError::NotLicensed`]: no licence covers that day.
    /// - [`NetworkError::Refused`]: it lies in the past or has no sound length.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let provider = number_of(rows, self.account).await?;
        touch(rows, provider, self.now.minute).await?;
        open_listing(rows, provider).await?;
        lapse_due(rows, provider, &self.now).await?;
        let place = match self.whom {
            Whom::Nobody(_) => self.place,
            Whom::Client(client) => their_client(rows, provider, client).await?,
        };
        licensed(rows, provider, &[place], self.start).await?;
        let visit = Visit {
            start: self.start,
            minutes: self.minutes,
            before: 0,
            after: 0,
        };
        let layer = next_layer(rows, provider, &visit).await?.max(1);
        let confirm = confirms(rows, provider).await?;
        let opening = self.opening((provider, confirm), visit, layer);
        let change = open(self.booking, &opening, self.now.minute)?;
        let drawn = match self.whom {
            Whom::Nobody(client) => Some((client, Conflict::Client)),
            // Theirs until they accept.
            Whom::Client(_) => None,
        };
        let taking = Taking {
            booking: self.booking,
            visit: &visit,
            of: Of::Layer(provider, layer),
            clients: drawn.as_slice(),
        };
        occupy(rows, &taking).await?;
        let fresh = Fresh {
            root: self.booking,
            earlier: 0,
            quote: None,
            quote_bytes: &[],
            details: &self.details,
            place,
        };
        let row = begin(rows, &change, &fresh, &self.now).await?;
        put_client(rows, (opening.holder, self.booking), place, &[]).await?;
        self.tell(rows).await?;
        self.note(rows, provider).await?;
        Ok(row)
    }
}

/// Finds where a client of the provider's was said to be.
async fn their_client<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    client: ClientId,
) -> Result<u8, NetworkError> {
    let found = rows.lookup(CLIENT_OF, &values![client, provider]).await?;
    let place = found.ok_or(NetworkError::NotTheirClient)?.number()?;
    let asked = rows.lookup(ASKED, &values![client, provider]).await?;
    let asked: u32 = asked.map_or(Ok(0), |mut row| row.number())?;
    if asked > 0 {
        return Err(NetworkError::NotTheirClient);
    }
    Ok(place)
}

/// Whether the provider answers first, if the visit is moved to a time that they did not choose.
async fn confirms<R: Rows>(rows: &mut R, provider: ProviderId) -> Result<Confirm, NetworkError> {
    let calendar = calendar::hours(rows, provider).await?;
    let hours = calendar.and_then(|it| serde_json::from_slice::<Hours>(&it.hours).ok());
    Ok(match hours {
        Some(hours) if hours.instant => Confirm::Instant,
        _ => Confirm::OnRequest,
    })
}

impl Overbook {
    fn opening(
        &self,
        (provider, confirm): (ProviderId, Confirm),
        visit: Visit,
        layer: u8,
    ) -> Opening {
        let tokens = &self.now.tokens;
        let (holder, token, origin) = match self.whom {
            Whom::Nobody(client) => {
                let token = tokens.next(self.booking, client);
                (client, token, Origin::Overbook { layer })
            }
            Whom::Client(client) => {
                let minutes = ASK_MINUTES;
                let token = tokens.first(self.booking, client);
                (client, token, Origin::Ask { layer, minutes })
            }
        };
        Opening {
            provider,
            visit,
            holder,
            token: token.digest(),
            partner: None,
            confirm,
            origin,
        }
    }

    /// Tells a client that a time is offered.
    async fn tell<R: Rows>(&self, rows: &mut R) -> Result<(), NetworkError> {
        let Whom::Client(client) = self.whom else {
            return Ok(());
        };
        let told = NewNotice {
            client,
            kind: NoticeKind::Offered,
            booking: self.booking,
            version: 0,
            minute: self.now.minute,
        };
        notice::add(rows, &told).await
    }

    async fn note<R: Rows>(&self, rows: &mut R, provider: ProviderId) -> Result<(), NetworkError> {
        let note = Note {
            actor: self.account,
            provider: Some(provider),
            act: Act::Overbooked,
            booking: Some(self.booking),
            detail: &self.why,
            minute: self.now.minute,
        };
        audit::note(rows, &note).await
    }
}
