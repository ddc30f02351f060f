//! Records: appending, reading, heads, and the referee's shares.

use minicbor::{Decode, Encode};

use crate::envelope::{Envelope, Placed};
use crate::head::{Head, Receipt};
use crate::id::{AccountId, DeviceId, EntryId, MemberId, Sealed, Signature, SpaceId};
use crate::log::Refusal;

/// Appends entries in order.
///
/// Any member may send an entry that another member signed. What a restored server lost goes back
/// as it was, with its minutes, by [`GiveBack`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Append {
    /// The entries.
    #[n(0)]
    pub entries: Vec<Envelope>,
}

/// What became of one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub enum Outcome {
    /// It is in the record, durably, now or since an earlier try.
    #[n(0)]
    Placed {
        /// Where.
        #[n(0)]
        place: u64,
        /// The head there.
        #[n(1)]
        head: Head,
        /// The minute of acceptance.
        #[n(2)]
        received: u64,
    },
    /// It was refused; the entries after it were not looked at.
    #[n(1)]
    Refused {
        /// Why.
        #[n(0)]
        refusal: Refusal,
    },
    /// An entry before it was refused.
    #[n(2)]
    Skipped,
}

/// What became of an append.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Appended {
    /// One for each entry, in order.
    #[n(0)]
    pub outcomes: Vec<Outcome>,
    /// The server's word about the newest place; absent while the space has no entry.
    #[n(1)]
    pub receipt: Option<Receipt>,
}

/// Gives entries back that a restored server lost, as it had them.
///
/// The minutes are bound by the head that the server itself signed before: from its newest head,
/// over the entries and what follows them, to the receipt's.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GiveBack {
    /// The place after which they belong: the server's newest.
    #[n(0)]
    pub after: u64,
    /// The entries, in order.
    #[n(1)]
    pub entries: Vec<Returned>,
    /// What follows them, up to the receipt's place.
    #[n(2)]
    pub rest: Vec<Link>,
    /// The server's own word about the last of them.
    #[n(3)]
    pub receipt: Receipt,
    /// The head at `after`, to ask for the server's word about it instead of giving anything
    /// back: where more was lost than one request holds.
    #[n(4)]
    pub from: Option<Head>,
}

impl GiveBack {
    /// Tells whether entries and links lead from a head to the receipt's; `ids` are those of the
    /// entries.
    #[must_use]
    pub fn leads_from(&self, head: Head, ids: &[EntryId]) -> bool {
        let entries = ids.iter().zip(self.entries.iter().map(|it| it.received));
        let rest = self.rest.iter().map(|it| (&it.id, it.received));
        let (mut head, mut place) = (head, self.after);
        for (id, minute) in entries.chain(rest) {
            head = head.next(id, minute);
            place = place.saturating_add(1);
        }
        (place, head) == (self.receipt.place, self.receipt.head)
    }
}

/// An entry with the minute at which the server took it before.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Returned {
    /// The minute.
    #[n(0)]
    pub received: u64,
    /// The entry.
    #[n(1)]
    pub envelope: Envelope,
}

/// What the head takes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Link {
    /// Its id.
    #[n(0)]
    pub id: EntryId,
    /// The minute at which the server took it.
    #[n(1)]
    pub received: u64,
}

/// Entries in order.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Entries {
    /// The entries after the asked place.
    #[n(0)]
    pub entries: Vec<Placed>,
    /// Whether there are more that the asker may read.
    #[n(1)]
    pub more: bool,
    /// The server's word about the newest place.
    #[n(2)]
    pub receipt: Receipt,
    /// With the last page: the asker's own living devices with whose keys another account asked
    /// for their place and was refused.
    #[n(3)]
    pub asked: Vec<DeviceId>,
}

/// The newest place of one space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SpaceHead {
    /// The space.
    #[n(0)]
    pub space: SpaceId,
    /// Who the asker is there.
    #[n(1)]
    pub member: MemberId,
    /// The server's word about the newest place; absent while there is nothing to read yet.
    #[n(2)]
    pub receipt: Option<Receipt>,
}

/// Every space of an account.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Heads {
    /// The spaces.
    #[n(0)]
    pub spaces: Vec<SpaceHead>,
}

/// Binds the asking account to a member whose device it holds, after a restore for example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Claim {
    /// The member.
    #[n(0)]
    pub member: MemberId,
    /// One of the member's devices.
    #[n(1)]
    pub device: DeviceId,
    /// Its signature over [`claim_signed_bytes`].
    #[n(2)]
    pub sig: Signature,
}

/// Derives the bytes that a device signs to bind an account to its member.
#[must_use]
pub fn claim_signed_bytes(account: &AccountId, space: &SpaceId) -> [u8; 46] {
    let mut bytes = [0; 46];
    let (label, rest) = bytes.split_at_mut(14);
    label.copy_from_slice(b"troth/v1/claim");
    let (first, second) = rest.split_at_mut(16);
    first.copy_from_slice(&account.0);
    second.copy_from_slice(&space.0);
    bytes
}

/// Deposits the share for one's own answer to a reveal.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PutShare {
    /// The place of the entry that started the reveal.
    #[n(0)]
    pub reveal_place: u64,
    /// The entry with the answer.
    #[n(1)]
    pub answer: EntryId,
    /// Its place.
    #[n(2)]
    pub answer_place: u64,
    /// The share, at most 64 bytes.
    #[n(3)]
    pub share: Sealed,
}

impl core::fmt::Debug for PutShare {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PutShare")
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

/// One member's share.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ShareView {
    /// Who deposited it.
    #[n(0)]
    pub member: MemberId,
    /// The answer that it opens.
    #[n(1)]
    pub answer: EntryId,
    /// The share.
    #[n(2)]
    pub share: Sealed,
}

/// The shares of a reveal: all of them, or none.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Shares {
    /// Empty until every full member's is there.
    #[n(0)]
    pub shares: Vec<ShareView>,
}
