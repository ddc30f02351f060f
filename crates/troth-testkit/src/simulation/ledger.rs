//! What was promised in a story: what must be there at its end, and what nobody may know early.

use std::collections::BTreeMap;

use troth_core::EntryId;

use crate::wish::Wish;

/// What was promised in a story.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Entries that a client acknowledged, with who wrote them.
    pub(super) promised: Vec<(usize, EntryId, Wish)>,
    /// The words that each person began to answer with, by question.
    pub(super) answers: BTreeMap<EntryId, [Vec<String>; 2]>,
    /// Somebody left for certain.
    pub(super) left: bool,
    /// Somebody began to leave.
    pub(super) may_have_left: bool,
    /// The server went back to a backup.
    pub(super) restored: bool,
}

impl Ledger {
    /// Somebody begins to answer: from here on the other may come to read it.
    pub(super) fn answers(&mut self, person: usize, reveal: EntryId, words: &str) {
        self.answers.entry(reveal).or_default()[person].push(words.to_owned());
    }

    /// A client said that an entry survives whatever happens.
    pub(super) fn acknowledged(&mut self, person: usize, id: EntryId, wish: Wish) {
        self.promised.push((person, id, wish));
    }

    /// Tells whether a person ever began to answer a question.
    pub(super) fn has_answered(&self, person: usize, reveal: &EntryId) -> bool {
        self.answers
            .get(reveal)
            .is_some_and(|both| !both[person].is_empty())
    }
}
