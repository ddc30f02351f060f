use proptest::prelude::*;

use super::*;

const NOW: i64 = 30_000_000;

fn ago(kind: EvidenceKind, days: i64) -> Evidence {
    Evidence {
        minute: NOW - days * DAY,
        kind,
    }
}

#[test]
fn a_visit_carries_a_listing_for_three_weeks() {
    assert_eq!(confidence(&[ago(EvidenceKind::VisitKept, 0)], NOW), FULL);
    assert!(confidence(&[ago(EvidenceKind::VisitKept, 21)], NOW) >= SHOWN);
    assert!(confidence(&[ago(EvidenceKind::VisitKept, 22)], NOW) < SHOWN);
}

#[test]
fn a_calendar_alone_carries_it_for_a_week_only() {
    assert!(confidence(&[ago(EvidenceKind::CalendarSynced, 7)], NOW) >= SHOWN);
    assert!(confidence(&[ago(EvidenceKind::CalendarSynced, 8)], NOW) < SHOWN);
}

#[test]
fn imported_claims_alone_never_put_a_listing_into_the_results() {
    let claims = [ago(EvidenceKind::ImportedClaim, 0); 50];
    assert!(confidence(&claims, NOW) < SHOWN);
    assert_eq!(proven_minute(&claims, NOW), None);
}

#[test]
fn strangers_however_many_only_shorten_a_listing_until_the_therapist_acts() {
    let failed = |count| vec![ago(EvidenceKind::FailedContact, 1); count];
    let with = |proof, count| confidence(&[vec![proof], failed(count)].concat(), NOW);
    let fresh = ago(EvidenceKind::Confirmed, 2);
    assert!(with(fresh, 1) >= SHOWN);
    assert_eq!(
        with(fresh, 1),
        with(fresh, 1_000),
        "a thousand say no more than one"
    );
    assert!(with(fresh, 1) < FADING, "the therapist is asked");
    assert!(with(ago(EvidenceKind::Confirmed, 6), 1) < SHOWN);
    assert!(with(ago(EvidenceKind::Confirmed, 6), 0) >= SHOWN);
    let calendar = ago(EvidenceKind::CalendarSynced, 0);
    assert_eq!(with(calendar, 1), 540, "a calendar is no answer");
    let mut evidence = failed(9);
    evidence.push(ago(EvidenceKind::Confirmed, 0));
    assert_eq!(confidence(&evidence, NOW), FULL);
}

#[test]
fn an_unanswered_request_takes_away_half() {
    let evidence = [
        ago(EvidenceKind::Confirmed, 1),
        ago(EvidenceKind::UnansweredRequest, 0),
    ];
    assert!(confidence(&evidence, NOW) < SHOWN);
}

#[test]
fn the_codes_of_the_kinds_do_not_move() {
    let codes: Vec<(u8, &str)> = EvidenceKind::ALL
        .into_iter()
        .map(|kind| (kind.code(), kind.name()))
        .collect();
    assert_eq!(
        codes,
        [
            (0, "visit_kept"),
            (1, "visit_booked"),
            (2, "calendar_synced"),
            (3, "confirmed"),
            (4, "imported_claim"),
            (5, "failed_contact"),
            (6, "unanswered_request"),
        ]
    );
    assert!(EvidenceKind::from_code(7).is_none());
}

#[test]
fn what_has_not_happened_yet_is_not_known() {
    assert_eq!(confidence(&[ago(EvidenceKind::Confirmed, -1)], NOW), 0);
}

#[test]
fn the_minute_of_leaving_is_the_first_at_which_it_is_gone() {
    let evidence = [
        ago(EvidenceKind::Confirmed, 3),
        ago(EvidenceKind::CalendarSynced, 0),
    ];
    let leaves = leaves_at(&evidence, NOW).unwrap();
    assert!(confidence(&evidence, leaves - 1) >= SHOWN);
    assert!(confidence(&evidence, leaves) < SHOWN);
    assert_eq!(leaves_at(&[], NOW), None);
}

fn some_evidence() -> impl Strategy<Value = Vec<Evidence>> {
    let one = (0u8..7, NOW - 400 * DAY..NOW + DAY).prop_map(|(code, minute)| Evidence {
        minute,
        kind: EvidenceKind::from_code(code).unwrap(),
    });
    proptest::collection::vec(one, 0..12)
}

proptest! {
    #[test]
    fn waiting_never_raises_confidence_and_ends_at_zero(
        evidence in some_evidence(), first in 0i64..200 * DAY, more in 0i64..200 * DAY,
    ) {
        let known: Vec<_> = evidence.into_iter().filter(|e| e.minute <= NOW).collect();
        let earlier = confidence(&known, NOW + first);
        let later = confidence(&known, NOW + first + more);
        prop_assert!(later <= earlier);
        prop_assert_eq!(confidence(&known, NOW + 20 * 365 * DAY), 0);
    }

    #[test]
    fn the_order_of_evidence_makes_no_difference(evidence in some_evidence()) {
        let mut turned = evidence.clone();
        turned.reverse();
        prop_assert_eq!(confidence(&evidence, NOW), confidence(&turned, NOW));
        turned.sort();
        prop_assert_eq!(confidence(&evidence, NOW), confidence(&turned, NOW));
    }

    #[test]
    fn claims_never_change_whether_a_listing_is_shown(
        evidence in some_evidence(), claims in 0usize..9,
    ) {
        let before = confidence(&evidence, NOW) >= SHOWN;
        let mut more = evidence;
        more.extend(vec![ago(EvidenceKind::ImportedClaim, 0); claims]);
        prop_assert_eq!(confidence(&more, NOW) >= SHOWN, before);
    }
}
