//! Working hours by examples, and where the clocks change.

use proptest::prelude::*;

use super::*;
use crate::SpanSet;

mod change;

fn at(text: &str) -> Minute {
    Minute::of(text.parse().unwrap())
}

fn hours(zone: &str, weekly: &str) -> Hours {
    let text = format!(
        r#"{{"zone": "{zone}", "weekly": [{weekly}], "minutes": [50, 80], "horizon": 366}}"#
    );
    serde_json::from_str(&text).unwrap()
}

fn starts(hours: &Hours, busy: &[Span], from: &str, to: &str) -> Vec<String> {
    let ask = Ask {
        from: at(from),
        to: at(to),
        minutes: None,
        now: at("2026-01-01T00:00:00Z"),
    };
    let slots = slots(hours, busy, &ask).unwrap();
    slots
        .iter()
        .map(|slot| slot.start.timestamp().to_string())
        .collect()
}

const WEEKDAYS: &str =
    r#"{"days": ["mo", "tu", "we", "th", "fr"], "from": "09:00", "to": "11:00"}"#;

#[test]
fn slots_lie_wholly_within_the_hours_and_begin_at_round_times() {
    let hours = hours("America/Chicago", WEEKDAYS);
    let monday = starts(&hours, &[], "2026-02-02T00:00:00Z", "2026-02-03T00:00:00Z");
    assert_eq!(
        monday,
        [
            "2026-02-02T15:00:00Z",
            "2026-02-02T15:30:00Z",
            "2026-02-02T16:00:00Z"
        ]
    );
    let weekend = starts(&hours, &[], "2026-01-31T06:00:00Z", "2026-02-02T06:00:00Z");
    assert!(weekend.is_empty());
}

#[test]
fn what_is_busy_and_the_minutes_kept_free_leave_no_slot() {
    let mut hours = hours("UTC", WEEKDAYS);
    hours.every = 15;
    hours.after = 10;
    let busy = [Span::new(
        at("2026-02-02T10:00:00Z"),
        at("2026-02-02T10:05:00Z"),
    )];
    let found = starts(
        &hours,
        &busy,
        "2026-02-02T00:00:00Z",
        "2026-02-03T00:00:00Z",
    );
    assert_eq!(found, ["2026-02-02T09:00:00Z"]);
    hours.before = 60;
    let busy = [Span::new(
        at("2026-02-02T08:00:00Z"),
        at("2026-02-02T08:01:00Z"),
    )];
    let found = starts(
        &hours,
        &busy,
        "2026-02-02T00:00:00Z",
        "2026-02-02T09:30:00Z",
    );
    assert_eq!(found, ["2026-02-02T09:15:00Z"]);
}

#[test]
fn notice_and_horizon_count_from_the_present_and_are_checked_when_booking() {
    let mut hours = hours("UTC", WEEKDAYS);
    hours.notice = 24 * 60;
    hours.horizon = 7;
    let ask = Ask {
        from: Minute(0),
        to: Minute(u32::MAX),
        minutes: Some(80),
        now: at("2026-02-02T09:00:00Z"),
    };
    let found = slots(&hours, &[], &ask).unwrap();
    assert_eq!(found.first().unwrap().start, at("2026-02-03T09:00:00Z"));
    assert_eq!(found.last().unwrap().start, at("2026-02-09T09:00:00Z"));
    let offers = |start: &str, minutes, busy: &[Span]| {
        let start = at(start);
        hours.offers(Slot { start, minutes }, busy, ask.now)
    };
    assert_eq!(
        offers("2026-02-03T08:30:00Z", 50, &[]),
        Err(NotOffered::TooLate)
    );
    assert_eq!(
        offers("2026-02-09T10:00:00Z", 50, &[]),
        Err(NotOffered::TooEarly)
    );
    assert_eq!(
        offers("2026-02-03T10:30:00Z", 50, &[]),
        Err(NotOffered::Closed)
    );
    assert_eq!(
        offers("2026-02-03T09:10:00Z", 50, &[]),
        Err(NotOffered::Closed)
    );
    assert_eq!(
        offers("2026-02-03T09:00:00Z", 45, &[]),
        Err(NotOffered::Length)
    );
    let visit = offers("2026-02-03T09:00:00Z", 50, &[]).unwrap();
    assert_eq!(
        offers("2026-02-03T09:30:00Z", 50, &[visit.span()]),
        Err(NotOffered::Busy)
    );
}

#[test]
fn days_off_extra_hours_and_every_second_week_change_the_usual_week() {
    let weekly = r#"{"days": ["tu"], "from": "22:00", "to": "00:00", "weeks": 2, "since": "2026-02-04", "until": "2026-03-17"}"#;
    let mut hours = hours("UTC", weekly);
    hours.every = 60;
    let all = |hours: &Hours| starts(hours, &[], "2026-02-01T00:00:00Z", "2026-05-01T00:00:00Z");
    let evening = |day: &str| {
        [
            format!("2026-{day}T22:00:00Z"),
            format!("2026-{day}T23:00:00Z"),
        ]
    };
    assert_eq!(
        all(&hours),
        [evening("02-17"), evening("03-03"), evening("03-17")].concat()
    );
    hours.off = serde_json::from_str(
        r#"[{"from": "2026-02-10", "to": "2026-02-17"},
            {"from": "2026-03-03", "to": "2026-03-03", "hours": {"from": "22:30", "to": "22:45"}}]"#,
    )
    .unwrap();
    hours.extra =
        serde_json::from_str(r#"[{"date": "2026-03-04", "from": "06:00", "to": "07:00"}]"#)
            .unwrap();
    let expected = ["2026-03-03T23:00:00Z", "2026-03-04T06:00:00Z"].map(str::to_owned);
    assert_eq!(all(&hours), [&expected[..], &evening("03-17")].concat());
}

#[test]
fn hours_that_cannot_be_used_say_why() {
    let good = hours("UTC", WEEKDAYS);
    type Spoil = fn(&mut Hours);
    let cases: [(Spoil, BadHours); 9] = [
        (|hours| hours.zone = "Nowhere/Land".into(), BadHours::Zone),
        (|hours| hours.minutes.clear(), BadHours::Minutes),
        (|hours| hours.minutes.push(500), BadHours::Minutes),
        (|hours| hours.every = 20, BadHours::Every),
        (|hours| hours.after = 241, BadHours::Buffers),
        (|hours| hours.horizon = 0, BadHours::Horizon),
        (|hours| hours.weekly[0].weeks = 2, BadHours::Weekly),
        (
            |hours| hours.weekly[0].to = Clock::new(10, 5).unwrap(),
            BadHours::Clock,
        ),
        (
            |hours| hours.weekly = vec![hours.weekly[0].clone(); 501],
            BadHours::TooMany,
        ),
    ];
    for (spoil, expected) in cases {
        let mut bad = good.clone();
        spoil(&mut bad);
        assert_eq!(bad.check().err(), Some(expected));
    }
    assert!(good.check().is_ok());
    for text in ["9:00", "24:15", "12:60", "ab:cd", "1200"] {
        assert_eq!(text.parse::<Clock>(), Err(BadHours::Clock), "{text}");
    }
}

#[test]
fn the_json_form_stays_as_it_is() {
    let frozen = include_str!("../../tests/vectors/hours.json");
    let hours: Hours = serde_json::from_str(frozen).unwrap();
    assert!(hours.check().is_ok());
    assert_eq!(
        serde_json::to_string_pretty(&hours).unwrap(),
        frozen.trim_end()
    );
    assert!(
        serde_json::from_str::<Hours>(r#"{"zone": "UTC", "minutes": [50], "weekdays": []}"#)
            .is_err()
    );
}

#[test]
fn availability_bits_are_the_slots_of_fourteen_days_at_half_hours() {
    let mut hours = hours("America/New_York", WEEKDAYS);
    hours.every = 15;
    let base = at("2026-03-02T00:00:00Z");
    let bits = availability_bits(&hours, &[], base, base).unwrap();
    // Two weeks of five days; before the change to summer time 9:00 is 14:00 in UTC, after it 13:00.
    assert_eq!(bits.count(), 2 * 5 * 3);
    assert!(bits.is_set(28) && bits.is_set(30) && !bits.is_set(31));
    let second_monday = 7 * 48;
    assert!(bits.is_set(second_monday + 26) && !bits.is_set(second_monday + 30));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_slot_can_be_booked_and_nothing_between(
        from in 0_u16..96, length in 4_u16..40, every in prop_oneof![Just(15_u16), Just(30), Just(60)],
        before in 0_u16..30, after in 0_u16..30, day in 0_u32..366,
        busy in proptest::collection::vec((0_u32..2880, 1_u32..200), 0..6),
    ) {
        let mut hours = hours("Australia/Lord_Howe", WEEKDAYS);
        let clock = |quarter: u16| Clock::new(quarter % 96 / 4, quarter % 4 * 15).unwrap();
        hours.weekly[0].from = clock(from);
        hours.weekly[0].to = clock(from + length);
        (hours.every, hours.before, hours.after) = (every, before, after);
        let now = at("2026-01-01T00:00:00Z");
        let base = now.plus(day * 1440);
        let busy: Vec<Span> = busy.iter().map(|(from, length)| Span::new(base.plus(*from), base.plus(from + length))).collect();
        let ask = Ask { from: base, to: base.plus(2880), minutes: None, now };
        let found = slots(&hours, &busy, &ask).unwrap();
        let set: SpanSet = busy.iter().copied().collect();
        for minute in (0..2880).step_by(15).map(|minute| base.plus(minute)) {
            let slot = Slot { start: minute, minutes: 50 };
            prop_assert_eq!(hours.offers(slot, &busy, now).is_ok(), found.contains(&slot));
        }
        for slot in &found {
            prop_assert!(!set.meets(hours.visit(slot.start, slot.minutes).with_buffers()));
        }
    }
}
