//! The reasons for which an entry may not be appended.
//!
//! The numbers are stable: server, clients and stored reports use them.

use minicbor::{Decode, Encode};

use crate::strict::Malformed;

/// Says why an entry may not be appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error, Encode, Decode)]
#[cbor(map)]
#[non_exhaustive]
pub enum Refusal {
    /// Header or control body is not one well-formed value.
    #[n(0)]
    #[error("the entry is malformed")]
    Malformed(
        #[n(0)]
        #[source]
        Malformed,
    ),
    /// Header or body exceeds the limit.
    #[n(1)]
    #[error("the entry is too large")]
    TooLarge,
    /// The body does not have the length or hash that the header names.
    #[n(2)]
    #[error("the body does not belong to the header")]
    WrongBody,
    /// The body of a sealed entry is not one of the size classes.
    #[n(3)]
    #[error("the body's length is not a size class")]
    WrongSize,
    /// The entry belongs to another space.
    #[n(4)]
    #[error("the entry belongs to another space")]
    WrongSpace,
    /// The suite is not known.
    #[n(5)]
    #[error("the suite is unknown")]
    UnknownSuite,
    /// The first entry of a record must create the space.
    #[n(6)]
    #[error("the space has not begun")]
    NotBegun,
    /// The space was created before.
    #[n(7)]
    #[error("the space has begun already")]
    BegunAlready,
    /// The author is not a member, not any more, or the granted time is over.
    #[n(8)]
    #[error("the author is not a member")]
    NotAMember,
    /// The device is not one of the author's.
    #[n(9)]
    #[error("the device is not one of the author's")]
    UnknownDevice,
    /// The device was ended.
    #[n(10)]
    #[error("the device was ended")]
    EndedDevice,
    /// The device's signature does not hold.
    #[n(11)]
    #[error("the signature does not hold")]
    BadSignature,
    /// The same entry is in the record; not a failure for who sends again.
    #[n(12)]
    #[error("the entry is in the record already")]
    AlreadyThere {
        /// Where it is.
        #[n(0)]
        place: u64,
    },
    /// The device wrote a different entry with this counter: a clone, or a restored copy.
    #[n(13)]
    #[error("the device wrote a different entry with this counter")]
    Fork,
    /// Entries of the device are missing before this one.
    #[n(14)]
    #[error("earlier entries of the device are missing")]
    Gap,
    /// The device's previous entry is not the one that is named.
    #[n(15)]
    #[error("the device's previous entry is another one")]
    WrongPrevious,
    /// The author claims to have seen a place that does not exist.
    #[n(16)]
    #[error("the author saw a place that does not exist")]
    SeenAhead,
    /// The author saw a different record.
    #[n(17)]
    #[error("the author saw a different record")]
    SeenDiffers,
    /// The entry is not in the newest epoch, or the members changed since it began.
    #[n(18)]
    #[error("a new epoch is needed first")]
    StaleEpoch {
        /// The newest epoch.
        #[n(0)]
        newest: u32,
    },
    /// The author's class or caps do not allow this.
    #[n(19)]
    #[error("the author may not do this")]
    NotAllowed,
    /// A partner has left; nothing new is written here.
    #[n(20)]
    #[error("the space is closed")]
    Closed,
    /// The kind is reserved for a later version.
    #[n(21)]
    #[error("this kind of entry is reserved")]
    Reserved,
    /// The new member's own signature is missing or does not hold.
    #[n(22)]
    #[error("the new member's consent does not hold")]
    BadConsent,
    /// The user root's signature over a device does not hold.
    #[n(23)]
    #[error("the certificate of the device does not hold")]
    BadCertificate,
    /// The member, person or device is known already.
    #[n(24)]
    #[error("the member or device is known already")]
    KnownAlready,
    /// No open proposal has this id.
    #[n(25)]
    #[error("no such proposal is open")]
    NoProposal,
    /// The author put a hand to it before.
    #[n(26)]
    #[error("the author agreed already")]
    AgreedAlready,
    /// The epoch is not the next one.
    #[n(27)]
    #[error("the epoch is not the next one")]
    WrongEpoch,
    /// The recipients of the epoch are not exactly the members and their newest keys.
    #[n(28)]
    #[error("the recipients are not the members")]
    WrongRecipients,
    /// The history key must change, or must not.
    #[n(29)]
    #[error("the history key is not the one expected")]
    WrongHistory,
    /// The terms do not fit the member's class or the record.
    #[n(30)]
    #[error("the terms do not fit")]
    WrongTerms,
    /// The compared keys are not those of the full members.
    #[n(31)]
    #[error("the compared keys are others")]
    WrongKeys,
    /// A limit on members, devices or proposals is reached.
    #[n(32)]
    #[error("there are too many")]
    TooMany,
    /// The member is not known here.
    #[n(33)]
    #[error("no such member")]
    NoSuchMember,
    /// Only a sealed entry binds a share.
    #[n(34)]
    #[error("only a sealed entry binds a share")]
    WrongBinding,
}

impl From<Malformed> for Refusal {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}
