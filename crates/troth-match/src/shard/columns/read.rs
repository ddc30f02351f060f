//! The columns of a static file that decide, read and checked.

use crate::engine::plane::{Plane, Planes};
use crate::id::{PlanId, ProviderId};
use crate::provider::Point;
use crate::set::Code;
use crate::shard::bytes::Reader;
use crate::shard::cards::read_places;
use crate::shard::write::{formats_of, plane as form};
use crate::shard::{LICENCE_DAYS, MAX_PLANS, MAX_STANDING, ShardError};
use crate::state::State;
use crate::time::Day;
use crate::vocabulary::{Format, Formats};

pub(super) fn read_levels(mut reader: Reader<'_>, rows: usize) -> Result<Vec<u8>, ShardError> {
    let mut standings = Vec::with_capacity(rows.min(1 << 22));
    for level in (0..=MAX_STANDING).rev() {
        let count = reader.below(rows - standings.len() + 1)?;
        standings.resize(standings.len() + count, level as u8);
    }
    reader.end()?;
    if standings.len() == rows {
        Ok(standings)
    } else {
        Err(ShardError::Malformed)
    }
}

pub(super) fn read_ids(
    mut reader: Reader<'_>,
    standings: &[u8],
) -> Result<Vec<ProviderId>, ShardError> {
    let mut ids = Vec::with_capacity(standings.len());
    let mut before = None;
    for level in standings {
        let number = reader.number()?;
        let id = match before {
            Some((same, last)) if same == level => number
                .checked_add(last)
                .and_then(|id| id.checked_add(1))
                .ok_or(ShardError::Malformed)?,
            _ => number,
        };
        before = Some((level, id));
        ids.push(ProviderId(id));
    }
    reader.end()?;
    Ok(ids)
}

pub(super) fn read_bytes(mut reader: Reader<'_>, rows: usize) -> Result<Vec<u8>, ShardError> {
    let bytes = reader.bytes(rows)?.to_vec();
    reader.end()?;
    Ok(bytes)
}

/// Reads days after the making: the low bytes of all rows, then what is above them.
pub(super) fn read_expiries(
    mut reader: Reader<'_>,
    made: Day,
    rows: usize,
) -> Result<Vec<Day>, ShardError> {
    let lows = reader.bytes(rows)?;
    let days = lows.iter().map(|low| {
        let high = reader.below(1 << 24)? as u32;
        Ok(made.plus(high << 8 | u32::from(*low)))
    });
    let days = days.collect::<Result<Vec<_>, _>>()?;
    reader.end()?;
    Ok(days)
}

/// Reads sets of states: the first bytes of all sets, the second bytes, up to the seventh.
fn read_state_sets(
    reader: &mut Reader<'_>,
    state: State,
    count: usize,
) -> Result<Vec<u64>, ShardError> {
    if count > reader.left() / 7 {
        return Err(ShardError::Malformed);
    }
    let mut sets = vec![0_u64; count];
    for shift in (0..56).step_by(8) {
        for (set, byte) in sets.iter_mut().zip(reader.bytes(count)?) {
            *set |= u64::from(*byte) << shift;
        }
    }
    let sound = |set: &u64| *set != 0 && set >> state.index() & 1 == 0;
    if sets.iter().all(sound) {
        Ok(sets)
    } else {
        Err(ShardError::Malformed)
    }
}

/// Reads who is licensed in which other states.
pub(super) fn read_others(
    mut reader: Reader<'_>,
    state: State,
    planes: &mut Planes,
) -> Result<Vec<Plane>, ShardError> {
    let count = reader.count()?;
    let shared = read_state_sets(&mut reader, state, count)?;
    let places = read_places(&mut reader, planes.rows(), count + 2)?;
    let single = places.iter().filter(|place| **place == 1).count();
    let own = read_state_sets(&mut reader, state, single)?;
    reader.end()?;
    let licensed: Vec<Plane> = State::list().map(|_| planes.add()).collect();
    let mut own = own.into_iter();
    for (row, place) in places.into_iter().enumerate() {
        let mut left = match place {
            0 => continue,
            1 => own.next().unwrap_or(0),
            place => shared.get(place as usize - 2).copied().unwrap_or(0),
        };
        while left != 0 {
            if let Some(plane) = licensed.get(left.trailing_zeros() as usize) {
                planes.set(*plane, row);
            }
            left &= left - 1;
        }
    }
    Ok(licensed)
}

/// Reads licences that run out soon: the rows, the states, the days.
pub(super) fn read_ending(
    mut reader: Reader<'_>,
    made: Day,
    rows: usize,
) -> Result<Vec<(u32, u8, Day)>, ShardError> {
    let count = reader.count()?;
    let mut at = Vec::with_capacity(count);
    let mut row = 0_usize;
    for _ in 0..count {
        row = row.saturating_add(reader.number()? as usize);
        if row >= rows {
            return Err(ShardError::Malformed);
        }
        at.push(row as u32);
    }
    let states = reader.bytes(count)?;
    let mut ending = Vec::with_capacity(count);
    for (row, state) in at.into_iter().zip(states) {
        let day = reader.below(LICENCE_DAYS as usize)?;
        State::from_index(*state).ok_or(ShardError::Malformed)?;
        ending.push((row, *state, made.plus(day as u32)));
    }
    reader.end()?;
    if ending.is_sorted() {
        Ok(ending)
    } else {
        Err(ShardError::Malformed)
    }
}

pub(super) fn read_plans(mut reader: Reader<'_>) -> Result<Vec<PlanId>, ShardError> {
    let count = reader.below(MAX_PLANS + 1)?;
    let mut plans = Vec::with_capacity(count);
    let mut at = 0_u32;
    for place in 0..count {
        let step = reader.number()?;
        at = at.saturating_add(step);
        let plan = u16::try_from(at).map_err(|_| ShardError::Malformed)?;
        if place > 0 && step == 0 {
            return Err(ShardError::Malformed);
        }
        plans.push(PlanId(plan));
    }
    reader.end()?;
    Ok(plans)
}

/// Sets of acceptances, one after the other: the place of a plan times four plus its formats.
struct PlanSets {
    starts: Vec<u32>,
    elements: Vec<u16>,
}

impl PlanSets {
    /// Reads the sizes of all sets, then all plans, then the formats, four a byte.
    fn read(reader: &mut Reader<'_>, count: usize, plans: usize) -> Result<Self, ShardError> {
        let sizes = read_places(reader, count, plans * 4 + 1)?;
        let mut starts = Vec::with_capacity(count + 1);
        let mut total = 0_u32;
        starts.push(0);
        for size in &sizes {
            total = total.saturating_add(*size);
            starts.push(total);
        }
        if total as usize > reader.left() {
            return Err(ShardError::Malformed);
        }
        let mut elements = Vec::with_capacity(total as usize);
        for size in sizes {
            let mut at = 0;
            for _ in 0..size {
                at += reader.below(plans)?;
                if at >= plans {
                    return Err(ShardError::Malformed);
                }
                elements.push((at as u16) << 2);
            }
        }
        let formats = reader.bytes(elements.len().div_ceil(4))?;
        for (four, byte) in elements.chunks_mut(4).zip(formats) {
            for (at, element) in four.iter_mut().enumerate() {
                *element |= u16::from(byte >> (2 * at) & 3);
            }
        }
        Ok(Self { starts, elements })
    }

    fn of(&self, at: usize) -> &[u16] {
        let from = |at: usize| self.starts.get(at).map_or(0, |start| *start as usize);
        self.elements.get(from(at)..from(at + 1)).unwrap_or(&[])
    }
}

/// Reads whom each plan pays for, in each format.
pub(super) fn read_plan_sets(
    mut reader: Reader<'_>,
    plans: usize,
    flags: &[u8],
    planes: &mut Planes,
) -> Result<Vec<Plane>, ShardError> {
    let count = reader.count()?;
    let shared = PlanSets::read(&mut reader, count, plans)?;
    let places = read_places(&mut reader, flags.len(), count + 2)?;
    let single = places.iter().filter(|place| **place == 1).count();
    let own = PlanSets::read(&mut reader, single, plans)?;
    reader.end()?;
    let paid: Vec<Plane> = (0..plans * 2).map(|_| planes.add()).collect();
    let mut next = 0;
    for (row, (place, flags)) in places.into_iter().zip(flags).enumerate() {
        let set = match place {
            0 => continue,
            1 => {
                next += 1;
                own.of(next - 1)
            }
            place => shared.of(place as usize - 2),
        };
        let formats = Formats::from_bits(u64::from(flags >> 2 & 3)).unwrap_or_default();
        for element in set {
            let paying =
                formats_of(u64::from(element & 3), formats).ok_or(ShardError::Malformed)?;
            for format in [Format::Video, Format::InPerson] {
                let at = usize::from(element >> 2) * 2 + usize::from(format.index());
                if paying.contains(format)
                    && let Some(plane) = paid.get(at)
                {
                    planes.set(*plane, row);
                }
            }
        }
    }
    Ok(paid)
}

pub(super) fn read_planes<C: Code>(
    mut reader: Reader<'_>,
    planes: &mut Planes,
) -> Result<Vec<Plane>, ShardError> {
    let mut all = Vec::with_capacity(usize::from(C::COUNT));
    for _ in 0..C::COUNT {
        let plane = match reader.u8()? {
            form::ABSENT => Planes::NONE,
            form::DENSE => {
                let plane = planes.add();
                let bytes = reader.bytes(planes.rows().div_ceil(8))?;
                planes
                    .fill(plane, bytes)
                    .then_some(plane)
                    .ok_or(ShardError::Malformed)?
            }
            form::SPARSE => {
                let plane = planes.add();
                let mut next = 0_usize;
                for _ in 0..reader.count()? {
                    let row = next.saturating_add(reader.number()? as usize);
                    if row >= planes.rows() {
                        return Err(ShardError::Malformed);
                    }
                    planes.set(plane, row);
                    next = row + 1;
                }
                plane
            }
            _ => return Err(ShardError::Malformed),
        };
        all.push(plane);
    }
    reader.end()?;
    Ok(all)
}

pub(super) type Cities = (Vec<(Box<str>, Point)>, Vec<u32>, Vec<(u32, Point)>);

pub(super) fn read_cities(mut reader: Reader<'_>, rows: usize) -> Result<Cities, ShardError> {
    let narrow = |value: i64| i16::try_from(value).map_err(|_| ShardError::Malformed);
    let sound = |point: Point| {
        point
            .is_sound()
            .then_some(point)
            .ok_or(ShardError::Malformed)
    };
    let count = reader.count()?;
    let mut cities = Vec::with_capacity(count);
    for _ in 0..count {
        let name = reader.text()?.into();
        let (lat, lon) = (narrow(reader.zigzag()?)?, narrow(reader.zigzag()?)?);
        cities.push((name, sound(Point { lat, lon })?));
    }
    let counts = reader.bytes(rows)?;
    let mut starts = Vec::with_capacity(rows + 1);
    let mut total = 0_u32;
    starts.push(0);
    for count in counts {
        total += u32::from(*count);
        starts.push(total);
    }
    let of = read_places(&mut reader, total as usize, count)?;
    let norths = (0..total)
        .map(|_| reader.zigzag())
        .collect::<Result<Vec<_>, _>>()?;
    let mut places = Vec::with_capacity(of.len());
    for (city, north) in of.into_iter().zip(norths) {
        let east = reader.zigzag()?;
        let middle = cities
            .get(city as usize)
            .map(|(_, point)| *point)
            .ok_or(ShardError::Malformed)?;
        let lat = narrow(i64::from(middle.lat).saturating_add(north))?;
        let lon = narrow(i64::from(middle.lon).saturating_add(east))?;
        places.push((city, sound(Point { lat, lon })?));
    }
    reader.end()?;
    Ok((cities, starts, places))
}
