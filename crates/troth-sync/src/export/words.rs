//! What each entry says, in words that never change.
//!
//! Screens read [`troth_core::projection::reading`], whose wording may grow better; whoever checks
//! an export of format 1 must be able to write the same words in ten years. So these are plain
//! fields, each on its line, and every version of every entry stands for itself.

use troth_core::{
    Couple, Element, Entry, Event, HeldVisit, PartnerId, SealedAnswer, SharedSigns, ShownSigns,
};

/// Writes the fields of an entry, one a line.
pub(super) fn words(entry: &Entry, couple: &Couple, reader: PartnerId) -> Vec<String> {
    let field = |name: &str, value: &str| format!("{name}: {value}");
    match &entry.body {
        Event::PartnerIntroduced { name } => vec![field("name", name)],
        Event::RevealStarted { prompt, .. } => vec![field("question", prompt)],
        Event::RevealAnswered { reveal, answer } => {
            let closed = match answer {
                SealedAnswer::Sealed { .. } => "(sealed when this was taken along)",
                SealedAnswer::Committed { .. } => "(bound by a hash; see the opening)",
            };
            let view = couple.reveal(*reveal, reader);
            let answers = view.map_or([None, None], |view| [view.mine, view.theirs]);
            let mine = answers
                .into_iter()
                .flatten()
                .find(|answer| answer.by == entry.author);
            vec![mine.map_or_else(|| closed.to_owned(), |answer| field("answer", &answer.text))]
        }
        Event::RevealOpened { answer, .. } => vec![field("answer", answer)],
        Event::AcknowledgmentOffered { elements, .. } => {
            let named = |element: Element| field(element.key(), elements.text(element));
            Element::ALL.into_iter().map(named).collect()
        }
        Event::AcknowledgmentAnswered { answer, .. } => {
            use troth_core::AcknowledgmentAnswer::{Missing, Received, ReceivedNeedTime};
            match answer {
                Received => vec![String::from("received")],
                ReceivedNeedTime => vec![String::from("received; needs time")],
                Missing(missing) => missing
                    .iter()
                    .map(|it| field("missing", it.key()))
                    .collect(),
            }
        }
        Event::CommitmentMade { text, schedule } => {
            vec![field("promise", text), field("due", &schedule.to_string())]
        }
        Event::CommitmentMarked {
            occurrence,
            mark,
            note,
            ..
        } => vec![
            field("due", &occurrence.local.to_string()),
            field("mark", mark.key()),
            field("note", note),
        ],
        Event::CommitmentRenegotiated { schedule, .. } => {
            vec![field("due", &schedule.to_string())]
        }
        Event::Thanked { text, .. } => vec![field("thanks", text)],
        Event::SignsShared(signs) => signs_of(signs),
        Event::VisitProposed(held) => visit(held),
        Event::VisitAnswered { answer, .. } => vec![field("answer", answer.key())],
        Event::EntryCorrected { text, .. } => vec![field("corrected to", text)],
        Event::Newer(_) => vec![String::from("(written by a newer version)")],
        Event::Unreadable => vec![String::from("(cannot be read)")],
        _ => Vec::new(),
    }
}

/// Writes an hour that was held for both; the token that let the partner in is not part of it.
fn visit(held: &HeldVisit) -> Vec<String> {
    vec![
        format!("provider: {}", held.provider_name),
        format!("begins: {}", minute(held.start)),
        format!("minutes: {}", held.minutes),
        format!("format: {}", held.format.key()),
        format!("held until: {}", minute(held.until)),
    ]
}

/// Writes a minute since 1970 as an instant in UTC.
fn minute(minute: u32) -> String {
    let at = jiff::Timestamp::from_second(i64::from(minute) * 60);
    at.unwrap_or_default().to_string()
}

fn signs_of(signs: &SharedSigns) -> Vec<String> {
    let mut lines = vec![format!(
        "weeks: {} to {}",
        signs.from.monday(),
        signs.to.monday()
    )];
    match &signs.shown {
        ShownSigns::Summary(summary) => {
            lines.push(format!("weeks rated: {}", summary.weeks_rated));
            if let Some(strong) = summary.strong {
                let (low, middle, high) = (strong.low, strong.middle, strong.high);
                lines.push(format!(
                    "strong signs, in tenths: {middle}, between {low} and {high}"
                ));
            }
        }
        ShownSigns::Singles(singles) => {
            for single in singles {
                let weeks = single
                    .weeks
                    .iter()
                    .map(|(week, rating)| format!("{} {rating}", week.monday()));
                let weeks: Vec<String> = weeks.collect();
                lines.push(format!("{}: {}", single.sign.key(), weeks.join(", ")));
            }
        }
    }
    lines
}
