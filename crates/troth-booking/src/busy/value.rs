//! Values: dates, times, durations and offsets (RFC 5545, section 3.3), and how others write them.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, ToSpan};

/// The most digits of a number in a duration.
const MOST_DIGITS: usize = 7;

/// A date, or a date with a time of day, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// What the wall clock shows; midnight for a date.
    pub(super) wall: DateTime,
    /// How it is meant.
    pub(super) form: Form,
}

/// How a date and time is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A whole day.
    Day,
    /// On the wall of a zone that is said elsewhere.
    Local,
    /// In UTC.
    Utc,
    /// On a wall so many seconds ahead of UTC, as ISO 8601 writes it.
    Offset(i32),
}

/// A duration: days on the wall, and real seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Duration {
    /// Whole days, which may be longer or shorter where the clocks change.
    pub(super) days: i64,
    /// Seconds beside them.
    pub(super) seconds: i64,
}

impl Stamp {
    /// Reads `20260309`, `20260309T090000` or `20260309T090000Z`, the same with dashes and colons, with
    /// fractions of a second or with an offset (ISO 8601), and seconds or milliseconds since 1970.
    ///
    /// Seconds may be missing; 24:00 is the next midnight and a leap second the second before it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = bare(text);
        let Some((date, rest)) = day_and_rest(text) else {
            return since_1970(text);
        };
        if matches!(rest, "" | "Z" | "z") {
            return Some(Self::of_day(date));
        }
        let after = rest.strip_prefix(['T', 't', ' ', '_']);
        let (time, form) = zone_of(after.unwrap_or(rest).trim())?;
        // Without anything between, `20260309090000` is a time and `202603090` is not.
        if after.is_none() && !matches!(time.len(), 4 | 6) {
            return None;
        }
        let (hour, minute, second) = clock(time)?;
        let wall = if (hour, minute, second) == (24, 0, 0) {
            date.checked_add(1.day())
                .ok()?
                .to_datetime(Time::midnight())
        } else {
            let second = if second == 60 { 59 } else { second };
            date.to_datetime(Time::new(hour, minute, second, 0).ok()?)
        };
        Some(Self { wall, form })
    }

    /// Reads the day alone of a value whose time cannot be read.
    pub(super) fn read_day(text: &str) -> Option<Self> {
        day_and_rest(bare(text)).map(|(date, _)| Self::of_day(date))
    }

    /// Reads until when something lasts: a day that there is not is the last one before it.
    pub(super) fn read_last(text: &str) -> Option<Self> {
        let stamp = Self::read(text).or_else(|| Self::read_day(text));
        let stamp = stamp.or_else(|| {
            let text: String = bare(text).chars().filter(|char| *char != '-').collect();
            let year = i16::from(part(&text, 0, 2)?) * 100 + i16::from(part(&text, 2, 4)?);
            let month = part(&text, 4, 6)?.clamp(1, 12);
            let first = Date::new(year, month, 1).ok()?;
            let day = part(&text, 6, 8)?.clamp(1, first.days_in_month());
            Some(Self::of_day(Date::new(year, month, day).ok()?))
        })?;
        Some(match stamp.form {
            Form::Offset(seconds) => Self {
                wall: stamp
                    .wall
                    .saturating_sub(SignedDuration::from_secs(seconds.into())),
                form: Form::Utc,
            },
            _ => stamp,
        })
    }

    /// The same as a whole day, for a property that says `VALUE=DATE`.
    pub(super) fn as_day(self) -> Self {
        Self::of_day(self.wall.date())
    }

    fn of_day(date: Date) -> Self {
        Self {
            wall: date.to_datetime(Time::midnight()),
            form: Form::Day,
        }
    }
}

impl Duration {
    /// One day on the wall.
    pub(super) const DAY: Self = Self {
        days: 1,
        seconds: 0,
    };

    /// Reads `P1W`, `P1DT2H`, `-PT15M`; weeks and days may stand behind the `T` too, hours before it,
    /// the `P` may be missing, and what is less than a second does not count.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = bare(text);
        let (sign, text) = match text.strip_prefix('-') {
            Some(text) => (-1, text),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let mut rest = text.strip_prefix(['P', 'p']).unwrap_or(text);
        let (mut days, mut seconds) = (0_i64, 0_i64);
        // An M before any T or H would be months, whose length nobody knows.
        let mut is_time = false;
        let mut is_empty = true;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix(['T', 't']) {
                is_time = true;
                rest = after;
                continue;
            }
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, after) = rest.split_at_checked(digits)?;
            let number: i64 = number
                .parse()
                .ok()
                .filter(|_| (1..=MOST_DIGITS).contains(&digits))?;
            let (is_odd, after) = without_fraction(after);
            let mut chars = after.chars();
            let unit = chars.next()?.to_ascii_uppercase();
            // Rounded up: half an hour more is busy.
            let number = number + i64::from(is_odd && unit != 'S');
            match (unit, is_time) {
                ('W', _) => days += number * 7,
                ('D', _) => days += number,
                ('H', _) => seconds += number * 3600,
                ('M', true) => seconds += number * 60,
                ('S', _) => seconds += number,
                _ => return None,
            }
            is_time |= unit == 'H';
            is_empty = false;
            rest = chars.as_str().trim_start();
        }
        (!is_empty).then_some(Self {
            days: sign * days,
            seconds: sign * seconds,
        })
    }

    /// The days as a span of civil time.
    pub(super) fn civil_days(self) -> Option<Span> {
        Span::new().try_days(self.days).ok()
    }
}

/// Takes blanks, quotation marks and backslashes off both ends.
fn bare(text: &str) -> &str {
    text.trim_matches(|char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '\\'))
}

/// Reads an offset from UTC, in seconds: `+0100`, `-023000`, `-500`, `+1`, `-05:00`, `GMT+01.00`.
pub(super) fn offset(text: &str) -> Option<i32> {
    let text = bare(text);
    let is_utc = |name: &&str| {
        ["GMT", "UTC"]
            .iter()
            .any(|utc| name.eq_ignore_ascii_case(utc))
    };
    let text = match text.get(..3).filter(is_utc) {
        Some(_) => text.get(3..).unwrap_or_default().trim_start(),
        None => text,
    };
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = digits.trim_start();
    let parts: Vec<i32> = if digits.contains([':', '.']) {
        let parts = digits.split([':', '.']);
        parts.map(|text| short(text, 2)).collect::<Option<_>>()?
    } else {
        let hours = if digits.len() > 2 {
            2 - digits.len() % 2
        } else {
            digits.len()
        };
        let (hours, rest) = digits.split_at_checked(hours)?;
        let rest = rest.as_bytes().chunks(2);
        let rest = rest.map(|two| core::str::from_utf8(two).ok());
        let parts = core::iter::once(Some(hours)).chain(rest);
        parts
            .map(|text| text.and_then(|text| short(text, 2)))
            .collect::<Option<_>>()?
    };
    let seconds = match *parts.as_slice() {
        [hours] => hours * 3600,
        [hours, minutes] if minutes < 60 => hours * 3600 + minutes * 60,
        [hours, minutes, seconds] if minutes < 60 && seconds < 60 => {
            hours * 3600 + minutes * 60 + seconds
        }
        _ => return None,
    };
    (seconds < 86_400).then_some(sign * seconds)
}

/// Splits a text that begins with a date into the date and the rest.
fn day_and_rest(text: &str) -> Option<(Date, &str)> {
    let (year, month, day, length) = if text.get(4..5) == Some("-") && text.get(7..8) == Some("-") {
        ((0, 4), (5, 7), (8, 10), 10)
    } else {
        ((0, 4), (4, 6), (6, 8), 8)
    };
    let century = part(text, year.0, 2)?;
    let year = i16::from(century) * 100 + i16::from(part(text, 2, year.1)?);
    let (month, day) = (part(text, month.0, month.1)?, part(text, day.0, day.1)?);
    Some((Date::new(year, month, day).ok()?, text.get(length..)?))
}

/// Splits a time of day from how it is meant.
fn zone_of(time: &str) -> Option<(&str, Form)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time.trim_end(), Form::Utc));
    }
    let is_utc = |name: &&str| {
        ["GMT", "UTC"]
            .iter()
            .any(|utc| name.eq_ignore_ascii_case(utc))
    };
    let name = time.len().checked_sub(3);
    if let Some(name) = name.filter(|at| time.get(*at..).filter(is_utc).is_some()) {
        return Some((time.get(..name)?.trim_end(), Form::Utc));
    }
    let Some(sign) = time.find(['+', '-', '\u{2212}']) else {
        return Some((time, Form::Local));
    };
    let (time, ahead) = time.split_at_checked(sign)?;
    let form = match offset(ahead)? {
        0 => Form::Utc,
        seconds => Form::Offset(seconds),
    };
    Some((time.trim_end(), form))
}

/// Reads hours, minutes and seconds; a fraction of a second decides nothing.
fn clock(time: &str) -> Option<(i8, i8, i8)> {
    let (time, fraction) = time.split_once(['.', ',']).unwrap_or((time, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut parts = [0_i8; 3];
    if time.contains(':') {
        let mut texts = time.split(':');
        for part in &mut parts {
            let text = texts.next();
            *part = text.map_or(Some(0), |text| short(text, 2)?.try_into().ok())?;
        }
        // What follows the seconds is a fraction of them too.
        if texts.any(|text| short(text, 9).is_none()) {
            return None;
        }
    } else {
        if !time.bytes().all(|byte| byte.is_ascii_digit()) || matches!(time.len(), 0 | 1 | 3 | 5) {
            return None;
        }
        for (place, value) in parts.iter_mut().enumerate() {
            let from = place * 2;
            *value = if from < time.len() {
                part(time, from, from + 2)?
            } else {
                0
            };
        }
    }
    let [hour, minute, second] = parts;
    Some((hour, minute, second))
}

/// Reads seconds (10 digits) or milliseconds (13 digits) since 1970.
fn since_1970(text: &str) -> Option<Stamp> {
    let number: i64 = text.parse().ok().filter(|number| *number > 0)?;
    let seconds = match text.len() {
        10 => number,
        13 => number / 1000,
        _ => return None,
    };
    let at = Timestamp::from_second(seconds).ok()?;
    Some(Stamp {
        wall: TimeZone::UTC.to_datetime(at),
        form: Form::Utc,
    })
}

/// Takes the fraction off that a number goes on with; says whether there was more than zeros.
fn without_fraction(text: &str) -> (bool, &str) {
    let Some(after) = text.strip_prefix(['.', ',']) else {
        return (false, text);
    };
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let (fraction, rest) = after.split_at_checked(digits).unwrap_or((after, ""));
    (fraction.bytes().any(|byte| byte != b'0'), rest)
}

/// Reads a number of at most so many digits.
fn short(text: &str, most: usize) -> Option<i32> {
    let is_sound =
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_sound)
}

/// Reads two digits.
fn part(text: &str, from: usize, to: usize) -> Option<i8> {
    let digits = text.get(from..to)?;
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits.parse().ok()
    } else {
        None
    }
}
