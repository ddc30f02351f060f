use core::fmt;
use core::str::FromStr;

use alloc::string::String;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::BadHours;

/// A time of day on a wall clock, to the minute: `00:00` to `24:00`. In JSON such a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clock(u16);

impl Clock {
    /// The minutes in a day.
    pub const DAY: u16 = 24 * 60;

    /// A time of day; `None` after 24:00.
    #[must_use]
    pub const fn new(hour: u16, minute: u16) -> Option<Self> {
        if hour <= 24 && minute < 60 && hour * 60 + minute <= Self::DAY {
            Some(Self(hour * 60 + minute))
        } else {
            None
        }
    }

    /// The minutes since midnight on the wall, 0 to 1440.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for Clock {
    type Err = BadHours;

    fn from_str(text: &str) -> Result<Self, BadHours> {
        let number = |part: &str| match part.as_bytes() {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
                Some(u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
            }
            _ => None,
        };
        let (hour, minute) = text.split_once(':').ok_or(BadHours::Clock)?;
        let (hour, minute) = number(hour).zip(number(minute)).ok_or(BadHours::Clock)?;
        Self::new(hour, minute).ok_or(BadHours::Clock)
    }
}

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
