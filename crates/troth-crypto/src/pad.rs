//! Padding inside a seal: the message, one byte 0x80, zeros.

use zeroize::Zeroizing;

use crate::Unopened;

/// The bytes that XChaCha20-Poly1305 adds.
pub(crate) const TAG: usize = 16;

/// Pads a message to exactly `length` bytes; `None` if it does not fit.
pub(crate) fn pad_to(message: &[u8], length: usize) -> Option<Zeroizing<Vec<u8>>> {
    (message.len() < length).then(|| filled(message, length))
}

/// Pads a message to `length` bytes, or to one more than its own where that is longer.
fn filled(message: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    let length = length.max(message.len() + 1);
    let mut padded = Zeroizing::new(Vec::with_capacity(length));
    padded.extend_from_slice(message);
    padded.push(0x80);
    padded.resize(length, 0);
    padded
}

/// Pads a message so that message, padding and `extra` bytes fill a step of `round`.
pub(crate) fn pad(
    message: &[u8],
    extra: usize,
    round: impl Fn(usize) -> usize,
) -> Zeroizing<Vec<u8>> {
    let length = round(message.len() + 1 + extra).saturating_sub(extra);
    filled(message, length)
}

/// Takes the padding off.
pub(crate) fn unpad(mut padded: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let end = padded.iter().rposition(|&byte| byte != 0).ok_or(Unopened)?;
    if padded.get(end) != Some(&0x80) {
        return Err(Unopened);
    }
    padded.truncate(end);
    Ok(padded)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn unpadding_undoes_padding(message: Vec<u8>) {
            let padded = pad(&message, TAG, troth_wire::padme::class_of);
            proptest::prop_assert!(troth_wire::padme::is_class(padded.len() + TAG));
            proptest::prop_assert_eq!(unpad(padded), Ok(Zeroizing::new(message)));
        }
    }

    #[test]
    fn a_step_that_is_too_short_loses_no_message() {
        let padded = pad(b"words", TAG, |_| 3);
        assert_eq!(unpad(padded), Ok(Zeroizing::new(b"words".to_vec())));
    }

    #[test]
    fn a_message_as_long_as_the_room_does_not_fit() {
        assert_eq!(pad_to(b"words", 5), None);
        let padded = pad_to(b"words", 6).unwrap();
        assert_eq!(padded.as_slice(), b"words\x80");
    }

    #[test]
    fn bytes_without_the_mark_are_refused() {
        assert_eq!(unpad(Zeroizing::new(vec![])), Err(Unopened));
        assert_eq!(unpad(Zeroizing::new(vec![0; 9])), Err(Unopened));
        assert_eq!(unpad(Zeroizing::new(vec![1; 9])), Err(Unopened));
    }
}
