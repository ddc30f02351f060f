use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::keys::{DeviceKey, UserKem, UserRoot};

const SPACE: SpaceId = SpaceId([1; 16]);

struct Pair {
    link: LinkSecret,
    offer: Sealed,
    answer: Answer,
    ben: UserRoot,
    rng: ChaCha20Rng,
}

fn pair() -> Pair {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let link = LinkSecret::generate(&mut rng);
    let (ana, ben) = (UserRoot::generate(&mut rng), UserRoot::generate(&mut rng));
    let (member, root) = (MemberId([2; 16]), ana.public());
    let offer = Offer {
        space: SPACE,
        member,
        root,
        name: "Ana".into(),
        host: 1,
        promise: Digest([7; 32]),
    };
    let offer = offer.seal(&link, &mut rng).unwrap();
    let kem = UserKem::generate(1, &mut rng);
    let answer = Answer {
        offer: Offer::digest(&offer),
        card: ben.card(&SPACE, MemberId([3; 16]), Class::Full, &kem),
        devices: vec![ben.certify(DeviceKey::generate(&mut rng).public())],
        name: "Ben".into(),
        number: Digest([8; 32]),
    };
    Pair {
        link,
        offer,
        answer,
        ben,
        rng,
    }
}

#[test]
fn offer_and_answer_arrive_through_a_server_that_cannot_read_them() {
    let Pair {
        link,
        offer,
        answer,
        mut rng,
        ..
    } = pair();
    assert_eq!(offer.0.len(), OFFER_LEN);
    assert_eq!(Offer::open(&offer, &link).unwrap().name, "Ana");
    let sealed = answer.seal(&link, &mut rng).unwrap();
    assert_eq!(sealed.0.len(), ANSWER_LEN);
    assert_eq!(Answer::open(&sealed, &link, &offer), Ok(answer));
}

#[test]
fn a_link_reads_back_from_its_fragment_and_a_mistyped_one_is_refused() {
    let Pair { link, .. } = pair();
    let fragment = link.to_fragment();
    assert_eq!(fragment.parse(), Ok(link));
    assert_eq!("".parse::<LinkSecret>(), Err(NotALink));
    assert_eq!(
        fragment.get(1..).unwrap().parse::<LinkSecret>(),
        Err(NotALink)
    );
}

#[test]
fn the_server_cannot_swap_keys_or_mix_invitations() {
    let Pair {
        link,
        offer,
        answer,
        mut rng,
        ..
    } = pair();
    let other = LinkSecret::generate(&mut rng);
    assert_eq!(Offer::open(&offer, &other), Err(Unopened));
    for bit in 0..offer.0.len() * 8 {
        let mut changed = offer.clone();
        changed.0[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(Offer::open(&changed, &link), Err(Unopened));
    }
    let sealed = answer.seal(&link, &mut rng).unwrap();
    assert_eq!(
        Offer::open(&sealed, &link),
        Err(Unopened),
        "an answer is no offer"
    );
    let again = Offer::open(&offer, &link)
        .unwrap()
        .seal(&link, &mut rng)
        .unwrap();
    let answered = Answer::open(&sealed, &link, &again);
    assert_eq!(answered, Err(Unopened), "an answer belongs to one offer");
}

#[test]
fn an_answer_without_consent_devices_or_another_person_is_refused() {
    let Pair {
        link,
        offer,
        answer,
        ben,
        mut rng,
    } = pair();
    let kem = UserKem::generate(1, &mut rng);
    let elsewhere = ben.card(&SpaceId([9; 16]), MemberId([3; 16]), Class::Full, &kem);
    let limited = ben.card(&SPACE, MemberId([3; 16]), Class::Limited, &kem);
    let same_name = ben.card(&SPACE, MemberId([2; 16]), Class::Full, &kem);
    let stranger = UserRoot::generate(&mut rng);
    let strange = stranger.certify(DeviceKey::generate(&mut rng).public());
    let wrong = [
        Answer {
            card: elsewhere,
            ..answer.clone()
        },
        Answer {
            card: limited,
            ..answer.clone()
        },
        Answer {
            card: same_name,
            ..answer.clone()
        },
        Answer {
            devices: vec![],
            ..answer.clone()
        },
        Answer {
            devices: vec![strange],
            ..answer.clone()
        },
        Answer {
            offer: Digest::ZERO,
            ..answer
        },
    ];
    for answer in wrong {
        let sealed = answer.seal(&link, &mut rng).unwrap();
        assert_eq!(Answer::open(&sealed, &link, &offer), Err(Unopened));
    }
}

#[test]
fn a_name_beyond_all_measure_is_refused_before_it_is_sent() {
    let Pair {
        link,
        offer,
        mut rng,
        ..
    } = pair();
    let mut offer = Offer::open(&offer, &link).unwrap();
    offer.name = "a".repeat(OFFER_LEN);
    assert_eq!(offer.seal(&link, &mut rng), Err(TooLong));
}
