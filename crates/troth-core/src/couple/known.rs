//! What a couple keeps of every entry, found by its id and in the order in which it came.

use std::collections::BTreeMap;

use super::{Amendments, Effect};
use crate::event::Event;
use crate::id::{EntryId, PartnerId};

/// What is kept of all entries.
///
/// The tree holds numbers only, so that a long record grows without moving what is kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Entries {
    turns: BTreeMap<EntryId, usize>,
    known: Vec<Known>,
    newest: Option<EntryId>,
}

impl Entries {
    pub(super) fn get(&self, entry: &EntryId) -> Option<&Known> {
        self.known.get(*self.turns.get(entry)?)
    }

    pub(super) fn get_mut(&mut self, entry: &EntryId) -> Option<&mut Known> {
        self.known.get_mut(*self.turns.get(entry)?)
    }

    /// Finds the turn in which an entry was applied, from 0; later entries have higher ones.
    pub(super) fn find(&self, entry: &EntryId) -> Option<usize> {
        match self.known.len().checked_sub(1) {
            // Almost always asked of the newest, while it is taken in.
            Some(turn) if self.newest == Some(*entry) => Some(turn),
            _ => self.turns.get(entry).copied(),
        }
    }

    /// Returns what is kept of an entry that was there before, or gives it the next turn.
    ///
    /// Until [`finish`](Self::finish) is told what is known of it, nothing is found by its id.
    pub(super) fn begin(&mut self, entry: EntryId) -> Option<&Known> {
        let next = self.known.len();
        let turn = *self.turns.entry(entry).or_insert(next);
        self.known.get(turn)
    }

    /// Keeps what is known of the entry that [`begin`](Self::begin) gave the next turn.
    pub(super) fn finish(&mut self, entry: EntryId, known: Known) {
        self.known.push(known);
        self.newest = Some(entry);
    }

    /// Lists all, by their ids.
    #[cfg(test)]
    pub(super) fn iter(&self) -> impl Iterator<Item = (&EntryId, &Known)> {
        let known = |turn: &usize| self.known.get(*turn);
        self.turns
            .iter()
            .filter_map(move |(id, turn)| Some((id, known(turn)?)))
    }

    /// Says in which turn an entry was applied; 0 if it was not.
    pub(super) fn turn_of(&self, entry: &EntryId) -> usize {
        self.find(entry).unwrap_or_default()
    }
}

/// What is kept of every entry, whatever it did.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) author: PartnerId,
    pub(super) effect: Effect,
    pub(super) kind: Kind,
    pub(super) amendments: Amendments,
}

/// The kinds that later entries point at.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    RevealAnswered { reveal: EntryId },
    AcknowledgmentOffered,
    AcknowledgmentAnswered,
    CommitmentMade,
    CommitmentMarked,
    Thanked { text: String },
    SignsShared,
    VisitProposed,
    Other,
}

impl Kind {
    pub(super) fn of(event: &Event) -> Self {
        match event {
            Event::RevealAnswered { reveal, .. } => Self::RevealAnswered { reveal: *reveal },
            Event::AcknowledgmentOffered { .. } => Self::AcknowledgmentOffered,
            Event::AcknowledgmentAnswered { .. } => Self::AcknowledgmentAnswered,
            Event::CommitmentMade { .. } => Self::CommitmentMade,
            Event::CommitmentMarked { .. } => Self::CommitmentMarked,
            Event::Thanked { text, .. } => Self::Thanked { text: text.clone() },
            Event::SignsShared(_) => Self::SignsShared,
            Event::VisitProposed(_) => Self::VisitProposed,
            Event::PartnerIntroduced { .. }
            | Event::RevealStarted { .. }
            | Event::RevealOpened { .. }
            | Event::RevealWithdrawn { .. }
            | Event::CommitmentRenegotiated { .. }
            | Event::CommitmentReleased { .. }
            | Event::EntryWithdrawn { .. }
            | Event::EntryCorrected { .. }
            | Event::VisitAnswered { .. }
            | Event::Newer(_)
            | Event::Unreadable => Self::Other,
        }
    }
}
