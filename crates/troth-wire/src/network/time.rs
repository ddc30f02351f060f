//! Times, days and places on the map as JSON has them.

use core::fmt;
use core::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Says why a text is not a time or a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time in UTC at a whole minute, or not a day, as RFC 3339 writes them")]
pub struct NotATime;

/// An instant: minutes since 1970 in UTC. In JSON an RFC 3339 text such as
/// `2026-11-23T15:30:00Z`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "schema",
    derive(utoipa::ToSchema),
    schema(
        value_type = String,
        pattern = "^20([0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([02468][048]|[13579][26])-02-29)T([01][0-9]|2[0-3]):[0-5][0-9]:00Z$",
        example = "2026-11-23T15:30:00Z"
    )
)]
pub struct Time(pub u32);

impl Time {
    /// The minutes since 1970.
    #[must_use]
    pub const fn minute(self) -> u32 {
        self.0
    }

    /// The instant as the library for dates has it.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        // Every count of 32 bits is within the library's range.
        Timestamp::from_second(i64::from(self.0) * 60).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl FromStr for Time {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        // The library also reads other offsets, and zones in brackets; this API does not.
        if !text.ends_with('Z') {
            return Err(NotATime);
        }
        let instant: Timestamp = text.parse().map_err(|_| NotATime)?;
        if instant.as_second() % 60 != 0 || instant.subsec_nanosecond() != 0 {
            return Err(NotATime);
        }
        u32::try_from(instant.as_second() / 60)
            .map(Self)
            .map_err(|_| NotATime)
    }
}

/// A day of the calendar: days since 1970-01-01. In JSON a text such as `2027-03-31`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "schema",
    derive(utoipa::ToSchema),
    schema(
        value_type = String,
        pattern = "^20([0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([02468][048]|[13579][26])-02-29)$",
        example = "2027-03-31"
    )
)]
pub struct Day(pub u32);

impl Day {
    /// The day as the library for dates has it.
    #[must_use]
    pub fn date(self) -> Date {
        let epoch = Date::constant(1970, 1, 1);
        let days = i64::from(self.0);
        epoch
            .checked_add(jiff::Span::new().try_days(days).unwrap_or_default())
            .unwrap_or(Date::MAX)
    }

    /// Counts the days up to a date; none before 1970.
    #[must_use]
    pub fn of_date(date: Date) -> Option<Self> {
        let days = date.since(Date::constant(1970, 1, 1)).ok()?.get_days();
        u32::try_from(days).ok().map(Self)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

impl FromStr for Day {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        if text.len() != 10 {
            return Err(NotATime);
        }
        let date: Date = text.parse().map_err(|_| NotATime)?;
        Self::of_date(date).ok_or(NotATime)
    }
}

/// A latitude or a longitude: hundredths of a degree. In JSON a number such as `40.71`.
///
/// Nothing finer is kept (T-7): about a kilometre.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "schema",
    derive(utoipa::ToSchema),
    schema(value_type = f64, minimum = -180.0, maximum = 180.0, example = 40.71)
)]
pub struct Degrees(pub i16);

macro_rules! as_text {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    )*};
}

as_text!(Time, Day);

impl Serialize for Degrees {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 100.0)
    }
}

impl<'de> Deserialize<'de> for Degrees {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let degrees = f64::deserialize(deserializer)?;
        if !(-180.0..=180.0).contains(&degrees) {
            return Err(de::Error::custom("not between -180 and 180 degrees"));
        }
        let hundredths = (degrees * 100.0).round();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a whole number between -18,000 and 18,000"
        )]
        Ok(Self(hundredths as i16))
    }
}
