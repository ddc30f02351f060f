//! The blind referee of "reveal together": when a share may be deposited and when given out.
//!
//! The server holds one share of a one-time key for each answer and no text; the partner holds
//! the text and no key. Specified in `docs/protocol/envelope.md`, section "Referee".
//!
//! # Invariants
//!
//! 1. **Bound.** A share belongs to an answer that its depositor wrote into the record.
//! 2. **Once.** A member deposits one share for a reveal; it never changes.
//! 3. **Together.** No share is given out before each full member's is there.

use crate::control::{Class, Membership};
use crate::id::{EntryId, MemberId};

/// A share that the server holds, without the share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Deposit {
    /// Who deposited it.
    pub member: MemberId,
    /// The answer that it opens.
    pub answer: EntryId,
}

/// An entry of the record, as far as the referee looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Written {
    /// Its place.
    pub place: u64,
    /// Who wrote it.
    pub author: MemberId,
}

/// Says why a share is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum DepositRefusal {
    /// The depositor is not a full member.
    #[error("only a partner may deposit a share")]
    NotAPartner,
    /// The answer was written by somebody else.
    #[error("the answer was written by somebody else")]
    NotTheAuthor,
    /// The answer is not after the reveal.
    #[error("the answer is not after the reveal")]
    NotAfter,
    /// Another answer's share is there, or this answer's for another reveal.
    #[error("another share is there already")]
    Another,
}

/// Says what to do with an acceptable share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Acceptance {
    /// It is new: keep it.
    Keep,
    /// This answer's share is there already: the first one stays.
    KeptBefore,
}

/// Judges whether `by` may deposit a share for an answer to a reveal.
///
/// `reveal` and `answer` are the two entries as found in the record; `deposits` are those
/// already there for this reveal.
///
/// # Errors
///
/// The first [`DepositRefusal`] that applies.
pub fn judge_deposit(
    membership: &Membership,
    deposits: &[Deposit],
    deposit: &Deposit,
    (reveal, answer): (&Written, &Written),
) -> Result<Acceptance, DepositRefusal> {
    let member = membership.member(&deposit.member);
    if !member.is_some_and(|member| member.card.class == Class::Full && member.is_full()) {
        return Err(DepositRefusal::NotAPartner);
    }
    if answer.author != deposit.member {
        return Err(DepositRefusal::NotTheAuthor);
    }
    if answer.place <= reveal.place {
        return Err(DepositRefusal::NotAfter);
    }
    match deposits.iter().find(|known| known.member == deposit.member) {
        None => Ok(Acceptance::Keep),
        Some(known) if known.answer == deposit.answer => Ok(Acceptance::KeptBefore),
        Some(_) => Err(DepositRefusal::Another),
    }
}

/// Tells whether the shares may be given out: each full member's is there, and two at least.
#[must_use]
pub fn is_released(membership: &Membership, deposits: &[Deposit]) -> bool {
    let is_there = |id: &MemberId| deposits.iter().any(|deposit| deposit.member == *id);
    let first = deposits.first();
    first.is_some_and(|first| deposits.iter().any(|other| other.member != first.member))
        && membership
            .list_full()
            .all(|member| is_there(&member.card.member))
}
