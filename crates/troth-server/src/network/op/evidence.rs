//! Dated evidence of what listings claim, reports of failed contacts, and what the ghost rate
//! is counted from.
//!
//! What evidence is worth, and how it ages, is decided in [`troth_match::proof`]; its kinds are
//! kept by their codes. Of each proof only the newest is kept; every trouble stays until the
//! therapist's next own act.

use troth_wire::AccountId;

use super::lock::touch;
use super::provider::number_of;
use crate::network::store::{
    Access, Minute, NetworkError, Operation, ProviderId, Row, Rows, SecretHash, values,
};

/// The codes of [`troth_match::proof::EvidenceKind`] that operations write by themselves.
pub(super) const VISIT_KEPT: u8 = 0;
pub(super) const VISIT_BOOKED: u8 = 1;
pub(super) const CALENDAR_SYNCED: u8 = 2;
pub(super) const CONFIRMED: u8 = 3;
pub(super) const IMPORTED_CLAIM: u8 = 4;
pub(super) const FAILED_CONTACT: u8 = 5;
pub(super) const UNANSWERED_REQUEST: u8 = 6;

const DROP_OLDER: &str = "DELETE FROM evidence WHERE provider = $1 AND kind = $2 AND minute <= $3";
const DROP_TROUBLE: &str =
    "DELETE FROM evidence WHERE provider = $1 AND kind >= 5 AND minute <= $2";
const ADD: &str = "INSERT INTO evidence (provider, kind, minute, count) VALUES ($1, $2, $3, 1) \
     ON CONFLICT (provider, kind, minute) DO UPDATE SET count = evidence.count + 1";
const OF_PROVIDER: &str = "SELECT provider, kind, minute, count FROM evidence \
     WHERE provider = $1 ORDER BY kind, minute";
const AFTER: &str = "SELECT provider, kind, minute, count FROM evidence WHERE provider > $1 \
     AND provider <= $2 ORDER BY provider, kind, minute";
const LAST_OF_PAGE: &str = "SELECT provider FROM (SELECT provider FROM providers \
     WHERE provider > $1 ORDER BY provider LIMIT $2) page ORDER BY provider DESC LIMIT 1";
const ADD_REPORT: &str = "INSERT INTO reports (provider, what, reporter, day) \
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
const COUNT_REPORTS: &str = "SELECT what, count(*) FROM reports WHERE day >= $1 GROUP BY what \
     ORDER BY what";
const COUNT_EVIDENCE: &str = "SELECT kind, CAST(sum(count) AS BIGINT) FROM evidence \
     WHERE minute >= $1 AND kind <> 1 AND kind < 5 GROUP BY kind ORDER BY kind";
const COUNT_ATTEMPT: &str = "INSERT INTO attempts (day, kind, part, count) \
     VALUES ($1, $2, $3, 1) ON CONFLICT (day, kind, part) DO UPDATE SET count = attempts.count + 1";
const COUNT_ATTEMPTS: &str = "SELECT kind, CAST(sum(count) AS BIGINT) FROM attempts \
     WHERE day >= $1 GROUP BY kind ORDER BY kind";
const COUNT_STATES: &str = "SELECT state, count(*) FROM providers GROUP BY state ORDER BY state";

/// A day's count lies in so many rows, so that bookings of different providers seldom wait for
/// one another.
const PARTS: u32 = 64;

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// One piece of evidence to be added.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewEvidence {
    pub(super) provider: ProviderId,
    pub(super) kind: u8,
    pub(super) minute: Minute,
}

/// Adds evidence. The caller has locked the provider.
pub(super) async fn add<R: Rows>(rows: &mut R, new: &NewEvidence) -> Result<(), NetworkError> {
    let NewEvidence {
        provider,
        kind,
        minute,
    } = *new;
    if kind < FAILED_CONTACT {
        rows.change(DROP_OLDER, &values![provider, kind, minute])
            .await?;
    }
    if matches!(kind, VISIT_KEPT | VISIT_BOOKED | CONFIRMED) {
        rows.change(DROP_TROUBLE, &values![provider, minute])
            .await?;
    }
    rows.change(ADD, &values![provider, kind, minute]).await?;
    if matches!(kind, VISIT_BOOKED | FAILED_CONTACT | UNANSWERED_REQUEST) {
        rows.change(
            COUNT_ATTEMPT,
            &values![minute.0 / DAY, kind, provider.0 % PARTS],
        )
        .await?;
    }
    Ok(())
}

/// One piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EvidenceRow {
    /// Of which listing.
    pub provider: ProviderId,
    /// The code of its kind.
    pub kind: u8,
    /// When it happened.
    pub minute: Minute,
    /// How often, in that minute.
    pub count: u32,
}

impl EvidenceRow {
    /// Reads provider, kind, minute and count.
    pub(super) fn read(mut row: Row) -> Result<Self, NetworkError> {
        Ok(Self {
            provider: ProviderId(row.number()?),
            kind: row.number()?,
            minute: Minute(row.number()?),
            count: row.number()?,
        })
    }
}

/// Lists the evidence of one listing.
#[derive(Debug, Clone)]
pub struct LookupEvidence {
    /// Which.
    pub provider: ProviderId,
}

impl Operation for LookupEvidence {
    type Output = Vec<EvidenceRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = rows.query(OF_PROVIDER, &values![self.provider]).await?;
        found.into_iter().map(EvidenceRow::read).collect()
    }
}

/// Lists evidence of many listings, in the order of their numbers.
#[derive(Debug, Clone)]
pub struct ListEvidence {
    /// After this listing; 0 begins.
    pub after: u32,
    /// Of so many listings.
    pub limit: u32,
}

/// A page of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidencePage {
    /// The evidence.
    pub evidence: Vec<EvidenceRow>,
    /// After which listing the next page begins; `None` when there is none.
    pub next: Option<u32>,
}

impl Operation for ListEvidence {
    type Output = EvidencePage;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let last = rows
            .lookup(LAST_OF_PAGE, &values![self.after, self.limit])
            .await?;
        let Some(mut last) = last else {
            return Ok(EvidencePage {
                evidence: Vec::new(),
                next: None,
            });
        };
        let last: u32 = last.number()?;
        let found = rows.query(AFTER, &values![self.after, last]).await?;
        let evidence: Result<Vec<_>, _> = found.into_iter().map(EvidenceRow::read).collect();
        Ok(EvidencePage {
            evidence: evidence?,
            next: Some(last),
        })
    }
}

/// The therapist says that the listing is still true.
#[derive(Debug, Clone)]
pub struct ConfirmListing {
    /// The account that keeps it.
    pub account: AccountId,
    /// Now.
    pub minute: Minute,
}

impl Operation for ConfirmListing {
    type Output = ();

    /// # Errors
    ///
    /// [`NetworkError::NotFound`]: the account keeps no listing.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let provider = number_of(rows, self.account).await?;
        touch(rows, provider, self.minute).await?;
        let evidence = NewEvidence {
            provider,
            kind: CONFIRMED,
            minute: self.minute,
        };
        add(rows, &evidence).await
    }
}

/// Somebody says that a therapist could not be had as listed. Counts once a device and day.
#[derive(Debug, Clone)]
pub struct AddReport {
    /// Who was listed.
    pub provider: ProviderId,
    /// The code of what was wrong.
    pub what: u8,
    /// A hash that is the same for one device or address on one day, and for nothing else.
    pub reporter: SecretHash,
    /// Now.
    pub minute: Minute,
}

impl Operation for AddReport {
    /// Whether it counts.
    type Output = bool;

    /// # Errors
    ///
    /// [`NetworkError::NotFound`]: no such listing.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        if super::provider::lookup(rows, self.provider)
            .await?
            .is_none()
        {
            return Err(NetworkError::NotFound);
        }
        touch(rows, self.provider, self.minute).await?;
        let report = values![self.provider, self.what, self.reporter, self.minute.0 / DAY];
        if rows.change(ADD_REPORT, &report).await? == 0 {
            return Ok(false);
        }
        let evidence = NewEvidence {
            provider: self.provider,
            kind: FAILED_CONTACT,
            minute: self.minute,
        };
        add(rows, &evidence).await?;
        Ok(true)
    }
}

/// Counts what the instance's own ghost rate is made of.
#[derive(Debug, Clone)]
pub struct CountGhosts {
    /// Only what happened from this minute on.
    pub since: Minute,
}

/// The counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GhostCounts {
    /// How many reports of each code.
    pub reports: Vec<(u8, u64)>,
    /// How much evidence of each kind: of the proofs the newest of each listing; of bookings,
    /// failed contacts and unanswered requests, every one that ever was.
    pub evidence: Vec<(u8, u64)>,
    /// How many listings in each state, by the number of
    /// [`ListingState`](super::provider::ListingState).
    pub listings: Vec<(u8, u64)>,
}

impl Operation for CountGhosts {
    type Output = GhostCounts;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let reports = rows
            .query(COUNT_REPORTS, &values![self.since.0 / DAY])
            .await?;
        let mut evidence = counts(rows.query(COUNT_EVIDENCE, &values![self.since]).await?)?;
        let attempts = rows
            .query(COUNT_ATTEMPTS, &values![self.since.0 / DAY])
            .await?;
        evidence.extend(counts(attempts)?);
        evidence.sort_unstable();
        let listings = rows.query(COUNT_STATES, &[]).await?;
        Ok(GhostCounts {
            reports: counts(reports)?,
            evidence,
            listings: counts(listings)?,
        })
    }
}

fn counts(found: Vec<Row>) -> Result<Vec<(u8, u64)>, NetworkError> {
    let read = |mut row: Row| Ok((row.number()?, row.number()?));
    found.into_iter().map(read).collect()
}
