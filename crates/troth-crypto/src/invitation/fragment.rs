//! 128 bits as 26 signs of Crockford's base 32 and one check sign.
//!
//! The check sign is the sum of each sign times a rising power of a generator of GF(32), so
//! that every single wrong sign and every swap of two neighbours is noticed.

const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Signs without the check sign.
const LENGTH: usize = 26;

/// Writes the bytes, check sign last.
pub(super) fn encode(bytes: &[u8; 16]) -> String {
    // 130 bits: the 128, and two zeros at the end.
    let mut number = u128::from_be_bytes(*bytes);
    let mut digits = [0_u8; LENGTH];
    for (index, digit) in digits.iter_mut().enumerate().rev() {
        let width = if index == LENGTH - 1 { 3 } else { 5 };
        let low = u8::try_from(number & ((1 << width) - 1)).unwrap_or(0);
        *digit = if width == 3 { low << 2 } else { low };
        number >>= width;
    }
    let check = check_digit(&digits);
    digits
        .iter()
        .chain([&check])
        .map(|&digit| sign(digit))
        .collect()
}

/// Reads what [`encode`] wrote, in any case, with spaces and dashes let through.
pub(super) fn decode(text: &str) -> Option<[u8; 16]> {
    let signs = text
        .chars()
        .filter(|sign| !sign.is_whitespace() && *sign != '-');
    let digits = signs.map(digit).collect::<Option<Vec<u8>>>()?;
    let (&check, digits) = digits
        .split_last()
        .filter(|(_, front)| front.len() == LENGTH)?;
    let (&last, front) = digits.split_last()?;
    if check != check_digit(digits) || last & 3 != 0 {
        return None;
    }
    let number = front
        .iter()
        .fold(0_u128, |number, &digit| number << 5 | u128::from(digit));
    Some((number << 3 | u128::from(last >> 2)).to_be_bytes())
}

fn check_digit(digits: &[u8]) -> u8 {
    // Horner's rule: the sum of digit times generator to the power of its distance from the end.
    digits
        .iter()
        .fold(0, |sum, &digit| times_generator(sum ^ digit))
}

/// Multiplies by x in GF(32) modulo x^5 + x^2 + 1.
fn times_generator(element: u8) -> u8 {
    let doubled = element << 1;
    if doubled & 32 == 0 {
        doubled
    } else {
        (doubled ^ 0b10_0101) & 31
    }
}

fn sign(digit: u8) -> char {
    SIGNS
        .get(usize::from(digit))
        .map_or('0', |&sign| char::from(sign))
}

fn digit(sign: char) -> Option<u8> {
    let sign = match sign.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        sign => sign,
    };
    let index = SIGNS.iter().position(|&known| char::from(known) == sign)?;
    u8::try_from(index).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_reads_back_and_the_ends_of_the_range_too() {
        for bytes in [[0; 16], [0xff; 16], *b"0123456789abcdef"] {
            assert_eq!(decode(&encode(&bytes)), Some(bytes));
            assert_eq!(decode(&encode(&bytes).to_uppercase()), Some(bytes));
        }
    }

    #[test]
    fn every_wrong_sign_and_every_swap_of_neighbours_is_noticed() {
        let text = encode(b"0123456789abcdef");
        for index in 0..text.len() {
            for &sign in SIGNS {
                let mut wrong = text.clone().into_bytes();
                wrong[index] = sign;
                let wrong = String::from_utf8(wrong).unwrap();
                assert!(wrong == text || decode(&wrong).is_none());
            }
            let mut swapped = text.clone().into_bytes();
            if index > 0 && swapped[index] != swapped[index - 1] {
                swapped.swap(index, index - 1);
                assert_eq!(decode(&String::from_utf8(swapped).unwrap()), None);
            }
        }
    }
}
