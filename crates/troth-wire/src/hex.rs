//! The one reader of hexadecimal: every name, token and secret that arrives as text comes here.

/// Reads exactly `into.len()` bytes in lower case, the only spelling there is; nothing if the text
/// is anything else.
pub(crate) fn read(text: &str, into: &mut [u8]) -> Option<()> {
    let text = text.as_bytes();
    if text.len() != into.len() * 2 {
        return None;
    }
    for (byte, pair) in into.iter_mut().zip(text.chunks_exact(2)) {
        let &[high, low] = pair else {
            return None;
        };
        *byte = digit(high)? << 4 | digit(low)?;
    }
    Some(())
}

const fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_is_read_and_no_other() {
        let mut bytes = [0; 2];
        assert_eq!(read("09af", &mut bytes), Some(()));
        assert_eq!(bytes, [0x09, 0xaf]);
        for other in [
            "09AF", "09aF", "09a", "09aff", " 9af", "+9af", "09ag", "0x9a", "0é9",
        ] {
            assert_eq!(read(other, &mut bytes), None, "{other}");
        }
    }
}
