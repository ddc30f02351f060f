//! Values: times, durations and lines as programs really write them.

use super::*;

#[test]
fn a_time_is_read_however_it_is_written() {
    for text in [
        "20261201T140000Z",
        "20261201T140000.000Z",
        "20261201T140000000Z",
        "20261201T1400Z",
        "20261201T14Z",
        "2026-12-01T14:00:00Z",
        "2026-12-01T14:00:00.123Z",
        "2026-12-01T14:00Z",
        "2026-12-01 14:00:00Z",
        "2026-12-01T09:00:00-05:00",
        "2026-12-01T09:00:00-0500",
        "20261201T090000-0500",
        "20261201T150000+01",
        "2026-12-01T15:00:00.000+01:00",
        "20261201T140000 UTC",
        "20261201T090000",
        "2026-12-01T09:00:00",
        "20261201090000",
        "\"20261201T140000Z\"",
        " 20261201T140000Z ",
        "1796133600",
        "1796133600000",
    ] {
        let event = format!("DTSTART:{text}\nDURATION:PT1H");
        assert_eq!(starts(&event), ["2026-12-01T14:00"], "{text}");
        let event = format!("DTSTART:20261201T083000\nDTEND:{text}");
        assert_eq!(blocks(&event).spans().spans()[0].to.0, 29_935_560, "{text}");
    }
}

#[test]
fn an_offset_says_when_and_the_zone_on_which_clock_the_next_ones_are() {
    let event = "DTSTART;TZID=America/New_York:2026-10-30T09:00:00-04:00\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2";
    assert_eq!(starts(event), ["2026-10-30T13:00", "2026-11-06T14:00"]);
    // Late on Monday there is Tuesday in UTC.
    let event =
        "DTSTART:2026-05-04T22:00:00-05:00\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2";
    assert_eq!(starts(event), ["2026-05-05T03:00", "2026-05-12T03:00"]);
}

#[test]
fn a_start_that_is_nearly_a_time_blocks_its_day() {
    for start in [
        "DTSTART:20260504T256100",
        "DTSTART:2026-05-04Tnoon",
        "DTSTART;TZID=America/New_York:20260504T9",
        "DTEND:20260504T100000",
        "DTSTART:today\nDTEND:20260504T100000",
    ] {
        let busy = blocks(start);
        assert_eq!(texts(&busy), ["2026-05-04T04:00"], "{start}");
        assert_eq!(busy.blocks[0].span.to.0 - busy.blocks[0].span.from.0, 1440);
        assert_eq!(busy.problems[0].trouble, Trouble::Start, "{start}");
    }
    let series = blocks("DTSTART:20260504T256100\nRRULE:FREQ=WEEKLY;COUNT=3");
    assert_eq!(series.blocks.len(), 3);
}

#[test]
fn an_added_day_of_a_series_of_times_is_at_its_time_and_an_added_time_of_days_is_its_day() {
    let times = "DTSTART;TZID=Europe/Vienna:20260406T100000\nDURATION:PT1H\n";
    for added in [
        "RDATE;VALUE=DATE:20260420",
        "RDATE:20260420",
        "RDATE:2026-04-20",
    ] {
        assert_eq!(
            starts(&format!("{times}{added}")),
            ["2026-04-06T08:00", "2026-04-20T08:00"],
            "{added}"
        );
    }
    let series = format!("{times}RRULE:FREQ=DAILY;COUNT=2\n");
    assert_eq!(
        starts(&format!("{series}EXDATE;VALUE=DATE:20260407")),
        ["2026-04-06T08:00"]
    );
    let days = "DTSTART;VALUE=DATE:20260406\nRRULE:FREQ=DAILY;COUNT=3\n";
    assert_eq!(
        starts(&format!("{days}RDATE:20260420T000000"))
            .last()
            .unwrap(),
        "2026-04-20T04:00"
    );
    // Midnight of the 7th in New York is written in UTC.
    for except in [
        "20260407T000000",
        "20260407T040000Z",
        "20260407T000000Z",
        "20260407",
    ] {
        assert_eq!(
            starts(&format!("{days}EXDATE:{except}")),
            ["2026-04-06T04:00", "2026-04-08T04:00"],
            "{except}"
        );
    }
    let odd = blocks(&format!("{times}RDATE:20260420T99"));
    assert_eq!(
        odd.spans().spans()[1].to.0 - odd.spans().spans()[1].from.0,
        1440
    );
    assert_eq!(troubles(&odd), [(5, Trouble::Addition)]);
}

#[test]
fn lists_of_times_may_be_escaped_or_put_together_with_semicolons() {
    let series = "DTSTART:20260504T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4\n";
    for except in [
        "EXDATE:20260505T090000Z,20260506T090000Z",
        "EXDATE:20260505T090000Z;20260506T090000Z",
        "EXDATE:20260505T090000Z\\,20260506T090000Z",
        "EXDATE:20260505T090000Z, 2026-05-06T09:00:00Z,",
        "EXDATE:20260505T090000Z\nEXDATE:20260506T090000Z",
    ] {
        assert_eq!(
            starts(&format!("{series}{except}")),
            ["2026-05-04T09:00", "2026-05-07T09:00"],
            "{except}"
        );
    }
}

#[test]
fn durations_and_ends_are_read_however_they_are_written_and_odd_ones_take_the_rest_of_the_day() {
    let length = |line: &str| {
        let busy = blocks(&format!("DTSTART:20260504T200000\n{line}"));
        let span = busy.blocks[0].span;
        (span.to.0 - span.from.0, busy.problems.len())
    };
    for line in [
        "DURATION:PT1H30M",
        "DURATION:PT90M",
        "DURATION:PT5400S",
        "DURATION:pt1h30m",
        "DURATION:+PT1H30M",
        "DURATION:PT01H30M00S",
        "DURATION:P0DT1H30M",
        "DURATION:P1H30M",
        "DURATION:PT1H30M0.000S",
        "DTEND:20260504T213000",
        "DTEND:2026-05-04T21:30:00",
    ] {
        assert_eq!(length(line), (90, 0), "{line}");
    }
    assert_eq!(length("DTEND;VALUE=DATE:20260504"), (240, 0));
    assert_eq!(length("DTEND:soon\nDURATION:PT1H"), (60, 1));
    for line in [
        "DTEND:20260504T190000",
        "DTEND:20260503T190000",
        "DTEND:soon",
        "DURATION:PT",
        "DURATION:-PT1H",
        "DURATION:an hour",
    ] {
        assert_eq!(length(line), (240, 1), "{line}");
    }
}

#[test]
fn the_periods_of_a_busy_list_block_and_odd_ones_take_the_rest_of_their_day() {
    let list = |lines: &str| {
        let feed =
            format!("BEGIN:VCALENDAR\nBEGIN:VFREEBUSY\n{lines}\nEND:VFREEBUSY\nEND:VCALENDAR");
        let busy = ask(
            feed.as_bytes(),
            "2026-01-01T00:00:00Z",
            "2027-01-01T00:00:00Z",
        );
        let lengths = busy
            .blocks
            .iter()
            .map(|one| one.span.to.0 - one.span.from.0);
        (lengths.collect::<Vec<_>>(), busy.problems.len())
    };
    for line in [
        "FREEBUSY:20260504T200000Z/PT1H",
        "FREEBUSY:20260504T200000Z/20260504T210000Z",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:2026-05-04T20:00:00Z/2026-05-04T21:00:00Z",
        "FREEBUSY;FBTYPE=X-ODD:20260504T160000-0400/20260504T210000Z",
        "DTSTART;TZID=America/New_York:20260504T000000\nFREEBUSY:20260504T160000/PT1H",
        "FREEBUSY;FBTYPE=FREE:20260505T200000Z/PT1H\nFREEBUSY:20260504T200000Z/PT1H",
    ] {
        assert_eq!(list(line), (vec![60], 0), "{line}");
    }
    for line in [
        "FREEBUSY:20260504T200000Z/soon",
        "FREEBUSY:20260504T200000Z/20260504T190000Z",
        "FREEBUSY:20260504T200000Z/",
        "FREEBUSY:20260504T200000Z",
    ] {
        assert_eq!(list(line), (vec![240], 1), "{line}");
    }
}

#[test]
fn lines_are_unfolded_before_they_become_text() {
    let lines = [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "SUMMARY:Gespräch über Zürich \u{1f600}",
        "DTSTART:20260504T090000Z",
        "DURATION:PT1H",
        "END:VEVENT",
        "END:VCALENDAR",
    ];
    for end in ["\r\n", "\n", "\r", "\r\r\n"] {
        for fold in [" ", "\t"] {
            // Each line is cut after every third byte, wherever that is.
            let mut feed: Vec<u8> = b"\xef\xbb\xbf".to_vec();
            for line in lines {
                let mut cuts = line.as_bytes().chunks(3).peekable();
                while let Some(cut) = cuts.next() {
                    feed.extend_from_slice(cut);
                    feed.extend_from_slice(end.as_bytes());
                    if cuts.peek().is_some() {
                        feed.extend_from_slice(fold.as_bytes());
                    }
                }
            }
            let busy = ask(&feed, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
            assert_eq!(texts(&busy), ["2026-05-04T09:00"]);
            assert_eq!(busy.problems, []);
        }
    }
    let text = lines.join("\r\n");
    for (mark, bytes) in [
        (
            [0xff, 0xfe],
            text.encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<_>>(),
        ),
        (
            [0xfe, 0xff],
            text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ),
    ] {
        let feed = [&mark[..], &bytes].concat();
        let busy = ask(&feed, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
        assert_eq!((texts(&busy).len(), busy.problems.len()), (1, 0));
    }
}

#[test]
fn a_line_that_loses_its_zone_to_the_time_is_put_right() {
    for line in [
        "DTSTART;TZID=(UTC-05:00) Eastern Time (US & Canada):20260504T090000",
        "DTSTART;TZID=\"(UTC-05:00) Eastern Time (US & Canada)\":20260504T090000",
        "DTSTART;TZID=\"America/New_York:20260504T090000",
        "DTSTART:TZID=America/New_York:20260504T090000",
        "DTSTART;VALUE=DATE-TIME;TZID=GMT-04:00:20260504T090000",
        "DTSTART;TZID=GMT-04:00:2026-05-04T09:00:00",
    ] {
        assert_eq!(
            starts(&format!("{line}\nDURATION:PT1H")),
            ["2026-05-04T13:00"],
            "{line}"
        );
    }
}
