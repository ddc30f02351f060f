//! Dated evidence of what listings claim, reports of failed contacts, and what the ghost rate
//! is counted from.
//!
//! What evidence is worth, and how it ages, is decided in [`troth_match::proof`]; its kinds are
//! kept by their codes. Of each proof only the newest is kept; every trouble stays until the
//! therapist's next own act.

use std::net::IpAddr;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use troth_match::proof::{REPORT_DAYS, REPORTS_A_DAY, REPORTS_NEEDED};
use troth_wire::AccountId;

use super::lock::touch;
use super::provider::{ListingState, number_of};
use crate::network::store::{
    Access, Minute, NetworkError, Operation, ProviderId, Row, Rows, SecretHash, broken, values,
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
/// Locks the key of the day too, so that what one address reports is counted one after the other.
const KEY: &str = "INSERT INTO report_keys (day, value) VALUES ($1, $2) \
     ON CONFLICT (day) DO UPDATE SET value = report_keys.value RETURNING value";
const DROP_KEYS: &str = "DELETE FROM report_keys WHERE day < $1";
const DROP_REPORTERS: &str = "DELETE FROM reports WHERE day < $1";
const COUNT_OF_REPORTER: &str = "SELECT count(*) FROM reports WHERE reporter = $1 AND day = $2";
const ADD_REPORT: &str = "INSERT INTO reports (reporter, day, provider) VALUES ($1, $2, $3) \
     ON CONFLICT DO NOTHING";
const COUNT_REPORT: &str = "INSERT INTO report_counts (day, what, count) VALUES ($1, $2, 1) \
     ON CONFLICT (day, what) DO UPDATE SET count = report_counts.count + 1";
const COUNT_REPORTED: &str = "INSERT INTO reported (provider, day, count) VALUES ($1, $2, 1) \
     ON CONFLICT (provider, day) DO UPDATE SET count = reported.count + 1";
const REPORTED: &str = "SELECT CAST(COALESCE(sum(count), 0) AS BIGINT) FROM reported \
     WHERE provider = $1 AND day > $2";
const DROP_REPORTED: &str = "DELETE FROM reported WHERE provider = $1";
const DROP_OLD_REPORTED: &str = "DELETE FROM reported WHERE day <= $1";
const HAS_TROUBLE: &str = "SELECT kind FROM evidence WHERE provider = $1 AND kind = $2 LIMIT 1";
const COUNT_REPORTS: &str = "SELECT what, CAST(sum(count) AS BIGINT) FROM report_counts \
     WHERE day >= $1 GROUP BY what ORDER BY what";
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
        rows.change(DROP_REPORTED, &values![provider]).await?;
    }
    rows.change(ADD, &values![provider, kind, minute]).await?;
    // A failed contact was counted with each report that led to it.
    if matches!(kind, VISIT_BOOKED | UNANSWERED_REQUEST) {
        count_attempt(rows, new).await?;
    }
    Ok(())
}

async fn count_attempt<R: Rows>(rows: &mut R, new: &NewEvidence) -> Result<(), NetworkError> {
    let attempt = values![new.minute.0 / DAY, new.kind, new.provider.0 % PARTS];
    rows.change(COUNT_ATTEMPT, &attempt).await.map(drop)
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

/// Somebody says that a therapist could not be had as listed.
///
/// Counted once for an address, listing and day, and for so many listings of one address a day; so
/// many of them within a month make one piece of evidence, and no second one stands beside it before
/// the therapist's next own act. The address is kept nowhere: its network is hashed with a key of the
/// day, and key and hashes are deleted on the next.
#[derive(Debug, Clone)]
pub struct AddReport {
    /// Who was listed.
    pub provider: ProviderId,
    /// The code of what was wrong.
    pub what: u8,
    /// The network of the address that reports.
    pub network: IpAddr,
    /// The key of the day, drawn at random, if this is its first report.
    pub key: [u8; 32],
    /// Now.
    pub minute: Minute,
}

impl Operation for AddReport {
    /// Whether it counts.
    type Output = bool;

    /// # Errors
    ///
    /// [`NetworkError::NotFound`]: no such listing in the directory.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let listing = super::provider::lookup(rows, self.provider).await?;
        if listing.is_none_or(|it| it.state != ListingState::Verified) {
            return Err(NetworkError::NotFound);
        }
        touch(rows, self.provider, self.minute).await?;
        let day = self.minute.0 / DAY;
        let reporter = self.reporter(rows).await?;
        let before = rows
            .lookup(COUNT_OF_REPORTER, &values![reporter, day])
            .await?;
        let before: u32 = before.ok_or_else(broken)?.number()?;
        let report = values![reporter, day, self.provider];
        if before >= REPORTS_A_DAY || rows.change(ADD_REPORT, &report).await? == 0 {
            return Ok(false);
        }
        rows.change(COUNT_REPORT, &values![day, self.what]).await?;
        rows.change(COUNT_REPORTED, &values![self.provider, day])
            .await?;
        let failed = NewEvidence {
            provider: self.provider,
            kind: FAILED_CONTACT,
            minute: self.minute,
        };
        count_attempt(rows, &failed).await?;
        self.believe(rows, &failed).await?;
        Ok(true)
    }
}

impl AddReport {
    /// The hash by which the network is told apart today.
    async fn reporter<R: Rows>(&self, rows: &mut R) -> Result<SecretHash, NetworkError> {
        let day = self.minute.0 / DAY;
        let key = rows.lookup(KEY, &values![day, self.key]).await?;
        let key: [u8; 32] = key.ok_or_else(broken)?.fixed()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| broken())?;
        mac.update(b"troth/v1/report");
        match self.network {
            IpAddr::V4(network) => mac.update(&network.octets()),
            IpAddr::V6(network) => mac.update(&network.octets()),
        }
        Ok(SecretHash(mac.finalize().into_bytes().into()))
    }

    /// Takes several reports together for one piece of evidence, unless one stands.
    async fn believe<R: Rows>(
        &self,
        rows: &mut R,
        failed: &NewEvidence,
    ) -> Result<(), NetworkError> {
        let since = (self.minute.0 / DAY).saturating_sub(REPORT_DAYS);
        let reported = rows
            .lookup(REPORTED, &values![self.provider, since])
            .await?;
        let reported: u32 = reported.ok_or_else(broken)?.number()?;
        let trouble = values![self.provider, FAILED_CONTACT];
        let stands = rows.lookup(HAS_TROUBLE, &trouble).await?.is_some();
        if reported >= REPORTS_NEEDED && !stands {
            add(rows, failed).await?;
        }
        Ok(())
    }
}

/// Forgets who reported, on the next day, and what lies too far back to be taken together.
pub(super) async fn forget_reporters<R: Rows>(
    rows: &mut R,
    minute: Minute,
) -> Result<(), NetworkError> {
    let day = minute.0 / DAY;
    rows.change(DROP_KEYS, &values![day]).await?;
    rows.change(DROP_REPORTERS, &values![day]).await?;
    let old = day.saturating_sub(REPORT_DAYS);
    rows.change(DROP_OLD_REPORTED, &values![old])
        .await
        .map(drop)
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
