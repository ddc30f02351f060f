use super::*;
use crate::visit::{HeldVisit, PartnerToken, VisitAnswer, VisitFormat, VisitStanding};

/// 2026-11-24T17:00Z, held until 2026-11-22T10:05Z.
pub(super) fn held() -> HeldVisit {
    HeldVisit {
        provider: 77,
        provider_name: "Rosa Lind".into(),
        start: 29_925_660,
        minutes: 50,
        zone: "America/Los_Angeles".into(),
        format: VisitFormat::Video,
        hold: [5; 16],
        token: PartnerToken([6; 32]),
        server: "https://troth.example.org".into(),
        until: 29_922_365,
    }
}

fn answers(visit: EntryId, answer: VisitAnswer) -> Command {
    Command::AnswerVisit { visit, answer }
}

#[test]
fn a_held_hour_is_open_until_the_other_answers_or_its_time_is_over() {
    let mut record = Record::new();
    let visit = record.asks(ana(), Command::ProposeVisit(held()));

    let view = record.couple.visit(visit, &record.now).unwrap();
    assert_eq!((view.by, view.standing), (ana(), VisitStanding::Open));
    assert_eq!(view.until().to_string(), "2026-11-22T10:05:00Z");
    assert_eq!(view.start().to_string(), "2026-11-24T17:00:00Z");

    let later = at("2026-11-22T10:05:00Z");
    let view = record.couple.visit(visit, &later).unwrap();
    assert_eq!(view.standing, VisitStanding::Over);
}

#[test]
fn only_the_other_partner_answers_and_the_first_answer_counts() {
    let mut record = Record::new();
    let visit = record.asks(ana(), Command::ProposeVisit(held()));

    let own = answers(visit, VisitAnswer::Accepted);
    assert_eq!(record.refuses(ana(), own), Refused::OwnVisit);
    record.asks(ben(), answers(visit, VisitAnswer::NotThisOne));
    let second = answers(visit, VisitAnswer::Accepted);
    assert_eq!(record.refuses(ben(), second), Refused::VisitAnswered);

    let (_, effect) = record.writes(
        ben(),
        Event::VisitAnswered {
            visit,
            answer: VisitAnswer::Accepted,
        },
    );
    assert_eq!(effect, Effect::Ignored);
    let view = record.couple.visit(visit, &record.now).unwrap();
    assert_eq!(view.standing, VisitStanding::NotThisOne);
}

#[test]
fn an_accepted_hour_stays_accepted_when_the_time_of_the_hold_is_over() {
    let mut record = Record::new();
    let visit = record.asks(ana(), Command::ProposeVisit(held()));
    record.asks(ben(), answers(visit, VisitAnswer::Accepted));

    let view = record.couple.visit(visit, &at("2026-12-24T10:00:00Z"));

    assert_eq!(view.unwrap().standing, VisitStanding::Accepted);
}

#[test]
fn a_proposal_that_was_taken_back_takes_no_answer_and_shows_no_name() {
    let mut record = Record::new();
    let visit = record.asks(ana(), Command::ProposeVisit(held()));
    record.asks(ana(), Command::WithdrawEntry { entry: visit });

    let answer = answers(visit, VisitAnswer::Accepted);
    assert_eq!(record.refuses(ben(), answer), Refused::Withdrawn);
    let view = record.couple.visit(visit, &record.now).unwrap();
    assert_eq!(view.standing, VisitStanding::Withdrawn);
}

#[test]
fn the_newest_proposal_comes_first() {
    let mut record = Record::new();
    let first = record.asks(ana(), Command::ProposeVisit(held()));
    let second = record.asks(ben(), Command::ProposeVisit(held()));

    let ids: Vec<_> = record
        .couple
        .visits(&record.now)
        .iter()
        .map(|view| view.id)
        .collect();

    assert_eq!(ids, [second, first]);
}

#[test]
fn a_proposal_without_a_name_a_length_or_a_future_is_refused() {
    let record = Record::new();
    let change = |change: fn(&mut HeldVisit)| {
        let mut odd = held();
        change(&mut odd);
        record.refuses(ana(), Command::ProposeVisit(odd))
    };

    assert_eq!(change(|held| held.start = 29_900_000), Refused::InThePast);
    assert_eq!(change(|held| held.minutes = 0), Refused::VisitLength);
    assert_eq!(change(|held| held.minutes = 1441), Refused::VisitLength);
    assert_eq!(
        change(|held| held.provider_name.clear()),
        Refused::Text(TextError::Empty)
    );
    assert_eq!(
        change(|held| held.server = "x".repeat(301)),
        Refused::Text(TextError::TooLong)
    );
}

#[test]
fn the_way_in_is_shown_nowhere_in_words() {
    let mut record = Record::new();
    let visit = record.asks(ana(), Command::ProposeVisit(held()));
    let view = record.couple.visit(visit, &record.now).unwrap();

    assert!(format!("{view:?}").contains("PartnerToken(..)"));
}
