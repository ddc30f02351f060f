//! The body of a static file: what decides, column by column.

use std::collections::BTreeMap;

use super::bytes::Writer;
use super::dictionary::Dictionary;
use super::{LICENCE_DAYS, MAX_STANDING, cards, standing};
use crate::id::PlanId;
use crate::provider::{Place, Point, Provider};
use crate::set::{Code, Set};
use crate::state::{State, States};
use crate::time::Day;
use crate::vocabulary::{Format, Formats, Service};

/// Flags of a row.
pub(crate) mod flag {
    pub(crate) const COUPLES: u8 = 1;
    pub(crate) const INDIVIDUAL: u8 = 2;
    pub(crate) const VIDEO: u8 = 4;
    pub(crate) const IN_PERSON: u8 = 8;
    pub(crate) const BOOKABLE: u8 = 16;
    pub(crate) const NEWCOMER: u8 = 32;
    pub(crate) const NPI: u8 = 64;
    pub(crate) const SLIDING: u8 = 128;
}

/// How a plane of bits is written.
pub(crate) mod plane {
    pub(crate) const ABSENT: u8 = 0;
    pub(crate) const DENSE: u8 = 1;
    pub(crate) const SPARSE: u8 = 2;
}

/// Writes the sections in their order.
pub(super) fn body(state: State, made: Day, plans: &[PlanId], rows: &[&Provider]) -> Vec<u8> {
    let mut body = deciding(state, made, plans, rows);
    cards::write(&mut body, state, made, rows);
    body.into_bytes()
}

/// Writes the sections that decide.
pub(super) fn deciding(state: State, made: Day, plans: &[PlanId], rows: &[&Provider]) -> Writer {
    let mut body = Writer::default();
    for section in [
        levels(rows),
        ids(rows),
        flags(rows),
        persons(rows),
        expiries(state, made, rows),
        other_states(state, made, rows),
        ending_licences(state, made, rows),
        plan_list(plans),
        plan_sets(state, plans, rows),
        planes(rows, |provider| provider.specialties),
        planes(rows, |provider| provider.modalities),
        planes(rows, |provider| provider.languages),
        places(state, rows),
    ] {
        body.section(section);
    }
    body
}

/// How many rows have each standing, from the highest down.
fn levels(rows: &[&Provider]) -> Writer {
    let mut counts = vec![0_u64; MAX_STANDING + 1];
    for provider in rows {
        if let Some(count) = counts.get_mut(usize::from(standing(provider))) {
            *count += 1;
        }
    }
    let mut out = Writer::default();
    counts.into_iter().rev().for_each(|count| out.varint(count));
    out
}

/// Numbers rise within a standing: each as its distance from the one before, less one.
fn ids(rows: &[&Provider]) -> Writer {
    let mut out = Writer::default();
    let mut before = None;
    for provider in rows {
        let (level, id) = (standing(provider), provider.id.0);
        match before {
            Some((same, last)) if same == level => out.varint(u64::from(id - last - 1)),
            _ => out.varint(u64::from(id)),
        }
        before = Some((level, id));
    }
    out
}

fn flags(rows: &[&Provider]) -> Writer {
    let mut out = Writer::default();
    for provider in rows {
        let bits = [
            (provider.services.contains(Service::Couples), flag::COUPLES),
            (
                provider.services.contains(Service::Individual),
                flag::INDIVIDUAL,
            ),
            (provider.formats.contains(Format::Video), flag::VIDEO),
            (provider.formats.contains(Format::InPerson), flag::IN_PERSON),
            (provider.bookable, flag::BOOKABLE),
            (provider.newcomer, flag::NEWCOMER),
            (provider.npi.is_some(), flag::NPI),
            (provider.sliding_low_cents.is_some(), flag::SLIDING),
        ];
        out.u8(bits
            .into_iter()
            .filter(|(set, _)| *set)
            .map(|(_, bit)| bit)
            .sum());
    }
    out
}

/// Gender in the low two bits, age above; zero is not said.
fn persons(rows: &[&Provider]) -> Writer {
    let mut out = Writer::default();
    for provider in rows {
        let gender = provider.gender.map_or(0, |gender| gender.index() + 1);
        let age = provider.age_band.map_or(0, |band| band.index() + 1);
        out.u8(age << 2 | gender);
    }
    out
}

/// The last day of each licence in this state, in days after the making: all low bytes, then
/// what is above them.
fn expiries(state: State, made: Day, rows: &[&Provider]) -> Writer {
    let days: Vec<u32> = rows
        .iter()
        .filter_map(|provider| provider.licence(state))
        .map(|licence| licence.expires.0.saturating_sub(made.0))
        .collect();
    let mut out = Writer::default();
    days.iter().for_each(|day| out.u8(*day as u8));
    days.iter().for_each(|day| out.varint(u64::from(day >> 8)));
    out
}

/// The other states in which a row is licensed on the day of making.
fn others_of(provider: &Provider, state: State, made: Day) -> States {
    let others = provider
        .licences
        .iter()
        .filter(|licence| licence.state != state && licence.expires >= made);
    others.map(|licence| licence.state).collect()
}

/// Sets that occur twice stand in a dictionary; a row is 0 for none, 1 for a set of its own
/// that follows, or two more than its place in the dictionary. Sets are written byte by byte:
/// the first bytes of all, the second bytes, up to the seventh.
fn other_states(state: State, made: Day, rows: &[&Provider]) -> Writer {
    let sets = rows
        .iter()
        .map(|provider| others_of(provider, state, made).bits());
    let dictionary = Dictionary::new(sets.clone().filter(|bits| *bits != 0), 2);
    let mut out = Writer::default();
    let write = |out: &mut Writer, sets: &[u64]| {
        for shift in (0..56).step_by(8) {
            sets.iter().for_each(|set| out.u8((set >> shift) as u8));
        }
    };
    out.varint(dictionary.values.len() as u64);
    write(&mut out, &dictionary.values);
    let mut own = Vec::new();
    for bits in sets {
        match dictionary.place(&bits) {
            Some(place) => out.varint(place as u64 + 2),
            None => out.varint(u64::from(bits != 0)),
        }
        if bits != 0 && dictionary.place(&bits).is_none() {
            own.push(bits);
        }
    }
    write(&mut out, &own);
    out
}

/// Licences in other states that run out within [`LICENCE_DAYS`]: all rows, all states, all days.
fn ending_licences(state: State, made: Day, rows: &[&Provider]) -> Writer {
    let mut ending = Vec::new();
    for (row, provider) in rows.iter().enumerate() {
        for licence in provider
            .licences
            .iter()
            .filter(|licence| licence.state != state)
        {
            if licence.expires >= made && licence.expires < made.plus(LICENCE_DAYS) {
                ending.push((row, licence.state.index(), licence.expires.0 - made.0));
            }
        }
    }
    ending.sort_unstable();
    let mut out = Writer::default();
    out.varint(ending.len() as u64);
    let mut before = 0;
    for (row, _, _) in &ending {
        out.varint((row - before) as u64);
        before = *row;
    }
    ending.iter().for_each(|(_, state, _)| out.u8(*state));
    ending
        .iter()
        .for_each(|(_, _, day)| out.varint(u64::from(*day)));
    out
}

/// The numbers of the plans, rising, each as its distance from the one before.
fn plan_list(plans: &[PlanId]) -> Writer {
    let mut out = Writer::default();
    out.varint(plans.len() as u64);
    let mut before = 0;
    for plan in plans {
        out.varint(u64::from(plan.0 - before));
        before = plan.0;
    }
    out
}

/// What a row accepts: the place of each plan times four, plus its formats, or plus zero if
/// these are the row's own formats; rising.
fn accepted(provider: &Provider, state: State, plans: &[PlanId]) -> Vec<u64> {
    let here = provider
        .acceptances
        .iter()
        .filter(|acceptance| acceptance.state == state);
    let mut accepted: Vec<u64> = here
        .filter_map(|acceptance| {
            let place = plans.binary_search(&acceptance.plan).ok()?;
            let same = acceptance.formats == provider.formats;
            Some(place as u64 * 4 + if same { 0 } else { acceptance.formats.bits() })
        })
        .collect();
    accepted.sort_unstable();
    accepted
}

/// Sets of acceptances as the sets of states: a dictionary, then one number a row.
fn plan_sets(state: State, plans: &[PlanId], rows: &[&Provider]) -> Writer {
    let sets: Vec<_> = rows
        .iter()
        .map(|provider| accepted(provider, state, plans))
        .collect();
    let dictionary = Dictionary::new(sets.iter().filter(|set| !set.is_empty()).cloned(), 2);
    let mut out = Writer::default();
    out.varint(dictionary.values.len() as u64);
    write_sets(&mut out, &dictionary.values);
    let mut own = Vec::new();
    for set in sets {
        match dictionary.place(&set) {
            Some(place) => out.varint(place as u64 + 2),
            None => out.varint(u64::from(!set.is_empty())),
        }
        if !set.is_empty() && dictionary.place(&set).is_none() {
            own.push(set);
        }
    }
    write_sets(&mut out, &own);
    out
}

/// The sizes of all sets, then the plans of all as distances, then the formats, four a byte.
fn write_sets(out: &mut Writer, sets: &[Vec<u64>]) {
    sets.iter().for_each(|set| out.varint(set.len() as u64));
    for set in sets {
        let mut before = 0;
        for element in set {
            out.varint(element / 4 - before);
            before = element / 4;
        }
    }
    let formats: Vec<u64> = sets.iter().flatten().map(|element| element % 4).collect();
    for four in formats.chunks(4) {
        out.u8((0..)
            .zip(four)
            .map(|(at, code)| (*code as u8) << (2 * at))
            .sum());
    }
}

/// One plane of bits for each code of a list.
fn planes<C: Code>(rows: &[&Provider], of: impl Fn(&Provider) -> Set<C>) -> Writer {
    let mut out = Writer::default();
    for code in C::list() {
        let set: Vec<usize> = (0..)
            .zip(rows)
            .filter(|(_, row)| of(row).contains(code))
            .map(|(at, _)| at)
            .collect();
        if set.is_empty() {
            out.u8(plane::ABSENT);
        } else if set.len() * 16 < rows.len() {
            out.u8(plane::SPARSE);
            out.varint(set.len() as u64);
            let mut next = 0;
            for row in set {
                out.varint((row - next) as u64);
                next = row + 1;
            }
        } else {
            let mut bytes = vec![0_u8; rows.len().div_ceil(8)];
            for row in set {
                if let Some(byte) = bytes.get_mut(row / 8) {
                    *byte |= 1 << (row % 8);
                }
            }
            out.u8(plane::DENSE);
            out.bytes(&bytes);
        }
    }
    out
}

/// The cities with the middle of their places, then each row's places from there.
fn places(state: State, rows: &[&Provider]) -> Writer {
    let here = |provider: &'_ Provider| -> Vec<Place> {
        provider
            .places
            .iter()
            .filter(|place| place.state == state)
            .cloned()
            .collect()
    };
    let all: Vec<Vec<Place>> = rows.iter().map(|provider| here(provider)).collect();
    let mut sums: BTreeMap<&str, (i64, i64, i64)> = BTreeMap::new();
    for place in all.iter().flatten() {
        let sum = sums.entry(&place.city).or_default();
        *sum = (
            sum.0 + i64::from(place.point.lat),
            sum.1 + i64::from(place.point.lon),
            sum.2 + 1,
        );
    }
    let dictionary = Dictionary::new(all.iter().flatten().map(|place| place.city.as_str()), 1);
    let middle = |city: &str| {
        let (lat, lon, count) = sums.get(city).copied().unwrap_or((0, 0, 1));
        Point {
            lat: (lat / count) as i16,
            lon: (lon / count) as i16,
        }
    };
    let mut out = Writer::default();
    out.varint(dictionary.values.len() as u64);
    for city in &dictionary.values {
        out.text(city);
        out.zigzag(i64::from(middle(city).lat));
        out.zigzag(i64::from(middle(city).lon));
    }
    all.iter().for_each(|places| out.u8(places.len() as u8));
    let [mut cities, mut norths, mut easts] = [const { Vec::new() }; 3];
    for place in all.iter().flatten() {
        let from = middle(&place.city);
        cities.push(dictionary.place(&place.city.as_str()).unwrap_or(0) as i64);
        norths.push(i64::from(place.point.lat) - i64::from(from.lat));
        easts.push(i64::from(place.point.lon) - i64::from(from.lon));
    }
    cities.into_iter().for_each(|city| out.varint(city as u64));
    norths
        .into_iter()
        .chain(easts)
        .for_each(|offset| out.zigzag(offset));
    out
}

/// Tells the formats of a code that may stand for the row's own.
pub(crate) fn formats_of(code: u64, own: Formats) -> Option<Formats> {
    if code == 0 {
        Some(own)
    } else {
        Formats::from_bits(code)
    }
}
