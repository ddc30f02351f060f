//! Holding, booking, moving and cancelling visits; waiting; notices; calendar feeds.
//!
//! A person is a pseudonym here (`ClientId`). The server knows that a time is taken, not why.

use serde::{Deserialize, Serialize};

use super::bytes::Bytes;
use super::id::{BookingId, OwnerToken, QuoteId, WaitId};
use super::time::{Day, Time};

/// How a visit happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// By video.
    Video,
    /// In one room.
    InPerson,
}

/// For whom a visit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Two partners.
    Couples,
    /// One person.
    Individual,
}

/// Where a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Kept for a few minutes until all have accepted.
    Held,
    /// A hold that the waitlist made; kept for two hours.
    Offered,
    /// Accepted by all clients, awaiting the provider, for 48 hours at most.
    Requested,
    /// Agreed.
    Booked,
    /// Ended before it was agreed: let go, declined or run out.
    Lapsed,
    /// Called off.
    Cancelled,
    /// Moved to another time; `next` names that booking.
    Moved,
    /// The visit took place.
    Kept,
    /// The visit did not take place.
    Missed,
}

/// Whether a plan pays for visits of couples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PlanPays {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// The practice does not know.
    Unknown,
}

/// Whose record would carry a diagnosis if the visit is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// Nobody's; nothing is billed.
    Nobody,
    /// That of the person who is billed.
    BilledPerson,
}

/// What a visit costs, signed by the practice.
///
/// The readable fields let the server choose the quotes that fit; a client believes only
/// `terms`, after checking `signature` (`docs/protocol/visits.md`). The server cannot make either.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Quote {
    /// Its name; the server's word, ignored in requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<QuoteId>,
    /// The provider.
    pub provider: u32,
    /// For whom the visit is.
    pub service: Service,
    /// For how many minutes.
    #[cfg_attr(feature = "schema", schema(minimum = 5, maximum = 480))]
    pub minutes: u32,
    /// How it happens.
    pub format: Format,
    /// The plan by its name; absent or null if people pay themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 80))]
    pub plan: Option<String>,
    /// The state by its postal code.
    #[cfg_attr(feature = "schema", schema(pattern = "^[A-Z]{2}$", example = "CA"))]
    pub state: String,
    /// What one pays, in cents.
    #[cfg_attr(feature = "schema", schema(maximum = 1_000_000))]
    pub cents: u32,
    /// Always `USD`.
    #[cfg_attr(feature = "schema", schema(pattern = "^USD$"))]
    pub currency: String,
    /// Whether the plan pays for visits of couples.
    pub plan_pays_couples: PlanPays,
    /// Whose record would carry a diagnosis.
    pub record: Record,
    /// The last day on which it is good.
    pub valid_until: Day,
    /// What is signed, byte by byte.
    pub terms: Bytes,
    /// The provider's signature (Ed25519) of `terms`.
    pub signature: Bytes,
}

/// A stretch of time, its end not included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Copy)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// From when.
    pub from: Time,
    /// Until when.
    pub to: Time,
}

/// Asks for a time to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HoldCreate {
    /// The provider.
    pub provider: u32,
    /// When it begins.
    pub start: Time,
    /// For how many minutes.
    #[cfg_attr(feature = "schema", schema(minimum = 5, maximum = 480))]
    pub minutes: u32,
    /// How it happens.
    pub format: Format,
    /// For whom it is.
    pub service: Service,
    /// The plan by its name; absent or null to pay oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 80))]
    pub plan: Option<String>,
    /// The state in which this person is at the time of the visit.
    #[cfg_attr(feature = "schema", schema(pattern = "^[A-Z]{2}$", example = "CA"))]
    pub state: String,
    /// Whether a partner has to accept too.
    pub with_partner: bool,
}

/// A time that is kept for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Hold {
    /// The hold, and the booking that it may become.
    pub id: BookingId,
    /// The provider.
    pub provider: u32,
    /// The provider's name.
    pub provider_name: String,
    /// When it begins.
    pub start: Time,
    /// For how many minutes.
    pub minutes: u32,
    /// How it happens.
    pub format: Format,
    /// For whom it is.
    pub service: Service,
    /// The plan by its name, if one is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// `held` or `offered`; otherwise read it as a booking.
    pub standing: Standing,
    /// Until when it is kept.
    pub until: Time,
    /// Until when, in seconds from now: exact where `until` is rounded up to a minute.
    pub seconds_left: u32,
    /// Whether a partner has to accept too.
    pub with_partner: bool,
    /// Whether the one who asks has accepted.
    pub accepted: bool,
    /// Whether the other one has accepted.
    pub partner_accepted: bool,
    /// What the partner shows when accepting; for the holder alone, to be passed on sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_token: Option<OwnerToken>,
    /// What it costs, signed; every quote of the provider's that fits.
    pub quotes: Vec<Quote>,
}

/// Accepts a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The partner's token; absent for the holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_token: Option<OwnerToken>,
    /// The state in which this person is at the time of the visit.
    #[cfg_attr(feature = "schema", schema(pattern = "^[A-Z]{2}$", example = "CA"))]
    pub state: String,
    /// What this person tells the provider, sealed to the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Bytes>,
    /// The quote that was shown; absent if the provider gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteId>,
}

/// One change in the life of a booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Change {
    /// Counts the changes.
    pub sequence: u32,
    /// When.
    pub at: Time,
    /// Where it stood then.
    pub standing: Standing,
    /// Who or what did it: `client`, `partner`, `provider`, `time`, `waitlist`.
    pub cause: String,
}

/// A booking as its clients see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Booking {
    /// The booking.
    pub id: BookingId,
    /// The provider.
    pub provider: u32,
    /// The provider's name.
    pub provider_name: String,
    /// When it begins.
    pub start: Time,
    /// For how many minutes.
    pub minutes: u32,
    /// How it happens.
    pub format: Format,
    /// For whom it is.
    pub service: Service,
    /// The plan by its name, if one is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Where it stands.
    pub standing: Standing,
    /// If it waits for somebody: until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// Counts the changes; a calendar's SEQUENCE.
    pub sequence: u32,
    /// Whether a partner is part of it.
    pub with_partner: bool,
    /// Allows cancelling or moving it once; absent where neither is possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<OwnerToken>,
    /// The price that was shown and accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// The booking that this one was moved from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<BookingId>,
    /// The booking that this one was moved to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<BookingId>,
    /// Its life so far, the oldest first.
    pub history: Vec<Change>,
}

/// A page of bookings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BookingList {
    /// In the order of their beginnings.
    pub bookings: Vec<Booking>,
    /// What to send as `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Calls a booking off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// The booking's token.
    pub token: OwnerToken,
}

/// Moves a booking to another time of the same provider, in one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// The booking's token.
    pub token: OwnerToken,
    /// When the new visit begins.
    pub start: Time,
}

/// Waits for a time of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WaitCreate {
    /// The provider.
    pub provider: u32,
    /// For how many minutes.
    #[cfg_attr(feature = "schema", schema(minimum = 5, maximum = 480))]
    pub minutes: u32,
    /// How it happens.
    pub format: Format,
    /// For whom it is.
    pub service: Service,
    /// The plan by its name; absent or null to pay oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 80))]
    pub plan: Option<String>,
    /// The state in which this person is at the time of the visit.
    #[cfg_attr(feature = "schema", schema(pattern = "^[A-Z]{2}$", example = "CA"))]
    pub state: String,
    /// Whether a partner has to accept too.
    pub with_partner: bool,
    /// When one can; any time if absent or empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(max_items = 100))]
    pub windows: Vec<Window>,
}

/// A place on a provider's waitlist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WaitEntry {
    /// The entry.
    pub id: WaitId,
    /// The provider.
    pub provider: u32,
    /// The provider's name.
    pub provider_name: String,
    /// Since when.
    pub since: Time,
    /// How it happens.
    pub format: Format,
    /// For whom it is.
    pub service: Service,
    /// For how many minutes.
    pub minutes: u32,
    /// When one can; any time if empty.
    pub windows: Vec<Window>,
    /// The hold that was made for it, if a time came free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Hold>,
}

/// The asker's places on waitlists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WaitList {
    /// The oldest first.
    pub entries: Vec<WaitEntry>,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A visit comes near.
    Reminder,
    /// A time came free for somebody who waits.
    Offer,
    /// A visit was agreed.
    Booked,
    /// The provider declined.
    Declined,
    /// The provider did not answer in time.
    Unanswered,
    /// Everybody has accepted; the provider is asked.
    Requested,
    /// An offer was not taken in time.
    OfferOver,
    /// A visit was called off.
    Cancelled,
    /// A visit was moved.
    Moved,
}

/// A neutral notice. It names nobody and says nothing a glance should not see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Notice {
    /// Counts the asker's notices.
    pub number: u64,
    /// When it was made.
    pub at: Time,
    /// What it is about.
    pub kind: NoticeKind,
    /// The booking.
    pub booking: BookingId,
    /// The booking's version that it belongs to.
    pub sequence: u32,
}

/// A page of notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NoticeList {
    /// In rising order.
    pub notices: Vec<Notice>,
    /// What to send as `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A new calendar feed; an older one of the same owner has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FeedCreated {
    /// Its address on this server, with a secret in it: whoever has it can read the times. It is
    /// told this once.
    pub path: String,
}
