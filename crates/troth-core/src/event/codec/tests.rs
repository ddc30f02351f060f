use proptest::prelude::*;

use super::*;
use crate::text::LONGEST_TEXT;

fn written() -> Written {
    Written {
        at: "2026-12-01T17:00:00Z".parse().unwrap(),
        zone: "Europe/Vienna".into(),
    }
}

fn introduced(name: &str) -> Vec<u8> {
    let event = Event::PartnerIntroduced { name: name.into() };
    Body::new(event, written()).encode().unwrap()
}

/// A body with this payload for "partner introduced".
fn with_payload(payload: &[u8]) -> Vec<u8> {
    write_frame((1, 1), &written(), payload, &UnknownFields::default()).unwrap_or_default()
}

#[test]
fn words_are_kept_to_the_byte() {
    for text in [
        "e\u{301}",
        "é",
        "👩‍👩‍👧‍👦🏽",
        "שלום \u{202e}abc",
        "\u{0}\r\n\t ",
        "A\u{30a}",
    ] {
        let body = Body::decode(&introduced(text)).unwrap();
        assert_eq!(body.event, Event::PartnerIntroduced { name: text.into() });
    }
}

#[test]
fn every_shortening_is_refused() {
    let bytes = introduced("Ana");
    for length in 0..bytes.len() {
        assert!(Body::decode(&bytes[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn bytes_after_the_end_are_refused() {
    let mut bytes = introduced("Ana");
    bytes.push(0);

    assert_eq!(Body::decode(&bytes), Err(DecodeError::Trailing));
}

#[test]
fn a_key_that_comes_twice_or_out_of_order_is_refused() {
    assert_eq!(
        Body::decode(&with_payload(&[0xa2, 0x00, 0x61, b'A', 0x00, 0x61, b'B'])),
        Err(DecodeError::Form)
    );
    assert_eq!(
        Fields::read(&[0xa2, 0x01, 0x00, 0x00, 0x00]).err(),
        Some(DecodeError::NotCanonical)
    );
    assert_eq!(
        Fields::read(&[0xa2, 0x01, 0x00, 0x01, 0x00]).err(),
        Some(DecodeError::NotCanonical)
    );
}

#[test]
fn a_number_written_longer_than_need_be_is_refused() {
    // "A" with its length in two bytes.
    let payload = [0xa1, 0x00, 0x78, 0x01, b'A'];

    assert_eq!(
        Body::decode(&with_payload(&payload)),
        Err(DecodeError::NotCanonical)
    );
}

#[test]
fn a_map_without_a_length_is_refused() {
    assert!(Body::decode(&[0xbf, 0x00, 0x01, 0xff]).is_err());
}

#[test]
fn a_text_that_is_no_utf_8_is_refused() {
    assert_eq!(
        Body::decode(&with_payload(&[0xa1, 0x00, 0x61, 0xff])),
        Err(DecodeError::Form)
    );
}

#[test]
fn a_missing_field_is_named() {
    assert_eq!(
        Body::decode(&with_payload(&[0xa0])),
        Err(DecodeError::Missing)
    );
}

#[test]
fn a_body_of_ten_megabytes_is_neither_written_nor_read() {
    let event = Event::PartnerIntroduced {
        name: "a".repeat(10_000_000),
    };

    assert_eq!(
        Body::new(event, written()).encode(),
        Err(EncodeError::Limit)
    );
    assert_eq!(
        Body::decode(&vec![0xa0; 10_000_000]),
        Err(DecodeError::Limit)
    );
}

#[test]
fn the_longest_text_of_the_widest_characters_fits() {
    let event = Event::RevealStarted {
        prompt: "👋".repeat(LONGEST_TEXT),
        referee: crate::reveal::Referee::Nobody,
    };
    let bytes = Body::new(event.clone(), written()).encode().unwrap();

    assert_eq!(Body::decode(&bytes).unwrap().event, event);
}

#[test]
fn the_longest_acknowledgment_fits() {
    let mut elements = crate::acknowledgment::Elements::default();
    for element in crate::acknowledgment::Element::ALL {
        *elements.text_mut(element) = "👋".repeat(crate::text::LONGEST_ELEMENT);
    }
    let settled = crate::event::Settled::Said;
    let event = Event::AcknowledgmentOffered {
        elements,
        settled,
        replaces: None,
    };

    assert!(Body::new(event, written()).encode().is_ok());
}

#[test]
fn a_broken_body_becomes_an_unreadable_entry() {
    let placing = crate::entry::Placing {
        id: crate::id::EntryId::from_bytes([1; 32]),
        place: 3,
        author: crate::id::PartnerId::from_bytes([2; 16]),
        received_minute: 4,
    };
    let entry = crate::entry::Entry::from_opened(placing, b"no event");

    assert_eq!((entry.place, entry.body), (3, Event::Unreadable));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Body::decode(&bytes);
        let _ = VaultBody::decode(&bytes);
    }

    #[test]
    fn a_changed_byte_is_refused_or_reads_as_what_it_writes(at in 0_usize..70, byte in any::<u8>()) {
        let mut bytes = introduced("Ana");
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        if let Ok(body) = Body::decode(&bytes) {
            prop_assert_eq!(body.encode().unwrap(), bytes);
        }
    }

    #[test]
    fn any_payload_of_any_kind_is_read_or_refused(kind in 0_u64..20, payload in payloads()) {
        if let Ok(bytes) = write_frame((1, kind), &written(), &payload, &UnknownFields::default())
            && let Ok(body) = Body::decode(&bytes)
        {
            prop_assert_eq!(body.encode().unwrap(), bytes);
        }
    }

    #[test]
    fn every_event_reads_as_it_was_written(event in crate::couple::events_for_tests()) {
        if event != Event::Unreadable {
            let body = Body::new(event, written());
            prop_assert_eq!(Body::decode(&body.encode().unwrap()).unwrap(), body);
        }
    }
}

/// Maps of small items, as a payload has them.
fn payloads() -> impl Strategy<Value = Vec<u8>> {
    let item = prop_oneof![
        (0_u64..40).prop_map(Item::uint),
        (-9000_i64..9000).prop_map(Item::int),
        proptest::sample::select(&["", "a", "ab", "calm"][..]).prop_map(Item::text),
        Just(Item::bytes(&[7; 32])),
        proptest::collection::vec(-3_i64..5, 0..9).prop_map(Item::ints),
    ];
    proptest::collection::btree_map(0_u64..8, item, 0..8).prop_map(|items| {
        let mut fields = Writer::default();
        items
            .into_iter()
            .for_each(|(key, item)| fields.put(key, item));
        fields.into_bytes(&[])
    })
}
