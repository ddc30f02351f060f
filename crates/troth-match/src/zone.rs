//! Where a local evening lies in UTC: the one thing a query needs of time zones.

use crate::time::Minute;

/// Knows how far local time is ahead of UTC.
///
/// The browser answers through `Intl`, native code through the bundled tables
/// (`Bundled`, feature `zones`).
pub trait Zones {
    /// Tells by how many minutes the clocks of an IANA zone are ahead of UTC at an instant;
    /// `None` if the zone is not known.
    fn ahead(&self, zone: &str, at: Minute) -> Option<i32>;
}

/// Knows no zone but UTC.
#[derive(Debug, Clone, Copy, Default)]
pub struct OnlyUtc;

impl Zones for OnlyUtc {
    fn ahead(&self, zone: &str, _at: Minute) -> Option<i32> {
        (zone == "UTC").then_some(0)
    }
}

impl<F: Fn(&str, Minute) -> Option<i32>> Zones for F {
    fn ahead(&self, zone: &str, at: Minute) -> Option<i32> {
        self(zone, at)
    }
}

/// Knows every zone of the tables bundled with jiff.
#[cfg(feature = "zones")]
#[derive(Debug, Clone, Copy, Default)]
pub struct Bundled;

#[cfg(feature = "zones")]
impl Zones for Bundled {
    fn ahead(&self, zone: &str, at: Minute) -> Option<i32> {
        let instant = jiff::Timestamp::from_second(i64::from(at.0) * 60).ok()?;
        let zone = jiff::tz::TimeZone::get(zone).ok()?;
        Some(zone.to_offset(instant).seconds().div_euclid(60))
    }
}
