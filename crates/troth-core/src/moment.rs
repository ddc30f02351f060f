//! When something happened, as the person's own clock and wall told it.
//!
//! This crate links no clock. Every moment arrives from the rim of the program.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The present, handed in by whoever asks for a decision or a view.
///
/// ```
/// use troth_core::Moment;
///
/// let now = Moment::new("2026-12-01T17:00:00Z".parse()?, "Europe/Vienna");
///
/// assert_eq!(now.local().to_string(), "2026-12-01T18:00:00");
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub at: Timestamp,
    /// The IANA name of the person's time zone, such as `Europe/Vienna`.
    pub zone: String,
}

impl Moment {
    /// Puts an instant and the name of a time zone together.
    #[must_use]
    pub fn new(at: Timestamp, zone: impl Into<String>) -> Self {
        Self {
            at,
            zone: zone.into(),
        }
    }

    /// Reads the wall clock at this moment; UTC where the zone is not known.
    #[must_use]
    pub fn local(&self) -> DateTime {
        zoned(self.at, &self.zone).datetime()
    }
}

/// When an author says that they wrote an entry.
///
/// It is a claim of the author's device, kept beside the minute at which the server received the
/// entry. Milliseconds are the finest grain that is stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Written {
    /// The instant by the author's clock.
    pub at: Timestamp,
    /// The IANA name of the author's time zone.
    pub zone: String,
}

impl Written {
    /// Reads the author's wall clock; UTC where the zone is not known.
    #[must_use]
    pub fn local(&self) -> DateTime {
        zoned(self.at, &self.zone).datetime()
    }
}

impl From<&Moment> for Written {
    fn from(now: &Moment) -> Self {
        let at = Timestamp::from_millisecond(now.at.as_millisecond()).unwrap_or(now.at);
        Self {
            at,
            zone: now.zone.clone(),
        }
    }
}

/// Looks a time zone up by its IANA name.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// Shows an instant on the wall clock of a zone, or in UTC where the zone is not known.
pub(crate) fn zoned(at: Timestamp, name: &str) -> Zoned {
    at.to_zoned(zone(name).unwrap_or(TimeZone::UTC))
}
