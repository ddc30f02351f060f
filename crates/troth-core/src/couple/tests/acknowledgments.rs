use super::*;

fn elements(act: &str) -> Elements {
    Elements {
        act: act.into(),
        regret: "I am sorry.".into(),
        ..Elements::default()
    }
}

fn offer(act: &str, replaces: Option<EntryId>) -> Command {
    Command::OfferAcknowledgment {
        elements: elements(act),
        settled: Settled::Said,
        replaces,
    }
}

fn answer(acknowledgment: EntryId, answer: AcknowledgmentAnswer) -> Command {
    Command::AnswerAcknowledgment {
        acknowledgment,
        answer,
    }
}

#[test]
fn settling_comes_before_writing_and_the_act_is_named() {
    let record = Record::new();
    let restless = Command::OfferAcknowledgment {
        elements: elements("I hid the messages."),
        settled: Settled::NotSaid,
        replaces: None,
    };

    assert_eq!(record.refuses(ana(), restless), Refused::NotSettled);
    assert_eq!(record.refuses(ana(), offer(" ", None)), Refused::ActMissing);
}

#[test]
fn only_the_other_answers_and_a_later_answer_takes_the_place_of_an_earlier_one() {
    let mut record = Record::new();
    let offered = record.asks(ana(), offer("I hid the messages.", None));

    let own = answer(offered, AcknowledgmentAnswer::Received);
    assert_eq!(record.refuses(ana(), own), Refused::OwnAcknowledgment);
    let vague = answer(offered, AcknowledgmentAnswer::Missing(Vec::new()));
    assert_eq!(record.refuses(ben(), vague), Refused::NoneMissing);

    let missing = AcknowledgmentAnswer::Missing(vec![Element::Impact]);
    record.asks(ben(), answer(offered, missing));
    record.asks(
        ben(),
        answer(offered, AcknowledgmentAnswer::ReceivedNeedTime),
    );
    let view = record.couple.acknowledgment(offered).unwrap();
    assert_eq!(
        view.answer.unwrap().answer,
        AcknowledgmentAnswer::ReceivedNeedTime
    );
}

#[test]
fn no_answer_is_no_state_at_all() {
    let mut record = Record::new();
    let offered = record.asks(ana(), offer("I hid the messages.", None));

    assert_eq!(record.couple.acknowledgment(offered).unwrap().answer, None);
}

#[test]
fn versions_stay_linked_and_only_the_newest_is_listed() {
    let mut record = Record::new();
    let first = record.asks(ana(), offer("What happened was bad.", None));
    let second = record.asks(ana(), offer("I hid the messages.", Some(first)));
    let third = record.asks(ana(), offer("I hid the messages for a year.", Some(second)));

    let views = record.couple.acknowledgments();
    assert_eq!(views.len(), 1);
    assert_eq!(
        (views[0].id, views[0].earlier.clone()),
        (third, vec![first, second])
    );
    assert_eq!(
        record.couple.acknowledgment(first).unwrap().replaced_by,
        Some(second)
    );

    assert_eq!(
        record.refuses(ana(), offer("again", Some(first))),
        Refused::Replaced
    );
    assert_eq!(
        record.refuses(ben(), offer("mine", Some(third))),
        Refused::NotYours
    );
    let late = answer(first, AcknowledgmentAnswer::Received);
    assert_eq!(record.refuses(ben(), late), Refused::Replaced);
}

#[test]
fn an_answer_that_crossed_a_new_version_still_counts_for_the_old_one() {
    let mut record = Record::new();
    let first = record.asks(ana(), offer("I hid the messages.", None));
    record.asks(ana(), offer("I hid the messages for a year.", Some(first)));

    let crossed = Event::AcknowledgmentAnswered {
        acknowledgment: first,
        answer: AcknowledgmentAnswer::Received,
    };
    assert_eq!(record.writes(ben(), crossed).1, Effect::Taken);
    assert!(
        record
            .couple
            .acknowledgment(first)
            .unwrap()
            .answer
            .is_some()
    );
}

#[test]
fn a_withdrawn_acknowledgment_hides_its_words_and_shows_that_it_was_withdrawn() {
    let mut record = Record::new();
    let offered = record.asks(ana(), offer("I hid the messages.", None));
    record.asks(ana(), Command::WithdrawEntry { entry: offered });

    let view = record.couple.acknowledgment(offered).unwrap();
    assert!(view.is_withdrawn);
    assert_eq!(view.elements, Elements::default());
}

#[test]
fn a_part_has_a_length_that_can_be_heard() {
    let record = Record::new();
    let long = Command::OfferAcknowledgment {
        elements: Elements {
            impact: "x".repeat(5_001),
            ..elements("I hid the messages.")
        },
        settled: Settled::Said,
        replaces: None,
    };

    assert_eq!(
        record.refuses(ana(), long),
        Refused::Text(TextError::ElementTooLong)
    );
}
