//! Zones: from `TZID` to instants, through the IANA database or the feed's own `VTIMEZONE`.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::component::Component;
use super::problem::{Problems, Trouble};
use super::recur::Budget;
use super::value::offset;
use super::windows::ZoneNames;

mod defined;

pub(super) use defined::Defined;

/// The steps that the zones of one feed are given.
const STEPS: u64 = 1_000_000;

/// The rules that turn a wall clock into instants.
#[derive(Debug, Clone)]
pub(super) enum Zone {
    /// A zone of the IANA database, or UTC.
    Known(TimeZone),
    /// A zone as the feed defines it.
    Defined(Rc<Defined>),
}

/// What a wall-clock time means, in seconds of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// One instant.
    Once(i64),
    /// The clock skips it. The instant is counted with the offset before the change (section 3.3.5).
    Never(i64),
    /// Two instants.
    Twice(i64, i64),
}

impl Meaning {
    /// The instant of a time that stands on its own: the first of two (section 3.3.5).
    pub(super) const fn first(self) -> i64 {
        match self {
            Self::Once(at) | Self::Never(at) | Self::Twice(at, _) => at,
        }
    }
}

impl Zone {
    /// UTC.
    pub(super) const UTC: Self = Self::Known(TimeZone::UTC);

    /// Says what a wall-clock time means.
    pub(super) fn meaning(&self, wall: DateTime) -> Meaning {
        let zone = match self {
            Self::Known(zone) => zone,
            Self::Defined(zone) => return zone.meaning(wall),
        };
        let local = seconds_on_wall(wall);
        match zone.to_ambiguous_timestamp(wall).offset() {
            AmbiguousOffset::Unambiguous { offset } => {
                Meaning::Once(local - i64::from(offset.seconds()))
            }
            AmbiguousOffset::Gap { before, .. } => {
                Meaning::Never(local - i64::from(before.seconds()))
            }
            AmbiguousOffset::Fold { before, after } => Meaning::Twice(
                local - i64::from(before.seconds()),
                local - i64::from(after.seconds()),
            ),
        }
    }

    /// What the wall clock shows at an instant.
    pub(super) fn wall(&self, at: i64) -> DateTime {
        match self {
            Self::Known(zone) => zone.to_datetime(timestamp(at)),
            Self::Defined(zone) => {
                TimeZone::UTC.to_datetime(timestamp(at.saturating_add(zone.offset_at(at))))
            }
        }
    }
}

/// The wall clock as seconds since 1970 on a clock that never changes.
pub(super) fn seconds_on_wall(wall: DateTime) -> i64 {
    TimeZone::UTC
        .to_ambiguous_timestamp(wall)
        .compatible()
        .map_or(
            if wall.year() < 1970 {
                i64::MIN / 4
            } else {
                i64::MAX / 4
            },
            Timestamp::as_second,
        )
}

/// An instant of the calendar, the nearest one if it lies outside.
fn timestamp(at: i64) -> Timestamp {
    Timestamp::from_second(at).unwrap_or(if at < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// Finds the zones that a feed speaks of.
#[derive(Debug)]
pub(super) struct Zones<'a> {
    names: ZoneNames,
    definitions: BTreeMap<String, Definition<'a>>,
    found: BTreeMap<String, Option<Zone>>,
    asker: Zone,
    /// The steps that all definitions of the feed together are given.
    budget: Budget,
}

/// A zone that the feed defines: its `VTIMEZONE`, and the parts of that.
#[derive(Debug)]
struct Definition<'a> {
    component: &'a Component,
    parts: Vec<&'a Component>,
}

impl Definition<'_> {
    /// The zone as the feed defines it.
    fn zone(&self, budget: &mut Budget, problems: &mut Problems) -> Option<Zone> {
        let location = self.component.first("X-LIC-LOCATION");
        let location = location.map(|line| key(&line.value));
        let location = location.filter(|name| name.contains('/'));
        if let Some(zone) = location.and_then(|name| iana(&name)) {
            return Some(zone);
        }
        let zone = Defined::read(&self.parts, budget, problems);
        if zone.is_none() {
            problems.add(self.component.number, Trouble::ZoneDefinition);
        }
        zone.map(|zone| Zone::Defined(Rc::new(zone)))
    }
}

impl<'a> Zones<'a> {
    /// Gathers the definitions of a feed.
    pub(super) fn new(components: &'a [Component], asker: TimeZone) -> Self {
        let mut parts: BTreeMap<usize, Vec<&Component>> = BTreeMap::new();
        for component in components {
            if let (Some(parent), "STANDARD" | "DAYLIGHT") =
                (component.parent, component.kind.as_str())
            {
                parts.entry(parent).or_default().push(component);
            }
        }
        let mut definitions = BTreeMap::new();
        for (place, component) in components.iter().enumerate() {
            if component.kind == "VTIMEZONE"
                && let Some(id) = component.first("TZID")
            {
                let mut parts = parts.remove(&place).unwrap_or_default();
                if parts.is_empty() && component.first("TZOFFSETTO").is_some() {
                    parts.push(component);
                }
                let definition = Definition { component, parts };
                definitions.entry(key(&id.value)).or_insert(definition);
            }
        }
        Self {
            names: ZoneNames::new(),
            definitions,
            found: BTreeMap::new(),
            asker: Zone::Known(asker),
            budget: Budget::new(STEPS),
        }
    }

    /// The zone of days, and of times of which nothing says the zone.
    pub(super) fn asker(&self) -> Zone {
        self.asker.clone()
    }

    /// The zone of the times of a calendar that say none: its own, which no RFC knows but everybody
    /// writes, else the asker's.
    pub(super) fn floating(&mut self, calendar: &Component, problems: &mut Problems) -> Zone {
        for name in ["X-WR-TIMEZONE", "TIMEZONE-ID"] {
            if let Some(line) = calendar
                .first(name)
                .filter(|line| !key(&line.value).is_empty())
            {
                return self.named(&line.value, line.number, problems);
            }
        }
        // An offset for all times, as of vCalendar 1.0, holds if no summer time is told beside it.
        let changes = calendar.all("DAYLIGHT").any(|line| {
            let value = line.value.trim_start().as_bytes();
            value
                .first_chunk()
                .is_some_and(|start: &[u8; 4]| start.eq_ignore_ascii_case(b"TRUE"))
        });
        let fixed = calendar.first("TZ").filter(|_| !changes);
        let fixed = fixed.and_then(|line| fixed_zone(offset(&line.value)?));
        fixed.unwrap_or_else(|| self.asker())
    }

    /// The zone of a `TZID`; an unknown one is the asker's, which is said.
    ///
    /// A name of the IANA database goes before the feed's own definition, which is often out of date
    /// (CalConnect CC/R 0602 advises the same). Before any other name the feed's own goes first
    /// (RFC 5545, section 3.6.5).
    pub(super) fn named(&mut self, id: &str, line: u32, problems: &mut Problems) -> Zone {
        self.find(id, problems).unwrap_or_else(|| {
            problems.add(line, Trouble::Zone);
            self.asker()
        })
    }

    /// The zone of a `TZID`, if it is known.
    pub(super) fn find(&mut self, id: &str, problems: &mut Problems) -> Option<Zone> {
        let id = key(id);
        if !self.found.contains_key(&id) {
            let zone = self.look_up(&id, problems);
            self.found.insert(id.clone(), zone);
        }
        self.found.get(&id).cloned().flatten()
    }

    /// By an IANA name, as the feed defines it, by another name, by the offset that the name says.
    fn look_up(&mut self, id: &str, problems: &mut Problems) -> Option<Zone> {
        let places = core::iter::once(id).chain(tails(id));
        if let Some(zone) = places.filter(|name| name.contains('/')).find_map(iana) {
            return Some(zone);
        }
        let defined = self.definitions.get(id);
        defined
            .and_then(|definition| definition.zone(&mut self.budget, problems))
            .or_else(|| self.by_name(id))
            .or_else(|| by_offset(id))
    }

    /// A zone by its name, bare or at the end of a path, or by the name of another maker.
    fn by_name(&self, id: &str) -> Option<Zone> {
        let bare = match id.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            Some((_, name)) => name.trim(),
            None => id,
        };
        let mut names = core::iter::once(bare).chain(tails(bare));
        names
            .find_map(iana)
            .or_else(|| iana(self.names.iana(bare)?))
            .or_else(|| self.by_like_name(bare))
    }

    /// A zone by the name of its summer, or by one that leaves the season open: Windows names the winter.
    fn by_like_name(&self, name: &str) -> Option<Zone> {
        let (place, time) = name.rsplit_once(' ')?;
        if !time.eq_ignore_ascii_case("time") {
            return None;
        }
        let (place, season) = place.rsplit_once(' ').unwrap_or((place, ""));
        let is_season = ["daylight", "summer"]
            .iter()
            .any(|one| season.eq_ignore_ascii_case(one));
        let winter = match (season, is_season) {
            ("", _) | (_, true) => format!("{place} Standard Time"),
            _ => format!("{place} {season} Standard Time"),
        };
        iana(self.names.iana(&winter)?)
    }
}

/// The ends of a path, without the path itself.
fn tails(path: &str) -> impl Iterator<Item = &str> {
    let slashes = path.match_indices('/').take(8);
    slashes.filter_map(|(place, _)| path.get(place + 1..))
}

/// A zone of the IANA database, or UTC; a blank counts as the underline that it stands for.
fn iana(name: &str) -> Option<Zone> {
    if ["Z", "UTC", "GMT"].contains(&name) {
        return Some(Zone::UTC);
    }
    if name.is_empty() {
        return None;
    }
    let zone = TimeZone::get(name).or_else(|_| TimeZone::get(&name.replace(' ', "_")));
    zone.ok().map(Zone::Known)
}

/// A name as it is compared: without escapes (section 3.3.11), quotation marks and outer blanks.
fn key(value: &str) -> String {
    let mut text = String::new();
    let mut is_escaped = false;
    for char in value.chars() {
        if char == '\\' && !is_escaped {
            is_escaped = true;
        } else {
            is_escaped = false;
            text.push(char);
        }
    }
    let is_outer = |char: char| char.is_whitespace() || matches!(char, '"' | '\'' | ':');
    text.trim_matches(is_outer).to_owned()
}

/// A zone that is always so many seconds ahead of UTC.
pub(super) fn fixed_zone(seconds: i32) -> Option<Zone> {
    let offset = jiff::tz::Offset::from_seconds(seconds).ok()?;
    Some(Zone::Known(TimeZone::fixed(offset)))
}

/// Reads the offset that a name says somewhere: `(GMT +01:00)`, `UTC-5`, `Brisbane (UTC+10:00)`, `-0500`.
fn by_offset(id: &str) -> Option<Zone> {
    let id = id.to_ascii_uppercase();
    let signed = |text: &str| {
        let text = text.trim_start();
        let is_signed = text.starts_with(['+', '-', '\u{2212}']);
        let is_part = |(place, char): &(usize, char)| {
            *place == 0 || char.is_ascii_digit() || matches!(char, ':' | '.' | ' ')
        };
        let part: String = text
            .char_indices()
            .take_while(is_part)
            .map(|(_, char)| char)
            .collect();
        let read = offset(part.trim_end_matches(['.', ':', ' ']));
        read.filter(|_| is_signed)
    };
    let names = ["GMT", "UTC"];
    let mut after = names.iter().flat_map(|name| {
        let places = id.match_indices(*name);
        places.filter_map(|(place, name)| id.get(place + name.len()..))
    });
    let seconds = after.find_map(signed).or_else(|| signed(&id))?;
    // Half the world lies within twelve hours; names beyond fifteen mean something else.
    fixed_zone(seconds).filter(|_| seconds.abs() < 15 * 3600)
}
