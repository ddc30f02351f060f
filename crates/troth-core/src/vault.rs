//! The vault: what a person keeps for themself, under their own lock.
//!
//! The vault is a set of entries that devices merge by union, so [`Vault::apply`] ends alike in
//! whatever order they come: of two entries about the same thing the later written one counts, and
//! the id decides between equals.
//!
//! # Invariants
//!
//! 1. **Nothing leaves by itself.** The only ways out are [`Vault::share_summary`] and
//!    [`Vault::share_singles`], which the person calls and sees before it is sent.
//! 2. **The safety path is private.** [`Vault::safety`] is for this person's own screen; no event of
//!    the couple space is made from it (SAFETY S-3, S-4).

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::id::EntryId;
use crate::moment::Written;
use crate::sign::{Ratings, Week};

/// One thing that a person put into their vault; variants are added, never edited.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VaultEvent {
    /// The ten signs, rated for one week.
    SignsRated {
        /// The week.
        week: Week,
        /// The ratings.
        ratings: Ratings,
    },
    /// A note to oneself.
    NoteWritten {
        /// The words.
        text: String,
        /// The note that this one takes the place of.
        replaces: Option<EntryId>,
    },
    /// A note put out of sight.
    NoteSetAside {
        /// The note.
        note: EntryId,
    },
    /// How safe it felt to rely on the partner on one day.
    DayMarked {
        /// The day.
        day: Date,
        /// The mark.
        mark: DayMark,
    },
    /// A newer version of Troth wrote something this one cannot show; it is kept as it came.
    Newer(crate::event::Newer),
    /// The entry opened, and what was inside is not an event.
    Unreadable,
}

/// A day in two answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayMark {
    /// How safe it felt to rely on the partner, 0 to 10.
    pub safe_to_rely: u8,
    /// Whether something happened.
    pub something_happened: bool,
}

/// One entry of the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultEntry {
    /// Its id; whoever keeps the vault sees to it that no two are alike.
    pub id: EntryId,
    /// When it was written.
    pub written: Written,
    /// What was put in.
    pub body: VaultEvent,
}

/// What a person asks of their vault.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VaultCommand {
    /// Rate the ten signs for a week; a second time takes the place of the first.
    RateSigns {
        /// The week.
        week: Week,
        /// The ratings, 0 to 4, in the order of [`Sign::ALL`](crate::Sign::ALL).
        ratings: [u8; 10],
    },
    /// Write a note, or rewrite one.
    WriteNote {
        /// The words.
        text: String,
        /// The note to rewrite.
        replaces: Option<EntryId>,
    },
    /// Put a note out of sight.
    SetNoteAside {
        /// The note.
        note: EntryId,
    },
    /// Mark a day; a second time takes the place of the first.
    MarkDay {
        /// The day.
        day: Date,
        /// The mark.
        mark: DayMark,
    },
}

/// The inside of a vault entry before it is sealed.
///
/// ```
/// use troth_core::{Moment, VaultBody, VaultEvent, Written};
///
/// let now = Moment::new("2026-12-01T17:00:00Z".parse()?, "Europe/Vienna");
/// let body = VaultBody::new(
///     VaultEvent::NoteWritten { text: "A quiet day.".into(), replaces: None },
///     Written::from(&now),
/// );
///
/// assert_eq!(VaultBody::decode(&body.encode()?)?, body);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultBody {
    /// When it was written.
    pub written: Written,
    /// What was put in.
    pub event: VaultEvent,
    /// Fields that a newer version added, kept as they came.
    pub unknown: crate::entry::UnknownFields,
}

/// The state of a vault: the fold of its entries.
#[derive(Debug, Clone, Default)]
pub struct Vault {
    weeks: BTreeMap<Week, Latest<Ratings>>,
    days: BTreeMap<Date, Latest<DayMark>>,
    notes: BTreeMap<EntryId, Note>,
    aside: std::collections::BTreeSet<EntryId>,
}

#[derive(Debug, Clone)]
struct Latest<T> {
    order: (Written, EntryId),
    value: T,
}

#[derive(Debug, Clone)]
struct Note {
    written: Written,
    text: String,
    replaces: Option<EntryId>,
}

mod decide;
mod safety;
mod share;
#[cfg(test)]
mod tests;
mod view;

pub use safety::SafetyPath;
pub(crate) use share::LONGEST_PERIOD;
pub use share::ShareError;
pub use view::NoteView;
