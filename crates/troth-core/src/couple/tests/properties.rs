//! Any log folds, whoever wrote it, and no order of events breaks what a partner can rely on.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::insight::Direction;
use crate::schedule::Occurrence;
use crate::sign::{SharedSigns, ShownSigns, SignsSummary, Week};
use crate::visit::VisitAnswer;

/// The highest entry number that events point at.
const ENTRIES: u64 = 14;

/// Something that a client, honest or not, may try.
#[derive(Debug, Clone)]
enum Step {
    Asks(PartnerId, Command),
    Writes(PartnerId, Event),
    Opens(EntryId, PartnerId),
    Waits(i64),
}

fn authors() -> impl Strategy<Value = PartnerId> {
    prop_oneof![4 => Just(ana()), 4 => Just(ben()), 1 => Just(stranger())]
}

fn ids() -> impl Strategy<Value = EntryId> {
    (1..ENTRIES).prop_map(id)
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("ד 👩‍👧 e\u{301}".to_owned()),
        "[a-z ]{1,12}"
    ]
}

fn schedules() -> impl Strategy<Value = Schedule> {
    prop::sample::select(vec![
        "2026-11-22T12:00",
        "2026-11-25[America/New_York]",
        "FREQ=DAILY;BYHOUR=8",
        "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=5",
    ])
    .prop_map(|text| Schedule::parse(text, &at("2026-11-22T10:00:00Z")).unwrap())
}

fn occurrences() -> impl Strategy<Value = Occurrence> {
    (
        22_i8..30,
        prop::sample::select(vec![(8, 0), (12, 0), (23, 59)]),
    )
        .prop_map(|(day, (hour, minute))| Occurrence {
            local: jiff::civil::date(2026, 11, day).at(hour, minute, 0, 0),
        })
}

fn marks() -> impl Strategy<Value = Mark> {
    prop::sample::select(vec![Mark::Kept, Mark::Missed, Mark::Seen, Mark::Different])
}

fn sealed_answers() -> impl Strategy<Value = SealedAnswer> {
    prop_oneof![
        Just(SealedAnswer::Sealed {
            share_commit: [1; 32],
            ciphertext: vec![0; 8]
        }),
        Just(SealedAnswer::Committed { hash: [2; 32] }),
    ]
}

fn answers() -> impl Strategy<Value = AcknowledgmentAnswer> {
    prop_oneof![
        Just(AcknowledgmentAnswer::Received),
        Just(AcknowledgmentAnswer::Missing(vec![Element::Act])),
        Just(AcknowledgmentAnswer::Missing(Vec::new())),
    ]
}

fn elements() -> impl Strategy<Value = Elements> {
    texts().prop_map(|act| Elements {
        act,
        ..Elements::default()
    })
}

fn referees() -> impl Strategy<Value = Referee> {
    prop_oneof![Just(Referee::Server), Just(Referee::Nobody)]
}

fn shared() -> impl Strategy<Value = SharedSigns> {
    (2960_u32..2970, 0_u32..60, 0_u32..4).prop_map(|(from, weeks, weeks_rated)| {
        let from = Week::from_number(from).unwrap();
        let summary = SignsSummary {
            weeks_rated,
            strong: None,
            direction: Direction::CantTellYet,
        };
        SharedSigns {
            from,
            to: from.plus(weeks),
            shown: ShownSigns::Summary(summary),
        }
    })
}

fn replaced() -> impl Strategy<Value = Option<EntryId>> {
    proptest::option::of(ids())
}

fn visit_answers() -> impl Strategy<Value = VisitAnswer> {
    prop_oneof![Just(VisitAnswer::Accepted), Just(VisitAnswer::NotThisOne)]
}

pub(crate) fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => texts().prop_map(|name| Event::PartnerIntroduced { name }),
        2 => (texts(), referees()).prop_map(|(prompt, referee)| Event::RevealStarted { prompt, referee }),
        4 => (ids(), sealed_answers()).prop_map(|(reveal, answer)| Event::RevealAnswered { reveal, answer }),
        2 => (ids(), texts()).prop_map(|(reveal, answer)| Event::RevealOpened { reveal, answer, nonce: [0; 32] }),
        1 => ids().prop_map(|reveal| Event::RevealWithdrawn { reveal }),
        2 => (elements(), replaced()).prop_map(|(elements, replaces)| Event::AcknowledgmentOffered { elements, settled: Settled::Said, replaces }),
        2 => (ids(), answers()).prop_map(|(acknowledgment, answer)| Event::AcknowledgmentAnswered { acknowledgment, answer }),
        2 => (texts(), schedules()).prop_map(|(text, schedule)| Event::CommitmentMade { text, schedule }),
        4 => (ids(), occurrences(), marks(), texts()).prop_map(|(commitment, occurrence, mark, note)| Event::CommitmentMarked { commitment, occurrence, mark, note }),
        1 => (ids(), schedules()).prop_map(|(commitment, schedule)| Event::CommitmentRenegotiated { commitment, schedule }),
        1 => ids().prop_map(|commitment| Event::CommitmentReleased { commitment }),
        1 => (ids(), texts()).prop_map(|(on, text)| Event::Thanked { on, text }),
        1 => shared().prop_map(Event::SignsShared),
        1 => ids().prop_map(|entry| Event::EntryWithdrawn { entry }),
        1 => (ids(), texts()).prop_map(|(entry, text)| Event::EntryCorrected { entry, text }),
        1 => Just(Event::VisitProposed(super::visits::held())),
        2 => (ids(), visit_answers()).prop_map(|(visit, answer)| Event::VisitAnswered { visit, answer }),
        1 => Just(Event::Unreadable),
    ]
}

fn commands() -> impl Strategy<Value = Command> {
    prop_oneof![
        1 => texts().prop_map(|name| Command::Introduce { name }),
        2 => (texts(), referees()).prop_map(|(prompt, referee)| Command::StartReveal { prompt, referee }),
        4 => (ids(), sealed_answers()).prop_map(|(reveal, answer)| Command::AnswerReveal { reveal, answer }),
        2 => (ids(), texts()).prop_map(|(reveal, answer)| Command::OpenReveal { reveal, answer, nonce: [0; 32] }),
        1 => ids().prop_map(|reveal| Command::WithdrawReveal { reveal }),
        2 => (elements(), replaced()).prop_map(|(elements, replaces)| Command::OfferAcknowledgment { elements, settled: Settled::Said, replaces }),
        2 => (ids(), answers()).prop_map(|(acknowledgment, answer)| Command::AnswerAcknowledgment { acknowledgment, answer }),
        2 => (texts(), schedules()).prop_map(|(text, schedule)| Command::MakeCommitment { text, schedule }),
        4 => (ids(), proptest::option::of(occurrences()), marks(), texts()).prop_map(|(commitment, occurrence, mark, note)| Command::MarkCommitment { commitment, occurrence, mark, note }),
        1 => (ids(), schedules()).prop_map(|(commitment, schedule)| Command::RenegotiateCommitment { commitment, schedule }),
        1 => ids().prop_map(|commitment| Command::ReleaseCommitment { commitment }),
        1 => (ids(), texts()).prop_map(|(on, text)| Command::Thank { on, text }),
        1 => shared().prop_map(Command::ShareSigns),
        1 => Just(Command::ProposeVisit(super::visits::held())),
        2 => (ids(), visit_answers()).prop_map(|(visit, answer)| Command::AnswerVisit { visit, answer }),
        1 => ids().prop_map(|entry| Command::WithdrawEntry { entry }),
        1 => (ids(), texts()).prop_map(|(entry, text)| Command::CorrectEntry { entry, text }),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => (authors(), commands()).prop_map(|(by, command)| Step::Asks(by, command)),
        5 => (authors(), events()).prop_map(|(by, event)| Step::Writes(by, event)),
        2 => (ids(), authors()).prop_map(|(reveal, by)| Step::Opens(reveal, by)),
        1 => (0_i64..60).prop_map(Step::Waits),
    ];
    vec(step, 0..40)
}

fn fresh() -> Record {
    Record {
        couple: Couple::default(),
        now: at("2026-11-22T10:00:00Z"),
        last: 0,
    }
}

/// Lives through the steps and looks after each one.
fn live(steps: &[Step], mut look: impl FnMut(&Record, &Step)) -> Record {
    let mut record = fresh();
    for step in steps {
        match step {
            Step::Asks(by, command) => {
                if let Ok(events) = record.couple.decide(*by, command.clone(), &record.now) {
                    for event in events {
                        let (_, effect) = record.writes(*by, event);
                        assert_eq!(effect, Effect::Taken, "apply ignores what decide yields");
                    }
                }
            }
            Step::Writes(by, event) => {
                record.writes(*by, event.clone());
            }
            Step::Opens(reveal, by) => record.couple.open_reveal(*reveal, *by, "opened words"),
            Step::Waits(hours) => {
                record.now.at += jiff::SignedDuration::from_hours(*hours);
            }
        }
        look(&record, step);
    }
    record
}

/// Everything that screens read, so that nothing panics and two folds can be compared.
fn all_views(record: &Record) -> String {
    let couple = &record.couple;
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        couple.reveals(ana()),
        couple.reveals(ben()),
        couple.acknowledgments(),
        couple.commitments(&record.now),
        couple.shared_signs(),
        couple.shares_wanted(),
        couple.openings_to_check(),
        couple.visits(&record.now),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn any_log_folds_and_equal_logs_end_alike(steps in steps()) {
        let (one, other) = (live(&steps, |_, _| {}), live(&steps, |_, _| {}));
        prop_assert_eq!(all_views(&one), all_views(&other));
    }

    #[test]
    fn what_decide_yields_apply_takes(steps in steps()) {
        live(&steps, |_, _| {});
    }

    #[test]
    fn no_order_of_events_lets_a_partner_read_early(steps in steps()) {
        live(&steps, |record, _| {
            for viewer in [ana(), ben(), stranger()] {
                for view in record.couple.reveals(viewer) {
                    let answered = [ana(), ben(), stranger()]
                        .into_iter()
                        .filter(|by| record.couple.first_answer(view.id, *by).is_some())
                        .count();
                    assert!(view.theirs.is_none() || answered == 2);
                    assert!(view.theirs.is_none() || view.standing == RevealStanding::Open);
                }
            }
        });
    }

    #[test]
    fn no_order_of_events_changes_the_answer_that_counts(steps in steps()) {
        let mut first = BTreeMap::new();
        live(&steps, |record, _| {
            for view in record.couple.reveals(ana()) {
                for by in [ana(), ben(), stranger()] {
                    if let Some(entry) = record.couple.first_answer(view.id, by) {
                        assert_eq!(*first.entry((view.id, by)).or_insert(entry), entry);
                    }
                }
            }
        });
    }

    #[test]
    fn no_order_of_events_marks_answers_or_amends_for_the_other(steps in steps()) {
        live(&steps, |record, _| {
            let author = |entry: EntryId| record.couple.entries.get(&entry).unwrap().author;
            for view in record.couple.commitments(&record.now) {
                for one in &view.occurrences {
                    assert!(one.giver.as_ref().is_none_or(|mark| author(mark.entry) == view.giver));
                    assert!(one.other.as_ref().is_none_or(|mark| author(mark.entry) != view.giver));
                }
            }
            for view in record.couple.acknowledgments() {
                assert!(view.answer.is_none_or(|answer| answer.by != view.by));
                assert!(view.earlier.iter().all(|entry| author(*entry) == view.by));
            }
            for (entry, known) in record.couple.entries.iter() {
                let amendments = record.couple.amendments(*entry);
                let amended = amendments.withdrawn_by.into_iter().chain(amendments.corrections.into_iter().map(|(by, _)| by));
                assert!(amended.into_iter().all(|by| author(by) == known.author));
            }
        });
    }
}
