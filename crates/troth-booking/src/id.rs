//! Every identifier of bookings, one list.
//!
//! As text, and so in JSON, each is lower-case hexadecimal; in CBOR a byte string. None of them is drawn here.

use core::fmt;
use core::str::FromStr;

use alloc::string::String;

use minicbor::{Decode, Decoder, Encode, Encoder};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Says why a text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of the expected length in hexadecimal")]
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

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let mut bytes = [0; $len];
                from_hex(text, &mut bytes)?;
                Ok(Self(bytes))
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

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
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

/// Reads exactly `into.len()` bytes of lower-case or upper-case hexadecimal.
fn from_hex(text: &str, into: &mut [u8]) -> Result<(), NotAnId> {
    if text.len() != into.len() * 2 {
        return Err(NotAnId);
    }
    for (pair, byte) in text.as_bytes().chunks_exact(2).zip(into) {
        let [high, low] = pair else {
            return Err(NotAnId);
        };
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Ok(())
}

/// Reads one hexadecimal digit.
fn nibble(digit: u8) -> Result<u8, NotAnId> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        b'A'..=b'F' => Ok(digit - b'A' + 10),
        _ => Err(NotAnId),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_survives_its_text() {
        let id = BookingId(core::array::from_fn(|place| place as u8 * 17));

        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(serde_json::to_string(&id).unwrap().len(), 34);
    }

    #[test]
    fn a_text_of_another_length_or_alphabet_is_no_identifier() {
        assert_eq!("00".parse::<ClientId>(), Err(NotAnId));
        assert_eq!("zz".repeat(16).parse::<ClientId>(), Err(NotAnId));
        assert_eq!("é".repeat(16).parse::<ClientId>(), Err(NotAnId));
    }

    #[test]
    fn a_token_shows_nothing_when_it_is_debugged() {
        assert_eq!(format!("{:?}", TokenDigest([7; 32])), "TokenDigest(..)");
    }
}
