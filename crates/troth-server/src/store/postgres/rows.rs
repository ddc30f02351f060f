//! The operations of the network, each in a transaction, tried again where others were in
//! the way.

use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{IsolationLevel, Statement, Transaction};

use super::pool::Statements;
use super::{PostgresStore, failed};
use crate::network::store::{Access, NetworkError, Operation, Row, Rows, Value};
use crate::store::StoreError;

/// How often an operation is tried before its caller hears that others are in the way.
///
/// Locks are taken in one order everywhere, so even the second try is rare.
const MAX_TRIES: u32 = 8;

/// The rows of a transaction.
struct PostgresRows<'a> {
    on: &'a Transaction<'a>,
    statements: &'a mut Statements,
}

impl PostgresStore {
    /// Carries out an operation in a transaction of its own.
    pub(crate) async fn run_operation<O: Operation>(
        &self,
        operation: &O,
    ) -> Result<O::Output, NetworkError> {
        for _ in 0..MAX_TRIES {
            match self.try_operation(operation).await {
                Err(NetworkError::Contended) => {}
                outcome => return outcome,
            }
        }
        tracing::warn!("others were in the way of an operation again and again");
        Err(NetworkError::Contended)
    }

    async fn try_operation<O: Operation>(&self, operation: &O) -> Result<O::Output, NetworkError> {
        let mut leased = self.pool.lease().await?;
        let link = leased.link();
        let begin = link.client.build_transaction();
        let begin = match O::ACCESS {
            // Several statements that must see one moment.
            Access::Read => begin
                .isolation_level(IsolationLevel::RepeatableRead)
                .read_only(true),
            Access::Write => begin.isolation_level(IsolationLevel::ReadCommitted),
        };
        let transaction = begin.start().await.map_err(|error| met(&error))?;
        let mut rows = PostgresRows {
            on: &transaction,
            statements: &mut link.statements,
        };
        // An error drops the transaction, which undoes it.
        let outcome = operation.run(&mut rows).await?;
        transaction.commit().await.map_err(|error| met(&error))?;
        Ok(outcome)
    }
}

impl PostgresRows<'_> {
    async fn prepared(&mut self, statement: &'static str) -> Result<Statement, NetworkError> {
        if let Some(known) = self.statements.get(statement) {
            return Ok(known.clone());
        }
        let prepared = self.on.prepare(statement).await;
        let prepared = prepared.map_err(|error| met(&error))?;
        self.statements.insert(statement, prepared.clone());
        Ok(prepared)
    }
}

impl Rows for PostgresRows<'_> {
    async fn query(
        &mut self,
        statement: &'static str,
        values: &[Value],
    ) -> Result<Vec<Row>, NetworkError> {
        let prepared = self.prepared(statement).await?;
        let found = self.on.query(&prepared, &parameters(values)).await;
        let found = found.map_err(|error| met(&error))?;
        found.iter().map(read).collect()
    }

    async fn change(
        &mut self,
        statement: &'static str,
        values: &[Value],
    ) -> Result<u64, NetworkError> {
        let prepared = self.prepared(statement).await?;
        let changed = self.on.execute(&prepared, &parameters(values)).await;
        changed.map_err(|error| met(&error))
    }
}

fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(parameter).collect()
}

fn parameter(value: &Value) -> &(dyn ToSql + Sync) {
    match value {
        Value::Int(number) => number,
        Value::Bytes(bytes) => bytes,
        Value::Text(text) => text,
    }
}

fn read(row: &tokio_postgres::Row) -> Result<Row, NetworkError> {
    let read = |(index, column): (usize, &tokio_postgres::Column)| {
        let value = match *column.type_() {
            Type::INT8 => row.try_get(index).map(Value::Int),
            Type::BYTEA => row.try_get(index).map(Value::Bytes),
            Type::TEXT => row.try_get(index).map(Value::Text),
            _ => return Err(NetworkError::Store(StoreError::Broken)),
        };
        value.map_err(|error| met(&error))
    };
    let columns: Result<Vec<Value>, _> = row.columns().iter().enumerate().map(read).collect();
    Ok(Row::new(columns?))
}

/// Tells what another transaction did to this one from what is wrong.
fn met(error: &tokio_postgres::Error) -> NetworkError {
    match error.code() {
        Some(code)
            if *code == SqlState::T_R_SERIALIZATION_FAILURE
                || *code == SqlState::T_R_DEADLOCK_DETECTED =>
        {
            NetworkError::Contended
        }
        _ => NetworkError::Store(failed(error)),
    }
}
