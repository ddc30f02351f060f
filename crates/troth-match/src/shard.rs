//! Shard files: the directory of one state, small enough for a telephone, signed.
//!
//! | file | holds | changes |
//! | --- | --- | --- |
//! | static | who, where, which plans, and the cards | daily |
//! | availability | the free half-hours of fourteen days | daily |
//! | delta | the rows that changed since the file before it | every few minutes |
//! | index | which files are current, and the plans' names | with each of them |
//!
//! The server makes them with [`Book`]; [`Shard`](crate::engine::Shard) reads them.
//!
//! # Invariants
//!
//! 1. **Checked before use.** Kind, version, lengths, digest and signature are checked before
//!    the first byte of a body is read; a body that does not add up is refused whole.
//! 2. **One order.** Rows stand by falling standing (quality and a newcomer's loan), then by
//!    rising number. Availability and deltas name rows, and name the file whose rows they mean.
//! 3. **Only whom one can see.** A provider who takes nobody, or whose licence has run out,
//!    is in no shard.
//!
//! The bytes are specified in `docs/protocol/shards.md`.

use sha2::{Digest as _, Sha256};

pub mod book;
pub(crate) mod bytes;
pub(crate) mod cards;
pub(crate) mod columns;
mod dictionary;
pub mod file;
pub mod index;
pub(crate) mod times;
pub(crate) mod write;

pub use book::Book;
pub use file::{File, Header, Key, Kind, Signer, open};
pub use index::{Index, StateFiles};
pub(crate) use write::flag;

use crate::answer::NEWCOMER_POINTS;
use crate::provider::{MAX_QUALITY, Provider};

/// How long after it was made a static file may be used, in days.
///
/// A licence in another state is listed with its last day only if it runs out within
/// [`LICENCE_DAYS`] of the making; the fourteen days of availability have to fit in between.
pub const MAX_AGE_DAYS: u32 = 21;
/// For so many days after the making, licences that run out are listed.
pub const LICENCE_DAYS: u32 = 36;
/// The highest standing: the best quality and a newcomer's loan.
pub(crate) const MAX_STANDING: usize = MAX_QUALITY as usize + NEWCOMER_POINTS as usize;
/// The most plans that one state's shard may name.
pub const MAX_PLANS: usize = 1_024;

/// Tells where a provider stands before any question is asked.
pub(crate) fn standing(provider: &Provider) -> u8 {
    let loan = if provider.newcomer {
        NEWCOMER_POINTS as u8
    } else {
        0
    };
    provider.quality.min(MAX_QUALITY) + loan
}

/// A file's name: the SHA-256 digest of its header and signature.
///
/// The header holds the digest of the body, so no two files have one name; and a device that
/// checks a file by its header hashes the body once, not twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileHash(pub [u8; 32]);

impl FileHash {
    /// Tells the name of a whole file. What is too short for a file gets a name of no file.
    ///
    /// That the body is the one named is for [`open`] to check.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut digest = Sha256::new();
        if let Some((head, rest)) = bytes.split_at_checked(file::HEADER)
            && let Some(body) = rest.len().checked_sub(file::SIGNATURE)
        {
            digest.update(head);
            digest.update(rest.get(body..).unwrap_or_default());
        }
        Self(digest.finalize().into())
    }

    /// Reads 64 hexadecimal digits in lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut bytes = [0; 32];
        if text.len() != 64 {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let [high, low] = *pair else { return None };
            *byte = digit(high)? << 4 | digit(low)?;
        }
        Some(Self(bytes))
    }
}

impl core::fmt::Display for FileHash {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Says why a shard file is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShardError {
    /// The file is shorter than its header says, or than any header.
    #[error("the shard file is cut short")]
    Truncated,
    /// Bytes follow the signature.
    #[error("bytes follow the shard file")]
    Trailing,
    /// The file does not begin like a shard file.
    #[error("the file is no shard file")]
    NotAShard,
    /// A newer program is needed.
    #[error("the shard file has a version that this program does not know")]
    Version,
    /// The file is of another kind, such as an index instead of an availability.
    #[error("the shard file is of another kind than expected")]
    Kind,
    /// The header names no state.
    #[error("the shard file names no known state")]
    State,
    /// The body is not the one the header was made for.
    #[error("the shard file is damaged: its digest does not fit")]
    Damaged,
    /// The signature is not by the expected key.
    #[error("the shard file is not signed by this directory")]
    Foreign,
    /// The file belongs to another static file, or a delta to another state of things.
    #[error("the shard file belongs to another edition")]
    Parent,
    /// The body does not add up.
    #[error("the body of the shard file is malformed")]
    Malformed,
    /// The file was made too long ago.
    #[error("the shard file is too old to be used")]
    TooOld,
}
