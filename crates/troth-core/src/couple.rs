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

use crate::acknowledgment::AcknowledgmentView;
use crate::command::Command;
use crate::commitment::CommitmentView;
use crate::entry::Entry;
use crate::event::Event;
use crate::id::{EntryId, PartnerId};
use crate::moment::Moment;
use crate::refused::Refused;
use crate::reveal::{OpeningToCheck, Referee, RevealView, SharesWanted};
use crate::schedule::Occurrence;

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
    /// Decides what is recorded for a wish, and changes nothing.
    ///
    /// # Errors
    ///
    /// [`Refused`] says why not, in words that help the person on.
    pub fn decide(
        &self,
        by: PartnerId,
        command: Command,
        now: &Moment,
    ) -> Result<Vec<Event>, Refused> {
        let _ = (by, command, now);
        Err(Refused::NotFound)
    }

    /// Takes the next entry of the record in. Total.
    pub fn apply(&mut self, entry: &Entry) -> Effect {
        if let Event::PartnerIntroduced { name } = &entry.body {
            self.names.insert(entry.author, name.clone());
        }
        Effect::Taken
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

    /// Says whether `by` may answer, before the words are sealed, and for which referee to seal them.
    ///
    /// # Errors
    ///
    /// The same reasons as [`decide`](Self::decide) has for [`Command::AnswerReveal`], and the length of the words.
    pub fn may_answer(
        &self,
        by: PartnerId,
        reveal: EntryId,
        text: &str,
    ) -> Result<Referee, Refused> {
        let _ = (by, reveal, text);
        Err(Refused::NotFound)
    }

    /// Tells the opened words of a partner's answer, once shares or hash were checked elsewhere.
    ///
    /// The words are shown only when both are there; until then they wait. Words told for an answer that
    /// does not exist are dropped, and the first words told for an answer stay.
    pub fn open_reveal(&mut self, reveal: EntryId, by: PartnerId, text: &str) {
        let _ = (reveal, by, text);
    }

    /// Tells that an opening does not fit its hash, so that a later one may.
    pub fn refuse_opening(&mut self, opening: EntryId) {
        let _ = opening;
    }

    /// Tells this device's own words for an answer, which only their author sees before it opens.
    pub fn remember_own_answer(&mut self, reveal: EntryId, by: PartnerId, text: &str) {
        let _ = (reveal, by, text);
    }

    /// Lists the sealed pairs that both have answered and whose words are not known here yet.
    #[must_use]
    pub fn shares_wanted(&self) -> Vec<SharesWanted> {
        Vec::new()
    }

    /// Lists the openings whose hash is to be checked, then told by [`open_reveal`](Self::open_reveal)
    /// or [`refuse_opening`](Self::refuse_opening).
    #[must_use]
    pub fn openings_to_check(&self) -> Vec<OpeningToCheck> {
        Vec::new()
    }

    /// Lists the reveals without a referee that both have answered and `by` has not opened.
    #[must_use]
    pub fn openings_owed(&self, by: PartnerId) -> Vec<EntryId> {
        let _ = by;
        Vec::new()
    }

    /// Shows every question, newest first, as `viewer` may see it.
    #[must_use]
    pub fn reveals(&self, viewer: PartnerId) -> Vec<RevealView> {
        let _ = viewer;
        Vec::new()
    }

    /// Shows one question as `viewer` may see it.
    #[must_use]
    pub fn reveal(&self, id: EntryId, viewer: PartnerId) -> Option<RevealView> {
        let _ = (id, viewer);
        None
    }

    /// Shows every acknowledgment, newest first.
    #[must_use]
    pub fn acknowledgments(&self) -> Vec<AcknowledgmentView> {
        Vec::new()
    }

    /// Shows one acknowledgment.
    #[must_use]
    pub fn acknowledgment(&self, id: EntryId) -> Option<AcknowledgmentView> {
        let _ = id;
        None
    }

    /// Shows every promise, newest first.
    #[must_use]
    pub fn commitments(&self, now: &Moment) -> Vec<CommitmentView> {
        let _ = now;
        Vec::new()
    }

    /// Shows one promise.
    #[must_use]
    pub fn commitment(&self, id: EntryId, now: &Moment) -> Option<CommitmentView> {
        let _ = (id, now);
        None
    }

    /// Finds the due time that a mark without one means: the latest that was due, else the next.
    #[must_use]
    pub fn occurrence_for_now(&self, commitment: EntryId, now: &Moment) -> Option<Occurrence> {
        let _ = (commitment, now);
        None
    }

    /// Lists what each partner showed of their signs, oldest first, without what was withdrawn.
    #[must_use]
    pub fn shared_signs(&self) -> Vec<SharedSignsView> {
        Vec::new()
    }

    /// Says what an entry did; `None` if it was not applied.
    #[must_use]
    pub fn effect_of(&self, entry: EntryId) -> Option<Effect> {
        let _ = entry;
        None
    }

    /// Says whether an entry was withdrawn or corrected since.
    #[must_use]
    pub fn amendments(&self, entry: EntryId) -> Amendments {
        let _ = entry;
        Amendments::default()
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
