use super::*;
use crate::control::{Caps, MAX_DEVICES, Numbers, SEALED_KEY_LEN, keys_hash};
use crate::id::{EntryId, Sealed};
use crate::testing::{ANA, BEN, CLEO, NOW, NUMBERS, Person, Record, SPACE, TESS, commit, terms};

fn countersign(record: &mut Record, proposer: Person, hand: Person) -> Result<u64, Refusal> {
    let of = record.last_of(proposer, 1);
    record.control(hand, &Control::Countersign { of })
}

fn is_present(record: &Record, person: Person) -> bool {
    record
        .state
        .membership
        .member(&person.member())
        .is_some_and(|it| it.is_present(NOW))
}

fn with_tess(until: Option<u64>, caps: Caps) -> Record {
    let mut record = Record::begun(&[ANA, BEN]);
    record
        .control(ANA, &TESS.add(Some(terms(until, caps))))
        .unwrap();
    countersign(&mut record, ANA, BEN).unwrap();
    let everybody = commit(2, (1, false), &[ANA, BEN, TESS]);
    record
        .control(BEN, &Control::EpochCommit(everybody))
        .unwrap();
    record
}

#[test]
fn a_record_begins_with_its_space_and_nothing_else() {
    let mut record = Record::default();
    assert_eq!(record.write(ANA), Err(Refusal::NotBegun));
    assert_eq!(record.control(ANA, &Control::Leave), Err(Refusal::NotBegun));
    let limited = Control::SpaceCreate {
        card: TESS.card(),
        devices: vec![TESS.cert(1)],
    };
    assert_eq!(record.control(TESS, &limited), Err(Refusal::BadConsent));
    let of_another = Control::SpaceCreate {
        card: BEN.card(),
        devices: vec![ANA.cert(1)],
    };
    assert_eq!(record.control(ANA, &of_another), Err(Refusal::BadConsent));
    let stolen = Control::SpaceCreate {
        card: ANA.card(),
        devices: vec![BEN.cert(1)],
    };
    let refused = record.control_at(ANA, 1, &stolen, NOW);
    assert_eq!(
        refused,
        Err(Refusal::NotBegun),
        "the signing device is not among the certified"
    );
    record.control(ANA, &ANA.create()).unwrap();
    assert_eq!(
        record.control(ANA, &ANA.create()),
        Err(Refusal::BegunAlready)
    );
    assert_eq!(record.write(ANA), Err(Refusal::StaleEpoch { newest: 0 }));
}

#[test]
fn the_second_partner_joins_by_the_first_ones_hand_and_the_own_consent() {
    let mut record = Record::default();
    record.control(ANA, &ANA.create()).unwrap();
    let Control::MemberAdd {
        mut card, devices, ..
    } = BEN.add(None)
    else {
        unreachable!()
    };
    card.member = CLEO.member();
    let forged = Control::MemberAdd {
        card,
        devices,
        terms: None,
        bundle: None,
        numbers: Some(NUMBERS),
    };
    assert_eq!(record.control(ANA, &forged), Err(Refusal::BadConsent));
    record.control(ANA, &BEN.add(None)).unwrap();
    assert!(is_present(&record, BEN));
}

#[test]
fn a_full_member_joins_with_both_numbers_and_a_limited_one_with_none() {
    let mut record = Record::default();
    record.control(ANA, &ANA.create()).unwrap();
    let with = |mut add: Control, new: Option<Numbers>| {
        if let Control::MemberAdd { numbers, .. } = &mut add {
            *numbers = new;
        }
        add
    };
    let without = with(BEN.add(None), None);
    assert_eq!(record.control(ANA, &without), Err(Refusal::WrongTerms));
    let limited = TESS.add(Some(terms(None, Caps::NONE)));
    let with_numbers = with(limited, Some(NUMBERS));
    assert_eq!(record.control(ANA, &with_numbers), Err(Refusal::WrongTerms));

    record.control(ANA, &BEN.add(None)).unwrap();
    let numbers = |person: Person| {
        let member = record.state.membership.member(&person.member());
        member.unwrap().numbers
    };
    assert_eq!(numbers(BEN), Some(NUMBERS));
    assert_eq!(numbers(ANA), None, "no one admitted the one who began");
}

#[test]
fn a_third_member_waits_for_all_hands() {
    let mut record = Record::begun(&[ANA, BEN]);
    record
        .control(ANA, &TESS.add(Some(terms(None, Caps::NONE))))
        .unwrap();
    assert!(!is_present(&record, TESS));
    assert_eq!(
        countersign(&mut record, ANA, ANA),
        Err(Refusal::AgreedAlready)
    );
    let again = TESS.add(Some(terms(None, Caps::CONTENT)));
    assert_eq!(record.control(BEN, &again), Err(Refusal::KnownAlready));
    let stranger = Control::Countersign {
        of: EntryId([5; 32]),
    };
    assert_eq!(record.control(BEN, &stranger), Err(Refusal::NoProposal));
    record.write(ANA).unwrap();
    let of = record.state.membership.proposals()[0].id;
    record.control(BEN, &Control::Countersign { of }).unwrap();
    assert!(is_present(&record, TESS));
    assert_eq!(record.write(ANA), Err(Refusal::StaleEpoch { newest: 1 }));
}

#[test]
fn a_partner_who_joined_meanwhile_must_agree_too() {
    let mut record = Record::begun(&[ANA, BEN]);
    record.control(ANA, &CLEO.add(None)).unwrap();
    let cleo = record.last_of(ANA, 1);
    record
        .control(ANA, &TESS.add(Some(terms(None, Caps::NONE))))
        .unwrap();
    let tess = record.last_of(ANA, 1);
    record
        .control(BEN, &Control::Countersign { of: cleo })
        .unwrap();
    assert!(is_present(&record, CLEO));
    record
        .control(BEN, &Control::Countersign { of: tess })
        .unwrap();
    assert!(!is_present(&record, TESS), "Cleo has not agreed");
    record
        .control(CLEO, &Control::Countersign { of: tess })
        .unwrap();
    assert!(is_present(&record, TESS));
}

#[test]
fn terms_belong_to_limited_members_alone() {
    let mut record = Record::begun(&[ANA]);
    let full = BEN.add(Some(terms(None, Caps::NONE)));
    assert_eq!(record.control(ANA, &full), Err(Refusal::WrongTerms));
    assert_eq!(
        record.control(ANA, &TESS.add(None)),
        Err(Refusal::WrongTerms)
    );
}

#[test]
fn nobody_is_a_member_twice() {
    let mut record = Record::begun(&[ANA, BEN]);
    assert_eq!(
        record.control(ANA, &BEN.add(None)),
        Err(Refusal::KnownAlready)
    );
    record
        .control(ANA, &TESS.add(Some(terms(None, Caps::NONE))))
        .unwrap();
    countersign(&mut record, ANA, BEN).unwrap();
    record
        .control(
            ANA,
            &Control::Revoke {
                member: TESS.member(),
            },
        )
        .unwrap();
    let again = TESS.add(Some(terms(None, Caps::NONE)));
    assert_eq!(
        record.control(ANA, &again),
        Err(Refusal::KnownAlready),
        "a name is used once"
    );
}

#[test]
fn an_epoch_is_for_exactly_the_members_present() {
    let record = with_tess(None, Caps::NONE);
    let judge = |commit| record.clone().control(ANA, &Control::EpochCommit(commit));
    let right = commit(3, (1, false), &[ANA, BEN, TESS]);
    assert!(judge(right.clone()).is_ok());
    let fewer = commit(3, (1, false), &[ANA, TESS]);
    assert_eq!(judge(fewer), Err(Refusal::WrongRecipients));
    let more = commit(3, (1, false), &[ANA, BEN, CLEO, TESS]);
    assert_eq!(judge(more), Err(Refusal::WrongRecipients));
    let mut unordered = right.clone();
    unordered.wraps.reverse();
    assert_eq!(judge(unordered), Err(Refusal::WrongRecipients));
    let mut short = right.clone();
    short.wraps[0].bytes.0.pop();
    assert_eq!(judge(short), Err(Refusal::WrongRecipients));
    let mut old_key = right.clone();
    old_key.wraps[0].key = ANA.card_of(7).kem.id();
    assert_eq!(judge(old_key), Err(Refusal::WrongRecipients));
    for epoch in [2, 4] {
        let wrong = commit(epoch, (1, false), &[ANA, BEN, TESS]);
        assert_eq!(judge(wrong), Err(Refusal::WrongEpoch));
    }
    let mut bare = right;
    bare.secret = Sealed(vec![0; SEALED_KEY_LEN - 1]);
    assert_eq!(judge(bare), Err(Refusal::WrongHistory));
}

#[test]
fn the_history_key_changes_exactly_when_a_full_member_or_their_key_does() {
    let mut record = Record::default();
    record.control(ANA, &ANA.create()).unwrap();
    let judge =
        |record: &Record, commit| record.clone().control(ANA, &Control::EpochCommit(commit));
    let linked = commit(1, (1, true), &[ANA]);
    assert_eq!(
        judge(&record, linked),
        Err(Refusal::WrongHistory),
        "nothing to link to"
    );
    let first = Control::EpochCommit(commit(1, (1, false), &[ANA]));
    record.control(ANA, &first).unwrap();
    record.control(ANA, &BEN.add(None)).unwrap();
    let same = commit(2, (1, false), &[ANA, BEN]);
    assert_eq!(judge(&record, same), Err(Refusal::WrongHistory));
    let unlinked = commit(2, (2, false), &[ANA, BEN]);
    assert_eq!(judge(&record, unlinked), Err(Refusal::WrongHistory));
    let skipped = commit(2, (3, true), &[ANA, BEN]);
    assert_eq!(judge(&record, skipped), Err(Refusal::WrongHistory));
    assert!(judge(&record, commit(2, (2, true), &[ANA, BEN])).is_ok());
}

#[test]
fn a_revoked_therapist_neither_writes_nor_reads_and_a_new_epoch_is_needed() {
    let mut record = with_tess(None, Caps::CONTENT);
    record.write(TESS).unwrap();
    record
        .control(
            BEN,
            &Control::Revoke {
                member: TESS.member(),
            },
        )
        .unwrap();
    assert_eq!(record.write(TESS), Err(Refusal::NotAMember));
    assert_eq!(record.write(ANA), Err(Refusal::StaleEpoch { newest: 2 }));
    let membership = &record.state.membership;
    assert_eq!(membership.readable(&TESS.member(), NOW), None);
    let with_her = Control::EpochCommit(commit(3, (1, false), &[ANA, BEN, TESS]));
    assert_eq!(
        record.control(ANA, &with_her),
        Err(Refusal::WrongRecipients)
    );
    let without = Control::EpochCommit(commit(3, (1, false), &[ANA, BEN]));
    record.control(ANA, &without).unwrap();
    record.write(ANA).unwrap();
}

#[test]
fn a_lapsed_grant_ends_by_itself() {
    let mut record = with_tess(Some(NOW + 10), Caps::CONTENT);
    record.write_at(TESS, 1, NOW + 9).unwrap();
    assert_eq!(record.write_at(TESS, 1, NOW + 10), Err(Refusal::NotAMember));
    let membership = record.state.membership.clone();
    assert_eq!(
        membership.readable(&TESS.member(), NOW + 9),
        Some(1..=u64::MAX)
    );
    assert_eq!(membership.readable(&TESS.member(), NOW + 10), None);
    let stale = record.write_at(ANA, 1, NOW + 10);
    assert_eq!(stale, Err(Refusal::StaleEpoch { newest: 2 }));
    let without = Control::EpochCommit(commit(3, (1, false), &[ANA, BEN]));
    record.control_at(ANA, 1, &without, NOW + 10).unwrap();
    record.write_at(ANA, 1, NOW + 10).unwrap();
}

#[test]
fn narrowing_a_grant_takes_one_hand_and_widening_all() {
    let mut record = with_tess(Some(NOW + 10), Caps::CONTENT);
    let grant = |terms, bundle| Control::Grant {
        member: TESS.member(),
        terms,
        bundle,
    };
    let held = |record: &Record| {
        record
            .state
            .membership
            .member(&TESS.member())
            .unwrap()
            .terms
            .unwrap()
    };
    let narrow = terms(Some(NOW + 5), Caps::NONE);
    record.control(BEN, &grant(narrow, None)).unwrap();
    assert_eq!(held(&record), narrow);
    let wider = [
        terms(Some(NOW + 6), Caps::NONE),
        terms(None, Caps::NONE),
        terms(Some(NOW + 5), Caps::CHECKPOINT),
    ];
    for wide in wider {
        let mut record = record.clone();
        record.control(ANA, &grant(wide, None)).unwrap();
        assert_eq!(held(&record), narrow);
        countersign(&mut record, ANA, BEN).unwrap();
        assert_eq!(held(&record), wide);
    }
    let with_keys = grant(narrow, Some(Sealed(vec![1])));
    record.control(ANA, &with_keys).unwrap();
    assert_eq!(
        record.state.membership.proposals().len(),
        1,
        "keys of the past are a widening"
    );
    record.control(BEN, &grant(narrow, None)).unwrap();
    assert!(
        record.state.membership.proposals().is_empty(),
        "narrowing answers it with no"
    );
}

#[test]
fn reading_begins_at_the_chosen_point_and_an_earlier_one_takes_all_hands() {
    let mut record = Record::begun(&[ANA, BEN]);
    let mut chosen = terms(None, Caps::NONE);
    chosen.from.place = 2;
    chosen.from.head = record.heads[1];
    record.control(ANA, &TESS.add(Some(chosen))).unwrap();
    countersign(&mut record, ANA, BEN).unwrap();
    let readable = |record: &Record| record.state.membership.readable(&TESS.member(), NOW);
    assert_eq!(readable(&record), Some(3..=u64::MAX));
    let member = TESS.member();
    let earlier = Control::Grant {
        member,
        terms: terms(None, Caps::NONE),
        bundle: None,
    };
    record.control(ANA, &earlier).unwrap();
    assert_eq!(readable(&record), Some(3..=u64::MAX));
    countersign(&mut record, ANA, BEN).unwrap();
    assert_eq!(readable(&record), Some(1..=u64::MAX));
}

#[test]
fn a_limited_member_does_what_the_caps_say_and_never_touches_the_membership() {
    let mut record = with_tess(None, Caps::NONE);
    assert_eq!(record.write(TESS), Err(Refusal::NotAllowed));
    assert_eq!(record.checkpoint(TESS), Err(Refusal::NotAllowed));
    let mut record = with_tess(None, Caps::CHECKPOINT);
    record.checkpoint(TESS).unwrap();
    assert_eq!(record.write(TESS), Err(Refusal::NotAllowed));
    let acts = [
        CLEO.add(None),
        Control::Countersign {
            of: EntryId([1; 32]),
        },
        Control::Revoke {
            member: ANA.member(),
        },
        Control::EpochCommit(commit(3, (1, false), &[ANA, BEN, TESS])),
        Control::Grant {
            member: TESS.member(),
            terms: terms(None, Caps::CONTENT),
            bundle: None,
        },
        Control::VerifiedInPerson {
            keys: crate::Digest::ZERO,
        },
    ];
    for act in acts {
        assert_eq!(
            record.control(TESS, &act),
            Err(Refusal::NotAllowed),
            "{act:?}"
        );
    }
    record.control(TESS, &Control::Leave).unwrap();
    assert!(!is_present(&record, TESS));
}

#[test]
fn who_leaves_takes_no_ones_leave_and_keeps_what_was_there() {
    let mut record = Record::begun(&[ANA, BEN]);
    let place = record.control(ANA, &Control::Leave).unwrap();
    let membership = record.state.membership.clone();
    assert!(membership.is_closed());
    assert_eq!(membership.readable(&ANA.member(), NOW), Some(1..=place));
    assert_eq!(membership.readable(&BEN.member(), NOW), Some(1..=u64::MAX));
    assert_eq!(record.write(ANA), Err(Refusal::NotAMember));
    assert_eq!(record.write(BEN), Err(Refusal::Closed));
    assert_eq!(record.control(BEN, &CLEO.add(None)), Err(Refusal::Closed));
    record.control(BEN, &Control::Leave).unwrap();
}

#[test]
fn parting_ends_what_was_proposed() {
    let mut record = Record::begun(&[ANA, BEN]);
    record
        .control(ANA, &TESS.add(Some(terms(None, Caps::NONE))))
        .unwrap();
    let of = record.last_of(ANA, 1);
    record.control(ANA, &Control::Leave).unwrap();
    let alone = record.control(BEN, &Control::Countersign { of });
    assert_eq!(alone, Err(Refusal::NoProposal));
}

#[test]
fn a_proposal_can_be_taken_back_by_either() {
    let mut record = Record::begun(&[ANA, BEN]);
    record
        .control(ANA, &TESS.add(Some(terms(None, Caps::NONE))))
        .unwrap();
    record
        .control(
            BEN,
            &Control::Revoke {
                member: TESS.member(),
            },
        )
        .unwrap();
    assert!(record.state.membership.proposals().is_empty());
    let nobody = Control::Revoke {
        member: TESS.member(),
    };
    assert_eq!(record.control(BEN, &nobody), Err(Refusal::NoSuchMember));
    let oneself = Control::Revoke {
        member: BEN.member(),
    };
    assert_eq!(record.control(BEN, &oneself), Err(Refusal::NotAllowed));
}

#[test]
fn a_new_device_introduces_itself_by_the_owners_certificate() {
    let mut record = Record::begun(&[ANA, BEN]);
    record
        .control_at(ANA, 2, &Control::DeviceAdd { cert: ANA.cert(2) }, NOW)
        .unwrap();
    record.write_at(ANA, 2, NOW).unwrap();
    record
        .control(ANA, &Control::DeviceAdd { cert: ANA.cert(3) })
        .unwrap();
    record.write_at(ANA, 3, NOW).unwrap();
    let stolen = Control::DeviceAdd { cert: BEN.cert(2) };
    assert_eq!(record.control(ANA, &stolen), Err(Refusal::BadCertificate));
    let twice = Control::DeviceAdd { cert: ANA.cert(2) };
    assert_eq!(record.control(ANA, &twice), Err(Refusal::KnownAlready));
    let mut foreign = record.clone();
    // Ben's certified device under Ana's name.
    let header = foreign.header(BEN, 2, Kind::Control, &stolen.encode());
    let header = crate::Header {
        author: ANA.member(),
        ..header
    };
    let forged = crate::testing::sign(&header, stolen.encode(), &BEN.device(2));
    assert_eq!(foreign.append(&forged, NOW), Err(Refusal::BadCertificate));
}

#[test]
fn one_partners_devices_take_no_place_from_the_others() {
    let mut record = Record::begun(&[ANA, BEN]);
    for nth in (0..=u8::MAX).filter(|nth| *nth != 1) {
        let add = Control::DeviceAdd {
            cert: BEN.cert(nth),
        };
        record.control(BEN, &add).unwrap();
    }
    let one_more = Control::DeviceAdd { cert: BEN.cert(2) };
    assert_eq!(record.control(BEN, &one_more), Err(Refusal::TooMany));
    let new_phone = Control::DeviceAdd { cert: ANA.cert(2) };
    record.control_at(ANA, 2, &new_phone, NOW).unwrap();
    record.write_at(ANA, 2, NOW).unwrap();
}

#[test]
fn nobody_joins_with_more_devices_than_a_member_has() {
    let mut record = Record::begun(&[ANA]);
    let mut join = |count: usize| {
        let mut add = BEN.add(None);
        if let Control::MemberAdd { devices, .. } = &mut add {
            *devices = vec![BEN.cert(1); count];
        }
        record.control(ANA, &add)
    };
    assert_eq!(join(MAX_DEVICES + 1), Err(Refusal::TooMany));
    assert_eq!(join(MAX_DEVICES + 2), Err(Refusal::TooMany));
    assert_eq!(join(MAX_DEVICES), Err(Refusal::KnownAlready), "one twice");
}

#[test]
fn an_ended_device_is_ended_for_good_and_forces_new_keys() {
    let mut record = Record::begun(&[ANA, BEN]);
    record
        .control_at(ANA, 2, &Control::DeviceAdd { cert: ANA.cert(2) }, NOW)
        .unwrap();
    let end = Control::DeviceRevoke {
        device: ANA.cert(2).device(),
    };
    assert_eq!(record.control(BEN, &end), Err(Refusal::NotAllowed));
    record.control(ANA, &end).unwrap();
    assert_eq!(record.write_at(ANA, 2, NOW), Err(Refusal::EndedDevice));
    assert_eq!(record.control(ANA, &end), Err(Refusal::EndedDevice));
    let back = Control::DeviceAdd { cert: ANA.cert(2) };
    assert_eq!(
        record.control_at(ANA, 2, &back, NOW),
        Err(Refusal::EndedDevice)
    );
    assert_eq!(record.write(BEN), Err(Refusal::StaleEpoch { newest: 1 }));
    assert!(record.state.membership.needs_new_history_key());
}

#[test]
fn a_receiving_key_only_rises_and_only_by_its_owner() {
    let mut record = Record::begun(&[ANA, BEN]);
    let newer = Control::KemRotate {
        card: ANA.card_of(2),
    };
    assert_eq!(record.control(BEN, &newer), Err(Refusal::BadConsent));
    record.control(ANA, &newer).unwrap();
    assert_eq!(record.control(ANA, &newer), Err(Refusal::KnownAlready));
    assert_eq!(record.write(BEN), Err(Refusal::StaleEpoch { newest: 1 }));
    let old_key = Control::EpochCommit(commit(2, (2, true), &[ANA, BEN]));
    assert_eq!(record.control(ANA, &old_key), Err(Refusal::WrongRecipients));
    let mut fresh = commit(2, (2, true), &[ANA, BEN]);
    fresh.wraps[0].key = ANA.card_of(2).kem.id();
    record.control(ANA, &Control::EpochCommit(fresh)).unwrap();
    record.write(BEN).unwrap();
}

#[test]
fn keys_are_verified_in_person_until_the_partners_change() {
    let mut record = Record::begun(&[ANA, BEN]);
    let people = [ANA, BEN].map(|person| (person.member(), person.root_key()));
    let keys = keys_hash(&SPACE, &people);
    let wrong = Control::VerifiedInPerson {
        keys: crate::Digest::ZERO,
    };
    assert_eq!(record.control(ANA, &wrong), Err(Refusal::WrongKeys));
    record
        .control(ANA, &Control::VerifiedInPerson { keys })
        .unwrap();
    let verified = |record: &Record, person: Person| {
        record
            .state
            .membership
            .member(&person.member())
            .unwrap()
            .verified
    };
    assert!(verified(&record, ANA) && !verified(&record, BEN));
    record.control(ANA, &CLEO.add(None)).unwrap();
    countersign(&mut record, ANA, BEN).unwrap();
    assert!(!verified(&record, ANA));
}

#[test]
fn what_is_reserved_is_refused() {
    let mut record = Record::begun(&[ANA, BEN]);
    let erase = Control::Erase {
        entry: EntryId([1; 32]),
    };
    assert_eq!(record.control(ANA, &erase), Err(Refusal::Reserved));
    let header = record.header(ANA, 1, Kind::Erase, &[]);
    let envelope = crate::testing::sign(&header, vec![], &ANA.device(1));
    assert_eq!(record.append(&envelope, NOW), Err(Refusal::Reserved));
}

#[test]
fn proposals_are_bounded() {
    let mut record = Record::begun(&[ANA, BEN]);
    for number in 10..18 {
        let person = Person { number, ..BEN };
        record.control(ANA, &person.add(None)).unwrap();
    }
    let person = Person { number: 18, ..BEN };
    assert_eq!(
        record.control(ANA, &person.add(None)),
        Err(Refusal::TooMany)
    );
}

/// Appends what a person would write next, with another epoch in the header.
fn in_epoch(record: &Record, by: Person, epoch: u32, control: Option<&Control>) -> Refusal {
    let (kind, body) = match control {
        Some(control) => (Kind::Control, control.encode()),
        None => (Kind::Content, vec![1; 256]),
    };
    let header = crate::Header {
        epoch,
        ..record.header(by, 1, kind, &body)
    };
    let envelope = crate::testing::sign(&header, body, &by.device(1));
    record.clone().append(&envelope, NOW).unwrap_err()
}

#[test]
fn every_entry_is_written_in_the_newest_epoch_and_no_other() {
    let mut record = Record::begun(&[ANA, BEN]);
    let again = commit(2, (1, false), &[ANA, BEN]);
    record.control(ANA, &Control::EpochCommit(again)).unwrap();
    // The epoch is fresh, so nothing but the comparison can refuse.
    record.write(ANA).unwrap();
    let stale = Refusal::StaleEpoch { newest: 2 };
    let acts = [
        Control::Leave,
        Control::DeviceAdd { cert: ANA.cert(2) },
        CLEO.add(None),
    ];
    for epoch in [0, 1, 3] {
        assert_eq!(in_epoch(&record, ANA, epoch, None), stale, "{epoch}");
        for act in &acts {
            assert_eq!(
                in_epoch(&record, ANA, epoch, Some(act)),
                stale,
                "{epoch} {act:?}"
            );
        }
    }
    let checkpoint = crate::Header {
        epoch: 1,
        ..record.header(BEN, 1, Kind::Checkpoint, &[])
    };
    let envelope = crate::testing::sign(&checkpoint, vec![], &BEN.device(1));
    assert_eq!(record.clone().append(&envelope, NOW), Err(stale));
}

#[test]
fn a_beginning_and_a_new_epoch_name_their_own_epoch() {
    let empty = Record::default();
    let begun = in_epoch(&empty, ANA, 1, Some(&ANA.create()));
    assert_eq!(begun, Refusal::WrongEpoch);
    let record = Record::begun(&[ANA, BEN]);
    let next = Control::EpochCommit(commit(2, (1, false), &[ANA, BEN]));
    for epoch in [0, 1, 3] {
        let refused = in_epoch(&record, ANA, epoch, Some(&next));
        assert_eq!(refused, Refusal::WrongEpoch, "{epoch}");
    }
}
