//! Strategies: what a person might wish for next, given the record as it stands.

use troth_core::{
    AcknowledgmentAnswer, Command, Couple, Element, Elements, EntryId, Mark, Moment, PartnerId,
    Referee, RevealStanding, Schedule, Settled, SharedSigns, ShownSigns, Sign, SingleSign, Week,
};

use crate::chance::Chance;

/// What a person wishes to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// Something that the record takes as it is.
    Command(Command),
    /// To answer a question; the client seals the words.
    Answer(EntryId, String),
}

/// Who wishes, what they see, and when.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// The record as this device shows it.
    pub couple: &'a Couple,
    /// Who looks at it.
    pub me: PartnerId,
    /// When.
    pub now: &'a Moment,
    /// Entries that there are, of both partners.
    pub entries: &'a [EntryId],
}

const SCHEDULES: [&str; 5] = [
    "2026-12-01T18:00[Europe/Vienna]",
    "2027-01-15[America/New_York]",
    "FREQ=WEEKLY;BYDAY=MO",
    "FREQ=DAILY;COUNT=5",
    "FREQ=MONTHLY;BYMONTHDAY=31",
];

fn schedule(now: &Moment, chance: &Chance) -> Schedule {
    let text = chance.pick(&SCHEDULES).copied().unwrap_or_default();
    Schedule::parse(text, now).expect("the schedules above are good")
}

/// Words that are found nowhere else in the world.
fn words(chance: &Chance) -> String {
    format!("word-{:016x}", u64::from_be_bytes(chance.draw()))
}

/// Draws a wish; most of them the record takes, some it refuses.
#[must_use]
pub fn wish(sight: &Sight<'_>, chance: &Chance) -> Wish {
    let command = match chance.below(16) {
        0 => Some(Command::StartReveal {
            prompt: words(chance),
            referee: referee(chance),
        }),
        1..=4 => return answer(sight, chance),
        5 => Some(Command::OfferAcknowledgment {
            elements: Elements {
                act: words(chance),
                regret: words(chance),
                ..Elements::default()
            },
            settled: Settled::Said,
            replaces: None,
        }),
        6 => answered_acknowledgment(sight, chance),
        7 => Some(Command::MakeCommitment {
            text: words(chance),
            schedule: schedule(sight.now, chance),
        }),
        8 | 9 => on_commitment(sight, chance),
        10 => chance.pick(sight.entries).map(|on| Command::Thank {
            on: *on,
            text: words(chance),
        }),
        11 => Some(Command::ShareSigns(signs(sight.now, chance))),
        12 => chance
            .pick(sight.entries)
            .map(|entry| Command::WithdrawEntry { entry: *entry }),
        13 => chance
            .pick(sight.entries)
            .map(|entry| Command::CorrectEntry {
                entry: *entry,
                text: words(chance),
            }),
        14 => take_back(sight, chance),
        _ => None,
    };
    Wish::Command(command.unwrap_or_else(|| Command::Introduce {
        name: words(chance),
    }))
}

fn referee(chance: &Chance) -> Referee {
    if chance.percent(50) {
        Referee::Server
    } else {
        Referee::Nobody
    }
}

/// Answers a question that waits, or asks one.
fn answer(sight: &Sight<'_>, chance: &Chance) -> Wish {
    let reveals = sight.couple.reveals(sight.me);
    let waiting = reveals
        .iter()
        .find(|it| it.standing == RevealStanding::WaitingForYou);
    match waiting {
        Some(reveal) => Wish::Answer(reveal.id, words(chance)),
        None => Wish::Command(Command::StartReveal {
            prompt: words(chance),
            referee: referee(chance),
        }),
    }
}

fn take_back(sight: &Sight<'_>, chance: &Chance) -> Option<Command> {
    let reveals = sight.couple.reveals(sight.me);
    chance
        .pick(&reveals)
        .map(|reveal| Command::WithdrawReveal { reveal: reveal.id })
}

fn answered_acknowledgment(sight: &Sight<'_>, chance: &Chance) -> Option<Command> {
    let offered = sight.couple.acknowledgments();
    let theirs = offered.iter().find(|it| it.by != sight.me)?;
    let answer = match chance.below(3) {
        0 => AcknowledgmentAnswer::Received,
        1 => AcknowledgmentAnswer::ReceivedNeedTime,
        _ => AcknowledgmentAnswer::Missing(vec![Element::Impact]),
    };
    Some(Command::AnswerAcknowledgment {
        acknowledgment: theirs.id,
        answer,
    })
}

fn on_commitment(sight: &Sight<'_>, chance: &Chance) -> Option<Command> {
    let promises = sight.couple.commitments(sight.now);
    let promise = chance.pick(&promises)?;
    let mine = promise.giver == sight.me;
    let mark = match (mine, chance.percent(60)) {
        (true, true) => Mark::Kept,
        (true, false) => Mark::Missed,
        (false, true) => Mark::Seen,
        (false, false) => Mark::Different,
    };
    let commitment = promise.id;
    Some(match chance.below(5) {
        0 => Command::RenegotiateCommitment {
            commitment,
            schedule: schedule(sight.now, chance),
        },
        1 => Command::ReleaseCommitment { commitment },
        _ => Command::MarkCommitment {
            commitment,
            occurrence: None,
            mark,
            note: words(chance),
        },
    })
}

fn signs(now: &Moment, chance: &Chance) -> SharedSigns {
    let week = Week::containing(now.local().date());
    let rating = u8::try_from(chance.below(5)).unwrap_or_default();
    let single = SingleSign {
        sign: Sign::ALL[chance.below(9)],
        weeks: vec![(week, rating)],
    };
    SharedSigns {
        from: week,
        to: week,
        shown: ShownSigns::Singles(vec![single]),
    }
}
