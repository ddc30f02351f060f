//! The machine under acts in any order, by anybody, at any time.

use super::*;
use crate::control::{Caps, Control};
use crate::id::EntryId;
use crate::log::LogState;
use crate::testing::{ANA, BEN, CLEO, NOW, Person, Record, TESS, commit, terms};

/// One of many acts, sensible and senseless.
fn some_control(choice: u8, who: Person, number: u32) -> Control {
    let member = who.member();
    let until = (!number.is_multiple_of(3)).then(|| u64::from(number % 40) + NOW);
    let caps = Caps(u8::try_from(number % 8).unwrap());
    match choice % 13 {
        0 => who.create(),
        1 | 2 => who.add((who.class == Class::Limited).then(|| terms(until, caps))),
        3 => who.add((who.class == Class::Full).then(|| terms(until, caps))),
        4 => Control::Grant {
            member,
            terms: terms(until, caps),
            bundle: None,
        },
        5 => Control::Revoke { member },
        6 => Control::Leave,
        7 => Control::DeviceAdd {
            cert: who.cert(u8::try_from(number % 3).unwrap()),
        },
        8 => Control::DeviceRevoke {
            device: who.cert(u8::try_from(number % 3).unwrap()).device(),
        },
        9 => Control::KemRotate {
            card: who.card_of(number % 4),
        },
        10 => Control::VerifiedInPerson {
            keys: crate::Digest::ZERO,
        },
        11 => Control::Erase {
            entry: EntryId([choice; 32]),
        },
        _ => {
            let people = [ANA, BEN, CLEO, TESS]
                .into_iter()
                .filter(|p| number >> p.number & 1 == 1);
            let people: Vec<_> = people.collect();
            Control::EpochCommit(commit(number % 6, (number % 4, number % 5 > 2), &people))
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_of_acts_by_anybody_at_any_time_is_judged_without_a_panic(
        acts in proptest::collection::vec((0_u8..4, 0_u8..3, 0_u8..16, 0_u8..4, 0_u32..64, 0_u64..60), 1..40)
    ) {
        let people = [ANA, BEN, CLEO, TESS];
        let mut record = Record::default();
        let _begun = record.control(ANA, &ANA.create());
        for (by, device, choice, who, number, later) in acts {
            let (by, who) = (people[usize::from(by)], people[usize::from(who)]);
            let before = record.state.clone();
            let judged = match choice {
                13 => record.write_at(by, device, NOW + later),
                14 => record.checkpoint(by),
                15 => {
                    let of = before.membership.proposals().first().map_or(EntryId::ZERO, |it| it.id);
                    record.control_at(by, device, &Control::Countersign { of }, NOW + later)
                }
                _ => record.control_at(by, device, &some_control(choice, who, number), NOW + later),
            };
            let after = &record.state;
            proptest::prop_assert_eq!(judged.is_err(), *after == before);
            let bytes = after.encode();
            proptest::prop_assert_eq!(&LogState::decode(&bytes).unwrap(), after);
        }
    }
}
