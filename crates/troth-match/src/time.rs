//! Instants in minutes and days in UTC, without a clock and without zones.
//!
//! Half-hours are counted from a base midnight. Everything is an integer, so that native
//! code, WASM and the plain scan agree.

use core::fmt;
use core::str::FromStr;

/// Minutes of an hour, a half-hour, a day.
pub const HALF_HOUR: u32 = 30;
/// Minutes of a day.
pub const DAY: u32 = 1_440;

/// An instant: whole minutes since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Minute(pub u32);

/// A day in UTC: whole days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Day(pub u32);

/// Says that a text is no instant or day of the accepted form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time of the form 2026-03-01T17:30:00Z, or a day of the form 2026-03-01")]
pub struct NotATime;

impl Minute {
    /// Tells the day the minute lies in.
    #[must_use]
    pub const fn day(self) -> Day {
        Day(self.0 / DAY)
    }

    /// Tells the minute so many minutes later; stops at the end of time.
    #[must_use]
    pub const fn plus(self, minutes: u32) -> Self {
        Self(self.0.saturating_add(minutes))
    }
}

impl Day {
    /// Tells the first minute of the day.
    #[must_use]
    pub const fn midnight(self) -> Minute {
        Minute(self.0.saturating_mul(DAY))
    }

    /// Tells the day so many days later; stops at the end of time.
    #[must_use]
    pub const fn plus(self, days: u32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Finds the day of a date of the Gregorian calendar, from 1970 on.
    #[must_use]
    pub fn from_civil(year: u32, month: u32, day: u32) -> Option<Self> {
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let longest = match month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 31,
        };
        if day > longest {
            return None;
        }
        // Days since 0000-03-01, with the year beginning in March (Hinnant, "chrono-compatible
        // low-level date algorithms").
        let (y, m) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        let before = y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1;
        before.checked_sub(719_468).map(Self)
    }

    /// Tells year, month and day of the Gregorian calendar.
    #[must_use]
    pub const fn civil(self) -> (u32, u32, u32) {
        let z = self.0 as u64 + 719_468;
        let era = z / 146_097;
        let doe = z % 146_097;
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let m = (5 * doy + 2) / 153;
        let day = doy - (153 * m + 2) / 5 + 1;
        let month = if m < 10 { m + 3 } else { m - 9 };
        let year = yoe + era * 400 + if month <= 2 { 1 } else { 0 };
        (year as u32, month as u32, day as u32)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let within = self.0 % DAY;
        write!(
            f,
            "{}T{:02}:{:02}:00Z",
            self.day(),
            within / 60,
            within % 60
        )
    }
}

/// Reads `count` decimal digits and what follows them.
fn digits(text: &[u8], count: usize) -> Option<(u32, &[u8])> {
    let (head, rest) = text.split_at_checked(count)?;
    let mut value = 0;
    for &byte in head {
        value = value * 10 + u32::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    Some((value, rest))
}

/// Skips one byte that must stand there.
fn skip(text: &[u8], byte: u8) -> Option<&[u8]> {
    text.split_first()
        .filter(|(first, _)| first.eq_ignore_ascii_case(&byte))
        .map(|(_, rest)| rest)
}

fn day(text: &[u8]) -> Option<(Day, &[u8])> {
    let (year, text) = digits(text, 4)?;
    let (month, text) = digits(skip(text, b'-')?, 2)?;
    let (day, text) = digits(skip(text, b'-')?, 2)?;
    Some((Day::from_civil(year, month, day)?, text))
}

/// Reads an RFC 3339 instant; seconds and their parts are dropped.
fn minute(text: &[u8]) -> Option<Minute> {
    let (day, text) = day(text)?;
    let (hour, text) = digits(skip(text, b'T')?, 2)?;
    let (minute, mut text) = digits(skip(text, b':')?, 2)?;
    if let Some(rest) = skip(text, b':') {
        let (second, rest) = digits(rest, 2)?;
        text = (second < 60).then_some(rest)?;
        if let Some(rest) = skip(text, b'.') {
            let parts = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            text = rest.get(parts..).filter(|_| parts > 0)?;
        }
    }
    if hour > 23 || minute > 59 {
        return None;
    }
    let local = i64::from(day.midnight().0) + i64::from(hour * 60 + minute);
    let (sign, rest) = text.split_first()?;
    let ahead = match sign {
        b'Z' | b'z' if rest.is_empty() => 0,
        b'+' | b'-' => {
            let (hours, rest) = digits(rest, 2)?;
            let (minutes, rest) = digits(skip(rest, b':')?, 2)?;
            let ahead =
                (hours < 24 && minutes < 60 && rest.is_empty()).then_some(hours * 60 + minutes)?;
            if *sign == b'+' {
                i64::from(ahead)
            } else {
                -i64::from(ahead)
            }
        }
        _ => return None,
    };
    u32::try_from(local - ahead).ok().map(Minute)
}

impl FromStr for Day {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        day(text.as_bytes())
            .filter(|(_, rest)| rest.is_empty())
            .map(|(day, _)| day)
            .ok_or(NotATime)
    }
}

impl FromStr for Minute {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        minute(text.as_bytes()).ok_or(NotATime)
    }
}

#[cfg(feature = "serde")]
macro_rules! serde_as_text {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

#[cfg(feature = "serde")]
serde_as_text!(Minute);
#[cfg(feature = "serde")]
serde_as_text!(Day);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_with_any_offset_and_written_in_utc() {
        let at: Minute = "2026-03-01T17:30:00Z".parse().unwrap();
        assert_eq!(at.to_string(), "2026-03-01T17:30:00Z");
        assert_eq!("2026-03-01T12:30:59.25-05:00".parse(), Ok(at));
        assert_eq!("2026-03-01T23:00+05:30".parse(), Ok(at));
        for broken in [
            "",
            "2026-03-01",
            "2026-02-29T00:00:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01T10:00:00",
            "2026-03-01T10:00:00Zx",
            "1969-12-31T23:59:00Z",
        ] {
            assert_eq!(broken.parse::<Minute>(), Err(NotATime), "{broken}");
        }
    }

    #[test]
    fn every_day_for_two_centuries_leads_to_its_date_and_back() {
        for day in (0..73_000).map(Day) {
            let (year, month, date) = day.civil();
            assert_eq!(Day::from_civil(year, month, date), Some(day));
        }
        assert_eq!("2026-11-22".parse(), Ok(Day(20_779)));
    }
}
