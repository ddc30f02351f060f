//! Zones: from `TZID` to instants, through the IANA database or the feed's own `VTIMEZONE`.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::component::Component;
use super::problem::{Problems, Trouble};
use super::windows::ZoneNames;

mod defined;

pub(super) use defined::Defined;

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
    definitions: BTreeMap<String, &'a Component>,
    parts: BTreeMap<usize, Vec<&'a Component>>,
    places: BTreeMap<String, usize>,
    found: BTreeMap<String, Option<Zone>>,
    asker: Zone,
}

impl<'a> Zones<'a> {
    /// Gathers the definitions of a feed.
    pub(super) fn new(components: &'a [Component], asker: TimeZone) -> Self {
        let mut definitions = BTreeMap::new();
        let mut parts: BTreeMap<usize, Vec<&Component>> = BTreeMap::new();
        let mut places = BTreeMap::new();
        for (place, component) in components.iter().enumerate() {
            if component.kind == "VTIMEZONE"
                && let Some(id) = component.first("TZID")
            {
                let id = unescaped(&id.value);
                places.entry(id.clone()).or_insert(place);
                definitions.entry(id).or_insert(component);
            }
            if let (Some(parent), "STANDARD" | "DAYLIGHT") =
                (component.parent, component.kind.as_str())
            {
                parts.entry(parent).or_default().push(component);
            }
        }
        Self {
            names: ZoneNames::new(),
            definitions,
            parts,
            places,
            found: BTreeMap::new(),
            asker: Zone::Known(asker),
        }
    }

    /// The zone of floating times and of days.
    pub(super) fn asker(&self) -> Zone {
        self.asker.clone()
    }

    /// The zone of a `TZID`; an unknown one is the asker's, which is said.
    ///
    /// A name that the IANA database knows goes before the feed's own definition, which is often
    /// out of date (CalConnect CC/R 0602 advises the same).
    pub(super) fn named(&mut self, id: &str, line: u32, problems: &mut Problems) -> Zone {
        let id = id.trim();
        if !self.found.contains_key(id) {
            let zone = self.look_up(id, problems);
            self.found.insert(id.to_owned(), zone);
        }
        let zone = self.found.get(id).cloned().flatten();
        zone.unwrap_or_else(|| {
            problems.add(line, Trouble::Zone);
            self.asker()
        })
    }

    /// By name, else as the feed defines it, else by the offset that the name says.
    fn look_up(&self, id: &str, problems: &mut Problems) -> Option<Zone> {
        if let Some(zone) = self.by_name(id) {
            return Some(zone);
        }
        let Some(definition) = self.definitions.get(id) else {
            return by_offset(id);
        };
        let location = definition.first("X-LIC-LOCATION");
        if let Some(zone) = location.and_then(|line| self.by_name(&line.value)) {
            return Some(zone);
        }
        let place = self.places.get(id)?;
        let parts = self.parts.get(place).map_or(&[][..], Vec::as_slice);
        let zone = Defined::read(parts, problems);
        if zone.is_none() {
            problems.add(definition.number, Trouble::ZoneDefinition);
        }
        zone.map(|zone| Zone::Defined(Rc::new(zone)))
    }

    /// A zone by its IANA name, bare or at the end of a path, or by the name of another maker.
    fn by_name(&self, id: &str) -> Option<Zone> {
        let id = id.trim();
        if matches!(id, "Z" | "UTC" | "GMT" | "Etc/UTC") {
            return Some(Zone::UTC);
        }
        let bare = match id.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            Some((_, name)) => name.trim(),
            None => id,
        };
        let path_ends = bare.char_indices().filter(|(_, char)| *char == '/');
        let tails = path_ends
            .take(8)
            .filter_map(|(place, _)| bare.get(place + 1..));
        core::iter::once(bare)
            .chain(tails)
            .filter(|name| !name.is_empty())
            .find_map(|name| TimeZone::get(name).ok())
            .or_else(|| TimeZone::get(self.names.iana(bare)?).ok())
            .map(Zone::Known)
    }
}

/// The text of a value without its escapes (section 3.3.11); parameters have none.
fn unescaped(value: &str) -> String {
    let mut text = String::new();
    let mut is_escaped = false;
    for char in value.trim().chars() {
        if char == '\\' && !is_escaped {
            is_escaped = true;
        } else {
            is_escaped = false;
            text.push(char);
        }
    }
    text
}

/// Reads a name that is nothing but an offset: `(GMT +01:00)`, `UTC-5`.
fn by_offset(id: &str) -> Option<Zone> {
    let id = id.trim().trim_start_matches('(');
    let id = id.split(')').next()?.trim();
    let rest = id
        .strip_prefix("GMT")
        .or_else(|| id.strip_prefix("UTC"))?
        .trim();
    let sign = if rest.starts_with('-') { -1 } else { 1 };
    let rest = rest.strip_prefix(['+', '-'])?;
    let (hours, minutes) = match rest.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if rest.len() > 2 => rest.split_at_checked(rest.len() - 2)?,
        None => (rest, "0"),
    };
    let number = |text: &str, below: i32| {
        let number = text.parse::<u8>().ok().map(i32::from);
        number.filter(|number| *number < below)
    };
    let seconds = sign * (number(hours, 15)? * 3600 + number(minutes, 60)? * 60);
    let offset = jiff::tz::Offset::from_seconds(seconds).ok()?;
    Some(Zone::Known(TimeZone::fixed(offset)))
}
