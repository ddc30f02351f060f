//! From wall-clock hours of days to spans of instants.

use alloc::vec::Vec;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};

use super::{Clock, Day, Hours, Weekly};
use crate::time::{Minute, Span};

/// Hours of one day, and the wall-clock minute that visits are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) span: Span,
    pub(super) counted_from: u16,
}

/// Which of two instants a wall-clock time means that comes twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Twice {
    First,
    Second,
}

/// Lists the hours, extra ones too, of every day that may reach into `within`. Days off are not taken out.
pub(super) fn open_windows(hours: &Hours, zone: &TimeZone, within: Span) -> Vec<Window> {
    let mut windows = Vec::new();
    for date in days(zone, within) {
        for weekly in hours.weekly.iter().filter(|weekly| weekly.holds_on(date)) {
            windows.extend(window(zone, date, weekly.from, weekly.to));
        }
        for extra in hours.extra.iter().filter(|extra| extra.date == date) {
            windows.extend(window(zone, date, extra.from, extra.to));
        }
    }
    windows
}

/// Lists when nothing is offered, of every day that may reach into `within`.
///
/// A boundary that comes twice is taken so that everything the wall showed is off.
pub(super) fn off_spans(hours: &Hours, zone: &TimeZone, within: Span) -> Vec<Span> {
    let mut spans = Vec::new();
    for date in days(zone, within) {
        for off in &hours.off {
            if date < off.from || off.to < date {
                continue;
            }
            let (from, to) = off.hours.as_ref().map_or_else(
                || (Clock::new(0, 0), Clock::new(24, 0)),
                |hours| (Some(hours.from), Some(hours.to)),
            );
            let span = from.zip(to).and_then(|(from, to)| {
                let (start, end) = edges(date, from, to)?;
                Some(Span::new(
                    instant(zone, start, Twice::First)?,
                    instant(zone, end, Twice::Second)?,
                ))
            });
            spans.extend(span);
        }
    }
    spans
}

impl Weekly {
    /// Says whether the rule holds on a day.
    fn holds_on(&self, date: Date) -> bool {
        let begun = self.since.is_none_or(|since| since <= date);
        let ended = self.until.is_some_and(|until| until < date);
        let is_week = self.weeks <= 1
            || self.since.is_some_and(|since| {
                let days = (monday(date) - monday(since)).get_days();
                days.rem_euclid(7 * i32::from(self.weeks)) == 0
            });
        begun && !ended && is_week && self.days.contains(&Day::of(date.weekday()))
    }
}

impl Day {
    /// The day of the week.
    #[must_use]
    pub const fn of(weekday: Weekday) -> Self {
        match weekday {
            Weekday::Monday => Self::Mo,
            Weekday::Tuesday => Self::Tu,
            Weekday::Wednesday => Self::We,
            Weekday::Thursday => Self::Th,
            Weekday::Friday => Self::Fr,
            Weekday::Saturday => Self::Sa,
            Weekday::Sunday => Self::Su,
        }
    }
}

/// The Monday of a day's week.
fn monday(date: Date) -> Date {
    let back = i32::from(date.weekday().to_monday_zero_offset());
    date.saturating_sub(back.days())
}

/// Lists the days on the wall that may reach into a span: hours may begin on the day before.
fn days(zone: &TimeZone, within: Span) -> impl Iterator<Item = Date> {
    let first = zone.to_datetime(within.from.timestamp()).date();
    let first = first.saturating_sub(1.days());
    let last = zone.to_datetime(within.to.timestamp()).date();
    first.series(1.day()).take_while(move |date| *date <= last)
}

/// The hours of one day as a window, unless the change to summer time swallows them.
fn window(zone: &TimeZone, date: Date, from: Clock, to: Clock) -> Option<Window> {
    let (start, end) = edges(date, from, to)?;
    let span = Span::new(
        instant(zone, start, Twice::First)?,
        instant(zone, end, Twice::First)?,
    );
    (!span.is_empty()).then_some(Window {
        span,
        counted_from: from.minutes(),
    })
}

/// The wall-clock start and end of hours that begin on a day.
fn edges(date: Date, from: Clock, to: Clock) -> Option<(DateTime, DateTime)> {
    let end_day = if to <= from {
        date.checked_add(1.day()).ok()?
    } else {
        date
    };
    Some((on_wall(date, from)?, on_wall(end_day, to)?))
}

/// A time of day on a day; 24:00 is the next midnight.
fn on_wall(date: Date, clock: Clock) -> Option<DateTime> {
    date.to_datetime(jiff::civil::Time::midnight())
        .checked_add(i64::from(clock.minutes()).minutes())
        .ok()
}

/// The instant of a wall-clock time; one that is skipped lies at the moment of the change.
fn instant(zone: &TimeZone, wall: DateTime, twice: Twice) -> Option<Minute> {
    let ambiguous = zone.to_ambiguous_timestamp(wall);
    let at = match (ambiguous.offset(), twice) {
        (AmbiguousOffset::Gap { .. }, _) => change_after(zone, ambiguous.earlier().ok()?)?,
        (_, Twice::First) => ambiguous.earlier().ok()?,
        (_, Twice::Second) => ambiguous.later().ok()?,
    };
    Some(Minute::of(at))
}

/// The first change of the zone's offset after an instant.
fn change_after(zone: &TimeZone, at: Timestamp) -> Option<Timestamp> {
    zone.following(at).next().map(|change| change.timestamp())
}
