//! Feeds line by line.

use super::*;

fn entry(number: u8, state: State) -> Entry {
    Entry {
        root: BookingId([number; 16]),
        visit: Visit {
            start: Minute(29_549_760),
            minutes: 50,
            before: 5,
            after: 10,
        },
        state,
        sequence: 3,
        changed: Minute(29_500_000),
    }
}

fn entries() -> Vec<Entry> {
    let until = Minute(29_549_000);
    vec![
        entry(1, State::Booked),
        entry(2, State::Cancelled),
        entry(3, State::Requested { until }),
        entry(4, State::Held { until }),
        entry(5, State::Offered { until }),
        entry(6, State::Released),
        entry(7, State::Lapsed),
    ]
}

#[test]
fn the_text_of_a_feed_stays_as_it_is() {
    let frozen = include_str!("../../tests/vectors/feed.ics");
    let text = calendar(&entries(), "troth.example.org");
    assert_eq!(text, frozen.replace('\n', "\r\n"));
}

#[test]
fn a_feed_says_nothing_but_when() {
    let text = calendar(&entries(), "troth.example.org");
    let summaries: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("SUMMARY"))
        .collect();
    assert!(summaries.iter().all(|line| *line == "SUMMARY:Appointment"));
    for name in [
        "DESCRIPTION",
        "LOCATION",
        "ATTENDEE",
        "ORGANIZER",
        "CATEGORIES",
        "COMMENT",
    ] {
        assert!(!text.contains(name), "{name}");
    }
}

#[test]
fn what_nobody_has_accepted_is_in_no_calendar_and_what_ended_is_cancelled() {
    let text = calendar(&entries(), "h");
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 4);
    for held in ["04040404", "05050505", "06060606"] {
        assert!(!text.contains(held));
    }
    assert_eq!(text.matches("STATUS:CONFIRMED").count(), 1);
    assert_eq!(text.matches("STATUS:TENTATIVE").count(), 1);
    assert_eq!(text.matches("STATUS:CANCELLED").count(), 2);
}

#[test]
fn lines_end_in_crlf_and_are_folded_after_75_bytes() {
    let host = "a-very-long-name-of-a-server-that-nobody-would-choose.but-may-be.example.org";
    let text = calendar(&entries(), host);
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    assert!(text.replace("\r\n ", "").contains(&format!("@{host}\r\n")));
    let odd = calendar(&entries(), "evil\r\n X:no\u{e9};");
    assert!(odd.contains("@evilXno\r\n"));
}

#[cfg(feature = "ical")]
#[test]
fn our_own_reader_reads_our_feeds() {
    use crate::busy::{Question, read};
    use crate::time::Span;

    let text = calendar(&entries(), "troth.example.org");
    let within = Span::new(Minute(29_500_000), Minute(29_600_000));
    let question = Question {
        within,
        zone: "UTC",
    };
    let busy = read(text.as_bytes(), &question).unwrap();
    assert_eq!(busy.problems, []);
    assert_eq!(busy.spans().spans(), [entries()[0].visit.span()]);
    assert_eq!((busy.counts.events, busy.counts.cancelled), (4, 2));
}
