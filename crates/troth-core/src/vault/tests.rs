use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::moment::Moment;
use crate::refused::Refused;
use crate::sign::{ShownSigns, Sign};

fn now() -> Moment {
    Moment::new("2026-11-22T10:00:00Z".parse().unwrap(), "Europe/Vienna")
}

fn this_week() -> Week {
    Week::containing(now().local().date())
}

fn id(byte: u8) -> EntryId {
    EntryId::from_bytes([byte; 32])
}

fn entry(byte: u8, second: i64, body: VaultEvent) -> VaultEntry {
    let at = jiff::Timestamp::from_second(1_790_000_000 + second).unwrap();
    VaultEntry {
        id: id(byte),
        written: Written {
            at,
            zone: "Europe/Vienna".into(),
        },
        body,
    }
}

fn ratings_with(sign: Sign, rating: u8, rest: u8) -> [u8; 10] {
    Sign::ALL.map(|one| if one == sign { rating } else { rest })
}

/// A vault in which the sign of safety was rated so, week after week, and all others 3.
fn safety_rated(ratings: &[u8]) -> Vault {
    let mut vault = Vault::default();
    for (week, rating) in (2960..).zip(ratings) {
        let ratings = Ratings::new(ratings_with(Sign::SafeWithBoundaries, *rating, 3)).unwrap();
        let week = Week::from_number(week).unwrap();
        let byte = u8::try_from(week.number() - 2960).unwrap();
        vault.apply(&entry(byte, 0, VaultEvent::SignsRated { week, ratings }));
    }
    vault
}

#[test]
fn ratings_and_marks_stay_in_their_range_and_their_time() {
    let vault = Vault::default();
    let rate = |week, ratings| vault.decide(VaultCommand::RateSigns { week, ratings }, &now());

    assert!(rate(this_week(), [4; 10]).is_ok());
    assert_eq!(rate(this_week(), [5; 10]), Err(Refused::RatingOutOfRange));
    assert_eq!(
        rate(this_week().plus(1), [0; 10]),
        Err(Refused::InTheFuture)
    );
    let day = now().local().date();
    let mark = |safe_to_rely| DayMark {
        safe_to_rely,
        something_happened: false,
    };
    let mark_day = |day, mark| vault.decide(VaultCommand::MarkDay { day, mark }, &now());
    assert_eq!(mark_day(day, mark(11)), Err(Refused::MarkOutOfRange));
    assert_eq!(
        mark_day(day.tomorrow().unwrap(), mark(5)),
        Err(Refused::InTheFuture)
    );
}

#[test]
fn the_later_rating_of_a_week_counts_in_whatever_order_they_come() {
    let rated = |rating| VaultEvent::SignsRated {
        week: this_week(),
        ratings: Ratings::new([rating; 10]).unwrap(),
    };
    let (early, late) = (entry(2, 0, rated(1)), entry(1, 60, rated(4)));
    for order in [[&early, &late], [&late, &early]] {
        let mut vault = Vault::default();
        order.into_iter().for_each(|entry| vault.apply(entry));
        assert_eq!(vault.ratings(this_week()).unwrap().as_array(), &[4; 10]);
    }
}

#[test]
fn a_note_is_rewritten_or_put_aside_with_its_versions() {
    let mut vault = Vault::default();
    let note = |text: &str, replaces| VaultEvent::NoteWritten {
        text: text.into(),
        replaces,
    };
    vault.apply(&entry(1, 0, note("one", None)));
    vault.apply(&entry(2, 1, note("two", Some(id(1)))));
    vault.apply(&entry(3, 2, note("other", None)));

    let texts: Vec<String> = vault.notes().into_iter().map(|note| note.text).collect();
    assert_eq!(texts, ["other", "two"]);
    assert_eq!(vault.notes()[1].earlier_versions, 1);

    vault.apply(&entry(4, 3, VaultEvent::NoteSetAside { note: id(1) }));
    assert_eq!(vault.notes().len(), 1);
    let missing = VaultCommand::SetNoteAside { note: id(9) };
    assert_eq!(vault.decide(missing, &now()), Err(Refused::NotFound));
}

#[test]
fn safety_sign_6_low_or_falling_opens_the_private_path_whatever_the_rest_says() {
    let week = |number| Week::from_number(number).unwrap();
    assert_eq!(safety_rated(&[]).safety(), SafetyPath::NotOffered);
    assert_eq!(safety_rated(&[4, 4, 3]).safety(), SafetyPath::NotOffered);
    assert_eq!(safety_rated(&[2, 2, 2]).safety(), SafetyPath::NotOffered);
    assert_eq!(
        safety_rated(&[4, 1]).safety(),
        SafetyPath::OfferedLow(week(2961))
    );
    assert_eq!(
        safety_rated(&[4, 2]).safety(),
        SafetyPath::OfferedFalling(week(2961))
    );
    assert_eq!(
        safety_rated(&[3, 3, 2]).safety(),
        SafetyPath::OfferedFalling(week(2962))
    );
    assert!(safety_rated(&[0]).safety().is_offered());
}

/// SAFETY S-3, S-4: what the partner can see does not depend on the private answer.
#[test]
fn safety_s4_a_summary_is_the_same_whatever_was_rated_for_safe_with_boundaries() {
    let share = |ratings: &[u8]| {
        safety_rated(ratings)
            .share_summary(
                Week::from_number(2960).unwrap(),
                Week::from_number(2969).unwrap(),
                7,
            )
            .unwrap()
    };

    assert_eq!(
        share(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        share(&[4, 4, 4, 4, 4, 4, 4, 4, 4, 4])
    );
    assert_eq!(
        share(&[4, 4, 4, 4, 4, 3, 2, 1, 0, 0]),
        share(&[0, 0, 1, 2, 3, 4, 4, 4, 4, 4])
    );
}

#[test]
fn single_signs_are_shown_for_the_chosen_weeks_alone() {
    let vault = safety_rated(&[4, 4, 4, 4]);
    let (from, to) = (
        Week::from_number(2961).unwrap(),
        Week::from_number(2962).unwrap(),
    );

    let shared = vault.share_singles(from, to, &[Sign::Ease]).unwrap();
    let ShownSigns::Singles(singles) = shared.shown else {
        panic!("singles were asked for")
    };
    assert_eq!(singles.len(), 1);
    assert_eq!(singles[0].weeks, [(from, 3), (to, 3)]);

    assert_eq!(vault.share_singles(from, to, &[]), Err(ShareError::NoSign));
    assert_eq!(
        vault.share_singles(to, from, &[Sign::Ease]),
        Err(ShareError::Period)
    );
    assert_eq!(
        vault.share_summary(from.plus(9), to.plus(9), 1),
        Err(ShareError::NothingRated)
    );
    assert_eq!(
        vault.share_summary(from, from.plus(60), 1),
        Err(ShareError::Period)
    );
}

#[test]
fn a_summary_of_few_weeks_has_no_figure() {
    let week = |number| Week::from_number(number).unwrap();
    let shared = safety_rated(&[4, 4])
        .share_summary(week(2960), week(2965), 1)
        .unwrap();
    let ShownSigns::Summary(summary) = shared.shown else {
        panic!("a summary was asked for")
    };

    assert_eq!((summary.weeks_rated, summary.strong), (2, None));
}

fn events() -> impl Strategy<Value = VaultEvent> {
    let weeks = (2960_u32..2964).prop_map(|number| Week::from_number(number).unwrap());
    let ratings = (0_u8..=4).prop_map(|rating| Ratings::new([rating; 10]).unwrap());
    let notes = || (0_u8..8).prop_map(id);
    prop_oneof![
        (weeks, ratings).prop_map(|(week, ratings)| VaultEvent::SignsRated { week, ratings }),
        ("[a-z]{1,3}", proptest::option::of(notes()))
            .prop_map(|(text, replaces)| VaultEvent::NoteWritten { text, replaces }),
        notes().prop_map(|note| VaultEvent::NoteSetAside { note }),
        (1_i8..4, 0_u8..=12).prop_map(|(day, safe_to_rely)| VaultEvent::DayMarked {
            day: jiff::civil::date(2026, 11, day),
            mark: DayMark {
                safe_to_rely,
                something_happened: false
            },
        }),
        Just(VaultEvent::Unreadable),
    ]
}

proptest! {
    #[test]
    fn a_vault_ends_alike_in_every_order(
        events in vec((0_i64..4, events()), 0..10),
        order in any::<proptest::sample::Index>(),
    ) {
        let entries: Vec<VaultEntry> = (0_u8..)
            .zip(events)
            .map(|(byte, (second, event))| entry(byte, second, event))
            .collect();
        let mut turned = entries.clone();
        turned.reverse();
        turned.rotate_left(if entries.is_empty() { 0 } else { order.index(entries.len()) });
        let fold = |entries: &[VaultEntry]| {
            let mut vault = Vault::default();
            entries.iter().for_each(|entry| vault.apply(entry));
            format!("{:?} {:?}", vault.notes(), (vault.weeks, vault.days))
        };
        prop_assert_eq!(fold(&entries), fold(&turned));
    }
}
