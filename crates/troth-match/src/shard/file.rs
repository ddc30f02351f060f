//! The outside of every shard file: header, body, signature.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::{FileHash, ShardError};
use crate::set::Code;
use crate::state::State;
use crate::time::Day;

/// How a shard file begins.
pub const MAGIC: [u8; 8] = *b"TROTHSHD";
/// The version of all shard formats.
pub const VERSION: u16 = 2;
/// Bytes of a header.
pub const HEADER: usize = 96;
/// Bytes of a signature.
pub const SIGNATURE: usize = 64;
/// What is signed before the header.
const CONTEXT: &[u8] = b"troth/v1/shard";
/// The byte that stands for no state, in an index.
const NO_STATE: u8 = 255;

/// What a shard file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Who, where, which plans, and the cards.
    Static = 1,
    /// The free half-hours of fourteen days.
    Availability = 2,
    /// The rows that changed since the file before.
    Delta = 3,
    /// Which files are current.
    Index = 4,
}

/// What stands before every body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// What the file is.
    pub kind: Kind,
    /// Whose directory; an index is of none.
    pub state: Option<State>,
    /// How many rows the shard has; in an index, how many states.
    pub rows: u32,
    /// The day it was made, or the base midnight of the half-hours.
    pub day: Day,
    /// Rises with every edition.
    pub serial: u32,
    /// The file it belongs to: of an availability the static file, of a delta the file before
    /// it; of others nothing.
    pub parent: FileHash,
}

/// A finished file and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// All bytes.
    pub bytes: Vec<u8>,
    /// The name: the digest of header and signature.
    pub hash: FileHash,
}

/// The key that signs a directory's shards.
pub struct Signer(SigningKey);

/// The public key that checks a directory's shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(pub [u8; 32]);

impl Signer {
    /// Makes the key of 32 secret bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Tells the public key.
    #[must_use]
    pub fn key(&self) -> Key {
        Key(self.0.verifying_key().to_bytes())
    }
}

impl core::fmt::Debug for Signer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Signer").finish_non_exhaustive()
    }
}

/// Puts header, body and signature together.
#[must_use]
pub fn seal(header: &Header, body: &[u8], signer: &Signer) -> File {
    let head = header.to_bytes(body);
    let mut bytes = Vec::with_capacity(HEADER + body.len() + SIGNATURE);
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(body);
    bytes.extend_from_slice(&signer.0.sign(&[CONTEXT, &head].concat()).to_bytes());
    let hash = FileHash::of(&bytes);
    File { bytes, hash }
}

/// Checks a file from the outside and gives its header and body.
///
/// # Errors
///
/// Every [`ShardError`] but [`Malformed`](ShardError::Malformed), [`Parent`](ShardError::Parent)
/// and [`TooOld`](ShardError::TooOld).
pub fn open<'a>(bytes: &'a [u8], kind: Kind, key: &Key) -> Result<(Header, &'a [u8]), ShardError> {
    let (head, rest) = bytes
        .split_first_chunk::<HEADER>()
        .ok_or(ShardError::Truncated)?;
    let (header, length, digest) = Header::parse(head)?;
    if header.kind != kind {
        return Err(ShardError::Kind);
    }
    let (body, signature) = rest.split_at_checked(length).ok_or(ShardError::Truncated)?;
    if signature.len() > SIGNATURE {
        return Err(ShardError::Trailing);
    }
    let signature: &[u8; SIGNATURE] = signature.try_into().map_err(|_| ShardError::Truncated)?;
    let key = VerifyingKey::from_bytes(&key.0).map_err(|_| ShardError::Foreign)?;
    key.verify_strict(&[CONTEXT, head].concat(), &Signature::from_bytes(signature))
        .map_err(|_| ShardError::Foreign)?;
    if digest_of(body) == digest {
        Ok((header, body))
    } else {
        Err(ShardError::Damaged)
    }
}

/// Tells the digest of a body.
///
/// In pieces: a browser runs new code slowly until it is called again.
fn digest_of(body: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new();
    body.chunks(4_096).for_each(|piece| digest.update(piece));
    digest.finalize().into()
}

impl Header {
    fn to_bytes(self, body: &[u8]) -> [u8; HEADER] {
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.push(self.kind as u8);
        bytes.push(self.state.map_or(NO_STATE, Code::index));
        for number in [self.rows, self.day.0, self.serial, body.len() as u32] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&self.parent.0);
        bytes.extend_from_slice(&digest_of(body));
        let mut all = [0; HEADER];
        for (to, from) in all.iter_mut().zip(bytes) {
            *to = from;
        }
        all
    }

    /// Reads the header, the length of the body and its digest.
    fn parse(bytes: &[u8; HEADER]) -> Result<(Self, usize, [u8; 32]), ShardError> {
        let (magic, rest) = bytes
            .split_first_chunk::<8>()
            .ok_or(ShardError::Truncated)?;
        if *magic != MAGIC {
            return Err(ShardError::NotAShard);
        }
        let (version, rest) = rest.split_first_chunk::<2>().ok_or(ShardError::Truncated)?;
        if u16::from_le_bytes(*version) != VERSION {
            return Err(ShardError::Version);
        }
        let ([kind, state], rest) = rest.split_first_chunk::<2>().ok_or(ShardError::Truncated)?;
        let kind = match kind {
            1 => Kind::Static,
            2 => Kind::Availability,
            3 => Kind::Delta,
            4 => Kind::Index,
            _ => return Err(ShardError::Kind),
        };
        let state = State::from_index(*state);
        if state.is_some() == (kind == Kind::Index) {
            return Err(ShardError::State);
        }
        let (numbers, rest) = rest
            .split_first_chunk::<20>()
            .ok_or(ShardError::Truncated)?;
        let mut numbers = numbers
            .chunks_exact(4)
            .map(|chunk| chunk.try_into().map_or(0, u32::from_le_bytes));
        let mut number = || numbers.next().unwrap_or_default();
        let (rows, day, serial, length) = (number(), Day(number()), number(), number() as usize);
        let (parent, digest) = rest
            .split_first_chunk::<32>()
            .ok_or(ShardError::Truncated)?;
        let digest = digest.try_into().map_err(|_| ShardError::Truncated)?;
        if number() != 0 {
            return Err(ShardError::Version);
        }
        Ok((
            Self {
                kind,
                state,
                rows,
                day,
                serial,
                parent: FileHash(*parent),
            },
            length,
            digest,
        ))
    }
}
