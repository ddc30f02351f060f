//! Padded frames: every request and answer has one of few sizes, whatever is in it.
//!
//! Specified in `docs/protocol/README.md`, section "Frames".

use minicbor::{Decode, Encode};

use crate::padme::padme;
use crate::strict::{self, Malformed};

/// The longest frame.
pub const MAX_FRAME: usize = 2 * 1024 * 1024;

const PREFIX: usize = 4;

/// Returns the size of the frame that carries this many bytes.
#[must_use]
pub const fn frame_len(content: usize) -> usize {
    match content.saturating_add(PREFIX) {
        0..=0x400 => 0x400,
        0x401..=0x1000 => 0x1000,
        0x1001..=0x4000 => 0x4000,
        0x4001..=0x1_0000 => 0x1_0000,
        longer => padme(longer),
    }
}

/// Wraps bytes into a padded frame.
#[must_use]
pub fn pad_frame(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let mut frame = Vec::with_capacity(frame_len(content.len()));
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(content);
    frame.resize(frame_len(content.len()), 0);
    frame
}

/// Reads the bytes out of a padded frame.
///
/// # Errors
///
/// [`Malformed::Truncated`] if the frame is shorter than it says, [`Malformed::NotCanonical`]
/// if its size is not the one for its content or the padding is not zero,
/// [`Malformed::WrongShape`] if it exceeds [`MAX_FRAME`].
pub fn unpad_frame(frame: &[u8]) -> Result<&[u8], Malformed> {
    if frame.len() > MAX_FRAME {
        return Err(Malformed::WrongShape);
    }
    let (length, rest) = frame
        .split_first_chunk::<PREFIX>()
        .ok_or(Malformed::Truncated)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Malformed::Truncated)?;
    let (content, padding) = rest.split_at_checked(length).ok_or(Malformed::Truncated)?;
    match frame.len().cmp(&frame_len(length)) {
        core::cmp::Ordering::Less => Err(Malformed::Truncated),
        core::cmp::Ordering::Equal if padding.iter().all(|&byte| byte == 0) => Ok(content),
        _ => Err(Malformed::NotCanonical),
    }
}

/// Encodes a value into a padded frame.
#[must_use]
pub fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    pad_frame(&strict::encode(value))
}

/// Decodes a value out of a padded frame.
///
/// # Errors
///
/// As [`unpad_frame`] and [`strict::decode`].
pub fn decode<'b, T: Decode<'b, ()>>(frame: &'b [u8]) -> Result<T, Malformed> {
    strict::decode(unpad_frame(frame)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_contents_look_alike() {
        assert_eq!(pad_frame(&[]).len(), pad_frame(&[7; 1020]).len());
        assert_eq!(pad_frame(&[7; 1021]).len(), 4096);
        assert_eq!(pad_frame(&[7; 70_000]).len(), padme(70_004));
    }

    #[test]
    fn a_value_comes_out_of_its_frame_as_it_went_in() {
        let frame = encode(&"one");
        assert_eq!(frame.len(), 1024);
        assert_eq!(decode::<&str>(&frame), Ok("one"));
    }

    #[test]
    fn a_frame_reads_back_and_each_spoiled_frame_is_refused() {
        let frame = pad_frame(b"one");
        assert_eq!(unpad_frame(&frame), Ok(b"one".as_slice()));
        assert_eq!(
            unpad_frame(frame.get(..1023).unwrap()),
            Err(Malformed::Truncated)
        );
        assert_eq!(unpad_frame(&[0; 3]), Err(Malformed::Truncated));
        let mut longer = frame.clone();
        longer.push(0);
        assert_eq!(unpad_frame(&longer), Err(Malformed::NotCanonical));
        let mut dirty = frame;
        *dirty.last_mut().unwrap() = 1;
        assert_eq!(unpad_frame(&dirty), Err(Malformed::NotCanonical));
        assert_eq!(unpad_frame(&[0xff; 1024]), Err(Malformed::Truncated));
    }
}
