use jiff::civil::{Date, DateTime, Weekday, date};
use jiff::{SignedDuration, ToSpan};

use crate::schedule::{Frequency, Occurrence, Rule, RuleDay, RuleEnd, Schedule};

use super::fields::{Item, array, ints, whole};
use super::{DecodeError, EncodeError, LONGEST_ZONE, PayloadError};

/// The wall-clock minute that is number 0.
const FIRST: Date = date(1970, 1, 1);
/// The most numbers in one list of a rule.
const LONGEST_LIST: usize = 64;

/// Counts the minutes on the wall from 1970-01-01T00:00.
pub(super) fn minutes(local: DateTime) -> i64 {
    local
        .duration_since(FIRST.to_datetime(jiff::civil::Time::midnight()))
        .as_mins()
}

fn local(minutes: i64) -> Result<DateTime, DecodeError> {
    let seconds = minutes.checked_mul(60).ok_or(DecodeError::Range)?;
    FIRST
        .to_datetime(jiff::civil::Time::midnight())
        .checked_add(SignedDuration::from_secs(seconds))
        .map_err(|_| DecodeError::Range)
}

pub(super) fn occurrence(minutes: i64) -> Result<Occurrence, DecodeError> {
    local(minutes).map(|local| Occurrence { local })
}

pub(super) fn write(schedule: &Schedule) -> Result<Item<'_>, EncodeError> {
    if schedule.zone().len() > LONGEST_ZONE {
        return Err(EncodeError::Limit);
    }
    let zone = Item::text(schedule.zone());
    Ok(match schedule {
        Schedule::Once { due, .. } => Item::array([Item::uint(0), Item::int(minutes(*due)), zone]),
        Schedule::ByDate { date, .. } => {
            let days = FIRST
                .until(*date)
                .map_or(0, |span| i64::from(span.get_days()));
            Item::array([Item::uint(1), Item::int(days), zone])
        }
        Schedule::Every { rule, start, .. } => Item::array([
            Item::uint(2),
            Item::int(minutes(*start)),
            zone,
            write_rule(rule)?,
        ]),
    })
}

fn write_rule(rule: &Rule) -> Result<Item<'static>, EncodeError> {
    let lists = [
        rule.days.len(),
        rule.month_days.len(),
        rule.hours.len(),
        rule.minutes.len(),
    ];
    if lists.iter().any(|length| *length > LONGEST_LIST) {
        return Err(EncodeError::Limit);
    }
    let frequency = match rule.frequency {
        Frequency::Daily => 0,
        Frequency::Weekly => 1,
        Frequency::Monthly => 2,
    };
    let days = rule.days.iter().map(|day| {
        Item::ints([
            i64::from(day.weekday.to_monday_one_offset()),
            day.place.map_or(0, i64::from),
        ])
    });
    let (end, value) = match rule.end {
        RuleEnd::Never => (0, 0),
        RuleEnd::Count(count) => (1, i64::from(count)),
        RuleEnd::Until(until) => (2, minutes(until)),
    };
    Ok(Item::array([
        Item::uint(frequency),
        Item::uint(u64::from(rule.interval)),
        Item::array(days),
        Item::ints(rule.month_days.iter().map(|day| i64::from(*day))),
        Item::ints(rule.hours.iter().map(|hour| i64::from(*hour))),
        Item::ints(rule.minutes.iter().map(|minute| i64::from(*minute))),
        Item::uint(end),
        Item::int(value),
    ]))
}

pub(super) fn read(bytes: &[u8]) -> Result<Schedule, PayloadError> {
    let items = array(bytes, LONGEST_LIST)?;
    let Some((form, parts)) = items.split_first() else {
        return Err(DecodeError::Missing.into());
    };
    match (whole(form, |decoder| decoder.u64())?, parts) {
        (0, [due, zone]) => Ok(Schedule::Once {
            due: local(int(due)?)?,
            zone: text(zone)?,
        }),
        (1, [days, zone]) => {
            let days = i32::try_from(int(days)?).map_err(|_| DecodeError::Range)?;
            let span = 0.days().try_days(days).map_err(|_| DecodeError::Range)?;
            let date = FIRST.checked_add(span).map_err(|_| DecodeError::Range)?;
            Ok(Schedule::ByDate {
                date,
                zone: text(zone)?,
            })
        }
        (2, [start, zone, rule]) => Ok(Schedule::Every {
            start: local(int(start)?)?,
            zone: text(zone)?,
            rule: read_rule(rule)?,
        }),
        _ => Err(PayloadError::NewerValue),
    }
}

fn read_rule(bytes: &[u8]) -> Result<Rule, PayloadError> {
    let items = array(bytes, LONGEST_LIST)?;
    let [
        frequency,
        interval,
        days,
        month_days,
        hours,
        minutes,
        end,
        value,
    ] = items.as_slice()
    else {
        return Err(PayloadError::NewerValue);
    };
    let frequency = match whole(frequency, |decoder| decoder.u64())? {
        0 => Frequency::Daily,
        1 => Frequency::Weekly,
        2 => Frequency::Monthly,
        _ => return Err(PayloadError::NewerValue),
    };
    let end = match (whole(end, |decoder| decoder.u64())?, int(value)?) {
        (0, _) => RuleEnd::Never,
        (1, count) => RuleEnd::Count(u32::try_from(count).map_err(|_| DecodeError::Range)?),
        (2, until) => RuleEnd::Until(local(until)?),
        _ => return Err(PayloadError::NewerValue),
    };
    Ok(Rule {
        frequency,
        interval: u16::try_from(int(interval)?).map_err(|_| DecodeError::Range)?,
        days: array(days, LONGEST_LIST)?
            .iter()
            .map(|day| rule_day(day))
            .collect::<Result<_, _>>()?,
        month_days: numbers(month_days)?,
        hours: numbers(hours)?,
        minutes: numbers(minutes)?,
        end,
    })
}

fn rule_day(bytes: &[u8]) -> Result<RuleDay, DecodeError> {
    let [weekday, place] = numbers::<i8>(bytes)?
        .try_into()
        .map_err(|_| DecodeError::Form)?;
    let weekday = Weekday::from_monday_one_offset(weekday).map_err(|_| DecodeError::Range)?;
    Ok(RuleDay {
        weekday,
        place: (place != 0).then_some(place),
    })
}

fn numbers<T: TryFrom<i64>>(bytes: &[u8]) -> Result<Vec<T>, DecodeError> {
    ints(bytes, LONGEST_LIST)?
        .into_iter()
        .map(|number| T::try_from(number).map_err(|_| DecodeError::Range))
        .collect()
}

fn int(bytes: &[u8]) -> Result<i64, DecodeError> {
    whole(bytes, |decoder| decoder.i64())
}

fn text(bytes: &[u8]) -> Result<String, DecodeError> {
    let zone = whole(bytes, |decoder| decoder.str().map(str::to_owned))?;
    if zone.len() > LONGEST_ZONE {
        Err(DecodeError::Limit)
    } else {
        Ok(zone)
    }
}
