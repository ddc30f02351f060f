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
            let code = self.column(at);
            (!code.is_empty()).then(|| Taxonomy {
                code,
                licence: self.column(at + 1),
                state: self.column(at + 2),
                is_primary: self.column(at + 3) == "Y",
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

    /// The registered sex: `M`, `F` or empty.
    #[must_use]
    pub fn sex(&self) -> &str {
        self.column(41)
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

/// Reads a date as NPPES writes it, `MM/DD/YYYY`.
#[must_use]
pub fn date(text: &str) -> Option<Day> {
    let mut parts = text.split('/');
    let mut number = |digits: usize| {
        let part = parts.next().filter(|part| part.len() == digits)?;
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| digits)
    };
    let (month, day, year) = (number(2)?, number(2)?, number(4)?);
    Day::from_civil(year, month, day).filter(|_| parts.next().is_none())
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
    fn dates_are_american_and_real() {
        assert_eq!(date("05/27/2005"), Day::from_civil(2005, 5, 27));
        for text in [
            "",
            "5/27/2005",
            "27/05/2005",
            "02/30/2005",
            "05/27/2005/",
            "05-27-2005",
            "+5/27/2005",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
