//! The operations of the network, on the writing thread or a reading connection.

use std::future::{Future, ready};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Statement, ToSql, params_from_iter};

use super::{Inner, SqliteStore, failed};
use crate::network::store::{Access, NetworkError, Operation, Row, Rows, Value};
use crate::store::StoreError;

/// The rows of a connection that is inside a transaction.
struct SqliteRows<'a> {
    // Borrowed alone, since a connection may be sent but not shared between threads.
    connection: &'a mut Connection,
}

impl SqliteStore {
    /// Carries out an operation: changes on the writing thread, in a savepoint of the group
    /// that is committed next; reading on a connection of its own.
    pub(crate) async fn run_operation<O: Operation>(
        &self,
        operation: O,
    ) -> Result<O::Output, NetworkError> {
        if O::ACCESS == Access::Write {
            let job = self
                .inner
                .writer
                .run_or_refuse(move |work| run_ready(&operation, work.connection));
            return job.await;
        }
        let inner = Arc::clone(&self.inner);
        let reading = tokio::task::spawn_blocking(move || inner.run_reading(&operation));
        reading
            .await
            .unwrap_or(Err(NetworkError::Store(StoreError::Stopped)))
    }
}

impl Inner {
    /// Reads at one moment, whatever the writer does meanwhile.
    fn run_reading<O: Operation>(&self, operation: &O) -> Result<O::Output, NetworkError> {
        let mut connection = self.take_reader()?;
        let begun = connection.execute_batch("BEGIN");
        let outcome = match begun {
            Ok(()) => run_ready(operation, &mut connection),
            Err(error) => Err(failed(&error).into()),
        };
        let ended = connection.execute_batch("COMMIT");
        if ended.is_ok() {
            self.keep_reader(connection);
        }
        outcome
    }
}

/// Runs an operation whose statements answer at once, to its end.
fn run_ready<O: Operation>(
    operation: &O,
    connection: &mut Connection,
) -> Result<O::Output, NetworkError> {
    let mut rows = SqliteRows { connection };
    let running = pin!(operation.run(&mut rows));
    match running.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        // Only an operation that waits for something other than its rows comes here.
        Poll::Pending => Err(NetworkError::Store(StoreError::Broken)),
    }
}

impl Rows for SqliteRows<'_> {
    fn query(
        &mut self,
        statement: &'static str,
        values: &[Value],
    ) -> impl Future<Output = Result<Vec<Row>, NetworkError>> + Send {
        ready(
            self.list(statement, values)
                .map_err(|error| failed(&error).into()),
        )
    }

    fn change(
        &mut self,
        statement: &'static str,
        values: &[Value],
    ) -> impl Future<Output = Result<u64, NetworkError>> + Send {
        let changed = self.execute(statement, values);
        ready(changed.map_err(|error| failed(&error).into()))
    }
}

impl SqliteRows<'_> {
    fn list(&self, statement: &str, values: &[Value]) -> rusqlite::Result<Vec<Row>> {
        let mut prepared = self.connection.prepare_cached(statement)?;
        check_order(&prepared);
        let width = prepared.column_count();
        let mut found = prepared.query(params_from_iter(values))?;
        let mut list = Vec::new();
        while let Some(row) = found.next()? {
            let columns: rusqlite::Result<Vec<Value>> =
                (0..width).map(|index| read(row.get_ref(index)?)).collect();
            list.push(Row::new(columns?));
        }
        Ok(list)
    }

    fn execute(&self, statement: &str, values: &[Value]) -> rusqlite::Result<u64> {
        let mut prepared = self.connection.prepare_cached(statement)?;
        check_order(&prepared);
        let changed = prepared.execute(params_from_iter(values))?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }
}

/// SQLite numbers parameters as it meets them, PostgreSQL by their name: both must agree.
fn check_order(prepared: &Statement<'_>) {
    debug_assert!(
        (1..=prepared.parameter_count())
            .all(|it| prepared.parameter_name(it) == Some(format!("${it}").as_str())),
        "the parameters of a statement first appear in another order than their numbers"
    );
}

fn read(column: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match column {
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Text(_) => Value::Text(column.as_str()?.to_owned()),
        ValueRef::Null | ValueRef::Real(_) => {
            return Err(rusqlite::Error::IntegralValueOutOfRange(0, 0));
        }
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Int(number) => number.to_sql(),
            Self::Bytes(bytes) => bytes.to_sql(),
            Self::Text(text) => text.to_sql(),
        }
    }
}
