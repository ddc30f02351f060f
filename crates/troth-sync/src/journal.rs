//! The local log: what one device keeps, in shelves of small records.
//!
//! # Invariants
//!
//! 1. **All or nothing.** A [`Journal::commit`] is durable as a whole when it returns, and
//!    leaves no trace when the process dies inside it.
//! 2. **Closed.** Everything but the [`Shelf::Plain`] and [`Shelf::Log`] shelves is sealed
//!    under the local key before it comes here; the log holds envelopes, which are sealed by
//!    themselves.
//!
//! The records are specified in `docs/protocol/journal.md`.

pub mod contract;
#[cfg(all(target_arch = "wasm32", feature = "web"))]
pub mod indexed_db;
pub mod memory;
#[cfg(feature = "native")]
pub mod sqlite;

use thiserror::Error;

/// The shelves of a journal, each an ordered map from key to record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Shelf {
    /// Readable by design: the local slot, and the count of commits.
    Plain = 0,
    /// Sealed single records: identity, spaces, keyring, vault.
    Cell = 1,
    /// Sealed entries on their way to the server, by order of writing.
    Outbox = 2,
    /// Placed envelopes as received, by space and place.
    Log = 3,
    /// Sealed drafts, by name.
    Draft = 4,
    /// Sealed pieces of the snapshot of opened entries, by space and number.
    Snapshot = 5,
    /// Sealed records about single entries: one-time keys, own answers, receipts.
    Note = 6,
}

impl Shelf {
    /// All shelves, in their stored order.
    pub const ALL: [Self; 7] = [
        Self::Plain,
        Self::Cell,
        Self::Outbox,
        Self::Log,
        Self::Draft,
        Self::Snapshot,
        Self::Note,
    ];

    /// Returns the stored number of this shelf.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// One change of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Puts a record under a key, in place of the one that was there.
    Put {
        /// Where.
        shelf: Shelf,
        /// Under which key.
        key: Vec<u8>,
        /// The record.
        value: Vec<u8>,
    },
    /// Takes one record away; that there is none is no error.
    Drop {
        /// Where.
        shelf: Shelf,
        /// Under which key.
        key: Vec<u8>,
    },
    /// Takes away every record whose key begins with these bytes.
    DropAll {
        /// Where.
        shelf: Shelf,
        /// How the keys begin; empty means all.
        prefix: Vec<u8>,
    },
}

/// Why a journal did not do what was asked.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum JournalError {
    /// The folder or database cannot be opened.
    #[error("the local journal cannot be opened")]
    Unavailable,
    /// There is no room for the record.
    #[error("the local disk is full")]
    Full,
    /// The folder or database may not be written.
    #[error("the local journal is read-only")]
    ReadOnly,
    /// A record was not read or written.
    #[error("the local journal could not be read or written")]
    Failed,
    /// The process ended here; only the simulator says so.
    #[error("the process ended")]
    Crashed,
}

/// A record with its key, as [`Journal::scan`] lists them.
pub type Row = (Vec<u8>, Vec<u8>);

/// The local log of one device.
#[expect(
    async_fn_in_trait,
    reason = "one thread drives a client; no future is ever sent to another"
)]
pub trait Journal {
    /// Looks up one record.
    ///
    /// # Errors
    ///
    /// Fails when the journal cannot be read.
    async fn lookup(&self, shelf: Shelf, key: &[u8]) -> Result<Option<Vec<u8>>, JournalError>;

    /// Lists the records whose keys begin with `prefix` and are greater than `after`, in the
    /// order of their keys, at most `limit` of them.
    ///
    /// # Errors
    ///
    /// Fails when the journal cannot be read.
    async fn scan(
        &self,
        shelf: Shelf,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, JournalError>;

    /// Makes all changes, in order, durable at once (invariant 1).
    ///
    /// # Errors
    ///
    /// Fails without a trace when the changes could not be made durable.
    async fn commit(&self, writes: Vec<Write>) -> Result<(), JournalError>;
}

/// Returns the first key after every key that begins with `prefix`, or none when there is no
/// such key.
pub(crate) fn end_of(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}
