//! Withdrawing and correcting: only one's own, visibly, and nothing is ever gone.

use crate::entry::Entry;
use crate::event::Event;
use crate::id::{EntryId, PartnerId};
use crate::refused::Refused;
use crate::text::{check_note, check_text};

use super::known::{Kind, Known};
use super::{Couple, Effect};

/// The most corrections of one entry; more are kept in the record and not looked at.
const MOST_CORRECTIONS: usize = 100;

impl Couple {
    pub(super) fn check_withdrawal(&self, by: PartnerId, entry: EntryId) -> Result<(), Refused> {
        let known = self.own_entry(by, entry)?;
        match &known.kind {
            Kind::RevealAnswered { reveal } if !self.have_both_answered(*reveal) => {
                Err(Refused::CannotWithdraw)
            }
            Kind::RevealAnswered { .. }
            | Kind::AcknowledgmentOffered
            | Kind::AcknowledgmentAnswered
            | Kind::CommitmentMade
            | Kind::CommitmentMarked
            | Kind::Thanked { .. }
            | Kind::SignsShared
            | Kind::VisitProposed => Ok(()),
            Kind::Other => Err(Refused::CannotWithdraw),
        }
    }

    pub(super) fn check_correction(
        &self,
        by: PartnerId,
        entry: EntryId,
        text: &str,
    ) -> Result<(), Refused> {
        let known = self.own_entry(by, entry)?;
        if known.amendments.corrections.len() >= MOST_CORRECTIONS {
            return Err(Refused::TooManyChanges);
        }
        match &known.kind {
            Kind::RevealAnswered { reveal } if self.have_both_answered(*reveal) => {
                Ok(check_text(text)?)
            }
            Kind::CommitmentMarked | Kind::Thanked { .. } => Ok(check_note(text)?),
            Kind::RevealAnswered { .. }
            | Kind::AcknowledgmentOffered
            | Kind::AcknowledgmentAnswered
            | Kind::CommitmentMade
            | Kind::SignsShared
            | Kind::VisitProposed
            | Kind::Other => Err(Refused::CannotCorrect),
        }
    }

    fn own_entry(&self, by: PartnerId, entry: EntryId) -> Result<&Known, Refused> {
        let known = self.entries.get(&entry).ok_or(Refused::NotFound)?;
        if known.effect != Effect::Taken {
            return Err(Refused::NotFound);
        }
        if known.author != by {
            return Err(Refused::NotYours);
        }
        if known.amendments.withdrawn_by.is_some() {
            return Err(Refused::Withdrawn);
        }
        Ok(known)
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "`take` hands over only these kinds"
    )]
    pub(super) fn take_amendment(&mut self, entry: &Entry) {
        match &entry.body {
            Event::EntryWithdrawn { entry: withdrawn } => {
                if let Some(known) = self.entries.get_mut(withdrawn) {
                    known.amendments.withdrawn_by = Some(entry.id);
                }
            }
            Event::EntryCorrected {
                entry: corrected,
                text,
            } => {
                if let Some(known) = self.entries.get_mut(corrected) {
                    known.amendments.corrections.push((entry.id, text.clone()));
                }
            }
            _ => {}
        }
    }

    pub(super) fn is_withdrawn(&self, entry: EntryId) -> bool {
        self.entries
            .get(&entry)
            .is_some_and(|known| known.amendments.withdrawn_by.is_some())
    }

    /// Returns the words of an entry as they are meant now: as last corrected, none if withdrawn.
    pub(super) fn current_text(&self, entry: EntryId, written: &str) -> String {
        match self.entries.get(&entry) {
            Some(known) if known.amendments.withdrawn_by.is_some() => String::new(),
            Some(known) => known
                .amendments
                .corrections
                .last()
                .map_or_else(|| written.to_owned(), |(_, text)| text.clone()),
            None => written.to_owned(),
        }
    }
}
