//! Bytes written by every released version still read as the same events, and the same events still
//! write the same bytes.
//!
//! `vectors/events.txt` and `vectors/vault.txt` hold one line each: a name and the body in
//! hexadecimal. Lines are appended, never changed.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows helpers of tests only inside a test module"
)]
#![expect(clippy::string_slice, reason = "hexadecimal digits are one byte each")]

use jiff::civil::date;
use troth_core::{
    AcknowledgmentAnswer, Body, DayMark, Direction, Element, Elements, EntryId, Event, HeldVisit,
    Mark, Moment, Newer, Occurrence, PartnerToken, Ratings, Referee, Schedule, SealedAnswer,
    Settled, SharedSigns, ShownSigns, Sign, SignsSummary, SingleSign, TenthsBand, UnknownFields,
    VaultBody, VaultEvent, VisitAnswer, VisitFormat, Week, Written,
};

const EVENTS: &str = include_str!("vectors/events.txt");
const VAULT: &str = include_str!("vectors/vault.txt");

fn written() -> Written {
    Written {
        at: "2026-12-01T17:00:00.250Z".parse().unwrap(),
        zone: "Europe/Vienna".into(),
    }
}

fn id(byte: u8) -> EntryId {
    EntryId::from_bytes([byte; 32])
}

fn schedule(text: &str) -> Schedule {
    let now = Moment::new("2026-11-22T10:00:00Z".parse().unwrap(), "Europe/Vienna");
    Schedule::parse(text, &now).unwrap()
}

fn occurrence() -> Occurrence {
    Occurrence {
        local: date(2026, 12, 1).at(18, 0, 0, 0),
    }
}

fn week(number: u32) -> Week {
    Week::from_number(number).unwrap()
}

fn marked(mark: Mark, note: &str) -> Event {
    Event::CommitmentMarked {
        commitment: id(8),
        occurrence: occurrence(),
        mark,
        note: note.into(),
    }
}

fn answered(answer: AcknowledgmentAnswer) -> Event {
    Event::AcknowledgmentAnswered {
        acknowledgment: id(6),
        answer,
    }
}

fn summary(strong: Option<TenthsBand>, direction: Direction) -> Event {
    Event::SignsShared(SharedSigns {
        from: week(2960),
        to: week(2967),
        shown: ShownSigns::Summary(SignsSummary {
            weeks_rated: 7,
            strong,
            direction,
        }),
    })
}

fn reveals() -> Vec<(&'static str, Event)> {
    let prompt = "What did you need that week?";
    vec![
        (
            "partner-introduced",
            Event::PartnerIntroduced { name: "Ana".into() },
        ),
        (
            "partner-introduced-scripts",
            Event::PartnerIntroduced {
                name: "אנה 👩‍👧 e\u{301}\u{202e}".into(),
            },
        ),
        (
            "reveal-started-referee",
            Event::RevealStarted {
                prompt: prompt.into(),
                referee: Referee::Server,
            },
        ),
        (
            "reveal-started-nobody",
            Event::RevealStarted {
                prompt: prompt.into(),
                referee: Referee::Nobody,
            },
        ),
        (
            "reveal-answered-sealed",
            Event::RevealAnswered {
                reveal: id(2),
                answer: SealedAnswer::Sealed {
                    share_commit: [7; 32],
                    ciphertext: vec![1, 2, 3],
                },
            },
        ),
        (
            "reveal-answered-committed",
            Event::RevealAnswered {
                reveal: id(2),
                answer: SealedAnswer::Committed { hash: [9; 32] },
            },
        ),
        (
            "reveal-opened",
            Event::RevealOpened {
                reveal: id(2),
                answer: "An hour.".into(),
                nonce: [5; 32],
            },
        ),
        ("reveal-withdrawn", Event::RevealWithdrawn { reveal: id(2) }),
    ]
}

fn acknowledgments() -> Vec<(&'static str, Event)> {
    let act = "I hid the messages.".to_owned();
    let full = Elements {
        act: act.clone(),
        impact: "You doubted what was real.".into(),
        sense: "It makes sense that you check.".into(),
        responsibility: "I chose to hide them.".into(),
        regret: "I am sorry.".into(),
        change: "My phone lies open on the table.".into(),
    };
    vec![
        (
            "acknowledgment-offered-full",
            Event::AcknowledgmentOffered {
                elements: full,
                settled: Settled::Said,
                replaces: Some(id(5)),
            },
        ),
        (
            "acknowledgment-offered-act",
            Event::AcknowledgmentOffered {
                elements: Elements {
                    act,
                    ..Elements::default()
                },
                settled: Settled::NotSaid,
                replaces: None,
            },
        ),
        (
            "acknowledgment-received",
            answered(AcknowledgmentAnswer::Received),
        ),
        (
            "acknowledgment-need-time",
            answered(AcknowledgmentAnswer::ReceivedNeedTime),
        ),
        (
            "acknowledgment-missing",
            answered(AcknowledgmentAnswer::Missing(vec![
                Element::Impact,
                Element::Change,
            ])),
        ),
    ]
}

fn commitments() -> Vec<(&'static str, Event)> {
    let made = |text: &str| Event::CommitmentMade {
        text: "I call before I am late.".into(),
        schedule: schedule(text),
    };
    vec![
        ("commitment-once", made("2026-12-01T18:00[Europe/Vienna]")),
        ("commitment-by-date", made("2026-12-01[America/New_York]")),
        (
            "commitment-weekly",
            made("FREQ=WEEKLY;BYDAY=MO[Europe/Vienna]"),
        ),
        (
            "commitment-monthly",
            made(
                "FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO,-1FR;BYHOUR=7,19;BYMINUTE=30;COUNT=5;DTSTART=2026-12-01T00:00[Asia/Kolkata]",
            ),
        ),
        (
            "commitment-daily-until",
            made("FREQ=DAILY;BYMONTHDAY=1,-1;UNTIL=20271231;DTSTART=2026-12-01T08:00[UTC]"),
        ),
        ("commitment-kept", marked(Mark::Kept, "")),
        ("commitment-missed", marked(Mark::Missed, "I forgot.")),
        ("commitment-seen", marked(Mark::Seen, "")),
        (
            "commitment-different",
            marked(Mark::Different, "You called at seven."),
        ),
        (
            "commitment-renegotiated",
            Event::CommitmentRenegotiated {
                commitment: id(8),
                schedule: schedule("2026-12-02T18:00[Europe/Vienna]"),
            },
        ),
        (
            "commitment-released",
            Event::CommitmentReleased { commitment: id(8) },
        ),
    ]
}

fn others() -> Vec<(&'static str, Event)> {
    let band = TenthsBand {
        low: 41,
        middle: 52,
        high: 63,
    };
    let singles = vec![
        SingleSign {
            sign: Sign::Ease,
            weeks: vec![(week(2960), 2), (week(2962), 3)],
        },
        SingleSign {
            sign: Sign::OpenToTheirView,
            weeks: vec![(week(2967), 4)],
        },
    ];
    vec![
        (
            "thanked",
            Event::Thanked {
                on: id(9),
                text: "I noticed.".into(),
            },
        ),
        (
            "thanked-without-words",
            Event::Thanked {
                on: id(9),
                text: String::new(),
            },
        ),
        ("signs-summary", summary(Some(band), Direction::CantTellYet)),
        (
            "signs-summary-higher",
            summary(Some(band), Direction::Higher),
        ),
        (
            "signs-summary-lower-without-figure",
            summary(None, Direction::Lower),
        ),
        (
            "signs-singles",
            Event::SignsShared(SharedSigns {
                from: week(2960),
                to: week(2967),
                shown: ShownSigns::Singles(singles),
            }),
        ),
        ("entry-withdrawn", Event::EntryWithdrawn { entry: id(8) }),
        (
            "entry-corrected",
            Event::EntryCorrected {
                entry: id(12),
                text: "I did notice.".into(),
            },
        ),
    ]
}

fn newer(body_version: u64, kind: u64, payload: &[u8]) -> Event {
    Event::Newer(Newer {
        body_version,
        kind,
        payload: payload.to_vec(),
    })
}

fn held(format: VisitFormat) -> HeldVisit {
    HeldVisit {
        provider: 77,
        provider_name: "Rosa Lind".into(),
        start: 29_925_660,
        minutes: 50,
        zone: "America/Los_Angeles".into(),
        format,
        hold: [5; 16],
        token: PartnerToken([6; 32]),
        server: "https://troth.example.org".into(),
        until: 29_922_365,
    }
}

fn visit_answered(answer: VisitAnswer) -> Event {
    Event::VisitAnswered {
        visit: id(16),
        answer,
    }
}

fn visits() -> Vec<(&'static str, Event)> {
    vec![
        (
            "visit-proposed-video",
            Event::VisitProposed(held(VisitFormat::Video)),
        ),
        (
            "visit-proposed-in-person",
            Event::VisitProposed(held(VisitFormat::InPerson)),
        ),
        ("visit-accepted", visit_answered(VisitAnswer::Accepted)),
        (
            "visit-not-this-one",
            visit_answered(VisitAnswer::NotThisOne),
        ),
    ]
}

fn bodies() -> Vec<(&'static str, Body)> {
    let known = [
        reveals(),
        acknowledgments(),
        commitments(),
        others(),
        visits(),
    ]
    .concat()
    .into_iter()
    .map(|(name, event)| (name, Body::new(event, written())));
    let with_newer_fields = Body {
        unknown: UnknownFields {
            body: vec![(9, vec![0x61, b'x'])],
            payload: vec![(3, vec![0x18, 0x2a])],
        },
        ..Body::new(
            Event::Thanked {
                on: id(9),
                text: "I noticed.".into(),
            },
            written(),
        )
    };
    known
        .chain([
            (
                "newer-kind",
                Body::new(newer(1, 900, &[0xa1, 0x00, 0x01]), written()),
            ),
            (
                "newer-kind-no-map",
                Body::new(newer(1, 901, &[0x82, 0x01, 0x02]), written()),
            ),
            (
                "newer-version",
                Body::new(newer(2, 1, &[0x63, b'A', b'n', b'a']), written()),
            ),
            (
                "newer-value",
                Body::new(
                    newer(1, 2, &[0xa2, 0x00, 0x61, b'?', 0x01, 0x05]),
                    written(),
                ),
            ),
            ("newer-fields", with_newer_fields),
        ])
        .collect()
}

fn vault_bodies() -> Vec<(&'static str, VaultBody)> {
    let ratings = Ratings::new([3, 2, 4, 1, 2, 3, 2, 3, 4, 2]).unwrap();
    let text = || "A quiet day.".to_owned();
    let mark = DayMark::new(7, true).unwrap();
    [
        (
            "signs-rated",
            VaultEvent::SignsRated {
                week: week(2967),
                ratings,
            },
        ),
        (
            "note-written",
            VaultEvent::NoteWritten {
                text: text(),
                replaces: None,
            },
        ),
        (
            "note-rewritten",
            VaultEvent::NoteWritten {
                text: text(),
                replaces: Some(id(1)),
            },
        ),
        ("note-set-aside", VaultEvent::NoteSetAside { note: id(1) }),
        (
            "day-marked",
            VaultEvent::DayMarked {
                day: date(2026, 12, 1),
                mark,
            },
        ),
        (
            "newer-kind",
            VaultEvent::Newer(Newer {
                body_version: 1,
                kind: 900,
                payload: vec![0xa0],
            }),
        ),
    ]
    .map(|(name, event)| (name, VaultBody::new(event, written())))
    .into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn lines(file: &'static str) -> Vec<(&'static str, &'static str)> {
    file.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(' ').unwrap())
        .collect()
}

/// Compares names and bytes; what is missing is printed as lines to append.
fn agree(frozen: &[(&str, &str)], made: &[(&str, String)]) {
    let is_frozen = |name: &str| frozen.iter().any(|(frozen, _)| *frozen == name);
    let missing: Vec<String> = made
        .iter()
        .filter(|(name, _)| !is_frozen(name))
        .map(|(name, bytes)| format!("{name} {bytes}"))
        .collect();
    assert!(missing.is_empty(), "append:\n{}", missing.join("\n"));
    for (name, bytes) in frozen {
        let now = made.iter().find(|(one, _)| one == name);
        assert_eq!(now.map(|(_, now)| now.as_str()), Some(*bytes), "{name}");
    }
}

#[test]
fn every_event_writes_the_frozen_bytes() {
    let made: Vec<(&str, String)> = bodies()
        .iter()
        .map(|(name, body)| (*name, hex(&body.encode().unwrap())))
        .collect();

    agree(&lines(EVENTS), &made);
}

#[test]
fn the_frozen_bytes_of_every_event_still_read() {
    let bodies = bodies();
    for (name, bytes) in lines(EVENTS) {
        let body = Body::decode(&unhex(bytes)).unwrap();
        let expected = bodies.iter().find(|(one, _)| *one == name).unwrap();
        assert_eq!(body, expected.1, "{name}");
    }
}

#[test]
fn every_vault_event_writes_the_frozen_bytes() {
    let made: Vec<(&str, String)> = vault_bodies()
        .iter()
        .map(|(name, body)| (*name, hex(&body.encode().unwrap())))
        .collect();

    agree(&lines(VAULT), &made);
}

#[test]
fn the_frozen_bytes_of_every_vault_event_still_read() {
    let bodies = vault_bodies();
    for (name, bytes) in lines(VAULT) {
        let body = VaultBody::decode(&unhex(bytes)).unwrap();
        let expected = bodies.iter().find(|(one, _)| *one == name).unwrap();
        assert_eq!(body, expected.1, "{name}");
    }
}
