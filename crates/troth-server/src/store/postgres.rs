//! The store for more than one machine: PostgreSQL, and what speaks it.
//!
//! Any number of server processes may share it: nothing is remembered between requests, and an
//! append holds the row of its space until it is committed. The statements are those of SQLite.

use std::sync::Arc;

use tokio_postgres::error::SqlState;

use self::pool::{Leased, Pool};
use super::{StoreError, schema};

mod account;
mod pool;
mod rows;
mod run;
mod space;
mod store;
mod tls;

/// Serialises the making of tables between processes that start together.
const SCHEMA_LOCK: &str = "SELECT pg_advisory_xact_lock(8390891515297)";

/// Says why a database cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The URL is not one of PostgreSQL.
    #[error("the database URL cannot be read")]
    BadUrl,
    /// The URL does not say how to encrypt, or in a way that is not known here.
    #[error("the database URL does not say how to encrypt")]
    TlsMode,
    /// The file of root certificates cannot be read.
    #[error("the root certificates cannot be read")]
    TlsRoots,
    /// No encrypted connection comes about: the server offers none, or is not who it should be.
    #[error("the connection to the database cannot be encrypted")]
    Tls,
    /// Nobody answers there, or not to this user.
    #[error("the database cannot be reached")]
    Unreachable,
    /// A newer build wrote the tables.
    #[error("the database was written by a newer version of troth")]
    Newer,
    /// The tables cannot be made or read.
    #[error("the database refused to make or read the tables")]
    Refused,
}

/// A store in a PostgreSQL database.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    pool: Arc<Pool>,
}

impl PostgresStore {
    /// Connects, and makes the tables if there are none.
    ///
    /// # Errors
    ///
    /// - [`ConnectError::BadUrl`]: not a `postgres://` URL.
    /// - [`ConnectError::TlsMode`]: an `sslmode` that is missing, unknown, or does not fit the rest.
    /// - [`ConnectError::TlsRoots`]: the file of `sslrootcert`.
    /// - [`ConnectError::Tls`]: the server has no TLS, or its certificate was not accepted.
    /// - [`ConnectError::Unreachable`]: no server, no database, or the user is not let in.
    /// - [`ConnectError::Newer`]: a newer build's schema; nothing was changed.
    /// - [`ConnectError::Refused`]: the tables could not be made.
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        let (config, tls) = tls::read(url)?;
        let store = Self {
            pool: Arc::new(Pool::new(config, tls)),
        };
        store.pool.open_first().await?;
        let mut leased = store
            .pool
            .lease()
            .await
            .map_err(|_| ConnectError::Unreachable)?;
        prepare(&mut leased).await?;
        drop(leased);
        Ok(store)
    }
}

/// Brings the tables to this build's schema.
async fn prepare(leased: &mut Leased<'_>) -> Result<(), ConnectError> {
    let refused = |error: tokio_postgres::Error| {
        let _logged = failed(&error);
        ConnectError::Refused
    };
    let link = leased.link();
    let transaction = link.client.transaction().await.map_err(refused)?;
    let create = "CREATE TABLE IF NOT EXISTS troth_schema (version BIGINT NOT NULL)";
    transaction
        .batch_execute(SCHEMA_LOCK)
        .await
        .map_err(refused)?;
    transaction.batch_execute(create).await.map_err(refused)?;
    let found = transaction
        .query_opt("SELECT version FROM troth_schema", &[])
        .await;
    let found: Option<i64> = found.map_err(refused)?.map(|row| row.get(0));
    match found {
        Some(newer) if newer > schema::SCHEMA => return Err(ConnectError::Newer),
        Some(schema::SCHEMA) => {}
        older => {
            let numbers = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
            let steps = schema::steps(older.unwrap_or(0), "BYTEA", [numbers; 2]);
            transaction.batch_execute(&steps).await.map_err(refused)?;
            let note = match older {
                Some(_) => "UPDATE troth_schema SET version = $1",
                None => "INSERT INTO troth_schema (version) VALUES ($1)",
            };
            transaction
                .execute(note, &[&schema::SCHEMA])
                .await
                .map_err(refused)?;
        }
    }
    transaction.commit().await.map_err(refused)
}

/// Turns the library's error into ours; the code, which carries no data, goes to the log.
fn failed(error: &tokio_postgres::Error) -> StoreError {
    let code = error.code().map(SqlState::code);
    match error.code() {
        Some(code) if *code == SqlState::DISK_FULL => {
            tracing::error!("the disk of the database is full");
            StoreError::Full
        }
        Some(state) if !is_outage(state) => {
            tracing::error!(code, "the database refused a statement");
            StoreError::Broken
        }
        _ => {
            tracing::error!(code, "the database cannot be reached");
            StoreError::Unreachable
        }
    }
}

/// Connection lost, too many connections, shutting down: it may work again in a moment.
fn is_outage(state: &SqlState) -> bool {
    ["08", "53", "57"]
        .iter()
        .any(|class| state.code().starts_with(class))
}

#[cfg(test)]
mod tests;
