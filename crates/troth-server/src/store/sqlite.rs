//! The store inside: SQLite in the data folder.
//!
//! Write-ahead log, `synchronous=FULL`, one writing thread that commits everything waiting
//! together ([`writer`]), a few reading connections.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use self::recent::Recent;
use self::writer::Writer;
use super::{Pending, StoreError, schema};

mod account;
mod column;
mod recent;
mod rows;
mod space;
mod store;
mod writer;

/// How many idle reading connections are kept.
const MAX_IDLE_READERS: usize = 4;

/// Says why a database file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file or its folder cannot be opened for writing.
    #[error("the database file cannot be opened for writing")]
    NotWritable(#[source] rusqlite::Error),
    /// The file is not one of ours, or it is damaged.
    #[error("the database file is damaged or is not a database")]
    Damaged(#[source] rusqlite::Error),
    /// A newer build wrote the file.
    #[error("the database was written by a newer version of troth")]
    Newer,
    /// The disk is full.
    #[error("the disk is full")]
    Full(#[source] rusqlite::Error),
    /// The system refused a thread.
    #[error("no thread could be started")]
    NoThread(#[source] std::io::Error),
}

/// A store in one SQLite file.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    writer: Writer,
    path: PathBuf,
    readers: Mutex<Vec<Connection>>,
    recent: Arc<Recent>,
}

impl SqliteStore {
    /// Opens the file, and makes it with its tables if there is none.
    ///
    /// # Errors
    ///
    /// - [`OpenError::NotWritable`], [`OpenError::Full`]: the folder or the disk.
    /// - [`OpenError::Newer`]: a newer build's schema; nothing was changed.
    /// - [`OpenError::Damaged`]: not a database.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let connection = Connection::open(path).map_err(OpenError::NotWritable)?;
        prepare(&connection)?;
        let recent = Arc::<Recent>::default();
        let writer = Writer::start(connection, path.to_owned(), Arc::clone(&recent))
            .map_err(OpenError::NoThread)?;
        let inner = Inner {
            writer,
            path: path.to_owned(),
            readers: Mutex::default(),
            recent,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Runs a statement on the writing thread and waits until it is durable.
    fn write<T, F>(&self, change: F) -> Pending<'static, T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        self.inner
            .writer
            .run(move |work| change(work.connection).map_err(|error| failed(&error)))
    }

    /// As [`Self::write`], for a change to what [`Recent`] remembers. The writer forgets it, whether
    /// or not anyone still waits for the outcome.
    fn write_remembered<T, F>(&self, change: F) -> Pending<'static, T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        self.inner.writer.run(move |work| {
            *work.outdates = true;
            change(work.connection).map_err(|error| failed(&error))
        })
    }

    /// Runs a query on a reading connection, off the threads that serve requests.
    fn read<T, F>(&self, query: F) -> Pending<'_, T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let inner = Arc::clone(&self.inner);
        Box::pin(async move {
            let reading = tokio::task::spawn_blocking(move || inner.read(query));
            reading.await.unwrap_or(Err(StoreError::Stopped))
        })
    }
}

impl Inner {
    /// Runs a query here and now.
    fn read<T>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let connection = self.take_reader()?;
        let outcome = query(&connection).map_err(|error| failed(&error));
        self.keep_reader(connection);
        outcome
    }

    fn take_reader(&self) -> Result<Connection, StoreError> {
        let idle = self
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        match idle {
            Some(connection) => Ok(connection),
            None => open_reader(&self.path).map_err(|error| failed(&error)),
        }
    }

    fn keep_reader(&self, connection: Connection) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < MAX_IDLE_READERS {
            readers.push(connection);
        }
    }
}

fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "cache_size", -256)?;
    Ok(connection)
}

/// Sets the connection up and brings the tables to this build's schema.
fn prepare(connection: &Connection) -> Result<(), OpenError> {
    let refused = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => OpenError::Damaged(error),
        Some(ErrorCode::DiskFull) => OpenError::Full(error),
        _ => OpenError::NotWritable(error),
    };
    connection
        .busy_timeout(Duration::from_secs(5))
        .map_err(refused)?;
    connection.set_prepared_statement_cache_capacity(256);
    let found: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(refused)?;
    if found > schema::SCHEMA {
        return Err(OpenError::Newer);
    }
    // FULL: an acknowledged entry survives a loss of power. The guard of 16,384 pages (64 MiB)
    // is for the case that the checkpointing thread cannot keep up.
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA wal_autocheckpoint = 16384; PRAGMA journal_size_limit = 67108864;
             PRAGMA cache_size = -2048; PRAGMA secure_delete = ON;",
        )
        .map_err(refused)?;
    if found < schema::SCHEMA {
        // AUTOINCREMENT: a number that a client has seen never names another row.
        let numbers = ["INTEGER PRIMARY KEY", "INTEGER PRIMARY KEY AUTOINCREMENT"];
        let steps = schema::steps(found, "BLOB", numbers);
        let version = schema::SCHEMA;
        connection
            .execute_batch(&format!(
                "BEGIN IMMEDIATE; {steps} PRAGMA user_version = {version}; COMMIT;"
            ))
            .map_err(refused)?;
    }
    Ok(())
}

/// Turns the library's error into ours; the detail that carries no data goes to the log.
fn failed(error: &rusqlite::Error) -> StoreError {
    let code = error.sqlite_error().map(|error| error.extended_code);
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => {
            tracing::error!(code, "the disk is full");
            StoreError::Full
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::CannotOpen) => {
            tracing::error!(code, "the database file is not available");
            StoreError::Unreachable
        }
        _ => {
            tracing::error!(code, "the database refused a statement");
            StoreError::Broken
        }
    }
}

#[cfg(test)]
mod tests;
