use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::id::EntryId;
use crate::moment::Written;
use crate::sign::{Ratings, Week};

use super::{DayMark, Note, Vault};

/// A note of one's own as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteView {
    /// The entry of the newest version.
    pub id: EntryId,
    /// When that version was written.
    pub written: Written,
    /// Its words.
    pub text: String,
    /// How many earlier versions there are.
    pub earlier_versions: usize,
}

impl Vault {
    /// Returns the ratings of one week.
    #[must_use]
    pub fn ratings(&self, week: Week) -> Option<Ratings> {
        self.weeks.get(&week).map(|latest| latest.value)
    }

    /// Lists the rated weeks, oldest first.
    pub fn rated_weeks(&self) -> impl DoubleEndedIterator<Item = (Week, Ratings)> {
        self.weeks
            .iter()
            .map(|(week, latest)| (*week, latest.value))
    }

    /// Lists the marked days, oldest first.
    pub fn marked_days(&self) -> impl DoubleEndedIterator<Item = (Date, DayMark)> {
        self.days.iter().map(|(day, latest)| (*day, latest.value))
    }

    /// Lists the notes, newest first, without those that were rewritten or put aside.
    #[must_use]
    pub fn notes(&self) -> Vec<NoteView> {
        let rewritten: BTreeSet<EntryId> = self
            .notes
            .iter()
            .filter(|(id, note)| note.written_after_what_it_replaces(self, **id))
            .filter_map(|(_, note)| note.replaces)
            .collect();
        let mut notes: Vec<NoteView> = self
            .notes
            .iter()
            .filter(|(id, _)| !rewritten.contains(id) && !self.is_aside(**id))
            .map(|(id, note)| NoteView {
                id: *id,
                written: note.written.clone(),
                text: note.text.clone(),
                earlier_versions: self.versions_before(*id).len(),
            })
            .collect();
        notes.sort_by(|a, b| (&b.written, b.id).cmp(&(&a.written, a.id)));
        notes
    }

    /// A note put aside takes all its versions along.
    fn is_aside(&self, id: EntryId) -> bool {
        self.aside.contains(&id)
            || self
                .versions_before(id)
                .iter()
                .any(|version| self.aside.contains(version))
    }

    /// Walks back through the versions. Each is written before the one that replaces it, so the walk ends.
    fn versions_before(&self, id: EntryId) -> Vec<EntryId> {
        let mut versions = Vec::new();
        let mut at = id;
        while let Some(note) = self.notes.get(&at)
            && note.written_after_what_it_replaces(self, at)
            && let Some(before) = note.replaces
        {
            versions.push(before);
            at = before;
        }
        versions
    }
}

impl Note {
    /// Tells whether this note takes the place of an earlier one; a ring of replacements, which only
    /// a broken client writes, does not count.
    fn written_after_what_it_replaces(&self, vault: &Vault, id: EntryId) -> bool {
        self.replaces.is_some_and(|before| {
            vault
                .notes
                .get(&before)
                .is_some_and(|earlier| (&earlier.written, before) < (&self.written, id))
        })
    }
}
