//! Every identifier of this crate, one list.
//!
//! The bytes come from outside (an entry's id is a hash that its author fixed when they wrote it, a
//! partner's id is the member id of the space): this crate compares and prints them and never makes them.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Names one partner inside one couple space; another space gives the same person another id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartnerId([u8; 16]);

/// Names one entry of a record.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EntryId([u8; 32]);

impl EntryId {
    /// The first bytes as a number, by which two ids are almost always told apart.
    fn front(&self) -> u64 {
        self.0.first_chunk().copied().map_or(0, u64::from_be_bytes)
    }
}

impl Ord for EntryId {
    /// Compares byte by byte; a long record asks this a million times.
    fn cmp(&self, other: &Self) -> Ordering {
        let front = self.front().cmp(&other.front());
        front.then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for EntryId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Says why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ParseIdError {
    /// The text is longer or shorter than an id.
    #[error("an id has a fixed number of hexadecimal digits; copy all of it")]
    Length,
    /// The text holds something that is not a hexadecimal digit.
    #[error("an id has only the digits 0 to 9 and the letters a to f")]
    Digit,
}

macro_rules! bytes_id {
    ($name:ident, $len:literal) => {
        impl $name {
            /// Wraps the bytes of an id.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// Returns the bytes of the id.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// Writes the first eight hexadecimal digits, enough for a person to tell two apart.
            #[must_use]
            pub fn short(&self) -> String {
                hex(self.0.iter().take(4))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.short())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(self.0.iter()))
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                unhex(text).map(Self)
            }
        }
    };
}

bytes_id!(PartnerId, 16);
bytes_id!(EntryId, 32);

fn hex<'a>(bytes: impl Iterator<Item = &'a u8>) -> String {
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

fn unhex<const N: usize>(text: &str) -> Result<[u8; N], ParseIdError> {
    if text.chars().count() != N * 2 {
        return Err(ParseIdError::Length);
    }
    let digits = text
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|value| u8::try_from(value).ok())
        })
        .collect::<Option<Vec<u8>>>()
        .ok_or(ParseIdError::Digit)?;
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair.iter().fold(0, |high, digit| high << 4 | digit);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_writes() {
        let id = EntryId::from_bytes(std::array::from_fn(|at| at as u8));

        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.short(), "00010203");
        assert_eq!(format!("{id:?}"), "EntryId(00010203)");
    }

    #[test]
    fn ids_are_in_the_order_of_their_bytes() {
        let id = |at: usize, byte| {
            let mut bytes = [9; 32];
            bytes[at] = byte;
            EntryId::from_bytes(bytes)
        };
        let rising = [
            id(0, 0),
            id(7, 8),
            id(31, 8),
            id(8, 9),
            id(31, 10),
            id(7, 255),
        ];

        assert!(rising.is_sorted());
        assert!(rising.is_sorted_by_key(|id| *id.as_bytes()));
    }

    #[test]
    fn a_broken_id_says_what_an_id_looks_like() {
        assert_eq!("12".parse::<PartnerId>(), Err(ParseIdError::Length));
        assert_eq!(
            "zz".repeat(16).parse::<PartnerId>(),
            Err(ParseIdError::Digit)
        );
    }
}
