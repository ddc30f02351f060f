//! National Provider Identifiers: ten digits of which the last checks the others.
//!
//! The rule is CMS's *Requirements for National Provider Identifier (NPI) and NPI Check
//! Digit*: the Luhn sum (ISO/IEC 7812-1) over `80840` followed by the ten digits ends in
//! zero, and the first digit is 1 or 2.

use core::fmt;
use core::str::FromStr;

/// What the card-issuer prefix `80840` adds to every Luhn sum.
const PREFIX_SUM: u64 = 24;

/// The smallest number of ten digits that may be an identifier.
const FIRST: u64 = 1_000_000_000;

/// The first number of ten digits that may not.
const END: u64 = 3_000_000_000;

/// A National Provider Identifier whose check digit is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Npi(u64);

/// Why a number is no National Provider Identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NpiError {
    /// Not ten digits.
    Length,
    /// The first digit is neither 1 nor 2.
    FirstDigit,
    /// The check digit does not fit the other nine.
    CheckDigit,
}

impl fmt::Display for NpiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "an identifier has ten digits",
            Self::FirstDigit => "an identifier begins with 1 or 2",
            Self::CheckDigit => "the check digit does not fit the other digits",
        })
    }
}

impl core::error::Error for NpiError {}

impl Npi {
    /// Checks a number.
    ///
    /// # Errors
    ///
    /// The number is outside the range of identifiers, or its last digit is not the one
    /// that the others give.
    pub fn new(number: u64) -> Result<Self, NpiError> {
        if !(FIRST..10 * FIRST).contains(&number) {
            return Err(NpiError::Length);
        }
        if number >= END {
            return Err(NpiError::FirstDigit);
        }
        let stem = number / 10;
        if check_digit(stem) == number % 10 {
            Ok(Self(number))
        } else {
            Err(NpiError::CheckDigit)
        }
    }

    /// Makes the identifier that begins with nine digits, 100,000,000 to 299,999,999.
    ///
    /// # Errors
    ///
    /// [`NpiError::Length`] or [`NpiError::FirstDigit`]: the stem is outside that range.
    pub fn from_stem(stem: u32) -> Result<Self, NpiError> {
        let stem = u64::from(stem);
        Self::new(stem * 10 + check_digit(stem))
    }

    /// The ten digits as a number.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

/// Gives the digit that completes a stem of nine digits.
fn check_digit(stem: u64) -> u64 {
    let (mut rest, mut sum, mut double) = (stem, PREFIX_SUM, true);
    while rest > 0 {
        let digit = rest % 10;
        let value = if double { digit * 2 } else { digit };
        sum += value / 10 + value % 10;
        (rest, double) = (rest / 10, !double);
    }
    (10 - sum % 10) % 10
}

impl fmt::Display for Npi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Npi {
    type Err = NpiError;

    /// Reads exactly ten ASCII digits.
    fn from_str(text: &str) -> Result<Self, NpiError> {
        if text.len() != 10 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NpiError::Length);
        }
        Self::new(text.parse().map_err(|_| NpiError::Length)?)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Npi {
    /// Writes the ten digits as a string, as FHIR's identifiers do.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Npi {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl serde::de::Visitor<'_> for Digits {
            type Value = Npi;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("ten digits with a right check digit")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Npi, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of CMS's own page on the check digit.
    #[test]
    fn the_published_example_is_an_identifier() {
        assert_eq!("1234567893".parse::<Npi>().unwrap().number(), 1_234_567_893);
    }

    #[test]
    fn changing_any_one_digit_breaks_it() {
        let good = Npi::new(1_234_567_893).unwrap().to_string();
        for place in 0..10 {
            for digit in '0'..='9' {
                let mut changed: Vec<char> = good.chars().collect();
                if changed[place] == digit {
                    continue;
                }
                changed[place] = digit;
                let changed: String = changed.into_iter().collect();
                assert!(changed.parse::<Npi>().is_err(), "{changed}");
            }
        }
    }

    #[test]
    fn what_is_not_ten_digits_is_refused() {
        for text in [
            "",
            "123456789",
            "12345678930",
            "123456789x",
            "+123456789",
            " 234567893",
        ] {
            assert_eq!(text.parse::<Npi>(), Err(NpiError::Length), "{text}");
        }
        assert_eq!("3234567893".parse::<Npi>(), Err(NpiError::FirstDigit));
        assert_eq!("1234567894".parse::<Npi>(), Err(NpiError::CheckDigit));
    }

    #[test]
    fn a_stem_gets_its_own_check_digit() {
        assert_eq!(Npi::from_stem(123_456_789).unwrap().number(), 1_234_567_893);
        assert_eq!(Npi::from_stem(99_999_999), Err(NpiError::Length));
        assert_eq!(Npi::from_stem(300_000_000), Err(NpiError::FirstDigit));
    }
}
