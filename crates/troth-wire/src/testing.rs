//! People with keys, and a record that they write together. For tests alone.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use ed25519_dalek::{Signer, SigningKey};

use crate::control::{
    Caps, Card, Class, Control, DeviceCert, EpochCommit, KEM_PUBLIC_LEN, KemKey, Numbers, Point,
    SEALED_KEY_LEN, Terms, WRAP_LEN, Wrap,
};
use crate::envelope::Envelope;
use crate::head::Head;
use crate::header::{self, Header, Kind, SUITE};
use crate::id::{Digest, EntryId, MemberId, PublicKey, Sealed, Signature, SpaceId};
use crate::log::{LogState, Refusal, admit};

/// The space of all tests.
pub(crate) const SPACE: SpaceId = SpaceId([7; 16]);

/// The numbers behind the six words of everyone who is admitted.
pub(crate) const NUMBERS: Numbers = Numbers {
    inviter: Digest([8; 32]),
    joiner: Digest([9; 32]),
};

/// The minute of all tests that do not say another.
pub(crate) const NOW: u64 = 1000;

/// A person, by a number from which all keys follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Person {
    pub(crate) number: u8,
    pub(crate) class: Class,
}

pub(crate) const ANA: Person = Person {
    number: 1,
    class: Class::Full,
};
pub(crate) const BEN: Person = Person {
    number: 2,
    class: Class::Full,
};
pub(crate) const CLEO: Person = Person {
    number: 3,
    class: Class::Full,
};
pub(crate) const TESS: Person = Person {
    number: 4,
    class: Class::Limited,
};

impl Person {
    pub(crate) fn member(self) -> MemberId {
        MemberId([self.number; 16])
    }

    fn root(self) -> SigningKey {
        SigningKey::from_bytes(&[self.number; 32])
    }

    pub(crate) fn root_key(self) -> PublicKey {
        PublicKey(self.root().verifying_key().to_bytes())
    }

    /// The key of one of the person's devices.
    pub(crate) fn device(self, nth: u8) -> SigningKey {
        SigningKey::from_bytes(&core::array::from_fn(|i| {
            if i < 16 { self.number } else { nth ^ 0x80 }
        }))
    }

    /// Signed once, for the search of the machine asks for it a million times.
    pub(crate) fn cert(self, nth: u8) -> DeviceCert {
        static KNOWN: LazyLock<Mutex<HashMap<(u8, u8), DeviceCert>>> =
            LazyLock::new(Mutex::default);
        *KNOWN
            .lock()
            .unwrap()
            .entry((self.number, nth))
            .or_insert_with(|| {
                let key = PublicKey(self.device(nth).verifying_key().to_bytes());
                let sig = self.root().sign(&DeviceCert::signed_bytes(&key));
                DeviceCert {
                    key,
                    sig: Signature(sig.to_bytes()),
                }
            })
    }

    pub(crate) fn card(self) -> Card {
        self.card_of(1)
    }

    pub(crate) fn card_of(self, generation: u32) -> Card {
        static KNOWN: LazyLock<Mutex<HashMap<(Person, u32), Card>>> = LazyLock::new(Mutex::default);
        let make = || {
            let mut public = vec![self.number; KEM_PUBLIC_LEN];
            public.splice(..4, generation.to_be_bytes());
            let public = Sealed(public);
            let kem = KemKey { generation, public };
            let (member, class, root) = (self.member(), self.class, self.root_key());
            let sig = self
                .root()
                .sign(&Card::signed_bytes(&SPACE, &member, class, &kem));
            Card {
                member,
                class,
                root,
                kem,
                sig: Signature(sig.to_bytes()),
            }
        };
        KNOWN
            .lock()
            .unwrap()
            .entry((self, generation))
            .or_insert_with(make)
            .clone()
    }

    pub(crate) fn create(self) -> Control {
        Control::SpaceCreate {
            card: self.card(),
            devices: vec![self.cert(1)],
        }
    }

    pub(crate) fn add(self, terms: Option<Terms>) -> Control {
        let (card, devices) = (self.card(), vec![self.cert(1)]);
        Control::MemberAdd {
            card,
            devices,
            terms,
            bundle: None,
            numbers: (self.class == Class::Full).then_some(NUMBERS),
        }
    }
}

/// Terms from the beginning on, that end at a minute.
pub(crate) fn terms(until: Option<u64>, caps: Caps) -> Terms {
    let from = Point {
        place: 0,
        head: Head::EMPTY,
        state: Digest::ZERO,
    };
    Terms { from, until, caps }
}

/// An epoch for these people, with the newest history key or the next.
pub(crate) fn commit(epoch: u32, history: (u32, bool), people: &[Person]) -> EpochCommit {
    let mut people = people.to_vec();
    people.sort_unstable_by_key(|person| person.member());
    let wrap = |person: &Person| {
        let bytes = Sealed(vec![person.number; WRAP_LEN]);
        Wrap {
            member: person.member(),
            key: person.card().kem.id(),
            bytes,
        }
    };
    EpochCommit {
        epoch,
        commitment: Digest([u8::try_from(epoch).unwrap_or(0); 32]),
        history_generation: history.0,
        history_back: history.1.then(|| Sealed(vec![0; SEALED_KEY_LEN])),
        secret: Sealed(vec![1; SEALED_KEY_LEN]),
        wraps: people.iter().map(wrap).collect(),
    }
}

/// A record as the server keeps it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    pub(crate) state: LogState,
    pub(crate) heads: Vec<Head>,
}

impl Record {
    /// A record of these full members in their first epoch, all present.
    pub(crate) fn begun(people: &[Person]) -> Self {
        let mut record = Self::default();
        let (first, others) = people.split_first().unwrap();
        record.control(*first, &first.create()).unwrap();
        for other in others {
            record.control(*first, &other.add(None)).unwrap();
            let proposal = record.last_of(*first, 1);
            let settled = |record: &Self| record.state.membership.proposals().is_empty();
            for hand in others {
                if !settled(&record) {
                    record
                        .control(*hand, &Control::Countersign { of: proposal })
                        .unwrap();
                }
            }
        }
        record
            .control(*first, &Control::EpochCommit(commit(1, (1, false), people)))
            .unwrap();
        record
    }

    /// The id of the newest entry of a person's device.
    pub(crate) fn last_of(&self, person: Person, device: u8) -> EntryId {
        let device = person.cert(device).device();
        self.state
            .chain(&device)
            .map_or(EntryId::ZERO, |chain| chain.last)
    }

    /// The header that a device would write next.
    pub(crate) fn header(&self, by: Person, device: u8, kind: Kind, body: &[u8]) -> Header {
        let device = by.cert(device).device();
        let (aseq, aprev) = self
            .state
            .chain(&device)
            .map_or((1, EntryId::ZERO), |chain| (chain.aseq + 1, chain.last));
        Header {
            suite: SUITE,
            space: SPACE,
            epoch: self.state.membership.epoch(),
            author: by.member(),
            device,
            aseq,
            aprev,
            seen_place: self.state.place,
            seen_head: self.state.head,
            kind,
            salt: Digest([9; 32]),
            blobs: vec![],
            binding: None,
            body_len: u32::try_from(body.len()).unwrap(),
            body_hash: header::body_hash(body),
        }
    }

    pub(crate) fn append(&mut self, envelope: &Envelope, minute: u64) -> Result<u64, Refusal> {
        let heads = self.heads.clone();
        let past = |place: u64| heads.get(usize::try_from(place).unwrap() - 1).copied();
        let admitted = admit(&self.state, envelope, past, minute)?;
        self.state = admitted.next;
        self.heads.push(admitted.head);
        Ok(admitted.place)
    }

    pub(crate) fn control(&mut self, by: Person, control: &Control) -> Result<u64, Refusal> {
        self.control_at(by, 1, control, NOW)
    }

    pub(crate) fn control_at(
        &mut self,
        by: Person,
        device: u8,
        control: &Control,
        minute: u64,
    ) -> Result<u64, Refusal> {
        let body = control.encode();
        let mut header = self.header(by, device, Kind::Control, &body);
        if let Control::EpochCommit(commit) = control {
            header.epoch = commit.epoch;
        }
        self.append(&sign(&header, body, &by.device(device)), minute)
    }

    pub(crate) fn write(&mut self, by: Person) -> Result<u64, Refusal> {
        self.write_at(by, 1, NOW)
    }

    pub(crate) fn write_at(&mut self, by: Person, nth: u8, minute: u64) -> Result<u64, Refusal> {
        let body = vec![1; 256];
        let header = self.header(by, nth, Kind::Content, &body);
        self.append(&sign(&header, body, &by.device(nth)), minute)
    }

    pub(crate) fn checkpoint(&mut self, by: Person) -> Result<u64, Refusal> {
        let header = self.header(by, 1, Kind::Checkpoint, &[]);
        self.append(&sign(&header, vec![], &by.device(1)), NOW)
    }
}

pub(crate) fn sign(header: &Header, body: Vec<u8>, key: &SigningKey) -> Envelope {
    let header = header.encode();
    let sig = key.sign(&header::signed_bytes(&header::id(&header)));
    Envelope {
        header,
        sig: Signature(sig.to_bytes()),
        body,
    }
}
