use alloc::string::String;
use alloc::vec::Vec;

use super::{
    Addition, Component, Duration, Event, Form, Instead, Length, Line, Placed, Problems, Rule,
    SignedDuration, Stamp, Time, Trouble, Zone, Zones, fixed_zone, rest_of_day,
};

/// The most dates of all `RDATE` or `EXDATE` of one event.
const MOST_DATES: usize = 20_000;

/// Outlook's word for how much an event takes; the second is what its organizer wanted it to be.
const BUSY_STATUS: [&str; 3] = [
    "X-MICROSOFT-CDO-BUSYSTATUS",
    "X-MICROSOFT-MSNCALENDAR-BUSYSTATUS",
    "X-MICROSOFT-CDO-INTENDEDSTATUS",
];

/// What is said around an event, for what it does not say itself.
#[derive(Debug, Clone)]
pub(in crate::busy) struct Home {
    /// The zone of the times of the calendar that say none.
    pub(in crate::busy) floating: Zone,
    /// The zone of the series of which this may be a changed instance.
    pub(in crate::busy) series: Option<Zone>,
    /// Whether the calendar calls off what is in it.
    pub(in crate::busy) is_cancelled: bool,
    /// Whether the calendar is of version 1.0.
    pub(in crate::busy) is_old: bool,
}

/// Reads what the values of an event mean.
pub(in crate::busy) struct Reader<'a, 'b> {
    zones: &'b mut Zones<'a>,
    problems: &'b mut Problems,
    home: Home,
    /// The zone of the event's own times that say none.
    local: Zone,
    /// The zone of its days.
    day: Zone,
}

impl<'a, 'b> Reader<'a, 'b> {
    /// A reader of one component.
    pub(in crate::busy) fn new(
        zones: &'b mut Zones<'a>,
        problems: &'b mut Problems,
        home: Home,
    ) -> Self {
        let local = home.series.clone().unwrap_or_else(|| home.floating.clone());
        Self {
            day: zones.asker(),
            zones,
            problems,
            home,
            local,
        }
    }

    /// Reads an event; `None` if it has no start, which is said.
    pub(in crate::busy) fn event(&mut self, component: &Component) -> Option<Event> {
        self.settle(component);
        let instead = self.instead(component);
        let (start, is_whole) = self.start(component, instead.as_ref())?;
        if !start.is_day() || is_whole {
            self.local = start.zone.clone();
            // The days of somebody who writes instants are those of the asker.
            if start.stamp.form != Form::Utc {
                self.day = start.zone.clone();
            }
        }
        let mut length = self.length(component, &start);
        if is_whole && length.longest() < 86_400 {
            length = Length::Nominal(Duration::DAY);
        }
        let text = |name| component.first(name).map(|line| line.value.trim());
        let sequence = text("SEQUENCE").and_then(|text| text.parse().ok());
        let is_cancelled = component.says("STATUS", &["CANCELLED", "CANCELED"]);
        Some(Event {
            line: component.number,
            uid: text("UID").filter(|uid| !uid.is_empty()).map(Into::into),
            length,
            rules: self.rules(component),
            except: self.excepted(component),
            additions: self.additions(component, &start),
            exceptions: self.exceptions(component),
            sequence: sequence.unwrap_or(0),
            is_transparent: self.is_free(component),
            is_cancelled: self.home.is_cancelled || is_cancelled,
            instead,
            start,
        })
    }

    /// Reads the busy periods of a `VFREEBUSY`.
    pub(in crate::busy) fn periods(&mut self, component: &Component) -> Vec<Addition> {
        self.settle(component);
        let mut periods = Vec::new();
        for line in component.all("FREEBUSY") {
            let sort = line.param("FBTYPE").unwrap_or("BUSY");
            if sort.trim().eq_ignore_ascii_case("FREE") {
                continue;
            }
            self.dates(line, Trouble::Addition, &mut periods);
        }
        for period in &mut periods {
            if period.length.is_none() && !period.start.is_day() {
                // Since when is known, until when is not.
                self.problems.add(component.number, Trouble::End);
                period.length = Some(rest_of_day(period.start.stamp.wall));
            }
        }
        periods
    }

    /// Finds the zone of the times of a component that say none: that of its start, else that of another
    /// of its times, else of its series, else of its calendar, else the asker's.
    fn settle(&mut self, component: &Component) {
        let mut own = None;
        for name in ["DTSTART", "DTEND", "RECURRENCE-ID"] {
            let Some(line) = component.first(name) else {
                continue;
            };
            if let Some(id) = line.param("TZID").filter(|id| !id.trim().is_empty()) {
                let zone = self.zones.find(id, self.problems);
                own = Some(zone.unwrap_or_else(|| self.zones.asker()));
            } else if Stamp::read(&line.value).is_some_and(|stamp| stamp.form == Form::Utc)
                && name != "RECURRENCE-ID"
            {
                own = Some(Zone::UTC);
            }
            if own.is_some() {
                break;
            }
        }
        self.local = own
            .or_else(|| self.home.series.clone())
            .unwrap_or_else(|| self.home.floating.clone());
    }

    /// Whether an event leaves the time free. Outlook's own word decides before `TRANSP`; the table is in
    /// `docs/protocol/calendar.md`.
    fn is_free(&self, component: &Component) -> bool {
        let is_old = self.home.is_old && component.says("TRANSP", &["1"]);
        let is_transparent = is_old || component.says("TRANSP", &["TRANSPARENT"]);
        let mut names = BUSY_STATUS.iter();
        let Some(name) = names.find(|name| component.first(name).is_some()) else {
            return is_transparent;
        };
        if component.says(name, &["FREE"]) {
            return true;
        }
        let takes = |line: &Line| {
            let word = line.value.trim().to_ascii_uppercase();
            matches!(word.as_str(), "BUSY" | "OOF" | "TENTATIVE")
        };
        is_transparent && !component.all(name).any(takes)
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

    /// Reads a date and time in the zone that its line names, or that its event is in.
    fn placed(&mut self, line: &Line, text: &str) -> Option<Placed> {
        let mut stamp = Stamp::read(text)?;
        let says_day = line
            .param("VALUE")
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("DATE"));
        if says_day {
            stamp = stamp.as_day();
        }
        let id = line.param("TZID").filter(|id| !id.trim().is_empty());
        let zone = match (stamp.form, id) {
            (Form::Utc, _) => Zone::UTC,
            // A day has no zone by the RFC; where one is named, that is where the day is meant.
            (_, Some(id)) => self.zones.named(id, line.number, self.problems),
            (Form::Day, None) => self.day.clone(),
            (Form::Local, None) => self.local.clone(),
            (Form::Offset(seconds), None) => fixed_zone(seconds)?,
        };
        if let Form::Offset(seconds) = stamp.form {
            // The offset says when; the zone says on which wall the next ones are.
            let at = seconds_before(stamp, seconds);
            stamp.wall = zone.wall(super::seconds_on_wall(at));
            stamp.form = Form::Local;
        }
        Some(Placed { stamp, zone })
    }

    /// Reads when an event begins, and whether no more than its day is known.
    fn start(
        &mut self,
        component: &Component,
        instead: Option<&Instead>,
    ) -> Option<(Placed, bool)> {
        let line = self.only(component, "DTSTART");
        if let Some(start) = line.and_then(|line| self.placed(line, &line.value)) {
            return Some((start, false));
        }
        let number = line.map_or(component.number, |line| line.number);
        self.problems.add(number, Trouble::Start);
        if let Some(day) = line.and_then(|line| self.day_of(line, &line.value)) {
            return Some((day, true));
        }
        if let Some(instead) = instead {
            // A changed instance without a start keeps the one it replaces.
            return Some((instead.of.clone(), false));
        }
        let end = component.first("DTEND")?;
        let end = self.placed(end, &end.value)?;
        let last = SignedDuration::from_secs(1);
        let day = Stamp {
            wall: end.stamp.wall.saturating_sub(last),
            form: Form::Day,
        };
        let stamp = day.as_day();
        Some((Placed { stamp, ..end }, true))
    }

    /// Reads the day of a value whose time cannot be read, on the wall of its event.
    fn day_of(&mut self, line: &Line, text: &str) -> Option<Placed> {
        let stamp = Stamp::read_day(text)?;
        let id = line.param("TZID").filter(|id| !id.trim().is_empty());
        let zone = match id {
            Some(id) => self.zones.named(id, line.number, self.problems),
            None => self.local.clone(),
        };
        Some(Placed { stamp, zone })
    }

    /// Reads which instance an event replaces. Without a zone it is written as its series is.
    fn instead(&mut self, component: &Component) -> Option<Instead> {
        let line = self.only(component, "RECURRENCE-ID")?;
        let own = self.local.clone();
        self.local = self.home.series.clone().unwrap_or_else(|| own.clone());
        let of = self.placed(line, &line.value);
        self.local = own;
        let Some(of) = of else {
            self.problems.add(line.number, Trouble::Instance);
            return None;
        };
        let range = line.param("RANGE").map(str::trim);
        Some(Instead {
            of,
            and_later: range.is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE")),
        })
    }

    /// Reads how long an event lasts.
    fn length(&mut self, component: &Component, start: &Placed) -> Length {
        let length = match self.read_length(component, start) {
            Ok(length) => length,
            Err(line) => {
                self.problems.add(line, Trouble::End);
                rest_of_day(start.stamp.wall)
            }
        };
        if length.longest() < 0 {
            self.problems.add(component.number, Trouble::EndsBefore);
            return rest_of_day(start.stamp.wall);
        }
        length
    }

    /// Reads how long an event lasts, or says which line cannot be read.
    fn read_length(&mut self, component: &Component, start: &Placed) -> Result<Length, u32> {
        let mut odd = None;
        if let Some(line) = self.only(component, "DTEND") {
            match self.placed(line, &line.value) {
                Some(end) => return Ok(length_to(start, &end)),
                None => odd = Some(line.number),
            }
        }
        if let Some(line) = self.only(component, "DURATION") {
            match Duration::read(&line.value) {
                Some(duration) => {
                    if let Some(line) = odd {
                        self.problems.add(line, Trouble::End);
                    }
                    return Ok(Length::Nominal(duration));
                }
                None => odd = odd.or(Some(line.number)),
            }
        }
        match odd {
            Some(line) => Err(line),
            None if start.is_day() => Ok(Length::Nominal(Duration::DAY)),
            None => Ok(Length::Exact(0)),
        }
    }

    /// Reads the rules by which an event comes round; what cannot be read is said.
    fn rules(&mut self, component: &Component) -> Vec<Rule> {
        let mut rules = Vec::new();
        for line in component.all("RRULE") {
            match Rule::read(&line.value) {
                Ok(rule) => {
                    if rule.is_guess {
                        self.problems.add(line.number, Trouble::Rule);
                    } else if rule.has_odd_parts {
                        self.problems.add(line.number, Trouble::RulePart);
                    }
                    rules.push(rule);
                }
                Err(trouble) => self.problems.add(line.number, trouble),
            }
        }
        rules
    }

    /// Reads the rules that take instances out. One that was not wholly read would take out too many.
    fn excepted(&mut self, component: &Component) -> Vec<Rule> {
        let mut rules = Vec::new();
        for line in component.all("EXRULE") {
            match Rule::read(&line.value) {
                Ok(rule) if !rule.has_odd_parts => rules.push(rule),
                _ => self.problems.add(line.number, Trouble::Exception),
            }
        }
        rules
    }

    /// Reads the instances beside the rules, written as the series is: a day of a series of times is at
    /// the usual time, a time of a series of days is its day.
    fn additions(&mut self, component: &Component, start: &Placed) -> Vec<Addition> {
        let mut additions = Vec::new();
        for line in component.all("RDATE") {
            self.dates(line, Trouble::Addition, &mut additions);
        }
        for one in &mut additions {
            if one.length.is_some() || one.start.is_day() == start.is_day() {
                continue;
            }
            let (date, time, form) = if start.is_day() {
                (one.start.date_in(&start.zone), Time::midnight(), Form::Day)
            } else {
                (one.start.date(), start.stamp.wall.time(), start.stamp.form)
            };
            one.start = Placed {
                stamp: Stamp {
                    wall: date.to_datetime(time),
                    form,
                },
                zone: start.zone.clone(),
            };
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
        let value: String = line.value.chars().filter(|char| *char != '\\').collect();
        let texts = value.split([',', ';']).map(str::trim);
        for text in texts.filter(|text| !text.is_empty()) {
            let (date, is_sound) = match text.split_once('/') {
                Some((start, end)) => self.period(line, start, end),
                None => {
                    let length = None;
                    let start = self.placed(line, text);
                    (start.map(|start| Addition { start, length }), true)
                }
            };
            let day = || {
                // That day something is, though not known when. An exception so vague excepts nothing.
                let start = self.day_of(line, text)?;
                let length = Some(Length::Nominal(Duration::DAY));
                (trouble == Trouble::Addition).then_some(Addition { start, length })
            };
            let mut is_sound = is_sound && date.is_some();
            match date.or_else(day) {
                Some(date) if into.len() < MOST_DATES => into.push(date),
                _ => is_sound = false,
            }
            if !is_sound {
                self.problems.add(line.number, trouble);
            }
        }
    }

    /// Reads a period, and whether its end is known; else it takes the rest of its day.
    fn period(&mut self, line: &Line, start: &str, end: &str) -> (Option<Addition>, bool) {
        let Some(start) = self.placed(line, start) else {
            return (None, false);
        };
        let length = if end.trim_start().starts_with(['P', 'p', '+', '-']) {
            Duration::read(end).map(Length::Nominal)
        } else {
            let end = self.placed(line, end);
            end.map(|end| length_to(&start, &end))
        };
        let known = length.filter(|length| length.longest() >= 0);
        let length = known.unwrap_or_else(|| rest_of_day(start.stamp.wall));
        let period = Addition {
            start,
            length: Some(length),
        };
        (Some(period), known.is_some())
    }
}

/// How long it is from a start to an end. Less than nothing if the end comes first.
fn length_to(start: &Placed, end: &Placed) -> Length {
    match (start.is_day(), end.is_day()) {
        (true, true) => {
            let days = i64::from((end.date() - start.date()).get_days());
            // Some calendars write one and the same day as start and end.
            let days = if days == 0 { 1 } else { days };
            Length::Nominal(Duration { days, seconds: 0 })
        }
        // A day as the end of a time on that day is meant with all of it.
        (false, true) if end.date() == start.date() => rest_of_day(start.stamp.wall),
        _ => Length::Exact(end.at() - start.at()),
    }
}

/// A wall-clock time of UTC, from one on a wall so many seconds ahead.
fn seconds_before(stamp: Stamp, ahead: i32) -> jiff::civil::DateTime {
    let ahead = SignedDuration::from_secs(ahead.into());
    stamp.wall.saturating_sub(ahead)
}
