use std::fmt;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::{Timestamp, fmt::temporal::DateTimeParser};

use crate::moment::{Moment, zone, zoned};

use super::check::to_minute;
use super::{Frequency, Rule, RuleDay, RuleEnd, Schedule, ScheduleError};

/// The months of a year.
const MONTHS: u16 = 12;

static PARSER: DateTimeParser = DateTimeParser::new();

impl Schedule {
    /// Reads a time, a day or a rule as a person types it.
    ///
    /// - `2026-12-01T18:00[Europe/Vienna]`: once;
    /// - `2026-12-01[Europe/Vienna]`: by the end of that day;
    /// - `FREQ=WEEKLY;BYDAY=MO[Europe/Vienna]`: a rule, from today on; without `BYHOUR` it is due at
    ///   the end of the day, `DTSTART=` gives another start.
    ///
    /// Without a zone in brackets the zone of `now` holds.
    ///
    /// # Errors
    ///
    /// [`ScheduleError`] says what to write instead.
    pub fn parse(text: &str, now: &Moment) -> Result<Self, ScheduleError> {
        let (text, zone_name) = split_zone(text.trim(), now)?;
        if text.contains('=') {
            let rule = text.strip_prefix("RRULE:").unwrap_or(text);
            return parse_every(rule, zone_name, now)?.checked();
        }
        if let Ok(due) = parse_local(text) {
            return Self::Once {
                due,
                zone: zone_name,
            }
            .checked();
        }
        match text.parse::<Date>() {
            Ok(date) if !text.contains(['T', 't', ' ']) => Self::ByDate {
                date,
                zone: zone_name,
            }
            .checked(),
            _ if has_offset(text) => Err(ScheduleError::Offset),
            _ => Err(ScheduleError::NotATime),
        }
    }
}

/// Takes the zone in brackets off the end, or the zone of `now` where there is none.
fn split_zone<'t>(text: &'t str, now: &Moment) -> Result<(&'t str, String), ScheduleError> {
    let (text, name) = match text
        .strip_suffix(']')
        .and_then(|text| text.rsplit_once('['))
    {
        Some((text, name)) => (text.trim_end(), name),
        None => (text, now.zone.as_str()),
    };
    if zone(name).is_none() {
        return Err(ScheduleError::UnknownZone);
    }
    Ok((text, name.to_owned()))
}

/// Reads a date with a time and without an offset.
fn parse_local(text: &str) -> Result<DateTime, ScheduleError> {
    if has_offset(text) {
        return Err(ScheduleError::Offset);
    }
    let local = PARSER
        .parse_datetime(text)
        .map_err(|_| ScheduleError::NotATime)?;
    if text.contains(':') || text.split(['T', 't', ' ']).count() > 1 {
        Ok(to_minute(local))
    } else {
        Err(ScheduleError::NotATime)
    }
}

/// Tells whether an offset or a `Z` follows the time.
fn has_offset(text: &str) -> bool {
    text.split_once(['T', 't', ' '])
        .is_some_and(|(_, time)| time.contains(['+', '-', 'Z', 'z', '−']))
}

/// The parts of a rule as they are read, before they are put together.
#[derive(Default)]
struct Parts<'t> {
    frequency: Option<Frequency>,
    interval: Option<u16>,
    days: Option<Vec<RuleDay>>,
    month_days: Option<Vec<i8>>,
    hours: Option<Vec<u8>>,
    minutes: Option<Vec<u8>>,
    count: Option<u32>,
    until: Option<&'t str>,
    start: Option<DateTime>,
    /// Whether the rule is by the year; it is kept as one by twelve months.
    is_yearly: bool,
    month: Option<i8>,
}

fn parse_every(text: &str, zone: String, now: &Moment) -> Result<Schedule, ScheduleError> {
    let mut parts = Parts::default();
    for part in text
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (name, value) = part.split_once('=').ok_or(ScheduleError::Part)?;
        parts.read(name.trim().to_ascii_uppercase().as_str(), value.trim())?;
    }
    let hours = parts.hours.unwrap_or_default();
    let start = parts.start.unwrap_or_else(|| {
        let today = zoned(now.at, &zone).date();
        if hours.is_empty() {
            today.at(23, 59, 0, 0)
        } else {
            today.at(0, 0, 0, 0)
        }
    });
    let end = match (parts.count, parts.until) {
        (Some(_), Some(_)) => return Err(ScheduleError::TwoEnds),
        (Some(count), None) => RuleEnd::Count(count),
        (None, Some(until)) => RuleEnd::Until(parse_until(until, &zone)?),
        (None, None) => RuleEnd::Never,
    };
    let mut interval = parts.interval.unwrap_or(1);
    let mut start = start;
    if parts.is_yearly {
        let names_days = parts.days.is_some() || parts.month_days.is_some();
        start = start_in(start, (parts.month, interval), names_days)?;
        interval = interval
            .checked_mul(MONTHS)
            .ok_or(ScheduleError::Interval)?;
    } else if parts.month.is_some() {
        return Err(ScheduleError::UnknownPart);
    }
    let rule = Rule {
        frequency: parts.frequency.ok_or(ScheduleError::Frequency)?,
        interval,
        days: parts.days.unwrap_or_default(),
        month_days: parts.month_days.unwrap_or_default(),
        hours,
        minutes: parts.minutes.unwrap_or_default(),
        end,
    };
    Ok(Schedule::Every { rule, start, zone })
}

impl<'t> Parts<'t> {
    fn read(&mut self, name: &str, value: &'t str) -> Result<(), ScheduleError> {
        if value.is_empty() {
            return Err(ScheduleError::Part);
        }
        match name {
            "FREQ" => {
                self.is_yearly = value.eq_ignore_ascii_case("YEARLY");
                once(&mut self.frequency, parse_frequency(value)?)
            }
            "BYMONTH" => once(&mut self.month, number(value, ScheduleError::Month)?),
            "INTERVAL" => once(&mut self.interval, number(value, ScheduleError::Interval)?),
            "BYDAY" => once(&mut self.days, list(value, parse_day)?),
            "BYMONTHDAY" => once(
                &mut self.month_days,
                list(value, |day| number(day, ScheduleError::MonthDay))?,
            ),
            "BYHOUR" => once(
                &mut self.hours,
                list(value, |one| number(one, ScheduleError::Hour))?,
            ),
            "BYMINUTE" => once(
                &mut self.minutes,
                list(value, |one| number(one, ScheduleError::Minute))?,
            ),
            "COUNT" => once(&mut self.count, number(value, ScheduleError::Count)?),
            "UNTIL" => once(&mut self.until, value),
            "DTSTART" => once(
                &mut self.start,
                PARSER
                    .parse_datetime(value)
                    .map(to_minute)
                    .map_err(|_| ScheduleError::Start)?,
            ),
            "WKST" if value.eq_ignore_ascii_case("MO") => Ok(()),
            _ => Err(ScheduleError::UnknownPart),
        }
    }
}

/// Moves the start of a yearly rule into its month, in the first year of the rule that has it ahead.
fn start_in(
    start: DateTime,
    (month, years): (Option<i8>, u16),
    names_days: bool,
) -> Result<DateTime, ScheduleError> {
    let Some(month) = month else {
        return if names_days {
            Err(ScheduleError::Month)
        } else {
            Ok(start)
        };
    };
    if !(1..=12).contains(&month) {
        return Err(ScheduleError::Month);
    }
    if month == start.month() {
        return Ok(start);
    }
    let later = i16::try_from(years).map_err(|_| ScheduleError::Interval)?;
    let later = if month < start.month() { later } else { 0 };
    let year = start.year().saturating_add(later);
    let day = if names_days { 1 } else { start.day() };
    let moved = Date::new(year, month, day).map_err(|_| ScheduleError::Never)?;
    Ok(moved.to_datetime(start.time()))
}

fn once<T>(place: &mut Option<T>, value: T) -> Result<(), ScheduleError> {
    if place.replace(value).is_some() {
        Err(ScheduleError::Twice)
    } else {
        Ok(())
    }
}

fn list<T>(
    value: &str,
    read: impl Fn(&str) -> Result<T, ScheduleError>,
) -> Result<Vec<T>, ScheduleError> {
    value.split(',').map(|one| read(one.trim())).collect()
}

fn number<T: std::str::FromStr>(value: &str, error: ScheduleError) -> Result<T, ScheduleError> {
    value.parse().map_err(|_| error)
}

fn parse_frequency(value: &str) -> Result<Frequency, ScheduleError> {
    match value.to_ascii_uppercase().as_str() {
        "DAILY" => Ok(Frequency::Daily),
        "WEEKLY" => Ok(Frequency::Weekly),
        "MONTHLY" | "YEARLY" => Ok(Frequency::Monthly),
        _ => Err(ScheduleError::Frequency),
    }
}

/// The two letters of each day of the week.
const DAY_CODES: [(Weekday, &str); 7] = [
    (Weekday::Monday, "MO"),
    (Weekday::Tuesday, "TU"),
    (Weekday::Wednesday, "WE"),
    (Weekday::Thursday, "TH"),
    (Weekday::Friday, "FR"),
    (Weekday::Saturday, "SA"),
    (Weekday::Sunday, "SU"),
];

fn parse_day(value: &str) -> Result<RuleDay, ScheduleError> {
    let upper = value.to_ascii_uppercase();
    let (weekday, place) = DAY_CODES
        .into_iter()
        .find_map(|(weekday, code)| upper.strip_suffix(code).map(|place| (weekday, place)))
        .ok_or(ScheduleError::Day)?;
    let place = if place.is_empty() {
        None
    } else {
        Some(number(place, ScheduleError::Day)?)
    };
    Ok(RuleDay { weekday, place })
}

/// Reads the end of a rule: a day, included, a wall-clock time, or a time in UTC.
fn parse_until(value: &str, zone: &str) -> Result<DateTime, ScheduleError> {
    if let Ok(instant) = value.parse::<Timestamp>() {
        return Ok(to_minute(zoned(instant, zone).datetime()));
    }
    let local = PARSER
        .parse_datetime(value)
        .map_err(|_| ScheduleError::Until)?;
    if value.contains(['T', 't']) {
        Ok(to_minute(local))
    } else {
        Ok(local.date().at(23, 59, 0, 0))
    }
}

impl fmt::Display for Schedule {
    /// Writes the schedule so that [`Schedule::parse`] reads the same one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once { due, .. } => write_local(f, *due)?,
            Self::ByDate { date, .. } => write!(f, "{date}")?,
            Self::Every { rule, start, .. } => {
                write!(f, "{rule};DTSTART=")?;
                write_local(f, *start)?;
            }
        }
        write!(f, "[{}]", self.zone())
    }
}

fn write_local(f: &mut fmt::Formatter<'_>, local: DateTime) -> fmt::Result {
    write!(
        f,
        "{}T{:02}:{:02}",
        local.date(),
        local.hour(),
        local.minute()
    )
}

impl Rule {
    /// Returns the years between rounds, where these are whole years.
    #[must_use]
    pub fn years(&self) -> Option<u16> {
        let is_whole = self.interval >= MONTHS && self.interval.is_multiple_of(MONTHS);
        (self.frequency == Frequency::Monthly && is_whole).then_some(self.interval / MONTHS)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (frequency, interval) = match self.frequency {
            Frequency::Daily => ("DAILY", self.interval),
            Frequency::Weekly => ("WEEKLY", self.interval),
            Frequency::Monthly => match self.years() {
                Some(years) if self.days.is_empty() && self.month_days.is_empty() => {
                    ("YEARLY", years)
                }
                _ => ("MONTHLY", self.interval),
            },
        };
        write!(f, "FREQ={frequency}")?;
        if interval != 1 {
            write!(f, ";INTERVAL={interval}")?;
        }
        write_list(f, "BYDAY", &self.days)?;
        write_list(f, "BYMONTHDAY", &self.month_days)?;
        write_list(f, "BYHOUR", &self.hours)?;
        write_list(f, "BYMINUTE", &self.minutes)?;
        match self.end {
            RuleEnd::Never => Ok(()),
            RuleEnd::Count(count) => write!(f, ";COUNT={count}"),
            RuleEnd::Until(until) => {
                f.write_str(";UNTIL=")?;
                write_local(f, until)
            }
        }
    }
}

fn write_list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, name: &str, list: &[T]) -> fmt::Result {
    for (at, one) in list.iter().enumerate() {
        if at == 0 {
            write!(f, ";{name}={one}")?;
        } else {
            write!(f, ",{one}")?;
        }
    }
    Ok(())
}

impl fmt::Display for RuleDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(f, "{place}")?;
        }
        let code = DAY_CODES
            .into_iter()
            .find(|(weekday, _)| *weekday == self.weekday);
        f.write_str(code.map_or("", |(_, code)| code))
    }
}
