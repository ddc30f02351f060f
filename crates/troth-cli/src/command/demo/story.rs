//! The story of the demonstration: who writes what on which day.

use jiff::ToSpan as _;
use troth_core::{
    AcknowledgmentAnswer, Command, Element, Elements, EntryId, Mark, Moment, Referee, Schedule,
    Settled, VaultCommand, Week,
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

impl Who {
    /// What the other calls them.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ana => "Ana",
            Self::Ben => "Ben",
        }
    }

    /// How they sign in.
    pub(crate) fn login(self) -> &'static str {
        match self {
            Self::Ana => "ana.demo",
            Self::Ben => "ben.demo",
        }
    }

    /// Their password; everybody may know it.
    pub(crate) fn password(self) -> &'static str {
        match self {
            Self::Ana => "linden tree by the canal",
            Self::Ben => "second cup of coffee",
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
    Ask(&'static str, Referee),
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
            Self::Ask(prompt, referee) => Command::StartReveal {
                prompt: prompt.to_owned(),
                referee,
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

/// All scenes, in no order.
pub(crate) fn scenes() -> Vec<Scene> {
    [
        questions(),
        acknowledgments(),
        promises(),
        plans(),
        thanks(),
        vaults(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn scene(day: i64, hour: i8, who: Who, act: Act) -> Scene {
    Scene {
        day,
        hour,
        who,
        act,
    }
}

fn write(name: &'static str, command: Wish) -> Act {
    Act::Write { name, command }
}

fn questions() -> Vec<Scene> {
    let answer = |reveal, words| Act::Answer { reveal, words };
    vec![
        scene(
            1,
            20,
            Who::Ana,
            write(
                "calm",
                Wish::Ask(
                    "What does a calm evening look like for you?",
                    Referee::Server,
                ),
            ),
        ),
        scene(
            1,
            21,
            Who::Ana,
            answer(
                "calm",
                "Phones in the drawer by nine. You tell me how your day was before I have to ask.",
            ),
        ),
        scene(
            2,
            19,
            Who::Ben,
            answer(
                "calm",
                "Cooking together with the radio on, and nobody has to prove anything.",
            ),
        ),
        scene(
            22,
            20,
            Who::Ben,
            write(
                "listen",
                Wish::Ask("What tells you that I am listening?", Referee::Server),
            ),
        ),
        scene(
            22,
            21,
            Who::Ben,
            answer(
                "listen",
                "When you put the book down and look at me, even for a minute.",
            ),
        ),
        scene(
            23,
            7,
            Who::Ana,
            answer(
                "listen",
                "You repeat it in your own words, and you ask whether that is it.",
            ),
        ),
        scene(
            44,
            20,
            Who::Ana,
            write(
                "proud",
                Wish::Ask("What are you proud of in these weeks?", Referee::Nobody),
            ),
        ),
        scene(
            44,
            21,
            Who::Ana,
            answer(
                "proud",
                "That I said what I needed on Sunday, without starting a quarrel.",
            ),
        ),
        scene(
            45,
            8,
            Who::Ben,
            answer(
                "proud",
                "That I told you about the dinner before it happened.",
            ),
        ),
        scene(
            55,
            20,
            Who::Ana,
            write(
                "month",
                Wish::Ask("What do you wish for the next month?", Referee::Server),
            ),
        ),
        scene(
            55,
            21,
            Who::Ana,
            answer("month", "One whole Saturday with nothing planned."),
        ),
    ]
}

fn acknowledgments() -> Vec<Scene> {
    let first = Elements {
        act: "I told you that I was working late, and I was not. I did it for four months."
            .to_owned(),
        responsibility: "Nobody made me. It was my choice each time.".to_owned(),
        regret: "I am sorry.".to_owned(),
        ..Elements::default()
    };
    let second = Elements {
        impact:
            "You lay awake and doubted what you saw. You stopped telling your sister how you are."
                .to_owned(),
        sense: "Anyone who was told the wrong thing for months would check twice now.".to_owned(),
        change: "I tell you my plans for the week on Mondays, and before they change.".to_owned(),
        ..first.clone()
    };
    vec![
        scene(
            5,
            21,
            Who::Ben,
            write("first", Wish::Acknowledge(first, None)),
        ),
        scene(
            6,
            9,
            Who::Ana,
            write(
                "missing",
                Wish::AnswerAcknowledgment(
                    "first",
                    AcknowledgmentAnswer::Missing(vec![Element::Impact, Element::Change]),
                ),
            ),
        ),
        scene(
            9,
            20,
            Who::Ben,
            write("second", Wish::Acknowledge(second, Some("first"))),
        ),
        scene(
            10,
            8,
            Who::Ana,
            write(
                "time",
                Wish::AnswerAcknowledgment("second", AcknowledgmentAnswer::ReceivedNeedTime),
            ),
        ),
    ]
}

fn promises() -> Vec<Scene> {
    let text = "I tell you my plans for the week before dinner.";
    let ben = [
        (Mark::Kept, ""),
        (Mark::Kept, ""),
        (Mark::Missed, "I forgot, and said it on the day after."),
        (Mark::Kept, ""),
        (Mark::Kept, "By telephone, from the train."),
        (Mark::Kept, ""),
        (Mark::Kept, ""),
    ];
    let ana = [
        (Mark::Seen, ""),
        (Mark::Seen, ""),
        (Mark::Seen, ""),
        (Mark::Seen, ""),
        (Mark::Different, "I heard it after dinner."),
        (Mark::Seen, ""),
    ];
    let marks = |who, hour, marks: Vec<(Mark, &'static str)>| {
        (0_i64..).zip(marks).map(move |(week, (mark, note))| {
            scene(
                7 + 7 * week,
                hour,
                who,
                write("mark", Wish::Mark("plans", mark, note)),
            )
        })
    };
    let made = scene(
        7,
        12,
        Who::Ben,
        write("plans", Wish::Promise(text, Due::Weekly(18))),
    );
    std::iter::once(made)
        .chain(marks(Who::Ben, 20, ben.to_vec()))
        .chain(marks(Who::Ana, 21, ana.to_vec()))
        .collect()
}

fn plans() -> Vec<Scene> {
    vec![
        scene(
            12,
            9,
            Who::Ana,
            write(
                "doctor",
                Wish::Promise(
                    "I make the appointment that I have been putting off.",
                    Due::By(10),
                ),
            ),
        ),
        scene(
            20,
            17,
            Who::Ana,
            write("doctor-kept", Wish::Mark("doctor", Mark::Kept, "")),
        ),
        scene(
            24,
            20,
            Who::Ben,
            write("doctor-seen", Wish::Mark("doctor", Mark::Seen, "")),
        ),
        scene(
            26,
            18,
            Who::Ben,
            write(
                "walk",
                Wish::Promise("We walk around the lake, the two of us.", Due::At(4, 15)),
            ),
        ),
        scene(
            29,
            19,
            Who::Ben,
            write("walk-later", Wish::Replan("walk", Due::At(4, 15))),
        ),
        scene(
            33,
            20,
            Who::Ben,
            write(
                "walk-kept",
                Wish::Mark("walk", Mark::Kept, "It rained; we went anyway."),
            ),
        ),
        scene(
            33,
            21,
            Who::Ana,
            write("walk-seen", Wish::Mark("walk", Mark::Seen, "")),
        ),
        scene(
            54,
            10,
            Who::Ana,
            write(
                "letter",
                Wish::Promise("I write down three things that became easier.", Due::By(5)),
            ),
        ),
    ]
}

fn thanks() -> Vec<Scene> {
    vec![
        scene(
            34,
            8,
            Who::Ana,
            write(
                "thanks",
                Wish::Thank("walk", "Thank you for not calling it off."),
            ),
        ),
        scene(
            34,
            9,
            Who::Ana,
            write(
                "corrected",
                Wish::Correct(
                    "thanks",
                    "Thank you for not calling it off, although you were tired.",
                ),
            ),
        ),
        scene(
            46,
            19,
            Who::Ben,
            write(
                "thanks-back",
                Wish::Thank("doctor", "I know that this one was hard."),
            ),
        ),
    ]
}

fn vaults() -> Vec<Scene> {
    let ana = [
        [1, 1, 1, 1, 1, 3, 1, 1, 2, 2],
        [1, 1, 2, 1, 1, 3, 1, 1, 2, 2],
        [2, 1, 2, 2, 1, 3, 1, 2, 3, 2],
        [1, 1, 1, 1, 1, 3, 1, 1, 2, 2],
        [2, 2, 2, 2, 2, 3, 1, 3, 3, 2],
        [2, 3, 2, 3, 2, 3, 2, 3, 3, 3],
        [3, 3, 2, 3, 2, 4, 2, 3, 3, 3],
        [3, 3, 3, 3, 2, 4, 2, 3, 4, 3],
    ];
    let ben = [
        [1, 2, 1, 2, 2, 3, 1, 2, 3, 2],
        [2, 2, 1, 2, 2, 3, 1, 2, 3, 3],
        [2, 2, 2, 2, 2, 3, 2, 2, 3, 3],
        [1, 2, 2, 2, 2, 3, 1, 2, 3, 3],
        [2, 3, 2, 3, 2, 3, 2, 2, 3, 3],
        [2, 3, 3, 3, 2, 3, 2, 3, 4, 3],
        [3, 3, 3, 3, 3, 4, 2, 3, 4, 3],
    ];
    let weeks = |who, hour, ratings: Vec<[u8; 10]>| {
        (0_i64..)
            .zip(ratings)
            .map(move |(week, ratings)| (3 + 7 * week, hour, who, ratings))
    };
    let rated = weeks(Who::Ana, 18, ana.to_vec()).chain(weeks(Who::Ben, 22, ben.to_vec()));
    let note = |text: &str| {
        Act::Keep(VaultCommand::WriteNote {
            text: text.to_owned(),
            replaces: None,
        })
    };
    rated
        .map(|(day, hour, who, ratings)| (day, hour, who, Act::RateSigns(ratings)))
        .chain([
            (
                4,
                23,
                Who::Ana,
                note("I checked twice today. It helped for an hour."),
            ),
            (
                31,
                23,
                Who::Ana,
                note("First morning without going through it all again."),
            ),
            (
                38,
                23,
                Who::Ben,
                note("Say it earlier. It gets heavier by waiting."),
            ),
            (50, 20, Who::Ben, Act::ShareSigns),
            (52, 20, Who::Ana, Act::ShareSigns),
        ])
        .map(|(day, hour, who, act)| scene(day, hour, who, act))
        .collect()
}
