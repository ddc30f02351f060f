//! Running prepared statements, on a connection or inside a transaction.

use tokio_postgres::types::ToSql;
use tokio_postgres::{GenericClient, Row, Statement};

use super::failed;
use super::pool::Statements;
use crate::store::StoreError;

/// A value for a statement.
pub(super) type Value<'a> = &'a (dyn ToSql + Sync);

/// A connection or a transaction, with what it has prepared.
pub(super) struct Run<'a, C> {
    pub(super) on: &'a C,
    pub(super) statements: &'a mut Statements,
}

impl<C: GenericClient + Sync> Run<'_, C> {
    async fn prepared(&mut self, statement: &'static str) -> Result<Statement, StoreError> {
        if let Some(known) = self.statements.get(statement) {
            return Ok(known.clone());
        }
        let prepared = self
            .on
            .prepare(statement)
            .await
            .map_err(|error| failed(&error))?;
        self.statements.insert(statement, prepared.clone());
        Ok(prepared)
    }

    /// Runs a change and counts its rows.
    pub(super) async fn change(
        &mut self,
        statement: &'static str,
        values: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        let prepared = self.prepared(statement).await?;
        self.on
            .execute(&prepared, values)
            .await
            .map_err(|error| failed(&error))
    }

    /// Runs a query.
    pub(super) async fn list(
        &mut self,
        statement: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        let prepared = self.prepared(statement).await?;
        self.on
            .query(&prepared, values)
            .await
            .map_err(|error| failed(&error))
    }

    /// Runs a query for at most one row.
    pub(super) async fn lookup(
        &mut self,
        statement: &'static str,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.list(statement, values).await?.into_iter().next())
    }
}

/// Reads a column of bytes.
pub(super) fn bytes(row: &Row, index: usize) -> Result<&[u8], StoreError> {
    row.try_get(index).map_err(|error| failed(&error))
}

/// Reads a column of bytes of exactly one length.
pub(super) fn fixed<const N: usize>(row: &Row, index: usize) -> Result<[u8; N], StoreError> {
    bytes(row, index)?
        .try_into()
        .map_err(|_| StoreError::Broken)
}

/// Reads a column with a number that is never negative.
pub(super) fn number(row: &Row, index: usize) -> Result<u64, StoreError> {
    let number: i64 = row.try_get(index).map_err(|error| failed(&error))?;
    u64::try_from(number).map_err(|_| StoreError::Broken)
}

/// Turns a number of ours into the database's; ours stay far below its limit.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
