use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use troth_wire::control::{Caps, Card, Control, Numbers, Point, Terms};
use troth_wire::{Digest, Envelope, LogState, admit};

use super::*;
use crate::envelope::{Position, open, seal, sign_control};
use crate::grant::Bundle;
use crate::keys::{DeviceKey, UserRoot};

/// One person with one device, and what they know of one space.
struct Person {
    root: UserRoot,
    kems: Vec<UserKem>,
    device: DeviceKey,
    member: MemberId,
    class: Class,
    keys: SpaceKeys,
}

const SPACE: SpaceId = SpaceId([7; 16]);

impl Person {
    fn new(member: u8, class: Class, rng: &mut ChaCha20Rng) -> Self {
        Self {
            root: UserRoot::generate(rng),
            kems: vec![UserKem::generate(1, rng)],
            device: DeviceKey::generate(rng),
            member: MemberId([member; 16]),
            class,
            keys: SpaceKeys::new(SPACE),
        }
    }

    fn card(&self) -> Card {
        self.root
            .card(&SPACE, self.member, self.class, self.kems.last().unwrap())
    }

    fn me(&self) -> (MemberId, Class) {
        (self.member, self.class)
    }
}

/// A record with the people who read along.
struct Record {
    state: LogState,
    heads: Vec<troth_wire::Head>,
    rng: ChaCha20Rng,
}

impl Record {
    fn new(seed: u64) -> Self {
        let heads = vec![troth_wire::Head::EMPTY];
        Self {
            state: LogState::default(),
            heads,
            rng: ChaCha20Rng::seed_from_u64(seed),
        }
    }

    fn append(&mut self, envelope: &Envelope) -> Result<(), troth_wire::Refusal> {
        let heads = self.heads.clone();
        let past = |place: u64| heads.get(usize::try_from(place).unwrap()).copied();
        let admitted = admit(&self.state, envelope, past, 100)?;
        self.heads.push(admitted.head);
        self.state = admitted.next;
        Ok(())
    }

    fn control(&mut self, by: &Person, control: &Control) {
        let mut at = Position::after(&self.state, SPACE, by.member, &by.device.id());
        if let Control::EpochCommit(commit) = control {
            at.epoch = commit.epoch;
        }
        let envelope = sign_control(&at, control, &by.device, &mut self.rng);
        self.append(&envelope).unwrap();
    }

    fn write(&mut self, by: &Person, message: &[u8]) -> Envelope {
        let at = Position::after(&self.state, SPACE, by.member, &by.device.id());
        let secret = by.keys.lookup(at.epoch).unwrap();
        let envelope = seal(&at, message, &secret, &by.device, &mut self.rng).unwrap();
        self.append(&envelope).unwrap();
        envelope
    }

    fn begin(&mut self, by: &Person) -> EpochCommit {
        let commit = by
            .keys
            .begin_epoch(&self.state.membership, 100, &mut self.rng)
            .unwrap();
        self.control(by, &Control::EpochCommit(commit.clone()));
        commit
    }

    fn create(&mut self, by: &Person) {
        let devices = vec![by.root.certify(by.device.public())];
        self.control(
            by,
            &Control::SpaceCreate {
                card: by.card(),
                devices,
            },
        );
    }

    fn add(&mut self, by: &Person, who: &Person, terms: Option<Terms>) {
        let devices = vec![who.root.certify(who.device.public())];
        let card = who.card();
        let numbers = terms.is_none().then_some(Numbers {
            inviter: Digest([5; 32]),
            joiner: Digest([6; 32]),
        });
        self.control(
            by,
            &Control::MemberAdd {
                card,
                devices,
                terms,
                bundle: None,
                numbers,
            },
        );
    }

    fn point(&self) -> Point {
        let (place, head) = (self.state.place, self.state.head);
        Point {
            place,
            head,
            state: self.state.digest(),
        }
    }
}

fn read(commits: &[&EpochCommit], who: &mut Person) {
    for commit in commits {
        let (me, kems) = (who.me(), who.kems.clone());
        who.keys.open_epoch(commit, me, &kems).unwrap();
    }
}

#[test]
fn a_partner_who_joins_reads_everything_from_the_beginning() {
    let mut record = Record::new(1);
    let mut ana = Person::new(1, Class::Full, &mut record.rng);
    let mut ben = Person::new(2, Class::Full, &mut record.rng);
    record.create(&ana);
    let first = record.begin(&ana);
    read(&[&first], &mut ana);
    let early = record.write(&ana, b"before you came");
    record.add(&ana, &ben, None);
    let second = record.begin(&ana);
    read(&[&second], &mut ana);
    assert_eq!(
        (second.history_generation, second.history_back.is_some()),
        (2, true)
    );

    read(&[&first], &mut ben);
    assert_eq!(
        ben.keys.lookup(1),
        None,
        "nothing is known before the own wrap"
    );
    read(&[&second], &mut ben);
    let opened = open(&early, &ben.keys.lookup(1).unwrap()).unwrap();
    assert_eq!(opened.as_slice(), b"before you came");
    let late = record.write(&ben, b"here I am");
    assert!(open(&late, &ana.keys.lookup(2).unwrap()).is_ok());
    assert!(open(&late, &ana.keys.lookup(1).unwrap()).is_err());
}

#[test]
fn a_limited_member_reads_single_epochs_and_what_a_bundle_adds() {
    let mut record = Record::new(2);
    let mut ana = Person::new(1, Class::Full, &mut record.rng);
    let mut tess = Person::new(3, Class::Limited, &mut record.rng);
    record.create(&ana);
    let first = record.begin(&ana);
    read(&[&first], &mut ana);
    let early = record.write(&ana, b"ours alone");
    let terms = Terms {
        from: record.point(),
        until: None,
        caps: Caps::NONE,
    };
    record.add(&ana, &tess, Some(terms));
    let second = record.begin(&ana);
    read(&[&second], &mut ana);
    assert_eq!(
        second.history_generation, 1,
        "a limited member never holds a history key"
    );
    let late = record.write(&ana, b"with you");

    read(&[&first, &second], &mut tess);
    assert!(open(&late, &tess.keys.lookup(2).unwrap()).is_ok());
    assert_eq!(tess.keys.lookup(1), None);

    let mut bundle = Bundle::default();
    bundle.add_epoch(&ana.keys.lookup(1).unwrap());
    let kem = &tess.kems[0];
    let sealed = bundle
        .seal(&SPACE, &tess.member, &kem.public(), &mut record.rng)
        .unwrap();
    let opened = Bundle::open(&sealed, &SPACE, &tess.member, kem).unwrap();
    assert_eq!(opened, bundle);
    tess.keys.accept_bundle(&opened).unwrap();
    assert!(open(&early, &tess.keys.lookup(1).unwrap()).is_ok());
}

#[test]
fn a_grant_of_one_entry_opens_that_entry_alone() {
    let mut record = Record::new(3);
    let mut ana = Person::new(1, Class::Full, &mut record.rng);
    record.create(&ana);
    let first = record.begin(&ana);
    read(&[&first], &mut ana);
    let (one, other) = (record.write(&ana, b"this"), record.write(&ana, b"not this"));
    let salt = troth_wire::Header::decode(&one.header).unwrap().salt;
    let key = ana.keys.lookup(1).unwrap().entry_key(&salt);
    assert_eq!(
        crate::envelope::open_one(&one, &key).unwrap().as_slice(),
        b"this"
    );
    assert!(crate::envelope::open_one(&other, &key).is_err());
}

#[test]
fn different_secrets_for_different_people_raise_an_alarm() {
    let mut record = Record::new(4);
    let mut ana = Person::new(1, Class::Full, &mut record.rng);
    let mut ben = Person::new(2, Class::Full, &mut record.rng);
    record.create(&ana);
    record.add(&ana, &ben, None);
    let honest = record.begin(&ana);
    read(&[&honest], &mut ana);
    // Ana gives Ben another history key and another secret under the same commitment.
    let other = SpaceKeys::new(SPACE);
    let state = record.state.membership.clone();
    let mut forged = honest.clone();
    let fresh = {
        let mut before = Record::new(4);
        before.create(&ana);
        before.add(&ana, &ben, None);
        other
            .begin_epoch(&before.state.membership, 100, &mut record.rng)
            .unwrap()
    };
    forged.wraps = fresh.wraps.clone();
    forged.secret = fresh.secret.clone();
    let kems = ben.kems.clone();
    let me = ben.me();
    assert_eq!(
        ben.keys.open_epoch(&forged, me, &kems),
        Err(EpochError::WrongCommitment)
    );
    // Only the wrap is another one: the secret does not open under it.
    let mut forged = honest.clone();
    forged.wraps = fresh.wraps.clone();
    ben.keys = SpaceKeys::new(SPACE);
    assert_eq!(
        ben.keys.open_epoch(&forged, me, &kems),
        Err(EpochError::WrongCommitment)
    );
    // The wrap is nonsense.
    forged
        .wraps
        .iter_mut()
        .for_each(|wrap| wrap.bytes.0[1130] ^= 1);
    ben.keys = SpaceKeys::new(SPACE);
    assert_eq!(
        ben.keys.open_epoch(&forged, me, &kems),
        Err(EpochError::WrapUnopened)
    );
    // Ben knows the history key of this generation, and is handed another one.
    ben.keys = SpaceKeys::new(SPACE);
    assert_eq!(ben.keys.open_epoch(&honest, me, &kems), Ok(true));
    let mut forged = honest.clone();
    forged.wraps = fresh.wraps;
    assert_eq!(
        ben.keys.open_epoch(&forged, me, &kems),
        Err(EpochError::HistoryDiffers)
    );
    assert_eq!(state.epoch(), 1);
}

#[test]
fn a_device_that_lost_its_keys_cannot_begin_an_epoch() {
    let mut record = Record::new(5);
    let ana = Person::new(1, Class::Full, &mut record.rng);
    record.create(&ana);
    record.begin(&ana);
    let begun = ana
        .keys
        .begin_epoch(&record.state.membership, 100, &mut record.rng);
    assert_eq!(begun, Err(BeginError::NoHistoryKey));
}

#[test]
fn the_weekly_change_keeps_the_history_key() {
    let mut record = Record::new(6);
    let mut ana = Person::new(1, Class::Full, &mut record.rng);
    record.create(&ana);
    let first = record.begin(&ana);
    read(&[&first], &mut ana);
    let second = record.begin(&ana);
    read(&[&second], &mut ana);
    assert_eq!((second.history_generation, second.history_back), (1, None));
    assert_ne!(ana.keys.lookup(1), ana.keys.lookup(2));
}

#[test]
fn a_new_receiving_key_needs_a_new_epoch_and_a_new_history_key() {
    let mut record = Record::new(7);
    let mut ana = Person::new(1, Class::Full, &mut record.rng);
    record.create(&ana);
    let first = record.begin(&ana);
    read(&[&first], &mut ana);
    ana.kems.push(UserKem::generate(2, &mut record.rng));
    record.control(&ana, &Control::KemRotate { card: ana.card() });
    assert!(record.state.membership.is_stale(100));
    let second = record.begin(&ana);
    assert_eq!(second.wraps[0].key, ana.kems[1].id());
    read(&[&second], &mut ana);
    assert!(ana.keys.lookup(2).is_some());
}

#[test]
fn keys_read_back_as_stored() {
    let mut record = Record::new(8);
    let mut ana = Person::new(1, Class::Full, &mut record.rng);
    record.create(&ana);
    let first = record.begin(&ana);
    read(&[&first], &mut ana);
    assert_eq!(SpaceKeys::decode(&ana.keys.encode()), Ok(ana.keys.clone()));
    assert_eq!(SpaceKeys::decode(b"no"), Err(Unopened));
    assert!(
        !format!("{:?}", ana.keys).contains('['),
        "no key bytes are shown"
    );
}
