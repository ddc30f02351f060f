//! One person writing into a space of their own, as bytes that the server will take.
//!
//! The bodies are random: the server cannot tell, and what sealing costs the client is not
//! what is measured here.

use ed25519_dalek::{Signer as _, SigningKey};
use rand_chacha::ChaCha20Rng;
use rand_core::Rng as _;
use troth_wire::control::{
    Card, Class, DeviceCert, EpochCommit, KEM_PUBLIC_LEN, KemKey, SEALED_KEY_LEN, WRAP_LEN, Wrap,
};
use troth_wire::header::{Kind, SUITE, body_hash, signed_bytes};
use troth_wire::{
    Control, DeviceId, Digest, EntryId, Envelope, Head, Header, MemberId, PublicKey, Sealed,
    Signature, SpaceId,
};

/// A device that writes alone into one space. It names no head that it saw: the minute is in the
/// head, and the server says it after the fact.
pub(crate) struct Author {
    rng: ChaCha20Rng,
    key: SigningKey,
    pub(crate) space: SpaceId,
    pub(crate) member: MemberId,
    epoch: u32,
    place: u64,
    last: EntryId,
}

impl Author {
    /// Makes a person, a device and a space from a seed.
    pub(crate) fn new(mut rng: ChaCha20Rng) -> Self {
        let key = SigningKey::from_bytes(&random(&mut rng));
        let (space, member) = (SpaceId(random(&mut rng)), MemberId(random(&mut rng)));
        Self {
            rng,
            key,
            space,
            member,
            epoch: 0,
            place: 0,
            last: EntryId::ZERO,
        }
    }

    /// The entries that begin the space and its first epoch.
    pub(crate) fn begin(&mut self) -> Vec<Envelope> {
        let root = SigningKey::from_bytes(&random(&mut self.rng));
        let kem = KemKey {
            generation: 1,
            public: self.bytes(KEM_PUBLIC_LEN),
        };
        let card = Card {
            member: self.member,
            class: Class::Full,
            root: PublicKey(root.verifying_key().to_bytes()),
            sig: sign(
                &root,
                &Card::signed_bytes(&self.space, &self.member, Class::Full, &kem),
            ),
            kem: kem.clone(),
        };
        let public = PublicKey(self.key.verifying_key().to_bytes());
        let cert = DeviceCert {
            key: public,
            sig: sign(&root, &DeviceCert::signed_bytes(&public)),
        };
        let create = Control::SpaceCreate {
            card,
            devices: vec![cert],
        };
        let first = self.entry(Kind::Control, create.encode());
        self.epoch = 1;
        let commit = Control::EpochCommit(EpochCommit {
            epoch: 1,
            commitment: Digest(random(&mut self.rng)),
            history_generation: 1,
            history_back: None,
            secret: self.bytes(SEALED_KEY_LEN),
            wraps: vec![Wrap {
                member: self.member,
                key: kem.id(),
                bytes: self.bytes(WRAP_LEN),
            }],
        });
        let second = self.entry(Kind::Control, commit.encode());
        vec![first, second]
    }

    /// The next entry with content of this size.
    pub(crate) fn write(&mut self, size: usize) -> Envelope {
        let body = self.bytes(size).0;
        self.entry(Kind::Content, body)
    }

    /// The signature by which an account shows that it is this member.
    pub(crate) fn claim(&self, message: &[u8]) -> (DeviceId, Signature) {
        (self.device(), sign(&self.key, message))
    }

    fn device(&self) -> DeviceId {
        DeviceId::of_key(&PublicKey(self.key.verifying_key().to_bytes()))
    }

    fn entry(&mut self, kind: Kind, body: Vec<u8>) -> Envelope {
        let header = Header {
            suite: SUITE,
            space: self.space,
            epoch: self.epoch,
            author: self.member,
            device: self.device(),
            aseq: self.place + 1,
            aprev: self.last,
            seen_place: 0,
            seen_head: Head::EMPTY,
            kind,
            salt: Digest(random(&mut self.rng)),
            blobs: Vec::new(),
            binding: None,
            body_len: u32::try_from(body.len()).unwrap_or(u32::MAX),
            body_hash: body_hash(&body),
        };
        let header = header.encode();
        let id = troth_wire::header::id(&header);
        self.place += 1;
        self.last = id;
        Envelope {
            sig: sign(&self.key, &signed_bytes(&id)),
            header,
            body,
        }
    }

    fn bytes(&mut self, count: usize) -> Sealed {
        let mut bytes = vec![0; count];
        self.rng.fill_bytes(&mut bytes);
        Sealed(bytes)
    }
}

fn sign(key: &SigningKey, message: &[u8]) -> Signature {
    Signature(key.sign(message).to_bytes())
}

fn random<const N: usize>(rng: &mut ChaCha20Rng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}
