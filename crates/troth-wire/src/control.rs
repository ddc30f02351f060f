//! Control entries: readable, signed acts on who is a member of a space and under which keys.
//!
//! The server can check them and cannot make them. What they add up to is decided by
//! [`Membership`], the same pure machine on the server and on every client.
//!
//! Specified in `docs/protocol/control.md`.

use minicbor::{Decode, Encode};

use crate::head::Head;
use crate::header::{Header, Kind};
use crate::id::{DeviceId, Digest, EntryId, MemberId, PublicKey, Sealed, Signature, SpaceId};
use crate::strict::{self, Malformed};

mod card;
mod machine;
mod member;

pub use card::is_signed_by;
pub use card::keys_hash;
pub use machine::Membership;
pub use member::{Change, Device, Member, Proposal, ROTATE_AFTER_MINUTES, Standing};

/// The length of an X-Wing public key.
pub const KEM_PUBLIC_LEN: usize = 1216;

/// The length of an HPKE wrap of a 32-byte key: encapsulation 1120, key 32, tag 16.
pub const WRAP_LEN: usize = 1168;

/// The length of a 32-byte key sealed by XChaCha20-Poly1305: nonce 24, key 32, tag 16.
pub const SEALED_KEY_LEN: usize = 72;

/// The most members that a space holds, and the most open proposals.
pub const MAX_MEMBERS: usize = 8;

/// The most members that a space ever knows, those who have gone included.
pub const MAX_MEMBERS_EVER: usize = 64;

/// The most devices that a space ever knows of one member, ended ones included. Counted for each
/// member, so that nobody's devices take the place of another's.
pub const MAX_DEVICES: usize = 256;

/// How much a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Class {
    /// A partner: the whole record, and one of the hands for every widening.
    #[n(0)]
    Full,
    /// A therapist: from a chosen point on, within [`Terms`].
    #[n(1)]
    Limited,
}

/// What a limited member may write; a set of flags.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Caps(#[n(0)] pub u8);

impl Caps {
    /// Reads only.
    pub const NONE: Self = Self(0);
    /// May write content under the own name.
    pub const CONTENT: Self = Self(1);
    /// May confirm the head.
    pub const CHECKPOINT: Self = Self(2);

    /// Tells whether all of `other` is allowed here.
    #[must_use]
    pub const fn allow(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Joins two sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A point of the record from which a limited member reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Point {
    /// The last place that stays hidden; 0 hides nothing.
    #[n(0)]
    pub place: u64,
    /// The head at that place.
    #[n(1)]
    pub head: Head,
    /// [`crate::LogState::digest`] at that place, so that the chain can be checked from here.
    #[n(2)]
    pub state: Digest,
}

/// What a limited member is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Terms {
    /// Where reading begins.
    #[n(0)]
    pub from: Point,
    /// The minute since 1970 at which it ends; `None` for open-ended.
    #[n(1)]
    pub until: Option<u64>,
    /// What may be written.
    #[n(2)]
    pub caps: Caps,
}

/// A member's receiving key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct KemKey {
    /// Counts the person's receiving keys, from 1. Two devices that make one at the same time
    /// give it the same number, so the number orders keys and does not name them.
    #[n(0)]
    pub generation: u32,
    /// The X-Wing public key, [`KEM_PUBLIC_LEN`] bytes.
    #[n(1)]
    pub public: Sealed,
}

/// A person's own consent to be a member, signed by the user root.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Card {
    /// The name inside this space.
    #[n(0)]
    pub member: MemberId,
    /// Consented class.
    #[n(1)]
    pub class: Class,
    /// The public key of the user root.
    #[n(2)]
    pub root: PublicKey,
    /// The receiving key.
    #[n(3)]
    pub kem: KemKey,
    /// The user root's signature over [`Card::signed_bytes`].
    #[n(4)]
    pub sig: Signature,
}

/// A device key with the user root's signature over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct DeviceCert {
    /// The device's public key.
    #[n(0)]
    pub key: PublicKey,
    /// The user root's signature over [`DeviceCert::signed_bytes`].
    #[n(1)]
    pub sig: Signature,
}

/// The numbers that two people drew for their six words. The entry that admits the joiner shows
/// both.
///
/// The offer promised the inviter's number before the joiner's was known, and the joiner told
/// theirs before the inviter's was shown. So neither could be chosen to fit the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Numbers {
    /// The inviter's.
    #[n(0)]
    pub inviter: Digest,
    /// The joiner's.
    #[n(1)]
    pub joiner: Digest,
}

/// A key sealed to one member's receiving key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Wrap {
    /// To whom.
    #[n(0)]
    pub member: MemberId,
    /// To which of the member's receiving keys: its [`KemKey::id`].
    #[n(1)]
    pub key: Digest,
    /// The wrap, [`WRAP_LEN`] bytes. A full member's holds the history key, a limited member's
    /// the epoch secret.
    #[n(2)]
    pub bytes: Sealed,
}

/// The beginning of an epoch.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct EpochCommit {
    /// The new epoch, one more than the last.
    #[n(0)]
    pub epoch: u32,
    /// The key commitment `kc_e`: all see the same secret, or an alarm.
    #[n(1)]
    pub commitment: Digest,
    /// Which history key seals the secret.
    #[n(2)]
    pub history_generation: u32,
    /// The previous history key sealed under this one; present exactly when the generation
    /// rises above 1. [`SEALED_KEY_LEN`] bytes.
    #[n(3)]
    pub history_back: Option<Sealed>,
    /// The epoch secret sealed under the history key, [`SEALED_KEY_LEN`] bytes.
    #[n(4)]
    pub secret: Sealed,
    /// One wrap for each member, in rising order of members.
    #[n(5)]
    pub wraps: Vec<Wrap>,
}

/// An act on the membership.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
#[non_exhaustive]
pub enum Control {
    /// Begins the space, with its author as the first full member.
    #[n(0)]
    SpaceCreate {
        /// The author's consent.
        #[n(0)]
        card: Card,
        /// The author's devices, the signing one among them.
        #[n(1)]
        devices: Vec<DeviceCert>,
    },
    /// Proposes a member. With one full member it takes effect at once.
    #[n(1)]
    MemberAdd {
        /// The new member's consent.
        #[n(0)]
        card: Card,
        /// The new member's devices.
        #[n(1)]
        devices: Vec<DeviceCert>,
        /// For a limited member, what is granted; absent for a full one.
        #[n(2)]
        terms: Option<Terms>,
        /// For a limited member, keys of the past, sealed to the receiving key.
        #[n(3)]
        bundle: Option<Sealed>,
        /// For a full member and only for one, the numbers behind the six words.
        #[n(4)]
        numbers: Option<Numbers>,
    },
    /// Puts the author's hand to an open proposal.
    #[n(2)]
    Countersign {
        /// The entry that proposes.
        #[n(0)]
        of: EntryId,
    },
    /// Begins an epoch.
    #[n(3)]
    EpochCommit(#[n(0)] EpochCommit),
    /// Changes what a limited member is granted. Narrowing takes effect at once, widening is a
    /// proposal.
    #[n(4)]
    Grant {
        /// Whose.
        #[n(0)]
        member: MemberId,
        /// The new terms.
        #[n(1)]
        terms: Terms,
        /// Keys of the past, sealed to the receiving key; its presence is a widening.
        #[n(2)]
        bundle: Option<Sealed>,
    },
    /// Ends a member's membership, or an open proposal to begin it.
    #[n(5)]
    Revoke {
        /// Whose.
        #[n(0)]
        member: MemberId,
    },
    /// Ends the author's own membership.
    #[n(6)]
    Leave,
    /// Adds a device of the author. May be signed by the new device itself.
    #[n(7)]
    DeviceAdd {
        /// The device.
        #[n(0)]
        cert: DeviceCert,
    },
    /// Ends a device of the author, for good.
    #[n(8)]
    DeviceRevoke {
        /// The device.
        #[n(0)]
        device: DeviceId,
    },
    /// Replaces the author's receiving key by a newer generation.
    #[n(9)]
    KemRotate {
        /// The same card with the newer key.
        #[n(0)]
        card: Card,
    },
    /// States that the author compared the six words with the others in person.
    #[n(10)]
    VerifiedInPerson {
        /// [`keys_hash`] of all full members.
        #[n(0)]
        keys: Digest,
    },
    /// Reserved: asks for the ciphertext of an entry to go. Refused in version 1.
    #[n(11)]
    Erase {
        /// The entry.
        #[n(0)]
        entry: EntryId,
    },
}

impl Control {
    /// Encodes the body of a control entry.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        strict::encode(self)
    }

    /// Decodes the body of a control entry and nothing else.
    ///
    /// # Errors
    ///
    /// Any [`Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        strict::decode(bytes)
    }
}

/// A judged step of the machine: who did what, at which place and minute.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// The decoded header of the entry.
    pub header: &'a Header,
    /// Its id.
    pub id: EntryId,
    /// The place it would take.
    pub place: u64,
    /// The minute at which it is judged, since 1970.
    pub minute: u64,
}

impl Act<'_> {
    /// Returns who acts.
    #[must_use]
    pub const fn author(&self) -> MemberId {
        self.header.author
    }

    /// Returns in which space.
    #[must_use]
    pub const fn space(&self) -> SpaceId {
        self.header.space
    }

    /// Returns the entry's kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.header.kind
    }
}
