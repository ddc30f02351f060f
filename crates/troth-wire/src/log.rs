//! Whether an entry may be appended to a record: one pure judgement for server and clients.
//!
//! The rules are listed in `docs/protocol/control.md`, section "Judging an entry".

use std::sync::Arc;

use minicbor::{Decode, Encode};

use crate::control::{Control, Membership};
use crate::envelope::Placed;
use crate::head::Head;
use crate::header::Header;
use crate::id::{DeviceId, Digest, EntryId};
use crate::strict::{self, Malformed};

mod admit;
mod parse;
mod refusal;

pub use admit::{admit, admit_verified, admit_with};
pub use parse::{Parsed, Verified, parse};
pub use refusal::Refusal;

/// What a device wrote last in a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Chain {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Its counter at its last entry.
    #[n(1)]
    pub aseq: u64,
    /// The id of its last entry.
    #[n(2)]
    pub last: EntryId,
    /// The place of its last entry.
    #[n(3)]
    pub place: u64,
}

/// All that is needed to judge the next entry of a space.
///
/// `LogState::default()` is the record before its first entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct LogState {
    /// Who is a member.
    pub membership: Arc<Membership>,
    /// The place of the newest entry; 0 for none.
    pub place: u64,
    /// The head at that place.
    pub head: Head,
    /// The newest minute at which an entry was judged; time never runs back here.
    pub minute: u64,
    /// What each device wrote last.
    pub chains: Vec<Chain>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Stored {
    #[n(0)]
    membership: Membership,
    #[n(1)]
    place: u64,
    #[n(2)]
    head: Head,
    #[n(3)]
    minute: u64,
    #[n(4)]
    chains: Vec<Chain>,
}

impl LogState {
    /// Returns what the device wrote last.
    #[must_use]
    pub fn chain(&self, device: &DeviceId) -> Option<&Chain> {
        self.chains.iter().find(|chain| chain.device == *device)
    }

    /// Encodes the state in the canonical form.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let Self {
            membership,
            place,
            head,
            minute,
            chains,
        } = self.clone();
        let membership = Arc::unwrap_or_clone(membership);
        strict::encode(&Stored {
            membership,
            place,
            head,
            minute,
            chains,
        })
    }

    /// Decodes a state and nothing else.
    ///
    /// # Errors
    ///
    /// Any [`Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let Stored {
            membership,
            place,
            head,
            minute,
            chains,
        } = strict::decode(bytes)?;
        Ok(Self {
            membership: Arc::new(membership),
            place,
            head,
            minute,
            chains,
        })
    }

    /// Derives the hash that a limited member's [`Terms`](crate::control::Terms) name, so that
    /// a state handed over by the server can be checked.
    #[must_use]
    pub fn digest(&self) -> Digest {
        use sha2::Digest as _;
        let hash = sha2::Sha256::new()
            .chain_update(b"troth/v1/point")
            .chain_update(self.encode());
        Digest(hash.finalize().into())
    }
}

/// What is asked about the past of a record while judging.
///
/// Any `FnMut(u64) -> Option<Head>` will do; then a repeated entry is recognised only while it
/// is its device's newest.
pub trait Past {
    /// Looks up the head at a place before the newest.
    fn head_at(&mut self, place: u64) -> Option<Head>;

    /// Looks up the place of an entry; asked only when a device's counter repeats.
    fn place_of(&mut self, id: &EntryId) -> Option<u64>;
}

impl<F: FnMut(u64) -> Option<Head>> Past for F {
    fn head_at(&mut self, place: u64) -> Option<Head> {
        self(place)
    }

    fn place_of(&mut self, _: &EntryId) -> Option<u64> {
        None
    }
}

/// An entry that may be appended, with what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The id of the entry.
    pub id: EntryId,
    /// The place it takes.
    pub place: u64,
    /// The minute of its acceptance: the judge's, or the newest before where that is later.
    pub received: u64,
    /// The head after it.
    pub head: Head,
    /// Its decoded header.
    pub header: Header,
    /// What it does to the membership, for a control entry.
    pub control: Option<Control>,
    /// The state after it.
    pub next: LogState,
}

impl Admitted {
    /// Tells whether what the server adds to an entry is what follows from it.
    #[must_use]
    pub fn fits(&self, placed: &Placed) -> bool {
        (self.place, self.received, self.head) == (placed.place, placed.received, placed.head)
    }
}

#[cfg(test)]
mod tests;
