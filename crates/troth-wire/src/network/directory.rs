//! The directory: words, shards, providers, their times, reports, and how many are ghosts.

use serde::{Deserialize, Serialize};

use super::booking::{Format, Quote, Service};
use super::bytes::Bytes;
use super::time::{Day, Degrees, Time};

/// An answer that says nothing but "done".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Done {}

/// One word of a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Term {
    /// The stable word that the API uses.
    pub name: String,
    /// What people read, in English.
    pub label: String,
}

/// A plan in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Plan {
    /// The number that shards use.
    pub id: u16,
    /// The stable word that the API uses.
    pub name: String,
    /// What people read.
    pub label: String,
    /// The states in which it is sold; empty for all.
    pub states: Vec<String>,
}

/// Every word that requests may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Vocabulary {
    /// States and territories by their postal code.
    pub states: Vec<Term>,
    /// What providers know well.
    pub specialties: Vec<Term>,
    /// How they work.
    pub modalities: Vec<Term>,
    /// Languages, by ISO 639 code.
    pub languages: Vec<Term>,
    /// What providers may say about their gender.
    pub genders: Vec<Term>,
    /// What providers may say about their age.
    pub age_bands: Vec<Term>,
    /// Insurance plans.
    pub plans: Vec<Plan>,
}

/// What a shard's file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ShardKind {
    /// The index that names all others, signed.
    Index,
    /// Providers with their cards.
    Static,
    /// When they are free.
    Availability,
    /// What changed in the availability since the file before.
    Delta,
}

/// One immutable file for devices that match by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ShardFile {
    /// The state by its postal code; absent for the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// What it holds.
    pub kind: ShardKind,
    /// SHA-256 of the bytes, in hexadecimal.
    pub hash: String,
    /// The length without compression.
    pub bytes: u64,
    /// Where it lies on this server.
    pub path: String,
}

/// Every shard of the newest publication.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ShardList {
    /// Counts publications.
    pub serial: u64,
    /// When it was published.
    pub made: Time,
    /// The key that signs, as base64 of 32 bytes (Ed25519).
    pub key: Bytes,
    /// Where the signed index lies.
    pub index: String,
    /// The files.
    pub shards: Vec<ShardFile>,
}

/// A licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// The state by its postal code.
    #[cfg_attr(feature = "schema", schema(pattern = "^[A-Z]{2}$", example = "CA"))]
    pub state: String,
    /// The number as the board writes it.
    #[cfg_attr(
        feature = "schema",
        schema(min_length = 1, max_length = 40, pattern = "\\S")
    )]
    pub number: String,
    /// The last day on which it is good.
    pub expires: Day,
}

/// A place where visits happen in person, no finer than a hundredth of a degree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The state by its postal code.
    #[cfg_attr(feature = "schema", schema(pattern = "^[A-Z]{2}$", example = "CA"))]
    pub state: String,
    /// The city.
    #[cfg_attr(
        feature = "schema",
        schema(min_length = 1, max_length = 80, pattern = "\\S")
    )]
    pub city: String,
    /// Latitude.
    #[cfg_attr(feature = "schema", schema(minimum = -90.0, maximum = 90.0))]
    pub lat: Degrees,
    /// Longitude.
    pub lon: Degrees,
}

/// That a plan is taken in a state, in these formats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The plan by its name; absent or null if people pay themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 80))]
    pub plan: Option<String>,
    /// The state by its postal code.
    #[cfg_attr(feature = "schema", schema(pattern = "^[A-Z]{2}$", example = "CA"))]
    pub state: String,
    /// In which formats.
    #[cfg_attr(feature = "schema", schema(max_items = 2))]
    pub formats: Vec<Format>,
    /// When this was last shown to be true; the server's word, ignored in requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proven_at: Option<Time>,
}

/// A provider in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProviderCard {
    /// The provider.
    pub id: u32,
    /// The name.
    pub name: String,
    /// Such as "LMFT".
    pub credentials: String,
    /// The states of the licences.
    pub states: Vec<String>,
    /// Whether new couples or people are taken.
    pub accepting: bool,
    /// Whether visits can be booked here.
    pub bookable: bool,
}

/// A page of providers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProviderList {
    /// In rising order of ids.
    pub providers: Vec<ProviderCard>,
    /// What to send as `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A provider as everybody sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Provider {
    /// The provider.
    pub id: u32,
    /// The National Provider Identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub npi: Option<String>,
    /// The name.
    pub name: String,
    /// Such as "LMFT".
    pub credentials: String,
    /// What they say about their work.
    pub about: String,
    /// Licences that are good today.
    pub licences: Vec<Licence>,
    /// Where visits happen in person.
    pub places: Vec<Place>,
    /// Which visits.
    pub services: Vec<Service>,
    /// In which formats.
    pub formats: Vec<Format>,
    /// What they know well.
    pub specialties: Vec<String>,
    /// How they work.
    pub modalities: Vec<String>,
    /// In which languages.
    pub languages: Vec<String>,
    /// If they said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// If they said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_band: Option<String>,
    /// The fee of a visit, in cents.
    pub fee_cents: u32,
    /// The lowest fee of the sliding scale, in cents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sliding_low_cents: Option<u32>,
    /// For how many years.
    pub years: u8,
    /// Whether new couples or people are taken.
    pub accepting: bool,
    /// Whether visits can be booked here.
    pub bookable: bool,
    /// Whether the provider answers each request, within 48 hours.
    pub on_request: bool,
    /// Which plans are taken where, and since when that is known.
    pub plans: Vec<Acceptance>,
    /// How long visits last, in minutes.
    pub minutes: Vec<u32>,
    /// The zone in which they work (IANA).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The key to which notes are sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealing_key: Option<Bytes>,
    /// Counts the sealing keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealing_generation: Option<u32>,
    /// The key that signs quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_key: Option<Bytes>,
    /// What visits cost, signed.
    pub quotes: Vec<Quote>,
}

/// A time that a provider offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Slot {
    /// When it begins.
    pub start: Time,
    /// For how many minutes.
    pub minutes: u32,
}

/// Times that a provider offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SlotList {
    /// In rising order.
    pub slots: Vec<Slot>,
    /// Whether the provider's own calendar was read lately; if not, a time may turn out taken.
    pub verified: bool,
    /// What to send as `from` for more; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Time>,
}

/// What a person met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// Nobody answers.
    NoAnswer,
    /// No new people are taken.
    NotAccepting,
    /// The plan is not taken.
    PlanNotTaken,
    /// No longer at this place or in this state.
    NotThere,
    /// Retired, moved or closed.
    Closed,
    /// Something else is wrong.
    Wrong,
}

/// That a listing is not what it says. One tap; nobody is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The provider.
    pub provider: u32,
    /// What was met.
    pub what: ReportKind,
    /// For [`ReportKind::PlanNotTaken`], which plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 80))]
    pub plan: Option<String>,
}

/// How many listings are ghosts: listed, but not to be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Ghosts {
    /// Listings in the results today.
    pub listed: u32,
    /// Verified listings that have left the results because nothing shows them true.
    pub stale: u32,
    /// Tries of the last 90 days whose end is known.
    pub attempts: u64,
    /// Those that met nobody.
    pub ghosts: u64,
    /// Their share, in thousandths; absent while nobody has tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_permille: Option<u16>,
    /// The lower end of its 95 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_permille: Option<u16>,
    /// The upper end of its 95 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_permille: Option<u16>,
    /// When this was counted.
    pub counted: Time,
}
