//! Names of things that the network keeps.

use troth_booking::{BookingId, ClientId, Minute, TokenDigest};
use troth_match::ProviderId;

use super::Value;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);
        value!($name);
    };
}

macro_rules! value {
    ($name:ident) => {
        impl From<$name> for Value {
            fn from(id: $name) -> Self {
                Self::from(id.0)
            }
        }

        impl From<Option<$name>> for Value {
            fn from(id: Option<$name>) -> Self {
                Self::from(id.map(|it| it.0))
            }
        }
    };
}

id!(
    /// An entry of a waiting list.
    EntryId,
    16
);
id!(
    /// A quote: the first bytes of the hash of its signed bytes.
    QuoteId,
    16
);
id!(
    /// The hash of something that is shown once, such as the address of a feed.
    SecretHash,
    32
);
id!(
    /// The hash of an idempotency key.
    KeyHash,
    32
);
value!(BookingId);
value!(ClientId);
value!(TokenDigest);

impl From<ProviderId> for Value {
    fn from(provider: ProviderId) -> Self {
        Self::from(provider.0)
    }
}

impl From<Minute> for Value {
    fn from(minute: Minute) -> Self {
        Self::from(minute.0)
    }
}
