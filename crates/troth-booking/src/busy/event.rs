//! Events: what of a `VEVENT` decides which time it takes.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::{Date, DateTime};

use super::component::Component;
use super::line::Line;
use super::problem::{Problems, Trouble};
use super::rule::Rule;
use super::value::{Duration, Form, Period, PeriodEnd, Stamp};
use super::zone::{Zone, Zones, seconds_on_wall};

/// The most dates of all `RDATE` or `EXDATE` of one event.
const MOST_DATES: usize = 20_000;

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

/// Reads what the values of a feed mean.
pub(super) struct Reader<'a, 'b> {
    pub(super) zones: &'b mut Zones<'a>,
    pub(super) problems: &'b mut Problems,
}

impl Reader<'_, '_> {
    /// Reads an event; `None` if it has no start, which is said.
    pub(super) fn event(&mut self, component: &Component, is_cancelled: bool) -> Option<Event> {
        let instead = self.instead(component);
        let line = self.only(component, "DTSTART");
        let start = match line.and_then(|line| self.placed(line, &line.value)) {
            Some(start) => start,
            None => {
                // A changed instance without a start keeps the one it replaces.
                let number = line.map_or(component.number, |line| line.number);
                self.problems.add(number, Trouble::Start);
                instead.as_ref()?.of.clone()
            }
        };
        let text = |name| component.first(name).map(|line| line.value.trim());
        let is =
            |name, value: &str| text(name).is_some_and(|text| text.eq_ignore_ascii_case(value));
        let sequence = text("SEQUENCE").and_then(|text| text.parse().ok());
        Some(Event {
            line: component.number,
            uid: text("UID").filter(|uid| !uid.is_empty()).map(Into::into),
            length: self.length(component, &start),
            rules: self.rules(component, "RRULE"),
            except: self.rules(component, "EXRULE"),
            additions: self.additions(component),
            exceptions: self.exceptions(component),
            sequence: sequence.unwrap_or(0),
            is_transparent: is("TRANSP", "TRANSPARENT"),
            is_cancelled: is_cancelled || is("STATUS", "CANCELLED"),
            instead,
            start,
        })
    }

    /// Reads the busy periods of a `VFREEBUSY`.
    pub(super) fn periods(&mut self, component: &Component) -> Vec<Addition> {
        let mut periods = Vec::new();
        for line in component.all("FREEBUSY") {
            let sort = line.param("FBTYPE").unwrap_or("BUSY");
            if !sort.eq_ignore_ascii_case("FREE") {
                self.dates(line, Trouble::Addition, &mut periods);
            }
        }
        periods
    }

    /// The one line of a name; a second one is said.
    fn only<'c>(&mut self, component: &'c Component, name: &'c str) -> Option<&'c Line> {
        let mut lines = component.all(name);
        let first = lines.next();
        if let Some(second) = lines.next() {
            self.problems.add(second.number, Trouble::Twice);
        }
        first
    }

    /// Reads a date and time in the zone that its line names.
    fn placed(&mut self, line: &Line, text: &str) -> Option<Placed> {
        let mut stamp = Stamp::read(text)?;
        let says_day = line
            .param("VALUE")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("DATE"));
        if says_day {
            stamp = stamp.as_day();
        }
        let zone = match (stamp.form, line.param("TZID")) {
            (Form::Utc, _) => Zone::UTC,
            // A day has no zone by the RFC; where one is named, that is where the day is meant.
            (_, Some(id)) => self.zones.named(id, line.number, self.problems),
            (_, None) => self.zones.asker(),
        };
        Some(Placed { stamp, zone })
    }

    /// Reads which instance an event replaces.
    fn instead(&mut self, component: &Component) -> Option<Instead> {
        let line = self.only(component, "RECURRENCE-ID")?;
        let Some(of) = self.placed(line, &line.value) else {
            self.problems.add(line.number, Trouble::Instance);
            return None;
        };
        let range = line.param("RANGE");
        Some(Instead {
            of,
            and_later: range.is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE")),
        })
    }

    /// Reads how long an event lasts.
    fn length(&mut self, component: &Component, start: &Placed) -> Length {
        let read = self.read_length(component, start);
        let length = read.unwrap_or_else(|line| {
            self.problems.add(line, Trouble::End);
            rest_of_day(start.stamp.wall)
        });
        if length.longest() < 0 {
            self.problems.add(component.number, Trouble::EndsBefore);
            return Length::Exact(0);
        }
        length
    }

    /// Reads how long an event lasts, or says which line cannot be read.
    fn read_length(&mut self, component: &Component, start: &Placed) -> Result<Length, u32> {
        let one_day = Length::Nominal(Duration {
            days: 1,
            seconds: 0,
        });
        if let Some(line) = self.only(component, "DTEND") {
            let end = self.placed(line, &line.value).ok_or(line.number)?;
            if start.is_day() && end.is_day() {
                let days = i64::from((end.date() - start.date()).get_days());
                // Some calendars write one and the same day as start and end.
                let days = if days == 0 { 1 } else { days };
                return Ok(Length::Nominal(Duration { days, seconds: 0 }));
            }
            return Ok(Length::Exact(end.at() - start.at()));
        }
        if let Some(line) = self.only(component, "DURATION") {
            let duration = Duration::read(&line.value).ok_or(line.number)?;
            return Ok(Length::Nominal(duration));
        }
        Ok(if start.is_day() {
            one_day
        } else {
            Length::Exact(0)
        })
    }

    /// Reads the rules of a name; what cannot be read is said.
    fn rules(&mut self, component: &Component, name: &str) -> Vec<Rule> {
        let mut rules = Vec::new();
        for line in component.all(name) {
            match Rule::read(&line.value) {
                Ok(rule) => {
                    if rule.has_odd_parts {
                        self.problems.add(line.number, Trouble::RulePart);
                    }
                    rules.push(rule);
                }
                Err(_) if name == "EXRULE" => self.problems.add(line.number, Trouble::Exception),
                Err(trouble) => self.problems.add(line.number, trouble),
            }
        }
        rules
    }

    fn additions(&mut self, component: &Component) -> Vec<Addition> {
        let mut additions = Vec::new();
        for line in component.all("RDATE") {
            self.dates(line, Trouble::Addition, &mut additions);
        }
        additions
    }

    fn exceptions(&mut self, component: &Component) -> Vec<Placed> {
        let mut exceptions = Vec::new();
        for line in component.all("EXDATE") {
            self.dates(line, Trouble::Exception, &mut exceptions);
        }
        exceptions.into_iter().map(|one| one.start).collect()
    }

    /// Reads the dates or periods of a line.
    fn dates(&mut self, line: &Line, trouble: Trouble, into: &mut Vec<Addition>) {
        for text in line.value.split(',').filter(|text| !text.trim().is_empty()) {
            let date = if text.contains('/') {
                self.period(line, text)
            } else {
                let start = self.placed(line, text);
                start.map(|start| Addition {
                    start,
                    length: None,
                })
            };
            match date {
                Some(date) if into.len() < MOST_DATES => into.push(date),
                _ => self.problems.add(line.number, trouble),
            }
        }
    }

    fn period(&mut self, line: &Line, text: &str) -> Option<Addition> {
        let period = Period::read(text)?;
        let (start, _) = text.split_once('/')?;
        let start = self.placed(line, start)?;
        let length = match period.end {
            PeriodEnd::After(duration) => Length::Nominal(duration),
            PeriodEnd::At(_) => {
                let (_, end) = text.split_once('/')?;
                Length::Exact(self.placed(line, end)?.at() - start.at())
            }
        };
        let length = (length.longest() >= 0).then_some(length)?;
        Some(Addition {
            start,
            length: Some(length),
        })
    }
}

/// From a wall-clock time to the end of its day.
fn rest_of_day(wall: DateTime) -> Length {
    Length::Exact(86_400 - seconds_on_wall(wall).rem_euclid(86_400))
}
