//! Recurrence rules as they are written (RFC 5545, section 3.3.10; RFC 7529 for `SKIP`).

use alloc::vec::Vec;

use jiff::civil::Weekday;

use super::problem::Trouble;
use super::value::Stamp;

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
    /// Whether parts were left out that have no meaning here.
    pub(super) has_odd_parts: bool,
}

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    ///
    /// [`Trouble::Rule`] or [`Trouble::Calendar`]: what follows from the rule cannot be known.
    pub(super) fn read(text: &str) -> Result<Self, Trouble> {
        let mut rule = Self {
            frequency: frequency(text)?,
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
        };
        for (name, value) in parts(text) {
            rule.take(name, value)?;
        }
        rule.drop_odd_places();
        if rule.count.is_some() && rule.until.is_some() {
            rule.has_odd_parts = true;
        }
        Ok(rule)
    }

    /// Takes one part in.
    fn take(&mut self, name: &str, value: &str) -> Result<(), Trouble> {
        let name = name.to_ascii_uppercase();
        if value.is_empty() {
            self.has_odd_parts = true;
            return Ok(());
        }
        let (list, low, high) = match name.as_str() {
            "FREQ" => return Ok(()),
            "INTERVAL" => {
                self.interval = number(value, 1, 1_000_000_000)?.into();
                return Ok(());
            }
            "COUNT" => {
                let count = number(value, 1, i32::MAX)?;
                self.count = Some(count.unsigned_abs());
                return Ok(());
            }
            "UNTIL" => {
                self.until = Some(Stamp::read(value).ok_or(Trouble::Rule)?);
                return Ok(());
            }
            "WKST" => {
                self.week_start = weekday(value).ok_or(Trouble::Rule)?;
                return Ok(());
            }
            "BYDAY" => {
                for day in value.split(',') {
                    self.days.push(rule_day(day).ok_or(Trouble::Rule)?);
                }
                return Ok(());
            }
            "RSCALE" if value.eq_ignore_ascii_case("GREGORIAN") => return Ok(()),
            "RSCALE" => return Err(Trouble::Calendar),
            "SKIP" => {
                self.skip = skip(value)?;
                return Ok(());
            }
            "BYSECOND" => (&mut self.seconds, 0, 60),
            "BYMINUTE" => (&mut self.minutes, 0, 59),
            "BYHOUR" => (&mut self.hours, 0, 23),
            "BYMONTH" => (&mut self.months, 1, 12),
            "BYMONTHDAY" => (&mut self.month_days, -31, 31),
            "BYYEARDAY" => (&mut self.year_days, -366, 366),
            "BYWEEKNO" => (&mut self.weeks, -53, 53),
            "BYSETPOS" => (&mut self.places, -366, 366),
            // What limits the rule in a way not known here is left out: that blocks more, not less.
            _ => {
                self.has_odd_parts = true;
                return Ok(());
            }
        };
        fill(list, value, low, high)
    }

    /// Leaves the place of a weekday out where it has no meaning: outside of months and years, and in
    /// weeks of the year.
    fn drop_odd_places(&mut self) {
        let has_places = matches!(self.frequency, Frequency::Monthly | Frequency::Yearly)
            && self.weeks.is_empty();
        if !has_places {
            for day in &mut self.days {
                self.has_odd_parts |= day.place != 0;
                day.place = 0;
            }
        }
        if self.frequency != Frequency::Yearly && !self.weeks.is_empty() {
            self.has_odd_parts = true;
            self.weeks.clear();
        }
    }
}

/// Splits a rule into names and values.
fn parts(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let parts = text.trim().split(';').map(str::trim);
    parts.filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, "?"));
        (name.trim(), value.trim())
    })
}

/// Finds out how often a rule comes round; it may stand anywhere.
fn frequency(text: &str) -> Result<Frequency, Trouble> {
    let mut parts = parts(text);
    let (_, value) = parts
        .find(|(name, _)| name.eq_ignore_ascii_case("FREQ"))
        .ok_or(Trouble::Rule)?;
    match value.to_ascii_uppercase().as_str() {
        "SECONDLY" => Ok(Frequency::Secondly),
        "MINUTELY" => Ok(Frequency::Minutely),
        "HOURLY" => Ok(Frequency::Hourly),
        "DAILY" => Ok(Frequency::Daily),
        "WEEKLY" => Ok(Frequency::Weekly),
        "MONTHLY" => Ok(Frequency::Monthly),
        "YEARLY" => Ok(Frequency::Yearly),
        _ => Err(Trouble::Rule),
    }
}

fn skip(text: &str) -> Result<Skip, Trouble> {
    match text.to_ascii_uppercase().as_str() {
        "OMIT" => Ok(Skip::Omit),
        "BACKWARD" => Ok(Skip::Backward),
        "FORWARD" => Ok(Skip::Forward),
        _ => Err(Trouble::Rule),
    }
}

/// Reads a list of whole numbers within bounds into its place, ascending, each once.
fn fill(list: &mut Vec<i32>, value: &str, low: i32, high: i32) -> Result<(), Trouble> {
    for part in value.split(',') {
        let part = number(part, low, high)?;
        if low < 0 && part == 0 {
            return Err(Trouble::Rule);
        }
        list.push(part);
    }
    list.sort_unstable();
    list.dedup();
    Ok(())
}

/// Reads a whole number within bounds.
fn number(text: &str, low: i32, high: i32) -> Result<i32, Trouble> {
    let text = text.trim();
    let number: i32 = text.parse().map_err(|_| Trouble::Rule)?;
    if (low..=high).contains(&number) {
        Ok(number)
    } else {
        Err(Trouble::Rule)
    }
}

/// Reads `MO`, `2TU` or `-1FR`.
fn rule_day(text: &str) -> Option<RuleDay> {
    let text = text.trim();
    let (place, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let place = match place {
        "" => 0,
        _ => number(place, -53, 53).ok().filter(|place| *place != 0)?,
    };
    Some(RuleDay {
        place,
        weekday: weekday(day)?,
    })
}

fn weekday(text: &str) -> Option<Weekday> {
    match text.to_ascii_uppercase().as_str() {
        "MO" => Some(Weekday::Monday),
        "TU" => Some(Weekday::Tuesday),
        "WE" => Some(Weekday::Wednesday),
        "TH" => Some(Weekday::Thursday),
        "FR" => Some(Weekday::Friday),
        "SA" => Some(Weekday::Saturday),
        "SU" => Some(Weekday::Sunday),
        _ => None,
    }
}
