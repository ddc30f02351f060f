//! Maps with integer keys, the one shape of every body and payload.

use minicbor::decode::Error;
use minicbor::{Decoder, Encoder};

use super::DecodeError;

/// One CBOR item to write.
#[derive(Debug, Clone)]
pub(super) enum Item<'v> {
    Uint(u64),
    Int(i64),
    Text(&'v str),
    Bytes(&'v [u8]),
    Array(Vec<Self>),
    /// An item that is encoded already.
    Raw(&'v [u8]),
}

impl<'v> Item<'v> {
    pub(super) fn uint(value: u64) -> Self {
        Self::Uint(value)
    }

    pub(super) fn int(value: i64) -> Self {
        Self::Int(value)
    }

    pub(super) fn text(value: &'v str) -> Self {
        Self::Text(value)
    }

    pub(super) fn bytes(value: &'v [u8]) -> Self {
        Self::Bytes(value)
    }

    pub(super) fn array(items: impl IntoIterator<Item = Self>) -> Self {
        Self::Array(items.into_iter().collect())
    }

    pub(super) fn ints(values: impl IntoIterator<Item = i64>) -> Self {
        Self::array(values.into_iter().map(Self::Int))
    }

    pub(super) fn raw(value: &'v [u8]) -> Self {
        Self::Raw(value)
    }

    fn write(self, bytes: &mut Vec<u8>) {
        let mut encoder = Encoder::new(&mut *bytes);
        // Writing into memory has no way to fail.
        let _infallible = match self {
            Self::Uint(value) => encoder.u64(value).map(drop),
            Self::Int(value) => encoder.i64(value).map(drop),
            Self::Text(value) => encoder.str(value).map(drop),
            Self::Bytes(value) => encoder.bytes(value).map(drop),
            Self::Array(items) => {
                let length = u64::try_from(items.len()).unwrap_or(u64::MAX);
                let written = encoder.array(length).map(drop);
                items.into_iter().for_each(|item| item.write(bytes));
                written
            }
            Self::Raw(value) => {
                bytes.extend_from_slice(value);
                Ok(())
            }
        };
    }
}

/// A map under way: fields are put in ascending order of their keys.
#[derive(Debug)]
pub(super) struct Writer {
    count: u64,
    last: Option<u64>,
    /// The map: room for its head of one byte, then the fields.
    bytes: Vec<u8>,
}

/// Fewer fields than this fit a head of one byte, and no kind has more.
const SHORT: u64 = 24;
/// The first byte of a map without fields.
const MAP: u8 = 0xa0;

impl Default for Writer {
    fn default() -> Self {
        // Most payloads fit, so that a long record is read without moving them while they grow.
        let mut bytes = Vec::with_capacity(512);
        bytes.push(MAP);
        Self {
            count: 0,
            last: None,
            bytes,
        }
    }
}

impl Writer {
    pub(super) fn put(&mut self, key: u64, item: Item<'_>) {
        debug_assert!(self.last.is_none_or(|last| last < key) && self.count + 1 < SHORT);
        Item::Uint(key).write(&mut self.bytes);
        item.write(&mut self.bytes);
        (self.count, self.last) = (self.count + 1, Some(key));
    }

    /// Leaves an empty text out, so that there is one form for it.
    pub(super) fn put_text_unless_empty(&mut self, key: u64, text: &str) {
        if !text.is_empty() {
            self.put(key, Item::text(text));
        }
    }

    /// Ends the map, with the unknown fields that came along; a known field is never written over.
    pub(super) fn into_bytes(self, unknown: &[(u64, Vec<u8>)]) -> Vec<u8> {
        let Self {
            count, mut bytes, ..
        } = self;
        if let (Some(head), Ok(count)) = (bytes.first_mut(), u8::try_from(count)) {
            *head = MAP | count;
        }
        if unknown.is_empty() {
            return bytes;
        }
        let known = Fields::read(&bytes)
            .map(|known| known.0)
            .unwrap_or_default();
        let more = unknown
            .iter()
            .filter(|(key, _)| known.iter().all(|(one, _)| one != key))
            .map(|(key, item)| (*key, item.as_slice()));
        let mut fields: Vec<(u64, &[u8])> = known.iter().copied().chain(more).collect();
        fields.sort_by_key(|(key, _)| *key);
        let mut whole = Vec::with_capacity(bytes.len());
        let count = u64::try_from(fields.len()).unwrap_or(u64::MAX);
        // Writing into memory has no way to fail.
        let _infallible = Encoder::new(&mut whole).map(count).map(drop);
        for (key, item) in fields {
            Item::Uint(key).write(&mut whole);
            whole.extend_from_slice(item);
        }
        whole
    }
}

/// A map that is read. Reading a field takes it out; what stays is unknown.
#[derive(Debug, Default)]
pub(super) struct Fields<'b>(Vec<(u64, &'b [u8])>);

impl<'b> Fields<'b> {
    /// Reads exactly one map, its keys ascending.
    pub(super) fn read(bytes: &'b [u8]) -> Result<Self, DecodeError> {
        let mut decoder = Decoder::new(bytes);
        let length = decoder
            .map()
            .map_err(form)?
            .ok_or(DecodeError::NotCanonical)?;
        let mut fields: Vec<(u64, &[u8])> = Vec::with_capacity(8);
        for _ in 0..length {
            let key = decoder.u64().map_err(form)?;
            if fields.last().is_some_and(|(last, _)| *last >= key) {
                return Err(DecodeError::NotCanonical);
            }
            fields.push((key, one_item(&mut decoder, bytes)?));
        }
        if decoder.position() == bytes.len() {
            Ok(Self(fields))
        } else {
            Err(DecodeError::Trailing)
        }
    }

    /// Returns the fields that nobody took.
    pub(super) fn into_rest(self) -> Vec<(u64, Vec<u8>)> {
        self.0
            .into_iter()
            .map(|(key, item)| (key, item.to_vec()))
            .collect()
    }

    pub(super) fn take(&mut self, key: u64) -> Option<&'b [u8]> {
        let at = self.0.iter().position(|(one, _)| *one == key)?;
        Some(self.0.remove(at).1)
    }

    pub(super) fn raw(&mut self, key: u64) -> Result<&'b [u8], DecodeError> {
        self.take(key).ok_or(DecodeError::Missing)
    }

    pub(super) fn uint(&mut self, key: u64) -> Result<u64, DecodeError> {
        whole(self.raw(key)?, |decoder| decoder.u64())
    }

    pub(super) fn int(&mut self, key: u64) -> Result<i64, DecodeError> {
        whole(self.raw(key)?, |decoder| decoder.i64())
    }

    pub(super) fn text(&mut self, key: u64) -> Result<String, DecodeError> {
        whole(self.raw(key)?, |decoder| decoder.str().map(str::to_owned))
    }

    /// Reads a text that is left out when empty.
    pub(super) fn text_or_empty(&mut self, key: u64) -> Result<String, DecodeError> {
        match self.take(key) {
            Some(item) => whole(item, |decoder| decoder.str().map(str::to_owned)),
            None => Ok(String::new()),
        }
    }

    pub(super) fn bytes(&mut self, key: u64) -> Result<Vec<u8>, DecodeError> {
        whole(self.raw(key)?, |decoder| {
            decoder.bytes().map(<[u8]>::to_vec)
        })
    }

    pub(super) fn fixed<const N: usize>(&mut self, key: u64) -> Result<[u8; N], DecodeError> {
        fixed(self.raw(key)?)
    }

    pub(super) fn optional_fixed<const N: usize>(
        &mut self,
        key: u64,
    ) -> Result<Option<[u8; N]>, DecodeError> {
        self.take(key).map(fixed).transpose()
    }
}

fn fixed<const N: usize>(item: &[u8]) -> Result<[u8; N], DecodeError> {
    let mut decoder = Decoder::new(item);
    let bytes = decoder.bytes().map_err(form)?;
    if decoder.position() != item.len() {
        return Err(DecodeError::Trailing);
    }
    bytes.try_into().map_err(|_| DecodeError::Form)
}

/// Reads one item and takes care that nothing follows it.
pub(super) fn whole<T>(
    bytes: &[u8],
    read: impl Fn(&mut Decoder<'_>) -> Result<T, Error>,
) -> Result<T, DecodeError> {
    let mut decoder = Decoder::new(bytes);
    let value = read(&mut decoder).map_err(form)?;
    if decoder.position() == bytes.len() {
        Ok(value)
    } else {
        Err(DecodeError::Trailing)
    }
}

/// Splits an array into its items, at most `most` of them.
pub(super) fn array(bytes: &[u8], most: usize) -> Result<Vec<&[u8]>, DecodeError> {
    let mut decoder = Decoder::new(bytes);
    let length = decoder
        .array()
        .map_err(form)?
        .ok_or(DecodeError::NotCanonical)?;
    let length = usize::try_from(length).map_err(|_| DecodeError::Limit)?;
    if length > most {
        return Err(DecodeError::Limit);
    }
    let items = (0..length)
        .map(|_| one_item(&mut decoder, bytes))
        .collect::<Result<_, _>>()?;
    if decoder.position() == bytes.len() {
        Ok(items)
    } else {
        Err(DecodeError::Trailing)
    }
}

/// Reads an array of whole numbers.
pub(super) fn ints(bytes: &[u8], most: usize) -> Result<Vec<i64>, DecodeError> {
    array(bytes, most)?
        .iter()
        .map(|item| whole(item, |decoder| decoder.i64()))
        .collect()
}

/// Tells whether the bytes are exactly one CBOR item.
pub(super) fn is_one_item(bytes: &[u8]) -> bool {
    whole(bytes, |decoder| decoder.skip()).is_ok()
}

fn one_item<'b>(decoder: &mut Decoder<'b>, bytes: &'b [u8]) -> Result<&'b [u8], DecodeError> {
    let start = decoder.position();
    decoder.skip().map_err(form)?;
    bytes
        .get(start..decoder.position())
        .ok_or(DecodeError::Form)
}

fn form(_: Error) -> DecodeError {
    DecodeError::Form
}
