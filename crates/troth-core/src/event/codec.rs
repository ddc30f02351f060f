//! The stored form of events, specified in `docs/protocol/events.md`.
//!
//! # Invariants
//!
//! 1. **One form.** A body has exactly one stored form; bytes in another form are refused, so that
//!    reading and writing again gives the same bytes.
//! 2. **Newer is kept.** An unknown version, kind, field or value is never an error: it stays as it came.

use jiff::Timestamp;
use thiserror::Error;

use crate::entry::{Body, UnknownFields};
use crate::event::{Event, Newer};
use crate::moment::Written;
use crate::vault::{VaultBody, VaultEvent};

mod couple;
mod fields;
mod schedule;
mod shared;
#[cfg(test)]
mod tests;
mod vault;
mod visit;

use fields::{Fields, Item, Writer};

/// The version that this program writes.
const BODY_VERSION: u64 = 1;
/// The most bytes of the name of a time zone.
const LONGEST_ZONE: usize = 64;
/// The most bytes of a whole body; the longest acknowledgment fits.
const LONGEST_BODY: usize = 192 * 1024;

/// Says why an event cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The event could not be read, so there is nothing to write.
    #[error("an unreadable entry cannot be written again")]
    Unreadable,
    /// A text or a list is longer than the form allows.
    #[error("a part of this entry is longer than an entry may hold")]
    Limit,
    /// The bytes kept of a newer event are not one CBOR item.
    #[error("the kept part of a newer entry is not whole")]
    Newer,
}

/// Says which rule of the stored form the bytes break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes end too early or are not CBOR of the expected type.
    #[error("the entry is not in the expected form")]
    Form,
    /// There are bytes after the end.
    #[error("the entry goes on after its end")]
    Trailing,
    /// A key comes twice or out of order, or a number is written longer than need be.
    #[error("the entry is not in the one form that is allowed")]
    NotCanonical,
    /// A field that must be there is missing.
    #[error("a field of the entry is missing")]
    Missing,
    /// A text or a list is longer than the form allows.
    #[error("a part of the entry is longer than an entry may hold")]
    Limit,
    /// A time or a number lies outside its range.
    #[error("a number of the entry lies outside its range")]
    Range,
}

/// Why a payload did not become an event: broken, or from a newer version.
enum PayloadError {
    Broken(DecodeError),
    NewerValue,
}

impl From<DecodeError> for PayloadError {
    fn from(error: DecodeError) -> Self {
        Self::Broken(error)
    }
}

/// A body before its payload is read.
struct Frame<'b> {
    version: u64,
    kind: u64,
    written: Written,
    payload: &'b [u8],
    unknown: Vec<(u64, Vec<u8>)>,
}

/// What was read of a payload.
struct Payload<E> {
    event: E,
    unknown: Vec<(u64, Vec<u8>)>,
}

pub(crate) fn encode(body: &Body) -> Result<Vec<u8>, EncodeError> {
    let (version, kind, payload) = if let Event::Newer(newer) = &body.event {
        (newer.body_version, newer.kind, kept(newer)?)
    } else {
        let (kind, fields) = couple::write(&body.event)?;
        (BODY_VERSION, kind, fields.into_bytes(&body.unknown.payload))
    };
    write_frame((version, kind), &body.written, &payload, &body.unknown)
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Body, DecodeError> {
    let frame = read_frame(bytes)?;
    let payload = read_payload(&frame, couple::read)?;
    let (event, unknown) = match payload {
        Some(payload) => (payload.event, payload.unknown),
        None => (Event::Newer(newer(&frame)), Vec::new()),
    };
    let unknown = UnknownFields {
        body: frame.unknown,
        payload: unknown,
    };
    let body = Body {
        written: frame.written,
        event,
        unknown,
    };
    check_same(encode(&body), bytes)?;
    Ok(body)
}

pub(crate) fn encode_vault(body: &VaultBody) -> Result<Vec<u8>, EncodeError> {
    let (version, kind, payload) = if let VaultEvent::Newer(newer) = &body.event {
        (newer.body_version, newer.kind, kept(newer)?)
    } else {
        let (kind, fields) = vault::write(&body.event)?;
        (BODY_VERSION, kind, fields.into_bytes(&body.unknown.payload))
    };
    write_frame((version, kind), &body.written, &payload, &body.unknown)
}

pub(crate) fn decode_vault(bytes: &[u8]) -> Result<VaultBody, DecodeError> {
    let frame = read_frame(bytes)?;
    let payload = read_payload(&frame, vault::read)?;
    let (event, unknown) = match payload {
        Some(payload) => (payload.event, payload.unknown),
        None => (VaultEvent::Newer(newer(&frame)), Vec::new()),
    };
    let unknown = UnknownFields {
        body: frame.unknown,
        payload: unknown,
    };
    let body = VaultBody {
        written: frame.written,
        event,
        unknown,
    };
    check_same(encode_vault(&body), bytes)?;
    Ok(body)
}

/// Holds invariant 1: what was read must write the same bytes.
fn check_same(again: Result<Vec<u8>, EncodeError>, bytes: &[u8]) -> Result<(), DecodeError> {
    match again {
        Ok(again) if again == bytes => Ok(()),
        Ok(_) => Err(DecodeError::NotCanonical),
        Err(_) => Err(DecodeError::Limit),
    }
}

fn newer(frame: &Frame<'_>) -> Newer {
    Newer {
        body_version: frame.version,
        kind: frame.kind,
        payload: frame.payload.to_vec(),
    }
}

fn kept(newer: &Newer) -> Result<Vec<u8>, EncodeError> {
    if fields::is_one_item(&newer.payload) {
        Ok(newer.payload.clone())
    } else {
        Err(EncodeError::Newer)
    }
}

/// Reads the payload of a known version; `None` if a newer version wrote it.
fn read_payload<E>(
    frame: &Frame<'_>,
    read: impl Fn(u64, &mut Fields<'_>) -> Result<E, PayloadError>,
) -> Result<Option<Payload<E>>, DecodeError> {
    if frame.version != BODY_VERSION {
        return Ok(None);
    }
    let read_fields = Fields::read(frame.payload);
    let Ok(mut fields) = read_fields else {
        // A kind that is not known may have a payload that is no map.
        let is_known = !matches!(
            read(frame.kind, &mut Fields::default()),
            Err(PayloadError::NewerValue)
        );
        return if is_known {
            Err(DecodeError::Form)
        } else {
            Ok(None)
        };
    };
    match read(frame.kind, &mut fields) {
        Ok(event) => Ok(Some(Payload {
            event,
            unknown: fields.into_rest(),
        })),
        Err(PayloadError::NewerValue) => Ok(None),
        Err(PayloadError::Broken(error)) => Err(error),
    }
}

fn write_frame(
    (version, kind): (u64, u64),
    written: &Written,
    payload: &[u8],
    unknown: &UnknownFields,
) -> Result<Vec<u8>, EncodeError> {
    if written.zone.len() > LONGEST_ZONE {
        return Err(EncodeError::Limit);
    }
    let mut fields = Writer::default();
    fields.put(0, Item::uint(version));
    fields.put(1, Item::uint(kind));
    fields.put(2, Item::int(written.at.as_millisecond()));
    fields.put(3, Item::text(&written.zone));
    fields.put(4, Item::raw(payload));
    let bytes = fields.into_bytes(&unknown.body);
    if bytes.len() > LONGEST_BODY {
        Err(EncodeError::Limit)
    } else {
        Ok(bytes)
    }
}

fn read_frame(bytes: &[u8]) -> Result<Frame<'_>, DecodeError> {
    if bytes.len() > LONGEST_BODY {
        return Err(DecodeError::Limit);
    }
    let mut fields = Fields::read(bytes)?;
    let version = fields.uint(0)?;
    let kind = fields.uint(1)?;
    let at = Timestamp::from_millisecond(fields.int(2)?).map_err(|_| DecodeError::Range)?;
    let zone = fields.text(3)?;
    if zone.len() > LONGEST_ZONE {
        return Err(DecodeError::Limit);
    }
    let payload = fields.raw(4)?;
    Ok(Frame {
        version,
        kind,
        written: Written { at, zone },
        payload,
        unknown: fields.into_rest(),
    })
}
