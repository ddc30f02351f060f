//! Every identifier and every fixed-length value on the wire, one list.
//!
//! All are newtypes over bytes, so that one cannot be passed for another. In CBOR each is a
//! byte string of exactly its length. As text each is lower-case hexadecimal.

use core::fmt;
use core::str::FromStr;

use minicbor::{Decode, Decoder, Encode, Encoder};
use sha2::{Digest as _, Sha256};

use crate::hex;

/// Says why a text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of the expected length in hexadecimal")]
pub struct NotAnId;

macro_rules! fixed_bytes {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// The number of bytes.
            pub const LEN: usize = $len;

            /// The value of zero bytes only; it never names anything.
            pub const ZERO: Self = Self([0; $len]);

            /// Wraps the bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

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

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
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
                hex::read(text, &mut bytes).ok_or(NotAnId)?;
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
    };
}

macro_rules! shown_short {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "("))?;
                self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))?;
                write!(f, "…)")
            }
        }
    )*};
}

fixed_bytes!(
    /// Names a space; random.
    SpaceId, 16
);
fixed_bytes!(
    /// Names a member inside one space; random, so that two spaces of a person do not match.
    MemberId, 16
);
fixed_bytes!(
    /// Names a device: the first half of SHA-256 of its public key.
    DeviceId, 16
);
fixed_bytes!(
    /// Names an entry: a hash of its header, see [`crate::header::id`].
    EntryId, 32
);
fixed_bytes!(
    /// Names an account on one server; random.
    AccountId, 16
);
fixed_bytes!(
    /// Names an invitation: derived from the secret in the link.
    InvitationId, 16
);
fixed_bytes!(
    /// Names a signed-in session in the list of sessions; not the token.
    SessionId, 16
);
fixed_bytes!(
    /// Names an attachment: a hash of its ciphertext.
    BlobId, 32
);
fixed_bytes!(
    /// A SHA-256 or HKDF-SHA256 value.
    Digest, 32
);
fixed_bytes!(
    /// An Ed25519 public key.
    PublicKey, 32
);
fixed_bytes!(
    /// An Ed25519 signature.
    Signature, 64
);
fixed_bytes!(
    /// What a signed-in client shows with every request; secret.
    Token, 32
);

fixed_bytes!(
    /// The referee's share of an answer's one-time key; secret until all are there.
    KeyShare, 32
);

shown_short!(
    SpaceId,
    MemberId,
    DeviceId,
    EntryId,
    AccountId,
    InvitationId,
    SessionId,
    BlobId,
    Digest,
    PublicKey,
    Signature
);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl fmt::Debug for KeyShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyShare(..)")
    }
}

impl DeviceId {
    /// Derives the name of the device that holds the key.
    #[must_use]
    pub fn of_key(key: &PublicKey) -> Self {
        let hash: [u8; 32] = Sha256::digest(key.0).into();
        let mut id = [0; 16];
        id.copy_from_slice(hash.first_chunk::<16>().unwrap_or(&[0; 16]));
        Self(id)
    }
}

/// Bytes that only a key holder can read; shown by length alone.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

impl From<Vec<u8>> for Sealed {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Sealed {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl<C> Encode<C> for Sealed {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Sealed {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.bytes().map(|bytes| Self(bytes.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_an_id_reads_back_and_upper_case_is_refused() {
        let id = MemberId([0xab; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(
            id.to_string().to_uppercase().parse::<MemberId>(),
            Err(NotAnId)
        );
        assert_eq!("ab".parse::<MemberId>(), Err(NotAnId));
    }

    #[test]
    fn debug_shows_the_beginning_and_never_a_token() {
        assert_eq!(format!("{:?}", SpaceId([7; 16])), "SpaceId(07070707…)");
        assert_eq!(format!("{:?}", Token([7; 32])), "Token(..)");
        assert_eq!(format!("{:?}", Sealed(vec![7; 9])), "Sealed(9 bytes)");
    }
}
