//! Rules of vCalendar 1.0, which older programs and telephones still write: `W1 MO TU #10`.

use alloc::vec::Vec;

use super::{Frequency, Rule, RuleDay, weekday};
use crate::busy::value::Stamp;

/// What a rule counts in, by the letters in front.
const KINDS: [(&str, Frequency); 6] = [
    ("MP", Frequency::Monthly),
    ("MD", Frequency::Monthly),
    ("YM", Frequency::Yearly),
    ("YD", Frequency::Yearly),
    ("D", Frequency::Daily),
    ("W", Frequency::Weekly),
];

/// Reads a rule; `None` if it is not written in this way.
pub(super) fn read(text: &str) -> Option<Rule> {
    let text = text.to_ascii_uppercase();
    let mut words = text.split_ascii_whitespace();
    let first = words.next()?;
    let (kind, frequency) = KINDS.iter().find(|(kind, _)| first.starts_with(kind))?;
    let interval = first.strip_prefix(kind)?;
    if !interval.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut rule = Rule::new(*frequency);
    match interval.parse::<u32>() {
        Ok(interval) if interval > 0 => rule.interval = interval.into(),
        _ => rule.has_odd_parts = true,
    }
    let mut places: Vec<i32> = Vec::new();
    let mut are_used = false;
    for word in words {
        let word = word.trim_end_matches('$');
        if let Some(place) = place(word).filter(|place| *kind == "MP" && place.abs() <= 5) {
            if are_used {
                places.clear();
                are_used = false;
            }
            places.push(place);
        } else if let Some(weekday) = weekday(word) {
            let all = if places.is_empty() { &[0][..] } else { &places };
            let days = all.iter().map(|place| RuleDay {
                place: *place,
                weekday,
            });
            rule.days.extend(days);
            are_used = true;
        } else if !take(&mut rule, kind, word) {
            rule.has_odd_parts = true;
        }
    }
    Some(rule)
}

/// Takes a word in that is a number, a time or an end. False if it is left out.
fn take(rule: &mut Rule, kind: &str, word: &str) -> bool {
    if let Some(count) = word.strip_prefix('#') {
        // None at all is for ever.
        let count = count.parse::<u32>().ok();
        rule.count = count.filter(|count| *count > 0);
        return count.is_some();
    }
    let number = if word == "LD" { Some(-1) } else { place(word) };
    let (list, low, high) = match kind {
        "MD" => (&mut rule.month_days, -31, 31),
        "YM" => (&mut rule.months, 1, 12),
        "YD" => (&mut rule.year_days, -366, 366),
        _ => (&mut rule.places, 0, -1),
    };
    if let Some(number) = number.filter(|number| (low..=high).contains(number) && *number != 0) {
        list.push(number);
        return true;
    }
    if let Some((hour, minute)) = time(word) {
        rule.hours.push(hour);
        rule.minutes.push(minute);
        for list in [&mut rule.hours, &mut rule.minutes] {
            list.sort_unstable();
            list.dedup();
        }
        return true;
    }
    let until = Stamp::read_last(word);
    rule.until = until.or(rule.until);
    until.is_some()
}

/// Reads `2`, `1+` or `1-`, which is counted from the end.
fn place(word: &str) -> Option<i32> {
    match word.strip_suffix('-') {
        Some(word) => word.parse::<u16>().ok().map(|place| -i32::from(place)),
        None => {
            let word = word.strip_suffix('+').unwrap_or(word);
            word.parse::<u16>().ok().map(i32::from)
        }
    }
}

/// Reads a time of day of four digits.
fn time(word: &str) -> Option<(i32, i32)> {
    let (hour, minute) = word.split_at_checked(2).filter(|_| word.len() == 4)?;
    let (hour, minute) = (hour.parse::<u8>().ok()?, minute.parse::<u8>().ok()?);
    (hour < 24 && minute < 60).then_some((hour.into(), minute.into()))
}
