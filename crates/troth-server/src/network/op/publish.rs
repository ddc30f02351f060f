//! What goes into the published shards, a state and a page at a time.
//!
//! Pages are cut by the numbers of listings, so a listing that changes between two pages is in
//! one of them as it is at that moment, and never in both or none.

use super::calendar::join;
use super::evidence::EvidenceRow;
use super::plan::AcceptanceRow;
use super::provider::{ProviderRow, columns};
use crate::network::store::{
    Access, Minute, NetworkError, Operation, ProviderId, Row, Rows, Span, values,
};

const PROVIDERS: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM provider_states s JOIN providers p ON p.provider = s.provider \
     WHERE s.place = $1 AND s.provider > $2 AND p.state = 2 ORDER BY s.provider LIMIT $3"
);
const ACCEPTANCES: &str = "SELECT a.provider, a.plan, a.place, a.formats, a.from_day, a.until_day \
     FROM provider_states s JOIN acceptances a ON a.provider = s.provider \
     WHERE s.place = $1 AND s.provider > $2 AND s.provider <= $3 \
     ORDER BY a.provider, a.plan, a.place";
const EVIDENCE: &str = "SELECT e.provider, e.kind, e.minute, e.count \
     FROM provider_states s JOIN evidence e ON e.provider = s.provider \
     WHERE s.place = $1 AND s.provider > $2 AND s.provider <= $3 \
     ORDER BY e.provider, e.kind, e.minute";
const CALENDARS: &str = "SELECT c.provider, c.hours FROM provider_states s \
     JOIN providers p ON p.provider = s.provider JOIN calendars c ON c.provider = s.provider \
     WHERE s.place = $1 AND s.provider > $2 AND p.state = 2 AND length(c.hours) > 0 \
     ORDER BY s.provider LIMIT $3";
const BUSY: &str = "SELECT b.provider, b.start, b.ends FROM provider_states s \
     JOIN busy b ON b.provider = s.provider \
     WHERE s.place = $1 AND s.provider > $2 AND s.provider <= $3 AND b.start < $4 AND b.ends > $5 \
     ORDER BY b.provider, b.start, b.ends";
const TAKEN: &str = "SELECT DISTINCT c.provider, c.cell FROM provider_states s \
     JOIN cells c ON c.provider = s.provider \
     WHERE s.place = $1 AND s.provider > $2 AND s.provider <= $3 AND c.cell >= $4 AND c.cell < $5 \
     ORDER BY c.provider, c.cell";
const TOUCHED: &str = "SELECT t.provider, t.minute, p.states FROM touched t \
     JOIN providers p ON p.provider = t.provider WHERE t.minute >= $1 ORDER BY t.provider";
const PLACES: &str = "SELECT DISTINCT place FROM provider_states ORDER BY place";

/// A listing with what its confidence is counted from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardRow {
    /// The listing.
    pub provider: ProviderRow,
    /// What payers say.
    pub acceptances: Vec<AcceptanceRow>,
    /// The evidence.
    pub evidence: Vec<EvidenceRow>,
}

/// Lists the verified listings with a licence in a state.
#[derive(Debug, Clone)]
pub struct ListShard {
    /// The number of the state.
    pub place: u8,
    /// After this listing; 0 begins.
    pub after: u32,
    /// At most so many.
    pub limit: u32,
}

impl Operation for ListShard {
    /// In the order of the numbers; fewer than the limit is the last page.
    type Output = Vec<ShardRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let Self {
            place,
            after,
            limit,
        } = *self;
        let found = rows.query(PROVIDERS, &values![place, after, limit]).await?;
        let found: Result<Vec<_>, _> = found.into_iter().map(ProviderRow::read).collect();
        let found = found?;
        let Some(last) = found.last().map(|it| it.provider) else {
            return Ok(Vec::new());
        };
        let range = values![place, after, last];
        let acceptances = rows.query(ACCEPTANCES, &range).await?;
        let acceptances: Result<Vec<_>, _> =
            acceptances.into_iter().map(AcceptanceRow::read).collect();
        let evidence = rows.query(EVIDENCE, &range).await?;
        let evidence: Result<Vec<_>, _> = evidence.into_iter().map(EvidenceRow::read).collect();
        let mut acceptances = Sorted::new(acceptances?, |it| it.provider);
        let mut evidence = Sorted::new(evidence?, |it| it.provider);
        let row = |provider: ProviderRow| ShardRow {
            acceptances: acceptances.of(provider.provider),
            evidence: evidence.of(provider.provider),
            provider,
        };
        Ok(found.into_iter().map(row).collect())
    }
}

/// A provider's hours and everything that is not free in a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailabilityRow {
    /// Whose.
    pub provider: ProviderId,
    /// The hours, as JSON of [`troth_booking::rules::Hours`].
    pub hours: Vec<u8>,
    /// Busy times, in rising order; they may overlap.
    pub busy: Vec<Span>,
    /// Booked, requested, held and offered times, in whole cells, in rising order.
    pub taken: Vec<Span>,
}

/// Lists the calendars of the verified listings with a licence in a state.
#[derive(Debug, Clone)]
pub struct ListAvailability {
    /// The number of the state.
    pub place: u8,
    /// After this listing; 0 begins.
    pub after: u32,
    /// At most so many.
    pub limit: u32,
    /// For which span.
    pub span: Span,
}

impl Operation for ListAvailability {
    /// In the order of the numbers, without those who have no hours; fewer than the limit is
    /// the last page.
    type Output = Vec<AvailabilityRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let (place, after, span) = (self.place, self.after, self.span.in_cells());
        let found = rows
            .query(CALENDARS, &values![place, after, self.limit])
            .await?;
        let read = |mut row: Row| Ok((ProviderId(row.number()?), row.bytes()?));
        let found: Result<Vec<(ProviderId, Vec<u8>)>, NetworkError> =
            found.into_iter().map(read).collect();
        let found = found?;
        let Some(last) = found.last().map(|it| it.0) else {
            return Ok(Vec::new());
        };
        let busy = rows
            .query(BUSY, &values![place, after, last, span.to, span.from])
            .await?;
        let cells = values![place, after, last, span.from.cell().0, span.to.cell().0];
        let taken = rows.query(TAKEN, &cells).await?;
        let busy: Result<Vec<_>, _> = busy.into_iter().map(read_busy).collect();
        let taken: Result<Vec<_>, _> = taken.into_iter().map(read_cell).collect();
        let mut busy = Sorted::new(busy?, |it| it.0);
        let mut taken = Sorted::new(taken?, |it| it.0);
        let row = |(provider, hours)| AvailabilityRow {
            provider,
            hours,
            busy: busy.of(provider).into_iter().map(|it| it.1).collect(),
            taken: join(taken.of(provider).into_iter().map(|it| it.1)),
        };
        Ok(found.into_iter().map(row).collect())
    }
}

fn read_busy(mut row: Row) -> Result<(ProviderId, Span), NetworkError> {
    let provider = ProviderId(row.number()?);
    let span = Span::new(Minute(row.number()?), Minute(row.number()?));
    Ok((provider, span))
}

fn read_cell(mut row: Row) -> Result<(ProviderId, u32), NetworkError> {
    Ok((ProviderId(row.number()?), row.number()?))
}

/// Rows in the order of their providers, handed out provider by provider.
struct Sorted<T, K> {
    rows: std::iter::Peekable<std::vec::IntoIter<T>>,
    key: K,
}

impl<T, K: Fn(&T) -> ProviderId> Sorted<T, K> {
    fn new(rows: Vec<T>, key: K) -> Self {
        Self {
            rows: rows.into_iter().peekable(),
            key,
        }
    }

    /// Takes the rows of a provider; those of earlier ones are passed over.
    fn of(&mut self, provider: ProviderId) -> Vec<T> {
        let key = &self.key;
        while self.rows.next_if(|row| key(row) < provider).is_some() {}
        let mut taken = Vec::new();
        while let Some(row) = self.rows.next_if(|row| key(row) == provider) {
            taken.push(row);
        }
        taken
    }
}

/// A listing of which something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TouchedRow {
    /// Which.
    pub provider: ProviderId,
    /// When, the last time.
    pub minute: Minute,
    /// The states of its licences, one bit each.
    pub states: u64,
}

/// Lists the listings of which anything changed at a minute or after it: the listing, its
/// evidence, its calendar, its bookings.
///
/// A minute is not over while it is asked for: ask again for the one in which the last list
/// was made.
#[derive(Debug, Clone)]
pub struct ListTouched {
    /// From this minute on.
    pub since: Minute,
}

impl Operation for ListTouched {
    type Output = Vec<TouchedRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = rows.query(TOUCHED, &values![self.since]).await?;
        let read = |mut row: Row| {
            Ok(TouchedRow {
                provider: ProviderId(row.number()?),
                minute: Minute(row.number()?),
                states: row.number::<i64>()?.cast_unsigned(),
            })
        };
        found.into_iter().map(read).collect()
    }
}

/// Lists the numbers of the states in which anybody is licensed.
#[derive(Debug, Clone)]
pub struct ListPlaces;

impl Operation for ListPlaces {
    type Output = Vec<u8>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = rows.query(PLACES, &[]).await?;
        found.into_iter().map(|mut row| row.number()).collect()
    }
}
