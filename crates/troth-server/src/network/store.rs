//! The rows of the directory and of bookings, on either database.
//!
//! The same file or database as [`crate::store`], the same single writer of SQLite. Each
//! operation is written once, over [`Rows`], and [`NetworkStore::run`] carries it out on either
//! database: the same text of the same statements through the same function.
//!
//! # Invariants
//!
//! 1. **All or nothing.** An operation is one transaction. Where it refuses, it changed nothing.
//! 2. **Durable first.** An answer is given when a loss of power could no longer undo it.
//! 3. **No raw error.** What two transactions do to one another (serialisation failures,
//!    deadlocks) is tried again a bounded number of times, and then said as
//!    [`NetworkError::Contended`].
//! 4. **Nobody is named.** A person appears as a [`ClientId`] alone, and times are minutes.
//!
//! The tables and their rules are specified in `docs/protocol/booking.md`.

use std::future::Future;

use crate::store::StoreError;
use crate::store::postgres::PostgresStore;
use crate::store::sqlite::SqliteStore;

mod error;
mod id;
mod open;
mod value;

pub use error::{Conflict, NetworkError};
pub use id::{EntryId, KeyHash, QuoteId, SecretHash};
pub use open::Opened;
pub use troth_booking::{BookingId, ClientId, Minute, Span, TokenDigest, Visit};
pub use troth_match::ProviderId;
pub use value::{Row, Value};
pub(crate) use value::{broken, values};

/// Runs statements inside one transaction.
///
/// Parameters are `$1`, `$2` and so on; each first appears in rising order, which SQLite needs.
pub trait Rows: Send {
    /// Runs a query, or a change with `RETURNING`, and gives every row.
    fn query(
        &mut self,
        statement: &'static str,
        values: &[Value],
    ) -> impl Future<Output = Result<Vec<Row>, NetworkError>> + Send;

    /// Runs a change and counts the rows it touched.
    fn change(
        &mut self,
        statement: &'static str,
        values: &[Value],
    ) -> impl Future<Output = Result<u64, NetworkError>> + Send;

    /// Runs a query for at most one row.
    fn lookup(
        &mut self,
        statement: &'static str,
        values: &[Value],
    ) -> impl Future<Output = Result<Option<Row>, NetworkError>> + Send {
        async move { Ok(self.query(statement, values).await?.into_iter().next()) }
    }
}

/// Whether an operation writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It only reads, and sees one moment.
    Read,
    /// It may write.
    Write,
}

/// One thing that the database is asked to do, written once for both.
///
/// May be run several times over before it stands, so it draws no chance and reads no clock of
/// its own: both come in as fields.
pub trait Operation: Send + Sync + 'static {
    /// What it gives back.
    type Output: Send + 'static;

    /// Whether it writes.
    const ACCESS: Access = Access::Write;

    /// Carries it out. An error undoes everything.
    ///
    /// # Errors
    ///
    /// Each operation names its own; any may fail with [`NetworkError::Store`].
    fn run<R: Rows>(
        &self,
        rows: &mut R,
    ) -> impl Future<Output = Result<Self::Output, NetworkError>> + Send;
}

/// The rows of the network, in the database that keeps everything else.
#[derive(Debug, Clone)]
pub enum NetworkStore {
    /// In the file in the data folder.
    Sqlite(SqliteStore),
    /// In a database for more than one machine.
    Postgres(PostgresStore),
}

impl NetworkStore {
    /// Carries out an operation.
    ///
    /// # Errors
    ///
    /// The operation's; [`NetworkError::Contended`] when others were in the way again and again.
    pub async fn run<O: Operation>(&self, operation: O) -> Result<O::Output, NetworkError> {
        match self {
            Self::Sqlite(store) => store.run_operation(operation).await,
            Self::Postgres(store) => store.run_operation(&operation).await,
        }
    }
}

impl From<SqliteStore> for NetworkStore {
    fn from(store: SqliteStore) -> Self {
        Self::Sqlite(store)
    }
}

impl From<PostgresStore> for NetworkStore {
    fn from(store: PostgresStore) -> Self {
        Self::Postgres(store)
    }
}

impl From<StoreError> for NetworkError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
