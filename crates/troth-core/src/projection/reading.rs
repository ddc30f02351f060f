//! Every entry in plain English, for the export (SAFETY X-1) and for reading aloud.

use jiff::Timestamp;

use crate::acknowledgment::{AcknowledgmentAnswer, Element, Elements};
use crate::commitment::Mark;
use crate::couple::{Couple, Effect};
use crate::entry::Entry;
use crate::event::Event;
use crate::id::{EntryId, PartnerId};
use crate::insight::Direction;
use crate::moment::zoned;
use crate::reveal::Referee;
use crate::sign::{SharedSigns, ShownSigns, SignsSummary, Week};

mod schedule;
#[cfg(test)]
mod tests;
mod visit;

pub use schedule::schedule_in_words;

/// Writes one entry as plain text: when, who, what, and what became of it.
///
/// Earlier versions and withdrawn words are part of the text, because an export keeps what was
/// written; words of a reveal that has not opened for both are not, even the reader's own.
#[must_use]
pub fn reading(entry: &Entry, couple: &Couple, reader: PartnerId) -> String {
    let mut text = format!(
        "{} ({}), {} {}",
        entry.written.local().strftime("%A, %-d %B %Y at %H:%M"),
        entry.written.zone,
        name(entry.author, couple),
        what(entry, couple, reader),
    );
    for note in notes(entry, couple) {
        text.push_str("\n  ");
        text.push_str(&note);
    }
    text
}

/// Says what the author did, as the rest of a sentence that begins with their name.
fn what(entry: &Entry, couple: &Couple, reader: PartnerId) -> String {
    match &entry.body {
        Event::PartnerIntroduced { name } => format!("asks to be called {}.", quoted(name)),
        Event::RevealStarted { .. }
        | Event::RevealAnswered { .. }
        | Event::RevealOpened { .. }
        | Event::RevealWithdrawn { .. } => reveal(entry, couple, reader),
        Event::AcknowledgmentOffered {
            elements, replaces, ..
        } => {
            let version = if replaces.is_some() {
                "wrote a new version of an acknowledgment"
            } else {
                "offered an acknowledgment"
            };
            format!("{version}.{}", elements_in_words(elements))
        }
        Event::AcknowledgmentAnswered {
            acknowledgment,
            answer,
        } => acknowledgment_answer(*acknowledgment, answer),
        Event::CommitmentMade { .. }
        | Event::CommitmentMarked { .. }
        | Event::CommitmentRenegotiated { .. }
        | Event::CommitmentReleased { .. } => commitment(&entry.body, couple),
        Event::Thanked { on, text } => {
            let words = if text.is_empty() {
                ".".to_owned()
            } else {
                format!(": {}", quoted(text))
            };
            format!("gave thanks for the entry {}{words}", place_of(*on))
        }
        Event::SignsShared(signs) => shared(signs),
        Event::VisitProposed(held) => visit::proposed(held),
        Event::VisitAnswered { answer, .. } => visit::answered(*answer).to_owned(),
        Event::EntryWithdrawn { entry } => format!("withdrew their entry {}.", place_of(*entry)),
        Event::EntryCorrected { entry, text } => {
            let words = if couple.is_sealed_answer(*entry) {
                "the words are not open yet.".to_owned()
            } else {
                quoted(text)
            };
            format!("corrected their entry {}: {words}", place_of(*entry))
        }
        Event::Newer(newer) => format!(
            "wrote an entry of a newer kind (kind {}, version {}), which this version keeps and cannot show.",
            newer.kind, newer.body_version,
        ),
        Event::Unreadable => "wrote an entry that cannot be read.".to_owned(),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "`what` hands over only these kinds"
)]
fn reveal(entry: &Entry, couple: &Couple, reader: PartnerId) -> String {
    match &entry.body {
        Event::RevealStarted { prompt, referee } => {
            let how = match referee {
                Referee::Server => "with the server holding both keys",
                Referee::Nobody => "without a referee",
            };
            let prompt = quoted(prompt);
            format!("asked a question that both answer before either reads, {how}: {prompt}")
        }
        Event::RevealAnswered { reveal, .. } => answered(entry, *reveal, couple, reader),
        Event::RevealOpened { reveal, .. } => {
            format!(
                "opened the answer to {}.",
                question(*reveal, couple, reader)
            )
        }
        Event::RevealWithdrawn { reveal } => {
            format!("took back {}.", question(*reveal, couple, reader))
        }
        _ => String::new(),
    }
}

fn acknowledgment_answer(acknowledgment: EntryId, answer: &AcknowledgmentAnswer) -> String {
    let on = place_of(acknowledgment);
    match answer {
        AcknowledgmentAnswer::Received => format!("received the acknowledgment {on}."),
        AcknowledgmentAnswer::ReceivedNeedTime => {
            format!("received the acknowledgment {on} and needs time.")
        }
        AcknowledgmentAnswer::Missing(missing) => format!(
            "said that something is missing in the acknowledgment {on}: {}.",
            missing
                .iter()
                .map(|one| element_name(*one))
                .collect::<Vec<_>>()
                .join("; "),
        ),
    }
}

fn answered(entry: &Entry, reveal: EntryId, couple: &Couple, reader: PartnerId) -> String {
    let question = question(reveal, couple, reader);
    let is_first = couple.first_answer(reveal, entry.author) == Some(entry.id);
    match couple.open_words(reveal, entry.author) {
        Some(words) if is_first => format!("answered {question}: {}", quoted(words)),
        _ => format!("answered {question}; the answer is sealed."),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "`what` hands over only these kinds"
)]
fn commitment(event: &Event, couple: &Couple) -> String {
    match event {
        Event::CommitmentMade { text, schedule } => {
            format!(
                "made a promise, due {}: {}",
                schedule_in_words(schedule),
                quoted(text)
            )
        }
        Event::CommitmentMarked {
            commitment,
            occurrence,
            mark,
            note,
        } => {
            let said = match mark {
                Mark::Kept => "says: I kept it",
                Mark::Missed => "says: I did not keep it",
                Mark::Seen => "says: I saw it so",
                Mark::Different => "says: it looked different to me",
            };
            let note = if note.is_empty() {
                String::new()
            } else {
                format!(" {}", quoted(note))
            };
            let when = occurrence.local.strftime("%-d %B %Y, %H:%M");
            format!(
                "{said}. Promise {}, due {when}.{note}",
                promise(*commitment, couple)
            )
        }
        Event::CommitmentRenegotiated {
            commitment,
            schedule,
        } => format!(
            "changed the plan of the promise {}; it is due {} from then on.",
            promise(*commitment, couple),
            schedule_in_words(schedule),
        ),
        Event::CommitmentReleased { commitment } => {
            format!("ended the promise {}.", promise(*commitment, couple))
        }
        _ => String::new(),
    }
}

fn shared(signs: &SharedSigns) -> String {
    let period = format!("from {} to {}", day(signs.from, 0), day(signs.to, 6));
    match &signs.shown {
        ShownSigns::Summary(summary) => format!(
            "showed a summary of their signs of trust {period}: {}.",
            summary_in_words(summary),
        ),
        ShownSigns::Singles(singles) => {
            let lines = singles.iter().map(|single| {
                let weeks = single
                    .weeks
                    .iter()
                    .map(|(week, rating)| format!("{}: {rating}", day(*week, 0)));
                format!(
                    "\n    {} {}",
                    single.sign.wording(),
                    weeks.collect::<Vec<_>>().join(", ")
                )
            });
            format!(
                "showed single signs of trust {period}, each rated 0 to 4 by the week.{}",
                lines.collect::<String>(),
            )
        }
    }
}

fn summary_in_words(summary: &SignsSummary) -> String {
    let weeks = if summary.weeks_rated == 1 {
        "week"
    } else {
        "weeks"
    };
    let direction = match summary.direction {
        Direction::Higher => "higher than before",
        Direction::Lower => "lower than before",
        Direction::CantTellYet => "can't tell yet whether that changed",
    };
    let figure = summary.strong.map_or_else(String::new, |band| {
        format!(
            ", usually {} of nine signs strong (between {} and {})",
            tenths(band.middle),
            tenths(band.low),
            tenths(band.high),
        )
    });
    format!("{} {weeks} rated{figure}; {direction}", summary.weeks_rated)
}

fn tenths(figure: u8) -> String {
    format!("{}.{}", figure / 10, figure % 10)
}

fn day(week: Week, later: i8) -> String {
    let monday = week.monday();
    let day = jiff::ToSpan::days(i64::from(later));
    monday
        .checked_add(day)
        .unwrap_or(monday)
        .strftime("%-d %B %Y")
        .to_string()
}

/// Says what became of an entry since, and what of it matters to someone who checks it.
fn notes(entry: &Entry, couple: &Couple) -> Vec<String> {
    let amendments = couple.amendments(entry.id);
    let mut notes = Vec::new();
    if couple.effect_of(entry.id) == Some(Effect::Ignored) {
        notes.push("(This entry breaks a rule of the record and has no effect.)".to_owned());
    }
    if !entry.unknown.is_empty() {
        notes.push("(A newer version wrote parts of this entry that are not shown.)".to_owned());
    }
    if !couple.is_sealed_answer(entry.id) {
        notes.extend(amendments.corrections.iter().map(|(by, text)| {
            format!("(Corrected by the entry {}: {})", by.short(), quoted(text))
        }));
    }
    if let Some(by) = amendments.withdrawn_by {
        notes.push(format!("(Withdrawn by the entry {}.)", by.short()));
    }
    let received = i64::try_from(entry.received_minute)
        .ok()
        .filter(|minute| *minute > 0)
        .and_then(|minute| Timestamp::from_second(minute.saturating_mul(60)).ok());
    notes.push(received.map_or_else(
        || "(Not yet received by the server.)".to_owned(),
        |at| {
            let at = zoned(at, "UTC").strftime("%-d %B %Y, %H:%M").to_string();
            format!(
                "(Entry {}, place {}, received {at} UTC.)",
                entry.id.short(),
                entry.place
            )
        },
    ));
    notes
}

fn elements_in_words(elements: &Elements) -> String {
    elements
        .written()
        .map(|(element, text)| format!("\n    {}: {}", element_name(element), quoted(text)))
        .collect()
}

const fn element_name(element: Element) -> &'static str {
    match element {
        Element::Act => "what I did",
        Element::Impact => "what it did to you",
        Element::Sense => "why it makes sense that you feel so",
        Element::Responsibility => "what is mine to answer for",
        Element::Regret => "what I regret",
        Element::Change => "what I do differently",
    }
}

fn name(partner: PartnerId, couple: &Couple) -> String {
    couple
        .name_of(partner)
        .map_or_else(|| format!("Partner {}", partner.short()), str::to_owned)
}

fn question(reveal: EntryId, couple: &Couple, reader: PartnerId) -> String {
    match couple.reveal(reveal, reader) {
        Some(view) if !view.prompt.is_empty() => format!("the question {}", quoted(&view.prompt)),
        Some(_) | None => format!("the question {}", place_of(reveal)),
    }
}

fn promise(commitment: EntryId, couple: &Couple) -> String {
    couple
        .promise_words(commitment)
        .map_or_else(|| place_of(commitment), quoted)
}

fn place_of(entry: EntryId) -> String {
    format!("[{}]", entry.short())
}

fn quoted(text: &str) -> String {
    format!("“{text}”")
}
