//! The couple: what two partners' record adds up to.
//!
//! Deciding may refuse; applying may not. [`Couple::decide`] turns a wish into events or a reason and
//! changes nothing; [`Couple::apply`] takes an entry of any origin, and an entry that breaks a rule
//! has no effect, is kept in the record, and never disturbs what stands.
//!
//! # Invariants
//!
//! 1. **Same log, same couple.** The state depends on the entries in their order, the openings that
//!    were told, and nothing else.
//! 2. **Own things.** No entry changes, withdraws, answers or marks in the other's name.
//! 3. **Deciding agrees with applying.** What `decide` yields, `apply` does not ignore.

use std::collections::BTreeMap;

use crate::entry::Entry;
use crate::event::Event;
use crate::id::{EntryId, PartnerId};
use crate::sign::SharedSigns;

mod acknowledgments;
mod amend;
mod check;
mod commitments;
mod decide;
mod known;
mod reveals;
#[cfg(test)]
mod tests;
mod visits;

#[cfg(test)]
pub(crate) use tests::events_for_tests;

use acknowledgments::Acknowledgment;
use commitments::Commitment;
use known::{Entries, Kind, Known};
use reveals::Reveal;
use visits::Visit;

/// What two partners' record adds up to.
///
/// ```
/// use troth_core::{Command, Couple, Entry, EntryId, Moment, PartnerId, Written};
///
/// let (ana, now) = (PartnerId::from_bytes([1; 16]), Moment::new("2026-12-01T17:00:00Z".parse()?, "Europe/Vienna"));
/// let mut couple = Couple::default();
///
/// for (place, body) in (1..).zip(couple.decide(ana, Command::Introduce { name: "Ana".into() }, &now)?) {
///     couple.apply(&Entry {
///         id: EntryId::from_bytes([7; 32]),
///         place,
///         author: ana,
///         written: Written::from(&now),
///         received_minute: 0,
///         body,
///         unknown: Default::default(),
///     });
/// }
///
/// assert_eq!(couple.name_of(ana), Some("Ana"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Couple {
    partners: Vec<PartnerId>,
    names: BTreeMap<PartnerId, String>,
    entries: Entries,
    /// By their turns.
    reveals: BTreeMap<usize, Reveal>,
    acknowledgments: BTreeMap<EntryId, Acknowledgment>,
    commitments: BTreeMap<EntryId, Commitment>,
    thanks: BTreeMap<EntryId, Vec<EntryId>>,
    shared: Vec<(EntryId, SharedSigns)>,
    visits: BTreeMap<EntryId, Visit>,
}

/// What an entry did to the couple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It took its place.
    Taken,
    /// It broke a rule or pointed at nothing; it stays in the record and changes nothing.
    Ignored,
    /// A newer version wrote it, or it could not be read; it is kept.
    NotUnderstood,
}

impl Couple {
    /// Takes the next entry of the record in. Total.
    ///
    /// An entry that was taken in before, by its id, changes nothing: an entry may be sealed anew
    /// after a server lost it.
    pub fn apply(&mut self, entry: &Entry) -> Effect {
        if let Some(known) = self.entries.begin(entry.id) {
            return known.effect;
        }
        let effect = if matches!(entry.body, Event::Newer(_) | Event::Unreadable) {
            Effect::NotUnderstood
        } else if self.check(entry.author, &entry.body).is_ok() {
            Effect::Taken
        } else {
            Effect::Ignored
        };
        let known = Known {
            author: entry.author,
            effect,
            kind: Kind::of(&entry.body),
            amendments: Amendments::default(),
        };
        self.entries.finish(entry.id, known);
        self.seat(entry.author);
        if effect == Effect::Taken {
            self.take(entry);
        }
        effect
    }

    /// Gives an author one of the two seats, if one is free. Who may write at all is decided by the
    /// membership of the space, outside of this crate.
    fn seat(&mut self, author: PartnerId) {
        if self.partners.len() < 2 && !self.partners.contains(&author) {
            self.partners.push(author);
        }
    }

    /// Takes in an entry that [`check`](Self::check) let through.
    fn take(&mut self, entry: &Entry) {
        match &entry.body {
            Event::PartnerIntroduced { name } => {
                self.names.insert(entry.author, name.clone());
            }
            Event::RevealStarted { .. }
            | Event::RevealAnswered { .. }
            | Event::RevealOpened { .. }
            | Event::RevealWithdrawn { .. } => self.take_reveal(entry),
            Event::AcknowledgmentOffered { .. } | Event::AcknowledgmentAnswered { .. } => {
                self.take_acknowledgment(entry);
            }
            Event::CommitmentMade { .. }
            | Event::CommitmentMarked { .. }
            | Event::CommitmentRenegotiated { .. }
            | Event::CommitmentReleased { .. } => self.take_commitment(entry),
            Event::Thanked { on, .. } => self.thanks.entry(*on).or_default().push(entry.id),
            Event::SignsShared(signs) => self.shared.push((entry.id, signs.clone())),
            Event::VisitProposed(_) | Event::VisitAnswered { .. } => self.take_visit(entry),
            Event::EntryWithdrawn { .. } | Event::EntryCorrected { .. } => {
                self.take_amendment(entry)
            }
            Event::Newer(_) | Event::Unreadable => {}
        }
    }

    /// Lists the partners in the order in which they came: none, one or two.
    #[must_use]
    pub fn partners(&self) -> &[PartnerId] {
        &self.partners
    }

    /// Returns the name by which a partner wants to be called.
    #[must_use]
    pub fn name_of(&self, partner: PartnerId) -> Option<&str> {
        self.names.get(&partner).map(String::as_str)
    }

    /// Lists what each partner showed of their signs, oldest first, without what was withdrawn.
    #[must_use]
    pub fn shared_signs(&self) -> Vec<SharedSignsView> {
        self.shared
            .iter()
            .filter(|(entry, _)| !self.is_withdrawn(*entry))
            .filter_map(|(entry, signs)| {
                let by = self.entries.get(entry)?.author;
                Some(SharedSignsView {
                    entry: *entry,
                    by,
                    signs: signs.clone(),
                })
            })
            .collect()
    }

    /// Says what an entry did; `None` if it was not applied.
    #[must_use]
    pub fn effect_of(&self, entry: EntryId) -> Option<Effect> {
        self.entries.get(&entry).map(|known| known.effect)
    }

    /// Says whether an entry was withdrawn or corrected since.
    #[must_use]
    pub fn amendments(&self, entry: EntryId) -> Amendments {
        self.entries
            .get(&entry)
            .map_or_else(Amendments::default, |known| known.amendments.clone())
    }

    fn turn_of(&self, entry: EntryId) -> usize {
        self.entries.turn_of(&entry)
    }
}

/// What became of an entry after it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Amendments {
    /// The entry that withdrew it.
    pub withdrawn_by: Option<EntryId>,
    /// The corrections, oldest first, with their words.
    pub corrections: Vec<(EntryId, String)>,
}

/// What one partner showed of their signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedSignsView {
    /// The entry.
    pub entry: EntryId,
    /// Whose signs they are.
    pub by: PartnerId,
    /// What is shown.
    pub signs: crate::sign::SharedSigns,
}
