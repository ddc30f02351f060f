//! No odd line frees a time that the clean feed blocks.

use proptest::prelude::*;

use super::*;

const CLEAN: &str = "BEGIN:VCALENDAR
VERSION:2.0
X-WR-TIMEZONE:America/Chicago
BEGIN:VTIMEZONE
TZID:Clinic Time
BEGIN:STANDARD
DTSTART:20251102T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0600
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20260308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0600
TZOFFSETTO:-0500
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:1
DTSTART;TZID=Clinic Time:20260504T093000
DTEND;TZID=Clinic Time:20260504T100000
RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE
EXDATE;TZID=Clinic Time:20260506T093000
RDATE;TZID=Clinic Time:20260508T093000
END:VEVENT
BEGIN:VEVENT
UID:1
RECURRENCE-ID;TZID=Clinic Time:20260512T093000
DTSTART;TZID=Clinic Time:20260512T150000
DURATION:PT1H
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20260513T160000
DURATION:PT45M
END:VEVENT
BEGIN:VFREEBUSY
FREEBUSY:20260514T160000Z/PT1H,20260515T160000Z/20260515T170000Z
END:VFREEBUSY
END:VCALENDAR";

fn spans(feed: &str) -> SpanSet {
    ask(
        feed.as_bytes(),
        "2026-04-01T00:00:00Z",
        "2026-07-01T00:00:00Z",
    )
    .spans()
}

/// What of the clean feed is free in an odd one.
fn freed(odd: &str) -> Vec<String> {
    let mut clean = spans(CLEAN);
    clean.remove(&spans(odd));
    clean
        .spans()
        .iter()
        .map(|span| span.from.timestamp().to_string())
        .collect()
}

/// A line that is odd, and says nothing that could free a time.
fn odd_line() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "RRULE",
        "RDATE",
        "EXDATE",
        "EXRULE",
        "DTSTAMP",
        "TRANSP",
        "STATUS",
        "TZID2",
        "X-ODD",
        "X-MICROSOFT-CDO-BUSYSTATUS",
        "COMMENT",
        "SEQUENCE",
        "CLASS",
    ]);
    let param = prop::sample::select(vec!["", ";X=1", ";TZID=", ";VALUE=", ";;", ";TZID=\"x"]);
    // No digits: a sound date after EXDATE would rightly take an instance out.
    let value = "[-a-zA-Z \":;,=\\\\/+.#%]{0,12}";
    (name, param, value).prop_map(|(name, param, value)| format!("{name}{param}:{value}"))
}

/// A word that rightly frees.
fn frees(line: &str) -> bool {
    let line = line.to_ascii_uppercase();
    ["FREE", "TRANSPARENT", "CANCEL"]
        .iter()
        .any(|word| line.contains(word))
}

proptest! {
    #[test]
    fn an_odd_line_more_frees_nothing(line in odd_line(), at in 1_usize..50) {
        prop_assume!(!frees(&line));
        let mut lines: Vec<&str> = CLEAN.lines().collect();
        let at = at.min(lines.len() - 1);
        lines.insert(at, &line);
        let odd = lines.join("\r\n");
        prop_assert_eq!(freed(&odd), Vec::<String>::new(), "{}", odd);
    }

    #[test]
    fn an_odd_byte_in_a_line_of_times_frees_nothing_but_what_it_moves(
        place in 0_usize..45, odd in prop::sample::select(vec!['x', ' ', ';', '"', '\\', '-', '?']),
    ) {
        // In the end of the event and in what is added; a start that moves is another start.
        for name in ["DTEND;", "DURATION:", "EXDATE;", "VERSION", "X-WR-CALNAME"] {
            let changed = CLEAN.lines().map(|line| {
                let mut line = line.to_owned();
                if line.starts_with(name) && place < line.len() && place >= name.len() {
                    line.replace_range(place..place + 1, &odd.to_string());
                }
                line
            });
            let odd = changed.collect::<Vec<_>>().join("\n");
            // What EXDATE no longer excepts is busy, and a changed zone of an end takes the rest of the day.
            prop_assert_eq!(freed(&odd), Vec::<String>::new(), "{}", odd);
        }
    }
}
