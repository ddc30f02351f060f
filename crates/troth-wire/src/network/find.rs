//! Finding a provider: the question and the answer of `POST match`.
//!
//! A device can do the same by itself over the shards, and then nothing is sent. The fields are
//! those of `troth_match::Query`; `docs/protocol/shards.md` says how they count.

use serde::{Deserialize, Serialize};

use super::booking::{Format, Window};
use super::time::{Degrees, Time};

/// A place to be near to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Near {
    /// Latitude.
    #[cfg_attr(feature = "schema", schema(minimum = -90.0, maximum = 90.0))]
    pub lat: Degrees,
    /// Longitude.
    pub lon: Degrees,
}

/// Whom one looks for. Holds nothing about who asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MatchQuery {
    /// One state, or the two in which partners are at the time of the visit; the first is that
    /// of the person whose plan is used.
    #[cfg_attr(
        feature = "schema",
        schema(min_items = 1, max_items = 2, pattern = "^[A-Z]{2}$")
    )]
    pub states: Vec<String>,
    /// The plan by its name; absent or null to pay oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 80))]
    pub plan: Option<String>,
    /// A visit of two; true if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub couples: Option<bool>,
    /// `video` (if absent), `in_person` or `any`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(pattern = "^(video|in_person|any)$"))]
    pub format: Option<String>,
    /// Free within so many hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 336))]
    pub within_hours: Option<u32>,
    /// Free within one of these times, at which both can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_items = 100))]
    pub windows: Option<Vec<Window>>,
    /// Only evenings, in `zone`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evenings: Option<bool>,
    /// The zone (IANA) in which evenings are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 60))]
    pub zone: Option<String>,
    /// Any of these counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_items = 60))]
    pub specialties: Option<Vec<String>>,
    /// Any of these counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_items = 24))]
    pub modalities: Option<Vec<String>>,
    /// The language it must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 40))]
    pub language: Option<String>,
    /// The gender one prefers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 40))]
    pub gender: Option<String>,
    /// Whether it must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender_required: Option<bool>,
    /// The age one prefers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(max_length = 40))]
    pub age_band: Option<String>,
    /// Whether it must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_band_required: Option<bool>,
    /// Where in-person visits should be near to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<Near>,
    /// How far away at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 500))]
    pub miles: Option<u16>,
    /// The highest fee, in cents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(maximum = 1_000_000))]
    pub max_fee_cents: Option<u32>,
    /// How many at most; 20 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 100))]
    pub limit: Option<u16>,
}

/// Why somebody was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Reason {
    /// A stable word, such as `specialty` or `free_within_day`.
    pub code: String,
    /// What of it, such as the specialty's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The points it gave.
    pub points: u32,
}

/// What was wished and does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Misfit {
    /// A stable word, such as `specialty` or `gender`.
    pub code: String,
    /// What of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// A provider who fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Found {
    /// The provider.
    pub id: u32,
    /// The name.
    pub name: String,
    /// Such as "LMFT".
    pub credentials: String,
    /// For how many years.
    pub years: u8,
    /// The fee of a visit, in cents.
    pub fee_cents: u32,
    /// The lowest fee of the sliding scale, in cents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sliding_low_cents: Option<u32>,
    /// In which formats.
    pub formats: Vec<Format>,
    /// Whether visits can be booked here.
    pub bookable: bool,
    /// The score: higher is shown first, equal ones by id.
    pub score: u32,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What does not fit.
    pub misfits: Vec<Misfit>,
    /// The first times that fit.
    pub first_slots: Vec<Time>,
}

/// What one filter less would give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Relaxation {
    /// The filter, by the name of its field.
    pub filter: String,
    /// How many providers there would be.
    pub gives: u32,
}

/// Who was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MatchAnswer {
    /// The best first.
    pub found: Vec<Found>,
    /// If few or none fit: which filter to relax, and what that gives.
    pub relaxations: Vec<Relaxation>,
    /// The publication that was searched.
    pub serial: u64,
}
