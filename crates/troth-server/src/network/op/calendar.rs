//! When a provider works, and when something else is in their calendar.

use troth_wire::AccountId;

use super::evidence::{self, NewEvidence};
use super::lock::touch;
use super::provider::number_of;
use crate::network::store::{
    Access, Minute, NetworkError, Operation, ProviderId, Row, Rows, Span, values,
};

const LOOKUP: &str = "SELECT version, hours, feed, read FROM calendars WHERE provider = $1";
const PUT: &str = "INSERT INTO calendars (provider, version, hours, feed, read) \
     VALUES ($1, 1, $2, '', 0) ON CONFLICT (provider) DO UPDATE SET \
     version = calendars.version + 1, hours = excluded.hours";
const PUT_FEED: &str = "INSERT INTO calendars (provider, version, hours, feed, read) \
     VALUES ($1, 0, $2, $3, 0) ON CONFLICT (provider) DO UPDATE SET feed = excluded.feed, read = 0";
const SET_READ: &str = "UPDATE calendars SET read = $1 WHERE provider = $2";
const DUE: &str = "SELECT provider, feed, read FROM calendars \
     WHERE length(feed) > 0 AND read <= $1 ORDER BY read, provider LIMIT $2";
const DROP_BUSY: &str = "DELETE FROM busy WHERE provider = $1 AND source = $2";
const ADD_BUSY: &str = "INSERT INTO busy (provider, source, start, ends) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (provider, source, start) DO UPDATE SET ends = excluded.ends \
     WHERE busy.ends < excluded.ends";
const BUSY: &str = "SELECT start, ends FROM busy \
     WHERE provider = $1 AND start < $2 AND ends > $3 ORDER BY start, ends";
const TAKEN: &str = "SELECT DISTINCT cell FROM cells \
     WHERE provider = $1 AND cell >= $2 AND cell < $3 ORDER BY cell";

/// From where busy times came. The numbers are stored and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BusySource {
    /// A text that the provider handed in.
    Text = 0,
    /// The address of a feed.
    Address = 1,
    /// A seed, or another directory.
    Import = 2,
}

/// A provider's calendar as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CalendarRow {
    /// Counts the changes of the hours; 0 if there are none.
    pub version: u64,
    /// The hours, as JSON of [`troth_booking::rules::Hours`]; empty if there are none.
    pub hours: Vec<u8>,
    /// The address of the calendar feed; empty if there is none.
    pub feed: String,
    /// When busy times were last read.
    pub read: Minute,
    /// The busy times in the span asked for.
    pub busy: Vec<Span>,
    /// The times in the span that are booked, requested, held or offered, in whole cells.
    pub taken: Vec<Span>,
}

/// Reads the hours, or nothing.
pub(super) async fn hours<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
) -> Result<Option<CalendarRow>, NetworkError> {
    let row = rows.lookup(LOOKUP, &values![provider]).await?;
    let read = |mut row: Row| {
        Ok(CalendarRow {
            version: row.number()?,
            hours: row.bytes()?,
            feed: row.text()?,
            read: Minute(row.number()?),
            ..CalendarRow::default()
        })
    };
    row.map(read).transpose()
}

/// Reads the busy times that overlap a span.
pub(super) async fn busy<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    span: Span,
) -> Result<Vec<Span>, NetworkError> {
    let found = rows
        .query(BUSY, &values![provider, span.to, span.from])
        .await?;
    found.into_iter().map(read_span).collect()
}

fn read_span(mut row: Row) -> Result<Span, NetworkError> {
    Ok(Span::new(Minute(row.number()?), Minute(row.number()?)))
}

/// Reads which cells of a span are taken, as spans.
pub(super) async fn taken<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    span: Span,
) -> Result<Vec<Span>, NetworkError> {
    let mut cells = span.cells();
    let (Some(first), Some(last)) = (cells.next(), span.cells().next_back()) else {
        return Ok(Vec::new());
    };
    let found = rows
        .query(TAKEN, &values![provider, first.0, last.0.saturating_add(1)])
        .await?;
    let cells: Result<Vec<u32>, _> = found.into_iter().map(|mut row| row.number()).collect();
    Ok(join(cells?))
}

/// Joins neighbouring cells, which come in rising order.
pub(super) fn join(cells: impl IntoIterator<Item = u32>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for cell in cells {
        let cell = Span::new(
            troth_booking::Cell(cell).start(),
            troth_booking::Cell(cell.saturating_add(1)).start(),
        );
        match spans.last_mut() {
            Some(before) if before.to == cell.from => before.to = cell.to,
            _ => spans.push(cell),
        }
    }
    spans
}

/// Looks up a provider's hours, and what is busy and taken in a span.
#[derive(Debug, Clone)]
pub struct LookupCalendar {
    /// Whose.
    pub provider: ProviderId,
    /// Which span; an empty one reads the hours alone.
    pub span: Span,
}

impl Operation for LookupCalendar {
    /// Empty for a provider without one.
    type Output = CalendarRow;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let mut calendar = hours(rows, self.provider).await?.unwrap_or_default();
        if !self.span.is_empty() {
            calendar.busy = busy(rows, self.provider, self.span).await?;
            calendar.taken = taken(rows, self.provider, self.span).await?;
        }
        Ok(calendar)
    }
}

/// Replaces a provider's hours.
#[derive(Debug, Clone)]
pub struct PutHours {
    /// The account that keeps the listing.
    pub account: AccountId,
    /// The version that the caller last saw (`If-Match`); `None` takes any.
    pub replaces: Option<u64>,
    /// The hours, as JSON of [`troth_booking::rules::Hours`], checked by the caller.
    pub hours: Vec<u8>,
    /// Now.
    pub minute: Minute,
}

impl Operation for PutHours {
    /// The version now.
    type Output = u64;

    /// # Errors
    ///
    /// - [`NetworkError::NotFound`]: the account keeps no listing.
    /// - [`NetworkError::Changed`]: the hours are at another version.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let provider = number_of(rows, self.account).await?;
        touch(rows, provider, self.minute).await?;
        let version = hours(rows, provider).await?.map_or(0, |it| it.version);
        if self.replaces.is_some_and(|it| it != version) {
            return Err(NetworkError::Changed { version });
        }
        put_hours(rows, provider, &self.hours).await?;
        Ok(version + 1)
    }
}

/// Replaces the hours. The caller has locked the provider.
pub(super) async fn put_hours<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    hours: &[u8],
) -> Result<(), NetworkError> {
    rows.change(PUT, &values![provider, hours]).await.map(drop)
}

/// Replaces the busy times of one source; proves the calendar.
#[derive(Debug, Clone)]
pub struct PutBusy {
    /// Whose.
    pub provider: ProviderId,
    /// From where they came.
    pub source: BusySource,
    /// The busy times, in any order.
    pub busy: Vec<Span>,
    /// Now.
    pub minute: Minute,
}

impl Operation for PutBusy {
    type Output = ();

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        touch(rows, self.provider, self.minute).await?;
        put_busy(rows, self.provider, self.source, &self.busy).await?;
        rows.change(SET_READ, &values![self.minute, self.provider])
            .await?;
        if self.source == BusySource::Import {
            return Ok(());
        }
        let synced = NewEvidence {
            provider: self.provider,
            kind: evidence::CALENDAR_SYNCED,
            minute: self.minute,
        };
        evidence::add(rows, &synced).await
    }
}

/// Replaces the busy times of one source. The caller has locked the provider.
pub(super) async fn put_busy<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    source: BusySource,
    busy: &[Span],
) -> Result<(), NetworkError> {
    let source = source as i64;
    rows.change(DROP_BUSY, &values![provider, source]).await?;
    for span in busy.iter().filter(|span| !span.is_empty()) {
        rows.change(ADD_BUSY, &values![provider, source, span.from, span.to])
            .await?;
    }
    Ok(())
}

/// Sets the address of the calendar feed from which busy times are read; an empty one ends it.
#[derive(Debug, Clone)]
pub struct SetBusyAddress {
    /// The account that keeps the listing.
    pub account: AccountId,
    /// An https address, checked by the caller, or nothing.
    pub address: String,
    /// Now.
    pub minute: Minute,
}

impl Operation for SetBusyAddress {
    type Output = ProviderId;

    /// # Errors
    ///
    /// [`NetworkError::NotFound`]: the account keeps no listing.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let provider = number_of(rows, self.account).await?;
        touch(rows, provider, self.minute).await?;
        let feed = values![provider, [].as_slice() as &[u8], &self.address];
        let before = hours(rows, provider).await?.map(|it| it.feed);
        rows.change(PUT_FEED, &feed).await?;
        if before.is_none_or(|it| it != self.address) {
            put_busy(rows, provider, BusySource::Address, &[]).await?;
        }
        // A calendar comes as a text or from an address, never both.
        put_busy(rows, provider, BusySource::Text, &[]).await?;
        Ok(provider)
    }
}

/// Lists the calendar feeds that were last read before a minute, oldest first.
#[derive(Debug, Clone)]
pub struct ListBusyAddresses {
    /// Read at this minute or before.
    pub read_before: Minute,
    /// At most so many.
    pub limit: u32,
}

impl Operation for ListBusyAddresses {
    /// Whose, the address, and when it was last read.
    type Output = Vec<(ProviderId, String, Minute)>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = rows
            .query(DUE, &values![self.read_before, self.limit])
            .await?;
        let read = |mut row: Row| {
            Ok((
                ProviderId(row.number()?),
                row.text()?,
                Minute(row.number()?),
            ))
        };
        found.into_iter().map(read).collect()
    }
}
