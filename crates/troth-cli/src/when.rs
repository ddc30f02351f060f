//! Dates and times as people read and type them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::failure::Failure;

/// Reads a date such as `2026-12-01`.
///
/// # Errors
///
/// The text is not a date of the calendar.
pub(crate) fn date(text: &str) -> Result<Date, Failure> {
    text.parse()
        .map_err(|_| Failure::usage(format!("{text} is not a date; write it like 2026-12-01")))
}

/// Shows an instant on the wall clock of a zone, to the minute.
pub(crate) fn minute(at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Shows an instant on the wall clock of a zone, to the minute, with how far that clock is from UTC.
///
/// Without that, an hour that comes twice would seem to end when it begins.
pub(crate) fn minute_and_offset(at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%Y-%m-%d %H:%M %:z").to_string()
}

/// Shows an instant on the wall clock of a zone, as the day alone.
pub(crate) fn day(at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_and_a_wrong_one_says_how_to_write_it() {
        assert_eq!(date("2026-12-01"), Ok(jiff::civil::date(2026, 12, 1)));
        assert!(
            date("1.12.2026")
                .unwrap_err()
                .message()
                .contains("like 2026-12-01")
        );
        assert!(date("2026-02-30").is_err());
    }

    #[test]
    fn an_instant_is_shown_on_the_wall_clock_of_its_zone() {
        let at: Timestamp = "2026-12-01T17:00:00Z".parse().unwrap();

        assert_eq!(minute(at, "Europe/Vienna"), "2026-12-01 18:00");
        let offset = minute_and_offset(at, "Europe/Vienna");
        assert_eq!(offset, "2026-12-01 18:00 +01:00");
        assert_eq!(day(at, "Pacific/Auckland"), "2026-12-02");
        assert_eq!(minute(at, "Nowhere/Land"), "2026-12-01 17:00");
    }
}
