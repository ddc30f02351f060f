//! The weekly hours as typed, and the rules of a visit.

use std::collections::BTreeSet;

use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use troth_wire::network::{Day, Hours, HoursChange, WeeklyHours};

use super::{Reader, Why, Wrong, at};

/// Hours of one weekday as typed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct SpanTyped {
    /// 1 for Monday to 7 for Sunday.
    pub weekday: u8,
    /// From when.
    pub from: String,
    /// Until when; `00:00` is midnight.
    pub to: String,
    /// Every so many weeks.
    pub every: String,
    /// For more than one: a day of a week that counts.
    pub anchor: String,
}

/// A day that is not as usual, as typed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ChangeTyped {
    /// The day.
    pub date: String,
    /// `off` or `extra`.
    pub kind: String,
    /// From when, for extra hours.
    pub from: String,
    /// Until when.
    pub to: String,
}

/// All of it as typed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct HoursTyped {
    /// The zone (IANA).
    pub zone: String,
    /// The usual week.
    pub spans: Vec<SpanTyped>,
    /// Days that are not as usual.
    pub changes: Vec<ChangeTyped>,
    /// The usual length of a visit, in minutes.
    pub usual: String,
    /// Other lengths, in minutes.
    pub others: BTreeSet<String>,
    /// Minutes kept free before.
    pub before: String,
    /// Minutes kept free after.
    pub after: String,
    /// The least notice, in hours.
    pub notice: String,
    /// How far ahead, in days.
    pub ahead: String,
    /// Visits begin every so many minutes.
    pub step: String,
}

impl HoursTyped {
    /// Begins with no hours, and rules that suit most.
    #[must_use]
    pub fn new(zone: &str) -> Self {
        Self {
            zone: zone.to_owned(),
            usual: "50".into(),
            before: "0".into(),
            after: "10".into(),
            notice: "24".into(),
            ahead: "60".into(),
            step: "60".into(),
            ..Self::default()
        }
    }

    /// Shows hours as they would be typed.
    #[must_use]
    pub fn of(hours: &Hours) -> Self {
        let (usual, others) = hours.minutes.split_first().map_or_else(
            || (String::new(), BTreeSet::new()),
            |(first, rest)| (first.to_string(), rest.iter().map(u32::to_string).collect()),
        );
        Self {
            zone: hours.zone.clone(),
            spans: hours.weekly.iter().map(SpanTyped::of).collect(),
            changes: hours.exceptions.iter().map(ChangeTyped::of).collect(),
            usual,
            others,
            before: hours.buffer_before.to_string(),
            after: hours.buffer_after.to_string(),
            notice: hours.notice_minutes.div_ceil(60).to_string(),
            ahead: hours.horizon_days.to_string(),
            step: hours.step.to_string(),
        }
    }

    /// Reads the hours. Whether the zone is known is for the browser to say, which has the list.
    ///
    /// # Errors
    ///
    /// Every field that cannot be used yet.
    pub fn read(&self, zone_known: bool) -> Result<Hours, Vec<Wrong>> {
        let mut reader = Reader::default();
        let weekly = self.read_week(&mut reader);
        let exceptions = self.read_changes(&mut reader);
        let zone = reader.words("zone", &self.zone, 60);
        if !zone.is_empty() && !zone_known {
            reader.say("zone", Why::Zone);
        }
        let usual = reader.number("usual", &self.usual, 5..=480);
        let minutes = std::iter::once(usual)
            .chain(
                self.others
                    .iter()
                    .filter_map(|minutes| minutes.parse().ok())
                    .filter(|minutes| *minutes != usual),
            )
            .collect();
        let hours = Hours {
            zone,
            weekly,
            exceptions,
            minutes,
            buffer_before: reader.number("before", &self.before, 0..=240),
            buffer_after: reader.number("after", &self.after, 0..=240),
            notice_minutes: reader.number("notice", &self.notice, 0..=720) * 60,
            horizon_days: reader.number("ahead", &self.ahead, 1..=366),
            step: reader.number("step", &self.step, 15..=60),
        };
        reader.end(hours)
    }

    fn read_week(&self, reader: &mut Reader) -> Vec<WeeklyHours> {
        let mut read: Vec<(u8, Time, Option<Time>, bool)> = Vec::with_capacity(self.spans.len());
        let mut weekly: Vec<WeeklyHours> = Vec::with_capacity(self.spans.len());
        for (row, typed) in self.spans.iter().enumerate() {
            let (from, to) = span(reader, row, ("from", &typed.from), ("to", &typed.to));
            let every = typed.every.parse::<u8>().unwrap_or(1);
            let overlaps = read.iter().any(|(day, begins, ends, weekly)| {
                let alike = *day == typed.weekday && *weekly && every == 1;
                alike && ends.is_none_or(|ends| from < ends) && to.is_none_or(|to| *begins < to)
            });
            if overlaps {
                reader.say(&at("from", row), Why::Overlap);
            }
            read.push((typed.weekday, from, to, every == 1));
            weekly.push(WeeklyHours {
                weekday: typed.weekday,
                from: clock(from),
                to: to.map_or_else(|| "24:00".to_owned(), clock),
                every_weeks: (every > 1).then_some(every),
                anchor: (every > 1)
                    .then(|| Day::of_date(reader.day(&at("anchor", row), &typed.anchor)))
                    .flatten(),
            });
        }
        weekly
    }

    fn read_changes(&self, reader: &mut Reader) -> Vec<HoursChange> {
        self.changes
            .iter()
            .enumerate()
            .map(|(row, typed)| {
                let date = reader.day(&at("date", row), &typed.date);
                let extra = typed.kind == "extra";
                let times = extra.then(|| {
                    span(
                        reader,
                        row,
                        ("extra-from", &typed.from),
                        ("extra-to", &typed.to),
                    )
                });
                HoursChange {
                    date: Day::of_date(date).unwrap_or_default(),
                    off: !extra,
                    from: times.map(|(from, _)| clock(from)),
                    to: times.map(|(_, to)| to.map_or_else(|| "24:00".to_owned(), clock)),
                }
            })
            .collect()
    }
}

/// Reads a span of one day; an end at midnight is `None`.
fn span(
    reader: &mut Reader,
    row: usize,
    from: (&str, &str),
    to: (&str, &str),
) -> (Time, Option<Time>) {
    let (from_field, to_field) = (at(from.0, row), at(to.0, row));
    let (begins, ends) = (
        quarter(reader, &from_field, from.1),
        quarter(reader, &to_field, to.1),
    );
    if to.1.trim().is_empty() {
        return (begins, None);
    }
    if ends == Time::midnight() {
        return (begins, None);
    }
    if ends <= begins {
        reader.say(&to_field, Why::Backwards);
    }
    (begins, Some(ends))
}

fn quarter(reader: &mut Reader, field: &str, typed: &str) -> Time {
    let time = reader.time(field, typed);
    if time.minute() % 15 != 0 {
        reader.say(field, Why::Quarter);
    }
    time
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// Shows the end of a span in a field, which knows midnight as the beginning of a day.
fn shown(end: &str) -> String {
    if end == "24:00" { "00:00" } else { end }.to_owned()
}

impl SpanTyped {
    fn of(hours: &WeeklyHours) -> Self {
        Self {
            weekday: hours.weekday,
            from: hours.from.clone(),
            to: shown(&hours.to),
            every: hours.every_weeks.unwrap_or(1).to_string(),
            anchor: hours.anchor.map(|day| day.to_string()).unwrap_or_default(),
        }
    }
}

impl ChangeTyped {
    fn of(change: &HoursChange) -> Self {
        Self {
            date: change.date.to_string(),
            kind: if change.off { "off" } else { "extra" }.to_owned(),
            from: change.from.clone().unwrap_or_default(),
            to: change.to.as_deref().map(shown).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(weekday: u8, from: &str, to: &str) -> SpanTyped {
        SpanTyped {
            weekday,
            from: from.into(),
            to: to.into(),
            every: "1".into(),
            anchor: String::new(),
        }
    }

    fn typed(spans: Vec<SpanTyped>) -> HoursTyped {
        HoursTyped {
            spans,
            ..HoursTyped::new("America/New_York")
        }
    }

    fn wrong(typed: &HoursTyped) -> Vec<(String, Why)> {
        typed
            .read(true)
            .unwrap_err()
            .into_iter()
            .map(|wrong| (wrong.field, wrong.why))
            .collect()
    }

    #[test]
    fn what_is_read_is_shown_as_it_was_typed() {
        let mut typed = typed(vec![
            span(1, "09:00", "12:00"),
            span(1, "13:00", "00:00"),
            SpanTyped {
                every: "2".into(),
                anchor: "2026-11-24".into(),
                ..span(2, "09:00", "17:15")
            },
        ]);
        typed.others.insert("80".into());
        typed.changes = vec![
            ChangeTyped {
                date: "2026-12-24".into(),
                kind: "off".into(),
                ..ChangeTyped::default()
            },
            ChangeTyped {
                date: "2026-12-27".into(),
                kind: "extra".into(),
                from: "10:00".into(),
                to: "12:00".into(),
            },
        ];
        let hours = typed.read(true).unwrap();
        assert_eq!(hours.weekly[1].to, "24:00");
        assert_eq!(hours.minutes, [50, 80]);
        assert_eq!(hours.notice_minutes, 1_440);
        assert_eq!(HoursTyped::of(&hours), typed);
    }

    #[test]
    fn hours_that_end_before_they_begin_are_told_at_their_end() {
        assert_eq!(
            wrong(&typed(vec![span(3, "17:00", "09:00")])),
            [("to-0".to_owned(), Why::Backwards)]
        );
    }

    #[test]
    fn hours_of_one_day_do_not_overlap() {
        let spans = vec![
            span(3, "09:00", "12:00"),
            span(4, "11:00", "13:00"),
            span(3, "11:45", "13:00"),
        ];
        assert_eq!(wrong(&typed(spans)), [("from-2".to_owned(), Why::Overlap)]);
        let one_after_the_other = vec![span(3, "09:00", "12:00"), span(3, "12:00", "13:00")];
        assert!(typed(one_after_the_other).read(true).is_ok());
        let until_midnight = vec![span(3, "20:00", "00:00"), span(3, "23:00", "23:30")];
        assert_eq!(
            wrong(&typed(until_midnight)),
            [("from-1".to_owned(), Why::Overlap)]
        );
    }

    #[test]
    fn a_time_between_the_quarters_and_a_missing_one_are_told() {
        assert_eq!(
            wrong(&typed(vec![span(3, "09:05", "")])),
            [
                ("from-0".to_owned(), Why::Quarter),
                ("to-0".to_owned(), Why::Missing)
            ]
        );
    }

    #[test]
    fn every_second_week_needs_a_week_to_count_from() {
        let spans = vec![SpanTyped {
            every: "2".into(),
            ..span(2, "09:00", "17:00")
        }];
        assert_eq!(
            wrong(&typed(spans)),
            [("anchor-0".to_owned(), Why::Missing)]
        );
    }

    #[test]
    fn a_zone_nobody_knows_is_told() {
        let wrong = typed(Vec::new()).read(false).unwrap_err();
        assert_eq!(
            wrong,
            [Wrong {
                field: "zone".into(),
                why: Why::Zone
            }]
        );
    }
}
