//! One sealed entry as it travels and rests.
//!
//! Specified in `docs/protocol/envelope.md`, section "Envelope".

use minicbor::{Decode, Decoder, Encode, Encoder};

use crate::head::Head;
use crate::header;
use crate::id::{EntryId, Signature};
use crate::strict::{self, Malformed};

/// The longest body of an entry.
pub const MAX_BODY: usize = 256 * 1024;

/// The longest header of an entry.
pub const MAX_HEADER: usize = 4 * 1024;

/// A sealed entry: header and body as bytes, never re-encoded, and a signature.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Envelope {
    /// The header's bytes; see [`crate::Header`].
    pub header: Vec<u8>,
    /// The device's signature over the id. Not part of the id.
    pub sig: Signature,
    /// Ciphertext, or the readable control, or nothing.
    pub body: Vec<u8>,
}

impl Envelope {
    /// Derives the id of the entry.
    #[must_use]
    pub fn id(&self) -> EntryId {
        header::id(&self.header)
    }

    /// Encodes the envelope in the canonical form.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        strict::encode(self)
    }

    /// Decodes an envelope and nothing else. The header inside is not looked at.
    ///
    /// # Errors
    ///
    /// Any [`Malformed`] of the outer form.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        strict::decode(bytes)
    }
}

impl<C> Encode<C> for Envelope {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.array(3)?
            .bytes(&self.header)?
            .bytes(&self.sig.0)?
            .bytes(&self.body)?
            .ok()
    }
}

impl<'b, C> Decode<'b, C> for Envelope {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        if d.array()? != Some(3) {
            return Err(minicbor::decode::Error::message("not three fields"));
        }
        let header = d.bytes()?.to_vec();
        let sig = d.decode()?;
        let body = d.bytes()?.to_vec();
        Ok(Self { header, sig, body })
    }
}

/// An envelope with what the server added when it accepted it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Placed {
    /// The place in the record, from 1.
    #[n(0)]
    pub place: u64,
    /// The minute of acceptance, since 1970.
    #[n(1)]
    pub received: u64,
    /// The head at this place.
    #[n(2)]
    pub head: Head,
    /// The entry.
    #[n(3)]
    pub envelope: Envelope,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Envelope {
        Envelope {
            header: vec![1, 2],
            sig: Signature([3; 64]),
            body: vec![4; 300],
        }
    }

    #[test]
    fn an_envelope_reads_back_as_written() {
        assert_eq!(Envelope::decode(&sample().encode()), Ok(sample()));
    }

    #[test]
    fn cut_and_lengthened_envelopes_are_told_apart() {
        let mut bytes = sample().encode();
        for length in 0..bytes.len() {
            let cut = bytes.get(..length).unwrap();
            assert_eq!(Envelope::decode(cut), Err(Malformed::Truncated));
        }
        bytes.push(0);
        assert_eq!(Envelope::decode(&bytes), Err(Malformed::Trailing));
    }
}
