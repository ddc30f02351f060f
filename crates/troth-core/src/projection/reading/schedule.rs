use jiff::civil::{DateTime, Weekday};

use crate::schedule::{Frequency, Rule, RuleDay, RuleEnd, Schedule};

/// Says in English when a promise is due, as the rest of a sentence that begins with "due".
///
/// ```
/// use troth_core::{Moment, Schedule, projection::reading::schedule_in_words};
///
/// let now = Moment::new("2026-11-22T10:00:00Z".parse()?, "Europe/Vienna");
/// let monday = Schedule::parse("FREQ=WEEKLY;BYDAY=MO;BYHOUR=18", &now)?;
///
/// assert_eq!(schedule_in_words(&monday), "every week on Monday at 18:00 (Europe/Vienna)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn schedule_in_words(schedule: &Schedule) -> String {
    let when = match schedule {
        Schedule::Once { due, .. } => {
            format!("on {}", due.strftime("%A, %-d %B %Y at %H:%M"))
        }
        Schedule::ByDate { date, .. } => {
            format!("by the end of {}", date.strftime("%A, %-d %B %Y"))
        }
        Schedule::Every { rule, start, .. } => rule_in_words(rule, *start),
    };
    format!("{when} ({})", schedule.zone())
}

fn rule_in_words(rule: &Rule, start: DateTime) -> String {
    let (unit, interval) = match (rule.frequency, rule.years()) {
        (Frequency::Daily, _) => ("day", rule.interval),
        (Frequency::Weekly, _) => ("week", rule.interval),
        (Frequency::Monthly, None) => ("month", rule.interval),
        (Frequency::Monthly, Some(years)) => ("year", years),
    };
    let mut words = match interval {
        0 | 1 => format!("every {unit}"),
        2 => format!("every second {unit}"),
        more => format!("every {more} {unit}s"),
    };
    if let Some(days) = days_in_words(rule, start) {
        words.push_str(" on ");
        words.push_str(&days);
    }
    words.push_str(&times_in_words(rule, start));
    match rule.end {
        RuleEnd::Never => {}
        RuleEnd::Count(1) => words.push_str(", once"),
        RuleEnd::Count(count) => words.push_str(&format!(", {count} times")),
        RuleEnd::Until(until) => {
            words.push_str(&format!(", until {}", until.strftime("%-d %B %Y")));
        }
    }
    words
}

fn days_in_words(rule: &Rule, start: DateTime) -> Option<String> {
    let month_days = rule.month_days.iter().map(|day| match day {
        -1 => "the last day".to_owned(),
        day if *day < 0 => format!("the {} to last day", ordinal(day.unsigned_abs())),
        day => format!("the {}", ordinal(day.unsigned_abs())),
    });
    let days: Vec<String> = rule
        .days
        .iter()
        .map(|day| day_in_words(*day, rule.frequency))
        .chain(month_days)
        .collect();
    let year = rule.years();
    match (days.is_empty(), rule.frequency) {
        (false, _) if year.is_some() => Some(format!("{} of {}", and(&days), start.strftime("%B"))),
        (true, _) if year.is_some() => Some(start.strftime("%-d %B").to_string()),
        (false, _) => Some(and(&days)),
        (true, Frequency::Daily) => None,
        (true, Frequency::Weekly) => Some(weekday(start.date().weekday()).to_owned()),
        (true, Frequency::Monthly) => Some(format!("the {}", ordinal(start.day().unsigned_abs()))),
    }
}

fn day_in_words(day: RuleDay, frequency: Frequency) -> String {
    let name = weekday(day.weekday);
    match (day.place, frequency) {
        (Some(-1), _) => format!("the last {name}"),
        (Some(place), _) if place < 0 => {
            format!("the {} to last {name}", ordinal(place.unsigned_abs()))
        }
        (Some(place), _) => format!("the {} {name}", ordinal(place.unsigned_abs())),
        (None, Frequency::Monthly) => format!("every {name}"),
        (None, Frequency::Daily | Frequency::Weekly) => name.to_owned(),
    }
}

fn times_in_words(rule: &Rule, start: DateTime) -> String {
    let own_hour = [start.hour().unsigned_abs()];
    let own_minute = [start.minute().unsigned_abs()];
    let hours = if rule.hours.is_empty() {
        own_hour.as_slice()
    } else {
        &rule.hours
    };
    let minutes = if rule.minutes.is_empty() {
        own_minute.as_slice()
    } else {
        &rule.minutes
    };
    if hours == [23] && minutes == [59] {
        return ", by the end of the day".to_owned();
    }
    let times: Vec<String> = hours
        .iter()
        .flat_map(|hour| {
            minutes
                .iter()
                .map(move |minute| format!("{hour:02}:{minute:02}"))
        })
        .collect();
    format!(" at {}", and(&times))
}

fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn ordinal(number: u8) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}
