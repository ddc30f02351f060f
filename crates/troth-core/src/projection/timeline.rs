//! The timeline of the couple space, with search on the device.

use crate::acknowledgment::AcknowledgmentAnswer;
use crate::couple::{Amendments, Couple, Effect};
use crate::entry::Entry;
use crate::event::Event;
use crate::id::{EntryId, PartnerId};
use crate::moment::Written;

use super::fold_case::fold_case;

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineItem {
    /// The entry.
    pub id: EntryId,
    /// Its place in the record.
    pub place: u64,
    /// Who wrote it.
    pub author: PartnerId,
    /// When the author says they wrote it.
    pub written: Written,
    /// The minute since 1970 at which the server received it; 0 while it has not.
    pub received_minute: u64,
    /// The kind of the event, as a stable key for texts and JSON; see [`kind_key`].
    pub kind: &'static str,
    /// The words that the viewer may read, as they were first written; empty if withdrawn, sealed or none.
    pub text: String,
    /// The entry to which this one belongs: the promise of a mark, the question of an answer.
    pub about: Option<EntryId>,
    /// What became of it since.
    pub amendments: Amendments,
    /// What it did.
    pub effect: Effect,
    /// Whether a newer version wrote parts of it that this one cannot show.
    pub has_newer_parts: bool,
}

/// Lists the entries as `viewer` may read them, in the order of the record.
///
/// An entry that came twice, sealed anew after a server lost it, is listed once.
#[must_use]
pub fn timeline<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
    couple: &Couple,
    viewer: PartnerId,
) -> Vec<TimelineItem> {
    let mut listed = std::collections::BTreeSet::new();
    entries
        .into_iter()
        .filter(|entry| listed.insert(entry.id))
        .map(|entry| item(entry, couple, viewer))
        .collect()
}

fn item(entry: &Entry, couple: &Couple, viewer: PartnerId) -> TimelineItem {
    let mut amendments = couple.amendments(entry.id);
    let is_hidden = amendments.withdrawn_by.is_some();
    if is_hidden {
        amendments
            .corrections
            .iter_mut()
            .for_each(|(_, text)| text.clear());
    }
    TimelineItem {
        id: entry.id,
        place: entry.place,
        author: entry.author,
        written: entry.written.clone(),
        received_minute: entry.received_minute,
        kind: kind_key(&entry.body),
        text: if is_hidden {
            String::new()
        } else {
            words(entry, couple, viewer)
        },
        about: about(&entry.body),
        amendments,
        effect: couple.effect_of(entry.id).unwrap_or(Effect::Taken),
        has_newer_parts: matches!(entry.body, Event::Newer(_)) || !entry.unknown.is_empty(),
    }
}

/// Returns the stable key of an event's kind.
#[must_use]
pub const fn kind_key(event: &Event) -> &'static str {
    match event {
        Event::PartnerIntroduced { .. } => "partner-introduced",
        Event::RevealStarted { .. } => "reveal-started",
        Event::RevealAnswered { .. } => "reveal-answered",
        Event::RevealOpened { .. } => "reveal-opened",
        Event::RevealWithdrawn { .. } => "reveal-withdrawn",
        Event::AcknowledgmentOffered { .. } => "acknowledgment-offered",
        Event::AcknowledgmentAnswered { .. } => "acknowledgment-answered",
        Event::CommitmentMade { .. } => "commitment-made",
        Event::CommitmentMarked { .. } => "commitment-marked",
        Event::CommitmentRenegotiated { .. } => "commitment-renegotiated",
        Event::CommitmentReleased { .. } => "commitment-released",
        Event::Thanked { .. } => "thanked",
        Event::SignsShared(_) => "signs-shared",
        Event::EntryWithdrawn { .. } => "entry-withdrawn",
        Event::EntryCorrected { .. } => "entry-corrected",
        Event::VisitProposed(_) => "visit-proposed",
        Event::VisitAnswered { .. } => "visit-answered",
        Event::Newer(_) => "newer",
        Event::Unreadable => "unreadable",
    }
}

/// Returns the entry that an event points at.
#[must_use]
pub const fn about(event: &Event) -> Option<EntryId> {
    match event {
        Event::RevealAnswered { reveal, .. }
        | Event::RevealOpened { reveal, .. }
        | Event::RevealWithdrawn { reveal } => Some(*reveal),
        Event::AcknowledgmentOffered { replaces, .. } => *replaces,
        Event::AcknowledgmentAnswered { acknowledgment, .. } => Some(*acknowledgment),
        Event::CommitmentMarked { commitment, .. }
        | Event::CommitmentRenegotiated { commitment, .. }
        | Event::CommitmentReleased { commitment } => Some(*commitment),
        Event::Thanked { on, .. } => Some(*on),
        Event::EntryWithdrawn { entry } | Event::EntryCorrected { entry, .. } => Some(*entry),
        Event::VisitAnswered { visit, .. } => Some(*visit),
        Event::PartnerIntroduced { .. }
        | Event::RevealStarted { .. }
        | Event::CommitmentMade { .. }
        | Event::SignsShared(_)
        | Event::VisitProposed(_)
        | Event::Newer(_)
        | Event::Unreadable => None,
    }
}

/// Returns the words of an entry that this reader may read.
///
/// Words of a reveal come from [`Couple`] alone, which knows whether both have answered; what an
/// opening entry holds is never shown from the entry itself.
pub(super) fn words(entry: &Entry, couple: &Couple, reader: PartnerId) -> String {
    match &entry.body {
        Event::PartnerIntroduced { name } => name.clone(),
        Event::RevealStarted { prompt, .. } => {
            if couple.is_prompt_hidden(entry.id) {
                String::new()
            } else {
                prompt.clone()
            }
        }
        Event::RevealAnswered { reveal, .. } => couple
            .first_answer(*reveal, entry.author)
            .filter(|answer| *answer == entry.id)
            .and_then(|_| couple.answer_words(*reveal, entry.author, reader))
            .unwrap_or_default()
            .to_owned(),
        Event::AcknowledgmentOffered { elements, .. } => elements
            .written()
            .map(|(_, text)| text)
            .collect::<Vec<_>>()
            .join("\n\n"),
        Event::AcknowledgmentAnswered {
            answer: AcknowledgmentAnswer::Missing(elements),
            ..
        } => elements
            .iter()
            .map(|element| element.key())
            .collect::<Vec<_>>()
            .join(", "),
        Event::CommitmentMade { text, .. }
        | Event::Thanked { text, .. }
        | Event::CommitmentMarked { note: text, .. } => text.clone(),
        Event::VisitProposed(held) => held.provider_name.clone(),
        Event::EntryCorrected {
            entry: corrected,
            text,
        } => {
            let is_hidden = couple.amendments(*corrected).withdrawn_by.is_some();
            let is_waiting = couple.is_sealed_answer(*corrected);
            if is_hidden || is_waiting {
                String::new()
            } else {
                text.clone()
            }
        }
        Event::RevealOpened { .. }
        | Event::RevealWithdrawn { .. }
        | Event::AcknowledgmentAnswered { .. }
        | Event::CommitmentRenegotiated { .. }
        | Event::CommitmentReleased { .. }
        | Event::SignsShared(_)
        | Event::EntryWithdrawn { .. }
        | Event::VisitAnswered { .. }
        | Event::Newer(_)
        | Event::Unreadable => String::new(),
    }
}

/// Keeps the lines in which every word of `query` occurs, whatever its case and accents.
///
/// Corrections are searched too. An empty query keeps every line.
#[must_use]
pub fn search<'a>(items: &'a [TimelineItem], query: &str) -> Vec<&'a TimelineItem> {
    let query = fold_case(query);
    let wanted: Vec<&str> = query.split_whitespace().collect();
    items
        .iter()
        .filter(|item| {
            let mut text = fold_case(&item.text);
            for (_, correction) in &item.amendments.corrections {
                text.push('\n');
                text.push_str(&fold_case(correction));
            }
            wanted.iter().all(|word| text.contains(word))
        })
        .collect()
}
