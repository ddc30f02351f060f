//! When a provider works.

use serde::{Deserialize, Serialize};

use super::time::Day;

/// Hours of one weekday, in the provider's local civil time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WeeklyHours {
    /// 1 for Monday to 7 for Sunday.
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 7))]
    pub weekday: u8,
    /// From when, such as `09:00`.
    #[cfg_attr(
        feature = "schema",
        schema(pattern = "^([01][0-9]|2[0-3]):(00|15|30|45)$", example = "09:00")
    )]
    pub from: String,
    /// Until when, such as `17:00`; `24:00` for midnight.
    #[cfg_attr(
        feature = "schema",
        schema(
            pattern = "^(([01][0-9]|2[0-3]):(00|15|30|45)|24:00)$",
            example = "17:00"
        )
    )]
    pub to: String,
    /// Every so many weeks; every week if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 8))]
    pub every_weeks: Option<u8>,
    /// For `every_weeks`: a day of a week that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Day>,
}

/// A day that is not as usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HoursChange {
    /// The day.
    pub date: Day,
    /// True if there is no work on it; then no times are given.
    #[serde(default)]
    pub off: bool,
    /// Extra hours from when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schema(pattern = "^([01][0-9]|2[0-3]):(00|15|30|45)$")
    )]
    pub from: Option<String>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schema(pattern = "^(([01][0-9]|2[0-3]):(00|15|30|45)|24:00)$")
    )]
    pub to: Option<String>,
}

/// When a provider works, and how visits are cut out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The zone (IANA), such as `America/New_York`.
    #[cfg_attr(
        feature = "schema",
        schema(min_length = 1, max_length = 60, example = "America/New_York")
    )]
    pub zone: String,
    /// The usual week.
    #[cfg_attr(feature = "schema", schema(max_items = 100))]
    pub weekly: Vec<WeeklyHours>,
    /// Days that are not as usual.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(max_items = 400))]
    pub exceptions: Vec<HoursChange>,
    /// How long visits last, in minutes; the first is the usual one.
    #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 6))]
    pub minutes: Vec<u32>,
    /// Minutes kept free before a visit.
    #[cfg_attr(feature = "schema", schema(maximum = 240))]
    pub buffer_before: u32,
    /// Minutes kept free after a visit.
    #[cfg_attr(feature = "schema", schema(maximum = 240))]
    pub buffer_after: u32,
    /// The least notice, in minutes.
    #[cfg_attr(feature = "schema", schema(maximum = 43_200))]
    pub notice_minutes: u32,
    /// How far ahead visits are taken, in days.
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 366))]
    pub horizon_days: u32,
    /// Visits begin every 15, 30 or 60 minutes.
    pub step: u32,
}
