//! Events: what of a `VEVENT` decides which time it takes.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};

use super::component::Component;
use super::line::Line;
use super::problem::{Problems, Trouble};
use super::rule::Rule;
use super::value::{Duration, Form, Stamp};
use super::zone::{Zone, Zones, fixed_zone, seconds_on_wall};

mod read;

pub(super) use read::{Home, Reader};

/// A date and time with the zone that it is read in.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) stamp: Stamp,
    pub(super) zone: Zone,
}

/// How long an event lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// So many real seconds (given by an end; section 3.8.5.3).
    Exact(i64),
    /// Days on the wall and seconds (given by a duration).
    Nominal(Duration),
}

/// An additional instance.
#[derive(Debug, Clone)]
pub(super) struct Addition {
    pub(super) start: Placed,
    /// Its own length, if it has one.
    pub(super) length: Option<Length>,
}

/// Which instance of a series an event replaces.
#[derive(Debug, Clone)]
pub(super) struct Instead {
    pub(super) of: Placed,
    /// Whether it replaces all later ones too.
    pub(super) and_later: bool,
}

/// One event.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) line: u32,
    pub(super) uid: Option<String>,
    pub(super) instead: Option<Instead>,
    pub(super) start: Placed,
    pub(super) length: Length,
    pub(super) rules: Vec<Rule>,
    pub(super) except: Vec<Rule>,
    pub(super) additions: Vec<Addition>,
    pub(super) exceptions: Vec<Placed>,
    pub(super) sequence: i64,
    pub(super) is_transparent: bool,
    pub(super) is_cancelled: bool,
}

impl Placed {
    /// The instant, in seconds of UTC.
    pub(super) fn at(&self) -> i64 {
        self.zone.meaning(self.stamp.wall).first()
    }

    /// Whether it is a whole day.
    pub(super) fn is_day(&self) -> bool {
        self.stamp.form == Form::Day
    }

    /// The day on its own wall.
    pub(super) fn date(&self) -> Date {
        self.stamp.wall.date()
    }

    /// The day of a series of days that is meant. A midnight is that of its own day, in whatever zone it
    /// is written; another time of day is looked up on the wall of the series.
    pub(super) fn date_in(&self, series: &Zone) -> Date {
        if self.stamp.wall.time() == Time::midnight() {
            self.date()
        } else {
            series.wall(self.at()).date()
        }
    }
}

impl Length {
    /// When something ends that begins at an instant, on a wall.
    pub(super) fn end(self, at: i64, wall: DateTime, zone: &Zone) -> i64 {
        match self {
            Self::Exact(seconds) => at.saturating_add(seconds),
            Self::Nominal(duration) => {
                let day = duration
                    .civil_days()
                    .and_then(|days| wall.checked_add(days).ok());
                let day = match day {
                    Some(_) if duration.days == 0 => at,
                    Some(day) => zone.meaning(day).first(),
                    None => at.saturating_add(duration.days.saturating_mul(86_400)),
                };
                day.saturating_add(duration.seconds)
            }
        }
    }

    /// At most so many seconds, whatever the clocks do.
    pub(super) const fn longest(self) -> i64 {
        match self {
            Self::Exact(seconds) => seconds,
            Self::Nominal(duration) => duration.days.saturating_mul(86_400) + duration.seconds,
        }
    }
}

/// From a wall-clock time to the end of its day.
fn rest_of_day(wall: DateTime) -> Length {
    Length::Exact(86_400 - seconds_on_wall(wall).rem_euclid(86_400))
}
