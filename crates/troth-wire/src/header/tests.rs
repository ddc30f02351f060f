use super::*;

pub(super) fn sample() -> Header {
    Header {
        suite: SUITE,
        space: SpaceId([1; 16]),
        epoch: 3,
        author: MemberId([2; 16]),
        device: DeviceId([3; 16]),
        aseq: 4,
        aprev: EntryId([5; 32]),
        seen_place: 600,
        seen_head: Head([6; 32]),
        kind: Kind::Content,
        salt: Digest([7; 32]),
        blobs: vec![
            BlobRef {
                id: BlobId([8; 32]),
                size: 16_384,
            },
            BlobRef {
                id: BlobId([9; 32]),
                size: 16_384,
            },
        ],
        binding: None,
        body_len: 512,
        body_hash: Digest([10; 32]),
    }
}

#[test]
fn a_header_reads_back_and_its_front_is_a_prefix() {
    let bytes = sample().encode();
    let (header, front) = Header::decode_with_front(&bytes).unwrap();
    assert_eq!(header, sample());
    assert_eq!(front, sample().encode_front());
    assert!(bytes.starts_with(front));
}

#[test]
fn every_cut_is_called_a_cut_and_every_addition_an_addition() {
    let mut bytes = sample().encode();
    for length in 0..bytes.len() {
        assert_eq!(Header::decode(&bytes[..length]), Err(Malformed::Truncated));
    }
    bytes.push(0);
    assert_eq!(Header::decode(&bytes), Err(Malformed::Trailing));
}

#[test]
fn another_version_is_unknown_whatever_follows() {
    let mut bytes = sample().encode();
    bytes[1] = 2;
    assert_eq!(Header::decode(&bytes), Err(Malformed::UnknownVersion));
    assert_eq!(
        Header::decode(&[0x82, 2, 0x40]),
        Err(Malformed::UnknownVersion)
    );
}

#[test]
fn a_doubled_or_unordered_attachment_is_refused() {
    let mut header = sample();
    header.blobs[1] = header.blobs[0];
    assert_eq!(Header::decode(&header.encode()), Err(Malformed::Duplicate));
    header.blobs[1].id = BlobId([1; 32]);
    assert_eq!(
        Header::decode(&header.encode()),
        Err(Malformed::NotCanonical)
    );
}

#[test]
fn a_longer_number_for_the_same_value_is_not_canonical() {
    let bytes = sample().encode();
    // v, suite, space (17 bytes), epoch: byte 20 holds the epoch 3.
    assert_eq!(bytes[20], 3);
    let mut longer = bytes[..20].to_vec();
    longer.extend_from_slice(&[0x18, 3]);
    longer.extend_from_slice(&bytes[21..]);
    assert_eq!(Header::decode(&longer), Err(Malformed::NotCanonical));
}

#[test]
fn a_missing_field_and_an_unknown_kind_have_the_wrong_shape() {
    assert_eq!(Header::decode(&[0x81, 1]), Err(Malformed::WrongShape));
    let bytes = sample().encode();
    let kind = bytes.len() - 32 - 2 - 3 - 1 - 2 * 38 - 1 - 34 - 1;
    assert_eq!(bytes[kind], 0, "the kind is at byte {kind}");
    let mut changed = bytes;
    changed[kind] = 9;
    assert_eq!(Header::decode(&changed), Err(Malformed::WrongShape));
}

#[test]
fn a_binding_is_read_back_and_belongs_to_the_front() {
    let binding = ShareBinding {
        question: EntryId([11; 32]),
        commitment: Digest([12; 32]),
    };
    let bound = Header {
        binding: Some(binding),
        ..sample()
    };
    let bytes = bound.encode();
    let (header, front) = Header::decode_with_front(&bytes).unwrap();
    assert_eq!(header, bound);
    assert_eq!(front, bound.encode_front());
    assert!(front.ends_with(&[12; 32]));
    assert_ne!(id(&bytes), id(&sample().encode()));
}

#[test]
fn a_binding_of_another_shape_is_refused() {
    let bytes = Header {
        binding: Some(ShareBinding {
            question: EntryId([11; 32]),
            commitment: Digest([12; 32]),
        }),
        ..sample()
    }
    .encode();
    let at = bytes.len() - 34 - 3 - 2 * 34 - 1;
    assert_eq!(bytes[at], 0x82, "the binding is at byte {at}");
    // A third field that nobody knows.
    let mut wider = bytes[..at].to_vec();
    wider.push(0x83);
    wider.extend_from_slice(&bytes[at + 1..at + 1 + 2 * 34]);
    wider.push(0);
    wider.extend_from_slice(&bytes[at + 1 + 2 * 34..]);
    assert_eq!(Header::decode(&wider), Err(Malformed::WrongShape));
}
