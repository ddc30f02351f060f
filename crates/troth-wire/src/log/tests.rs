use super::*;
use crate::control::Caps;
use crate::header::Kind;
use crate::id::{Signature, SpaceId};
use crate::testing::{ANA, BEN, NOW, Record, SPACE, TESS, sign, terms};

fn admit_to(record: &Record, envelope: &crate::Envelope) -> Result<u64, Refusal> {
    record.clone().append(envelope, NOW)
}

fn next(record: &Record) -> (Header, Vec<u8>) {
    let body = vec![1; 256];
    (record.header(ANA, 1, Kind::Content, &body), body)
}

#[test]
fn an_entry_takes_the_next_place_and_moves_the_head() {
    let mut record = Record::begun(&[ANA, BEN]);
    let before = record.state.clone();
    assert_eq!(record.write(ANA), Ok(before.place + 1));
    assert_eq!(
        record.state.head,
        before.head.next(&record.last_of(ANA, 1), NOW)
    );
    assert_eq!(record.state.membership, before.membership);
    assert!(
        Arc::ptr_eq(&record.state.membership, &before.membership),
        "nothing is copied"
    );
}

#[test]
fn the_same_entry_again_is_there_already_even_when_it_is_old() {
    let mut record = Record::begun(&[ANA, BEN]);
    let (header, body) = next(&record);
    let first = sign(&header, body, &ANA.device(1));
    let place = record.append(&first, NOW).unwrap();
    assert_eq!(
        admit_to(&record, &first),
        Err(Refusal::AlreadyThere { place })
    );
    record.write(ANA).unwrap();
    struct Index(EntryId, u64);
    impl Past for Index {
        fn head_at(&mut self, _: u64) -> Option<Head> {
            None
        }
        fn place_of(&mut self, id: &EntryId) -> Option<u64> {
            (*id == self.0).then_some(self.1)
        }
    }
    let again = admit(&record.state, &first, Index(first.id(), place), NOW);
    assert_eq!(again, Err(Refusal::AlreadyThere { place }));
}

#[test]
fn a_valid_second_signature_makes_no_second_entry() {
    let mut record = Record::begun(&[ANA]);
    let (header, body) = next(&record);
    let first = sign(&header, body, &ANA.device(1));
    record.append(&first, NOW).unwrap();
    // The signature is not part of the id.
    let again = crate::Envelope {
        sig: Signature([1; 64]),
        ..first.clone()
    };
    assert_eq!(again.id(), first.id());
}

#[test]
fn a_cloned_device_is_noticed() {
    let mut record = Record::begun(&[ANA, BEN]);
    let (mut header, body) = next(&record);
    record.write(ANA).unwrap();
    header.salt = Digest([8; 32]);
    let other = sign(&header, body, &ANA.device(1));
    assert_eq!(admit_to(&record, &other), Err(Refusal::Fork));
}

#[test]
fn a_gap_a_wrong_link_and_a_wrong_view_are_refused_each_by_its_name() {
    let record = Record::begun(&[ANA, BEN]);
    let (header, body) = next(&record);
    let judge = |header: &Header| admit_to(&record, &sign(header, body.clone(), &ANA.device(1)));
    let gap = Header {
        aseq: header.aseq + 1,
        ..header.clone()
    };
    assert_eq!(judge(&gap), Err(Refusal::Gap));
    let link = Header {
        aprev: EntryId([1; 32]),
        ..header.clone()
    };
    assert_eq!(judge(&link), Err(Refusal::WrongPrevious));
    let ahead = Header {
        seen_place: header.seen_place + 1,
        ..header.clone()
    };
    assert_eq!(judge(&ahead), Err(Refusal::SeenAhead));
    let differs = Header {
        seen_head: Head([1; 32]),
        ..header.clone()
    };
    assert_eq!(judge(&differs), Err(Refusal::SeenDiffers));
    let older = Header {
        seen_place: 1,
        ..header.clone()
    };
    assert_eq!(judge(&older), Err(Refusal::SeenDiffers));
    let seen_head = record.heads[0];
    let older = Header {
        seen_place: 1,
        seen_head,
        ..header.clone()
    };
    assert!(judge(&older).is_ok(), "an honest older view is fine");
    let nothing = Header {
        seen_place: 0,
        seen_head: Head::EMPTY,
        ..header
    };
    assert!(judge(&nothing).is_ok());
}

#[test]
fn a_changed_body_length_hash_or_class_is_refused() {
    let record = Record::begun(&[ANA]);
    let (header, body) = next(&record);
    let key = ANA.device(1);
    let mut swapped = sign(&header, body.clone(), &key);
    swapped.body[0] ^= 1;
    assert_eq!(admit_to(&record, &swapped), Err(Refusal::WrongBody));
    let mut short = sign(&header, body, &key);
    short.body.pop();
    assert_eq!(admit_to(&record, &short), Err(Refusal::WrongBody));
    let odd = vec![1; 300];
    let header = record.header(ANA, 1, Kind::Content, &odd);
    assert_eq!(
        admit_to(&record, &sign(&header, odd, &key)),
        Err(Refusal::WrongSize)
    );
    let full = vec![1; 256];
    let header = record.header(ANA, 1, Kind::Checkpoint, &full);
    assert_eq!(
        admit_to(&record, &sign(&header, full, &key)),
        Err(Refusal::WrongSize)
    );
    let huge = vec![1; crate::envelope::MAX_BODY + 1];
    let header = record.header(ANA, 1, Kind::Content, &huge);
    assert_eq!(
        admit_to(&record, &sign(&header, huge, &key)),
        Err(Refusal::TooLarge)
    );
}

#[test]
fn only_the_authors_own_device_signs() {
    let record = Record::begun(&[ANA, BEN]);
    let (header, body) = next(&record);
    let forged = sign(&header, body.clone(), &BEN.device(1));
    assert_eq!(admit_to(&record, &forged), Err(Refusal::BadSignature));
    // Ben's device under Ana's name.
    let as_ana = Header {
        author: ANA.member(),
        ..record.header(BEN, 1, Kind::Content, &body)
    };
    let forged = sign(&as_ana, body.clone(), &BEN.device(1));
    assert_eq!(admit_to(&record, &forged), Err(Refusal::UnknownDevice));
    let unknown = record.header(ANA, 2, Kind::Content, &body);
    let forged = sign(&unknown, body, &ANA.device(2));
    assert_eq!(admit_to(&record, &forged), Err(Refusal::UnknownDevice));
}

#[test]
fn another_space_suite_or_version_is_refused() {
    let record = Record::begun(&[ANA]);
    let (header, body) = next(&record);
    let key = ANA.device(1);
    let moved = Header {
        space: SpaceId([8; 16]),
        ..header.clone()
    };
    assert_eq!(
        admit_to(&record, &sign(&moved, body.clone(), &key)),
        Err(Refusal::WrongSpace)
    );
    let suite = Header {
        suite: 2,
        ..header.clone()
    };
    assert_eq!(
        admit_to(&record, &sign(&suite, body.clone(), &key)),
        Err(Refusal::UnknownSuite)
    );
    let mut newer = sign(&header, body, &key);
    newer.header[1] = 2;
    let refused = Refusal::Malformed(Malformed::UnknownVersion);
    assert_eq!(admit_to(&record, &newer), Err(refused));
}

#[test]
fn a_signature_verified_beforehand_counts_only_for_the_key_of_the_record() {
    let record = Record::begun(&[ANA]);
    let (header, body) = next(&record);
    let parsed = parse(&sign(&header, body, &ANA.device(1))).unwrap();
    let past = |_: u64| None;
    let verified = parsed.clone().verify(&ANA.cert(1).key).unwrap();
    assert!(admit_verified(&record.state, &verified, past, NOW).is_ok());
    assert_eq!(parsed.verify(&ANA.cert(2).key), Err(Refusal::UnknownDevice));
    let elsewhere = LogState::default();
    let refused = admit_verified(&elsewhere, &verified, past, NOW);
    assert_eq!(refused, Err(Refusal::NotBegun));
}

#[test]
fn a_limited_members_beginning_must_be_a_point_of_this_record() {
    let record = Record::begun(&[ANA]);
    let mut wrong = terms(None, Caps::NONE);
    wrong.from.place = 1;
    let refused = record.clone().control(ANA, &TESS.add(Some(wrong)));
    assert_eq!(refused, Err(Refusal::WrongTerms));
    wrong.from.head = record.heads[0];
    assert!(record.clone().control(ANA, &TESS.add(Some(wrong))).is_ok());
    wrong.from.place = 99;
    let refused = record.clone().control(ANA, &TESS.add(Some(wrong)));
    assert_eq!(refused, Err(Refusal::WrongTerms));
}

#[test]
fn time_never_runs_back_in_a_record() {
    let mut record = Record::begun(&[ANA]);
    record.write_at(ANA, 1, NOW + 50).unwrap();
    record.write_at(ANA, 1, 3).unwrap();
    assert_eq!(record.state.minute, NOW + 50);
}

#[test]
fn a_state_reads_back_and_its_digest_follows_every_entry() {
    let mut record = Record::begun(&[ANA, BEN]);
    let bytes = record.state.encode();
    assert_eq!(LogState::decode(&bytes), Ok(record.state.clone()));
    let before = record.state.digest();
    record.write(ANA).unwrap();
    assert_ne!(record.state.digest(), before);
    assert_eq!(record.state.membership.space(), Some(SPACE));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_refused_without_a_panic(header: Vec<u8>, body: Vec<u8>) {
        let envelope = crate::Envelope { header, sig: Signature::ZERO, body };
        proptest::prop_assert!(admit(&LogState::default(), &envelope, |_| None, 0).is_err());
    }

    #[test]
    fn any_change_of_one_byte_is_refused(at in 0_usize..600, to: u8) {
        let record = Record::begun(&[ANA]);
        let (header, body) = next(&record);
        let mut envelope = sign(&header, body, &ANA.device(1));
        let (first, second) = (envelope.header.len(), envelope.body.len());
        let byte = match at % (first + second + 64) {
            at if at < first => &mut envelope.header[at],
            at if at < first + second => &mut envelope.body[at - first],
            at => &mut envelope.sig.0[at - first - second],
        };
        proptest::prop_assume!(*byte != to);
        *byte = to;
        proptest::prop_assert!(admit_to(&record, &envelope).is_err());
    }
}

#[test]
fn only_a_sealed_entry_binds_a_share() {
    let record = Record::begun(&[ANA, BEN]);
    let binding = Some(crate::ShareBinding {
        question: EntryId([1; 32]),
        commitment: crate::Digest([2; 32]),
    });
    let checkpoint = Header {
        binding,
        ..record.header(ANA, 1, Kind::Checkpoint, &[])
    };
    let envelope = sign(&checkpoint, vec![], &ANA.device(1));
    assert_eq!(admit_to(&record, &envelope), Err(Refusal::WrongBinding));
    let (content, body) = next(&record);
    let bound = Header { binding, ..content };
    assert!(admit_to(&record, &sign(&bound, body, &ANA.device(1))).is_ok());
}

#[test]
fn the_minute_is_in_the_head_and_never_runs_back() {
    let record = Record::begun(&[ANA, BEN]);
    let (header, body) = next(&record);
    let envelope = sign(&header, body, &ANA.device(1));
    let at = |minute| admit(&record.state, &envelope, |_| None, minute).unwrap();
    let (now, later, earlier) = (at(NOW), at(NOW + 1), at(NOW - 1));
    assert_eq!((now.received, later.received), (NOW, NOW + 1));
    assert_ne!(now.head, later.head);
    assert_eq!(earlier, now, "an earlier minute is the newest before");
    let placed = |admitted: &Admitted, received| Placed {
        place: admitted.place,
        received,
        head: admitted.head,
        envelope: envelope.clone(),
    };
    assert!(now.fits(&placed(&now, NOW)));
    assert!(!now.fits(&placed(&now, NOW - 1)));
    assert!(!now.fits(&placed(&later, NOW)));
}
