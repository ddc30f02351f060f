//! Calendar feeds: an address with a secret, of which only the hash is kept.

use troth_booking::feed::Entry;
use troth_booking::machine::{Booking, State};

use super::booking::load;
use crate::network::store::{
    Access, BookingId, ClientId, Minute, NetworkError, Operation, ProviderId, Row, Rows,
    SecretHash, broken, values,
};

/// How many days a visit that is over stays in the feeds.
const KEEP_DAYS: u32 = 60;

/// How many visits a feed holds at most.
const MAX_VISITS: u32 = 1_000;

const DROP: &str = "DELETE FROM feeds WHERE provider = $1 AND client = $2";
const ADD: &str = "INSERT INTO feeds (secret, provider, client) VALUES ($1, $2, $3) \
     ON CONFLICT DO NOTHING";
const LOOKUP: &str = "SELECT provider, client FROM feeds WHERE secret = $1";
const OF_PROVIDER: &str = "SELECT booking FROM bookings WHERE provider = $1 AND start > $2 \
     AND state <> 0 AND state <> 1 AND state <> 5 AND state <> 8 ORDER BY start, booking LIMIT $3";
const OF_CLIENT: &str = "SELECT b.booking FROM booking_clients c \
     JOIN bookings b ON b.booking = c.booking WHERE c.client = $1 AND b.start > $2 \
     AND b.state <> 0 AND b.state <> 1 AND b.state <> 5 AND b.state <> 8 \
     ORDER BY b.start, b.booking LIMIT $3";

/// Whose visits a feed holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedOwner {
    /// A provider's.
    Provider(ProviderId),
    /// A person's.
    Client(ClientId),
}

impl FeedOwner {
    /// The two columns; what is not there is zero or empty.
    fn columns(self) -> (u32, Option<ClientId>) {
        match self {
            Self::Provider(provider) => (provider.0, None),
            Self::Client(client) => (0, Some(client)),
        }
    }
}

/// Opens the feed of an owner at a new address; the old address ends.
#[derive(Debug, Clone)]
pub struct OpenFeed {
    /// The hash of the secret in the address.
    pub secret: SecretHash,
    /// Whose.
    pub owner: FeedOwner,
}

impl Operation for OpenFeed {
    type Output = ();

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let (provider, client) = self.owner.columns();
        rows.change(DROP, &values![provider, client]).await?;
        let added = values![self.secret, provider, client];
        match rows.change(ADD, &added).await? {
            1 => Ok(()),
            // Another request of the same owner came between the two.
            _ => Err(NetworkError::Contended),
        }
    }
}

/// Ends the feed of an owner.
#[derive(Debug, Clone)]
pub struct EndFeed {
    /// Whose.
    pub owner: FeedOwner,
}

impl Operation for EndFeed {
    /// Whether there was one.
    type Output = bool;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let (provider, client) = self.owner.columns();
        Ok(rows.change(DROP, &values![provider, client]).await? > 0)
    }
}

/// Reads a feed.
#[derive(Debug, Clone)]
pub struct ReadFeed {
    /// The hash of the secret in the address.
    pub secret: SecretHash,
    /// Now.
    pub minute: Minute,
}

impl Operation for ReadFeed {
    /// Nothing, if there is no feed at this address.
    type Output = Option<Vec<Entry>>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let Some(mut feed) = rows.lookup(LOOKUP, &values![self.secret]).await? else {
            return Ok(None);
        };
        let provider: u32 = feed.number()?;
        let client = feed.fixed_or_none()?.map(ClientId);
        let since = self.minute.minus(KEEP_DAYS * 24 * 60);
        let found = match client {
            Some(client) => {
                let range = values![client, since, MAX_VISITS];
                rows.query(OF_CLIENT, &range).await?
            }
            None => {
                let range = values![provider, since, MAX_VISITS];
                rows.query(OF_PROVIDER, &range).await?
            }
        };
        entries(rows, found).await.map(Some)
    }
}

async fn entries<R: Rows>(rows: &mut R, found: Vec<Row>) -> Result<Vec<Entry>, NetworkError> {
    let mut entries = Vec::with_capacity(found.len());
    for mut row in found {
        let id = BookingId(row.fixed()?);
        let row = load(rows, id).await?.ok_or_else(broken)?;
        if was_asked(&row.booking) {
            entries.push(Entry {
                root: row.root,
                visit: row.booking.visit,
                state: row.booking.state,
                sequence: row.earlier.saturating_add(row.booking.sequence),
                changed: row.changed,
            });
        }
    }
    Ok(entries)
}

/// Whether a visit was ever requested or booked; a hold that lapsed was not.
fn was_asked(booking: &Booking) -> bool {
    booking.state != State::Lapsed
        || booking.holder.accepted
            && !matches!(
                booking.partner,
                troth_booking::machine::Partner::Invited { .. }
            )
}
