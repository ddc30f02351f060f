//! What feeds block: rule by rule, against other readers, and whatever bytes come.

mod corpus;
mod draw;
mod fuzz;
mod odd;
mod outlook;
mod peers;
mod rules;
mod values;
mod zones;

use super::*;

fn ask(feed: &[u8], from: &str, to: &str) -> Busy {
    let minute = |text: &str| Minute::of(text.parse().unwrap());
    let within = Span::new(minute(from), minute(to));
    let zone = "America/New_York";
    read(feed, &Question { within, zone }).unwrap()
}

/// What one event blocks in 2026, as starts in UTC.
fn starts(event: &str) -> Vec<String> {
    let busy = blocks(event);
    assert_eq!(busy.problems, [], "{event}");
    texts(&busy)
}

fn blocks(event: &str) -> Busy {
    let feed = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{event}\nEND:VEVENT\nEND:VCALENDAR\n");
    ask(
        feed.as_bytes(),
        "2026-01-01T00:00:00Z",
        "2027-01-01T00:00:00Z",
    )
}

fn texts(busy: &Busy) -> Vec<String> {
    let start = |block: &Block| block.span.from.timestamp().to_string();
    busy.blocks
        .iter()
        .map(|block| start(block).replace(":00Z", ""))
        .collect()
}

fn troubles(busy: &Busy) -> Vec<(u32, Trouble)> {
    busy.problems
        .iter()
        .map(|one| (one.line, one.trouble))
        .collect()
}

#[test]
fn a_time_that_the_clock_skips_is_no_instance_and_is_not_counted() {
    let daily =
        "DTSTART;TZID=America/New_York:20260307T023000\nDURATION:PT30M\nRRULE:FREQ=DAILY;COUNT=3";
    assert_eq!(
        starts(daily),
        ["2026-03-07T07:30", "2026-03-09T06:30", "2026-03-10T06:30"]
    );
    let single = "DTSTART;TZID=America/New_York:20260308T023000\nDURATION:PT30M";
    assert_eq!(starts(single), ["2026-03-08T07:30"]);
}

#[test]
fn a_time_that_comes_twice_is_the_first_but_rules_by_the_hour_take_both() {
    let daily =
        "DTSTART;TZID=Europe/London:20261024T013000\nDURATION:PT10M\nRRULE:FREQ=DAILY;COUNT=3";
    assert_eq!(
        starts(daily),
        ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"]
    );
    let hourly =
        "DTSTART;TZID=Europe/London:20261025T000000\nDURATION:PT10M\nRRULE:FREQ=HOURLY;COUNT=5";
    let autumn = ["24T23:00", "25T00:00", "25T01:00", "25T02:00", "25T03:00"];
    assert_eq!(starts(hourly), autumn.map(|time| format!("2026-10-{time}")));
    let hourly =
        "DTSTART;TZID=Europe/London:20260329T000000\nDURATION:PT10M\nRRULE:FREQ=HOURLY;COUNT=4";
    let spring = ["00:00", "01:00", "02:00", "03:00"];
    assert_eq!(
        starts(hourly),
        spring.map(|time| format!("2026-03-29T{time}"))
    );
}

#[test]
fn an_end_makes_every_instance_equally_long_and_a_duration_of_days_follows_the_wall() {
    let length = |end: &str| {
        let event = format!(
            "DTSTART;TZID=America/New_York:20260306T120000\n{end}\nRRULE:FREQ=DAILY;COUNT=2"
        );
        let busy = blocks(&event);
        busy.blocks
            .iter()
            .map(|block| block.span.to.0 - block.span.from.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        length("DTEND;TZID=America/New_York:20260307T120000"),
        [1440, 1440]
    );
    assert_eq!(length("DURATION:P1D"), [1440, 1380]);
    assert_eq!(length("DURATION:PT24H"), [1440, 1440]);
}

#[test]
fn whole_days_are_those_of_the_asker() {
    let busy = blocks("DTSTART;VALUE=DATE:20260308\nDTEND;VALUE=DATE:20260309");
    let [block] = busy.blocks[..] else { panic!() };
    assert!(block.all_day);
    assert_eq!(texts(&busy), ["2026-03-08T05:00"]);
    assert_eq!(block.span.to.0 - block.span.from.0, 23 * 60);
    assert_eq!(
        starts("DTSTART:20260308T090000\nDURATION:PT1H"),
        ["2026-03-08T13:00"]
    );
}

#[test]
fn free_and_cancelled_events_do_not_block_and_tentative_ones_do() {
    let event = "DTSTART:20260308T090000Z\nDURATION:PT1H\n";
    for (line, blocking, counted) in [
        ("TRANSP:TRANSPARENT", 0, (1, 0)),
        ("TRANSP:OPAQUE", 1, (0, 0)),
        ("STATUS:CANCELLED", 0, (0, 1)),
        ("STATUS:TENTATIVE", 1, (0, 0)),
    ] {
        let busy = blocks(&format!("{event}{line}"));
        assert_eq!(busy.blocks.len(), blocking, "{line}");
        assert_eq!(
            (busy.counts.transparent, busy.counts.cancelled),
            counted,
            "{line}"
        );
    }
    let cancel =
        format!("BEGIN:VCALENDAR\nMETHOD:CANCEL\nBEGIN:VEVENT\n{event}END:VEVENT\nEND:VCALENDAR");
    let busy = ask(
        cancel.as_bytes(),
        "2026-01-01T00:00:00Z",
        "2027-01-01T00:00:00Z",
    );
    assert_eq!(busy.blocks, []);
}

const SERIES: &str = "UID:1\nDTSTART:20260309T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5\n";

fn changed(change: &str) -> Vec<String> {
    starts(&format!(
        "{SERIES}END:VEVENT\nBEGIN:VEVENT\nUID:1\n{change}"
    ))
}

#[test]
fn moved_and_cancelled_instances_stand_where_they_were_moved_to() {
    let moved = "RECURRENCE-ID:20260310T090000Z\nDTSTART:20260320T120000Z\nDURATION:PT1H";
    assert_eq!(
        changed(moved),
        [
            "2026-03-09T09:00",
            "2026-03-11T09:00",
            "2026-03-12T09:00",
            "2026-03-13T09:00",
            "2026-03-20T12:00"
        ]
    );
    let zoned = "RECURRENCE-ID;TZID=America/New_York:20260310T050000\nDTSTART:20260310T090000Z\nSTATUS:CANCELLED\nDURATION:PT1H";
    assert_eq!(
        changed(zoned),
        [
            "2026-03-09T09:00",
            "2026-03-11T09:00",
            "2026-03-12T09:00",
            "2026-03-13T09:00"
        ]
    );
    let later = "RECURRENCE-ID;RANGE=THISANDFUTURE:20260311T090000Z\nDTSTART:20260311T103000Z\nDURATION:PT1H";
    assert_eq!(
        changed(later),
        [
            "2026-03-09T09:00",
            "2026-03-10T09:00",
            "2026-03-11T10:30",
            "2026-03-12T10:30",
            "2026-03-13T10:30"
        ]
    );
    let ended = "RECURRENCE-ID;RANGE=THISANDFUTURE:20260311T090000Z\nDTSTART:20260311T090000Z\nSTATUS:CANCELLED";
    assert_eq!(changed(ended), ["2026-03-09T09:00", "2026-03-10T09:00"]);
}

#[test]
fn exceptions_take_out_and_additions_put_in() {
    let dates = "EXDATE:20260310T090000Z\nEXDATE;VALUE=DATE:20260312\nRDATE:20260401T090000Z\nRDATE;VALUE=PERIOD:20260402T090000Z/PT2H";
    assert_eq!(
        starts(&format!("{SERIES}{dates}")),
        [
            "2026-03-09T09:00",
            "2026-03-11T09:00",
            "2026-03-13T09:00",
            "2026-04-01T09:00",
            "2026-04-02T09:00"
        ]
    );
    let rule = "EXRULE:FREQ=DAILY;INTERVAL=2";
    assert_eq!(
        starts(&format!("{SERIES}{rule}")),
        ["2026-03-10T09:00", "2026-03-12T09:00"]
    );
}

#[test]
fn zones_come_from_their_windows_names_and_from_the_feed_itself() {
    for zone in [
        "Eastern Standard Time",
        "/example.org/20260101/America/New_York",
        "\"(UTC-05:00) Eastern Time (US & Canada)\"",
        "US/Eastern",
    ] {
        let event = format!("DTSTART;TZID={zone}:20260309T090000\nDURATION:PT1H");
        assert_eq!(starts(&event), ["2026-03-09T13:00"], "{zone}");
    }
    assert_eq!(
        starts("DTSTART;TZID=\"(GMT +05:30)\":20260309T090000\nDURATION:PT1H"),
        ["2026-03-09T03:30"]
    );
    let feed = include_str!("../../../../fuzz/corpus/calendar/zone");
    let busy = ask(
        feed.as_bytes(),
        "2026-01-01T00:00:00Z",
        "2027-01-01T00:00:00Z",
    );
    assert_eq!(busy.problems, []);
    let [block] = busy.blocks[..] else { panic!() };
    assert_eq!(texts(&busy), ["2026-10-24T23:30"]);
    assert_eq!(block.span.to.0 - block.span.from.0, 210);
}

#[test]
fn what_is_not_understood_is_said_with_its_line_and_what_is_known_still_blocks() {
    let at = "DTSTART:20260309T090000Z\n";
    type Case = (String, usize, &'static [(u32, Trouble)]);
    let cases: [Case; 9] = [
        (
            format!("{at}DURATION:PT1H\nRRULE:FREQ=SOMETIMES"),
            298,
            &[(5, Trouble::Rule)],
        ),
        (
            format!("{at}DURATION:PT1H\nRRULE:FREQ=DAILY;BYMONTHDAY=300"),
            298,
            &[(5, Trouble::RulePart)],
        ),
        (
            format!("{at}DURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2;X-Y=1"),
            2,
            &[(5, Trouble::RulePart)],
        ),
        (
            format!("{at}DURATION:PT1H\nRRULE:RSCALE=HEBREW;FREQ=DAILY"),
            1,
            &[(5, Trouble::Calendar)],
        ),
        (format!("{at}DURATION:an hour"), 1, &[(4, Trouble::End)]),
        (
            format!("{at}DTEND:20260309T080000Z"),
            1,
            &[(2, Trouble::EndsBefore)],
        ),
        (
            format!("{at}DURATION:PT1H\nRDATE:soon\nEXDATE:later"),
            1,
            &[(5, Trouble::Addition), (6, Trouble::Exception)],
        ),
        ("DTSTART:Monday".to_owned(), 0, &[(3, Trouble::Start)]),
        (
            format!("{at}DURATION:PT1H\nno line at all"),
            1,
            &[(5, Trouble::Line)],
        ),
    ];
    for (event, blocking, expected) in cases {
        let busy = blocks(&event);
        assert_eq!(
            (troubles(&busy).as_slice(), busy.blocks.len()),
            (expected, blocking),
            "{event}"
        );
    }
}

#[test]
fn latin_1_old_line_ends_and_broken_nesting_are_read_with_a_word() {
    let feed = b"BEGIN:VCALENDAR\rBEGIN:VEVENT\rSUMMARY:\xe9t\xe9\rDTSTART:20260309T\r 090000Z\rDURATION:PT1H\rEND:VCALENDAR\r";
    let busy = ask(feed, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
    assert_eq!(texts(&busy), ["2026-03-09T09:00"]);
    assert_eq!(
        troubles(&busy),
        [(3, Trouble::NotUtf8), (7, Trouble::Nesting)]
    );
}

#[test]
fn endless_rules_are_cut_short_and_the_rest_is_busy() {
    let secondly = blocks("DTSTART:20260101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY");
    assert_eq!(troubles(&secondly), [(2, Trouble::TooOften)]);
    let year = Span::new(secondly.blocks[0].span.from, Minute(29_979_360));
    assert!(secondly.spans().covers(year));
    // The same from long ago is not counted through, nor is one that never comes.
    assert_eq!(
        starts(
            "DTSTART:19700101T000000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY;UNTIL=20251231T000000Z"
        )
        .len(),
        0
    );
    assert_eq!(
        starts(
            "DTSTART:20200101T000000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"
        )
        .len(),
        0
    );
    assert_eq!(
        starts("DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30").len(),
        0
    );
    let deep = "BEGIN:A\n".repeat(20_000) + &"END:B\n".repeat(20_000);
    assert!(
        ask(
            deep.as_bytes(),
            "2026-01-01T00:00:00Z",
            "2027-01-01T00:00:00Z"
        )
        .problem_count
            > 20_000
    );
}

#[test]
fn rules_and_zones_made_to_take_long_share_what_one_feed_is_given() {
    let all = |from: u32, to: u32| {
        let all: Vec<String> = (from..to).map(|number| number.to_string()).collect();
        all.join(",")
    };
    let (hours, minutes) = (all(0, 24), all(0, 60));
    let rule = format!("FREQ=YEARLY;BYHOUR={hours};BYMINUTE={minutes};BYSECOND={minutes};BYDAY=MO");
    let mut feed = String::from("BEGIN:VCALENDAR\n");
    for number in 0..300 {
        let part = format!("DTSTART:19700101T000000\nTZOFFSETTO:+0100\nRRULE:{rule}\n");
        feed += &format!("BEGIN:VTIMEZONE\nTZID:{number}\nBEGIN:STANDARD\n{part}END:STANDARD\n");
        feed += &format!("END:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;TZID={number}:20260504T090000\n");
        feed += &format!("DURATION:PT1H\nRRULE:{rule}\nEND:VEVENT\n");
    }
    feed += "END:VCALENDAR";
    // Without a limit these are fifty million times of day, and two thousand million instances.
    let busy = ask(
        feed.as_bytes(),
        "2026-01-01T00:00:00Z",
        "2027-01-01T00:00:00Z",
    );
    assert!(busy.problem_count > 300);
    let after = Span::new(busy.blocks[0].span.to, Minute(29_979_360));
    assert!(busy.spans().covers(after));
}

#[test]
fn a_question_or_feed_that_makes_no_sense_is_refused() {
    let within = Span::new(Minute(0), Minute(60));
    let ask = |feed: &[u8], within, zone| read(feed, &Question { within, zone });
    assert_eq!(ask(b"hello", within, "UTC"), Err(Unreadable::NotACalendar));
    assert_eq!(ask(b"", within, "Nowhere/Land"), Err(Unreadable::Zone));
    assert_eq!(
        ask(&vec![b' '; LARGEST_FEED + 1], within, "UTC"),
        Err(Unreadable::TooLarge)
    );
    for to in [0, LONGEST_QUESTION + 1] {
        let within = Span::new(Minute(0), Minute(to));
        assert_eq!(ask(b"", within, "UTC"), Err(Unreadable::Question));
    }
}
