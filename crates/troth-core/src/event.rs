//! All that is ever stored in a couple space; variants are added, never edited.
//!
//! The stored form is specified byte by byte in `docs/protocol/events.md`; `tests/vectors` holds a
//! frozen example of every variant. [`Body`](crate::Body) puts an event beside the moment its
//! author wrote it.

use crate::acknowledgment::{AcknowledgmentAnswer, Elements};
use crate::commitment::Mark;
use crate::id::EntryId;
use crate::reveal::{Referee, SealedAnswer};
use crate::schedule::{Occurrence, Schedule};
use crate::sign::SharedSigns;
use crate::visit::{HeldVisit, VisitAnswer};

pub(crate) mod codec;

/// One thing that happened in a couple space, as its author recorded it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The author says by which name they want to be called here.
    PartnerIntroduced {
        /// The name.
        name: String,
    },
    /// The author asked a question that both answer before either reads.
    RevealStarted {
        /// The question.
        prompt: String,
        /// Who sees to it that both open at once.
        referee: Referee,
    },
    /// The author answered, closed.
    RevealAnswered {
        /// The `RevealStarted` that is answered.
        reveal: EntryId,
        /// The answer, as long as nobody can read it.
        answer: SealedAnswer,
    },
    /// The author opened the answer to which they had committed; only without a referee.
    RevealOpened {
        /// The `RevealStarted`.
        reveal: EntryId,
        /// The words of the answer.
        answer: String,
        /// The random bytes that went into the hash commitment beside the words.
        nonce: [u8; 32],
    },
    /// The author took the question back before both had answered.
    RevealWithdrawn {
        /// The `RevealStarted`.
        reveal: EntryId,
    },
    /// The author named something they did, and what it did.
    AcknowledgmentOffered {
        /// What they wrote, element by element.
        elements: Elements,
        /// Whether the author had said, to themself, that they were calm enough to write.
        settled: Settled,
        /// The version that this one takes the place of.
        replaces: Option<EntryId>,
    },
    /// The other partner answered an acknowledgment.
    AcknowledgmentAnswered {
        /// The `AcknowledgmentOffered` that is answered.
        acknowledgment: EntryId,
        /// The answer.
        answer: AcknowledgmentAnswer,
    },
    /// The author made a promise.
    CommitmentMade {
        /// What is promised.
        text: String,
        /// When it is due.
        schedule: Schedule,
    },
    /// The author said how it went, from where they stand.
    CommitmentMarked {
        /// The `CommitmentMade`.
        commitment: EntryId,
        /// Which of its due times is meant.
        occurrence: Occurrence,
        /// What they say of it.
        mark: Mark,
        /// Their own words beside the mark, or none.
        note: String,
    },
    /// The giver said that the plan changes.
    CommitmentRenegotiated {
        /// The `CommitmentMade`.
        commitment: EntryId,
        /// When it is due from now on.
        schedule: Schedule,
    },
    /// The author ended the promise: the other partner releases, the giver takes it back.
    CommitmentReleased {
        /// The `CommitmentMade`.
        commitment: EntryId,
    },
    /// The author thanked the other for something in the record.
    Thanked {
        /// The entry they give thanks for.
        on: EntryId,
        /// Their words, or none.
        text: String,
    },
    /// The author showed something of their signs of trust for a period.
    SignsShared(SharedSigns),
    /// The author took back one of their own entries: hidden, and visibly so.
    EntryWithdrawn {
        /// The entry that is hidden.
        entry: EntryId,
    },
    /// The author corrected one of their own entries; both versions stay.
    EntryCorrected {
        /// The entry that is corrected.
        entry: EntryId,
        /// The words as they are meant now.
        text: String,
    },
    /// The author holds an hour with a provider for both, and tells the other.
    VisitProposed(HeldVisit),
    /// The other partner answered.
    VisitAnswered {
        /// The `VisitProposed` that is answered.
        visit: EntryId,
        /// The answer.
        answer: VisitAnswer,
    },
    /// A newer version of Troth wrote something this one cannot show; it is kept as it came.
    Newer(Newer),
    /// The entry opened, and what was inside is not an event.
    Unreadable,
}

/// An event whose kind or version this program does not know, kept byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newer {
    /// The version of the body's form.
    pub body_version: u64,
    /// The number of the kind.
    pub kind: u64,
    /// The payload as it came: one CBOR item.
    pub payload: Vec<u8>,
}

/// Whether a person had said, to themself, that they were calm enough to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// They said so.
    Said,
    /// They did not, or not yet.
    NotSaid,
}
