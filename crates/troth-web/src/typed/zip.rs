//! ZIP codes: where on the ground one lies, from a table that is served with the app.
//!
//! A place is reckoned from the middle of its ZIP code's area: fine enough to say how far away it is, and never a
//! street. The table is `public/zip.txt`; it is fetched from this server when a place is written, and asked here.

use serde::{Deserialize, Serialize};

/// A point in hundredths of a degree, about a kilometre; nothing finer is kept (T-7).
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Spot {
    /// Degrees north.
    pub lat: i16,
    /// Degrees east; west is below zero.
    pub lon: i16,
}

/// Whether these are the five digits of a ZIP code.
#[must_use]
pub fn is_zip(typed: &str) -> bool {
    typed.len() == 5 && typed.bytes().all(|it| it.is_ascii_digit())
}

/// Finds the middle of a ZIP code's area in the table; `None` where it has no area, as a box at a post office.
#[must_use]
pub fn find_spot(table: &str, zip: &str) -> Option<Spot> {
    if !is_zip(zip) {
        return None;
    }
    let line = table
        .lines()
        .find_map(|line| line.strip_prefix(zip)?.strip_prefix(' '))?;
    let (lat, lon) = line.split_once(' ')?;
    Some(Spot {
        lat: lat.parse().ok()?,
        lon: lon.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = include_str!("../../public/zip.txt");

    #[test]
    fn a_zip_code_is_found_in_the_middle_of_its_area() {
        let reno = Spot {
            lat: 3953,
            lon: -11981,
        };
        assert_eq!(find_spot(TABLE, "89501"), Some(reno));
    }

    #[test]
    fn what_is_no_zip_code_is_nowhere() {
        for typed in ["", "8950", "89501 ", "Reno!", "# The", "00000"] {
            assert_eq!(find_spot(TABLE, typed), None, "{typed:?}");
        }
    }

    #[test]
    fn every_line_of_the_table_is_read_and_lies_where_the_states_are() {
        let lines: Vec<_> = TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert!(lines.len() > 33_000);
        for line in lines {
            let mut parts = line.split(' ');
            assert!(parts.next().is_some_and(is_zip), "{line}");
            let mut degrees = || parts.next().unwrap().parse::<i16>().unwrap();
            let (lat, lon) = (degrees(), degrees());
            // From Samoa to Alaska, and from Puerto Rico over the line of dates to Guam.
            assert!((-1_500..=7_200).contains(&lat), "{line}");
            let is_west = (-18_000..=-6_400).contains(&lon);
            assert!(is_west || (14_400..=14_600).contains(&lon), "{line}");
        }
    }
}
