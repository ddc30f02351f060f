use super::*;

#[test]
fn only_the_author_withdraws_or_corrects() {
    let mut record = Record::new();
    let promise = record.promises(ana(), "2026-12-01T18:00");

    assert_eq!(
        record.refuses(ben(), Command::WithdrawEntry { entry: promise }),
        Refused::NotYours
    );
    let (_, effect) = record.writes(ben(), Event::EntryWithdrawn { entry: promise });
    assert_eq!(effect, Effect::Ignored);
    assert_eq!(record.couple.amendments(promise), Amendments::default());
}

#[test]
fn a_withdrawal_is_visible_and_happens_once() {
    let mut record = Record::new();
    let promise = record.promises(ana(), "2026-12-01T18:00");
    let withdrawal = record.asks(ana(), Command::WithdrawEntry { entry: promise });

    assert_eq!(
        record.couple.amendments(promise).withdrawn_by,
        Some(withdrawal)
    );
    let view = record.couple.commitment(promise, &record.now).unwrap();
    assert_eq!(
        (view.standing, view.text.as_str()),
        (CommitmentStanding::Withdrawn, "")
    );
    assert_eq!(
        record.refuses(ana(), Command::WithdrawEntry { entry: promise }),
        Refused::Withdrawn
    );
    assert_eq!(
        record.refuses(ana(), Command::WithdrawEntry { entry: withdrawal }),
        Refused::CannotWithdraw
    );
}

#[test]
fn a_promise_is_not_reworded_afterwards() {
    let mut record = Record::new();
    let entry = record.promises(ana(), "2026-12-01T18:00");

    let reword = Command::CorrectEntry {
        entry,
        text: "I may call.".into(),
    };
    assert_eq!(record.refuses(ana(), reword), Refused::CannotCorrect);
}

#[test]
fn every_version_of_a_correction_stays() {
    let mut record = Record::new();
    let promise = record.promises(ana(), "2026-12-01T18:00");
    let thanks = record.asks(
        ben(),
        Command::Thank {
            on: promise,
            text: "one".into(),
        },
    );
    let second = record.asks(
        ben(),
        Command::CorrectEntry {
            entry: thanks,
            text: "two".into(),
        },
    );
    let third = record.asks(
        ben(),
        Command::CorrectEntry {
            entry: thanks,
            text: "three".into(),
        },
    );

    assert_eq!(
        record.couple.amendments(thanks).corrections,
        [(second, "two".to_owned()), (third, "three".to_owned())]
    );
}
