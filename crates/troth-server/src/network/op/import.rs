//! Imports from registries and other directories, in steps that can be resumed.
//!
//! A step is one transaction: some rows and the place in the file after them. Whoever starts
//! again after a crash begins exactly there.

use super::calendar::{self, BusySource};
use super::evidence::{self, NewEvidence};
use super::lock::touch;
use super::plan::RowOutcome;
use super::provider::{self, Content, Licensed, ListingState};
use crate::network::store::{
    Access, Minute, NetworkError, Operation, ProviderId, Row, Rows, Span, values,
};

const OF_KEY: &str = "SELECT provider, body FROM imported WHERE name = $1";
const PUT: &str = "INSERT INTO imported (name, kind, provider, body) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, provider = excluded.provider, \
     body = excluded.body";
const LIST: &str = "SELECT i.name, i.kind, i.provider, i.body, COALESCE(p.listing, $1) \
     FROM imported i LEFT JOIN providers p ON p.provider = i.provider \
     WHERE i.name > $2 ORDER BY i.name LIMIT $3";
const CHECKPOINT: &str = "SELECT place FROM checkpoints WHERE source = $1";
const SET_CHECKPOINT: &str = "INSERT INTO checkpoints (source, place) VALUES ($1, $2) \
     ON CONFLICT (source) DO UPDATE SET place = excluded.place";
const DROP_CHECKPOINT: &str = "DELETE FROM checkpoints WHERE source = $1";
const SET_STATE: &str = "UPDATE providers SET state = $1, version = version + 1, minute = $2 \
     WHERE provider = $3 AND state <> $4";

/// One row of an import.
#[derive(Debug, Clone, Default)]
pub struct ImportRow {
    /// Its stable name at its source, such as `npi:1234567893`; unique.
    pub key: String,
    /// What it is, by a code of the importer.
    pub kind: u8,
    /// The provider's NPI.
    pub npi: Option<u64>,
    /// Its licences.
    pub licences: Vec<Licensed>,
    /// The listing, as JSON; `None` for what is no provider.
    pub listing: Option<Vec<u8>>,
    /// What the importer keeps of the row, opaque.
    pub body: Vec<u8>,
    /// Whether the listing may be shown without an operator's look.
    pub is_verified: bool,
    /// Whether the registry took the provider back.
    pub is_withdrawn: bool,
    /// The hours, as JSON of [`troth_booking::rules::Hours`].
    pub hours: Option<Vec<u8>>,
    /// Busy times.
    pub busy: Vec<Span>,
    /// Evidence: the code of its kind, and when.
    pub evidence: Vec<(u8, Minute)>,
}

/// How far an import of a file has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the import; the importer puts into it what identifies the file.
    pub source: String,
    /// How far, opaque.
    pub place: Vec<u8>,
}

/// Imports some rows and notes how far the import has come, in one step.
#[derive(Debug, Clone)]
pub struct ImportRows {
    /// The rows.
    pub rows: Vec<ImportRow>,
    /// How far the import is with them.
    pub checkpoint: Option<Checkpoint>,
    /// Now.
    pub minute: Minute,
}

impl Operation for ImportRows {
    /// For each row what became of it and the number of its listing, in the order given.
    type Output = Vec<(RowOutcome, Option<ProviderId>)>;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let mut outcomes = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            outcomes.push(import(rows, row, self.minute).await?);
        }
        if let Some(Checkpoint { source, place }) = &self.checkpoint {
            rows.change(SET_CHECKPOINT, &values![source, place]).await?;
        }
        Ok(outcomes)
    }
}

async fn import<R: Rows>(
    rows: &mut R,
    new: &ImportRow,
    minute: Minute,
) -> Result<(RowOutcome, Option<ProviderId>), NetworkError> {
    let before = match rows.lookup(OF_KEY, &values![&new.key]).await? {
        Some(mut row) => Some((row.number_or_none()?.map(ProviderId), row.bytes()?)),
        None => None,
    };
    let (outcome, provider) = match &new.listing {
        Some(listing) => {
            let known = before.as_ref().and_then(|it| it.0);
            import_listing(rows, new, (known, listing), minute).await?
        }
        None if new.is_withdrawn => return withdraw(rows, new, minute).await,
        None if before.is_none() => (RowOutcome::Added, None),
        None => (RowOutcome::Same, None),
    };
    let same_body = before.as_ref().is_some_and(|it| it.1 == new.body);
    if !same_body || before.is_none_or(|it| it.0 != provider) {
        let number = provider.map_or(0, |it| it.0);
        rows.change(PUT, &values![&new.key, new.kind, number, &new.body])
            .await?;
    }
    let outcome = match outcome {
        RowOutcome::Same if !same_body => RowOutcome::Changed,
        outcome => outcome,
    };
    Ok((outcome, provider))
}

/// Takes the listing of an NPI out, if there is one; the registry gave no more than the NPI.
async fn withdraw<R: Rows>(
    rows: &mut R,
    new: &ImportRow,
    minute: Minute,
) -> Result<(RowOutcome, Option<ProviderId>), NetworkError> {
    let found = match new.npi {
        Some(npi) => provider::of_npi(rows, npi).await?,
        None => None,
    };
    let Some(found) = found else {
        return Ok((RowOutcome::Unknown, None));
    };
    if found.state == ListingState::Withdrawn {
        return Ok((RowOutcome::Same, Some(found.provider)));
    }
    touch(rows, found.provider, minute).await?;
    let gone = ListingState::Withdrawn;
    let change = values![gone, minute, found.provider, gone];
    rows.change(SET_STATE, &change).await?;
    Ok((RowOutcome::Changed, Some(found.provider)))
}

/// Adds or changes the listing of a row, found by the row's name or by NPI.
async fn import_listing<R: Rows>(
    rows: &mut R,
    new: &ImportRow,
    (known, listing): (Option<ProviderId>, &[u8]),
    minute: Minute,
) -> Result<(RowOutcome, Option<ProviderId>), NetworkError> {
    let before = match (known, new.npi) {
        (Some(known), _) => provider::lookup(rows, known).await?,
        (None, Some(npi)) => provider::of_npi(rows, npi).await?,
        (None, None) => None,
    };
    let content = Content {
        npi: new.npi,
        state: match (new.is_withdrawn, new.is_verified) {
            (true, _) => ListingState::Withdrawn,
            (false, true) => ListingState::Verified,
            (false, false) => ListingState::Imported,
        },
        licences: &new.licences,
        listing,
        minute,
    };
    let (outcome, number) = match before {
        None => {
            let number = provider::add(rows, None, &content).await?;
            (RowOutcome::Added, number)
        }
        Some(before) => {
            touch(rows, before.provider, minute).await?;
            let outcome = replace(rows, &before, content).await?;
            (outcome, before.provider)
        }
    };
    if outcome != RowOutcome::Claimed {
        if let Some(hours) = &new.hours {
            calendar::put_hours(rows, number, hours).await?;
        }
        if !new.busy.is_empty() {
            calendar::put_busy(rows, number, BusySource::Import, &new.busy).await?;
        }
    }
    for (kind, at) in &new.evidence {
        let evidence = NewEvidence {
            provider: number,
            kind: *kind,
            minute: *at,
        };
        evidence::add(rows, &evidence).await?;
    }
    Ok((outcome, Some(number)))
}

/// Replaces an imported listing, unless an account keeps it; a registry that took a provider
/// back is believed in any case.
async fn replace<R: Rows>(
    rows: &mut R,
    before: &provider::ProviderRow,
    mut content: Content<'_>,
) -> Result<RowOutcome, NetworkError> {
    if before.account.is_some() {
        if content.state == ListingState::Withdrawn {
            let gone = ListingState::Withdrawn;
            let change = values![gone, content.minute, before.provider, gone];
            rows.change(SET_STATE, &change).await?;
        }
        return Ok(RowOutcome::Claimed);
    }
    // What an operator verified before stays so.
    if content.state == ListingState::Imported && before.state == ListingState::Verified {
        content.state = ListingState::Verified;
    }
    content.npi = content.npi.or(before.npi);
    let is_same = before.listing == content.listing
        && before.npi == content.npi
        && before.states == provider::bits(content.licences)
        && before.state == content.state;
    if is_same {
        return Ok(RowOutcome::Same);
    }
    provider::set(rows, before.provider, &content).await?;
    Ok(RowOutcome::Changed)
}

/// A row of an import, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedRow {
    /// Its name at its source.
    pub key: String,
    /// What it is.
    pub kind: u8,
    /// The number of its listing.
    pub provider: Option<ProviderId>,
    /// What the importer kept.
    pub body: Vec<u8>,
    /// The listing as it is now.
    pub listing: Option<Vec<u8>>,
}

/// Lists what was imported, in the order of the names.
#[derive(Debug, Clone)]
pub struct ListImported {
    /// After this name; an empty one begins.
    pub after: String,
    /// At most so many.
    pub limit: u32,
}

impl Operation for ListImported {
    type Output = Vec<ImportedRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let nothing: &[u8] = &[];
        let found = rows
            .query(LIST, &values![nothing, &self.after, self.limit])
            .await?;
        let read = |mut row: Row| {
            Ok(ImportedRow {
                key: row.text()?,
                kind: row.number()?,
                provider: row.number_or_none()?.map(ProviderId),
                body: row.bytes()?,
                listing: Some(row.bytes()?).filter(|it| !it.is_empty()),
            })
        };
        found.into_iter().map(read).collect()
    }
}

/// Looks up how far an import has come.
#[derive(Debug, Clone)]
pub struct LookupCheckpoint {
    /// Its name.
    pub source: String,
}

impl Operation for LookupCheckpoint {
    type Output = Option<Vec<u8>>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = rows.lookup(CHECKPOINT, &values![&self.source]).await?;
        found.map(|mut row| row.bytes()).transpose()
    }
}

/// Forgets how far an import has come, at its end.
#[derive(Debug, Clone)]
pub struct FinishImport {
    /// Its name.
    pub source: String,
}

impl Operation for FinishImport {
    type Output = ();

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        rows.change(DROP_CHECKPOINT, &values![&self.source])
            .await
            .map(drop)
    }
}
