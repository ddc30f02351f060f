//! People who write entries, for tests: real signatures, bodies of nothing but padding.

use ed25519_dalek::{Signer, SigningKey};
use troth_wire::control::{
    Card, Class, DeviceCert, EpochCommit, KEM_PUBLIC_LEN, KemKey, Numbers, SEALED_KEY_LEN,
    WRAP_LEN, Wrap,
};
use troth_wire::referee::commitment;
use troth_wire::{
    Control, DeviceId, Digest, EntryId, Envelope, Head, Header, Kind, MemberId, PublicKey, Sealed,
    ShareBinding, Signature, SpaceId, header,
};

/// A person with one device, writing into one space.
#[derive(Debug, Clone)]
pub struct Writer {
    /// The space.
    pub space: SpaceId,
    /// The person's name there.
    pub member: MemberId,
    /// The newest epoch.
    pub epoch: u32,
    /// The newest place that was verified, and its head.
    pub seen: (u64, Head),
    /// The person's user root.
    pub root: SigningKey,
    /// The device's key.
    pub signs: SigningKey,
    /// The device's newest entry: its counter and id.
    pub newest: (u64, EntryId),
    /// Counts the entries, so that no two have one salt.
    pub salt: u64,
}

impl Writer {
    /// A person told apart by a number.
    pub fn new(number: u8, space: SpaceId) -> Self {
        Self {
            space,
            member: MemberId([number; 16]),
            epoch: 0,
            seen: (0, Head::EMPTY),
            root: SigningKey::from_bytes(&[number; 32]),
            signs: SigningKey::from_bytes(&[number.wrapping_add(100); 32]),
            newest: (0, EntryId::ZERO),
            salt: 0,
        }
    }

    fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.root.sign(message).to_bytes())
    }

    /// The public key of the device.
    pub fn key(&self) -> PublicKey {
        PublicKey(self.signs.verifying_key().to_bytes())
    }

    /// The name of the device.
    pub fn device(&self) -> DeviceId {
        DeviceId::of_key(&self.key())
    }

    /// Signs any message with the device.
    pub fn device_sign(&self, message: &[u8]) -> Signature {
        Signature(self.signs.sign(message).to_bytes())
    }

    /// The person's consent.
    pub fn card(&self) -> Card {
        self.card_of(Class::Full)
    }

    /// The person's consent to be a member of a class.
    pub fn card_of(&self, class: Class) -> Card {
        let kem = KemKey {
            generation: 1,
            public: Sealed(vec![7; KEM_PUBLIC_LEN]),
        };
        let bytes = Card::signed_bytes(&self.space, &self.member, class, &kem);
        let root = PublicKey(self.root.verifying_key().to_bytes());
        Card {
            member: self.member,
            class,
            root,
            kem,
            sig: self.sign(&bytes),
        }
    }

    /// The device's certificate.
    pub fn cert(&self) -> DeviceCert {
        DeviceCert {
            key: self.key(),
            sig: self.sign(&DeviceCert::signed_bytes(&self.key())),
        }
    }

    fn write(&mut self, kind: Kind, body: Vec<u8>) -> Envelope {
        self.write_bound(kind, body, None)
    }

    fn write_bound(
        &mut self,
        kind: Kind,
        body: Vec<u8>,
        binding: Option<ShareBinding>,
    ) -> Envelope {
        let aseq = self.newest.0 + 1;
        self.salt += 1;
        let mut salt = [0; 32];
        salt[..8].copy_from_slice(&self.salt.to_be_bytes());
        let header = Header {
            suite: header::SUITE,
            space: self.space,
            epoch: self.epoch,
            author: self.member,
            device: self.device(),
            aseq,
            aprev: self.newest.1,
            seen_place: self.seen.0,
            seen_head: self.seen.1,
            kind,
            salt: Digest(salt),
            blobs: Vec::new(),
            binding,
            body_len: u32::try_from(body.len()).unwrap(),
            body_hash: header::body_hash(&body),
        }
        .encode();
        let id = header::id(&header);
        self.newest = (aseq, id);
        let sig = self.device_sign(&header::signed_bytes(&id));
        Envelope { header, sig, body }
    }

    /// Writes a control entry.
    pub fn control(&mut self, control: &Control) -> Envelope {
        self.write(Kind::Control, control.encode())
    }

    /// Writes a sealed entry of the smallest size.
    pub fn content(&mut self) -> Envelope {
        self.write(Kind::Content, vec![0xee; 256])
    }

    /// Writes a sealed entry that binds a share to a question.
    pub fn answer(&mut self, question: EntryId, share: &[u8]) -> Envelope {
        let binding = ShareBinding {
            question,
            commitment: commitment(&self.space, &self.member, share),
        };
        self.write_bound(Kind::Content, vec![0xee; 256], Some(binding))
    }

    /// Writes a sealed entry of a size.
    pub fn content_of(&mut self, length: usize) -> Envelope {
        self.write(Kind::Content, vec![0xee; length])
    }

    /// Creates the space.
    pub fn create(&mut self) -> Envelope {
        let (card, devices) = (self.card(), vec![self.cert()]);
        self.control(&Control::SpaceCreate { card, devices })
    }

    /// Begins the next epoch for these members.
    pub fn begin_epoch(&mut self, history_generation: u32, members: &[MemberId]) -> Envelope {
        self.epoch += 1;
        let mut members = members.to_vec();
        members.sort_unstable();
        // The cards of all writers carry the same key.
        let key = self.card().kem.id();
        let wrap = |member| Wrap {
            member,
            key,
            bytes: Sealed(vec![1; WRAP_LEN]),
        };
        let back = (history_generation > 1).then(|| Sealed(vec![2; SEALED_KEY_LEN]));
        self.control(&Control::EpochCommit(EpochCommit {
            epoch: self.epoch,
            commitment: Digest([3; 32]),
            history_generation,
            history_back: back,
            secret: Sealed(vec![4; SEALED_KEY_LEN]),
            wraps: members.into_iter().map(wrap).collect(),
        }))
    }

    /// Adds a member.
    pub fn add(&mut self, other: &Self) -> Envelope {
        let (card, devices) = (other.card(), vec![other.cert()]);
        self.control(&Control::MemberAdd {
            card,
            devices,
            terms: None,
            bundle: None,
            numbers: Some(Numbers {
                inviter: Digest([5; 32]),
                joiner: Digest([6; 32]),
            }),
        })
    }

    /// Creates the space and begins its first epoch.
    pub fn found(&mut self) -> Vec<Envelope> {
        vec![self.create(), self.begin_epoch(1, &[self.member])]
    }
}
