//! The operator's side: verifying listings, importing plans, the audit.

use serde::{Deserialize, Serialize};

use super::practice::{Audit, Practice};

/// A page of listings that await the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PendingList {
    /// The one that waits longest first.
    pub pending: Vec<Practice>,
    /// What to send as `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Says no to a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// Why, in words for the provider.
    #[cfg_attr(
        feature = "schema",
        schema(min_length = 1, max_length = 1_000, pattern = "\\S")
    )]
    pub reason: String,
}

/// A row of an import that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RejectedRow {
    /// Counted from 1, the header included.
    pub line: u64,
    /// Why, without a word of the row.
    pub reason: String,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ImportReport {
    /// Rows that were read, the header not counted.
    pub read: u64,
    /// New ones.
    pub added: u64,
    /// Known ones that changed.
    pub changed: u64,
    /// Known ones that did not.
    pub unchanged: u64,
    /// Those that were not taken, each with its reason; the first 1,000.
    pub rejected: Vec<RejectedRow>,
    /// How many were not taken in all.
    pub rejected_count: u64,
}

/// A page of what operators did.
pub type StewardAudit = Audit;
