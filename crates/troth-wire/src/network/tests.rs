use super::*;

#[test]
fn times_are_rfc_3339_in_utc_at_whole_minutes() {
    let time: Time = "2026-11-23T15:30:00Z".parse().unwrap();
    assert_eq!(time, Time(29_924_130));
    assert_eq!(time.to_string(), "2026-11-23T15:30:00Z");
    for wrong in [
        "2026-11-23T15:30:01Z",
        "2026-11-23T15:30:00.5Z",
        "2026-11-23T15:30:00+01:00",
        "2026-11-23",
        "1969-11-23T15:30:00Z",
        "2026-02-30T15:30:00Z",
        "2026-11-23T15:30:00+00:00[UTC]",
        "",
    ] {
        assert_eq!(wrong.parse::<Time>(), Err(NotATime), "{wrong}");
    }
}

#[test]
fn days_are_counted_over_leap_years() {
    let day: Day = "2028-02-29".parse().unwrap();
    assert_eq!(day, Day(21_243));
    assert_eq!(day.to_string(), "2028-02-29");
    assert_eq!("2027-02-29".parse::<Day>(), Err(NotATime));
    assert_eq!("20270301".parse::<Day>(), Err(NotATime));
}

#[test]
fn a_request_with_a_field_too_many_is_refused_with_its_name() {
    let error =
        serde_json::from_str::<MatchQuery>(r#"{"states":["CA"],"name":"Ana"}"#).unwrap_err();
    assert!(
        error.to_string().contains("unknown field `name`"),
        "{error}"
    );
}

#[test]
fn places_are_kept_no_finer_than_a_hundredth_of_a_degree() {
    let place: Near = serde_json::from_str(r#"{"lat":40.71284,"lon":-74}"#).unwrap();
    assert_eq!((place.lat, place.lon), (Degrees(4071), Degrees(-7400)));
    assert_eq!(
        serde_json::to_string(&place).unwrap(),
        r#"{"lat":40.71,"lon":-74.0}"#
    );
}

#[test]
fn every_name_has_one_spelling_whichever_end_reads_it() {
    let name = BookingId([0xab; 16]).to_string();
    let secret = OwnerToken([0xab; 32]).to_string();
    for text in [name.as_str(), secret.as_str()] {
        let other = text.to_uppercase();
        for wrong in [other, text.replacen('a', "", 1), text.replacen('a', "A", 1)] {
            assert_eq!(wrong.parse::<BookingId>(), Err(NotHex), "{wrong}");
            assert_eq!(wrong.parse::<WaitId>(), Err(NotHex), "{wrong}");
            assert_eq!(wrong.parse::<QuoteId>(), Err(NotHex), "{wrong}");
            assert_eq!(wrong.parse::<ClientId>(), Err(NotHex), "{wrong}");
            assert_eq!(wrong.parse::<ClientSecret>(), Err(NotHex), "{wrong}");
            assert_eq!(wrong.parse::<OwnerToken>(), Err(NotHex), "{wrong}");
            assert!(wrong.parse::<crate::Token>().is_err(), "{wrong}");
        }
    }
    assert_eq!(name.parse(), Ok(BookingId([0xab; 16])));
    assert_eq!(secret.parse(), Ok(ClientSecret([0xab; 32])));
}

#[test]
fn secrets_are_never_shown_and_pseudonyms_come_from_them() {
    let secret = ClientSecret([7; 32]);
    assert_eq!(format!("{secret:?}"), "ClientSecret(..)");
    assert_eq!(format!("{:?}", OwnerToken([7; 32])), "OwnerToken(..)");
    assert_eq!(
        ClientId::of_secret(&secret).to_string(),
        "6a28ad7536dc8f1676265e15f45165a1"
    );
}

#[test]
fn names_are_read_in_one_spelling_only() {
    let text = "0a".repeat(16);
    assert_eq!(text.parse(), Ok(BookingId([10; 16])));
    assert_eq!(text.to_uppercase().parse::<BookingId>(), Err(NotHex));
    assert_eq!(
        text.trim_start_matches('0').parse::<BookingId>(),
        Err(NotHex)
    );
}

#[test]
fn every_code_is_a_word_of_its_own_with_a_title_and_an_advice() {
    let mut codes: Vec<_> = ProblemCode::ALL.iter().map(|code| code.code()).collect();
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), count);
    for code in ProblemCode::ALL {
        assert!(code.title().ends_with('.') && code.advice().ends_with('.'));
        assert!((400..600).contains(&code.status()));
        let json = serde_json::to_string(code).unwrap();
        assert_eq!(json, format!("\"{code}\""));
        assert_eq!(serde_json::from_str::<ProblemCode>(&json).unwrap(), *code);
    }
    let newer = serde_json::from_str::<ProblemCode>("\"of_tomorrow\"").unwrap();
    assert_eq!(newer, ProblemCode::Other);
}

#[test]
fn sealed_bytes_come_back_as_they_went() {
    for length in 0..5 {
        let bytes = Bytes(vec![0xfe; length]);
        let json = serde_json::to_string(&bytes).unwrap();
        assert_eq!(serde_json::from_str::<Bytes>(&json).unwrap(), bytes);
    }
    assert!(serde_json::from_str::<Bytes>("\"AB\"").is_err());
}
