//! An entry of the record as this crate sees it: opened, placed, and by a known author.

use crate::event::Event;
use crate::event::codec;
use crate::id::{EntryId, PartnerId};
use crate::moment::Written;

pub use crate::event::codec::{DecodeError, EncodeError};

/// One opened entry of a couple space.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its id: a hash that its author fixed when they wrote it; sealing anew does not change it.
    pub id: EntryId,
    /// Its place in the record.
    pub place: u64,
    /// Who wrote it; the signature was checked before.
    pub author: PartnerId,
    /// When the author says they wrote it.
    pub written: Written,
    /// The minute since 1970 at which the server received it; 0 while it has not.
    pub received_minute: u64,
    /// What happened.
    pub body: Event,
    /// Fields of a newer version that came along; empty for an entry made here.
    pub unknown: UnknownFields,
}

impl Entry {
    /// Puts an opened body at its place in the record.
    ///
    /// Total: a body that is none becomes [`Event::Unreadable`], so that a record with a broken entry
    /// still folds and the entry can be named.
    #[must_use]
    pub fn from_opened(placed: Placing, opened: &[u8]) -> Self {
        let body = Body::decode(opened).unwrap_or_else(|_| Body {
            written: Written {
                at: jiff::Timestamp::UNIX_EPOCH,
                zone: "UTC".to_owned(),
            },
            event: Event::Unreadable,
            unknown: UnknownFields::default(),
        });
        Self {
            id: placed.id,
            place: placed.place,
            author: placed.author,
            written: body.written,
            received_minute: placed.received_minute,
            body: body.event,
            unknown: body.unknown,
        }
    }
}

/// What is known of an entry from outside its seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placing {
    /// Its id.
    pub id: EntryId,
    /// Its place in the record.
    pub place: u64,
    /// Who wrote it.
    pub author: PartnerId,
    /// The minute since 1970 at which the server received it; 0 while it has not.
    pub received_minute: u64,
}

/// The inside of an entry before it is sealed: an event and when it was written.
///
/// ```
/// use troth_core::{Body, Event, Moment, Written};
///
/// let now = Moment::new("2026-12-01T17:00:00Z".parse()?, "Europe/Vienna");
/// let body = Body::new(Event::PartnerIntroduced { name: "Ana".into() }, Written::from(&now));
///
/// assert_eq!(Body::decode(&body.encode()?)?, body);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// When the author wrote it.
    pub written: Written,
    /// What happened.
    pub event: Event,
    /// Fields that a newer version added, kept as they came.
    pub unknown: UnknownFields,
}

/// The fields of a body that this program does not know, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnknownFields {
    /// Beside the event: key and one CBOR item each.
    pub body: Vec<(u64, Vec<u8>)>,
    /// Inside the event's payload: key and one CBOR item each.
    pub payload: Vec<(u64, Vec<u8>)>,
}

impl UnknownFields {
    /// Tells whether everything was known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.body.is_empty() && self.payload.is_empty()
    }
}

impl Body {
    /// Puts an event and its time together.
    #[must_use]
    pub fn new(event: Event, written: Written) -> Self {
        Self {
            written,
            event,
            unknown: UnknownFields::default(),
        }
    }

    /// Writes the body in its stored form.
    ///
    /// # Errors
    ///
    /// - [`EncodeError::Unreadable`]: there is nothing to write for an event that could not be read.
    /// - [`EncodeError::Limit`]: a text or a list is longer than the form allows.
    pub fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        codec::encode(self)
    }

    /// Reads a body from its stored form.
    ///
    /// An unknown kind or version is no error: it becomes [`Event::Newer`].
    ///
    /// # Errors
    ///
    /// [`DecodeError`] says which rule of `docs/protocol/events.md` the bytes break.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        codec::decode(bytes)
    }
}
