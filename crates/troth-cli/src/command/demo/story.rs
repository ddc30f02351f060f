//! The story of the demonstration: who writes what on which day.

use jiff::ToSpan as _;
use troth_core::{
    AcknowledgmentAnswer, Command, Elements, EntryId, Mark, Moment, Referee, Schedule, Settled,
    VaultCommand, Week,
};

use crate::failure::Failure;
use crate::trouble;
use crate::world::Native;

/// How many days the story lasts: eight weeks.
pub(crate) const DAYS: i64 = 56;

/// The two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Ana,
    Ben,
}

/// Who somebody of the demonstration is. Everybody may know the password.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Character {
    /// What the other calls them.
    pub(crate) name: &'static str,
    /// How they sign in.
    pub(crate) login: &'static str,
    /// Their password.
    pub(crate) password: &'static str,
}

impl Who {
    /// Who this is.
    pub(crate) const fn character(self) -> Character {
        match self {
            Self::Ana => Character {
                name: "Ana",
                login: "ana.demo",
                password: "linden tree by the canal",
            },
            Self::Ben => Character {
                name: "Ben",
                login: "ben.demo",
                password: "second cup of coffee",
            },
        }
    }
}

/// One thing that one of them does.
pub(crate) struct Scene {
    pub(crate) day: i64,
    pub(crate) hour: i8,
    pub(crate) who: Who,
    pub(crate) act: Act,
}

/// What it is.
pub(crate) enum Act {
    /// Answer a question.
    Answer {
        reveal: &'static str,
        words: &'static str,
    },
    /// Rate the ten signs for the week of the scene.
    RateSigns([u8; 10]),
    /// Put something into the vault.
    Keep(VaultCommand),
    /// Share the last weeks of signs.
    ShareSigns,
    /// Write an entry and remember it by a name.
    Write { name: &'static str, command: Wish },
}

/// A command that may point at entries by the names of the story.
pub(crate) enum Wish {
    Ask(&'static str),
    Acknowledge(Elements, Option<&'static str>),
    AnswerAcknowledgment(&'static str, AcknowledgmentAnswer),
    Promise(&'static str, Due),
    Mark(&'static str, Mark, &'static str),
    Replan(&'static str, Due),
    Thank(&'static str, &'static str),
    Correct(&'static str, &'static str),
}

impl Wish {
    /// Puts the ids in place of the names.
    pub(crate) fn with(
        self,
        entry: &dyn Fn(&str) -> Result<EntryId, Failure>,
        now: &Moment,
    ) -> Result<Command, Failure> {
        let schedule = |due: Due| {
            Schedule::parse(&due.text(now), now).map_err(|error| trouble::core(error.into()))
        };
        Ok(match self {
            Self::Ask(prompt) => Command::StartReveal {
                prompt: prompt.to_owned(),
                referee: Referee::Server,
            },
            Self::Acknowledge(elements, replaces) => Command::OfferAcknowledgment {
                elements,
                settled: Settled::Said,
                replaces: replaces.map(entry).transpose()?,
            },
            Self::AnswerAcknowledgment(name, answer) => Command::AnswerAcknowledgment {
                acknowledgment: entry(name)?,
                answer,
            },
            Self::Promise(text, when) => Command::MakeCommitment {
                text: text.to_owned(),
                schedule: schedule(when)?,
            },
            Self::Mark(name, mark, note) => Command::MarkCommitment {
                commitment: entry(name)?,
                occurrence: None,
                mark,
                note: note.to_owned(),
            },
            Self::Replan(name, when) => Command::RenegotiateCommitment {
                commitment: entry(name)?,
                schedule: schedule(when)?,
            },
            Self::Thank(name, text) => Command::Thank {
                on: entry(name)?,
                text: text.to_owned(),
            },
            Self::Correct(name, text) => Command::CorrectEntry {
                entry: entry(name)?,
                text: text.to_owned(),
            },
        })
    }
}

/// A time counted from the day on which it is said.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Due {
    /// Every week from today on, at this hour.
    Weekly(i8),
    /// After so many days, at this hour.
    At(i64, i8),
    /// By the end of the day after so many days.
    By(i64),
}

impl Due {
    fn text(self, now: &Moment) -> String {
        let today = now.local().date();
        let day = |days: i64| today.checked_add(days.days()).unwrap_or(today);
        match self {
            Self::Weekly(hour) => format!("FREQ=WEEKLY;BYHOUR={hour}"),
            Self::At(days, hour) => format!("{}T{hour:02}:00", day(days)),
            Self::By(days) => day(days).to_string(),
        }
    }
}

/// Shares what the writer rated in the last eight weeks.
///
/// # Errors
///
/// The vault is locked or empty.
pub(crate) fn share(client: &Native) -> Result<Command, Failure> {
    let locked = || Failure::refused("the vault of the demonstration is locked");
    let vault = client.vault().ok_or_else(locked)?;
    let week = Week::containing(client.now().local().date());
    let signs = vault.share_summary(week.minus(7), week, 1);
    signs
        .map(Command::ShareSigns)
        .map_err(|error| Failure::refused(error.to_string()))
}
