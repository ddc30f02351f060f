//! Frozen vectors of all that is sealed. Bytes sealed by this version open in every later one.
//!
//! Chance comes from a ChaCha20 stream with a seed, so that making the bytes again gives the
//! same ones. Another implementation opens them; it need not draw the same chance.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use troth_crypto::envelope::{Position, open, seal, sign_checkpoint, sign_control};
use troth_crypto::epoch::{EpochError, EpochSecret, SpaceKeys};
use troth_crypto::grant::Bundle;
use troth_crypto::invitation::{Answer, LinkSecret, Offer};
use troth_crypto::keyring::Keyring;
use troth_crypto::keys::{DeviceKey, MasterKey, UserKem, UserRoot};
use troth_crypto::local::{LocalKey, LocalLock};
use troth_crypto::note::{self, About, NoteKey};
use troth_crypto::password::{Registration, SignIn};
use troth_crypto::quote::{Covers, QuoteKey, Recorded, SignedQuote, Terms};
use troth_crypto::recovery::{DeviceCode, RecoveryWords};
use troth_crypto::referee::Question;
use troth_crypto::slot::{Slot, SlotKey, Slots};
use troth_crypto::stretch::Slow;
use troth_crypto::vault::VaultKey;
use troth_crypto::words::{promise, record_phrase, six_words};
use troth_crypto::{Secret, Unopened};
use troth_wire::control::{Class, Control, EpochCommit, Numbers};
use troth_wire::opaque::opaque_ke::{
    CredentialRequest, RegistrationRequest, RegistrationUpload, ServerLogin, ServerLoginParameters,
    ServerRegistration, ServerSetup,
};
use troth_wire::opaque::{CONTEXT, Chance, ServerSuite};
use troth_wire::{
    Digest, Envelope, Head, KeyShare, LogState, MemberId, PublicKey, Sealed, Signature, SpaceId,
    admit, strict,
};

#[path = "../../troth-wire/tests/vectors/book.rs"]
mod book;

use book::Book;

const SPACE: SpaceId = SpaceId([0x10; 16]);
const ANA: MemberId = MemberId([0x11; 16]);
const BEN: MemberId = MemberId([0x12; 16]);

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(2026)
}

fn secret<const N: usize>(byte: u8) -> Secret<N> {
    Secret::new([byte; N])
}

fn root(byte: u8) -> UserRoot {
    UserRoot::from_seed(&secret(byte))
}

fn at() -> Position {
    let (aprev, seen_head) = (troth_wire::EntryId([3; 32]), Head([4; 32]));
    Position {
        space: SPACE,
        epoch: 5,
        author: ANA,
        aseq: 2,
        aprev,
        seen_place: 9,
        seen_head,
    }
}

#[test]
fn sealed_entries_still_open() {
    let mut book = Book::open("tests/vectors/envelopes.txt");
    let (device, epoch) = (
        DeviceKey::from_seed(&secret(0x22)),
        EpochSecret::new(SPACE, 5, secret(0x31)),
    );
    book.check("epoch/secret", &[0x31; 32]);
    book.check("epoch/commitment", &epoch.commitment().0);
    book.check("message", "a quiet room, a table, paper".as_bytes());
    let message = "a quiet room, a table, paper".as_bytes();
    let made = seal(&at(), message, &epoch, &device, &mut rng()).unwrap();
    let frozen = Envelope::decode(&book.check("content", &made.encode())).unwrap();
    assert_eq!(open(&frozen, &epoch).unwrap().as_slice(), message);
    let empty = seal(&at(), b"", &epoch, &device, &mut rng()).unwrap();
    let frozen_empty = Envelope::decode(&book.check("content/empty", &empty.encode())).unwrap();
    assert!(open(&frozen_empty, &epoch).unwrap().is_empty());
    book.check(
        "checkpoint",
        &sign_checkpoint(&at(), &device, &mut rng()).encode(),
    );
    book.check(
        "control/leave",
        &sign_control(&at(), &Control::Leave, &device, &mut rng()).encode(),
    );

    for (what, wrong) in [
        (
            "another-space",
            EpochSecret::new(SpaceId([9; 16]), 5, secret(0x31)),
        ),
        ("another-epoch", EpochSecret::new(SPACE, 6, secret(0x31))),
        ("another-secret", EpochSecret::new(SPACE, 5, secret(0x32))),
    ] {
        assert_eq!(open(&frozen, &wrong), Err(Unopened), "{what}");
    }
    for at in [0, 100, frozen.body.len() - 1] {
        let mut flipped = frozen.clone();
        flipped.body[at] ^= 1;
        let bytes = book.check(&format!("refused/body-bit-{at}"), &flipped.encode());
        assert_eq!(
            open(&Envelope::decode(&bytes).unwrap(), &epoch),
            Err(Unopened)
        );
    }
    let mut moved = frozen;
    moved.header[10] ^= 1;
    let bytes = book.check("refused/moved-to-another-space", &moved.encode());
    assert_eq!(
        open(&Envelope::decode(&bytes).unwrap(), &epoch),
        Err(Unopened)
    );
    book.close();
}

#[test]
fn epochs_still_open_and_equivocation_is_still_an_alarm() {
    let mut book = Book::open("tests/vectors/epochs.txt");
    let mut rng = rng();
    let (root, kem) = (root(0x21), UserKem::from_seed(1, secret(0x24)));
    let device = DeviceKey::from_seed(&secret(0x22));
    book.check("kem/seed", kem.seed().expose());
    book.check("kem/public", &kem.public().public.0);
    let card = root.card(&SPACE, ANA, Class::Full, &kem);
    let create = Control::SpaceCreate {
        card,
        devices: vec![root.certify(device.public())],
    };
    let at = Position::after(&LogState::default(), SPACE, ANA, &device.id());
    let first = sign_control(&at, &create, &device, &mut rng);
    let first = Envelope::decode(&book.check("entry/space-create", &first.encode())).unwrap();
    let state = admit(&LogState::default(), &first, |_| None, 1)
        .unwrap()
        .next;
    let keys = SpaceKeys::new(SPACE);
    let commit = keys.begin_epoch(&state.membership, 1, &mut rng).unwrap();
    let bytes = book.check("commit/1", &strict::encode(&commit));
    let commit: EpochCommit = strict::decode(&bytes).unwrap();
    let mut opened = keys.clone();
    let kems = [kem.clone()];
    assert_eq!(
        opened.open_epoch(&commit, (ANA, Class::Full), &kems),
        Ok(true)
    );
    let stored = book.check("keys/after-commit-1", &opened.encode());
    assert_eq!(SpaceKeys::decode(&stored), Ok(opened.clone()));

    let other = keys.begin_epoch(&state.membership, 1, &mut rng).unwrap();
    let two_faced = EpochCommit {
        wraps: other.wraps,
        secret: other.secret,
        ..commit.clone()
    };
    let bytes = book.check("refused/WrongCommitment", &strict::encode(&two_faced));
    let two_faced: EpochCommit = strict::decode(&bytes).unwrap();
    let judged = keys
        .clone()
        .open_epoch(&two_faced, (ANA, Class::Full), &kems);
    assert_eq!(judged, Err(EpochError::WrongCommitment));
    let mut spoiled = commit;
    spoiled.wraps[0].bytes.0[5] ^= 1;
    let bytes = book.check("refused/WrapUnopened", &strict::encode(&spoiled));
    let spoiled: EpochCommit = strict::decode(&bytes).unwrap();
    let judged = keys.clone().open_epoch(&spoiled, (ANA, Class::Full), &kems);
    assert_eq!(judged, Err(EpochError::WrapUnopened));

    let mut bundle = Bundle::default();
    bundle.add_epoch(&opened.lookup(1).unwrap());
    let sealed = bundle.seal(&SPACE, &BEN, &kem.public(), &mut rng).unwrap();
    let sealed = Sealed(book.check("bundle", &sealed.0));
    assert_eq!(Bundle::open(&sealed, &SPACE, &BEN, &kem), Ok(bundle));
    assert_eq!(Bundle::open(&sealed, &SPACE, &ANA, &kem), Err(Unopened));
    book.close();
}

#[test]
fn invitations_and_words_do_not_move() {
    let mut book = Book::open("tests/vectors/pairing.txt");
    let mut rng = rng();
    let link: LinkSecret = {
        let drawn = LinkSecret::generate(&mut rng);
        let fragment = book.check("link/fragment", drawn.to_fragment().as_bytes());
        String::from_utf8(fragment).unwrap().parse().unwrap()
    };
    book.check("link/id", &link.id().0);
    let (ana, ben) = (root(0x21), root(0x25));
    let numbers = Numbers {
        inviter: Digest([0x61; 32]),
        joiner: Digest([0x62; 32]),
    };
    let offer = Offer {
        space: SPACE,
        member: ANA,
        root: ana.public(),
        name: "Ana".into(),
        host: 1,
        promise: promise(&SPACE, &(ANA, ana.public()), &numbers.inviter),
    };
    let sealed = Sealed(book.check("offer", &offer.seal(&link, &mut rng).unwrap().0));
    assert_eq!(Offer::open(&sealed, &link), Ok(offer.clone()));
    let answer = Answer {
        offer: Offer::digest(&sealed),
        card: ben.card(
            &SPACE,
            BEN,
            Class::Full,
            &UserKem::from_seed(1, secret(0x26)),
        ),
        devices: vec![ben.certify(DeviceKey::from_seed(&secret(0x27)).public())],
        name: "Ben".into(),
        number: numbers.joiner,
    };
    let answered = Sealed(book.check("answer", &answer.seal(&link, &mut rng).unwrap().0));
    assert_eq!(Answer::open(&answered, &link, &sealed), Ok(answer));
    let mut swapped = sealed.clone();
    swapped.0[40] ^= 1;
    let swapped = Sealed(book.check("refused/offer-bit", &swapped.0));
    assert_eq!(Offer::open(&swapped, &link), Err(Unopened));
    book.check("words/promise", &offer.promise.0);
    let people = [(ANA, ana.public()), (BEN, ben.public())];
    let words = six_words(&SPACE, &people, &numbers);
    book.check("words/six", words.join(" ").as_bytes());
    let phrase = record_phrase(&SPACE, 7, &Head([0x55; 32]));
    book.check("words/record", phrase.join(" ").as_bytes());
    answers_do_not_move(&mut book, &mut rng);
    book.close();
}

fn answers_do_not_move(book: &mut Book, rng: &mut ChaCha20Rng) {
    let question = Question {
        space: SPACE,
        reveal: [0x41; 32],
        author: ANA,
    };
    let answer = question.seal(b"yes", rng);
    let share = KeyShare(
        book.check("referee/share", &answer.share.0)
            .try_into()
            .unwrap(),
    );
    let commit = Digest(
        book.check("referee/commit", &answer.commit.0)
            .try_into()
            .unwrap(),
    );
    let sealed = book.check("referee/ciphertext", &answer.ciphertext);
    assert_eq!(
        question.open(&commit, &sealed, &share).unwrap().as_slice(),
        b"yes"
    );
    book.check(
        "referee/hash",
        &question.hash_commitment(b"yes", &[0x42; 32]).0,
    );
}

#[test]
fn every_way_into_an_account_stays() {
    let mut book = Book::open("tests/vectors/account.txt");
    let mut rng = rng();
    let master = MasterKey::from_secret(secret(0x51));
    let words = RecoveryWords::generate(&mut rng);
    let text = book.check("recovery/words", words.words().join(" ").as_bytes());
    let words = RecoveryWords::parse(&String::from_utf8(text).unwrap()).unwrap();
    book.check("recovery/sign-in-key", &words.sign_in_key().0);
    let code = DeviceCode::from_bytes([0x52; 16]);
    let text = book.check("device-code", code.to_string().as_bytes());
    assert_eq!(
        DeviceCode::parse(&String::from_utf8(text).unwrap()),
        Ok(code)
    );
    let mut slots = Slots::default();
    let keys = [
        SlotKey::recovery(&words),
        SlotKey::passkey(&[0x53; 32], b"credential"),
    ];
    keys.iter()
        .for_each(|key| slots.put(Slot::seal(&master, key, &mut rng)));
    let slots = Slots::from_bytes(&book.check("slots", &slots.to_bytes())).unwrap();
    keys.iter()
        .for_each(|key| assert_eq!(slots.open(key), Ok(master.clone())));
    let wrong = SlotKey::passkey(&[0x54; 32], b"credential");
    assert_eq!(slots.open(&wrong), Err(Unopened));

    let keyring = Keyring::seal(&master, &root(0x21), 3, b"content", &mut rng);
    let keyring = Keyring::from_bytes(&book.check("keyring", &keyring.to_bytes())).unwrap();
    assert_eq!(keyring.open(&master).unwrap().as_slice(), b"content");
    assert!(keyring.is_signed_by(&root(0x21).public()));
    assert!(!keyring.is_signed_by(&PublicKey([1; 32])));

    let local = LocalKey::from_secret(secret(0x55));
    let record = book.check("local/record", &local.seal(b"draft/1", b"words", &mut rng));
    assert_eq!(
        local.open(b"draft/1", &record).unwrap().as_slice(),
        b"words"
    );
    let lock = LocalLock::lock::<Slow>("correct horse", "app", b"keys", &mut rng);
    let lock = LocalLock::from_bytes(&book.check("local/lock", &lock.to_bytes())).unwrap();
    let opened = lock.unlock::<Slow>("correct horse", "app").unwrap();
    assert_eq!(opened.as_slice(), b"keys");
    let vault = VaultKey::from_secret(secret(0x56));
    let locked = book.check("vault/lock", &vault.lock::<Slow>(&master, "2580", &mut rng));
    assert_eq!(
        VaultKey::unlock::<Slow>(&master, "2580", &locked),
        Ok(vault.clone())
    );
    let by_words = book.check("vault/recovery", &vault.seal_for_recovery(&words, &mut rng));
    assert_eq!(VaultKey::open_with_recovery(&words, &by_words), Ok(vault));
    book.close();
}

#[test]
fn a_sealed_vault_still_opens() {
    let mut book = Book::open("tests/vectors/vault.txt");
    let vault = VaultKey::from_secret(secret(0x56));
    let blob = book.check("vault", &vault.seal(b"mine alone", &mut rng()));
    assert_eq!(vault.open(&blob).unwrap().as_slice(), b"mine alone");
    book.close();
}

/// A password registered with this version signs in with every later one, and opens its slot.
#[test]
fn a_registered_password_still_opens_its_slot() {
    let mut book = Book::open("tests/vectors/password.txt");
    let mut rng = rng();
    let code = DeviceCode::from_bytes([0x52; 16]);
    let master = MasterKey::from_secret(secret(0x51));
    let setup = ServerSetup::<ServerSuite>::new(&mut Chance(&mut rng));
    let setup =
        ServerSetup::<ServerSuite>::deserialize(&book.check("server", &setup.serialize())).unwrap();
    let (registration, request) =
        Registration::<Slow>::start("Grüße, Ana", &code, &mut rng).unwrap();
    let request = RegistrationRequest::deserialize(&request).unwrap();
    let response = ServerRegistration::start(&setup, request, b"ana")
        .unwrap()
        .message;
    let (upload, export) = registration
        .finish(&response.serialize(), &mut rng)
        .unwrap();
    let upload = book.check("upload", &upload);
    let slot = Slot::seal(&master, &SlotKey::password(&export, &code), &mut rng);
    let mut slots = Slots::default();
    slots.put(slot);
    let slots = Slots::from_bytes(&book.check("slots", &slots.to_bytes())).unwrap();

    let file = ServerRegistration::finish(RegistrationUpload::deserialize(&upload).unwrap());
    let (sign_in, request) = SignIn::<Slow>::start("Grüße, Ana", &code, &mut rng).unwrap();
    let params = ServerLoginParameters {
        context: Some(CONTEXT),
        ..ServerLoginParameters::default()
    };
    let started = ServerLogin::start(
        &mut Chance(&mut rng),
        &setup,
        Some(file),
        CredentialRequest::deserialize(&request).unwrap(),
        b"ana",
        params,
    )
    .unwrap();
    let (_, export) = sign_in
        .finish(&started.message.serialize(), &mut rng)
        .unwrap();
    assert_eq!(slots.open(&SlotKey::password(&export, &code)), Ok(master));
    let other = DeviceCode::from_bytes([0x53; 16]);
    assert_eq!(
        slots.open(&SlotKey::password(&export, &other)),
        Err(Unopened)
    );
    book.close();
}

#[test]
fn notes_and_prices_stay() {
    let mut book = Book::open("tests/vectors/visits.txt");
    let mut rng = rng();
    let kem = UserKem::from_seed(3, secret(0x24));
    let key = NoteKey::of(&kem);
    book.check("note/public", &key.public().public);
    let about = About {
        booking: [0x61; 16],
        provider: 77,
    };
    let note = note::seal("We are not sleeping.", about, &key.public(), &mut rng).unwrap();
    let note = book.check("note", &note.0);
    let opened = note::open(&note, about, std::slice::from_ref(&key)).unwrap();
    assert_eq!(opened.as_str(), "We are not sleeping.");
    let other = About {
        provider: 78,
        ..about
    };
    assert_eq!(note::open(&note, other, &[key]), Err(Unopened));

    let signer = QuoteKey::of(&root(0x21));
    let public = book.check("quote/public", &signer.public().0);
    let public = PublicKey(public.try_into().unwrap());
    for (name, terms) in [("self-pay", self_pay()), ("billed", billed())] {
        let signed = signer.sign(&terms);
        let quote = SignedQuote {
            terms: book.check(&format!("quote/{name}"), &signed.terms),
            signature: Signature(
                book.check(&format!("quote/{name}/signature"), &signed.signature.0)
                    .try_into()
                    .unwrap(),
            ),
        };
        assert_eq!(quote.verify(&public), Ok(terms));
        book.check(&format!("quote/{name}/id"), &quote.id());
    }
    book.close();
}

fn self_pay() -> Terms {
    Terms {
        provider: 77,
        service: String::from("couples"),
        minutes: 50,
        format: String::from("video"),
        plan: None,
        state: String::from("CA"),
        cents: 18_000,
        plan_pays_couples: Covers::Unknown,
        record: Recorded::Nobody,
        currency: String::from("USD"),
        valid_until: 20_900,
    }
}

fn billed() -> Terms {
    Terms {
        format: String::from("in_person"),
        plan: Some(String::from("Blue Plan PPO")),
        cents: 3_000,
        plan_pays_couples: Covers::No,
        record: Recorded::WhoIsBilled,
        ..self_pay()
    }
}
