//! Every identifier of bookings, one list.
//!
//! As text each is lower-case hexadecimal; in CBOR a byte string. None of them is drawn here, and
//! none is read from text here: what a request names is read once, strictly, by
//! `troth_wire::network`, and arrives as bytes.

use core::fmt;

use minicbor::{Decode, Decoder, Encode, Encoder};

/// Says why bytes are not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of the expected length")]
pub struct NotAnId;

macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// The number of bytes.
            pub const LEN: usize = $len;

            /// Reads the bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl From<[u8; $len]> for $name {
            fn from(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = NotAnId;

            fn try_from(bytes: &[u8]) -> Result<Self, NotAnId> {
                bytes.try_into().map(Self).map_err(|_| NotAnId)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                d.bytes()?
                    .try_into()
                    .map(Self)
                    .map_err(|_| minicbor::decode::Error::message("wrong length"))
            }
        }
    };
}

hex_id!(
    /// Names one booking, or one version of it where it was moved: a move begins a new one.
    BookingId,
    16
);
hex_id!(
    /// Names a person who books, by a pseudonym.
    ///
    /// It is derived from a secret on the person's device. Nothing leads from it to a name.
    ClientId,
    16
);
hex_id!(
    /// The SHA-256 digest of a single-use token.
    ///
    /// The token itself is known to the person it was handed to and to nobody else; the rim hashes
    /// what is presented before it reaches this crate.
    TokenDigest,
    32
);

macro_rules! hidden_debug {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    )*};
}

hidden_debug!(BookingId ClientId);

/// Keeps digests out of logs and messages.
impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_shown_in_lower_case_and_has_one_length() {
        let id = BookingId(core::array::from_fn(|place| place as u8 * 17));

        assert_eq!(id.to_string(), "00112233445566778899aabbccddeeff");
        assert_eq!(ClientId::try_from([7; 15].as_slice()), Err(NotAnId));
    }

    #[test]
    fn a_token_shows_nothing_when_it_is_debugged() {
        assert_eq!(format!("{:?}", TokenDigest([7; 32])), "TokenDigest(..)");
    }
}
