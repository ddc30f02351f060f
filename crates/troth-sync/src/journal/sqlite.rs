//! A journal in one SQLite file, for the command line.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, params};

use super::{Journal, JournalError, Row, Shelf, Write, end_of};

/// A journal in one SQLite file.
#[derive(Debug)]
pub struct SqliteJournal {
    connection: std::cell::RefCell<Connection>,
}

impl SqliteJournal {
    /// Opens the journal at `path`, making it where there is none.
    ///
    /// # Errors
    ///
    /// [`JournalError::Unavailable`] when the file cannot be opened as a journal, and
    /// [`JournalError::ReadOnly`] when it cannot be written.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Self::prepare(Connection::open(path).map_err(|_| JournalError::Unavailable)?)
    }

    /// Opens a journal that is gone when it is closed.
    ///
    /// # Errors
    ///
    /// [`JournalError::Unavailable`] when SQLite gives no memory.
    pub fn in_memory() -> Result<Self, JournalError> {
        Self::prepare(Connection::open_in_memory().map_err(|_| JournalError::Unavailable)?)
    }

    fn prepare(connection: Connection) -> Result<Self, JournalError> {
        // FULL: what dispatch() acknowledged must be there after a power cut (invariant 1).
        connection
            .execute_batch(
                "PRAGMA busy_timeout = 10000;
                 PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;
                 CREATE TABLE IF NOT EXISTS record (
                     shelf INTEGER NOT NULL,
                     key BLOB NOT NULL,
                     value BLOB NOT NULL,
                     PRIMARY KEY (shelf, key)
                 ) WITHOUT ROWID;",
            )
            .map_err(|error| open_error(&error))?;
        Ok(Self {
            connection: std::cell::RefCell::new(connection),
        })
    }
}

fn open_error(error: &rusqlite::Error) -> JournalError {
    match journal_error(error) {
        JournalError::Failed => JournalError::Unavailable,
        other => other,
    }
}

fn journal_error(error: &rusqlite::Error) -> JournalError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => JournalError::Full,
        // The index beside the write-ahead log found no room, which SQLite calls an I/O error.
        _ if extended_code(error) == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE) => {
            JournalError::Full
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => JournalError::ReadOnly,
        Some(ErrorCode::CannotOpen | ErrorCode::NotADatabase) => JournalError::Unavailable,
        _ => JournalError::Failed,
    }
}

fn extended_code(error: &rusqlite::Error) -> Option<i32> {
    error.sqlite_error().map(|error| error.extended_code)
}

fn make(transaction: &Transaction<'_>, write: &Write) -> rusqlite::Result<()> {
    match write {
        Write::Put { shelf, key, value } => transaction
            .prepare_cached(
                "INSERT INTO record (shelf, key, value) VALUES (?1, ?2, ?3)
                 ON CONFLICT (shelf, key) DO UPDATE SET value = excluded.value",
            )?
            .execute(params![shelf.number(), key, value]),
        Write::Drop { shelf, key } => transaction
            .prepare_cached("DELETE FROM record WHERE shelf = ?1 AND key = ?2")?
            .execute(params![shelf.number(), key]),
        Write::DropAll { shelf, prefix } => match end_of(prefix) {
            Some(end) => transaction
                .prepare_cached("DELETE FROM record WHERE shelf = ?1 AND key >= ?2 AND key < ?3")?
                .execute(params![shelf.number(), prefix, end]),
            None => transaction
                .prepare_cached("DELETE FROM record WHERE shelf = ?1 AND key >= ?2")?
                .execute(params![shelf.number(), prefix]),
        },
    }?;
    Ok(())
}

impl Journal for SqliteJournal {
    async fn lookup(&self, shelf: Shelf, key: &[u8]) -> Result<Option<Vec<u8>>, JournalError> {
        self.connection
            .borrow()
            .prepare_cached("SELECT value FROM record WHERE shelf = ?1 AND key = ?2")
            .and_then(|mut statement| {
                statement
                    .query_row(params![shelf.number(), key], |row| row.get(0))
                    .optional()
            })
            .map_err(|error| journal_error(&error))
    }

    async fn scan(
        &self,
        shelf: Shelf,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, JournalError> {
        let connection = self.connection.borrow();
        let mut statement = connection
            .prepare_cached(
                "SELECT key, value FROM record
                 WHERE shelf = ?1 AND key >= ?2 AND (?3 IS NULL OR key > ?3)
                   AND (?4 IS NULL OR key < ?4)
                 ORDER BY key LIMIT ?5",
            )
            .map_err(|error| journal_error(&error))?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = params![shelf.number(), prefix, after, end_of(prefix), limit];
        statement
            .query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))
            .and_then(Iterator::collect)
            .map_err(|error| journal_error(&error))
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<(), JournalError> {
        let mut connection = self.connection.borrow_mut();
        let all = |connection: &mut Connection| {
            let transaction =
                connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            for write in &writes {
                make(&transaction, write)?;
            }
            transaction.commit()
        };
        all(&mut connection).map_err(|error| journal_error(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block_on;
    use crate::journal::contract;

    #[test]
    fn a_journal_in_sqlite_keeps_the_contract() {
        block_on(contract::check(&SqliteJournal::in_memory().unwrap())).unwrap();
    }

    #[test]
    fn a_journal_is_there_again_after_it_was_closed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        let put = Write::Put {
            shelf: Shelf::Cell,
            key: vec![1],
            value: vec![2],
        };
        block_on(SqliteJournal::open(&path).unwrap().commit(vec![put])).unwrap();

        let again = SqliteJournal::open(&path).unwrap();

        assert_eq!(block_on(again.lookup(Shelf::Cell, &[1])), Ok(Some(vec![2])));
    }

    #[test]
    fn a_file_that_is_no_journal_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        std::fs::write(&path, vec![b'x'; 4096]).unwrap();

        assert_eq!(
            SqliteJournal::open(&path).unwrap_err(),
            JournalError::Unavailable
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_named_as_such() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("absent").join("journal.sqlite");

        assert_eq!(
            SqliteJournal::open(&path).unwrap_err(),
            JournalError::Unavailable
        );
    }
}
