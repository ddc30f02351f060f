use super::*;

fn sealed() -> SealedAnswer {
    SealedAnswer::Sealed {
        share_commit: [1; 32],
        ciphertext: vec![2; 300],
    }
}

fn committed() -> SealedAnswer {
    SealedAnswer::Committed { hash: [3; 32] }
}

fn started(record: &mut Record, referee: Referee) -> EntryId {
    record.asks(
        ana(),
        Command::StartReveal {
            prompt: "What do you miss?".into(),
            referee,
        },
    )
}

fn answers(record: &mut Record, by: PartnerId, reveal: EntryId, answer: SealedAnswer) -> EntryId {
    record.asks(by, Command::AnswerReveal { reveal, answer })
}

fn standing(record: &Record, reveal: EntryId, viewer: PartnerId) -> RevealStanding {
    record.couple.reveal(reveal, viewer).unwrap().standing
}

#[test]
fn both_answers_open_at_once_and_never_before() {
    let mut record = Record::new();
    let reveal = started(&mut record, Referee::Server);
    assert_eq!(
        standing(&record, reveal, ana()),
        RevealStanding::WaitingForYou
    );

    answers(&mut record, ana(), reveal, sealed());
    record.couple.open_reveal(reveal, ana(), "told too early");
    record
        .couple
        .remember_own_answer(reveal, ana(), "Our walks.");
    assert_eq!(
        standing(&record, reveal, ana()),
        RevealStanding::WaitingForPartner
    );
    assert_eq!(
        standing(&record, reveal, ben()),
        RevealStanding::WaitingForYou
    );
    assert_eq!(
        record
            .couple
            .reveal(reveal, ana())
            .unwrap()
            .mine
            .unwrap()
            .text,
        "Our walks."
    );
    assert_eq!(record.couple.reveal(reveal, ben()).unwrap().theirs, None);
    assert_eq!(record.couple.shares_wanted(), []);

    answers(&mut record, ben(), reveal, sealed());
    assert_eq!(standing(&record, reveal, ben()), RevealStanding::Opening);
    assert_eq!(record.couple.shares_wanted()[0].answers.len(), 2);

    record.couple.open_reveal(reveal, ana(), "Our walks.");
    assert_eq!(
        record.couple.reveal(reveal, ben()).unwrap().theirs,
        None,
        "not one alone"
    );
    record.couple.open_reveal(reveal, ben(), "Your laugh.");

    let seen = record.couple.reveal(reveal, ana()).unwrap();
    assert_eq!(seen.standing, RevealStanding::Open);
    assert_eq!(seen.theirs.unwrap().text, "Your laugh.");
    assert_eq!(seen.mine.unwrap().text, "Our walks.");
    assert_eq!(record.couple.shares_wanted(), []);
}

#[test]
fn the_first_answer_counts_and_the_first_words_stay() {
    let mut record = Record::new();
    let reveal = started(&mut record, Referee::Server);
    answers(&mut record, ana(), reveal, sealed());

    let again = Command::AnswerReveal {
        reveal,
        answer: sealed(),
    };
    assert_eq!(record.refuses(ana(), again), Refused::AlreadyAnswered);
    let (_, effect) = record.writes(
        ana(),
        Event::RevealAnswered {
            reveal,
            answer: sealed(),
        },
    );
    assert_eq!(effect, Effect::Ignored);

    answers(&mut record, ben(), reveal, sealed());
    record.couple.open_reveal(reveal, ana(), "one");
    record.couple.open_reveal(reveal, ana(), "two");
    record.couple.open_reveal(reveal, ben(), "three");
    assert_eq!(
        record
            .couple
            .reveal(reveal, ben())
            .unwrap()
            .theirs
            .unwrap()
            .text,
        "one"
    );
}

#[test]
fn without_a_referee_both_commit_before_either_opens() {
    let mut record = Record::new();
    let reveal = started(&mut record, Referee::Nobody);
    answers(&mut record, ana(), reveal, committed());
    let open = |answer: &str| Command::OpenReveal {
        reveal,
        answer: answer.into(),
        nonce: [4; 32],
    };

    assert_eq!(record.refuses(ana(), open("early")), Refused::NotYetOpen);
    let early = Event::RevealOpened {
        reveal,
        answer: "early".into(),
        nonce: [4; 32],
    };
    assert_eq!(record.writes(ana(), early).1, Effect::Ignored);
    assert_eq!(record.couple.openings_to_check(), []);
    assert_eq!(record.couple.openings_owed(ana()), []);

    answers(&mut record, ben(), reveal, committed());
    assert_eq!(record.couple.openings_owed(ana()), [reveal]);
    record.asks(ana(), open("Our walks."));
    record.asks(ben(), open("Your laugh."));
    assert_eq!(record.couple.openings_owed(ana()), []);

    for opening in record.couple.openings_to_check() {
        record
            .couple
            .open_reveal(reveal, opening.by, &opening.answer);
    }
    assert_eq!(
        record
            .couple
            .reveal(reveal, ana())
            .unwrap()
            .theirs
            .unwrap()
            .text,
        "Your laugh."
    );
    assert_eq!(record.refuses(ana(), open("other")), Refused::AlreadyOpen);
}

#[test]
fn an_opening_that_does_not_fit_its_hash_is_never_shown_and_a_right_one_still_can_be() {
    let mut record = Record::new();
    let reveal = started(&mut record, Referee::Nobody);
    answers(&mut record, ana(), reveal, committed());
    answers(&mut record, ben(), reveal, committed());
    let open = |answer: &str| Command::OpenReveal {
        reveal,
        answer: answer.into(),
        nonce: [4; 32],
    };
    let wrong = record.asks(ana(), open("changed words"));

    record.couple.refuse_opening(wrong);
    assert_eq!(record.couple.openings_to_check(), []);
    assert_eq!(record.couple.openings_owed(ana()), [reveal]);

    let right = record.asks(ana(), open("the words"));
    assert_eq!(record.couple.openings_to_check()[0].entry, right);
}

#[test]
fn a_question_can_be_taken_back_until_both_have_answered() {
    let mut record = Record::new();
    let reveal = started(&mut record, Referee::Server);
    answers(&mut record, ana(), reveal, sealed());
    record.asks(ana(), Command::WithdrawReveal { reveal });

    let seen = record.couple.reveal(reveal, ben()).unwrap();
    assert_eq!(seen.standing, RevealStanding::Withdrawn);
    assert_eq!(seen.prompt, "");
    let answer = Command::AnswerReveal {
        reveal,
        answer: sealed(),
    };
    assert_eq!(record.refuses(ben(), answer), Refused::RevealWithdrawn);

    let kept = started(&mut record, Referee::Server);
    answers(&mut record, ana(), kept, sealed());
    answers(&mut record, ben(), kept, sealed());
    let withdraw = Command::WithdrawReveal { reveal: kept };
    assert_eq!(record.refuses(ana(), withdraw), Refused::AlreadyOpen);
}

#[test]
fn an_answer_is_sealed_as_the_question_asks() {
    let mut record = Record::new();
    let reveal = started(&mut record, Referee::Server);

    let wrong = Command::AnswerReveal {
        reveal,
        answer: committed(),
    };
    assert_eq!(record.refuses(ben(), wrong), Refused::WrongSealing);
    assert_eq!(
        record.couple.may_answer(ben(), reveal, "words"),
        Ok(Referee::Server)
    );
    assert_eq!(
        record
            .couple
            .may_answer(ben(), reveal, &"a".repeat(10_000_000)),
        Err(Refused::Text(TextError::TooLong))
    );
}

#[test]
fn an_open_answer_can_be_corrected_or_withdrawn_by_its_author_and_a_sealed_one_cannot() {
    let mut record = Record::new();
    let reveal = started(&mut record, Referee::Server);
    let entry = answers(&mut record, ana(), reveal, sealed());
    let correct = Command::CorrectEntry {
        entry,
        text: "Our long walks.".into(),
    };
    assert_eq!(
        record.refuses(ana(), correct.clone()),
        Refused::CannotCorrect
    );
    assert_eq!(
        record.refuses(ana(), Command::WithdrawEntry { entry }),
        Refused::CannotWithdraw
    );

    answers(&mut record, ben(), reveal, sealed());
    record.couple.open_reveal(reveal, ana(), "Our walks.");
    record.couple.open_reveal(reveal, ben(), "Your laugh.");
    assert_eq!(record.refuses(ben(), correct.clone()), Refused::NotYours);
    record.asks(ana(), correct);
    let theirs = |record: &Record| record.couple.reveal(reveal, ben()).unwrap().theirs.unwrap();
    assert_eq!(theirs(&record).text, "Our long walks.");
    record.asks(ana(), Command::WithdrawEntry { entry });
    assert_eq!(theirs(&record).text, "");
}
