//! What the machine knows of each member, device and open proposal.

use minicbor::{Decode, Encode};

use super::{Card, Class, DeviceCert, Numbers, Terms};
use crate::id::{DeviceId, EntryId, MemberId, PublicKey};

/// How old an epoch may grow before a client begins another: one week.
pub const ROTATE_AFTER_MINUTES: u64 = 7 * 24 * 60;

/// Whether somebody is a member now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub enum Standing {
    /// A member.
    #[n(0)]
    Present,
    /// Not a member any more.
    #[n(1)]
    Gone {
        /// The last place that is theirs to read.
        #[n(0)]
        at: u64,
    },
}

/// A present or former member.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Member {
    /// Keys and consent.
    #[n(0)]
    pub card: Card,
    /// For a limited member, what is granted.
    #[n(1)]
    pub terms: Option<Terms>,
    /// Whether the membership lasts.
    #[n(2)]
    pub standing: Standing,
    /// The place at which the membership began.
    #[n(3)]
    pub since: u64,
    /// Whether the keys were compared in person by this member, as the full members are now.
    #[n(4)]
    pub verified: bool,
    /// The numbers behind the six words, for a full member whom another admitted.
    #[n(5)]
    pub numbers: Option<Numbers>,
}

impl Member {
    /// Tells whether the member is present at this minute: not gone, and not lapsed.
    #[must_use]
    pub fn is_present(&self, minute: u64) -> bool {
        self.standing == Standing::Present && !self.is_lapsed(minute)
    }

    /// Tells whether the granted time is over.
    #[must_use]
    pub fn is_lapsed(&self, minute: u64) -> bool {
        self.terms
            .and_then(|terms| terms.until)
            .is_some_and(|until| minute >= until)
    }

    /// Tells whether this is a full member who has not gone.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.card.class == Class::Full && self.standing == Standing::Present
    }
}

/// A device of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Device {
    /// The name of the device.
    #[n(0)]
    pub id: DeviceId,
    /// Its owner.
    #[n(1)]
    pub member: MemberId,
    /// Its public key.
    #[n(2)]
    pub key: PublicKey,
    /// The place at which it was ended.
    #[n(3)]
    pub ended: Option<u64>,
}

/// A proposal that waits for hands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Proposal {
    /// The entry that proposes.
    #[n(0)]
    pub id: EntryId,
    /// What takes effect when all hands are there.
    #[n(1)]
    pub change: Change,
    /// The full members who put their hand to it, the proposer first.
    #[n(2)]
    pub hands: Vec<MemberId>,
}

/// A change that needs all hands.
// Where a pointer has 32 bits, the variant is not large enough for the lint.
#[cfg_attr(
    target_pointer_width = "64",
    expect(
        clippy::large_enum_variant,
        reason = "few proposals are open at a time, and nearly all of them are new members"
    )
)]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub enum Change {
    /// A new member.
    #[n(0)]
    Add {
        /// Keys and consent.
        #[n(0)]
        card: Card,
        /// The devices.
        #[n(1)]
        devices: Vec<DeviceCert>,
        /// What is granted.
        #[n(2)]
        terms: Option<Terms>,
        /// The numbers behind the six words, for a full member.
        #[n(3)]
        numbers: Option<Numbers>,
    },
    /// Wider terms for a limited member.
    #[n(1)]
    Widen {
        /// Whose.
        #[n(0)]
        member: MemberId,
        /// The new terms.
        #[n(1)]
        terms: Terms,
    },
}

impl Change {
    /// Returns whom the change is about.
    #[must_use]
    pub const fn member(&self) -> MemberId {
        match self {
            Self::Add { card, .. } => card.member,
            Self::Widen { member, .. } => *member,
        }
    }
}
