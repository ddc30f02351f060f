//! One registered person or organization, with every column that was filled.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use troth_match::{Day, Npi};

/// A row of the main file: the columns that were not empty, by their place from 0.
///
/// Nothing of the row is lost: the columns not read here are kept all the same, and an
/// export gives them back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registered {
    /// The identifier.
    pub npi: Npi,
    /// A person or an organization.
    pub kind: Entity,
    /// The columns.
    pub columns: BTreeMap<u16, String>,
    /// The columns that NPPES did not have when this was written, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<String, String>,
}

/// What an identifier was given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entity {
    /// Entity type 1.
    Person,
    /// Entity type 2.
    Organization,
}

/// One of up to fifteen taxonomies of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taxonomy<'a> {
    /// NUCC's code.
    pub code: &'a str,
    /// The licence's number, empty if not given.
    pub licence: &'a str,
    /// The state of the licence, empty if not given.
    pub state: &'a str,
    /// Whether this is the main one.
    pub is_primary: bool,
}

/// The place where somebody practises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'a> {
    /// Street.
    pub first: &'a str,
    /// Suite and the like.
    pub second: &'a str,
    /// City.
    pub city: &'a str,
    /// State, by its postal code where it has one.
    pub state: &'a str,
    /// Postal code, five or nine digits.
    pub postal_code: &'a str,
    /// Telephone.
    pub telephone: &'a str,
}

impl Registered {
    /// Reads a column, empty if it was.
    #[must_use]
    pub fn column(&self, column: u16) -> &str {
        self.columns.get(&column).map_or("", String::as_str)
    }

    /// The name as people say it: in NPPES names are in capitals.
    #[must_use]
    pub fn name(&self) -> String {
        if self.kind == Entity::Organization {
            return self.column(4).to_owned();
        }
        let parts = [
            self.column(6),
            self.column(7),
            self.column(5),
            self.column(9),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(spoken)
            .collect();
        parts.join(" ")
    }

    /// The letters after the name, as registered.
    #[must_use]
    pub fn credentials(&self) -> &str {
        self.column(10)
    }

    /// The taxonomies in their order.
    pub fn taxonomies(&self) -> impl Iterator<Item = Taxonomy<'_>> {
        (0..15u16).filter_map(|number| {
            let at = 47 + number * 4;
            let code = self.column(at).trim();
            (!code.is_empty()).then(|| Taxonomy {
                code,
                licence: self.column(at + 1),
                state: self.column(at + 2).trim(),
                is_primary: self.column(at + 3).trim() == "Y",
            })
        })
    }

    /// Where the provider practises.
    #[must_use]
    pub fn practice(&self) -> Address<'_> {
        Address {
            first: self.column(28),
            second: self.column(29),
            city: self.column(30),
            state: self.column(31),
            postal_code: self.column(32),
            telephone: self.column(34),
        }
    }

    /// The registered sex: `M`, `F`, `X` or empty.
    #[must_use]
    pub fn sex(&self) -> &str {
        self.column(41).trim()
    }

    /// The day of registering.
    #[must_use]
    pub fn enumerated(&self) -> Option<Day> {
        date(self.column(36))
    }

    /// The day on which the row was last changed at the registry.
    #[must_use]
    pub fn updated(&self) -> Option<Day> {
        date(self.column(37))
    }
}

/// The day that spreadsheets count from, seen from 1970.
const SPREADSHEETS: u32 = 25_569;

/// Reads a date as NPPES writes it, `MM/DD/YYYY`, or as spreadsheets write the same day.
///
/// Those write `2024-03-11`, perhaps with midnight after it, `3/11/2024`, `3/11/24`,
/// `03-11-24`, `11-Mar-24`, or the day's own number, `45362`. The month always precedes the
/// day where both are numbers: the registry knows no other order.
#[must_use]
pub fn date(text: &str) -> Option<Day> {
    let text = text.trim();
    let before_time = |at: &usize| {
        text.as_bytes()
            .get(at.wrapping_sub(1))
            .is_some_and(u8::is_ascii_digit)
    };
    let time_at = text.find([' ', 'T']).filter(before_time);
    let (text, time) = time_at.map_or((text, ""), |at| text.split_at(at));
    let time = time.trim_start_matches([' ', 'T']);
    let time = time.strip_suffix("AM").map_or(time, str::trim_end);
    let hours = time.strip_prefix("12:").unwrap_or(time);
    if !hours.bytes().all(|sign| b"0:.Z".contains(&sign)) {
        return None;
    }
    let parts: Vec<&str> = text.split(['/', '-']).collect();
    match parts.as_slice() {
        [number] => by_number(number.strip_suffix(".0").unwrap_or(number)),
        [year, month, day] if year.len() == 4 => civil(year, number(month)?, day),
        [day, month, year] if month.len() == 3 => civil(year, month_of(month)?, day),
        [month, day, year] => civil(year, number(month)?, day),
        _ => None,
    }
}

/// Reads a day from its number in a spreadsheet, 2004 to 2119, or from eight digits.
fn by_number(text: &str) -> Option<Day> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match text.len() {
        8 => {
            let (year, rest) = text.split_at(4);
            let (month, day) = rest.split_at(2);
            civil(year, number(month)?, day)
        }
        5 => {
            let day: u32 = text.parse().ok()?;
            (38_000..80_000)
                .contains(&day)
                .then(|| Day(day - SPREADSHEETS))
        }
        _ => None,
    }
}

fn civil(year: &str, month: u8, day: &str) -> Option<Day> {
    let is_number = year.bytes().all(|byte| byte.is_ascii_digit());
    let written: u16 = year.parse().ok().filter(|_| is_number)?;
    let year = match year.len() {
        // The registry began in 2005.
        2 => 2_000 + written,
        4 => written,
        _ => return None,
    };
    Day::from_civil(year.into(), month.into(), number(day)?.into())
}

/// Reads a number of one or two digits.
fn number(text: &str) -> Option<u8> {
    let is_number = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

fn month_of(name: &str) -> Option<u8> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let name = name.to_ascii_lowercase();
    (1..).zip(MONTHS).find(|one| one.1 == name).map(|one| one.0)
}

/// Writes a name in capitals as people write names: `MC` and hyphens are minded.
fn spoken(name: &str) -> String {
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    let mut out = String::with_capacity(name.len());
    let mut begins = true;
    for letter in name.chars() {
        if begins {
            out.push(letter);
        } else {
            out.extend(letter.to_lowercase());
        }
        let after_mc = out.ends_with("Mc") && out.trim_end_matches("Mc").ends_with([' ', '-']);
        begins = !letter.is_alphabetic() || after_mc || out == "Mc";
    }
    // Numbers of a family are no words.
    match out.as_str() {
        "Ii" | "Iii" | "Iv" => name.to_owned(),
        _ => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_capitals_are_written_as_people_write_them() {
        for (registered, said) in [
            ("SMITH", "Smith"),
            ("MCDONALD", "McDonald"),
            ("SMITH-O'NEIL", "Smith-O'Neil"),
            ("MARY BETH", "Mary Beth"),
            ("de Boer", "de Boer"),
            ("III", "III"),
            ("JR.", "Jr."),
        ] {
            assert_eq!(spoken(registered), said);
        }
    }

    #[test]
    fn a_day_that_went_through_a_spreadsheet_is_the_same_day() {
        let day = Day::from_civil(2024, 3, 11);
        for text in [
            "03/11/2024",
            "3/11/2024",
            " 3/11/24 ",
            "03-11-24",
            "11-Mar-24",
            "11-MAR-2024",
            "2024-03-11",
            "2024-03-11 00:00:00",
            "2024-03-11T00:00:00.000Z",
            "3/11/2024 12:00:00 AM",
            "20240311",
            "45362",
            "45362.0",
        ] {
            assert_eq!(date(text), day, "{text}");
        }
    }

    #[test]
    fn dates_are_american_and_real() {
        assert_eq!(date("05/27/2005"), Day::from_civil(2005, 5, 27));
        for text in [
            "",
            "27/05/2005",
            "02/30/2005",
            "05/27/2005/",
            "05/27",
            "+5/27/2005",
            "05/27/205",
            "05/27/2005 13:00",
            "12345",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
