//! Operations that are cut off midway, as by a crash.

use troth_server::network::store::{NetworkError, Operation, Row, Rows, Value};
use troth_server::store::StoreError;

/// Fails at a statement, as a connection or a process does.
pub(crate) struct Failing<'a, R> {
    pub(crate) rows: &'a mut R,
    pub(crate) left: u32,
}

impl<R> Failing<'_, R> {
    fn count(&mut self) -> Result<(), NetworkError> {
        self.left = self.left.checked_sub(1).ok_or(CRASH)?;
        Ok(())
    }
}

/// What a caller hears when the database went away.
pub(crate) const CRASH: NetworkError = NetworkError::Store(StoreError::Unreachable);

impl<R: Rows> Rows for Failing<'_, R> {
    async fn query(
        &mut self,
        statement: &'static str,
        values: &[Value],
    ) -> Result<Vec<Row>, NetworkError> {
        self.count()?;
        self.rows.query(statement, values).await
    }

    async fn change(
        &mut self,
        statement: &'static str,
        values: &[Value],
    ) -> Result<u64, NetworkError> {
        self.count()?;
        self.rows.change(statement, values).await
    }
}

/// An operation that is cut off before one of its statements.
#[derive(Clone)]
pub(crate) struct CutOff<O> {
    pub(crate) operation: O,
    pub(crate) before: u32,
}

impl<O: Operation> Operation for CutOff<O> {
    type Output = O::Output;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let left = self.before;
        self.operation.run(&mut Failing { rows, left }).await
    }
}
