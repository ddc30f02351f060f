//! Zones: whose clock a time is read on, and what a feed says about its own zones.

use super::*;

fn feed(text: &str) -> Busy {
    let feed = format!("BEGIN:VCALENDAR\n{text}\nEND:VCALENDAR\n");
    ask(
        feed.as_bytes(),
        "2026-01-01T00:00:00Z",
        "2027-01-01T00:00:00Z",
    )
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT")
}

/// An hour at nine on 4 May in a zone that the feed defines, as starts in UTC.
fn in_zone(id: &str, parts: &str) -> (Vec<String>, Vec<(u32, Trouble)>) {
    let zone = format!("BEGIN:VTIMEZONE\nTZID:{id}\n{parts}\nEND:VTIMEZONE");
    let nine = event(&format!(
        "DTSTART;TZID=\"{id}\":20260504T090000\nDURATION:PT1H"
    ));
    let busy = feed(&format!("{zone}\n{nine}"));
    (texts(&busy), troubles(&busy))
}

#[test]
fn a_time_without_a_zone_belongs_to_its_event() {
    let series = "DTSTART;TZID=Europe/Berlin:20260504T100000\nRRULE:FREQ=DAILY;COUNT=3\n";
    let first = ["2026-05-04T08:00", "2026-05-05T08:00", "2026-05-06T08:00"];
    let end = |end: &str| feed(&event(&format!("{series}{end}")));
    let busy = end("DTEND:20260504T110000");
    assert_eq!(texts(&busy), first);
    assert_eq!(busy.blocks[0].span.to.0 - busy.blocks[0].span.from.0, 60);
    assert_eq!(
        texts(&end("DURATION:PT1H\nEXDATE:20260505T100000")),
        [first[0], first[2]]
    );
    assert_eq!(
        texts(&end("DURATION:PT1H\nRDATE:20260511T120000")),
        [first[0], first[1], first[2], "2026-05-11T10:00"]
    );
    assert_eq!(
        texts(&end(
            "DURATION:PT1H\nRDATE;VALUE=PERIOD:20260511T120000/20260511T123000"
        ))[3],
        "2026-05-11T10:00"
    );
    // A zone at the end is the zone of the start too.
    let start = event("DTSTART:20260504T100000\nDTEND;TZID=Europe/Berlin:20260504T110000");
    assert_eq!(texts(&feed(&start)), ["2026-05-04T08:00"]);
}

#[test]
fn a_changed_instance_without_a_zone_belongs_to_its_series() {
    let series = "UID:1\nDTSTART;TZID=Europe/Berlin:20260504T200000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3";
    let moved = ["2026-05-04T18:00", "2026-05-05T16:00", "2026-05-06T18:00"];
    for change in [
        "DTSTART;TZID=Europe/Berlin:20260505T180000",
        "DTSTART:20260505T180000",
        "DTSTART:20260505T160000Z",
        "DTSTART;TZID=America/New_York:20260505T120000",
    ] {
        let change = event(&format!(
            "UID:1\nRECURRENCE-ID:20260505T200000\n{change}\nDURATION:PT1H"
        ));
        // The change may stand before its series.
        for text in [
            format!("{}\n{change}", event(series)),
            format!("{change}\n{}", event(series)),
        ] {
            assert_eq!(texts(&feed(&text)), moved, "{text}");
        }
    }
}

#[test]
fn the_zone_of_the_calendar_is_that_of_its_floating_times_and_not_of_its_days() {
    let floating = event("DTSTART:20260303T140000\nDURATION:PT1H");
    for (name, start) in [
        ("X-WR-TIMEZONE:Europe/Amsterdam", "2026-03-03T13:00"),
        ("X-WR-TIMEZONE:\"Europe/Amsterdam\"", "2026-03-03T13:00"),
        ("X-WR-TIMEZONE:W. Europe Standard Time", "2026-03-03T13:00"),
        ("X-WR-TIMEZONE:UTC", "2026-03-03T14:00"),
        ("TIMEZONE-ID:Europe/Amsterdam", "2026-03-03T13:00"),
        ("TZ:+0100", "2026-03-03T13:00"),
        ("X-WR-TIMEZONE:", "2026-03-03T19:00"),
        ("X-WR-CALNAME:Floating", "2026-03-03T19:00"),
    ] {
        let busy = feed(&format!("{name}\n{floating}"));
        assert_eq!(texts(&busy), [start], "{name}");
        assert_eq!(busy.problems, [], "{name}");
    }
    let unknown = feed(&format!("X-WR-TIMEZONE:Nowhere\n{floating}"));
    assert_eq!(texts(&unknown), ["2026-03-03T19:00"]);
    assert_eq!(troubles(&unknown), [(2, Trouble::Zone)]);
    let day = event("DTSTART;VALUE=DATE:20260303");
    let days = feed(&format!("X-WR-TIMEZONE:Europe/Amsterdam\n{day}"));
    assert_eq!(texts(&days), ["2026-03-03T05:00"]);
    // Each calendar of a feed has its own.
    let two = format!(
        "X-WR-TIMEZONE:Europe/Amsterdam\n{floating}\nEND:VCALENDAR\nBEGIN:VCALENDAR\n{floating}"
    );
    assert_eq!(texts(&feed(&two)), ["2026-03-03T13:00", "2026-03-03T19:00"]);
}

#[test]
fn what_the_feed_defines_goes_before_a_name_that_is_not_ianas() {
    let phoenix = "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:-0700\nTZOFFSETTO:-0700\nEND:STANDARD";
    for id in [
        "Mountain Standard Time",
        "EST",
        "GMT",
        "Romance Standard Time",
    ] {
        let expected = (vec!["2026-05-04T16:00".to_owned()], vec![]);
        assert_eq!(in_zone(id, phoenix), expected, "{id}");
    }
    for id in ["Europe/Vienna", "/mozilla.org/20050126_1/Europe/Vienna"] {
        let expected = (vec!["2026-05-04T07:00".to_owned()], vec![]);
        assert_eq!(in_zone(id, phoenix), expected, "{id}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn a_line_missing_or_odd_in_a_zone_leaves_the_rest_of_it() {
    let summer =
        "BEGIN:DAYLIGHT\nDTSTART:20260308T020000\nTZOFFSETFROM:-600\nTZOFFSETTO:-500\nEND:DAYLIGHT";
    let winter =
        "BEGIN:STANDARD\nDTSTART:20251102T020000\nTZOFFSETFROM:-500\nTZOFFSETTO:-600\nEND:STANDARD";
    let central = format!("{winter}\n{summer}");
    let rules = central
        .replace(
            "20260308T020000",
            "16010101T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        )
        .replace(
            "20251102T020000",
            "16010101T020000\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
        );
    for (parts, is_said) in [
        (central.clone(), false),
        (rules.clone(), false),
        (central.replace("-500", "-05").replace("-600", "-6"), false),
        (
            central
                .replace("-500", "-05:00")
                .replace("-600", "-06:00:00"),
            false,
        ),
        (
            central.replace("-500", "GMT-0500").replace("-600", "UTC-6"),
            false,
        ),
        (rules.replace("TZOFFSETFROM:-500\n", ""), true),
        (
            rules.replace("TZOFFSETFROM:-600\n", "TZOFFSETFROM:soon\n"),
            true,
        ),
        (rules.replace("TZOFFSETTO:-600\n", ""), true),
        (
            rules.replace("TZOFFSETTO:-500\n", "TZOFFSETTO:later\n"),
            true,
        ),
        (
            rules
                .replace("TZOFFSETFROM:-500\n", "")
                .replace("TZOFFSETFROM:-600\n", ""),
            true,
        ),
        (
            rules.replace("DTSTART:16010101T020000\n", "DTSTART:once\n"),
            true,
        ),
        (rules.replace("BYDAY=2SU", "BYDAY=2SU;FOO=1"), true),
        (rules.replace("FREQ=YEARLY", "FREQ=EVERY"), true),
        (rules.replace("BYDAY=1SU", "BYDAY=1SU;UNTIL=never"), true),
        (
            format!("{rules}\nBEGIN:STANDARD\nTZNAME:odd\nEND:STANDARD"),
            true,
        ),
        (format!("X-ODD\n{rules}"), true),
    ] {
        let (starts, troubles) = in_zone("Clinic Time", &parts);
        assert_eq!(starts, ["2026-05-04T14:00"], "{parts}");
        assert_eq!(!troubles.is_empty(), is_said, "{parts}: {troubles:?}");
    }
    let fifth = rules.replace("BYMONTH=11;BYDAY=1SU", "BYMONTH=10;BYDAY=5SU");
    let expected = (vec!["2026-05-04T14:00".to_owned()], vec![]);
    assert_eq!(in_zone("Clinic Time", &fifth), expected);
}

#[test]
fn a_zone_without_a_usable_definition_is_known_by_its_name() {
    for (id, parts) in [
        (
            "(UTC+10:00) Brisbane",
            "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETTO:+1000\nEND:STANDARD",
        ),
        ("Brisbane", "TZOFFSETTO:+1000"),
        ("Brisbane GMT+1000", "X-NOTHING:1"),
        ("UTC+10", "X-NOTHING:1"),
        ("GMT+1000", "X-NOTHING:1"),
        ("(GMT+10.00) Brisbane", "X-NOTHING:1"),
        ("E. Australia Standard Time", "X-NOTHING:1"),
        (
            "e. australia standard time",
            "BEGIN:STANDARD\nTZNAME:odd\nEND:STANDARD",
        ),
        ("+10:00", "X-NOTHING:1"),
        ("Custom", "X-LIC-LOCATION:Australia/Brisbane"),
    ] {
        let (starts, _) = in_zone(id, parts);
        assert_eq!(starts, ["2026-05-03T23:00"], "{id}");
    }
    for id in [
        "GMT+10:00",
        "'Australia/Brisbane'",
        "\"E. Australia Standard Time\"",
        "(UTC+10:00) Brisbane",
        "australia/brisbane",
        "/freeassociation.sourceforge.net/Tzfile/Australia/Brisbane",
    ] {
        let event = format!("DTSTART;TZID={id}:20260504T090000\nDURATION:PT1H");
        assert_eq!(starts(&event), ["2026-05-03T23:00"], "{id}");
    }
    for id in [
        "Eastern Standard Time",
        "Eastern Daylight Time",
        "Eastern Time",
        "eastern daylight time",
        "EDT",
        ":US/Eastern",
        "America/New York",
    ] {
        let event = format!("DTSTART;TZID={id}:20260504T090000\nDURATION:PT1H");
        assert_eq!(starts(&event), ["2026-05-04T13:00"], "{id}");
    }
    let escaped = "BEGIN:VTIMEZONE\nTZID:\"Clinic\\, West\"\nBEGIN:STANDARD\nTZOFFSETTO:-0800\nTZOFFSETFROM:-0800\nDTSTART:19700101T000000\nEND:STANDARD\nEND:VTIMEZONE";
    let nine = event("DTSTART;TZID=\"Clinic, West\":20260504T090000\nDURATION:PT1H");
    assert_eq!(
        texts(&feed(&format!("{escaped}\n{nine}"))),
        ["2026-05-04T17:00"]
    );
}
