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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{Caps, Control};
    use crate::testing::{ANA, BEN, Record, TESS, terms};

    const REVEAL: Written = Written {
        place: 5,
        author: MemberId([1; 16]),
    };

    fn deposit(member: MemberId, answer: u8) -> Deposit {
        Deposit {
            member,
            answer: EntryId([answer; 32]),
        }
    }

    #[test]
    fn shares_are_given_out_when_each_partner_has_one_there() {
        let record = Record::begun(&[ANA, BEN]);
        let membership = &record.state.membership;
        let (ana, ben) = (deposit(ANA.member(), 1), deposit(BEN.member(), 2));
        assert!(!is_released(membership, &[]));
        assert!(!is_released(membership, &[ana]));
        assert!(!is_released(membership, &[ana, ana]));
        assert!(is_released(membership, &[ana, ben]));
    }

    #[test]
    fn one_share_is_not_given_out_because_the_other_partner_left() {
        let mut record = Record::begun(&[ANA, BEN]);
        record.control(BEN, &Control::Leave).unwrap();
        let (ana, ben) = (deposit(ANA.member(), 1), deposit(BEN.member(), 2));
        assert!(!is_released(&record.state.membership, &[ana]));
        assert!(is_released(&record.state.membership, &[ana, ben]));
    }

    #[test]
    fn a_share_is_bound_to_an_answer_of_its_depositor_after_the_reveal() {
        let mut record = Record::begun(&[ANA, BEN]);
        let terms = terms(None, Caps::CONTENT);
        record.control(ANA, &TESS.add(Some(terms))).unwrap();
        let proposal = record.last_of(ANA, 1);
        record
            .control(BEN, &Control::Countersign { of: proposal })
            .unwrap();
        let membership = &record.state.membership;
        let ben = deposit(BEN.member(), 2);
        let answer = Written {
            place: 6,
            author: BEN.member(),
        };
        let judge = |deposits: &[Deposit], one: &Deposit, answer: &Written| {
            judge_deposit(membership, deposits, one, (&REVEAL, answer))
        };
        assert_eq!(judge(&[], &ben, &answer), Ok(Acceptance::Keep));
        assert_eq!(judge(&[ben], &ben, &answer), Ok(Acceptance::KeptBefore));
        let changed = deposit(BEN.member(), 3);
        assert_eq!(
            judge(&[ben], &changed, &answer),
            Err(DepositRefusal::Another)
        );
        let of_ana = Written {
            author: ANA.member(),
            ..answer
        };
        assert_eq!(judge(&[], &ben, &of_ana), Err(DepositRefusal::NotTheAuthor));
        let early = Written { place: 5, ..answer };
        assert_eq!(judge(&[], &ben, &early), Err(DepositRefusal::NotAfter));
        for stranger in [TESS.member(), MemberId([99; 16])] {
            let refused = judge(&[], &deposit(stranger, 1), &answer);
            assert_eq!(refused, Err(DepositRefusal::NotAPartner));
        }
    }
}
