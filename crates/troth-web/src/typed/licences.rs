//! Licences as typed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use troth_wire::network::{Day, Licence};

use super::{Reader, Why, Wrong, at};

/// A licence as typed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct LicenceTyped {
    /// The state by its postal code.
    pub state: String,
    /// The number as the board writes it.
    pub number: String,
    /// The last day on which it is good.
    pub expires: String,
}

/// All licences as typed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct LicencesTyped {
    /// One a line.
    pub rows: Vec<LicenceTyped>,
}

impl LicencesTyped {
    /// Shows licences as they would be typed; where there is none, one empty line.
    #[must_use]
    pub fn of(licences: &[Licence]) -> Self {
        let mut rows: Vec<_> = licences
            .iter()
            .map(|licence| LicenceTyped {
                state: licence.state.clone(),
                number: licence.number.clone(),
                expires: licence.expires.to_string(),
            })
            .collect();
        if rows.is_empty() {
            rows.push(LicenceTyped::default());
        }
        Self { rows }
    }

    /// Reads the licences. One that has ended is told, since nobody could be seen under it.
    ///
    /// # Errors
    ///
    /// Every field that cannot be used yet.
    pub fn read(&self, today: Date) -> Result<Vec<Licence>, Vec<Wrong>> {
        let mut reader = Reader::default();
        let mut licences: Vec<Licence> = Vec::with_capacity(self.rows.len());
        for (row, typed) in self.rows.iter().enumerate() {
            let state = reader.words(&at("state", row), &typed.state, 2);
            if licences.iter().any(|one| one.state == state) {
                reader.say(&at("state", row), Why::Twice);
            }
            let number = reader.words(&at("number", row), &typed.number, 40);
            let field = at("expires", row);
            let expires = reader.day(&field, &typed.expires);
            if expires != Date::ZERO && expires < today {
                reader.say(&field, Why::Past);
            }
            licences.push(Licence {
                state,
                number,
                expires: Day::of_date(expires).unwrap_or_default(),
            });
        }
        reader.end(licences)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(state: &str, number: &str, expires: &str) -> LicenceTyped {
        LicenceTyped {
            state: state.into(),
            number: number.into(),
            expires: expires.into(),
        }
    }

    fn today() -> Date {
        Date::constant(2026, 11, 22)
    }

    #[test]
    fn what_is_read_is_shown_as_it_was_typed() {
        let typed = LicencesTyped {
            rows: vec![
                row("CA", "LMFT 12345", "2027-03-31"),
                row("NV", "0042", "2026-11-22"),
            ],
        };
        let licences = typed.read(today()).unwrap();
        assert_eq!(LicencesTyped::of(&licences), typed);
    }

    #[test]
    fn a_licence_that_has_ended_is_told_at_its_day() {
        let typed = LicencesTyped {
            rows: vec![row("CA", "1", "2026-11-21")],
        };
        let wrong = typed.read(today()).unwrap_err();
        assert_eq!(
            wrong,
            [Wrong {
                field: "expires-0".into(),
                why: Why::Past
            }]
        );
    }

    #[test]
    fn an_empty_line_is_told_field_by_field_and_a_state_stands_once() {
        let typed = LicencesTyped {
            rows: vec![row("CA", "1", "2027-01-01"), row("CA", "", "soon")],
        };
        let wrong: Vec<_> = typed
            .read(today())
            .unwrap_err()
            .into_iter()
            .map(|wrong| (wrong.field, wrong.why))
            .collect();
        let expected = [
            ("state-1".to_owned(), Why::Twice),
            ("number-1".to_owned(), Why::Missing),
            ("expires-1".to_owned(), Why::Day),
        ];
        assert_eq!(wrong, expected);
    }
}
