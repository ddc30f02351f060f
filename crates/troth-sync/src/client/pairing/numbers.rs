//! The numbers of a pairing: drawn for one offer, spent on one answer, and kept as promised.
//!
//! Specified in `docs/protocol/words.md`.

use troth_core::check_name;
use troth_crypto::invitation::{Answer, Offer};
use troth_crypto::words;
use troth_wire::control::Numbers;
use troth_wire::{MemberId, PublicKey, SpaceId};

use super::{of, stand};
use crate::machine::{Drawn, Guest, Invited, Machine, Promised, SpaceCell, Standing};

/// Tells whether this device drew the number that the invitation's offer promises.
pub(super) fn is_made_here(invited: &Invited, drawn: Option<Drawn>) -> bool {
    drawn.is_some_and(|drawn| drawn.offer == Offer::digest(&invited.offer))
}

/// Prepares to admit the person who answered, on the device that drew the offer's number.
///
/// The number is spent on this answer. Any other device of the inviter learns of it by the keyring.
pub(super) fn admit(cell: &mut SpaceCell, answer: Answer) {
    let Some(drawn) = cell.drawn.take_if(|drawn| drawn.offer == answer.offer) else {
        return;
    };
    stand(cell, Standing::Accepted);
    cell.partner_name = Some(answer.name).filter(|name| check_name(name).is_ok());
    cell.wants.guest = Some(Guest {
        card: answer.card,
        devices: answer.devices,
        numbers: Numbers {
            inviter: drawn.number,
            joiner: answer.number,
        },
    });
}

/// Tells whether the record admitted this person with the number that an answered offer promised,
/// and with their own number for that offer. The inviter promised nothing to themself.
pub(super) fn is_kept(machine: &Machine) -> bool {
    if machine.cell.pinned.is_none() {
        return true;
    }
    let record = machine.record();
    let membership = &record.log().membership;
    let inviter = membership.members().first().map(of);
    let numbers = membership.member(&record.me()).and_then(|me| me.numbers);
    inviter.zip(numbers).is_some_and(|(inviter, numbers)| {
        keeps(
            &machine.cell.promised,
            (&record.space(), &inviter),
            &numbers,
        )
    })
}

fn keeps(
    promised: &[Promised],
    (space, inviter): (&SpaceId, &(MemberId, PublicKey)),
    numbers: &Numbers,
) -> bool {
    promised.contains(&Promised {
        promise: words::promise(space, inviter, &numbers.inviter),
        number: numbers.joiner,
    })
}

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng;
    use troth_crypto::keys::{UserKem, UserRoot};
    use troth_wire::Digest;
    use troth_wire::control::Class;

    use super::*;

    #[test]
    fn only_the_promised_number_with_the_own_one_keeps_a_promise() {
        let space = SpaceId([1; 16]);
        let inviter = (MemberId([2; 16]), PublicKey([3; 32]));
        let numbers = Numbers {
            inviter: Digest([4; 32]),
            joiner: Digest([5; 32]),
        };
        let one = Promised {
            promise: words::promise(&space, &inviter, &numbers.inviter),
            number: numbers.joiner,
        };
        let two = Promised {
            promise: Digest([6; 32]),
            number: Digest([7; 32]),
        };
        let kept = |numbers: &Numbers| keeps(&[one, two], (&space, &inviter), numbers);
        assert!(kept(&numbers));
        // A number that was not promised, and one's own number for another offer.
        let unpromised = Numbers {
            inviter: Digest([8; 32]),
            ..numbers
        };
        let reused = Numbers {
            joiner: two.number,
            ..numbers
        };
        assert!(!kept(&unpromised) && !kept(&reused));
        // The right numbers in another space, or of another inviter.
        let elsewhere = (&SpaceId([9; 16]), &inviter);
        assert!(!keeps(&[one, two], elsewhere, &numbers));
        let other = (inviter.0, PublicKey([9; 32]));
        assert!(!keeps(&[one, two], (&space, &other), &numbers));
    }

    #[test]
    fn a_number_is_spent_on_the_first_answer_and_only_where_it_was_drawn() {
        let (offer, number) = (Digest([1; 32]), Digest([2; 32]));
        let answer = |offer| answer_to(offer, 3);
        let mut other_device = SpaceCell::new(SpaceId([1; 16]), MemberId([2; 16]));
        admit(&mut other_device, answer(offer));
        assert_eq!(other_device.wants.guest, None);

        let mut cell = SpaceCell {
            drawn: Some(Drawn { offer, number }),
            ..other_device
        };
        admit(&mut cell, answer(Digest([9; 32])));
        assert_eq!(cell.wants.guest, None, "an answer to another offer");
        admit(&mut cell, answer(offer));
        let first = cell.wants.guest.clone();
        assert_eq!(first.as_ref().unwrap().numbers.inviter, number);
        admit(&mut cell, answer_to(offer, 4));
        assert_eq!(cell.wants.guest, first);
    }

    fn answer_to(offer: Digest, joiner: u8) -> Answer {
        let mut rng = crate::Rng::seed_from_u64(u64::from(joiner));
        let (root, kem) = (UserRoot::generate(&mut rng), UserKem::generate(1, &mut rng));
        let member = MemberId([joiner; 16]);
        Answer {
            offer,
            card: root.card(&SpaceId([1; 16]), member, Class::Full, &kem),
            devices: Vec::new(),
            name: String::from("Ben"),
            number: Digest([joiner; 32]),
        }
    }
}
