//! Two readers in Python, `recurring_ical_events` and `icalendar`, agree with ours and read our feeds.
//!
//! `cargo xtask test` installs them and names their folder in `TROTH_PEERS`. Not compared is what they
//! do otherwise on purpose: wall-clock times that are skipped (they shift, section 3.3.10 skips), rules
//! by the hour (they forget one when the clocks go back) and events across a change (they keep the
//! wall-clock end, section 3.8.5.3 the exact length).

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::super::*;
use super::draw::Draw;
use crate::feed::{Entry, calendar};
use crate::id::BookingId;
use crate::machine::State;
use crate::time::Visit;

const SCRIPT: &str = include_str!("peers.py");
/// How many calendars are compared; `TROTH_SEEDS` says another number.
const CALENDARS: u64 = 150;

/// Asks the readers, or says that they are not there.
fn ask(questions: &[Value]) -> Option<Vec<Value>> {
    let Ok(folder) = std::env::var("TROTH_PEERS") else {
        println!("SKIPPED: TROTH_PEERS does not name a folder with python3");
        return None;
    };
    let mut python = Command::new(format!("{folder}/python3"))
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = python.stdin.take().unwrap();
    let text = serde_json::to_vec(questions).unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&text).unwrap());
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

const ZONES: [&str; 5] = [
    "America/New_York",
    "Europe/Vienna",
    "Australia/Lord_Howe",
    "America/Phoenix",
    "Asia/Kolkata",
];

const RULES: [&str; 24] = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;BYDAY=MO,WE,FR",
    "FREQ=DAILY;BYMONTH=3,11;BYHOUR=9,15;BYMINUTE=0,30",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYDAY=1MO,-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=31,-2",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    "FREQ=MONTHLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;BYMONTHDAY=1,15,30;BYSETPOS=2",
    "FREQ=YEARLY",
    "FREQ=YEARLY;BYMONTH=4,10;BYDAY=2TH",
    "FREQ=YEARLY;BYDAY=20MO,-1SU",
    "FREQ=YEARLY;BYYEARDAY=1,100,-1",
    "FREQ=YEARLY;BYWEEKNO=1,20,53;BYDAY=MO,SU",
    "FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;INTERVAL=2;BYMONTH=1,7;BYMONTHDAY=-1",
    "FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
    "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2,10",
];

/// Writes one calendar: a series with exceptions and changes, and a day or two.
fn calendar_text(draw: &mut Draw) -> String {
    let mut text = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Troth//Tests//EN\r\n");
    for uid in 0..=draw.below(2) {
        let zone = ZONES[draw.below(5) as usize];
        let day = |draw: &mut Draw| 20_260_000 + (1 + draw.below(12)) * 100 + 1 + draw.below(28);
        let first = day(draw) - 10_000;
        let hour = 8 + draw.below(9);
        let is_day = draw.below(4) == 0;
        let stamp = |day: u64| {
            if is_day {
                format!(";VALUE=DATE:{day}")
            } else {
                format!(";TZID={zone}:{day}T{hour:02}0000")
            }
        };
        write!(
            text,
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20250101T000000Z\r\nDTSTART{}\r\n",
            stamp(first)
        )
        .unwrap();
        let length = match (is_day, draw.below(3)) {
            (true, _) => format!("DURATION:P{}D", 1 + draw.below(3)),
            (false, 0) => format!("DTEND;TZID={zone}:{first}T{:02}3000", hour + 1),
            (false, _) => format!("DURATION:PT{}M", 15 + draw.below(90)),
        };
        let mut rule = RULES[draw.below(24) as usize].to_owned();
        if is_day && rule.contains("BYHOUR") {
            "FREQ=WEEKLY".clone_into(&mut rule);
        }
        match draw.below(4) {
            0 => write!(rule, ";COUNT={}", 1 + draw.below(40)).unwrap(),
            1 if is_day => write!(rule, ";UNTIL={}", day(draw)).unwrap(),
            1 => write!(rule, ";UNTIL={}T235900Z", day(draw)).unwrap(),
            _ => {}
        }
        write!(text, "{length}\r\nRRULE:{rule}\r\n").unwrap();
        for _ in 0..draw.below(6) {
            let name = draw.one_of(&["EXDATE", "EXDATE", "RDATE"]);
            write!(text, "{name}{}\r\n", stamp(day(draw))).unwrap();
        }
        let extra = draw.one_of(&["", "", "", "TRANSP:TRANSPARENT\r\n", "STATUS:TENTATIVE\r\n"]);
        write!(text, "{extra}END:VEVENT\r\n").unwrap();
    }
    text + "END:VCALENDAR\r\n"
}

/// Two years, and what is asked about of them.
const FROM: Minute = Minute(29_454_480);
const TO: Minute = Minute(30_000_000);

#[test]
fn another_reader_expands_recurrences_as_ours_does() {
    let count = std::env::var("TROTH_SEEDS").map_or(CALENDARS, |count| count.parse().unwrap());
    let mut draw = Draw(7);
    let texts: Vec<String> = (0..count).map(|_| calendar_text(&mut draw)).collect();
    let zone = "America/New_York";
    let question =
        |text: &String| json!({"read": false, "ics": text, "zone": zone, "from": FROM, "to": TO});
    let questions: Vec<Value> = texts.iter().map(question).collect();
    let Some(answers) = ask(&questions) else {
        return;
    };
    let mut spans = 0;
    for (text, answer) in texts.iter().zip(&answers) {
        let within = Span::new(FROM, TO);
        let busy = read(text.as_bytes(), &Question { within, zone }).unwrap();
        assert_eq!(busy.problems, [], "{text}");
        let found: alloc::collections::BTreeSet<(u32, u32)> = busy
            .blocks
            .iter()
            .map(|block| (block.span.from.0, block.span.to.0))
            .collect();
        let expected: alloc::collections::BTreeSet<(u32, u32)> =
            serde_json::from_value(answer.clone()).unwrap();
        let show = |set: Vec<&(u32, u32)>| {
            set.iter()
                .take(3)
                .map(|one| Minute(one.0).timestamp().to_string())
                .collect::<Vec<_>>()
        };
        let missing = show(expected.difference(&found).collect());
        let extra = show(found.difference(&expected).collect());
        assert!(
            missing.is_empty() && extra.is_empty(),
            "{text}\nmissing {missing:?} extra {extra:?}"
        );
        spans += found.len();
    }
    println!("{count} calendars, {spans} instances");
    assert!(spans as u64 > count * 5);
}

#[test]
fn another_reader_reads_our_feeds() {
    let states = [State::Booked, State::Cancelled, State::Kept];
    let entry = |(number, state): (usize, &State)| Entry {
        root: BookingId([number as u8; 16]),
        visit: Visit {
            start: Minute(FROM.0 + number as u32 * 100),
            minutes: 50,
            before: 0,
            after: 10,
        },
        state: *state,
        sequence: number as u32,
        changed: FROM,
    };
    let entries: Vec<Entry> = states.iter().enumerate().map(entry).collect();
    let ics = calendar(&entries, "troth.example.org");
    let question = json!({"read": true, "ics": ics, "zone": "UTC", "from": FROM, "to": TO});
    let expand = json!({"read": false, "ics": ics, "zone": "UTC", "from": FROM, "to": TO});
    let Some(answers) = ask(&[question, expand]) else {
        return;
    };
    let line = |entry: &Entry, status: &str| {
        let span = entry.visit.span();
        json!([
            format!("{}@troth.example.org", entry.root),
            entry.sequence,
            status,
            "Appointment",
            span.from.0,
            span.to.0,
            0
        ])
    };
    let [booked, cancelled, kept] = &entries[..] else {
        panic!()
    };
    assert_eq!(
        answers[0],
        json!([
            line(booked, "CONFIRMED"),
            line(cancelled, "CANCELLED"),
            line(kept, "CONFIRMED")
        ])
    );
    let span = |entry: &Entry| json!([entry.visit.span().from.0, entry.visit.span().to.0]);
    assert_eq!(answers[1], json!([span(booked), span(kept)]));
}
