//! Numbers and sections of a body: little-endian, variable lengths as LEB128.

use super::ShardError;

/// Writes a body.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
    }

    /// Seven bits a byte, the lowest first; a set high bit says that more follow.
    pub(crate) fn varint(&mut self, mut value: u64) {
        while value >= 128 {
            self.bytes.push(value as u8 | 128);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// A signed number: 0, −1, 1, −2, … as 0, 1, 2, 3, …
    pub(crate) fn zigzag(&mut self, value: i64) {
        self.varint((value << 1 ^ value >> 63) as u64);
    }

    /// A text of at most 255 bytes after its length.
    pub(crate) fn text(&mut self, text: &str) {
        self.varint(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    /// A section after its length.
    pub(crate) fn section(&mut self, section: Self) {
        self.varint(section.bytes.len() as u64);
        self.bytes.extend(section.bytes);
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads a body and believes nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub(crate) const fn left(&self) -> usize {
        self.bytes.len()
    }

    #[inline]
    pub(crate) fn u8(&mut self) -> Result<u8, ShardError> {
        let (first, rest) = self.bytes.split_first().ok_or(ShardError::Malformed)?;
        self.bytes = rest;
        Ok(*first)
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Result<&'a [u8], ShardError> {
        let (head, rest) = self
            .bytes
            .split_at_checked(count)
            .ok_or(ShardError::Malformed)?;
        self.bytes = rest;
        Ok(head)
    }

    #[inline]
    pub(crate) fn varint(&mut self) -> Result<u64, ShardError> {
        let first = self.u8()?;
        if first < 128 {
            return Ok(u64::from(first));
        }
        self.longer(first)
    }

    /// Reads the rest of a variable number of more than one byte.
    fn longer(&mut self, first: u8) -> Result<u64, ShardError> {
        let mut value = u64::from(first & 127);
        for shift in (7..63).step_by(7) {
            let byte = self.u8()?;
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(value);
            }
        }
        Err(ShardError::Malformed)
    }

    /// Reads a variable number that fits 32 bits.
    #[inline]
    pub(crate) fn number(&mut self) -> Result<u32, ShardError> {
        u32::try_from(self.varint()?).map_err(|_| ShardError::Malformed)
    }

    /// Reads a variable number below a bound.
    #[inline]
    pub(crate) fn below(&mut self, bound: usize) -> Result<usize, ShardError> {
        let value = self.number()? as usize;
        if value < bound {
            Ok(value)
        } else {
            Err(ShardError::Malformed)
        }
    }

    /// Reads how many things follow that take at least one byte each.
    pub(crate) fn count(&mut self) -> Result<usize, ShardError> {
        let count = self.number()? as usize;
        if count <= self.left() {
            Ok(count)
        } else {
            Err(ShardError::Malformed)
        }
    }

    pub(crate) fn zigzag(&mut self) -> Result<i64, ShardError> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, ShardError> {
        let length = self.below(256)?;
        core::str::from_utf8(self.bytes(length)?).map_err(|_| ShardError::Malformed)
    }

    pub(crate) fn section(&mut self) -> Result<Self, ShardError> {
        let length = self.number()? as usize;
        self.bytes(length).map(Self::new)
    }

    /// Says that nothing may be left.
    pub(crate) const fn end(self) -> Result<(), ShardError> {
        if self.bytes.is_empty() {
            Ok(())
        } else {
            Err(ShardError::Malformed)
        }
    }
}
