use alloc::vec::Vec;

use jiff::civil::{Date, DateTime};

use super::{Meaning, Zone, seconds_on_wall};
use crate::busy::component::Component;
use crate::busy::problem::{Problems, Trouble};
use crate::busy::recur::{Budget, Reach, Recurrence};
use crate::busy::rule::{Frequency, Rule};
use crate::busy::value::{Form, Stamp, offset};

/// The first and the last year whose changes are worked out.
const YEARS: (i16, i16) = (1970, 2100);
/// The most changes of one zone.
const MOST_CHANGES: usize = 2000;

/// A zone as a `VTIMEZONE` defines it (RFC 5545, section 3.6.5), its changes worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::busy) struct Defined {
    /// The offset before the first change, in seconds.
    first: i64,
    /// Instants and the offset from then on, in ascending order.
    changes: Vec<(i64, i64)>,
}

impl Defined {
    /// Reads the `STANDARD` and `DAYLIGHT` parts; `None` if there is nothing usable.
    pub(in crate::busy) fn read(
        parts: &[&Component],
        budget: &mut Budget,
        problems: &mut Problems,
    ) -> Option<Self> {
        let mut changes: Vec<(i64, i64, i64)> = Vec::new();
        for part in parts {
            let Some((from, to)) = offsets(part, parts, problems) else {
                problems.add(part.number, Trouble::ZoneDefinition);
                continue;
            };
            let onsets = onsets(part, from, budget, problems);
            changes.extend(onsets.into_iter().map(|at| (at, from, to)));
            if changes.len() > MOST_CHANGES {
                return None;
            }
        }
        changes.sort_unstable();
        let (_, first, _) = *changes.first()?;
        let changes = changes.into_iter().map(|(at, _, to)| (at, to)).collect();
        Some(Self { first, changes })
    }

    /// The offset at an instant, in seconds.
    pub(in crate::busy) fn offset_at(&self, at: i64) -> i64 {
        let place = self.changes.partition_point(|(change, _)| *change <= at);
        let before = place
            .checked_sub(1)
            .and_then(|place| self.changes.get(place));
        before.map_or(self.first, |(_, offset)| *offset)
    }

    /// Says what a wall-clock time means.
    pub(in crate::busy) fn meaning(&self, wall: DateTime) -> Meaning {
        let local = seconds_on_wall(wall);
        // No offset is a day or more, so only changes within a day of the time matter.
        let day = 86_400;
        let early = self.changes.partition_point(|(at, _)| *at < local - day);
        let before = self.offset_at(local - day - 1);
        let mut offsets = alloc::vec![before];
        let near = self.changes.iter().skip(early);
        offsets.extend(
            near.take_while(|(at, _)| *at <= local + day)
                .map(|(_, to)| *to),
        );
        let mut instants: Vec<i64> = offsets
            .iter()
            .map(|offset| local - offset)
            .filter(|at| at + self.offset_at(*at) == local)
            .collect();
        instants.sort_unstable();
        instants.dedup();
        match instants.as_slice() {
            [] => Meaning::Never(local - self.offset_before_gap(local, &offsets)),
            [once] => Meaning::Once(*once),
            [first, second, ..] => Meaning::Twice(*first, *second),
        }
    }

    /// The offset before the change that skips a wall-clock time.
    fn offset_before_gap(&self, local: i64, offsets: &[i64]) -> i64 {
        let is_before = |offset: &&i64| {
            let at = local - **offset;
            self.offset_at(at) > **offset
        };
        offsets
            .iter()
            .find(is_before)
            .copied()
            .unwrap_or(self.first)
    }
}

/// The offsets before and after a part sets in. What it does not say follows from the others: what one
/// part ends, the next begins.
fn offsets(part: &Component, parts: &[&Component], problems: &mut Problems) -> Option<(i64, i64)> {
    let read = |part: &Component, name| {
        let line = part.first(name)?;
        offset(&line.value).map(i64::from)
    };
    let of_other = |name| {
        let mut others = parts.iter().filter(|other| other.kind != part.kind);
        others.find_map(|other| read(other, name))
    };
    let (from, to) = (read(part, "TZOFFSETFROM"), read(part, "TZOFFSETTO"));
    if from.is_none() || to.is_none() {
        problems.add(part.number, Trouble::ZoneDefinition);
    }
    let to = to.or_else(|| of_other("TZOFFSETFROM")).or(from)?;
    let from = from.or_else(|| of_other("TZOFFSETTO")).unwrap_or(to);
    Some((from, to))
}

/// Lists the instants at which a part sets in.
fn onsets(part: &Component, from: i64, budget: &mut Budget, problems: &mut Problems) -> Vec<i64> {
    let start = part
        .first("DTSTART")
        .and_then(|line| Stamp::read(&line.value));
    let start = start.map_or_else(
        || {
            // Since when is not known: always, and the clocks are put forward or back by night.
            problems.add(part.number, Trouble::ZoneDefinition);
            Date::constant(YEARS.0, 1, 1).at(2, 0, 0, 0)
        },
        |start| start.wall,
    );
    let at = |wall: DateTime| seconds_on_wall(wall) - from;
    let mut found = alloc::vec![at(start)];
    let range = (
        seconds_on_wall(Date::constant(YEARS.0, 1, 1).at(0, 0, 0, 0)),
        seconds_on_wall(Date::constant(YEARS.1, 1, 1).at(0, 0, 0, 0)),
    );
    for line in part.all("RRULE") {
        let Ok(rule) = Rule::read(&line.value) else {
            problems.add(line.number, Trouble::RulePart);
            continue;
        };
        if rule.has_odd_parts {
            problems.add(line.number, Trouble::RulePart);
        }
        let rule = of_zone(rule, from);
        let recurrence = Recurrence {
            rule: &rule,
            start,
            zone: &Zone::UTC,
            is_day: false,
            has_start: true,
        };
        let (instances, reach) = recurrence.within(range, budget);
        if reach != Reach::All {
            problems.add(line.number, Trouble::ZoneDefinition);
        }
        found.extend(instances.iter().take(MOST_CHANGES).map(|one| at(one.wall)));
    }
    for line in part.all("RDATE") {
        for text in line.value.split([',', ';']).take(MOST_CHANGES) {
            match Stamp::read(text) {
                Some(stamp) => found.push(at(stamp.wall)),
                None => problems.add(line.number, Trouble::Addition),
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Takes a rule as the clocks are changed: once a year, on the wall clock before the change.
fn of_zone(mut rule: Rule, from: i64) -> Rule {
    if rule.frequency != Frequency::Yearly {
        rule.frequency = Frequency::Yearly;
        rule.interval = 1;
    }
    if let Some(until) = rule.until.as_mut()
        && until.form == Form::Utc
    {
        // The end may be written in UTC.
        until.wall = until
            .wall
            .saturating_add(jiff::SignedDuration::from_secs(from));
        until.form = Form::Local;
    }
    for day in &mut rule.days {
        // The fifth Sunday is meant as the last one, which there is every year.
        if day.place == 5 && !rule.months.is_empty() {
            day.place = -1;
        }
    }
    rule
}
