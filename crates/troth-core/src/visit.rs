//! Visits with a provider, as far as the couple's record knows of them.
//!
//! Where an hour is held and booked is the server's, under two pseudonyms. The record only carries
//! the word from one partner's device to the other's: this hour is held for us, here is your half
//! of the way in.
//!
//! # Invariants
//!
//! 1. **No reasons.** Nothing of one partner's answers, of a score, or of a note to the provider has
//!    a place here.
//! 2. **The other answers.** Only the partner who did not propose answers, and the first answer counts.
//! 3. **No answer is an answer.** An hour that nobody accepted lapses on the server; nothing here
//!    counts or judges that.
//!
//! The stored form is specified in `docs/protocol/events.md`, kinds 16 and 17.

use core::fmt;

use jiff::Timestamp;

use crate::id::{EntryId, PartnerId};

/// The longest visit, in minutes.
pub(crate) const LONGEST_VISIT: u32 = 24 * 60;
/// The most characters of a server's address.
pub(crate) const LONGEST_SERVER: usize = 300;

/// How a visit takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitFormat {
    /// By video, each from where they are.
    Video,
    /// In the provider's rooms.
    InPerson,
}

impl VisitFormat {
    /// Returns the stable key, for texts and for JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::InPerson => "in_person",
        }
    }

    /// Finds the format that has this key.
    #[must_use]
    pub fn find_by_key(key: &str) -> Option<Self> {
        [Self::Video, Self::InPerson]
            .into_iter()
            .find(|format| format.key() == key)
    }
}

/// What lets the other partner join a hold, once; never shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PartnerToken(pub [u8; 32]);

impl fmt::Debug for PartnerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartnerToken(..)")
    }
}

/// An hour that is held for both, as one partner tells the other of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldVisit {
    /// The provider's number in the directory of that server.
    pub provider: u32,
    /// The provider's name, as the listing has it.
    pub provider_name: String,
    /// When the visit begins, in minutes since 1970 (UTC).
    pub start: u32,
    /// How long it lasts, in minutes.
    pub minutes: u32,
    /// The time zone in which the proposer looked at it; a name of the IANA list.
    pub zone: String,
    /// How it takes place.
    pub format: VisitFormat,
    /// The hold's id, which the booking keeps.
    pub hold: [u8; 16],
    /// The other partner's half of the way in.
    pub token: PartnerToken,
    /// The address of the server that keeps the hold.
    pub server: String,
    /// Until when it is held, in minutes since 1970 (UTC).
    pub until: u32,
}

/// What the other partner says to a held hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitAnswer {
    /// Yes; their device has accepted with the server.
    Accepted,
    /// Not this one. It says nothing about another one.
    NotThisOne,
}

impl VisitAnswer {
    /// Returns the stable key, for texts and for JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::NotThisOne => "not-this-one",
        }
    }
}

/// Where a proposed visit stands, as far as the record tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitStanding {
    /// It is held and waits for the other partner.
    Open,
    /// The other partner accepted it.
    Accepted,
    /// The other partner would rather not have this one.
    NotThisOne,
    /// The time for which it was held is over, and nobody answered.
    Over,
    /// Whoever proposed it took it back.
    Withdrawn,
}

/// A proposed visit as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitView {
    /// The entry of the proposal.
    pub id: EntryId,
    /// Who held the hour.
    pub by: PartnerId,
    /// What is held.
    pub held: HeldVisit,
    /// Where it stands.
    pub standing: VisitStanding,
}

impl VisitView {
    /// Tells when the visit begins.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        instant(self.held.start)
    }

    /// Tells until when the hour is held.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        instant(self.held.until)
    }
}

/// Reads a minute since 1970 as an instant; every 32-bit count lies in range.
pub(crate) fn instant(minute: u32) -> Timestamp {
    Timestamp::from_second(i64::from(minute) * 60).unwrap_or(Timestamp::UNIX_EPOCH)
}
