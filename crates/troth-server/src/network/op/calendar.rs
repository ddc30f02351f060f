//! When a provider works, and when something else is in their calendar.

use std::sync::OnceLock;

use troth_booking::SpanSet;
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
     VALUES ($1, 0, $2, $3, 0) ON CONFLICT (provider) DO UPDATE SET feed = excluded.feed, \
     read = 0, due = 0, failed = 0";
const SET_READ: &str = "UPDATE calendars SET read = $1, failed = 0 WHERE provider = $2";
const SET_DUE: &str = "UPDATE calendars SET due = $1, failed = $2 WHERE provider = $3";
const LEASE: &str = "UPDATE calendars SET due = $1 WHERE due <= $2 AND provider IN \
     (SELECT provider FROM calendars WHERE length(feed) > 0 AND due <= $2 \
     ORDER BY failed, due, provider LIMIT $3) RETURNING provider, feed";
const FAILED: &str = "SELECT feed, failed FROM calendars WHERE provider = $1";
const OF_SOURCE: &str = "SELECT start, ends FROM busy WHERE provider = $1 AND source = $2 \
     ORDER BY start";
const DROP_SOURCE: &str = "DELETE FROM busy WHERE provider = $1 AND source = $2";
const DROP_BEFORE: &str = "DELETE FROM busy WHERE provider = $1 AND source = $2 AND start < $3";
const BUSY: &str = "SELECT start, ends FROM busy \
     WHERE provider = $1 AND start < $2 AND ends > $3 ORDER BY start, ends";
const TAKEN: &str = "SELECT DISTINCT cell FROM cells \
     WHERE provider = $1 AND cell >= $2 AND cell < $3 ORDER BY cell";

/// How many busy times one statement adds: many, and the rest.
const MANY: usize = 256;
const FEW: usize = 16;

/// How long after a reading a feed is read again, in minutes.
const STALE: u32 = 30;

/// The longest time until a feed that does not answer is tried again, in minutes: a day.
const LONGEST_WAIT: u32 = 24 * 60;

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
        put_read(rows, self).await
    }
}

/// Replaces the busy times of one source, and notes that they were read. The caller has locked the
/// provider.
async fn put_read<R: Rows>(rows: &mut R, put: &PutBusy) -> Result<(), NetworkError> {
    put_busy(rows, put.provider, put.source, &put.busy).await?;
    rows.change(SET_READ, &values![put.minute, put.provider])
        .await?;
    if put.source == BusySource::Import {
        return Ok(());
    }
    let synced = NewEvidence {
        provider: put.provider,
        kind: evidence::CALENDAR_SYNCED,
        minute: put.minute,
    };
    evidence::add(rows, &synced).await
}

/// Replaces the busy times of one source. The caller has locked the provider.
///
/// The times are put together first, so that each row is one stretch. A calendar that is read again
/// mostly says the same as before, with a little less of the past; then nothing else is written.
pub(super) async fn put_busy<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    source: BusySource,
    busy: &[Span],
) -> Result<(), NetworkError> {
    let source = source as i64;
    let busy: SpanSet = busy.iter().copied().collect();
    let before = rows.query(OF_SOURCE, &values![provider, source]).await?;
    let before: Vec<Span> = before
        .into_iter()
        .map(read_span)
        .collect::<Result<_, _>>()?;
    if before == busy.spans() {
        return Ok(());
    }
    if let Some(first) = busy.spans().first()
        && before.ends_with(busy.spans())
    {
        let past = values![provider, source, first.from];
        return rows.change(DROP_BEFORE, &past).await.map(drop);
    }
    if !before.is_empty() {
        rows.change(DROP_SOURCE, &values![provider, source]).await?;
    }
    add_busy(rows, provider, source, busy.spans()).await
}

/// Adds stretches of busy time, many with each statement.
async fn add_busy<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    source: i64,
    mut spans: &[Span],
) -> Result<(), NetworkError> {
    while let Some(last) = spans.last() {
        let size = if spans.len() > FEW { MANY } else { FEW };
        let (now, rest) = spans.split_at_checked(size).unwrap_or((spans, &[][..]));
        let mut all = values![provider, source].to_vec();
        // A statement of one length serves for all: what it has too much says the last one again.
        let filled = now.iter().chain(core::iter::repeat(last)).take(size);
        all.extend(filled.flat_map(|span| values![span.from, span.to]));
        rows.change(added(size), &all).await?;
        spans = rest;
    }
    Ok(())
}

/// The statement that adds so many rows.
fn added(size: usize) -> &'static str {
    static STATEMENTS: [OnceLock<String>; 2] = [OnceLock::new(), OnceLock::new()];
    let [few, many] = &STATEMENTS;
    let statement = if size == FEW { few } else { many };
    statement.get_or_init(|| {
        let row = |place: usize| format!("($1, $2, ${}, ${})", place * 2 + 3, place * 2 + 4);
        let all: Vec<String> = (0..size).map(row).collect();
        format!(
            "INSERT INTO busy (provider, source, start, ends) VALUES {} ON CONFLICT DO NOTHING",
            all.join(", ")
        )
    })
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

/// Takes the calendar feeds that are due, those that answered last time first, and then those that are
/// due for longest. Until the lease ends nobody else takes them, whatever becomes of the reading.
#[derive(Debug, Clone)]
pub struct LeaseBusyAddresses {
    /// Now.
    pub now: Minute,
    /// The end of the lease.
    pub until: Minute,
    /// At most so many.
    pub limit: u32,
}

impl Operation for LeaseBusyAddresses {
    /// Whose, and the address.
    type Output = Vec<(ProviderId, String)>;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let lease = values![self.until, self.now, self.limit];
        let found = rows.query(LEASE, &lease).await?;
        let read = |mut row: Row| Ok((ProviderId(row.number()?), row.text()?));
        found.into_iter().map(read).collect()
    }
}

/// Notes how the reading of a calendar feed went, and when it is due again.
///
/// A feed that does not answer is tried after half an hour, then after twice as long each time, up to
/// a day; what it said before still blocks.
#[derive(Debug, Clone)]
pub struct NoteReading {
    /// Whose.
    pub provider: ProviderId,
    /// The address that was read. Where it is another by now, nothing is noted.
    pub address: String,
    /// What it blocks; `None` if it could not be read.
    pub busy: Option<Vec<Span>>,
    /// Now.
    pub minute: Minute,
}

impl Operation for NoteReading {
    /// Whether it was noted.
    type Output = bool;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        // A failure changes nothing that is published.
        if self.busy.is_some() {
            touch(rows, self.provider, self.minute).await?;
        }
        let found = rows.lookup(FAILED, &values![self.provider]).await?;
        let Some(mut row) = found else {
            return Ok(false);
        };
        if row.text()? != self.address {
            return Ok(false);
        }
        let failed = match &self.busy {
            Some(_) => 0,
            None => row.number::<u32>()?.saturating_add(1),
        };
        if let Some(busy) = &self.busy {
            let put = PutBusy {
                provider: self.provider,
                source: BusySource::Address,
                busy: busy.clone(),
                minute: self.minute,
            };
            put_read(rows, &put).await?;
        }
        let due = self.minute.plus(wait(failed));
        let due = values![due, failed, self.provider];
        rows.change(SET_DUE, &due).await?;
        Ok(true)
    }
}

/// How many minutes a feed waits that failed so many times in a row.
fn wait(failed: u32) -> u32 {
    let doubled = failed.saturating_sub(1).min(10);
    (STALE << doubled).min(LONGEST_WAIT)
}
