//! Commitments: one partner's promise, and how each of the two saw it go.
//!
//! # Invariants
//!
//! 1. **Two columns.** The giver marks kept or missed, the other seen or different. The two stand
//!    side by side; nothing adds them up, and neither partner can touch the other's mark.
//! 2. **A word in time.** Renegotiating before the due time keeps one's word; afterwards the due
//!    time stays as it was.
//! 3. **No score of a person.** Follow-through is reckoned for one promise and never for a partner.

use jiff::Timestamp;

use crate::id::{EntryId, PartnerId};
use crate::insight::FollowThrough;
use crate::schedule::{Occurrence, Schedule};

/// What one partner says of one due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// The giver: I kept it.
    Kept,
    /// The giver: I did not.
    Missed,
    /// The other: I saw it so.
    Seen,
    /// The other: it looked different to me.
    Different,
}

impl Mark {
    /// Returns the stable key of the mark, for texts, JSON and the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Missed => "missed",
            Self::Seen => "seen",
            Self::Different => "different",
        }
    }

    /// Finds the mark that has this key.
    #[must_use]
    pub fn find_by_key(key: &str) -> Option<Self> {
        [Self::Kept, Self::Missed, Self::Seen, Self::Different]
            .into_iter()
            .find(|mark| mark.key() == key)
    }

    /// Returns whose mark this is.
    #[must_use]
    pub const fn side(self) -> Side {
        match self {
            Self::Kept | Self::Missed => Side::Giver,
            Self::Seen | Self::Different => Side::Other,
        }
    }
}

/// The two who look at a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Who made it.
    Giver,
    /// To whom it was made.
    Other,
}

/// A mark as it stands, with the words beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkView {
    /// The entry that holds it.
    pub entry: EntryId,
    /// The mark.
    pub mark: Mark,
    /// The words beside it, as last corrected; empty if none.
    pub note: String,
}

/// A promise as a screen shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct CommitmentView {
    /// The entry that made it.
    pub id: EntryId,
    /// Who made it.
    pub giver: PartnerId,
    /// What is promised; empty when withdrawn.
    pub text: String,
    /// When it is due by the newest plan.
    pub schedule: Schedule,
    /// Whether it stands, and if not, how it ended.
    pub standing: CommitmentStanding,
    /// The due times so far and the next one, oldest first; the newest [`SHOWN_OCCURRENCES`] at most.
    pub occurrences: Vec<OccurrenceView>,
    /// The changes of plan, oldest first.
    pub renegotiations: Vec<RenegotiationView>,
    /// Thanks that were given for it or for one of its marks.
    pub thanks: Vec<ThanksView>,
    /// How it went by the giver's own marks.
    pub by_giver: FollowThrough,
    /// How it went by the other's marks.
    pub by_other: FollowThrough,
}

/// The most due times that a [`CommitmentView`] lists.
pub const SHOWN_OCCURRENCES: usize = 60;

/// Whether a promise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitmentStanding {
    /// It stands.
    Standing,
    /// No due time lies ahead.
    Past,
    /// The other partner released the giver.
    Released,
    /// The giver took it back.
    TakenBack,
    /// The entry was withdrawn.
    Withdrawn,
}

/// One due time with what each said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OccurrenceView {
    /// Its name.
    pub occurrence: Occurrence,
    /// Its instant.
    pub due: Timestamp,
    /// Whether the instant has passed.
    pub is_due: bool,
    /// The giver's mark.
    pub giver: Option<MarkView>,
    /// The other's mark.
    pub other: Option<MarkView>,
}

/// One change of plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenegotiationView {
    /// The entry.
    pub entry: EntryId,
    /// The plan before.
    pub before: Schedule,
    /// The plan after.
    pub after: Schedule,
    /// Whether it was said in time.
    pub told: Told,
}

/// Whether a change of plan was said before the due time that it moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Before: the word is kept.
    InTime,
    /// Written before by the giver's clock, received after it; both are shown.
    InTimeArrivedLater,
    /// After: the due time stays as it was.
    TooLate,
}

/// Thanks from one partner to the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThanksView {
    /// The entry.
    pub entry: EntryId,
    /// Who thanks.
    pub by: PartnerId,
    /// What the thanks are for.
    pub on: EntryId,
    /// The words, as last corrected; empty if none.
    pub text: String,
}
