//! Maps with integer keys, the one shape of every body and payload.

use std::collections::BTreeMap;

use minicbor::decode::Error;
use minicbor::{Decoder, Encoder};

use super::DecodeError;

/// One encoded CBOR item.
#[derive(Debug, Clone)]
pub(super) struct Item(Vec<u8>);

impl Item {
    pub(super) fn uint(value: u64) -> Self {
        Self::made(|encoder| encoder.u64(value).map(|_| ()))
    }

    pub(super) fn int(value: i64) -> Self {
        Self::made(|encoder| encoder.i64(value).map(|_| ()))
    }

    pub(super) fn text(value: &str) -> Self {
        Self::made(|encoder| encoder.str(value).map(|_| ()))
    }

    pub(super) fn bytes(value: &[u8]) -> Self {
        Self::made(|encoder| encoder.bytes(value).map(|_| ()))
    }

    pub(super) fn array(items: &[Self]) -> Self {
        let length = u64::try_from(items.len()).unwrap_or(u64::MAX);
        let mut array = Self::made(|encoder| encoder.array(length).map(|_| ()));
        items
            .iter()
            .for_each(|item| array.0.extend_from_slice(&item.0));
        array
    }

    pub(super) fn ints(values: impl IntoIterator<Item = i64>) -> Self {
        Self::array(&values.into_iter().map(Self::int).collect::<Vec<_>>())
    }

    pub(super) fn raw(value: &[u8]) -> Self {
        Self(value.to_vec())
    }

    /// Writing into memory has no way to fail.
    fn made(
        write: impl Fn(
            &mut Encoder<&mut Vec<u8>>,
        ) -> Result<(), minicbor::encode::Error<std::convert::Infallible>>,
    ) -> Self {
        let mut bytes = Vec::new();
        let written = write(&mut Encoder::new(&mut bytes));
        debug_assert!(written.is_ok());
        Self(bytes)
    }
}

/// A map from integer keys to CBOR items. Reading a field takes it out; what stays is unknown.
#[derive(Debug, Default)]
pub(super) struct Fields(BTreeMap<u64, Vec<u8>>);

impl Fields {
    /// Reads exactly one map, its keys ascending.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut decoder = Decoder::new(bytes);
        let length = decoder
            .map()
            .map_err(form)?
            .ok_or(DecodeError::NotCanonical)?;
        let mut fields = BTreeMap::new();
        let mut last = None;
        for _ in 0..length {
            let key = decoder.u64().map_err(form)?;
            if last.is_some_and(|last| last >= key) {
                return Err(DecodeError::NotCanonical);
            }
            last = Some(key);
            fields.insert(key, one_item(&mut decoder, bytes)?.to_vec());
        }
        if decoder.position() == bytes.len() {
            Ok(Self(fields))
        } else {
            Err(DecodeError::Trailing)
        }
    }

    pub(super) fn put(&mut self, key: u64, item: Item) {
        self.0.insert(key, item.0);
    }

    /// Leaves an empty text out, so that there is one form for it.
    pub(super) fn put_text_unless_empty(&mut self, key: u64, text: &str) {
        if !text.is_empty() {
            self.put(key, Item::text(text));
        }
    }

    /// Adds the unknown fields that came along; a known field is never written over.
    pub(super) fn with(mut self, unknown: &[(u64, Vec<u8>)]) -> Self {
        for (key, item) in unknown {
            self.0.entry(*key).or_insert_with(|| item.clone());
        }
        self
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        let length = u64::try_from(self.0.len()).unwrap_or(u64::MAX);
        let mut bytes = Item::made(|encoder| encoder.map(length).map(|_| ())).0;
        for (key, item) in self.0 {
            bytes.extend_from_slice(&Item::uint(key).0);
            bytes.extend_from_slice(&item);
        }
        bytes
    }

    /// Returns the fields that nobody took.
    pub(super) fn into_rest(self) -> Vec<(u64, Vec<u8>)> {
        self.0.into_iter().collect()
    }

    pub(super) fn take(&mut self, key: u64) -> Option<Vec<u8>> {
        self.0.remove(&key)
    }

    pub(super) fn raw(&mut self, key: u64) -> Result<Vec<u8>, DecodeError> {
        self.take(key).ok_or(DecodeError::Missing)
    }

    pub(super) fn uint(&mut self, key: u64) -> Result<u64, DecodeError> {
        whole(&self.raw(key)?, |decoder| decoder.u64())
    }

    pub(super) fn int(&mut self, key: u64) -> Result<i64, DecodeError> {
        whole(&self.raw(key)?, |decoder| decoder.i64())
    }

    pub(super) fn text(&mut self, key: u64) -> Result<String, DecodeError> {
        whole(&self.raw(key)?, |decoder| decoder.str().map(str::to_owned))
    }

    /// Reads a text that is left out when empty.
    pub(super) fn text_or_empty(&mut self, key: u64) -> Result<String, DecodeError> {
        if self.0.contains_key(&key) {
            self.text(key)
        } else {
            Ok(String::new())
        }
    }

    pub(super) fn bytes(&mut self, key: u64) -> Result<Vec<u8>, DecodeError> {
        whole(&self.raw(key)?, |decoder| {
            decoder.bytes().map(<[u8]>::to_vec)
        })
    }

    pub(super) fn fixed<const N: usize>(&mut self, key: u64) -> Result<[u8; N], DecodeError> {
        self.bytes(key)?.try_into().map_err(|_| DecodeError::Form)
    }

    pub(super) fn optional_fixed<const N: usize>(
        &mut self,
        key: u64,
    ) -> Result<Option<[u8; N]>, DecodeError> {
        if self.0.contains_key(&key) {
            self.fixed(key).map(Some)
        } else {
            Ok(None)
        }
    }
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
pub(super) fn array(bytes: &[u8], most: usize) -> Result<Vec<Vec<u8>>, DecodeError> {
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
        .map(|_| one_item(&mut decoder, bytes).map(<[u8]>::to_vec))
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
