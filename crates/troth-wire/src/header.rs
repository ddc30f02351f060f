//! The outside of an entry: all that the server sees of it, signed as bytes.
//!
//! # Invariants
//!
//! 1. **As received.** An id is a hash over the received bytes; a decoded header is never
//!    encoded again to check it.
//! 2. **One form.** Only the canonical encoding is accepted ([`strict`]), so two different
//!    byte strings never mean the same header.
//!
//! The format is specified in `docs/protocol/envelope.md`, section "Header".

use minicbor::{Decode, Decoder, Encode, Encoder};
use sha2::{Digest as _, Sha256};

use crate::head::Head;
use crate::id::{BlobId, DeviceId, Digest, EntryId, MemberId, SpaceId};
use crate::strict::{self, Malformed};

/// The version of the header that this build writes and reads.
pub const VERSION: u8 = 1;

/// Suite 1: XChaCha20-Poly1305, HKDF-SHA256, Ed25519, X-Wing. There is no negotiation.
pub const SUITE: u8 = 1;

/// The most attachments one entry may name.
pub const MAX_BLOBS: usize = 64;

/// What an entry is to the server; never finer than this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Kind {
    /// A sealed event.
    #[n(0)]
    Content,
    /// A readable, signed act on the membership, see [`crate::control`].
    #[n(1)]
    Control,
    /// No body: the author confirms the head.
    #[n(2)]
    Checkpoint,
    /// Reserved: names an entry whose ciphertext is to go. Nothing is erased in version 1.
    #[n(3)]
    Erase,
}

/// One attachment, by the hash of its ciphertext and its padded size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(array)]
pub struct BlobRef {
    /// The hash of the ciphertext.
    #[n(0)]
    pub id: BlobId,
    /// The padded size in bytes.
    #[n(1)]
    pub size: u32,
}

/// Binds a one-time share to the entry that carries this, before everybody's eyes.
///
/// Whoever keeps shares takes only the bound one, and only for this very entry
/// ([`crate::referee`]); whoever gets a share back opens with it nothing but this entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShareBinding {
    /// The entry to which this one answers.
    pub question: EntryId,
    /// What the share must hash to; see [`crate::referee::commitment`].
    pub commitment: Digest,
}

impl<C> Encode<C> for ShareBinding {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.array(2)?
            .bytes(&self.question.0)?
            .bytes(&self.commitment.0)?
            .ok()
    }
}

impl<'b, C> Decode<'b, C> for ShareBinding {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        // Exactly two: what is not known could make two headers of one meaning.
        if d.array()? != Some(2) {
            return Err(minicbor::decode::Error::message("not two fields"));
        }
        let (question, commitment) = (d.decode()?, d.decode()?);
        Ok(Self {
            question,
            commitment,
        })
    }
}

/// The decoded header of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Header {
    /// The suite of the space's epoch.
    pub suite: u8,
    /// The space; binds the entry to it.
    pub space: SpaceId,
    /// The epoch under whose secret the body is sealed.
    pub epoch: u32,
    /// The member who wrote it.
    pub author: MemberId,
    /// The device that signed it.
    pub device: DeviceId,
    /// The device's own counter in this space, from 1, without gaps.
    pub aseq: u64,
    /// The id of the device's previous entry; zero at 1.
    pub aprev: EntryId,
    /// The newest place that the author had verified; 0 for none.
    pub seen_place: u64,
    /// The head at that place.
    pub seen_head: Head,
    /// What it is to the server.
    pub kind: Kind,
    /// Random; the event key is derived from it.
    pub salt: Digest,
    /// The attachments.
    pub blobs: Vec<BlobRef>,
    /// The share that opens the entry, where one is kept elsewhere.
    pub binding: Option<ShareBinding>,
    /// The length of the body.
    pub body_len: u32,
    /// SHA-256 of the body.
    pub body_hash: Digest,
}

impl Header {
    /// Encodes the header in the canonical form.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.encode_front();
        self.encode_rest(&mut bytes);
        bytes
    }

    /// Encodes the fields before the body's length and hash: the associated data of the seal.
    ///
    /// These bytes are a prefix of [`Header::encode`].
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "a vector takes every write; half a header must never be signed"
    )]
    pub fn encode_front(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(400 + 40 * self.blobs.len());
        self.write_front(&mut Encoder::new(&mut bytes))
            .expect("a vector takes every write");
        bytes
    }

    /// Appends the body's length and hash to what [`Header::encode_front`] wrote.
    #[expect(
        clippy::expect_used,
        reason = "a vector takes every write; half a header must never be signed"
    )]
    pub fn encode_rest(&self, bytes: &mut Vec<u8>) {
        let mut e = Encoder::new(bytes);
        e.u32(self.body_len)
            .and_then(|e| e.bytes(&self.body_hash.0))
            .expect("a vector takes every write");
    }

    fn write_front(
        &self,
        e: &mut Encoder<&mut Vec<u8>>,
    ) -> Result<(), minicbor::encode::Error<core::convert::Infallible>> {
        e.array(16)?.u8(VERSION)?.u8(self.suite)?;
        e.bytes(&self.space.0)?.u32(self.epoch)?;
        e.bytes(&self.author.0)?.bytes(&self.device.0)?;
        e.u64(self.aseq)?.bytes(&self.aprev.0)?;
        e.u64(self.seen_place)?.bytes(self.seen_head.as_bytes())?;
        e.encode(self.kind)?
            .bytes(&self.salt.0)?
            .encode(&self.blobs)?
            .encode(self.binding)?
            .ok()
    }

    /// Decodes a header and nothing else.
    ///
    /// # Errors
    ///
    /// Any [`Malformed`]: a cut, trailing bytes, a doubled attachment, a second encoding of
    /// the same value, an unknown version, another shape.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        Self::decode_with_front(bytes).map(|(header, _)| header)
    }

    /// Decodes a header and returns with it the bytes that are the seal's associated data.
    ///
    /// # Errors
    ///
    /// As [`Header::decode`].
    pub fn decode_with_front(bytes: &[u8]) -> Result<(Self, &[u8]), Malformed> {
        strict::check(bytes)?;
        let mut d = Decoder::new(bytes);
        check_version(&mut d)?;
        let (header, front) = read(&mut d).map_err(|_| Malformed::WrongShape)?;
        if d.position() != bytes.len() {
            return Err(Malformed::WrongShape);
        }
        header.check_blobs()?;
        let front = bytes.get(..front).ok_or(Malformed::Truncated)?;
        Ok((header, front))
    }

    fn check_blobs(&self) -> Result<(), Malformed> {
        if self.blobs.len() > MAX_BLOBS {
            return Err(Malformed::WrongShape);
        }
        // The list is in rising order, so that one set of attachments has one encoding.
        match self
            .blobs
            .iter()
            .zip(self.blobs.iter().skip(1))
            .find(|(a, b)| a.id >= b.id)
        {
            Some((a, b)) if a.id == b.id => Err(Malformed::Duplicate),
            Some(_) => Err(Malformed::NotCanonical),
            None => Ok(()),
        }
    }
}

/// Derives the id of an entry from the bytes of its header.
#[must_use]
pub fn id(header: &[u8]) -> EntryId {
    let hash = Sha256::new()
        .chain_update(b"troth/v1/id")
        .chain_update(header);
    EntryId(hash.finalize().into())
}

/// Derives the bytes that a device signs for the entry with this id.
#[must_use]
pub fn signed_bytes(id: &EntryId) -> [u8; 46] {
    let mut message = [0; 46];
    let (label, rest) = message.split_at_mut(14);
    label.copy_from_slice(b"troth/v1/event");
    rest.copy_from_slice(&id.0);
    message
}

/// Derives the hash of a body.
#[must_use]
pub fn body_hash(body: &[u8]) -> Digest {
    Digest(Sha256::digest(body).into())
}

fn check_version(d: &mut Decoder<'_>) -> Result<(), Malformed> {
    if !matches!(d.array(), Ok(Some(1..))) {
        return Err(Malformed::WrongShape);
    }
    match d.u64() {
        Ok(version) if version == u64::from(VERSION) => Ok(()),
        Ok(_) => Err(Malformed::UnknownVersion),
        Err(_) => Err(Malformed::WrongShape),
    }
}

fn read(d: &mut Decoder<'_>) -> Result<(Header, usize), minicbor::decode::Error> {
    let suite = d.u8()?;
    let (space, epoch) = (d.decode()?, d.u32()?);
    let (author, device) = (d.decode()?, d.decode()?);
    let (aseq, aprev) = (d.u64()?, d.decode()?);
    let (seen_place, seen_head) = (d.u64()?, d.decode()?);
    let (kind, salt, blobs) = (d.decode()?, d.decode()?, d.decode()?);
    let binding = d.decode()?;
    let front = d.position();
    let (body_len, body_hash) = (d.u32()?, d.decode()?);
    let header = Header {
        suite,
        space,
        epoch,
        author,
        device,
        aseq,
        aprev,
        seen_place,
        seen_head,
        kind,
        salt,
        blobs,
        binding,
        body_len,
        body_hash,
    };
    Ok((header, front))
}

#[cfg(test)]
mod tests;
