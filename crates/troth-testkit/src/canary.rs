//! The canary: words that must not be found where nobody may read them.

/// Words whose traces are looked for.
#[derive(Clone, Debug)]
pub struct Canaries {
    /// Every form of every word, with the word.
    forms: Vec<(Vec<u8>, String)>,
    /// The first two bytes of all forms: one glance at a place tells whether to look closer.
    beginnings: Vec<bool>,
}

fn beginning(bytes: &[u8]) -> Option<usize> {
    let two = bytes.first_chunk::<2>()?;
    Some(usize::from(u16::from_be_bytes(*two)))
}

/// A word as it is, in small letters and capitals, in UTF-16, in hexadecimal digits, backwards.
fn forms_of(word: &str) -> [Vec<u8>; 8] {
    let wide = |bytes: fn(u16) -> [u8; 2]| word.encode_utf16().flat_map(bytes).collect();
    let hex: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
    [
        word.as_bytes().to_vec(),
        word.to_lowercase().into_bytes(),
        word.to_uppercase().into_bytes(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
        word.bytes().rev().collect(),
    ]
}

impl Canaries {
    /// Looks for these words, each of two bytes at least, in all their forms.
    #[must_use]
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let words = words.into_iter();
        let all = words.flat_map(|word| forms_of(word).map(|form| (form, word.to_owned())));
        let forms: Vec<_> = all.collect();
        let mut beginnings = vec![false; 1 << 16];
        for number in forms.iter().filter_map(|(form, _)| beginning(form)) {
            beginnings[number] = true;
        }
        Self { forms, beginnings }
    }

    /// Finds a word that the bytes hold in any of its forms.
    #[must_use]
    pub fn find_in(&self, bytes: &[u8]) -> Option<&str> {
        let pairs = bytes.windows(2).enumerate();
        let mut likely =
            pairs.filter(|(_, pair)| beginning(pair).is_some_and(|it| self.beginnings[it]));
        likely.find_map(|(at, _)| {
            let mut forms = self.forms.iter();
            let found = forms.find(|(form, _)| bytes[at..].starts_with(form));
            found.map(|(_, word)| word.as_str())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_each_of_its_forms_and_not_elsewhere() {
        let canaries = Canaries::of(["Kanari", "Fink"]);
        for trace in [
            &b"..Kanari.."[..],
            b"KANARI",
            b"K\0a\0n\0a\0r\0i\0",
            b"x4b616e617269",
            b"iranaK",
        ] {
            assert_eq!(canaries.find_in(trace), Some("Kanari"));
        }
        assert_eq!(canaries.find_in(b"Kanar, i, Fin k"), None);
        assert_eq!(canaries.find_in(b""), None);
    }
}
