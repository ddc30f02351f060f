//! What a therapist types, as typed: words on their way to a value, and what is wrong with them.
//!
//! Every form of the screens has its plain value here, with a `read` that gives what goes to the server or names every
//! field that cannot be used yet. Nothing here draws anything, so that all of it is tested without a browser.

pub mod hours;
pub mod licences;
pub mod listing;
pub mod plans;
pub mod prices;
pub mod zip;

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};

/// One field that cannot be used yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wrong {
    /// The field's id on the screen.
    pub field: String,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Why {
    /// Nothing is typed.
    Missing,
    /// More than the place holds.
    TooLong,
    /// Nothing is chosen.
    NoneChosen,
    /// An NPI has ten digits.
    NpiLength,
    /// The last digit of the NPI does not follow from the others.
    NpiCheck,
    /// Not an amount of money.
    Money,
    /// The lower fee lies above the fee.
    AboveFee,
    /// Not a whole number, or one out of reach.
    Number,
    /// Not a day.
    Day,
    /// A day that has passed.
    Past,
    /// Not a time of day.
    Time,
    /// It ends before it begins.
    Backwards,
    /// Two spans of one day overlap.
    Overlap,
    /// The same line stands twice.
    Twice,
    /// Not a time zone.
    Zone,
    /// Not on a quarter of an hour.
    Quarter,
    /// Visits in person need a place.
    Place,
    /// Not a ZIP code with an area.
    Zip,
    /// The server could not use it.
    Refused,
}

/// The field id of one row's field.
#[must_use]
pub fn at(name: &str, row: usize) -> String {
    format!("{name}-{row}")
}

/// Reads fields one by one and collects what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    wrong: Vec<Wrong>,
}

impl Reader {
    pub(crate) fn say(&mut self, field: &str, why: Why) {
        self.wrong.push(Wrong {
            field: field.to_owned(),
            why,
        });
    }

    /// Ends with the value, or with everything that is wrong.
    pub(crate) fn end<T>(self, value: T) -> Result<T, Vec<Wrong>> {
        if self.wrong.is_empty() {
            Ok(value)
        } else {
            Err(self.wrong)
        }
    }

    /// Reads words that must be there, of at most `most` characters.
    pub(crate) fn words(&mut self, field: &str, typed: &str, most: usize) -> String {
        if typed.trim().is_empty() {
            self.say(field, Why::Missing);
        }
        self.some_words(field, typed, most)
    }

    /// Reads words that may be missing.
    pub(crate) fn some_words(&mut self, field: &str, typed: &str, most: usize) -> String {
        let words = typed.trim();
        if words.chars().count() > most {
            self.say(field, Why::TooLong);
        }
        words.to_owned()
    }

    /// Reads the chosen names that `find` knows; at least one must be chosen.
    pub(crate) fn chosen<T>(
        &mut self,
        field: &str,
        names: &BTreeSet<String>,
        find: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let chosen: Vec<T> = names.iter().filter_map(|name| find(name)).collect();
        if chosen.is_empty() {
            self.say(field, Why::NoneChosen);
        }
        chosen
    }

    /// Reads an amount such as "180", "180.50" or "$1,200" in cents, of at most `most` cents.
    pub(crate) fn money(&mut self, field: &str, typed: &str, most: u32) -> Option<u32> {
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        let cents = cents(typed).filter(|cents| *cents <= most);
        if cents.is_none() {
            self.say(field, Why::Money);
        }
        cents
    }

    /// Reads a whole number in `range`.
    pub(crate) fn number(
        &mut self,
        field: &str,
        typed: &str,
        range: std::ops::RangeInclusive<u32>,
    ) -> u32 {
        let typed = typed.trim();
        if typed.is_empty() {
            self.say(field, Why::Missing);
            return 0;
        }
        match typed.parse::<u32>() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                self.say(field, Why::Number);
                0
            }
        }
    }

    /// Reads a day.
    pub(crate) fn day(&mut self, field: &str, typed: &str) -> Date {
        if typed.trim().is_empty() {
            self.say(field, Why::Missing);
            return Date::ZERO;
        }
        typed.trim().parse().unwrap_or_else(|_| {
            self.say(field, Why::Day);
            Date::ZERO
        })
    }

    /// Reads a time of day such as "09:00".
    pub(crate) fn time(&mut self, field: &str, typed: &str) -> Time {
        if typed.trim().is_empty() {
            self.say(field, Why::Missing);
            return Time::midnight();
        }
        typed.trim().parse().unwrap_or_else(|_| {
            self.say(field, Why::Time);
            Time::midnight()
        })
    }
}

/// Reads an amount of money in cents; at most 100,000 dollars.
#[must_use]
pub fn cents(typed: &str) -> Option<u32> {
    let plain: String = typed
        .trim()
        .trim_start_matches('$')
        .chars()
        .filter(|it| !matches!(it, ',' | ' '))
        .collect();
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |text: &str| text.chars().all(|it| it.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    let part = match part.len() {
        0 => 0,
        1 => part.parse::<u32>().ok()? * 10,
        _ => part.parse::<u32>().ok()?,
    };
    let cents = whole
        .parse::<u32>()
        .ok()?
        .checked_mul(100)?
        .checked_add(part)?;
    (cents <= 10_000_000).then_some(cents)
}

/// Writes an amount as a field shows it, such as "180" or "180.50".
#[must_use]
pub fn dollars(cents: u32) -> String {
    match (cents / 100, cents % 100) {
        (whole, 0) => whole.to_string(),
        (whole, part) => format!("{whole}.{part:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_people_write_it() {
        assert_eq!(cents("180"), Some(18_000));
        assert_eq!(cents(" $180.5 "), Some(18_050));
        assert_eq!(cents("1,200.05"), Some(120_005));
        for not_one in ["", "-1", "180.505", "about 180", "1e3", "99999999"] {
            assert_eq!(cents(not_one), None, "{not_one}");
        }
    }

    #[test]
    fn an_amount_is_shown_as_it_is_read() {
        for amount in [0, 5, 99, 100, 18_000, 18_050] {
            assert_eq!(cents(&dollars(amount)), Some(amount));
        }
    }
}
