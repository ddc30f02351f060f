//! The scenes of the story: what is written in eight weeks, as two people might.

use troth_core::{AcknowledgmentAnswer, Element, Elements, Mark, VaultCommand};

use super::story::Who::{Ana, Ben};
use super::story::{Act, Due, Scene, Who, Wish};

/// All scenes, in no order.
pub(crate) fn scenes() -> Vec<Scene> {
    let parts = [
        questions(),
        acknowledgments(),
        promises(),
        plans(),
        thanks(),
        vaults(),
    ];
    parts.into_iter().flatten().collect()
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

/// Questions: when, who, which, and the prompt.
const ASKED: [(i64, i8, Who, &str, &str); 4] = [
    (
        1,
        20,
        Ana,
        "calm",
        "What does a calm evening look like for you?",
    ),
    (22, 20, Ben, "listen", "What tells you that I am listening?"),
    (
        44,
        20,
        Ana,
        "proud",
        "What are you proud of in these weeks?",
    ),
    (55, 20, Ana, "month", "What do you wish for the next month?"),
];

/// Answers: when, who, to which, and the words. The last question waits for Ben.
const ANSWERED: [(i64, i8, Who, &str, &str); 7] = [
    (
        1,
        21,
        Ana,
        "calm",
        "Phones in the drawer by nine. You tell me how your day was before I have to ask.",
    ),
    (
        2,
        19,
        Ben,
        "calm",
        "Cooking together with the radio on, and nobody has to prove anything.",
    ),
    (
        22,
        21,
        Ben,
        "listen",
        "When you put the book down and look at me, even for a minute.",
    ),
    (
        23,
        7,
        Ana,
        "listen",
        "You repeat it in your own words, and you ask whether that is it.",
    ),
    (
        44,
        21,
        Ana,
        "proud",
        "That I said what I needed on Sunday, without starting a quarrel.",
    ),
    (
        45,
        8,
        Ben,
        "proud",
        "That I told you about the dinner before it happened.",
    ),
    (
        55,
        21,
        Ana,
        "month",
        "One whole Saturday with nothing planned.",
    ),
];

fn questions() -> Vec<Scene> {
    let asked = ASKED.into_iter().map(|(day, hour, who, name, prompt)| {
        scene(day, hour, who, write(name, Wish::Ask(prompt)))
    });
    let answered = ANSWERED.into_iter().map(|(day, hour, who, reveal, words)| {
        scene(day, hour, who, Act::Answer { reveal, words })
    });
    asked.chain(answered).collect()
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
    let missing = AcknowledgmentAnswer::Missing(vec![Element::Impact, Element::Change]);
    let time = AcknowledgmentAnswer::ReceivedNeedTime;
    vec![
        scene(5, 21, Ben, write("first", Wish::Acknowledge(first, None))),
        scene(
            6,
            9,
            Ana,
            write("missing", Wish::AnswerAcknowledgment("first", missing)),
        ),
        scene(
            9,
            20,
            Ben,
            write("second", Wish::Acknowledge(second, Some("first"))),
        ),
        scene(
            10,
            8,
            Ana,
            write("time", Wish::AnswerAcknowledgment("second", time)),
        ),
    ]
}

/// How Ben marks his weekly promise.
const BEN_MARKS: [(Mark, &str); 7] = [
    (Mark::Kept, ""),
    (Mark::Kept, ""),
    (Mark::Missed, "I forgot, and said it on the day after."),
    (Mark::Kept, ""),
    (Mark::Kept, "By telephone, from the train."),
    (Mark::Kept, ""),
    (Mark::Kept, ""),
];

/// How it looked to Ana; the last week waits for her.
const ANA_MARKS: [(Mark, &str); 6] = [
    (Mark::Seen, ""),
    (Mark::Seen, ""),
    (Mark::Seen, ""),
    (Mark::Seen, ""),
    (Mark::Different, "I heard it after dinner."),
    (Mark::Seen, ""),
];

fn promises() -> Vec<Scene> {
    let text = "I tell you my plans for the week before dinner.";
    let mark = |who, hour, (week, (mark, note))| {
        scene(
            7 + 7 * week,
            hour,
            who,
            write("mark", Wish::Mark("plans", mark, note)),
        )
    };
    let made = scene(
        7,
        12,
        Ben,
        write("plans", Wish::Promise(text, Due::Weekly(18))),
    );
    let ben = (0_i64..).zip(BEN_MARKS).map(|one| mark(Ben, 20, one));
    let ana = (0_i64..).zip(ANA_MARKS).map(|one| mark(Ana, 21, one));
    std::iter::once(made).chain(ben).chain(ana).collect()
}

fn plans() -> Vec<Scene> {
    let doctor = Wish::Promise(
        "I make the appointment that I have been putting off.",
        Due::By(10),
    );
    let walk = Wish::Promise("We walk around the lake, the two of us.", Due::At(4, 15));
    let letter = Wish::Promise("I write down three things that became easier.", Due::By(5));
    let kept = Wish::Mark("walk", Mark::Kept, "It rained; we went anyway.");
    vec![
        scene(12, 9, Ana, write("doctor", doctor)),
        scene(
            20,
            17,
            Ana,
            write("doctor-kept", Wish::Mark("doctor", Mark::Kept, "")),
        ),
        scene(
            24,
            20,
            Ben,
            write("doctor-seen", Wish::Mark("doctor", Mark::Seen, "")),
        ),
        scene(26, 18, Ben, write("walk", walk)),
        scene(
            29,
            19,
            Ben,
            write("walk-later", Wish::Replan("walk", Due::At(4, 15))),
        ),
        scene(33, 20, Ben, write("walk-kept", kept)),
        scene(
            33,
            21,
            Ana,
            write("walk-seen", Wish::Mark("walk", Mark::Seen, "")),
        ),
        scene(54, 10, Ana, write("letter", letter)),
    ]
}

fn thanks() -> Vec<Scene> {
    let said = "Thank you for not calling it off.";
    let meant = "Thank you for not calling it off, although you were tired.";
    let back = Wish::Thank("doctor", "I know that this one was hard.");
    vec![
        scene(34, 8, Ana, write("thanks", Wish::Thank("walk", said))),
        scene(
            34,
            9,
            Ana,
            write("corrected", Wish::Correct("thanks", meant)),
        ),
        scene(46, 19, Ben, write("thanks-back", back)),
    ]
}

/// Ana's ratings, week by week.
const ANA_SIGNS: [[u8; 10]; 8] = [
    [1, 1, 1, 1, 1, 3, 1, 1, 2, 2],
    [1, 1, 2, 1, 1, 3, 1, 1, 2, 2],
    [2, 1, 2, 2, 1, 3, 1, 2, 3, 2],
    [1, 1, 1, 1, 1, 3, 1, 1, 2, 2],
    [2, 2, 2, 2, 2, 3, 1, 3, 3, 2],
    [2, 3, 2, 3, 2, 3, 2, 3, 3, 3],
    [3, 3, 2, 3, 2, 4, 2, 3, 3, 3],
    [3, 3, 3, 3, 2, 4, 2, 3, 4, 3],
];

/// Ben's ratings; he has not rated the last week yet.
const BEN_SIGNS: [[u8; 10]; 7] = [
    [1, 2, 1, 2, 2, 3, 1, 2, 3, 2],
    [2, 2, 1, 2, 2, 3, 1, 2, 3, 3],
    [2, 2, 2, 2, 2, 3, 2, 2, 3, 3],
    [1, 2, 2, 2, 2, 3, 1, 2, 3, 3],
    [2, 3, 2, 3, 2, 3, 2, 2, 3, 3],
    [2, 3, 3, 3, 2, 3, 2, 3, 4, 3],
    [3, 3, 3, 3, 3, 4, 2, 3, 4, 3],
];

/// Notes to oneself.
const NOTES: [(i64, Who, &str); 3] = [
    (4, Ana, "I checked twice today. It helped for an hour."),
    (31, Ana, "First morning without going through it all again."),
    (38, Ben, "Say it earlier. It gets heavier by waiting."),
];

fn vaults() -> Vec<Scene> {
    let rate = |who, hour, (week, ratings)| scene(3 + 7 * week, hour, who, Act::RateSigns(ratings));
    let ana = (0_i64..).zip(ANA_SIGNS).map(|one| rate(Ana, 18, one));
    let ben = (0_i64..).zip(BEN_SIGNS).map(|one| rate(Ben, 22, one));
    let notes = NOTES.into_iter().map(|(day, who, text)| {
        let command = VaultCommand::WriteNote {
            text: text.to_owned(),
            replaces: None,
        };
        scene(day, 23, who, Act::Keep(command))
    });
    let shared = [
        scene(50, 20, Ben, Act::ShareSigns),
        scene(52, 20, Ana, Act::ShareSigns),
    ];
    ana.chain(ben).chain(notes).chain(shared).collect()
}
