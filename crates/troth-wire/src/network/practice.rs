//! The provider's own side: listing, licences, plans, prices, hours, requests, visits.

use serde::{Deserialize, Serialize};

use super::booking::{Change, Format, Quote, Service, Standing, Window};
use super::bytes::Bytes;
use super::directory::{Acceptance, Licence, Place, Provider, Slot};
use super::hours::Hours;
use super::id::{BookingId, ClientId, WaitId};
use super::time::{Day, Time};

/// What a provider shows. `PUT practice` replaces all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// The name.
    #[cfg_attr(
        feature = "schema",
        schema(min_length = 1, max_length = 120, pattern = "\\S")
    )]
    pub name: String,
    /// Such as "LMFT".
    #[cfg_attr(feature = "schema", schema(max_length = 60))]
    pub credentials: String,
    /// The National Provider Identifier, ten digits with their check digit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(pattern = "^[12][0-9]{9}$"))]
    pub npi: Option<String>,
    /// What they say about their work.
    #[cfg_attr(feature = "schema", schema(max_length = 4_000))]
    pub about: String,
    /// Which visits.
    #[cfg_attr(feature = "schema", schema(max_items = 2))]
    pub services: Vec<Service>,
    /// In which formats.
    #[cfg_attr(feature = "schema", schema(max_items = 2))]
    pub formats: Vec<Format>,
    /// What they know well.
    #[cfg_attr(feature = "schema", schema(max_items = 60))]
    pub specialties: Vec<String>,
    /// How they work.
    #[cfg_attr(feature = "schema", schema(max_items = 24))]
    pub modalities: Vec<String>,
    /// In which languages.
    #[cfg_attr(feature = "schema", schema(max_items = 40))]
    pub languages: Vec<String>,
    /// Where visits happen in person.
    #[cfg_attr(feature = "schema", schema(max_items = 20))]
    pub places: Vec<Place>,
    /// The fee of a visit, in cents.
    #[cfg_attr(feature = "schema", schema(maximum = 1_000_000))]
    pub fee_cents: u32,
    /// The lowest fee of the sliding scale, in cents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(maximum = 1_000_000))]
    pub sliding_low_cents: Option<u32>,
    /// If they want to say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 40))]
    pub gender: Option<String>,
    /// If they want to say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 40))]
    pub age_band: Option<String>,
    /// For how many years.
    #[cfg_attr(feature = "schema", schema(maximum = 80))]
    pub years: u8,
    /// Whether new couples or people are taken.
    pub accepting: bool,
    /// Whether the provider answers each request, instead of booking at once.
    pub on_request: bool,
    /// The key to which notes are sealed (X-Wing, 1,216 bytes).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealing_key: Option<Bytes>,
    /// Counts the sealing keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealing_generation: Option<u32>,
    /// The key that signs quotes (Ed25519, 32 bytes).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_key: Option<Bytes>,
}

/// Where a listing stands with the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PracticeState {
    /// Being written.
    Draft,
    /// Awaiting the operator.
    Pending,
    /// In the directory.
    Verified,
    /// The operator said no; `reason` says why.
    Refused,
    /// Taken out by the provider.
    Withdrawn,
}

/// How well a listing is shown to be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// Shown lately.
    Fresh,
    /// Soon to leave the results.
    Fading,
    /// Out of the results until shown again.
    Gone,
}

/// When a listing was shown to be true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Proof {
    /// The provider said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<Time>,
    /// The provider's calendar was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar_at: Option<Time>,
    /// The newest of all, visits booked or kept included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proven_at: Option<Time>,
    /// When it leaves the results if nothing happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_until: Option<Time>,
    /// How it stands.
    pub state: Freshness,
}

/// Time that a calendar blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Blocked {
    /// From when.
    pub from: Time,
    /// Until when.
    pub to: Time,
}

/// A line of a calendar that was not understood; what can still be known blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BusyTrouble {
    /// Which line, counted from 1.
    pub line: u32,
    /// Why, as a stable word; nothing of the line itself.
    pub reason: String,
}

/// A calendar that blocks time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Busy {
    /// The address it is read from; absent for a text that was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// When it was last read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Time>,
    /// Why the last reading failed, as a problem's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// How many events were understood.
    pub events: u32,
    /// What it blocks from now on.
    pub blocked: Vec<Blocked>,
    /// What was not understood.
    pub troubles: Vec<BusyTrouble>,
}

/// Says where the busy times are. Exactly one of the two, or neither to take it away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BusyPut {
    /// An iCalendar text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// An https address of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 2_000))]
    pub address: Option<String>,
}

/// Replaces the licences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LicencesPut {
    /// All of them.
    #[cfg_attr(feature = "schema", schema(max_items = 60))]
    pub licences: Vec<Licence>,
}

/// Replaces the plans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PlansPut {
    /// All of them.
    #[cfg_attr(feature = "schema", schema(max_items = 500))]
    pub plans: Vec<Acceptance>,
}

/// Replaces the quotes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuotesPut {
    /// All of them, signed on the provider's device.
    #[cfg_attr(feature = "schema", schema(max_items = 200))]
    pub quotes: Vec<Quote>,
}

/// A provider's own listing, with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Practice {
    /// The provider.
    pub id: u32,
    /// Where it stands.
    pub state: PracticeState,
    /// Why the operator said no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Since when it stands so.
    pub state_at: Time,
    /// Counts the changes; also the ETag.
    pub version: u64,
    /// What is shown.
    pub listing: Listing,
    /// The licences.
    pub licences: Vec<Licence>,
    /// Which plans are taken where.
    pub plans: Vec<Acceptance>,
    /// The prices.
    pub quotes: Vec<Quote>,
    /// The hours, once they were said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// The calendars that block time.
    pub busy: Vec<Busy>,
    /// How well it is shown to be true.
    pub proof: Proof,
    /// What is still missing before it can be submitted, as JSON pointers.
    pub missing: Vec<String>,
    /// Whether this account is also an operator.
    pub operator: bool,
}

/// A listing as people will see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Preview {
    /// The listing.
    pub provider: Provider,
    /// The times of the next 14 days.
    pub slots: Vec<Slot>,
}

/// What one client told the provider, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SealedNote {
    /// `a` for who held the time, `b` for the partner.
    pub from: String,
    /// The sealed note.
    pub sealed: Bytes,
}

/// A booking as its provider sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PracticeBooking {
    /// The booking.
    pub id: BookingId,
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
    /// In which states the clients are, the holder's first.
    pub states: Vec<String>,
    /// Where it stands.
    pub standing: Standing,
    /// If it waits for somebody: until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// Counts the changes.
    pub sequence: u32,
    /// Whether a partner is part of it.
    pub with_partner: bool,
    /// The clients' pseudonyms, the holder's first; none for a visit put in by the provider.
    pub clients: Vec<ClientId>,
    /// Whether it was put in over another one, knowingly.
    pub overbooked: bool,
    /// The price that was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// What the clients told, each sealed by who wrote it.
    pub notes: Vec<SealedNote>,
    /// The first booking of the line, before any move; notes are sealed for it.
    pub root: BookingId,
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
pub struct PracticeBookingList {
    /// In the order of their start.
    pub bookings: Vec<PracticeBooking>,
    /// What to send as `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Somebody who waits for a time. Nobody is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Waiting {
    /// The entry.
    pub id: WaitId,
    /// Since when.
    pub since: Time,
    /// How the visit would happen.
    pub format: Format,
    /// For whom it would be.
    pub service: Service,
    /// For how many minutes.
    pub minutes: u32,
    /// When they can; any time if empty.
    pub windows: Vec<Window>,
    /// Whether a time is held for them now.
    pub offered: bool,
}

/// Who waits, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WaitingList {
    /// The entries.
    pub waiting: Vec<Waiting>,
}

/// Puts a visit in, over others if need be. It is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Overbook {
    /// When it begins.
    pub start: Time,
    /// For how many minutes.
    #[cfg_attr(feature = "schema", schema(minimum = 5, maximum = 480))]
    pub minutes: u32,
    /// How it happens.
    pub format: Format,
    /// For whom it is.
    pub service: Service,
    /// The pseudonym of a client with a past or open visit here, if it is for one: they are offered
    /// the time, and nothing is booked before they accept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// Why; kept in the audit.
    #[cfg_attr(
        feature = "schema",
        schema(min_length = 1, max_length = 280, pattern = "\\S")
    )]
    pub why: String,
}

/// One act that was written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Counts the entries.
    pub number: u64,
    /// On which day; nothing finer is kept (O-2).
    pub day: Day,
    /// What was done, as a stable word.
    pub what: String,
    /// To which provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<u32>,
    /// To which booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<BookingId>,
    /// The reason that was given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// A page of acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Audit {
    /// The newest first.
    pub entries: Vec<AuditEntry>,
    /// What to send as `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
