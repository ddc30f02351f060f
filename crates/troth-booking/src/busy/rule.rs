//! Recurrence rules as they are written (RFC 5545, section 3.3.10; RFC 7529 for `SKIP`; vCalendar 1.0).
//!
//! A part that cannot be read is left out, and the rest of the rule holds.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Weekday;

use super::problem::Trouble;
use super::value::Stamp;

mod old;

/// How often a rule comes round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Frequency {
    Secondly,
    Minutely,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// What becomes of a day that a month does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Skip {
    Omit,
    Backward,
    Forward,
}

/// A day of the week, perhaps with its place in the month or year; 0 is every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RuleDay {
    pub(super) place: i32,
    pub(super) weekday: Weekday,
}

/// One recurrence rule. Empty lists were not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) frequency: Frequency,
    pub(super) interval: i64,
    pub(super) count: Option<u32>,
    pub(super) until: Option<Stamp>,
    pub(super) seconds: Vec<i32>,
    pub(super) minutes: Vec<i32>,
    pub(super) hours: Vec<i32>,
    pub(super) days: Vec<RuleDay>,
    pub(super) month_days: Vec<i32>,
    pub(super) year_days: Vec<i32>,
    pub(super) weeks: Vec<i32>,
    pub(super) months: Vec<i32>,
    pub(super) places: Vec<i32>,
    pub(super) week_start: Weekday,
    pub(super) skip: Skip,
    /// Whether parts were left out: they could not be read, or have no meaning here.
    pub(super) has_odd_parts: bool,
    /// Whether nothing says how often it comes round, so that every day is taken.
    pub(super) is_guess: bool,
}

/// The frequencies as the RFC names them, each with stems by which other spellings are known.
const FREQUENCIES: [(Frequency, &str, &[&str]); 7] = [
    (Frequency::Secondly, "SECONDLY", &["SECOND"]),
    (Frequency::Minutely, "MINUTELY", &["MINUTE"]),
    (Frequency::Hourly, "HOURLY", &["HOUR"]),
    (Frequency::Weekly, "WEEKLY", &["WEEK", "FORTNIGHT"]),
    (Frequency::Monthly, "MONTHLY", &["MONTH", "QUARTER"]),
    (Frequency::Yearly, "YEARLY", &["YEAR", "ANNUAL"]),
    (Frequency::Daily, "DAILY", &["DAY", "DAIL"]),
];

/// What programs write where there is no value.
const NOTHING: [&str; 7] = ["", "NONE", "NEVER", "ONCE", "NULL", "UNDEFINED", "FALSE"];

/// One part of a rule: a name in upper case, and its values.
type Part<'a> = (String, Vec<&'a str>);

impl Rule {
    /// A rule without any parts.
    const fn new(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            count: None,
            until: None,
            seconds: Vec::new(),
            minutes: Vec::new(),
            hours: Vec::new(),
            days: Vec::new(),
            month_days: Vec::new(),
            year_days: Vec::new(),
            weeks: Vec::new(),
            months: Vec::new(),
            places: Vec::new(),
            week_start: Weekday::Monday,
            skip: Skip::Omit,
            has_odd_parts: false,
            is_guess: false,
        }
    }

    /// Reads a rule.
    ///
    /// # Errors
    ///
    /// [`Trouble::Calendar`]: what follows from the rule cannot be known. [`Trouble::RulePart`]: there is
    /// none.
    pub(super) fn read(text: &str) -> Result<Self, Trouble> {
        let is_mark = |char: char| matches!(char, '"' | '\'' | '\\' | '\u{201c}' | '\u{201d}');
        let text: String = text.chars().filter(|char| !is_mark(*char)).collect();
        let text = text.trim();
        if is_nothing(text) {
            return Err(Trouble::RulePart);
        }
        if let Some(rule) = old::read(text) {
            return Ok(rule.checked());
        }
        let parts = parts(text);
        let mut rule = Self::new(Frequency::Daily);
        for (name, values) in &parts {
            rule.take(name, values)?;
        }
        rule.set_frequency(&parts)?;
        Ok(rule.checked())
    }

    /// Finds out how often a rule comes round; it may stand anywhere.
    fn set_frequency(&mut self, parts: &[Part<'_>]) -> Result<(), Trouble> {
        let of_name = |is: fn(&str) -> bool| {
            let parts = parts.iter().filter(move |(name, _)| is(name));
            parts.flat_map(|(_, values)| values.iter().copied())
        };
        let mut words = of_name(|name| name == "FREQ");
        let exact = |word: &str| {
            let mut all = FREQUENCIES.iter();
            all.find(|(_, name, _)| word.eq_ignore_ascii_case(name))
        };
        if let Some((frequency, ..)) = words.clone().find_map(exact) {
            self.frequency = *frequency;
            self.has_odd_parts |= words.count() > 1;
            return Ok(());
        }
        self.has_odd_parts = true;
        if words.clone().next().is_some() && words.all(|word| is_nothing(word) && !word.is_empty())
        {
            return Err(Trouble::RulePart);
        }
        let mut others = of_name(|name| !name.starts_with("BY") && name != "WKST");
        if let Some(frequency) = others.find_map(frequency_like) {
            self.frequency = frequency;
        } else if !self.year_days.is_empty() || !self.weeks.is_empty() {
            self.frequency = Frequency::Yearly;
        } else if !self.month_days.is_empty() || self.days.iter().any(|day| day.place != 0) {
            self.frequency = Frequency::Monthly;
        } else if !self.days.is_empty() {
            self.frequency = Frequency::Weekly;
        } else if !self.months.is_empty() {
            self.frequency = Frequency::Yearly;
        } else {
            self.is_guess = true;
            self.interval = 1;
            self.count = None;
        }
        Ok(())
    }

    /// Takes one part in; what cannot be read of it is left out.
    fn take(&mut self, name: &str, values: &[&str]) -> Result<(), Trouble> {
        let value = values.first().copied().unwrap_or_default();
        let mut is_sound = !value.is_empty();
        match name {
            "FREQ" => is_sound = true,
            "INTERVAL" => match number(value).filter(|number| *number > 0) {
                Some(number) => self.interval = number.into(),
                None => is_sound = false,
            },
            "COUNT" => match number(value).filter(|number| *number > 0) {
                Some(number) => self.count = self.count.max(Some(number.unsigned_abs())),
                None => is_sound = false,
            },
            "UNTIL" => match Stamp::read_last(value) {
                Some(until) => self.until = Some(until),
                None => is_sound = false,
            },
            "WKST" => match weekday(value) {
                Some(weekday) => self.week_start = weekday,
                None => is_sound = false,
            },
            "BYDAY" | "BYWEEKDAY" => {
                for value in values {
                    let whole = rule_day(value).map(|day| alloc::vec![day]);
                    let each = || value.split_whitespace().map(rule_day).collect();
                    let days: Option<Vec<RuleDay>> = whole.or_else(each);
                    is_sound &= days.is_some();
                    self.days.extend(days.unwrap_or_default());
                }
            }
            "RSCALE" if is_nothing(value) => is_sound = false,
            "RSCALE" if is_gregorian(value) => {}
            "RSCALE" => return Err(Trouble::Calendar),
            "SKIP" => match skip(value) {
                Some(skip) => self.skip = skip,
                None => is_sound = false,
            },
            _ => is_sound = self.fill(name, values),
        }
        self.has_odd_parts |= !is_sound;
        Ok(())
    }

    /// Takes a part in that is a list of numbers. False if something was left out.
    fn fill(&mut self, name: &str, values: &[&str]) -> bool {
        let (list, low, high) = match name {
            "BYSECOND" => (&mut self.seconds, 0, 60),
            "BYMINUTE" => (&mut self.minutes, 0, 59),
            "BYHOUR" => (&mut self.hours, 0, 23),
            "BYMONTH" => (&mut self.months, 1, 12),
            "BYMONTHDAY" => (&mut self.month_days, -31, 31),
            "BYYEARDAY" => (&mut self.year_days, -366, 366),
            "BYWEEKNO" => (&mut self.weeks, -53, 53),
            "BYSETPOS" => (&mut self.places, -366, 366),
            // What limits the rule in a way not known here is left out: that blocks more, not less.
            _ => return false,
        };
        let numbers = values.iter().filter_map(|value| number(value));
        let is_sound = |number: &i32| (low..=high).contains(number) && (low == 0 || *number != 0);
        let numbers: Vec<i32> = numbers.filter(is_sound).collect();
        let is_all = numbers.len() == values.len() && !numbers.is_empty();
        list.extend(numbers);
        list.sort_unstable();
        list.dedup();
        is_all
    }

    /// Leaves out what has no meaning together.
    fn checked(mut self) -> Self {
        self.drop_odd_places();
        if self.frequency != Frequency::Yearly && !self.weeks.is_empty() {
            self.has_odd_parts = true;
            self.weeks.clear();
        }
        let by = [&self.seconds, &self.minutes, &self.hours, &self.months];
        let by_days = [&self.month_days, &self.year_days, &self.weeks];
        let chooses = !self.days.is_empty() || by.iter().chain(&by_days).any(|by| !by.is_empty());
        if !chooses && !self.places.is_empty() {
            // The second of one is none: `BYSETPOS` needs another part to choose from.
            self.has_odd_parts = true;
            self.places.clear();
        }
        self.has_odd_parts |= self.count.is_some() && self.until.is_some();
        self
    }

    /// Leaves the place of a weekday out where it has no meaning: outside of months and years, in weeks
    /// of the year, and where there are never so many.
    fn drop_odd_places(&mut self) {
        let most = match self.frequency {
            Frequency::Monthly if self.weeks.is_empty() => 5,
            Frequency::Yearly if !self.weeks.is_empty() => 0,
            Frequency::Yearly if self.months.is_empty() => 53,
            Frequency::Yearly => 5,
            _ => 0,
        };
        for day in &mut self.days {
            if day.place.abs() > most {
                self.has_odd_parts = true;
                day.place = 0;
            }
        }
    }
}

/// Splits a rule into its parts, whether semicolons or commas stand between them.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    for piece in text.split([';', ',']).map(str::trim) {
        match (piece.split_once('='), parts.last_mut()) {
            (Some((name, value)), _) => {
                // Words in front of a name are passed over: `RRULE:FREQ=…`.
                let mut words = name.rsplit([':', ' ', '\t']);
                let name = words.find(|word| !word.is_empty()).unwrap_or_default();
                parts.push((name.to_ascii_uppercase(), alloc::vec![value.trim()]));
            }
            (None, _) if piece.is_empty() => {}
            (None, Some((_, values))) => values.push(piece),
            (None, None) => parts.push((String::new(), alloc::vec![piece])),
        }
    }
    for (_, values) in &mut parts {
        values.retain(|value| !value.is_empty());
    }
    parts
}

/// The frequency that a word reminds of; of fortnights every week is taken, of workdays every day.
fn frequency_like(word: &str) -> Option<Frequency> {
    let word = word.to_ascii_uppercase();
    if word.contains("WEEKDAY") || word.contains("WORKDAY") {
        return Some(Frequency::Daily);
    }
    let mut all = FREQUENCIES.iter();
    let is_like = |stems: &[&str]| stems.iter().any(|stem| word.contains(stem));
    all.find(|(.., stems)| is_like(stems))
        .map(|(frequency, ..)| *frequency)
}

/// Says whether a text stands for no value.
fn is_nothing(text: &str) -> bool {
    NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Says whether a scale is the calendar that everybody knows.
fn is_gregorian(scale: &str) -> bool {
    let scale = scale.to_ascii_uppercase();
    scale.starts_with("GREGOR") || scale == "ISO8601"
}

fn skip(text: &str) -> Option<Skip> {
    match text.to_ascii_uppercase().as_str() {
        "OMIT" => Some(Skip::Omit),
        "BACKWARD" => Some(Skip::Backward),
        "FORWARD" => Some(Skip::Forward),
        _ => None,
    }
}

/// Reads a whole number; `1.0` is one.
fn number(text: &str) -> Option<i32> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_whole = fraction.bytes().all(|byte| byte == b'0');
    whole.trim().parse().ok().filter(|_| is_whole)
}

/// Reads `MO`, `2TU`, `-1FR`, `+1 MONDAY` or `MO1`.
fn rule_day(text: &str) -> Option<RuleDay> {
    let text: String = text.chars().filter(|char| !char.is_whitespace()).collect();
    let start = text.find(|char: char| char.is_ascii_alphabetic())?;
    let (before, rest) = text.split_at_checked(start)?;
    let end = rest.find(|char: char| !char.is_ascii_alphabetic());
    let (day, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
    let place = match (before, after) {
        ("", "") => 0,
        (place, "") | ("", place) => number(place)?,
        _ => return None,
    };
    Some(RuleDay {
        place,
        weekday: weekday(day)?,
    })
}

/// Reads the name of a day, cut short to two letters or more.
fn weekday(text: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("MONDAY", Weekday::Monday),
        ("TUESDAY", Weekday::Tuesday),
        ("WEDNESDAY", Weekday::Wednesday),
        ("THURSDAY", Weekday::Thursday),
        ("FRIDAY", Weekday::Friday),
        ("SATURDAY", Weekday::Saturday),
        ("SUNDAY", Weekday::Sunday),
    ];
    let text = text.trim().to_ascii_uppercase();
    let mut names = NAMES.iter().filter(|_| text.len() >= 2);
    names
        .find(|(name, _)| name.starts_with(&text))
        .map(|(_, weekday)| *weekday)
}
