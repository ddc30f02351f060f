//! Strict CBOR: one encoding for one value, or a refusal that says which rule was broken.
//!
//! # Invariants
//!
//! 1. **One form.** Shortest integers and lengths, definite lengths, map keys unsigned and
//!    strictly rising. So no two byte strings decode to the same value.
//! 2. **All of it.** Nothing may follow the value.
//! 3. **Bounded.** At most [`MAX_DEPTH`] levels, so hostile bytes cannot exhaust the stack.
//!
//! Unknown keys pass: whoever keeps the bytes keeps them too. See `docs/protocol/README.md`.

use minicbor::{Decode, Encode};

/// How deep arrays and maps may nest.
pub const MAX_DEPTH: usize = 16;

/// Says why bytes are not one well-formed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error, Encode, Decode)]
#[cbor(index_only)]
#[non_exhaustive]
pub enum Malformed {
    /// The value ends before it is complete.
    #[error("the value is cut short")]
    #[n(0)]
    Truncated,
    /// Bytes follow the value.
    #[error("bytes follow the value")]
    #[n(1)]
    Trailing,
    /// A map names the same key twice.
    #[error("a key is given twice")]
    #[n(2)]
    Duplicate,
    /// The same value has a shorter or more ordered encoding.
    #[error("the encoding is not the canonical one")]
    #[n(3)]
    NotCanonical,
    /// The value uses a CBOR type that the formats do not have.
    #[error("the value uses a type that is not part of the format")]
    #[n(4)]
    Forbidden,
    /// Arrays and maps nest too deeply.
    #[error("the value is nested too deeply")]
    #[n(5)]
    TooDeep,
    /// The version is not one that this build knows.
    #[error("the version is unknown")]
    #[n(6)]
    UnknownVersion,
    /// The value is well-formed but not of the expected shape.
    #[error("the value does not have the expected shape")]
    #[n(7)]
    WrongShape,
}

/// Encodes a value in the canonical form.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "a vector takes every write and no type of ours refuses; half a value must never be signed"
)]
pub fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    minicbor::encode(value, &mut bytes).expect("every value of ours can be written");
    bytes
}

/// Decodes exactly one value in the canonical form.
///
/// # Errors
///
/// Any [`Malformed`] except [`Malformed::UnknownVersion`].
pub fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, Malformed> {
    check(bytes)?;
    let mut decoder = minicbor::Decoder::new(bytes);
    let value = decoder.decode().map_err(|_| Malformed::WrongShape)?;
    if decoder.position() == bytes.len() {
        Ok(value)
    } else {
        Err(Malformed::WrongShape)
    }
}

/// Checks that the bytes are exactly one value in the canonical form.
///
/// # Errors
///
/// The first rule that is broken, reading from the front.
pub fn check(bytes: &[u8]) -> Result<(), Malformed> {
    let rest = skip(bytes, MAX_DEPTH)?;
    if rest.is_empty() {
        Ok(())
    } else {
        Err(Malformed::Trailing)
    }
}

fn skip(bytes: &[u8], depth: usize) -> Result<&[u8], Malformed> {
    let (major, number, rest) = head(bytes)?;
    match major {
        0 | 1 => Ok(rest),
        2 => split(rest, number).map(|(_, rest)| rest),
        3 => {
            let (text, rest) = split(rest, number)?;
            core::str::from_utf8(text).map_err(|_| Malformed::Forbidden)?;
            Ok(rest)
        }
        4 => skip_array(rest, number, depth),
        5 => skip_map(rest, number, depth),
        7 if matches!(number, 20..=22) => Ok(rest),
        _ => Err(Malformed::Forbidden),
    }
}

fn skip_array(mut rest: &[u8], count: u64, depth: usize) -> Result<&[u8], Malformed> {
    let depth = depth.checked_sub(1).ok_or(Malformed::TooDeep)?;
    for _ in 0..count {
        rest = skip(rest, depth)?;
    }
    Ok(rest)
}

fn skip_map(mut rest: &[u8], count: u64, depth: usize) -> Result<&[u8], Malformed> {
    let depth = depth.checked_sub(1).ok_or(Malformed::TooDeep)?;
    let mut last = None;
    for _ in 0..count {
        let (major, key, after) = head(rest)?;
        if major != 0 {
            return Err(Malformed::Forbidden);
        }
        match last {
            Some(last) if last == key => return Err(Malformed::Duplicate),
            Some(last) if last > key => return Err(Malformed::NotCanonical),
            _ => last = Some(key),
        }
        rest = skip(after, depth)?;
    }
    Ok(rest)
}

/// Reads major type and number, refusing any but the shortest form.
fn head(bytes: &[u8]) -> Result<(u8, u64, &[u8]), Malformed> {
    let (&first, rest) = bytes.split_first().ok_or(Malformed::Truncated)?;
    let (major, low) = (first >> 5, first & 31);
    if low < 24 {
        return Ok((major, u64::from(low), rest));
    }
    if major == 7 || low > 27 {
        // Floats, long simple values, and indefinite lengths.
        return Err(Malformed::Forbidden);
    }
    let length = 1_usize << (low - 24);
    let (digits, rest) = rest.split_at_checked(length).ok_or(Malformed::Truncated)?;
    let number = digits
        .iter()
        .fold(0, |sum, &digit| sum << 8 | u64::from(digit));
    let least = match length {
        1 => 24,
        2 => 1 << 8,
        4 => 1 << 16,
        _ => 1 << 32,
    };
    if number < least {
        Err(Malformed::NotCanonical)
    } else {
        Ok((major, number, rest))
    }
}

fn split(bytes: &[u8], length: u64) -> Result<(&[u8], &[u8]), Malformed> {
    let length = usize::try_from(length).map_err(|_| Malformed::Truncated)?;
    bytes.split_at_checked(length).ok_or(Malformed::Truncated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_broken_rule_has_its_own_refusal() {
        let cases: [(&[u8], Malformed); 11] = [
            (&[], Malformed::Truncated),
            (&[0x42, 1], Malformed::Truncated),
            (&[0x01, 0x01], Malformed::Trailing),
            (&[0xa2, 0, 1, 0, 1], Malformed::Duplicate),
            (&[0xa2, 1, 1, 0, 1], Malformed::NotCanonical),
            (&[0x18, 0x17], Malformed::NotCanonical),
            (&[0x5b, 0, 0, 0, 0, 0, 0, 0, 1, 9], Malformed::NotCanonical),
            (&[0x9f, 0xff], Malformed::Forbidden),
            (&[0xf9, 0, 0], Malformed::Forbidden),
            (&[0xa1, 0x61, 0x61, 1], Malformed::Forbidden),
            (&[0x81; 40], Malformed::TooDeep),
        ];
        for (bytes, refusal) in cases {
            assert_eq!(check(bytes), Err(refusal), "{bytes:02x?}");
        }
    }

    #[test]
    fn a_huge_announced_length_is_only_cut_short() {
        assert_eq!(
            check(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            Err(Malformed::Truncated)
        );
        assert_eq!(
            check(&[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            Err(Malformed::Truncated)
        );
    }
}
