//! Names of time zones as Windows, Outlook and Exchange write them.
//!
//! The table beside this file holds the names of Unicode CLDR's `windowsZones` and of older Exchange
//! servers with the IANA zone that each means, as collected in the `calcard` crate (Apache-2.0 or
//! MIT); one a line, sorted by bytes.

use alloc::vec::Vec;

/// The names that are not IANA's.
const TABLE: &str = include_str!("windows.txt");

/// Short names of American and European zones that the IANA database does not know.
const SHORT: [(&str, &str); 14] = [
    ("AKDT", "America/Anchorage"),
    ("AKST", "America/Anchorage"),
    ("BST", "Europe/London"),
    ("CDT", "America/Chicago"),
    ("CEST", "Europe/Paris"),
    ("CST", "America/Chicago"),
    ("EDT", "America/New_York"),
    ("EEST", "Europe/Helsinki"),
    ("IST", "Asia/Kolkata"),
    ("JST", "Asia/Tokyo"),
    ("MDT", "America/Denver"),
    ("PDT", "America/Los_Angeles"),
    ("PST", "America/Los_Angeles"),
    ("WEST", "Europe/Lisbon"),
];

/// The table, ready to be searched.
#[derive(Debug)]
pub(super) struct ZoneNames(Vec<(&'static str, &'static str)>);

impl ZoneNames {
    /// Reads the table.
    pub(super) fn new() -> Self {
        Self(
            TABLE
                .lines()
                .filter_map(|line| line.split_once('\t'))
                .collect(),
        )
    }

    /// The IANA zone that a name means; the table is in order, but people are not careful with capitals.
    pub(super) fn iana(&self, name: &str) -> Option<&'static str> {
        if let Ok(place) = self.0.binary_search_by_key(&name, |(name, _)| name) {
            return self.0.get(place).map(|(_, iana)| *iana);
        }
        let mut all = self.0.iter().chain(&SHORT);
        all.find(|(one, _)| one.eq_ignore_ascii_case(name))
            .map(|(_, iana)| *iana)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_means_a_zone_that_is_known() {
        let names = ZoneNames::new();
        assert!(names.0.len() > 300);
        for (name, iana) in &names.0 {
            assert_eq!(names.iana(name), Some(*iana), "{name}");
            assert!(jiff::tz::TimeZone::get(iana).is_ok(), "{name} {iana}");
        }
        assert_eq!(
            names.iana("Eastern Standard Time"),
            Some("America/New_York")
        );
    }
}
