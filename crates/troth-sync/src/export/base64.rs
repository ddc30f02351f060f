//! Base 64 (RFC 4648, section 4) in lines of 76 signs, so that the file stays a text.

const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const LINE: usize = 76;

/// Writes bytes as lines of text, each ended.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() / 3 * 4 + bytes.len() / 57 + 8);
    let mut column = 0;
    for group in bytes.chunks(3) {
        let number = group
            .iter()
            .fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        let number = number << (8 * (3 - group.len()));
        for place in 0..4 {
            let index = usize::try_from(number >> (18 - 6 * place) & 63).unwrap_or_default();
            let sign = SIGNS.get(index).copied().unwrap_or(b'A');
            text.push(if place > group.len() {
                '='
            } else {
                char::from(sign)
            });
        }
        column += 4;
        if column == LINE {
            text.push('\n');
            column = 0;
        }
    }
    if column > 0 {
        text.push('\n');
    }
    text
}

/// Reads what [`encode`] wrote, and nothing else.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let signs: Vec<u8> = text.iter().copied().filter(|sign| *sign != b'\n').collect();
    for group in signs.chunks(4) {
        let kept = group.iter().take_while(|sign| **sign != b'=').count();
        let mut number = 0_u32;
        for sign in group.iter().take(kept) {
            let index = SIGNS.iter().position(|known| known == sign)?;
            number = number << 6 | u32::try_from(index).ok()?;
        }
        let number = number << (6 * (4 - kept.min(4)));
        let [_, first, second, third] = number.to_be_bytes();
        bytes.extend([first, second, third].iter().take(kept.checked_sub(1)?));
    }
    // Only one text stands for these bytes.
    (encode(&bytes).as_bytes() == text).then_some(bytes)
}

/// Reads whole lines as [`encode`] wrote them, up to the first that it did not write.
pub(super) fn decode_before_fault(text: &[u8]) -> Vec<u8> {
    let lines = text.split_inclusive(|sign| *sign == b'\n');
    lines.map_while(decode).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_reads_back_and_another_spelling_is_refused() {
        for length in 0..200_usize {
            let bytes: Vec<u8> = (0..length).map(|at| (at * 37 % 256) as u8).collect();
            assert_eq!(decode(encode(&bytes).as_bytes()), Some(bytes));
        }
        assert_eq!(encode(b"troth"), "dHJvdGg=\n");
        for other in [
            "dHJvdGg=",
            "dHJvdGh=\n",
            "dHJvdGg\n",
            "dHJv\ndGg=\n",
            "=",
            "d",
            "dHJvdGg=\n\n",
        ] {
            assert_eq!(decode(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn the_lines_before_a_fault_are_read() {
        let bytes: Vec<u8> = (0..=255).collect();
        let mut text = encode(&bytes).into_bytes();
        assert_eq!(decode_before_fault(&text), bytes);

        text[2 * (LINE + 1) + 5] = b'!';

        assert_eq!(decode_before_fault(&text), bytes[..2 * 57]);
    }
}
