use super::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

fn words(seed: u64) -> RecoveryWords {
    RecoveryWords::generate(&mut ChaCha20Rng::seed_from_u64(seed))
}

#[test]
fn words_come_back_however_they_are_typed() {
    for seed in 0..50 {
        let words = words(seed);
        let list = words.words();
        assert_eq!(list.len(), WORDS);
        let numbered: String = list
            .iter()
            .enumerate()
            .map(|(index, word)| format!("{}. {},\n", index + 1, word.to_uppercase()))
            .collect();
        assert_eq!(RecoveryWords::parse(&numbered), Ok(words));
    }
}

#[test]
fn a_misspelled_word_is_named_and_the_nearest_is_offered() {
    let words = words(1);
    let mut list: Vec<String> = words.words().iter().map(ToString::to_string).collect();
    list[4] = "abandn".to_owned();
    assert_eq!(
        RecoveryWords::parse(&list.join(" ")),
        Err(WordsError::Unknown {
            position: 5,
            nearest: Some("abandon")
        })
    );
    let told = WordsError::Unknown {
        position: 5,
        nearest: Some("abandon"),
    };
    assert_eq!(
        told.to_string(),
        "word 5 is not in the list; did you mean \"abandon\"?"
    );
}

#[test]
fn missing_and_swapped_words_are_told_apart() {
    let words = words(2);
    let mut list = words.words();
    assert_eq!(
        RecoveryWords::parse(&list[..23].join(" ")),
        Err(WordsError::Count { found: 23 })
    );
    list.swap(0, 1);
    assert_eq!(
        RecoveryWords::parse(&list.join(" ")),
        Err(WordsError::Checksum)
    );
}

#[test]
fn a_device_code_comes_back_however_it_is_typed() {
    for seed in 0..200 {
        let code = DeviceCode::generate(&mut ChaCha20Rng::seed_from_u64(seed));
        let written = code.to_string();
        assert_eq!(written.len(), 34);
        assert_eq!(DeviceCode::parse(&written), Ok(code.clone()));
        let sloppy = written.to_lowercase().replace('-', " ").replace('0', "o");
        assert_eq!(DeviceCode::parse(&sloppy), Ok(code));
    }
}

#[test]
fn a_slip_in_a_device_code_is_found() {
    let code = DeviceCode::generate(&mut ChaCha20Rng::seed_from_u64(9));
    let written = code.to_string();
    assert_eq!(
        DeviceCode::parse(written.get(..33).unwrap()),
        Err(CodeError::Length { found: 27 })
    );
    assert_eq!(
        DeviceCode::parse(&written.replacen(written.get(..1).unwrap(), "U", 1)),
        Err(CodeError::Sign { position: 1 })
    );
    let mut missed = 0;
    for (index, sign) in written.char_indices().filter(|(_, sign)| *sign != '-') {
        for other in SIGNS.iter().map(|sign| char::from(*sign)) {
            if other != sign {
                let mut bent = written.clone();
                bent.replace_range(index..=index, &other.to_string());
                missed += u32::from(DeviceCode::parse(&bent).is_ok());
            }
        }
    }
    assert!(missed <= 4, "{missed} of 868 slips passed ten check bits");
}

#[test]
fn a_device_code_has_one_spelling_though_its_first_sign_holds_three_bits() {
    let written = DeviceCode::from_bytes([0; 16]).to_string();
    assert!(written.starts_with('0'));
    for other in ["8", "G", "R"] {
        let bent = written.replacen('0', other, 1);
        assert_eq!(DeviceCode::parse(&bent), Err(CodeError::Check), "{other}");
    }
}

#[test]
fn secrets_never_print() {
    let words = words(3);
    assert_eq!(format!("{words:?}"), "RecoveryWords(..)");
}
