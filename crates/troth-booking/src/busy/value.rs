//! Values: dates, times, durations and periods (RFC 5545, section 3.3).

use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, ToSpan};

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
}

/// A duration: days on the wall, and real seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Duration {
    /// Whole days, which may be longer or shorter where the clocks change.
    pub(super) days: i64,
    /// Seconds beside them.
    pub(super) seconds: i64,
}

/// One period: a start, and an end or a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) start: Stamp,
    pub(super) end: PeriodEnd,
}

/// How a period ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PeriodEnd {
    At(Stamp),
    After(Duration),
}

impl Stamp {
    /// Reads `20260309`, `20260309T090000` or `20260309T090000Z`. Seconds may be missing; 24:00 is the
    /// next midnight and a leap second the second before it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (day, time) = match text.split_once(['T', 't']) {
            Some((day, time)) => (day, Some(time)),
            None => (text, None),
        };
        let date = date(day)?;
        let Some(time) = time else {
            return Some(Self {
                wall: date.to_datetime(Time::midnight()),
                form: Form::Day,
            });
        };
        let (time, form) = match time.strip_suffix(['Z', 'z']) {
            Some(time) => (time, Form::Utc),
            None => (time, Form::Local),
        };
        let (hour, minute, second) = match time.len() {
            6 => (part(time, 0, 2)?, part(time, 2, 4)?, part(time, 4, 6)?),
            4 => (part(time, 0, 2)?, part(time, 2, 4)?, 0),
            _ => return None,
        };
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

    /// The same as a whole day, for a property that says `VALUE=DATE`.
    pub(super) fn as_day(self) -> Self {
        Self {
            wall: self.wall.date().to_datetime(Time::midnight()),
            form: Form::Day,
        }
    }
}

impl Duration {
    /// Reads `P1W`, `P1DT2H`, `-PT15M`; weeks and days may stand behind the `T` too, as some write them.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (sign, text) = match text.strip_prefix('-') {
            Some(text) => (-1, text),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let mut rest = text.strip_prefix(['P', 'p'])?;
        let (mut days, mut seconds) = (0_i64, 0_i64);
        let mut is_time = false;
        let mut is_empty = true;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix(['T', 't'])
                && !is_time
            {
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
            let mut chars = after.chars();
            match (chars.next()?.to_ascii_uppercase(), is_time) {
                ('W', _) => days += number * 7,
                ('D', _) => days += number,
                ('H', true) => seconds += number * 3600,
                ('M', true) => seconds += number * 60,
                ('S', true) => seconds += number,
                _ => return None,
            }
            is_empty = false;
            rest = chars.as_str();
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

impl Period {
    /// Reads `start/end` or `start/duration`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (start, end) = text.split_once('/')?;
        let end = if end.trim_start().starts_with(['P', 'p', '+', '-']) {
            PeriodEnd::After(Duration::read(end)?)
        } else {
            PeriodEnd::At(Stamp::read(end)?)
        };
        Some(Self {
            start: Stamp::read(start)?,
            end,
        })
    }
}

/// Reads an offset from UTC, `+0100` or `-023000`, in seconds.
pub(super) fn offset(text: &str) -> Option<i32> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let seconds = match digits.len() {
        4 => 0,
        6 => i32::from(part(digits, 4, 6)?),
        _ => return None,
    };
    let (hours, minutes) = (part(digits, 0, 2)?, part(digits, 2, 4)?);
    let is_sound = hours < 24 && minutes < 60 && seconds < 60;
    is_sound.then(|| sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60 + seconds))
}

/// Reads eight digits as a date.
fn date(text: &str) -> Option<Date> {
    if text.len() != 8 {
        return None;
    }
    let year = i16::from(part(text, 0, 2)?) * 100 + i16::from(part(text, 2, 4)?);
    Date::new(year, part(text, 4, 6)?, part(text, 6, 8)?).ok()
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
