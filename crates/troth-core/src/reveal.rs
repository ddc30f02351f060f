//! *Reveal together*: both answer one question, and both answers open at once.
//!
//! # Invariants
//!
//! 1. **Nobody first.** No view shows the other's words before both have answered.
//! 2. **Once.** The first answer of each partner counts; a later one changes nothing.
//! 3. **No blame in waiting.** A state says whose turn it is and nothing about how long.
//!
//! Sealing and hashing are done elsewhere: this module is told the opened words through
//! [`Couple::open_reveal`](crate::Couple::open_reveal) and decides whether they may be shown.

/// Who sees to it that both answers open at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Referee {
    /// The server holds a share of a one-time key for each answer and hands out both together.
    Server,
    /// Nobody: both commit to a hash first, then both open. For a server that one partner runs.
    Nobody,
}

/// An answer in the form in which nobody can read it yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealedAnswer {
    /// Sealed under a one-time key whose share lies with the server.
    Sealed {
        /// A hash that binds the share, so that another share is noticed.
        share_commit: [u8; 32],
        /// The sealed words.
        ciphertext: Vec<u8>,
    },
    /// Only a hash of the words and a nonce; the words follow in `RevealOpened`.
    Committed {
        /// The hash commitment.
        hash: [u8; 32],
    },
}

use crate::id::{EntryId, PartnerId};

/// A question of *reveal together* as one partner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevealView {
    /// The entry that asked.
    pub id: EntryId,
    /// Who asked.
    pub asked_by: PartnerId,
    /// The question; empty when withdrawn.
    pub prompt: String,
    /// Who sees to it that both open at once.
    pub referee: Referee,
    /// Where it stands, seen by this partner.
    pub standing: RevealStanding,
    /// My own words, where this device knows them, and the entry they are in.
    pub mine: Option<AnswerView>,
    /// The other's words; only ever present in [`RevealStanding::Open`].
    pub theirs: Option<AnswerView>,
}

/// The words of one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerView {
    /// The entry of the answer.
    pub entry: EntryId,
    /// Who wrote it.
    pub by: PartnerId,
    /// The words, as last corrected; empty when withdrawn after opening.
    pub text: String,
}

/// Where a question stands, seen by one partner. None of these says how long anything takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevealStanding {
    /// I have not answered; whether the other has is not shown.
    WaitingForYou,
    /// I have answered, the other has not. Nothing is late.
    WaitingForPartner,
    /// Both have answered; the words come as soon as both parts are here.
    Opening,
    /// Both answers are open.
    Open,
    /// The question was taken back before both had answered.
    Withdrawn,
}

/// A sealed pair that waits for its shares; see [`Couple::shares_wanted`](crate::Couple::shares_wanted).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharesWanted {
    /// The question.
    pub reveal: EntryId,
    /// The answers whose words are not known here yet: one or two.
    pub answers: Vec<SealedAnswerEntry>,
}

/// One sealed answer with what is needed to open it once its share is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedAnswerEntry {
    /// The entry of the answer.
    pub entry: EntryId,
    /// Who wrote it.
    pub by: PartnerId,
    /// The hash that binds the share.
    pub share_commit: [u8; 32],
    /// The sealed words.
    pub ciphertext: Vec<u8>,
}

/// Opened words that wait for their hash to be checked; see [`Couple::openings_to_check`](crate::Couple::openings_to_check).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningToCheck {
    /// The question.
    pub reveal: EntryId,
    /// Who opened.
    pub by: PartnerId,
    /// The entry that opened.
    pub entry: EntryId,
    /// The hash to which its author had committed.
    pub hash: [u8; 32],
    /// The words.
    pub answer: String,
    /// The random bytes beside the words.
    pub nonce: [u8; 32],
}
