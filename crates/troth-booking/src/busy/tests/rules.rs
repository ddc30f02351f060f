//! Rules as programs really write them: one odd part never takes the others along.

use super::*;

/// What an event blocks that comes round by a rule, on Monday 4 May 2026 at 9:30 for half an hour.
fn by_rule(rule: &str) -> Busy {
    blocks(&format!(
        "DTSTART;TZID=America/New_York:20260504T093000\nDURATION:PT30M\nRRULE:{rule}"
    ))
}

/// Says that two rules block the same, and whether something is said about the first.
fn same(odd: &str, clean: &str, is_said: bool) {
    let (odd_busy, clean_busy) = (by_rule(odd), by_rule(clean));
    assert!(clean_busy.problems.is_empty(), "{clean}");
    assert!(clean_busy.blocks.len() > 1, "{clean}");
    assert_eq!(texts(&odd_busy), texts(&clean_busy), "{odd}");
    assert_eq!(!odd_busy.problems.is_empty(), is_said, "{odd}");
}

#[test]
fn an_odd_spelling_of_a_rule_means_what_it_says() {
    let workdays = "FREQ=WEEKLY;UNTIL=20260515T133000Z;BYDAY=MO,TU,WE,TH,FR";
    for odd in [
        "freq=weekly;until=20260515t133000z;byday=mo,tu,we,th,fr",
        " FREQ = WEEKLY ; UNTIL = 20260515T133000Z ; BYDAY = MO, TU, WE, TH, FR ; ",
        "FREQ=WEEKLY;UNTIL=20260515T133000Z;BYDAY=\"MO,TU,WE,TH,FR\"",
        "\"FREQ=WEEKLY;UNTIL=20260515T133000Z;BYDAY=MO,TU,WE,TH,FR\"",
        "FREQ=WEEKLY;UNTIL=20260515T133000Z;BYDAY='MO','TU','WE','TH','FR'",
        "FREQ=WEEKLY;UNTIL=20260515T133000Z;BYDAY=MO,TU,WE,TH,FR,",
        "FREQ=WEEKLY;UNTIL=20260515T133000Z;BYDAY=MONDAY,Tuesday,Wed,Thurs,FRIDAY",
        "FREQ=WEEKLY;UNTIL=20260515T133000Z;BYDAY=MO;BYDAY=TU;BYDAY=WE,TH,FR",
        "FREQ=WEEKLY;UNTIL=2026-05-15T13:30:00Z;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY;UNTIL=2026-05-15T13:30:00.000Z;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY;UNTIL=2026-05-15T09:30:00-04:00;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY;UNTIL=20260515T093000;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY;UNTIL=20260515;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY;UNTIL=2026-05-15;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY;UNTIL=20260515T;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY\\;UNTIL=20260515T133000Z\\;BYDAY=MO\\,TU\\,WE\\,TH\\,FR",
        "FREQ=WEEKLY,UNTIL=20260515T133000Z,BYDAY=MO,TU,WE,TH,FR",
        "RRULE:FREQ=WEEKLY;UNTIL=20260515T133000Z;BYDAY=MO,TU,WE,TH,FR",
        "BYDAY=MO,TU,WE,TH,FR;UNTIL=20260515T133000Z;FREQ=WEEKLY",
        "FREQ=WEEKLY;UNTIL=20260515T133000Z;BYDAY=MO TU WE TH FR",
        "FREQ=WEEKLY;UNTIL=20260515T133000Z;BYDAY=MO;TU;WE;TH;FR",
        "FREQ=WEEKLY;UNTIL=20260515T133000Z;INTERVAL=1.0;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY;UNTIL=20260515T133000Z;INTERVAL=+1;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY;COUNT=10.0;BYDAY=MO,TU,WE,TH,FR",
    ] {
        same(odd, workdays, false);
    }
}

#[test]
fn a_part_that_cannot_be_read_drops_the_part_and_not_the_rule() {
    for (part, clean) in [
        ("INTERVAL=0", "FREQ=WEEKLY;COUNT=4"),
        ("INTERVAL=-1", "FREQ=WEEKLY;COUNT=4"),
        ("INTERVAL=", "FREQ=WEEKLY;COUNT=4"),
        ("INTERVAL=undefined", "FREQ=WEEKLY;COUNT=4"),
        ("INTERVAL=99999999999", "FREQ=WEEKLY;COUNT=4"),
        ("BYDAY=", "FREQ=WEEKLY;COUNT=4"),
        ("BYDAY=XX", "FREQ=WEEKLY;COUNT=4"),
        ("BYDAY=[object Object]", "FREQ=WEEKLY;COUNT=4"),
        ("BYDAY=WE,XX", "FREQ=WEEKLY;COUNT=4;BYDAY=WE"),
        ("WKST=XX", "FREQ=WEEKLY;COUNT=4"),
        ("WKST=", "FREQ=WEEKLY;COUNT=4"),
        ("WKST=1", "FREQ=WEEKLY;COUNT=4"),
        ("BYMONTHDAY=0", "FREQ=WEEKLY;COUNT=4"),
        ("BYMONTHDAY=300", "FREQ=WEEKLY;COUNT=4"),
        ("BYMONTH=13", "FREQ=WEEKLY;COUNT=4"),
        ("BYMONTH=13,5", "FREQ=WEEKLY;COUNT=4;BYMONTH=5"),
        ("BYHOUR=24", "FREQ=WEEKLY;COUNT=4"),
        ("BYMINUTE=-1", "FREQ=WEEKLY;COUNT=4"),
        ("BYSETPOS=2", "FREQ=WEEKLY;COUNT=4"),
        ("BYSETPOS=0", "FREQ=WEEKLY;COUNT=4"),
        ("RSCALE=", "FREQ=WEEKLY;COUNT=4"),
        ("SKIP=MAYBE", "FREQ=WEEKLY;COUNT=4"),
        ("X-FOO=1", "FREQ=WEEKLY;COUNT=4"),
        ("what is this", "FREQ=WEEKLY;COUNT=4"),
    ] {
        same(&format!("FREQ=WEEKLY;{part};COUNT=4"), clean, true);
    }
    // Without its end a rule goes on: in doubt, busy.
    for part in [
        "COUNT=0",
        "COUNT=-1",
        "COUNT=many",
        "UNTIL=never",
        "UNTIL=",
        "COUNT=",
    ] {
        same(&format!("FREQ=WEEKLY;{part}"), "FREQ=WEEKLY", true);
    }
    same("FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY", true);
    same("FREQ=MONTHLY;BYDAY=6MO", "FREQ=MONTHLY;BYDAY=MO", true);
    // An end on a day that there is not is the day before it.
    same(
        "FREQ=DAILY;UNTIL=20260631T000000Z",
        "FREQ=DAILY;UNTIL=20260630",
        false,
    );
}

#[test]
fn a_rule_that_does_not_say_how_often_comes_round_as_its_other_parts_do() {
    for (odd, clean) in [
        ("FREQ=WEEKLY,", "FREQ=WEEKLY"),
        ("FREQ=\"WEEKLY\"", "FREQ=WEEKLY"),
    ] {
        same(odd, clean, false);
    }
    for (odd, clean) in [
        ("FREQ=WEEK;COUNT=3", "FREQ=WEEKLY;COUNT=3"),
        ("FREQ=FORTNIGHTLY", "FREQ=WEEKLY"),
        ("FREQ=ANNUALLY;BYMONTH=5,9", "FREQ=YEARLY;BYMONTH=5,9"),
        ("FRQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;BYDAY=MO"),
        (
            "BYDAY=MO,WE;INTERVAL=2",
            "FREQ=WEEKLY;BYDAY=MO,WE;INTERVAL=2",
        ),
        ("FREQ=;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=1MO"),
        ("FREQ=;BYMONTHDAY=4", "FREQ=MONTHLY;BYMONTHDAY=4"),
        ("FREQ=FOO;INTERVAL=3;COUNT=4", "FREQ=DAILY"),
        ("every day", "FREQ=DAILY"),
        ("gibberish", "FREQ=DAILY"),
    ] {
        same(odd, clean, true);
    }
    for nothing in ["", "NONE", "undefined", "FREQ=NONE"] {
        let busy = by_rule(nothing);
        assert_eq!(busy.blocks.len(), 1, "{nothing}");
        assert_eq!(troubles(&busy), [(5, Trouble::RulePart)], "{nothing}");
    }
}

#[test]
fn rules_of_the_old_calendar_format_come_round() {
    for (old, clean) in [
        ("D1 #10", "FREQ=DAILY;COUNT=10"),
        (
            "D2 20260601T000000Z",
            "FREQ=DAILY;INTERVAL=2;UNTIL=20260601T000000Z",
        ),
        ("d1 #0", "FREQ=DAILY"),
        (
            "D1 0900 1500 #6",
            "FREQ=DAILY;BYHOUR=9,15;BYMINUTE=0;COUNT=6",
        ),
        (
            "W1 MO TU 20261231T000000Z",
            "FREQ=WEEKLY;BYDAY=MO,TU;UNTIL=20261231T000000Z",
        ),
        (
            "W2 MO WE FR #9",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;COUNT=9",
        ),
        ("W1 #5", "FREQ=WEEKLY;COUNT=5"),
        ("MP1 1+ MO #4", "FREQ=MONTHLY;BYDAY=1MO;COUNT=4"),
        ("MP1 1- FR #4", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=4"),
        (
            "MP1 1+ 3+ MO 1- FR$ #4",
            "FREQ=MONTHLY;BYDAY=1MO,3MO,-1FR;COUNT=4",
        ),
        ("MD1 4 20 #5", "FREQ=MONTHLY;BYMONTHDAY=4,20;COUNT=5"),
        ("MD1 LD 2- #5", "FREQ=MONTHLY;BYMONTHDAY=-1,-2;COUNT=5"),
        ("YM1 6 7 #0", "FREQ=YEARLY;BYMONTH=6,7"),
        ("YD1 200 300 #0", "FREQ=YEARLY;BYYEARDAY=200,300"),
    ] {
        same(old, clean, false);
    }
    same("W1 MO SOON #4", "FREQ=WEEKLY;BYDAY=MO;COUNT=4", true);
    same("W0 MO #4", "FREQ=WEEKLY;BYDAY=MO;COUNT=4", true);
}

#[test]
fn an_exception_rule_that_is_not_wholly_read_takes_nothing_out() {
    let series =
        "DTSTART:20260504T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=6\nEXRULE:FREQ=WEEKLY";
    assert_eq!(starts(&format!("{series};BYDAY=WE")).len(), 5);
    // Left out, the part would make it take out the first day.
    let busy = blocks(&format!("{series};BYDAY=XX"));
    assert_eq!(busy.blocks.len(), 6);
    assert_eq!(troubles(&busy), [(6, Trouble::Exception)]);
}
