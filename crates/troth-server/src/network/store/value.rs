//! Values that go into statements, and rows that come back.

use troth_wire::AccountId;

use super::NetworkError;
use crate::store::StoreError;

/// A value for a statement or in a row. Nothing is ever absent: what is not there is zero or
/// empty, so that both databases compare it alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Int(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A text.
    Text(String),
}

/// One row; its columns are taken in order.
#[derive(Debug, Clone)]
pub struct Row {
    columns: std::vec::IntoIter<Value>,
}

impl Row {
    /// A row of these columns.
    #[must_use]
    pub fn new(columns: Vec<Value>) -> Self {
        Self {
            columns: columns.into_iter(),
        }
    }

    /// Takes a number.
    ///
    /// # Errors
    ///
    /// [`StoreError::Broken`] if the next column is none, or does not fit.
    pub fn number<T: TryFrom<i64>>(&mut self) -> Result<T, NetworkError> {
        match self.columns.next() {
            Some(Value::Int(number)) => T::try_from(number).map_err(|_| broken()),
            _ => Err(broken()),
        }
    }

    /// Takes a number in which zero means that there is none.
    ///
    /// # Errors
    ///
    /// As [`Self::number`].
    pub fn number_or_none<T: TryFrom<i64>>(&mut self) -> Result<Option<T>, NetworkError> {
        let number: i64 = self.number()?;
        if number == 0 {
            return Ok(None);
        }
        T::try_from(number).map(Some).map_err(|_| broken())
    }

    /// Takes bytes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Broken`] if the next column is none.
    pub fn bytes(&mut self) -> Result<Vec<u8>, NetworkError> {
        match self.columns.next() {
            Some(Value::Bytes(bytes)) => Ok(bytes),
            _ => Err(broken()),
        }
    }

    /// Takes bytes of exactly one length.
    ///
    /// # Errors
    ///
    /// [`StoreError::Broken`] if they are not of that length.
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], NetworkError> {
        self.bytes()?.try_into().map_err(|_| broken())
    }

    /// Takes bytes of exactly one length, or none where there are no bytes.
    ///
    /// # Errors
    ///
    /// As [`Self::fixed`].
    pub fn fixed_or_none<const N: usize>(&mut self) -> Result<Option<[u8; N]>, NetworkError> {
        let bytes = self.bytes()?;
        if bytes.is_empty() {
            return Ok(None);
        }
        bytes.try_into().map(Some).map_err(|_| broken())
    }

    /// Takes a text.
    ///
    /// # Errors
    ///
    /// [`StoreError::Broken`] if the next column is none.
    pub fn text(&mut self) -> Result<String, NetworkError> {
        match self.columns.next() {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(broken()),
        }
    }
}

/// What a row says that no row of ours says.
pub(crate) fn broken() -> NetworkError {
    NetworkError::Store(StoreError::Broken)
}

macro_rules! from_number {
    ($($number:ty),*) => {$(
        impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self::Int(i64::from(number))
            }
        }
    )*};
}
from_number!(i64, u32, u16, u8, i32, bool);

impl From<u64> for Value {
    /// Minutes, days and counts of ours stay far below the limit.
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<&Vec<u8>> for Value {
    fn from(bytes: &Vec<u8>) -> Self {
        Self::Bytes(bytes.clone())
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(bytes: [u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<const N: usize> From<Option<[u8; N]>> for Value {
    fn from(bytes: Option<[u8; N]>) -> Self {
        Self::Bytes(bytes.map(Vec::from).unwrap_or_default())
    }
}

impl From<AccountId> for Value {
    fn from(account: AccountId) -> Self {
        Self::from(account.0)
    }
}

impl From<Option<AccountId>> for Value {
    fn from(account: Option<AccountId>) -> Self {
        Self::from(account.map(|it| it.0))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

/// Makes the values of a statement.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        [$($crate::network::store::Value::from($value)),*]
    };
}
pub(crate) use values;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_another_kind_or_length_is_an_error() {
        let mut row = Row::new(values![-1_i64, [1_u8; 3], "text"].to_vec());
        assert_eq!(row.number::<u64>(), Err(broken()));
        assert_eq!(row.fixed::<4>(), Err(broken()));
        assert_eq!(row.text(), Ok("text".to_owned()));
        assert_eq!(row.bytes(), Err(broken()));
    }
}
