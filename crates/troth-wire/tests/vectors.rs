//! Frozen vectors of the outside of entries: headers, controls, heads, receipts, states.
//!
//! The first part is exact bytes; the second, `refused.txt`, bytes that every implementation
//! must refuse, each with the reason.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use ed25519_dalek::{Signer, SigningKey};
use troth_wire::control::{
    Caps, Card, Class, Control, DeviceCert, EpochCommit, KemKey, Numbers, Point, Terms, Wrap,
    keys_hash,
};
use troth_wire::head::Statement;
use troth_wire::header::{self, BlobRef};
use troth_wire::log::parse;
use troth_wire::referee::commitment;
use troth_wire::{
    BlobId, DeviceId, Digest, EntryId, Envelope, Head, Header, Kind, LogState, MemberId, PublicKey,
    Sealed, ShareBinding, Signature, SpaceId, admit, frame,
};

#[path = "vectors/book.rs"]
mod book;

use book::Book;

const SPACE: SpaceId = SpaceId([0x10; 16]);
const MEMBER: MemberId = MemberId([0x11; 16]);

fn root() -> SigningKey {
    SigningKey::from_bytes(&[0x21; 32])
}

fn device() -> SigningKey {
    SigningKey::from_bytes(&[0x22; 32])
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey(key.verifying_key().to_bytes())
}

fn cert() -> DeviceCert {
    let key = public(&device());
    let sig = root().sign(&DeviceCert::signed_bytes(&key));
    DeviceCert {
        key,
        sig: Signature(sig.to_bytes()),
    }
}

fn card(class: Class) -> Card {
    let kem = KemKey {
        generation: 1,
        public: Sealed((0..=255).cycle().take(1216).collect()),
    };
    let sig = root().sign(&Card::signed_bytes(&SPACE, &MEMBER, class, &kem));
    Card {
        member: MEMBER,
        class,
        root: public(&root()),
        kem,
        sig: Signature(sig.to_bytes()),
    }
}

fn header(kind: Kind, body: &[u8]) -> Header {
    Header {
        suite: header::SUITE,
        space: SPACE,
        epoch: 0,
        author: MEMBER,
        device: DeviceId::of_key(&public(&device())),
        aseq: 1,
        aprev: EntryId::ZERO,
        seen_place: 0,
        seen_head: Head::EMPTY,
        kind,
        salt: Digest([0x33; 32]),
        blobs: vec![],
        binding: None,
        body_len: u32::try_from(body.len()).unwrap(),
        body_hash: header::body_hash(body),
    }
}

fn sign(header: &Header, body: Vec<u8>) -> Envelope {
    let header = header.encode();
    let sig = device().sign(&header::signed_bytes(&header::id(&header)));
    Envelope {
        header,
        sig: Signature(sig.to_bytes()),
        body,
    }
}

fn rich_header() -> Header {
    Header {
        epoch: 70_000,
        aseq: 300,
        aprev: EntryId([0x44; 32]),
        seen_place: 5_000_000_000,
        seen_head: Head([0x55; 32]),
        blobs: vec![
            BlobRef {
                id: BlobId([0x66; 32]),
                size: 16_384,
            },
            BlobRef {
                id: BlobId([0x67; 32]),
                size: 65_536,
            },
        ],
        binding: Some(ShareBinding {
            question: EntryId([0x68; 32]),
            commitment: commitment(&SPACE, &MEMBER, &[0x69; 32]),
        }),
        ..header(Kind::Content, &[7; 256])
    }
}

fn terms() -> Terms {
    let (head, state) = (Head([1; 32]), Digest([2; 32]));
    let from = Point {
        place: 4,
        head,
        state,
    };
    Terms {
        from,
        until: Some(29_700_000),
        caps: Caps::CONTENT,
    }
}

fn epoch_commit() -> EpochCommit {
    let bytes = Sealed(vec![3; 1168]);
    EpochCommit {
        epoch: 2,
        commitment: Digest([4; 32]),
        history_generation: 2,
        history_back: Some(Sealed(vec![5; 72])),
        secret: Sealed(vec![6; 72]),
        wraps: vec![Wrap {
            member: MEMBER,
            key: card(Class::Full).kem.id(),
            bytes,
        }],
    }
}

fn add_partner() -> Control {
    Control::MemberAdd {
        card: card(Class::Full),
        devices: vec![cert()],
        terms: None,
        bundle: None,
        numbers: Some(Numbers {
            inviter: Digest([0x61; 32]),
            joiner: Digest([0x62; 32]),
        }),
    }
}

fn controls() -> Vec<(&'static str, Control)> {
    let (member, terms) = (MEMBER, terms());
    let (card, limited, devices) = (card(Class::Full), card(Class::Limited), vec![cert()]);
    let bundle = Some(Sealed(vec![7; 40]));
    let add = Control::MemberAdd {
        card: limited,
        devices: devices.clone(),
        terms: Some(terms),
        bundle: bundle.clone(),
        numbers: None,
    };
    let create = Control::SpaceCreate {
        card: card.clone(),
        devices,
    };
    let device = cert().device();
    vec![
        ("space-create", create),
        ("member-add", add),
        ("member-add-full", add_partner()),
        (
            "countersign",
            Control::Countersign {
                of: EntryId([8; 32]),
            },
        ),
        ("epoch-commit", Control::EpochCommit(epoch_commit())),
        (
            "grant",
            Control::Grant {
                member,
                terms,
                bundle,
            },
        ),
        ("revoke", Control::Revoke { member }),
        ("leave", Control::Leave),
        ("device-add", Control::DeviceAdd { cert: cert() }),
        ("device-revoke", Control::DeviceRevoke { device }),
        ("kem-rotate", Control::KemRotate { card }),
        (
            "verified-in-person",
            Control::VerifiedInPerson {
                keys: Digest([9; 32]),
            },
        ),
        (
            "erase",
            Control::Erase {
                entry: EntryId([10; 32]),
            },
        ),
    ]
}

#[test]
fn headers_and_envelopes_do_not_move() {
    let mut book = Book::open("tests/vectors/entries.txt");
    for (name, header) in [
        ("plain", header(Kind::Content, &[7; 256])),
        ("rich", rich_header()),
    ] {
        let bytes = book.check(&format!("header/{name}"), &header.encode());
        assert_eq!(Header::decode(&bytes), Ok(header.clone()));
        book.check(&format!("header/{name}/front"), &header.encode_front());
        let id = header::id(&bytes);
        book.check(&format!("header/{name}/id"), &id.0);
        book.check(&format!("header/{name}/signed"), &header::signed_bytes(&id));
    }
    book.check("key/device/seed", &device().to_bytes());
    book.check("key/device/public", &public(&device()).0);
    let envelope = sign(&header(Kind::Content, &[7; 256]), vec![7; 256]);
    let bytes = book.check("envelope/plain", &envelope.encode());
    let envelope = Envelope::decode(&bytes).unwrap();
    assert!(parse(&envelope).unwrap().verify(&public(&device())).is_ok());
    let head = Head::EMPTY.next(&envelope.id(), 29_700_000);
    book.check("head/1", &head.0);
    book.check("head/2", &head.next(&EntryId([0x77; 32]), 29_700_001).0);
    let key = SigningKey::from_bytes(&[0x23; 32]);
    let statement = Statement {
        space: SPACE,
        log_epoch: 1,
        place: 7,
        head,
        minute: 29_700_000,
    };
    let receipt = statement.sign(&key);
    book.check("key/log/public", &public(&key).0);
    book.check("receipt", &troth_wire::strict::encode(&receipt));
    book.check("frame/three-bytes", &frame::pad_frame(b"abc")[..16]);
    book.close();
}

#[test]
fn controls_do_not_move() {
    let mut book = Book::open("tests/vectors/controls.txt");
    book.check("key/root/seed", &root().to_bytes());
    book.check("key/root/public", &public(&root()).0);
    for (name, control) in controls() {
        let bytes = book.check(&format!("control/{name}"), &control.encode());
        assert_eq!(Control::decode(&bytes), Ok(control));
    }
    assert!(card(Class::Full).is_signed(&SPACE) && cert().is_signed_by(&public(&root())));
    let create = Control::SpaceCreate {
        card: card(Class::Full),
        devices: vec![cert()],
    };
    let body = create.encode();
    let first = sign(&header(Kind::Control, &body), body);
    let first = Envelope::decode(&book.check("entry/space-create", &first.encode())).unwrap();
    let admitted = admit(&LogState::default(), &first, |_| None, 29_700_000).unwrap();
    let state = book.check("state/after-space-create", &admitted.next.encode());
    assert_eq!(LogState::decode(&state), Ok(admitted.next.clone()));
    book.check("state/after-space-create/digest", &admitted.next.digest().0);
    let people = [
        (MEMBER, public(&root())),
        (MemberId([0x12; 16]), PublicKey([0x13; 32])),
    ];
    book.check("keys-hash", &keys_hash(&SPACE, &people).0);
    book.close();
}

/// Bytes to refuse: `decoder reason` and what is wrong with them.
#[test]
fn what_must_be_refused_is_refused_for_the_frozen_reason() {
    let mut book = Book::open("tests/vectors/refused.txt");
    refused_headers(&mut book);
    refused_controls(&mut book);
    refused_entries(&mut book);
    book.close();
}

fn refused_headers(book: &mut Book) {
    let rich = rich_header().encode();
    let mut twice = rich_header();
    twice.blobs[1] = twice.blobs[0];
    let mut swapped = rich_header();
    swapped.blobs.reverse();
    let cut = rich[..rich.len() - 1].to_vec();
    let fewer = [&[0x8f], &rich[1..rich.len() - 34]].concat();
    let bad = [
        ("Truncated last-byte-missing", cut),
        ("Truncated nothing", vec![]),
        ("Trailing one-byte-more", [rich.as_slice(), &[0]].concat()),
        (
            "UnknownVersion version-2",
            [&rich[..1], &[2], &rich[2..]].concat(),
        ),
        (
            "NotCanonical long-version",
            [&rich[..1], &[0x18, 1], &rich[2..]].concat(),
        ),
        (
            "Forbidden indefinite",
            [&[0x9f], &rich[1..], &[0xff]].concat(),
        ),
        ("WrongShape fifteen-fields", fewer),
        ("Duplicate attachment-twice", twice.encode()),
        ("NotCanonical attachments-unordered", swapped.encode()),
    ];
    for (name, bytes) in bad {
        let bytes = book.check(&format!("header {name}"), &bytes);
        let refusal = format!("{:?}", Header::decode(&bytes).unwrap_err());
        assert_eq!(Some(refusal.as_str()), name.split(' ').next(), "{name}");
    }
}

fn refused_controls(book: &mut Book) {
    let leave = Control::Leave.encode();
    let bad = [
        ("Truncated cut", leave[..1].to_vec()),
        ("Trailing more", [leave.as_slice(), &[0]].concat()),
        ("WrongShape unknown-act", vec![0x82, 0x18, 0x63, 0xa0]),
        (
            "Duplicate key-twice",
            vec![0x82, 0x02, 0xa2, 0, 0x40, 0, 0x40],
        ),
        (
            "NotCanonical keys-unordered",
            vec![0x82, 0x02, 0xa2, 1, 0x40, 0, 0x40],
        ),
        ("TooDeep nested", vec![0x81; 64]),
    ];
    for (name, bytes) in bad {
        let bytes = book.check(&format!("control {name}"), &bytes);
        let refusal = format!("{:?}", Control::decode(&bytes).unwrap_err());
        assert_eq!(Some(refusal.as_str()), name.split(' ').next(), "{name}");
    }
}

fn refused_entries(book: &mut Book) {
    let good = sign(&header(Kind::Content, &[7; 256]), vec![7; 256]);
    let mut flipped = good.clone();
    flipped.sig.0[3] ^= 4;
    let mut other_body = good;
    other_body.body[9] ^= 1;
    let odd = sign(&header(Kind::Content, &[7; 300]), vec![7; 300]);
    let bad = [
        ("BadSignature", flipped),
        ("WrongBody", other_body),
        ("WrongSize", odd),
    ];
    for (reason, envelope) in bad {
        let bytes = book.check(&format!("entry {reason}"), &envelope.encode());
        let parsed = parse(&Envelope::decode(&bytes).unwrap());
        let judged = parsed.and_then(|parsed| parsed.verify(&public(&device())));
        assert_eq!(format!("{:?}", judged.unwrap_err()), reason);
    }
}
