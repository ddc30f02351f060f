//! The names of things in the JSON API: random bytes as lower-case hexadecimal.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use crate::hex;

/// Says why a text is not a name of the expected length in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not lower-case hexadecimal of the expected length")]
pub struct NotHex;

macro_rules! hex_names {
    ($($(#[$doc:meta])* $name:ident, $len:literal, $pattern:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(
            feature = "schema",
            derive(utoipa::ToSchema),
            schema(value_type = String, pattern = $pattern)
        )]
        pub struct $name(pub [u8; $len]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl FromStr for $name {
            type Err = NotHex;

            fn from_str(text: &str) -> Result<Self, NotHex> {
                let mut bytes = [0; $len];
                hex::read(text, &mut bytes).ok_or(NotHex)?;
                Ok(Self(bytes))
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
                text.parse().map_err(de::Error::custom)
            }
        }
    )*};
}

hex_names! {
    /// Names a hold, and the booking that it becomes; random.
    BookingId, 16, "^[0-9a-f]{32}$";
    /// Names an entry of a waitlist; random.
    WaitId, 16, "^[0-9a-f]{32}$";
    /// Names a quote: the first half of SHA-256 of its terms.
    QuoteId, 16, "^[0-9a-f]{32}$";
    /// A person who books, under a pseudonym; derived from their secret.
    ClientId, 16, "^[0-9a-f]{32}$";
    /// What a person who books shows with every request; secret.
    ClientSecret, 32, "^[0-9a-f]{64}$";
    /// Allows one act once: joining a hold, cancelling, moving; secret.
    OwnerToken, 32, "^[0-9a-f]{64}$";
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

macro_rules! shown_not_at_all {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}

shown_short!(BookingId, WaitId, QuoteId, ClientId);
shown_not_at_all!(ClientSecret, OwnerToken);

impl ClientId {
    /// Derives the pseudonym of a secret: the first half of SHA-256 of a label and the secret.
    #[must_use]
    pub fn of_secret(secret: &ClientSecret) -> Self {
        let hash = Sha256::new()
            .chain_update(b"troth/v1/client")
            .chain_update(secret.0)
            .finalize();
        Self(first_half(&hash.into()))
    }
}

impl QuoteId {
    /// Derives the name of a quote from its terms.
    #[must_use]
    pub fn of_terms(terms: &[u8]) -> Self {
        Self(first_half(&Sha256::digest(terms).into()))
    }
}

fn first_half(hash: &[u8; 32]) -> [u8; 16] {
    *hash.first_chunk::<16>().unwrap_or(&[0; 16])
}
