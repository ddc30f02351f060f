//! Columns of bytes and numbers, read with their length and sign checked.

use rusqlite::types::Type;
use rusqlite::{Error, Row};

/// Reads a number that is never negative.
pub(super) fn number(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    u64::try_from(row.get::<_, i64>(index)?)
        .map_err(|error| Error::FromSqlConversionFailure(index, Type::Integer, Box::new(error)))
}

/// Reads bytes of exactly one length.
pub(super) fn fixed<const N: usize>(row: &Row<'_>, index: usize) -> rusqlite::Result<[u8; N]> {
    let bytes = row.get_ref(index)?.as_blob()?;
    bytes
        .try_into()
        .map_err(|error| Error::FromSqlConversionFailure(index, Type::Blob, Box::new(error)))
}

/// Turns a number of ours into the database's; ours stay far below its limit.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
