//! The blind referee of "reveal together": when a share may be deposited and when given out.
//!
//! The server holds one share of a one-time key for each answer and no text; the partner holds
//! the text and no key. Specified in `docs/protocol/envelope.md`, section "Referee".
//!
//! # Invariants
//!
//! 1. **Bound.** A share belongs to the one entry whose header binds it ([`ShareBinding`]), and
//!    that header names the question. So what a share will open is fixed, before everybody's
//!    eyes, before any share is given out.
//! 2. **First.** Of several entries of one member that bind a share to one question the first
//!    in the record counts, as it does for the words inside.
//! 3. **Once.** A member deposits one share for a reveal; it never changes.
//! 4. **Together.** No share is given out before each full member's is there.

use sha2::{Digest as _, Sha256};

use crate::control::{Class, Membership};
use crate::header::ShareBinding;
use crate::id::{Digest, EntryId, MemberId, SpaceId};

/// Derives what the header of an entry says of the share that belongs to it.
///
/// The header names question, space and author beside it and is signed as a whole; the member
/// is in the hash too, so that nobody can repeat another's.
#[must_use]
pub fn commitment(space: &SpaceId, member: &MemberId, share: &[u8]) -> Digest {
    let hash = Sha256::new()
        .chain_update(b"troth/v1/share")
        .chain_update(space.0)
        .chain_update(member.0)
        .chain_update(share);
    Digest(hash.finalize().into())
}

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
    /// The entry.
    pub id: EntryId,
    /// Its place.
    pub place: u64,
    /// Who wrote it.
    pub author: MemberId,
    /// The share that its header binds.
    pub binding: Option<ShareBinding>,
}

/// The two entries of a deposit as found in the record, and the share.
#[derive(Clone, Copy)]
pub struct Deposited<'a> {
    /// The space.
    pub space: SpaceId,
    /// The reveal.
    pub question: Written,
    /// The entry that the depositor names as the answer.
    pub answer: Written,
    /// The place of the first entry of the depositor that binds a share to the question.
    pub first: Option<u64>,
    /// The share.
    pub share: &'a [u8],
}

impl core::fmt::Debug for Deposited<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Deposited")
            .field("question", &self.question)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
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
    /// The entry binds no share, or one to another question.
    #[error("the entry binds no share to this reveal")]
    NotBound,
    /// An earlier entry of the member binds a share to this question.
    #[error("an earlier entry binds a share to this reveal")]
    NotFirst,
    /// The share is not the one that the entry binds.
    #[error("the share is not the one that was bound")]
    WrongShare,
    /// Another answer's share is there.
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

/// Judges whether `member` may deposit a share; `deposits` are those already there for the reveal.
///
/// # Errors
///
/// The first [`DepositRefusal`] that applies.
pub fn judge_deposit(
    membership: &Membership,
    deposits: &[Deposit],
    member: MemberId,
    new: &Deposited<'_>,
) -> Result<Acceptance, DepositRefusal> {
    let full = membership.member(&member);
    if !full.is_some_and(|member| member.card.class == Class::Full && member.is_full()) {
        return Err(DepositRefusal::NotAPartner);
    }
    check_bound(member, new)?;
    match deposits.iter().find(|known| known.member == member) {
        None => Ok(Acceptance::Keep),
        Some(known) if known.answer == new.answer.id => Ok(Acceptance::KeptBefore),
        Some(_) => Err(DepositRefusal::Another),
    }
}

/// Checks that the named entry binds this share to this question, as the first that does.
fn check_bound(member: MemberId, new: &Deposited<'_>) -> Result<(), DepositRefusal> {
    let Deposited {
        question, answer, ..
    } = new;
    if answer.author != member {
        return Err(DepositRefusal::NotTheAuthor);
    }
    if answer.place <= question.place {
        return Err(DepositRefusal::NotAfter);
    }
    let bound = answer.binding.filter(|it| it.question == question.id);
    let bound = bound.ok_or(DepositRefusal::NotBound)?;
    if new.first != Some(answer.place) {
        return Err(DepositRefusal::NotFirst);
    }
    if commitment(&new.space, &member, new.share) != bound.commitment {
        return Err(DepositRefusal::WrongShare);
    }
    Ok(())
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
    use crate::testing::{ANA, BEN, CLEO, Record, SPACE, TESS, terms};

    const SHARE: [u8; 32] = [6; 32];

    fn deposit(member: MemberId, answer: u8) -> Deposit {
        Deposit {
            member,
            answer: EntryId([answer; 32]),
        }
    }

    /// Ana's question at 5 and Ben's answer at 6, with the share that it binds.
    fn deposited() -> Deposited<'static> {
        let question = Written {
            id: EntryId([1; 32]),
            place: 5,
            author: ANA.member(),
            binding: None,
        };
        let binding = ShareBinding {
            question: question.id,
            commitment: commitment(&SPACE, &BEN.member(), &SHARE),
        };
        let answer = Written {
            id: EntryId([2; 32]),
            place: 6,
            author: BEN.member(),
            binding: Some(binding),
        };
        Deposited {
            space: SPACE,
            question,
            answer,
            first: Some(6),
            share: &SHARE,
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
    fn of_three_the_share_of_each_must_be_there() {
        let record = Record::begun(&[ANA, BEN, CLEO]);
        let membership = &record.state.membership;
        let [ana, ben, cleo] =
            [(ANA, 1), (BEN, 2), (CLEO, 3)].map(|(who, answer)| deposit(who.member(), answer));
        assert!(!is_released(membership, &[ana, ben]));
        assert!(!is_released(membership, &[ben, cleo]));
        assert!(is_released(membership, &[ana, ben, cleo]));
    }

    #[test]
    fn one_share_is_not_given_out_because_the_other_partner_left() {
        let mut record = Record::begun(&[ANA, BEN]);
        record.control(BEN, &Control::Leave).unwrap();
        let (ana, ben) = (deposit(ANA.member(), 1), deposit(BEN.member(), 2));
        assert!(!is_released(&record.state.membership, &[ana]));
        assert!(is_released(&record.state.membership, &[ana, ben]));
    }

    fn judged(new: &Deposited<'_>) -> Result<Acceptance, DepositRefusal> {
        let record = Record::begun(&[ANA, BEN]);
        judge_deposit(&record.state.membership, &[], BEN.member(), new)
    }

    #[test]
    fn a_share_is_taken_once_for_the_entry_that_binds_it() {
        let record = Record::begun(&[ANA, BEN]);
        let judge = |deposits: &[Deposit]| {
            let membership = &record.state.membership;
            judge_deposit(membership, deposits, BEN.member(), &deposited())
        };
        assert_eq!(judge(&[]), Ok(Acceptance::Keep));
        let same = deposit(BEN.member(), 2);
        assert_eq!(judge(&[same]), Ok(Acceptance::KeptBefore));
        let other = deposit(BEN.member(), 3);
        assert_eq!(judge(&[other]), Err(DepositRefusal::Another));
    }

    #[test]
    fn an_entry_that_binds_nothing_takes_no_share() {
        let mut new = deposited();
        new.answer.binding = None;
        assert_eq!(judged(&new), Err(DepositRefusal::NotBound));
    }

    #[test]
    fn an_entry_that_answers_another_reveal_takes_no_share_for_this_one() {
        let mut new = deposited();
        new.question.id = EntryId([9; 32]);
        assert_eq!(judged(&new), Err(DepositRefusal::NotBound));
    }

    #[test]
    fn of_two_entries_that_bind_a_share_only_the_first_takes_one() {
        let mut new = deposited();
        new.answer.place = 8;
        assert_eq!(judged(&new), Err(DepositRefusal::NotFirst));
        new.first = None;
        assert_eq!(judged(&new), Err(DepositRefusal::NotFirst));
    }

    #[test]
    fn another_share_than_the_bound_one_is_refused() {
        let new = Deposited {
            share: &[7; 32],
            ..deposited()
        };
        assert_eq!(judged(&new), Err(DepositRefusal::WrongShare));
        // Nor can one bind what somebody else bound.
        let mut new = deposited();
        let hers = commitment(&SPACE, &ANA.member(), &SHARE);
        new.answer.binding = new.answer.binding.map(|it| ShareBinding {
            commitment: hers,
            ..it
        });
        assert_eq!(judged(&new), Err(DepositRefusal::WrongShare));
    }

    #[test]
    fn a_share_is_taken_from_a_partner_for_an_own_answer_after_the_reveal() {
        let mut record = Record::begun(&[ANA, BEN]);
        let terms = terms(None, Caps::CONTENT);
        record.control(ANA, &TESS.add(Some(terms))).unwrap();
        let proposal = record.last_of(ANA, 1);
        record
            .control(BEN, &Control::Countersign { of: proposal })
            .unwrap();
        for stranger in [TESS.member(), MemberId([99; 16])] {
            let refused = judge_deposit(&record.state.membership, &[], stranger, &deposited());
            assert_eq!(refused, Err(DepositRefusal::NotAPartner));
        }
        let mut of_ana = deposited();
        of_ana.answer.author = ANA.member();
        assert_eq!(judged(&of_ana), Err(DepositRefusal::NotTheAuthor));
        let mut early = deposited();
        early.answer.place = 5;
        assert_eq!(judged(&early), Err(DepositRefusal::NotAfter));
    }
}
