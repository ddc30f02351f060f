use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use troth_wire::Digest;
use troth_wire::log::parse;
use troth_wire::padme::is_class;

use super::*;
use crate::Secret;

fn position() -> Position {
    Position {
        space: SpaceId([1; 16]),
        epoch: 1,
        author: MemberId([2; 16]),
        aseq: 1,
        aprev: EntryId::ZERO,
        seen_place: 0,
        seen_head: Head::EMPTY,
    }
}

fn secret(space: u8, epoch: u32) -> EpochSecret {
    EpochSecret::new(SpaceId([space; 16]), epoch, Secret::new([9; 32]))
}

fn sealed(message: &[u8]) -> Envelope {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let device = DeviceKey::from_seed(&Secret::new([3; 32]));
    seal(&position(), message, &secret(1, 1), &device, &mut rng).unwrap()
}

#[test]
fn what_is_sealed_opens_and_passes_the_servers_check_of_form() {
    let envelope = sealed(b"a quiet room");
    assert_eq!(
        open(&envelope, &secret(1, 1)).unwrap().as_slice(),
        b"a quiet room"
    );
    let device = DeviceKey::from_seed(&Secret::new([3; 32]));
    assert!(parse(&envelope).unwrap().verify(&device.public()).is_ok());
}

#[test]
fn the_share_that_an_answer_binds_is_in_its_header() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let device = DeviceKey::from_seed(&Secret::new([3; 32]));
    let binding = Some(ShareBinding {
        question: EntryId([4; 32]),
        commitment: Digest([5; 32]),
    });
    let plain = b"a quiet room".as_slice();
    let answer = Message { plain, binding };
    let envelope = seal(&position(), answer, &secret(1, 1), &device, &mut rng).unwrap();
    let (header, _) = Header::decode_with_front(&envelope.header).unwrap();
    assert_eq!(header.binding, binding);
    assert_eq!(open(&envelope, &secret(1, 1)).unwrap().as_slice(), plain);
}

#[test]
fn every_length_up_to_a_class_looks_alike() {
    assert_eq!(sealed(b"").body.len(), 256);
    assert_eq!(sealed(&[7; 239]).body.len(), 256);
    assert_eq!(sealed(&[7; 240]).body.len(), 512);
    assert!(is_class(sealed(&[7; 9_000]).body.len()));
    assert_eq!(sealed(&vec![7; MAX_MESSAGE]).body.len(), MAX_BODY);
}

#[test]
fn a_message_that_does_not_fit_and_a_strange_secret_are_refused() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let device = DeviceKey::from_seed(&Secret::new([3; 32]));
    let long = vec![0; MAX_MESSAGE + 1];
    let refused = seal(&position(), &long, &secret(1, 1), &device, &mut rng);
    assert_eq!(refused, Err(SealError::TooLong));
    for strange in [secret(2, 1), secret(1, 2)] {
        let refused = seal(&position(), b"", &strange, &device, &mut rng);
        assert_eq!(refused, Err(SealError::OtherEpoch));
    }
}

#[test]
fn no_changed_bit_of_header_or_body_opens() {
    let envelope = sealed(b"a quiet room");
    let (_, front) = Header::decode_with_front(&envelope.header).unwrap();
    let front = front.len();
    for bit in 0..front * 8 {
        let mut changed = envelope.clone();
        changed.header[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            open(&changed, &secret(1, 1)),
            Err(Unopened),
            "header bit {bit}"
        );
    }
    for bit in 0..envelope.body.len() * 8 {
        let mut changed = envelope.clone();
        changed.body[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            open(&changed, &secret(1, 1)),
            Err(Unopened),
            "body bit {bit}"
        );
    }
}

#[test]
fn another_space_or_epoch_does_not_open_it() {
    let envelope = sealed(b"a quiet room");
    assert_eq!(open(&envelope, &secret(2, 1)), Err(Unopened));
    assert_eq!(open(&envelope, &secret(1, 2)), Err(Unopened));
}

proptest::proptest! {
    #[test]
    fn opening_undoes_sealing(message in proptest::collection::vec(proptest::num::u8::ANY, 0..3000)) {
        let envelope = sealed(&message);
        proptest::prop_assert!(is_class(envelope.body.len()));
        let opened = open(&envelope, &secret(1, 1)).unwrap();
        proptest::prop_assert_eq!(opened.as_slice(), message);
    }

    #[test]
    fn any_bytes_are_refused_quietly(header: Vec<u8>, body: Vec<u8>) {
        let envelope = Envelope { header, sig: troth_wire::Signature::ZERO, body };
        proptest::prop_assert_eq!(open(&envelope, &secret(1, 1)), Err(Unopened));
    }
}
