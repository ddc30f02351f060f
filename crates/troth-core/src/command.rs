//! What a person asks for in the couple space, in the imperative.
//!
//! A command goes to [`Couple::decide`](crate::Couple::decide) and comes back as events or as a reason.

use crate::acknowledgment::{AcknowledgmentAnswer, Elements};
use crate::commitment::Mark;
use crate::event::Settled;
use crate::id::EntryId;
use crate::reveal::{Referee, SealedAnswer};
use crate::schedule::{Occurrence, Schedule};
use crate::sign::SharedSigns;
use crate::visit::{HeldVisit, VisitAnswer};

/// One wish of one partner.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Command {
    /// Say by which name I want to be called here.
    Introduce {
        /// The name.
        name: String,
    },
    /// Ask a question that both answer before either reads.
    StartReveal {
        /// The question.
        prompt: String,
        /// Who sees to it that both open at once.
        referee: Referee,
    },
    /// Answer, closed. The words are checked first with [`Couple::may_answer`](crate::Couple::may_answer) and then sealed.
    AnswerReveal {
        /// The question's entry.
        reveal: EntryId,
        /// The sealed answer.
        answer: SealedAnswer,
    },
    /// Open the answer to which I had committed; a client does this by itself for
    /// [`Couple::openings_owed`](crate::Couple::openings_owed).
    OpenReveal {
        /// The question's entry.
        reveal: EntryId,
        /// My words.
        answer: String,
        /// The random bytes of the commitment.
        nonce: [u8; 32],
    },
    /// Take a question back, before both have answered.
    WithdrawReveal {
        /// The question's entry.
        reveal: EntryId,
    },
    /// Name what I did, and what it did.
    OfferAcknowledgment {
        /// My words.
        elements: Elements,
        /// Whether I said that I am calm enough.
        settled: Settled,
        /// The version that this takes the place of.
        replaces: Option<EntryId>,
    },
    /// Answer an acknowledgment.
    AnswerAcknowledgment {
        /// Its entry.
        acknowledgment: EntryId,
        /// My answer.
        answer: AcknowledgmentAnswer,
    },
    /// Make a promise.
    MakeCommitment {
        /// What I promise.
        text: String,
        /// When it is due.
        schedule: Schedule,
    },
    /// Say how it went, from where I stand.
    MarkCommitment {
        /// The promise's entry.
        commitment: EntryId,
        /// Which due time I mean; `None` is the one that fits now: the latest that was due, else the next.
        occurrence: Option<Occurrence>,
        /// What I say of it.
        mark: Mark,
        /// My words beside it, or none.
        note: String,
    },
    /// Say that my plan changes.
    RenegotiateCommitment {
        /// The promise's entry.
        commitment: EntryId,
        /// When it is due from now on.
        schedule: Schedule,
    },
    /// End a promise: release the giver, or take back what I gave.
    ReleaseCommitment {
        /// The promise's entry.
        commitment: EntryId,
    },
    /// Thank the other for something in the record.
    Thank {
        /// The entry.
        on: EntryId,
        /// My words, or none.
        text: String,
    },
    /// Show something of my signs of trust; made by [`Vault::share_summary`](crate::Vault::share_summary)
    /// or [`Vault::share_singles`](crate::Vault::share_singles).
    ShareSigns(SharedSigns),
    /// Tell the other of an hour that I hold for both of us.
    ProposeVisit(HeldVisit),
    /// Answer to an hour that the other holds for both of us.
    AnswerVisit {
        /// The proposal's entry.
        visit: EntryId,
        /// My answer.
        answer: VisitAnswer,
    },
    /// Hide one of my entries, visibly.
    WithdrawEntry {
        /// The entry.
        entry: EntryId,
    },
    /// Correct one of my entries; both versions stay.
    CorrectEntry {
        /// The entry.
        entry: EntryId,
        /// My words as I mean them now.
        text: String,
    },
}
