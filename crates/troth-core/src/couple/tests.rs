use super::*;
use crate::acknowledgment::{AcknowledgmentAnswer, Element, Elements};
use crate::command::Command;
use crate::commitment::{CommitmentStanding, Mark, Told};
use crate::event::Settled;
use crate::moment::{Moment, Written};
use crate::refused::Refused;
use crate::reveal::{Referee, RevealStanding, SealedAnswer};
use crate::schedule::Schedule;
use crate::text::TextError;

mod acknowledgments;
mod amendments;
mod commitments;
mod properties;
mod reveals;
mod visits;

pub(crate) use properties::events as events_for_tests;

pub(super) fn ana() -> PartnerId {
    PartnerId::from_bytes([0xa; 16])
}

pub(super) fn ben() -> PartnerId {
    PartnerId::from_bytes([0xb; 16])
}

pub(super) fn stranger() -> PartnerId {
    PartnerId::from_bytes([0xc; 16])
}

pub(super) fn id(number: u64) -> EntryId {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    EntryId::from_bytes(bytes)
}

pub(super) fn at(text: &str) -> Moment {
    Moment::new(text.parse().unwrap(), "Europe/Vienna")
}

/// A record that two people write, with a clock that stands still unless it is set.
pub(super) struct Record {
    pub(super) couple: Couple,
    pub(super) now: Moment,
    pub(super) last: u64,
}

impl Record {
    pub(super) fn new() -> Self {
        let mut record = Self {
            couple: Couple::default(),
            now: at("2026-11-22T10:00:00Z"),
            last: 0,
        };
        record.asks(ana(), Command::Introduce { name: "Ana".into() });
        record.asks(ben(), Command::Introduce { name: "Ben".into() });
        record
    }

    /// Records a wish that is granted.
    pub(super) fn asks(&mut self, by: PartnerId, command: Command) -> EntryId {
        let mut events = self.couple.decide(by, command, &self.now).unwrap();
        let entry = events.remove(0);
        assert!(events.is_empty());
        let (id, effect) = self.writes(by, entry);
        assert_eq!(effect, Effect::Taken, "apply ignores what decide yields");
        id
    }

    pub(super) fn refuses(&self, by: PartnerId, command: Command) -> Refused {
        self.couple.decide(by, command, &self.now).unwrap_err()
    }

    /// Puts an event into the record as any client could, asked or not.
    pub(super) fn writes(&mut self, by: PartnerId, body: Event) -> (EntryId, Effect) {
        self.last += 1;
        let minute = u64::try_from(self.now.at.as_second() / 60).unwrap();
        let entry = Entry {
            id: id(self.last),
            place: self.last,
            author: by,
            written: Written::from(&self.now),
            received_minute: minute,
            body,
            unknown: Default::default(),
        };
        (entry.id, self.couple.apply(&entry))
    }

    pub(super) fn schedule(&self, text: &str) -> Schedule {
        Schedule::parse(text, &self.now).unwrap()
    }

    pub(super) fn promises(&mut self, by: PartnerId, schedule: &str) -> EntryId {
        let schedule = self.schedule(schedule);
        self.asks(
            by,
            Command::MakeCommitment {
                text: "I call before I am late.".into(),
                schedule,
            },
        )
    }
}

#[test]
fn the_first_two_authors_are_the_partners_and_a_third_changes_nothing() {
    let mut record = Record::new();

    let (_, effect) = record.writes(stranger(), Event::PartnerIntroduced { name: "Cy".into() });

    assert_eq!(effect, Effect::Ignored);
    assert_eq!(record.couple.partners(), [ana(), ben()]);
    assert_eq!(record.couple.name_of(stranger()), None);
    assert_eq!(
        record.refuses(stranger(), Command::Introduce { name: "Cy".into() }),
        Refused::NotAPartner
    );
}

#[test]
fn an_entry_that_comes_twice_counts_once() {
    let mut record = Record::new();
    let promise = record.promises(ana(), "2026-12-01T18:00");
    let copy = Entry {
        id: promise,
        place: 99,
        author: ben(),
        written: Written::from(&record.now),
        received_minute: 0,
        body: Event::CommitmentReleased {
            commitment: promise,
        },
        unknown: Default::default(),
    };

    assert_eq!(
        record.couple.apply(&copy),
        Effect::Taken,
        "what the first one did"
    );
    let view = record.couple.commitment(promise, &record.now).unwrap();
    assert_eq!(view.standing, CommitmentStanding::Standing);
}

#[test]
fn a_newer_or_unreadable_entry_is_kept_and_changes_nothing() {
    let mut record = Record::new();

    let (entry, effect) = record.writes(ana(), Event::Unreadable);

    assert_eq!(effect, Effect::NotUnderstood);
    assert_eq!(record.couple.effect_of(entry), Some(Effect::NotUnderstood));
}

#[test]
fn a_text_of_ten_megabytes_is_refused_with_the_limit() {
    let record = Record::new();
    let text = "a".repeat(10_000_000);
    let schedule = record.schedule("2026-12-01");

    let refused = record.refuses(ana(), Command::MakeCommitment { text, schedule });

    assert_eq!(refused, Refused::Text(TextError::TooLong));
    assert!(refused.to_string().contains("20,000 characters"));
}
