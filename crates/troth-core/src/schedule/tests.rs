use jiff::Timestamp;
use jiff::civil::{DateTime, date};

use super::*;
use crate::moment::Moment;

fn now() -> Moment {
    Moment::new("2026-11-22T10:00:00Z".parse().unwrap(), "Europe/Vienna")
}

fn parse(text: &str) -> Schedule {
    Schedule::parse(text, &now()).unwrap()
}

fn refused(text: &str) -> ScheduleError {
    Schedule::parse(text, &now()).unwrap_err()
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn first(schedule: &Schedule, count: usize) -> Vec<String> {
    schedule
        .between(
            instant("2000-01-01T00:00:00Z"),
            instant("2100-01-01T00:00:00Z"),
            count,
        )
        .iter()
        .map(|one| format!("{}", schedule.instant(*one).unwrap()))
        .collect()
}

#[test]
fn a_time_with_a_zone_is_once() {
    let schedule = parse("2026-12-01T18:00[Europe/Vienna]");

    assert_eq!(
        schedule,
        Schedule::Once {
            due: date(2026, 12, 1).at(18, 0, 0, 0),
            zone: "Europe/Vienna".into()
        }
    );
    assert_eq!(first(&schedule, 9), ["2026-12-01T17:00:00Z"]);
}

#[test]
fn a_day_is_kept_until_its_end() {
    let schedule = parse("2026-12-01[America/New_York]");

    assert_eq!(first(&schedule, 9), ["2026-12-02T04:59:00Z"]);
    assert_eq!(schedule.to_string(), "2026-12-01[America/New_York]");
}

#[test]
fn without_brackets_the_zone_of_the_person_holds() {
    assert_eq!(parse("2026-12-01T18:00").zone(), "Europe/Vienna");
    assert_eq!(parse("2026-12-01").zone(), "Europe/Vienna");
}

#[test]
fn a_rule_without_an_hour_is_due_at_the_end_of_the_day() {
    let schedule = parse("FREQ=WEEKLY;BYDAY=MO");

    assert_eq!(
        first(&schedule, 2),
        ["2026-11-23T22:59:00Z", "2026-11-30T22:59:00Z"]
    );
}

#[test]
fn every_schedule_reads_back_what_it_writes() {
    for text in [
        "2026-12-01T18:00[Europe/Vienna]",
        "2026-12-01[Asia/Kolkata]",
        "FREQ=WEEKLY;BYDAY=MO",
        "RRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO,-1FR;BYHOUR=7,19;BYMINUTE=30;COUNT=5",
        "FREQ=DAILY;UNTIL=20261231;DTSTART=20261125T080000[Pacific/Auckland]",
        "FREQ=MONTHLY;BYMONTHDAY=-1,15",
        "FREQ=YEARLY",
        "FREQ=YEARLY;INTERVAL=2;BYHOUR=9;DTSTART=20280229T090000[Europe/Vienna]",
        "FREQ=YEARLY;BYMONTH=6;BYDAY=1SA;COUNT=4",
    ] {
        let schedule = parse(text);
        assert_eq!(parse(&schedule.to_string()), schedule, "{text}");
    }
}

#[test]
fn a_broken_text_says_what_to_write() {
    assert_eq!(refused("tomorrow"), ScheduleError::NotATime);
    assert_eq!(refused(""), ScheduleError::NotATime);
    assert_eq!(refused("2026-13-01T18:00"), ScheduleError::NotATime);
    assert_eq!(
        refused("2026-12-01T18:00[Europe/Wien]"),
        ScheduleError::UnknownZone
    );
    assert_eq!(refused("2026-12-01T18:00+01:00"), ScheduleError::Offset);
    assert_eq!(refused("2026-12-01T18:00Z"), ScheduleError::Offset);
    assert_eq!(refused("BYDAY=MO"), ScheduleError::Frequency);
    assert_eq!(refused("FREQ=HOURLY"), ScheduleError::Frequency);
    assert_eq!(refused("FREQ=YEARLY;BYDAY=MO"), ScheduleError::Month);
    assert_eq!(
        refused("FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1"),
        ScheduleError::Month
    );
    assert_eq!(refused("FREQ=YEARLY;BYMONTH=1,6"), ScheduleError::Month);
    assert_eq!(refused("FREQ=YEARLY;INTERVAL=84"), ScheduleError::Interval);
    assert_eq!(refused("FREQ=WEEKLY;BYMONTH=6"), ScheduleError::UnknownPart);
    assert_eq!(refused("FREQ=WEEKLY;BYDAY=XX"), ScheduleError::Day);
    assert_eq!(refused("FREQ=WEEKLY;BYDAY=1MO"), ScheduleError::Day);
    assert_eq!(
        refused("FREQ=WEEKLY;BYSETPOS=1"),
        ScheduleError::UnknownPart
    );
    assert_eq!(refused("FREQ=WEEKLY;INTERVAL=0"), ScheduleError::Interval);
    assert_eq!(refused("FREQ=DAILY;COUNT=1001"), ScheduleError::Count);
    assert_eq!(refused("FREQ=DAILY;BYHOUR=24"), ScheduleError::Hour);
    assert_eq!(refused("FREQ=DAILY;FREQ=DAILY"), ScheduleError::Twice);
    assert_eq!(
        refused("FREQ=DAILY;COUNT=2;UNTIL=20261231"),
        ScheduleError::TwoEnds
    );
    assert_eq!(refused("FREQ=DAILY;UNTIL=20200101"), ScheduleError::Never);
    assert_eq!(
        refused("FREQ=MONTHLY;BYMONTHDAY=31;INTERVAL=12;DTSTART=20260201T000000"),
        ScheduleError::Never
    );
    assert!(
        ScheduleError::NotATime
            .to_string()
            .contains("2026-12-01T18:00[Europe/Vienna]")
    );
}

#[test]
fn a_weekly_time_stays_on_the_wall_when_the_clocks_change() {
    let vienna = parse("FREQ=WEEKLY;DTSTART=20261018T180000[Europe/Vienna]");
    assert_eq!(
        first(&vienna, 2),
        ["2026-10-18T16:00:00Z", "2026-10-25T17:00:00Z"],
        "summer time ends on the 25th"
    );

    let york = parse("FREQ=WEEKLY;DTSTART=20270307T180000[America/New_York]");
    assert_eq!(
        first(&york, 2),
        ["2027-03-07T23:00:00Z", "2027-03-14T22:00:00Z"]
    );

    let howe = parse("FREQ=WEEKLY;DTSTART=20270328T180000[Australia/Lord_Howe]");
    assert_eq!(
        first(&howe, 2),
        ["2027-03-28T07:00:00Z", "2027-04-04T07:30:00Z"],
        "a change of half an hour"
    );

    let kolkata = parse("FREQ=WEEKLY;DTSTART=20270328T180000[Asia/Kolkata]");
    assert_eq!(
        first(&kolkata, 1),
        ["2027-03-28T12:30:00Z"],
        "no summer time"
    );
}

#[test]
fn a_time_in_the_gap_counts_as_if_the_clock_had_gone_on() {
    let schedule = parse("FREQ=DAILY;DTSTART=20270327T023000[Europe/Vienna]");

    assert_eq!(
        first(&schedule, 3),
        [
            "2027-03-27T01:30:00Z",
            "2027-03-28T01:30:00Z",
            "2027-03-29T00:30:00Z"
        ]
    );
}

#[test]
fn a_single_time_in_the_gap_is_written_as_it_will_be() {
    let once = parse("2027-03-28T02:30[Europe/Vienna]");
    assert_eq!(once.to_string(), "2027-03-28T03:30[Europe/Vienna]");
    assert_eq!(first(&once, 2), ["2027-03-28T01:30:00Z"]);
}

#[test]
fn two_times_that_the_gap_makes_one_come_once() {
    let twice = parse("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30;DTSTART=20270328T000000[Europe/Vienna]");
    let (from, to) = (
        instant("2027-03-27T12:00:00Z"),
        instant("2027-03-28T12:00:00Z"),
    );
    let three = date(2027, 3, 28).at(3, 30, 0, 0);
    let locals = |found: Vec<Occurrence>| found.iter().map(|one| one.local).collect::<Vec<_>>();
    assert_eq!(locals(twice.between(from, to, 9)), [three]);
    assert_eq!(locals(twice.newest(from, to, 9)), [three]);
    assert_eq!(twice.next_after(from).map(|one| one.local), Some(three));
    assert_eq!(twice.last_until(to).map(|one| one.local), Some(three));
    assert_eq!(first(&twice, 3).len(), 3, "two a day on other days");
}

#[test]
fn a_yearly_rule_comes_on_its_day_of_the_year() {
    let birthday = parse("FREQ=YEARLY;DTSTART=20260615T180000[UTC]");
    assert_eq!(
        first(&birthday, 2),
        ["2026-06-15T18:00:00Z", "2027-06-15T18:00:00Z"]
    );
    let leap = parse("FREQ=YEARLY;DTSTART=20280229T120000[UTC]");
    assert_eq!(
        first(&leap, 2),
        ["2028-02-29T12:00:00Z", "2032-02-29T12:00:00Z"]
    );
    let june = parse("FREQ=YEARLY;BYMONTH=6;BYDAY=1SA;BYHOUR=9[UTC]");
    assert_eq!(
        first(&june, 2),
        ["2027-06-05T09:00:00Z", "2028-06-03T09:00:00Z"]
    );
    let every_second = parse("FREQ=YEARLY;INTERVAL=2;BYMONTH=1;DTSTART=20260615T180000[UTC]");
    assert_eq!(
        first(&every_second, 2),
        ["2028-01-15T18:00:00Z", "2030-01-15T18:00:00Z"],
        "every second year from the start's"
    );
}

#[test]
fn a_time_that_comes_twice_means_the_first() {
    let once = parse("2026-10-25T02:30[Europe/Vienna]");
    assert_eq!(first(&once, 2), ["2026-10-25T00:30:00Z"]);

    let york = parse("2026-11-01T01:30[America/New_York]");
    assert_eq!(first(&york, 2), ["2026-11-01T05:30:00Z"]);
}

#[test]
fn a_day_that_a_zone_skipped_still_has_an_instant() {
    // Samoa went from the 29th to the 31st of December 2011.
    let schedule = parse("FREQ=DAILY;COUNT=3;DTSTART=20111229T120000[Pacific/Apia]");

    assert_eq!(
        first(&schedule, 5),
        ["2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z"],
        "the 30th and the 31st are one moment, and come once"
    );
}

#[test]
fn months_without_the_day_are_left_out() {
    let schedule = parse("FREQ=MONTHLY;BYMONTHDAY=31;DTSTART=20260101T120000[UTC]");

    assert_eq!(
        first(&schedule, 3),
        [
            "2026-01-31T12:00:00Z",
            "2026-03-31T12:00:00Z",
            "2026-05-31T12:00:00Z"
        ]
    );
}

#[test]
fn the_last_friday_and_the_last_day_are_counted_from_the_end() {
    let friday = parse("FREQ=MONTHLY;BYDAY=-1FR;DTSTART=20260101T120000[UTC]");
    assert_eq!(
        first(&friday, 2),
        ["2026-01-30T12:00:00Z", "2026-02-27T12:00:00Z"]
    );

    let last = parse("FREQ=MONTHLY;BYMONTHDAY=-1;DTSTART=20260101T120000[UTC]");
    assert_eq!(
        first(&last, 2),
        ["2026-01-31T12:00:00Z", "2026-02-28T12:00:00Z"]
    );
}

#[test]
fn every_second_week_counts_weeks_from_monday() {
    let schedule = parse("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;DTSTART=20260107T120000[UTC]");

    // The start is a Wednesday; its Monday lies before it.
    assert_eq!(
        first(&schedule, 3),
        [
            "2026-01-11T12:00:00Z",
            "2026-01-19T12:00:00Z",
            "2026-01-25T12:00:00Z"
        ]
    );
}

#[test]
fn the_newest_due_times_are_found_from_behind() {
    let schedule = parse("FREQ=DAILY;DTSTART=19010101T080000[Europe/Vienna]");
    let newest = schedule.newest(
        instant("1900-01-01T00:00:00Z"),
        instant("2026-11-22T10:00:00Z"),
        2,
    );

    let locals: Vec<DateTime> = newest.iter().map(|one| one.local).collect();
    assert_eq!(
        locals,
        [
            date(2026, 11, 21).at(8, 0, 0, 0),
            date(2026, 11, 22).at(8, 0, 0, 0)
        ]
    );
}

#[test]
fn a_due_time_belongs_to_a_schedule_or_not() {
    let schedule = parse("FREQ=WEEKLY;BYDAY=MO;BYHOUR=18;COUNT=2");
    let at = |text: &str| Occurrence {
        local: text.parse().unwrap(),
    };

    assert!(schedule.contains(at("2026-11-30T18:00")));
    assert!(
        !schedule.contains(at("2026-12-07T18:00")),
        "the third of two"
    );
    assert!(!schedule.contains(at("2026-11-30T18:01")));
    assert!(
        !schedule.contains(at("2026-11-16T18:00")),
        "before the start"
    );
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn rules() -> impl Strategy<Value = Schedule> {
        let zones = prop::sample::select(vec![
            "Europe/Vienna",
            "America/New_York",
            "Australia/Lord_Howe",
            "Asia/Kolkata",
            "America/Sao_Paulo",
        ]);
        let rules = prop::sample::select(vec![
            "FREQ=DAILY",
            "FREQ=DAILY;INTERVAL=3;BYHOUR=2;BYMINUTE=30",
            "FREQ=WEEKLY;BYDAY=MO,TH",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;BYHOUR=1,2,3",
            "FREQ=MONTHLY;BYMONTHDAY=1,31",
            "FREQ=MONTHLY;BYDAY=2TU,-1FR;COUNT=40",
        ]);
        (zones, rules, 0..4000_i64).prop_map(|(zone, rule, days)| {
            let start = date(2015, 1, 1).saturating_add(jiff::ToSpan::days(days));
            parse(&format!("{rule};DTSTART={start}T02:30[{zone}]"))
        })
    }

    proptest! {
        #[test]
        fn walking_forward_and_back_meets_the_same_due_times(schedule in rules()) {
            let (from, to) = (instant("2000-01-01T00:00:00Z"), instant("2027-06-01T00:00:00Z"));
            let forward = schedule.between(from, to, 30);
            if let Some(last) = forward.last() {
                let last = schedule.instant(*last).unwrap();
                let newest = schedule.newest(from, last, 31);
                prop_assert!(newest.windows(forward.len()).any(|part| part == forward));
            }
            prop_assert!(forward.iter().all(|one| schedule.contains(*one)));
        }
    }
}
