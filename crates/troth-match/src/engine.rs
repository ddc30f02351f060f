//! The engine: the plain scan's answers in microseconds.
//!
//! A [`Shard`] is one state's directory, read from its files straight into planes of bits.
//! Rows stand by falling standing, so that a scan may stop as soon as no later row can reach
//! the best ones; points for wishes are added up in bit slices, 512 rows at a time, so that
//! only rows that could enter the answer are looked at one by one.
//!
//! # Invariants
//!
//! 1. **Equal to the plain scan** ([`plain`](crate::plain)), in providers, scores, reasons,
//!    starts and counts.
//! 2. **No surprise.** Any bytes give a shard or an error, never a panic.

use std::collections::BTreeMap;

use crate::answer::{Answer, City};
use crate::availability::{Availability, DAYS, half_hour_at_or_after};
use crate::id::{PlanId, ProviderId};
use crate::plain::relaxations;
use crate::query::Asked;
use crate::shard::columns::Statics;
use crate::shard::file::{Header, Key, Kind, open};
use crate::shard::{FileHash, LICENCE_DAYS, MAX_AGE_DAYS, ShardError, times};
use crate::state::State;
use crate::time::{Day, Minute};

pub(crate) mod areas;
mod ask;
pub(crate) mod clock;
mod dispatch;
mod found;
pub(crate) mod plane;
mod scan;
mod sums;
mod top;

use clock::Clock;
use plane::{Plane, Planes};

/// For so many days from the base, a row that is not marked frail is licensed in this state.
const KNOWN_DAYS: u32 = DAYS + 1;

/// The directory of one state, ready to be asked.
#[derive(Debug)]
pub struct Shard {
    state: State,
    hash: FileHash,
    serial: u32,
    statics: Statics,
    /// Free half-hours of each row; all empty until an availability file is read.
    times: Vec<Availability>,
    base: Day,
    /// The availability or delta file read last.
    after: Option<FileHash>,
    /// Who is free when.
    clock: Clock,
}

/// One provider of an answer, before anything is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Who.
    pub id: ProviderId,
    /// The total of all points.
    pub score: u32,
    row: u32,
}

impl Shard {
    /// Reads a static file; nobody is known to be free yet.
    ///
    /// # Errors
    ///
    /// A [`ShardError`]: the file is broken, foreign, or not a static file.
    pub fn decode(bytes: &[u8], key: &Key) -> Result<Self, ShardError> {
        let (header, body) = open(bytes, Kind::Static, key)?;
        Self::from_body(&header, body, FileHash::of(bytes))
    }

    fn from_body(header: &Header, body: &[u8], hash: FileHash) -> Result<Self, ShardError> {
        let state = header.state.ok_or(ShardError::State)?;
        let mut statics = Statics::read(body, state, header.day, header.rows as usize)?;
        let clock = Clock::new(&mut statics.planes);
        statics.mark_frail(header.day.plus(KNOWN_DAYS));
        Ok(Self {
            state,
            hash,
            serial: header.serial,
            times: vec![Availability::NONE; statics.rows()],
            base: header.day,
            after: None,
            clock,
            statics,
        })
    }

    /// Reads an availability file that belongs to this static file.
    ///
    /// `now` is the moment for which searches are made fast; it may be set again by
    /// [`set_now`](Self::set_now).
    ///
    /// # Errors
    ///
    /// A [`ShardError`]; the shard stays as it was.
    pub fn read_availability(
        &mut self,
        bytes: &[u8],
        key: &Key,
        now: Minute,
    ) -> Result<(), ShardError> {
        let (header, body) = open(bytes, Kind::Availability, key)?;
        self.belongs(&header, self.hash)?;
        if header.day.0.saturating_sub(self.statics.made.0) > MAX_AGE_DAYS {
            return Err(ShardError::TooOld);
        }
        self.times = times::read_all(body, self.statics.rows())?;
        self.base = header.day;
        self.statics.mark_frail(header.day.plus(KNOWN_DAYS));
        self.after = Some(FileHash::of(bytes));
        self.set_now(now);
        Ok(())
    }

    /// Reads a delta file that follows the file read last.
    ///
    /// # Errors
    ///
    /// A [`ShardError`]; the shard stays as it was.
    pub fn read_delta(&mut self, bytes: &[u8], key: &Key, now: Minute) -> Result<(), ShardError> {
        let (header, body) = open(bytes, Kind::Delta, key)?;
        self.belongs(&header, self.after.ok_or(ShardError::Parent)?)?;
        if header.day != self.base {
            return Err(ShardError::Parent);
        }
        for (row, availability) in times::read_some(body, self.statics.rows())? {
            if let Some(times) = self.times.get_mut(row) {
                *times = availability;
            }
        }
        self.after = Some(FileHash::of(bytes));
        self.set_now(now);
        Ok(())
    }

    fn belongs(&self, header: &Header, parent: FileHash) -> Result<(), ShardError> {
        if header.state != Some(self.state) {
            return Err(ShardError::State);
        }
        if header.parent != parent || header.rows as usize != self.statics.rows() {
            return Err(ShardError::Parent);
        }
        Ok(())
    }

    /// Prepares the shard for questions asked at `now`; others are answered too, but slower.
    pub fn set_now(&mut self, now: Minute) {
        let first = half_hour_at_or_after(self.base, now);
        self.clock.set(first, &self.times, &mut self.statics.planes);
    }

    /// Finds the best providers for a question, with what relaxing would give if they are few.
    ///
    /// A question about another state finds nobody.
    #[must_use]
    pub fn search(&self, asked: &Asked) -> Answer {
        let hits = self.top(asked);
        let found: Vec<_> = hits
            .iter()
            .filter_map(|hit| self.found(*hit, asked))
            .collect();
        let relaxations = if found.len() < asked.limit {
            relaxations(asked, found.len(), |other| self.count(other))
        } else {
            Vec::new()
        };
        Answer { found, relaxations }
    }

    /// Finds the best providers for a question, by number and score only.
    #[must_use]
    pub fn top(&self, asked: &Asked) -> Vec<Hit> {
        let mut top = top::Top::new(asked.limit);
        if self.can_answer(asked) {
            dispatch::best(&ask::Ask::new(self, asked), &mut top);
        }
        let hit = |(score, id, row)| Hit {
            id: ProviderId(id),
            score,
            row,
        };
        top.into_sorted().into_iter().map(hit).collect()
    }

    /// Counts all providers that fit a question.
    #[must_use]
    pub fn count(&self, asked: &Asked) -> usize {
        if self.can_answer(asked) {
            dispatch::count(&ask::Ask::new(self, asked))
        } else {
            0
        }
    }

    /// Counts the rows that pass every plane, from the first block to the last: what a scan
    /// that never stops early has to read at least. For measurements.
    #[must_use]
    pub fn intersect(&self, asked: &Asked) -> usize {
        dispatch::intersect(&ask::Ask::new(self, asked))
    }

    /// Tells whether the question is about this state and asked while licences are known.
    fn can_answer(&self, asked: &Asked) -> bool {
        asked.state == self.state && asked.now.day() < self.statics.made.plus(LICENCE_DAYS)
    }

    /// Tells all starts of a provider that are known from `now` on.
    #[must_use]
    pub fn starts(&self, id: ProviderId, now: Minute) -> Vec<Minute> {
        let row = self.statics.ids.iter().position(|other| *other == id);
        let Some(times) = row.and_then(|row| self.times.get(row)) else {
            return Vec::new();
        };
        let starts = times
            .iter()
            .map(|at| crate::availability::start_of(self.base, at));
        starts.filter(|start| *start >= now).collect()
    }

    /// Tells the state.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// Tells the name of the static file.
    #[must_use]
    pub fn hash(&self) -> FileHash {
        self.hash
    }

    /// Tells the number of the static file's edition.
    #[must_use]
    pub fn serial(&self) -> u32 {
        self.serial
    }

    /// Tells the availability or delta file read last.
    #[must_use]
    pub fn after(&self) -> Option<FileHash> {
        self.after
    }

    /// Tells the base midnight of the half-hours.
    #[must_use]
    pub fn base(&self) -> Day {
        self.base
    }

    /// Counts the providers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.statics.rows()
    }

    /// Tells whether nobody is in the shard.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.statics.rows() == 0
    }

    /// Tells the numbers of the plans that somebody here accepts.
    #[must_use]
    pub fn plans(&self) -> &[PlanId] {
        &self.statics.plans
    }

    /// Tells the cities with places, by name.
    #[must_use]
    pub fn cities(&self) -> Vec<City> {
        let mut counts = BTreeMap::new();
        for (city, _) in &self.statics.places {
            *counts.entry(*city).or_insert(0) += 1;
        }
        let mut cities: Vec<City> = (0..)
            .zip(&self.statics.cities)
            .map(|(at, (name, point))| City {
                name: name.to_string(),
                point: *point,
                places: counts.get(&at).copied().unwrap_or(0),
            })
            .collect();
        cities.sort_by(|a, b| a.name.cmp(&b.name));
        cities
    }

    /// Tells the bytes of all planes and availabilities in memory.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.statics.planes.bytes() + self.times.len() * size_of::<Availability>()
    }

    pub(crate) fn planes(&self) -> &Planes {
        &self.statics.planes
    }
}

/// The shards of many states.
#[derive(Debug, Default)]
pub struct Network {
    shards: BTreeMap<State, Shard>,
}

impl Network {
    /// Makes a network without any state.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a state's shard in place of the one before.
    pub fn insert(&mut self, shard: Shard) -> Option<Shard> {
        self.shards.insert(shard.state, shard)
    }

    /// Looks a state's shard up.
    #[must_use]
    pub fn shard(&self, state: State) -> Option<&Shard> {
        self.shards.get(&state)
    }

    /// Looks a state's shard up, to read further files into it.
    pub fn shard_mut(&mut self, state: State) -> Option<&mut Shard> {
        self.shards.get_mut(&state)
    }

    /// Goes through the shards.
    pub fn shards(&self) -> impl Iterator<Item = &Shard> {
        self.shards.values()
    }

    /// Prepares all shards for questions asked at `now`.
    pub fn set_now(&mut self, now: Minute) {
        self.shards
            .values_mut()
            .for_each(|shard| shard.set_now(now));
    }

    /// Finds the best providers for a question; see [`Shard::search`].
    #[must_use]
    pub fn search(&self, asked: &Asked) -> Answer {
        self.shards
            .get(&asked.state)
            .map(|shard| shard.search(asked))
            .unwrap_or_default()
    }

    /// Finds the best providers for a question, by number and score only.
    #[must_use]
    pub fn top(&self, asked: &Asked) -> Vec<Hit> {
        self.shards
            .get(&asked.state)
            .map(|shard| shard.top(asked))
            .unwrap_or_default()
    }
}
