use super::due::{DueState, due};
use super::reading::reading;
use super::timeline::{TimelineItem, search, timeline};
use super::trend::signs_trend;
use super::written_by::written_by;
use crate::{
    Command, Couple, Effect, Elements, Entry, EntryId, Event, Mark, Moment, PartnerId, Ratings,
    Referee, Schedule, SealedAnswer, Settled, Vault, VaultEntry, VaultEvent, Week, Written,
};

const ANA: PartnerId = PartnerId::from_bytes([0xa; 16]);
const BEN: PartnerId = PartnerId::from_bytes([0xb; 16]);

/// A record with the entries beside the couple, as a client keeps them.
struct Record {
    couple: Couple,
    entries: Vec<Entry>,
    now: Moment,
}

impl Record {
    fn new() -> Self {
        let now = Moment::new("2026-11-22T10:00:00Z".parse().unwrap(), "Europe/Vienna");
        let mut record = Self {
            couple: Couple::default(),
            entries: Vec::new(),
            now,
        };
        record.asks(ANA, Command::Introduce { name: "Ana".into() });
        record.asks(BEN, Command::Introduce { name: "Ben".into() });
        record
    }

    fn asks(&mut self, by: PartnerId, command: Command) -> EntryId {
        let body = self
            .couple
            .decide(by, command, &self.now)
            .unwrap()
            .remove(0);
        self.writes(by, body)
    }

    fn writes(&mut self, by: PartnerId, body: Event) -> EntryId {
        let place = u64::try_from(self.entries.len()).unwrap() + 1;
        let mut bytes = [0; 32];
        bytes[0] = u8::try_from(place).unwrap();
        let entry = Entry {
            id: EntryId::from_bytes(bytes),
            place,
            author: by,
            written: Written::from(&self.now),
            received_minute: 29_922_361,
            body,
            unknown: Default::default(),
        };
        self.couple.apply(&entry);
        self.entries.push(entry);
        EntryId::from_bytes(bytes)
    }

    fn at(&mut self, time: &str) {
        self.now.at = time.parse().unwrap();
    }

    fn promises(&mut self, text: &str, when: &str) -> EntryId {
        let schedule = Schedule::parse(when, &self.now).unwrap();
        self.asks(
            ANA,
            Command::MakeCommitment {
                text: text.into(),
                schedule,
            },
        )
    }

    fn timeline(&self, viewer: PartnerId) -> Vec<TimelineItem> {
        timeline(&self.entries, &self.couple, viewer)
    }

    fn reading_of(&self, entry: EntryId, reader: PartnerId) -> String {
        let entry = self.entries.iter().find(|one| one.id == entry).unwrap();
        reading(entry, &self.couple, reader)
    }

    /// A question that both have answered; `Ana` and `Ben` are told what was opened.
    fn revealed(&mut self) -> EntryId {
        let sealed = || SealedAnswer::Sealed {
            share_commit: [1; 32],
            ciphertext: vec![2],
        };
        let reveal = self.asks(
            ANA,
            Command::StartReveal {
                prompt: "What do you miss?".into(),
                referee: Referee::Server,
            },
        );
        self.asks(
            ANA,
            Command::AnswerReveal {
                reveal,
                answer: sealed(),
            },
        );
        self.asks(
            BEN,
            Command::AnswerReveal {
                reveal,
                answer: sealed(),
            },
        );
        reveal
    }
}

#[test]
fn the_timeline_shows_a_withdrawn_entry_without_its_words() {
    let mut record = Record::new();
    let promise = record.promises("I call before I am late.", "2026-12-01T18:00");
    record.asks(ANA, Command::WithdrawEntry { entry: promise });

    let items = record.timeline(BEN);
    let shown = items.iter().find(|item| item.id == promise).unwrap();
    assert_eq!((shown.kind, shown.text.as_str()), ("commitment-made", ""));
    assert!(shown.amendments.withdrawn_by.is_some());
    assert_eq!(
        search(&items, "late").len(),
        0,
        "and search does not find them"
    );
}

#[test]
fn the_timeline_shows_both_versions_of_a_correction() {
    let mut record = Record::new();
    let promise = record.promises("I call.", "2026-12-01T18:00");
    let thanks = record.asks(
        BEN,
        Command::Thank {
            on: promise,
            text: "thanks you".into(),
        },
    );
    record.asks(
        BEN,
        Command::CorrectEntry {
            entry: thanks,
            text: "thank you".into(),
        },
    );

    let items = record.timeline(ANA);
    let shown = items.iter().find(|item| item.id == thanks).unwrap();
    assert_eq!(shown.text, "thanks you");
    assert_eq!(shown.amendments.corrections[0].1, "thank you");
    assert_eq!(shown.about, Some(promise));
}

#[test]
fn the_timeline_keeps_what_has_no_effect_and_what_is_newer() {
    let mut record = Record::new();
    record.writes(
        BEN,
        Event::CommitmentReleased {
            commitment: EntryId::from_bytes([9; 32]),
        },
    );
    let newer = crate::Newer {
        body_version: 1,
        kind: 900,
        payload: vec![0xa0],
    };
    record.writes(BEN, Event::Newer(newer));

    let items = record.timeline(ANA);
    assert_eq!(items[2].effect, Effect::Ignored);
    assert_eq!((items[3].kind, items[3].has_newer_parts), ("newer", true));
}

#[test]
fn an_entry_sealed_anew_is_listed_once() {
    let mut record = Record::new();
    let again = record.entries[0].clone();
    record.entries.push(again);

    assert_eq!(record.timeline(ANA).len(), 2);
}

#[test]
fn sealed_words_are_in_no_reading_before_both_are_open() {
    let mut record = Record::new();
    let reveal = record.revealed();
    record.couple.open_reveal(reveal, ANA, "Our walks.");
    let is_anywhere = |record: &Record, words: &str| {
        [ANA, BEN].into_iter().any(|viewer| {
            format!("{:?}", record.timeline(viewer)).contains(words)
                || record
                    .entries
                    .iter()
                    .any(|one| reading(one, &record.couple, viewer).contains(words))
        })
    };
    assert!(!format!("{:?}", record.timeline(BEN)).contains("Our walks."));
    assert!(
        !record
            .entries
            .iter()
            .any(|one| reading(one, &record.couple, BEN).contains("Our walks."))
    );

    record.couple.open_reveal(reveal, BEN, "Your laugh.");
    assert!(is_anywhere(&record, "Our walks.") && is_anywhere(&record, "Your laugh."));
}

#[test]
fn an_opening_that_came_too_early_shows_no_words() {
    let mut record = Record::new();
    let reveal = record.asks(
        ANA,
        Command::StartReveal {
            prompt: "What do you miss?".into(),
            referee: Referee::Nobody,
        },
    );
    let committed = SealedAnswer::Committed { hash: [1; 32] };
    record.asks(
        ANA,
        Command::AnswerReveal {
            reveal,
            answer: committed,
        },
    );
    record.writes(
        ANA,
        Event::RevealOpened {
            reveal,
            answer: "early".into(),
            nonce: [0; 32],
        },
    );

    assert!(!format!("{:?}", record.timeline(BEN)).contains("early"));
    assert!(
        !record
            .entries
            .iter()
            .any(|one| reading(one, &record.couple, BEN).contains("early"))
    );
}

#[test]
fn search_finds_every_word_whatever_case_and_accents() {
    let mut record = Record::new();
    record.promises("Ich rufe im Café an, pünktlich.", "2026-12-01T18:00");
    record.promises("Ich koche.", "2026-12-01T18:00");

    let items = record.timeline(BEN);
    assert_eq!(search(&items, "PUNKTLICH cafe").len(), 1);
    assert_eq!(search(&items, "ich").len(), 2);
    assert_eq!(search(&items, "nothing like it").len(), 0);
    assert_eq!(search(&items, " ").len(), items.len());
}

#[test]
fn the_due_list_has_what_lies_ahead_and_what_one_may_still_mark() {
    let mut record = Record::new();
    let soon = record.promises("I call.", "2026-11-23T18:00");
    let later = record.promises("I cook.", "2026-11-28");
    record.promises("I paint the fence.", "2027-05-01");
    record.at("2026-11-24T10:00:00Z");
    let list = |record: &Record, viewer| -> Vec<(EntryId, DueState)> {
        due(&record.couple, viewer, &record.now, 7)
            .into_iter()
            .map(|item| (item.commitment, item.state))
            .collect()
    };

    let both = [(soon, DueState::OpenToMark), (later, DueState::Ahead)];
    assert_eq!(list(&record, ANA), both);
    assert_eq!(list(&record, BEN), both);
    let mark = Command::MarkCommitment {
        commitment: soon,
        occurrence: None,
        mark: Mark::Kept,
        note: String::new(),
    };
    record.asks(ANA, mark);
    assert_eq!(list(&record, ANA), [(later, DueState::Ahead)]);
    assert_eq!(
        list(&record, BEN),
        both,
        "the other's list does not depend on it"
    );
    record.at("2026-12-20T10:00:00Z");
    assert_eq!(list(&record, BEN), [], "and leaves by itself");
}

#[test]
fn the_chart_leaves_missing_weeks_missing_and_keeps_the_partner_apart() {
    let mut vault = Vault::default();
    for week in [2960, 2961, 2964] {
        let event = VaultEvent::SignsRated {
            week: Week::from_number(week).unwrap(),
            ratings: Ratings::new([3; 10]).unwrap(),
        };
        let id = EntryId::from_bytes([u8::try_from(week - 2950).unwrap(); 32]);
        let at = "2026-11-22T10:00:00Z".parse().unwrap();
        vault.apply(&VaultEntry {
            id,
            written: Written {
                at,
                zone: "UTC".into(),
            },
            body: event,
        });
    }
    let mut record = Record::new();
    record.at("2027-01-01T10:00:00Z");
    let week = |number| Week::from_number(number).unwrap();
    let shared = vault.share_summary(week(2960), week(2964), 1).unwrap();
    record.asks(BEN, Command::ShareSigns(shared));

    let trend = signs_trend(&vault, Some(&record.couple), ANA);
    let strong: Vec<Option<u8>> = trend.weeks.iter().map(|point| point.strong).collect();
    assert_eq!(strong, [Some(10), Some(10), None, None, Some(10)]);
    assert!(trend.weeks.iter().all(|point| point.level.high <= 10.0));
    assert_eq!(trend.shown_by_partner.len(), 1);
    assert_eq!(
        signs_trend(&vault, Some(&record.couple), BEN)
            .shown_by_partner
            .len(),
        0
    );
}

#[test]
fn authors_are_counted_by_entry() {
    let mut record = Record::new();
    record.promises("I call.", "2026-12-01T18:00");

    let counts = written_by(&record.entries);
    assert_eq!((counts[&ANA], counts[&BEN]), (2, 1));
}

/// SAFETY X-1: "edit → export shows both".
#[test]
fn safety_x1_an_export_shows_both_versions_of_an_edited_entry() {
    let mut record = Record::new();
    let promise = record.promises("I call.", "2026-12-01T18:00");
    let thanks = record.asks(
        BEN,
        Command::Thank {
            on: promise,
            text: "one".into(),
        },
    );
    record.asks(
        BEN,
        Command::CorrectEntry {
            entry: thanks,
            text: "two".into(),
        },
    );

    let text = record.reading_of(thanks, ANA);
    assert!(text.contains("“one”") && text.contains("“two”"), "{text}");
}

/// SAFETY X-2: withdrawing hides on a screen and takes nothing from the record.
#[test]
fn safety_x2_a_withdrawn_entry_keeps_its_words_in_an_export() {
    let mut record = Record::new();
    let promise = record.promises("I call.", "2026-12-01T18:00");
    record.asks(ANA, Command::WithdrawEntry { entry: promise });

    let text = record.reading_of(promise, BEN);
    assert!(
        text.contains("“I call.”") && text.contains("Withdrawn by the entry"),
        "{text}"
    );
}

#[test]
fn an_acknowledgment_reads_element_by_element() {
    let mut record = Record::new();
    let elements = Elements {
        act: "I hid the messages.".into(),
        regret: "I am sorry.".into(),
        ..Elements::default()
    };
    let offered = record.asks(
        ANA,
        Command::OfferAcknowledgment {
            elements,
            settled: Settled::Said,
            replaces: None,
        },
    );

    assert_eq!(
        record.reading_of(offered, BEN),
        "Sunday, 22 November 2026 at 11:00 (Europe/Vienna), Ana offered an acknowledgment.\n    \
         what I did: “I hid the messages.”\n    \
         what I regret: “I am sorry.”\n  \
         (Entry 03000000, place 3, received 22 November 2026, 10:01 UTC.)"
    );
}
