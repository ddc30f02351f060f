//! From components to blocks: series, their exceptions, and the instances that were changed.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::component::{Component, calendar_of};
use super::event::{Event, Home, Length, Placed, Reader};
use super::problem::{Problems, Trouble};
use super::recur::{Budget, Instance, Reach, Recurrence};
use super::rule::Rule;
use super::value::Duration;
use super::zone::{Zone, Zones};
use super::{Block, Busy, Counts, minutes_between};
use crate::time::Span;

/// The steps of recurrence that one feed is given.
const STEPS: u64 = 1_000_000;
/// The most blocks of one feed.
const MOST_BLOCKS: usize = 200_000;

/// Lists what the components of a feed block.
pub(super) fn collect(
    components: &[Component],
    within: Span,
    asker: TimeZone,
    mut problems: Problems,
) -> Busy {
    let mut collector = Collector {
        within: (i64::from(within.from.0) * 60, i64::from(within.to.0) * 60),
        budget: Budget::new(STEPS),
        blocks: Vec::new(),
        counts: Counts::default(),
    };
    let mut feed = Feed {
        components,
        zones: Zones::new(components, asker),
        floating: BTreeMap::new(),
        series: BTreeMap::new(),
    };
    let mut changes = Vec::new();
    let mut events = Vec::new();
    for component in components {
        match component.kind.as_str() {
            // What changes an instance is read after the series, in whose zone it is.
            "VEVENT" if component.first("RECURRENCE-ID").is_some() => changes.push(component),
            "VEVENT" => events.extend(feed.event(component, &mut problems)),
            "VFREEBUSY" => {
                for period in feed.reader(component, &mut problems).periods(component) {
                    let length = period.length.unwrap_or(Length::Nominal(Duration::DAY));
                    collector.block(component.number, &period.start, length);
                }
            }
            "VCALENDAR" => {}
            "VTODO" | "VJOURNAL" | "VALARM" | "VTIMEZONE" | "STANDARD" | "DAYLIGHT"
            | "PARTICIPANT" | "VLOCATION" | "VRESOURCE" => collector.counts.others += 1,
            _ => {
                collector.counts.others += 1;
                problems.add(component.number, Trouble::Component);
            }
        }
        if matches!(component.kind.as_str(), "VEVENT" | "VFREEBUSY") {
            collector.counts.events += 1;
        }
    }
    for component in changes {
        events.extend(feed.event(component, &mut problems));
    }
    for (_, series) in by_uid(events) {
        collector.series(&series, &mut problems);
    }
    collector.finish(problems)
}

/// What the components of a feed say to one another.
struct Feed<'a> {
    components: &'a [Component],
    zones: Zones<'a>,
    /// The zones of the times that say none, by the place of their calendar.
    floating: BTreeMap<Option<usize>, Zone>,
    /// The zones of the series that were read, by their names.
    series: BTreeMap<String, Zone>,
}

impl<'a> Feed<'a> {
    /// Reads an event, and notes the zone of a series.
    fn event(&mut self, component: &Component, problems: &mut Problems) -> Option<Event> {
        let event = self.reader(component, problems).event(component)?;
        if let (None, Some(uid), false) = (&event.instead, &event.uid, event.start.is_day()) {
            let zone = event.start.zone.clone();
            self.series.entry(uid.clone()).or_insert(zone);
        }
        Some(event)
    }

    /// A reader that knows what is said around a component.
    fn reader<'b>(
        &'b mut self,
        component: &Component,
        problems: &'b mut Problems,
    ) -> Reader<'a, 'b> {
        let calendar = calendar_of(self.components, component);
        let place = calendar.map(|(place, _)| place);
        let floating = match (self.floating.get(&place), calendar) {
            (Some(zone), _) => zone.clone(),
            (None, Some((_, calendar))) => self.zones.floating(calendar, problems),
            (None, None) => self.zones.asker(),
        };
        self.floating.insert(place, floating.clone());
        let says = |name, word| calendar.is_some_and(|(_, one)| one.says(name, &[word]));
        let uid = component.first("UID").map(|line| line.value.trim());
        let home = Home {
            floating,
            series: uid.and_then(|uid| self.series.get(uid)).cloned(),
            // RFC 5546: the calendar around an event may call it off.
            is_cancelled: says("METHOD", "CANCEL"),
            is_old: says("VERSION", "1.0"),
        };
        Reader::new(&mut self.zones, problems, home)
    }
}

/// Puts the events of one thing together; an event without a name stands alone.
fn by_uid(events: Vec<Event>) -> BTreeMap<(Option<String>, u32), Vec<Event>> {
    let mut series: BTreeMap<_, Vec<Event>> = BTreeMap::new();
    for event in events {
        let alone = if event.uid.is_some() { 0 } else { event.line };
        series
            .entry((event.uid.clone(), alone))
            .or_default()
            .push(event);
    }
    series
}

/// What is gathered from a feed.
struct Collector {
    /// The time asked about, in seconds of UTC.
    within: (i64, i64),
    budget: Budget,
    blocks: Vec<Block>,
    counts: Counts,
}

/// The instances of a series that do not stand where its rule puts them.
#[derive(Debug, Default)]
struct Changed {
    instants: BTreeSet<i64>,
    days: BTreeSet<Date>,
    /// From an instant on: by how much later on the wall, in seconds, and for how long; `None` is called off.
    later: BTreeMap<i64, Option<(SignedDuration, Length)>>,
}

impl Changed {
    /// Notes an instance that is not where the rule puts it; a day takes all instances of that day.
    fn note(&mut self, one: &Placed, series: &Placed) {
        if one.is_day() {
            self.days.insert(one.date());
        } else if series.is_day() {
            self.days.insert(one.date_in(&series.zone));
        } else {
            self.instants.insert(one.at());
        }
    }

    /// Says whether an instance was noted.
    fn has(&self, instance: &Instance) -> bool {
        self.instants.contains(&instance.at) || self.days.contains(&instance.wall.date())
    }
}

impl Collector {
    /// Adds the blocks of one thing: its series, and the instances that were changed.
    fn series(&mut self, events: &[Event], problems: &mut Problems) {
        let newest = |is_change: bool| {
            let of_sort = events
                .iter()
                .filter(move |one| one.instead.is_some() == is_change);
            of_sort.map(|one| one.sequence).max()
        };
        let newest_master = newest(false);
        let mut newest_of: BTreeMap<i64, i64> = BTreeMap::new();
        for event in events {
            if let Some(instead) = &event.instead {
                let newest = newest_of.entry(instead.of.at()).or_insert(event.sequence);
                *newest = (*newest).max(event.sequence);
            }
        }
        let is_newest = |event: &&Event| match &event.instead {
            Some(instead) => newest_of.get(&instead.of.at()) == Some(&event.sequence),
            None => Some(event.sequence) == newest_master,
        };
        let (current, old): (Vec<&Event>, Vec<&Event>) = events.iter().partition(is_newest);
        self.counts.superseded += u32::try_from(old.len()).unwrap_or(u32::MAX);
        for event in &current {
            match (event.is_cancelled, event.is_transparent) {
                (true, _) => self.counts.cancelled += 1,
                (false, true) => self.counts.transparent += 1,
                _ if event.length.longest() == 0 => self.counts.instants += 1,
                _ => {}
            }
            if event.instead.is_some() && event.blocks() {
                self.block(event.line, &event.start, event.length);
            }
        }
        // A changed instance whose series is not in the feed may bring dates of its own.
        for event in &current {
            if event.instead.is_none() {
                self.master(event, &current, problems);
            } else if newest_master.is_none() {
                self.master(event, &[], problems);
            }
        }
    }

    /// Adds the blocks of a series, or of a single event.
    fn master(&mut self, event: &Event, all: &[&Event], problems: &mut Problems) {
        if event.is_cancelled {
            return;
        }
        let mut changed = Changed::default();
        for one in &event.exceptions {
            changed.note(one, &event.start);
        }
        for change in all {
            let Some(instead) = &change.instead else {
                continue;
            };
            changed.note(&instead.of, &event.start);
            if instead.and_later {
                let moved = change
                    .start
                    .stamp
                    .wall
                    .duration_since(instead.of.stamp.wall);
                let moved = change.blocks().then_some((moved, change.length));
                changed.later.insert(instead.of.at(), moved);
            }
        }
        let pad = self.pad(event, &changed);
        let range = (self.within.0 - pad, self.within.1 + pad);
        let instances = self.instances(event, range, &mut changed, problems);
        for (instance, own) in instances {
            let is_blocking = !event.is_transparent || !changed.later.is_empty();
            if is_blocking && !changed.has(&instance) {
                self.instance(event, &changed, instance, own);
            }
        }
    }

    /// How far outside of the question an instance may begin that reaches into it.
    fn pad(&self, event: &Event, changed: &Changed) -> i64 {
        let additions = event.additions.iter().filter_map(|one| one.length);
        let later = changed.later.values().flatten();
        let lengths = additions.chain([event.length]).map(Length::longest);
        let shifts = later.map(|(moved, length)| moved.as_secs().abs() + length.longest());
        let longest = lengths.chain(shifts).max().unwrap_or(0);
        longest.clamp(0, 400 * 366 * 86_400) + 2 * 86_400
    }

    /// Lists the instances of an event that begin in a range, with their own length if they have one.
    fn instances(
        &mut self,
        event: &Event,
        range: (i64, i64),
        changed: &mut Changed,
        problems: &mut Problems,
    ) -> Vec<(Instance, Option<Length>)> {
        let start = Instance {
            at: event.start.at(),
            wall: event.start.stamp.wall,
        };
        let mut found: BTreeMap<Instance, Option<Length>> = BTreeMap::new();
        found.insert(start, None);
        for rule in &event.rules {
            let (instances, reach) = self.expand((event, rule), true, range);
            found.extend(instances.into_iter().map(|one| (one, None)));
            if let Reach::Until(at) = reach {
                problems.add(event.line, Trouble::TooOften);
                if event.blocks() {
                    let rest = minutes_between(at.max(self.within.0), self.within.1);
                    self.add(event.line, rest, false);
                }
            }
        }
        for rule in &event.except {
            let (instances, reach) = self.expand((event, rule), false, range);
            changed.instants.extend(instances.iter().map(|one| one.at));
            if reach != Reach::All {
                problems.add(event.line, Trouble::TooOften);
            }
        }
        for addition in &event.additions {
            let instance = Instance {
                at: addition.start.at(),
                wall: addition.start.stamp.wall,
            };
            found.insert(instance, addition.length);
        }
        found.into_iter().collect()
    }

    /// Lists when a rule comes round; the start is an instance of a series, but not an exception to it.
    fn expand(
        &mut self,
        (event, rule): (&Event, &Rule),
        has_start: bool,
        range: (i64, i64),
    ) -> (Vec<Instance>, Reach) {
        let recurrence = Recurrence {
            rule,
            start: event.start.stamp.wall,
            zone: &event.start.zone,
            is_day: event.start.is_day(),
            has_start,
        };
        recurrence.within(range, &mut self.budget)
    }

    /// Adds one instance, moved if all from some instance on were moved.
    fn instance(&mut self, event: &Event, changed: &Changed, one: Instance, own: Option<Length>) {
        let zone = &event.start.zone;
        let is_day = event.start.is_day();
        let (at, wall, length) = match changed.later.range(..=one.at).next_back() {
            Some((_, None)) => return,
            Some((_, Some((moved, length)))) => {
                let wall = one.wall.saturating_add(*moved);
                (zone.meaning(wall).first(), wall, *length)
            }
            None if event.is_transparent => return,
            None => (one.at, one.wall, own.unwrap_or(event.length)),
        };
        let end = length.end(at, wall, zone);
        self.add_seconds(event.line, at, end, is_day);
    }

    /// Adds a block that stands on its own.
    fn block(&mut self, line: u32, start: &Placed, length: Length) {
        let at = start.at();
        let end = length.end(at, start.stamp.wall, &start.zone);
        self.add_seconds(line, at, end, start.is_day());
    }

    /// Adds a block in seconds of UTC, unless it has no length.
    fn add_seconds(&mut self, line: u32, from: i64, to: i64, all_day: bool) {
        if from < to {
            self.add(line, minutes_between(from, to), all_day);
        }
    }

    /// Adds a block if it lies in the time asked about.
    fn add(&mut self, line: u32, span: Span, all_day: bool) {
        let within = minutes_between(self.within.0, self.within.1);
        if span.overlaps(within) && self.blocks.len() < MOST_BLOCKS {
            self.blocks.push(Block {
                span,
                line,
                all_day,
            });
        } else if span.overlaps(within)
            && let Some(last) = self.blocks.last_mut()
        {
            // More blocks than are listed: the last one takes the rest of the time.
            last.span = Span::new(last.span.from.min(span.from), within.to);
        }
    }

    fn finish(mut self, problems: Problems) -> Busy {
        self.blocks.sort_unstable();
        self.blocks.dedup();
        let (problems, problem_count) = problems.finish();
        Busy {
            blocks: self.blocks,
            problems,
            problem_count,
            counts: self.counts,
        }
    }
}

impl Event {
    /// Whether it takes time from the one whose calendar it is.
    const fn blocks(&self) -> bool {
        !self.is_cancelled && !self.is_transparent
    }
}
