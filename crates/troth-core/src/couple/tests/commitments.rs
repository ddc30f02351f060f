use super::*;
use crate::insight::FollowThrough;
use crate::schedule::ScheduleError;

fn mark(commitment: EntryId, mark: Mark) -> Command {
    Command::MarkCommitment {
        commitment,
        occurrence: None,
        mark,
        note: String::new(),
    }
}

fn view(record: &Record, id: EntryId) -> crate::commitment::CommitmentView {
    record.couple.commitment(id, &record.now).unwrap()
}

#[test]
fn both_marks_stand_side_by_side_and_neither_touches_the_other() {
    let mut record = Record::new();
    let promise = record.promises(ana(), "2026-11-23T18:00");
    record.now = at("2026-11-24T10:00:00Z");

    record.asks(ana(), mark(promise, Mark::Kept));
    record.asks(ben(), mark(promise, Mark::Different));
    for (by, foreign) in [
        (ana(), Mark::Seen),
        (ana(), Mark::Different),
        (ben(), Mark::Kept),
        (ben(), Mark::Missed),
    ] {
        assert_eq!(
            record.refuses(by, mark(promise, foreign)),
            Refused::NotYourMark
        );
        let occurrence = view(&record, promise).occurrences[0].occurrence;
        let forced = Event::CommitmentMarked {
            commitment: promise,
            occurrence,
            mark: foreign,
            note: String::new(),
        };
        assert_eq!(record.writes(by, forced).1, Effect::Ignored);
    }

    let seen = &view(&record, promise).occurrences[0];
    assert_eq!(seen.giver.as_ref().unwrap().mark, Mark::Kept);
    assert_eq!(seen.other.as_ref().unwrap().mark, Mark::Different);
}

#[test]
fn a_mark_can_be_changed_or_taken_back_by_its_author() {
    let mut record = Record::new();
    let promise = record.promises(ana(), "2026-11-23T18:00");
    record.now = at("2026-11-24T10:00:00Z");
    record.asks(ana(), mark(promise, Mark::Kept));
    let second = record.asks(ana(), mark(promise, Mark::Missed));
    let current = |record: &Record| {
        view(record, promise).occurrences[0]
            .giver
            .as_ref()
            .map(|mark| mark.mark)
    };

    assert_eq!(current(&record), Some(Mark::Missed));
    record.asks(ana(), Command::WithdrawEntry { entry: second });
    assert_eq!(current(&record), Some(Mark::Kept));
}

#[test]
fn before_it_is_due_a_promise_can_be_kept_and_not_yet_missed() {
    let mut record = Record::new();
    let promise = record.promises(ana(), "2026-12-01T18:00");

    assert_eq!(
        record.refuses(ana(), mark(promise, Mark::Missed)),
        Refused::NotDueYet
    );
    assert_eq!(
        record.refuses(ben(), mark(promise, Mark::Different)),
        Refused::NotDueYet
    );
    record.asks(ana(), mark(promise, Mark::Kept));
    record.asks(ben(), mark(promise, Mark::Seen));
}

#[test]
fn telling_before_the_plan_changes_keeps_ones_word() {
    let mut record = Record::new();
    let promise = record.promises(ana(), "2026-11-23T18:00");
    record.now = at("2026-11-23T16:59:00Z");
    let schedule = record.schedule("2026-11-25T18:00");
    record.asks(
        ana(),
        Command::RenegotiateCommitment {
            commitment: promise,
            schedule,
        },
    );
    record.now = at("2026-11-24T10:00:00Z");

    let seen = view(&record, promise);
    assert_eq!(seen.renegotiations[0].told, Told::InTime);
    assert_eq!(seen.occurrences.len(), 1, "the old time is gone");
    assert_eq!(seen.occurrences[0].due.to_string(), "2026-11-25T17:00:00Z");
    assert_eq!(seen.standing, CommitmentStanding::Standing);
}

#[test]
fn telling_afterwards_leaves_the_due_time_where_it_was() {
    let mut record = Record::new();
    let promise = record.promises(ana(), "2026-11-23T18:00");
    record.now = at("2026-11-23T17:01:00Z");
    let schedule = record.schedule("2026-11-25T18:00");
    record.asks(
        ana(),
        Command::RenegotiateCommitment {
            commitment: promise,
            schedule,
        },
    );

    let seen = view(&record, promise);
    assert_eq!(seen.renegotiations[0].told, Told::TooLate);
    assert_eq!(seen.occurrences.len(), 2);
    assert!(seen.occurrences[0].is_due && !seen.occurrences[1].is_due);
    record.asks(
        ana(),
        Command::MarkCommitment {
            commitment: promise,
            occurrence: Some(seen.occurrences[0].occurrence),
            mark: Mark::Missed,
            note: "I forgot.".into(),
        },
    );
}

#[test]
fn telling_in_time_that_arrives_later_is_shown_as_both() {
    let mut record = Record::new();
    let promise = record.promises(ana(), "2026-11-23T18:00");
    record.now = at("2026-11-23T16:00:00Z");
    let entry = Entry {
        id: id(900),
        place: 900,
        author: ana(),
        written: Written::from(&record.now),
        received_minute: u64::try_from(at("2026-11-23T20:00:00Z").at.as_second() / 60).unwrap(),
        body: Event::CommitmentRenegotiated {
            commitment: promise,
            schedule: record.schedule("2026-11-30T18:00"),
        },
        unknown: Default::default(),
    };
    record.couple.apply(&entry);

    assert_eq!(
        view(&record, promise).renegotiations[0].told,
        Told::InTimeArrivedLater
    );
}

#[test]
fn a_weekly_promise_keeps_its_past_when_its_plan_changes() {
    let mut record = Record::new();
    let promise = record.promises(ana(), "FREQ=WEEKLY;BYDAY=MO;BYHOUR=18");
    record.now = at("2026-12-09T10:00:00Z");
    let schedule = record.schedule("FREQ=WEEKLY;BYDAY=TH;BYHOUR=18");
    record.asks(
        ana(),
        Command::RenegotiateCommitment {
            commitment: promise,
            schedule,
        },
    );
    record.now = at("2026-12-20T10:00:00Z");

    let days: Vec<String> = view(&record, promise)
        .occurrences
        .iter()
        .map(|one| one.occurrence.local.strftime("%a %d").to_string())
        .collect();
    assert_eq!(
        days,
        ["Mon 23", "Mon 30", "Mon 07", "Thu 10", "Thu 17", "Thu 24"]
    );
}

#[test]
fn the_other_releases_and_the_giver_takes_back() {
    let mut record = Record::new();
    let released = record.promises(ana(), "2026-12-01T18:00");
    record.asks(
        ben(),
        Command::ReleaseCommitment {
            commitment: released,
        },
    );
    assert_eq!(
        view(&record, released).standing,
        CommitmentStanding::Released
    );
    assert_eq!(view(&record, released).occurrences, []);

    let taken = record.promises(ana(), "2026-12-01T18:00");
    record.asks(ana(), Command::ReleaseCommitment { commitment: taken });
    assert_eq!(view(&record, taken).standing, CommitmentStanding::TakenBack);
    let again = Command::ReleaseCommitment { commitment: taken };
    assert_eq!(record.refuses(ben(), again), Refused::Ended);
}

#[test]
fn only_the_giver_changes_the_plan() {
    let mut record = Record::new();
    let promise = record.promises(ana(), "2026-12-01T18:00");
    let schedule = record.schedule("2026-12-02T18:00");
    let change = Command::RenegotiateCommitment {
        commitment: promise,
        schedule,
    };

    assert_eq!(record.refuses(ben(), change), Refused::NotYours);
}

#[test]
fn a_promise_lies_ahead_and_in_a_zone_that_exists() {
    let record = Record::new();
    let make = |schedule: Schedule| Command::MakeCommitment {
        text: "I call.".into(),
        schedule,
    };

    let past = record.schedule("2026-11-21T18:00");
    assert_eq!(record.refuses(ana(), make(past)), Refused::InThePast);
    let nowhere = Schedule::ByDate {
        date: jiff::civil::date(2027, 1, 1),
        zone: "Mars/Base".into(),
    };
    assert_eq!(
        record.refuses(ana(), make(nowhere)),
        Refused::Schedule(ScheduleError::UnknownZone)
    );
}

#[test]
fn follow_through_is_reckoned_for_each_side_and_only_when_it_can_be() {
    let mut record = Record::new();
    let promise = record.promises(ana(), "FREQ=DAILY;BYHOUR=8");
    for day in 23..29 {
        record.now = at(&format!("2026-11-{day}T10:00:00Z"));
        record.asks(ana(), mark(promise, Mark::Kept));
        if day < 26 {
            record.asks(ben(), mark(promise, Mark::Different));
        }
    }

    let seen = view(&record, promise);
    assert!(
        matches!(seen.by_giver, FollowThrough::Estimate { marked: 6, share } if share.low > 0.6)
    );
    assert_eq!(seen.by_other, FollowThrough::CantTellYet { marked: 3 });
}

#[test]
fn thanks_go_to_the_other_and_stand_with_the_promise() {
    let mut record = Record::new();
    let promise = record.promises(ana(), "2026-11-23T18:00");
    record.now = at("2026-11-24T10:00:00Z");
    let kept = record.asks(ana(), mark(promise, Mark::Kept));
    let thanks = record.asks(
        ben(),
        Command::Thank {
            on: kept,
            text: "I noticed.".into(),
        },
    );

    assert_eq!(
        record.refuses(
            ana(),
            Command::Thank {
                on: kept,
                text: String::new()
            }
        ),
        Refused::OwnEntry
    );
    record.asks(
        ben(),
        Command::CorrectEntry {
            entry: thanks,
            text: "I noticed, thank you.".into(),
        },
    );
    assert_eq!(
        view(&record, promise).thanks[0].text,
        "I noticed, thank you."
    );
}
