//! A question laid over one shard: which planes to intersect, which to add up, what to check.

use super::plane::{Block, Planes};
use super::{HORIZONS, Shard};
use crate::answer::{AGE_POINTS, GENDER_POINTS, MODALITY_POINTS, SOON_POINTS, SPECIALTY_POINTS};
use crate::availability::{Availability, half_hour_at_or_after};
use crate::geo::Circle;
use crate::plain::wanted_starts;
use crate::query::{Asked, Need};
use crate::set::{Code, Set};
use crate::time::DAY;
use crate::vocabulary::Format;

/// All points are multiples of this.
pub(super) const UNIT: u32 = 5;

const _: () = assert!(
    SPECIALTY_POINTS.is_multiple_of(UNIT)
        && MODALITY_POINTS.is_multiple_of(UNIT)
        && GENDER_POINTS.is_multiple_of(UNIT)
        && AGE_POINTS.is_multiple_of(UNIT)
        && SOON_POINTS.is_multiple_of(UNIT)
);

/// A question laid over one shard.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    pub(super) shard: &'a Shard,
    pub(super) asked: &'a Asked,
    /// Rows have to be in each of these.
    pub(super) all: Vec<&'a [Block]>,
    /// Rows have to be in one of these, if there are any.
    pub(super) any: Vec<&'a [Block]>,
    /// Rows fit by video in all of these; `None` if video will not do.
    pub(super) video: Option<[&'a [Block]; 2]>,
    /// Rows fit in person in all of these; `None` if that will not do.
    pub(super) in_person: Option<[&'a [Block]; 2]>,
    /// Planes that give points, in units.
    pub(super) bonus: Vec<(&'a [Block], u32)>,
    /// The most units that all bonuses give.
    pub(super) most: u32,
    /// Whose licences have to be looked at day by day.
    pub(super) frail: &'a [Block],
    /// The same for the licences in a second state.
    pub(super) ending: &'a [Block],
    /// Whether every row has to be looked at, rather than the frail ones only.
    pub(super) inexact: bool,
    /// Rows that fit in person have a place in one of these, if there is a circle.
    pub(super) areas: Vec<&'a [Block]>,
    /// How near a visit in person has to be.
    pub(super) circle: Option<Circle>,
    /// In which half-hours a visit may start.
    pub(super) wanted: Availability,
    /// Whether rows have to be asked for their half-hours; else a plane has told.
    pub(super) ask_times: bool,
    /// The plane that gives points for a start within 24 hours, if rows have to be asked too.
    pub(super) maybe_soon: Option<&'a [Block]>,
    /// The half-hours of the next 24 hours.
    pub(super) soon: Availability,
}

impl<'a> Ask<'a> {
    pub(super) fn new(shard: &'a Shard, asked: &'a Asked) -> Self {
        let (planes, index) = (shard.planes(), &shard.statics.index);
        let first = half_hour_at_or_after(shard.base, asked.now);
        let in_one_day = half_hour_at_or_after(shard.base, asked.now.plus(DAY));
        let mut ask = Self {
            shard,
            asked,
            all: Vec::with_capacity(8),
            any: planes_of(planes, &index.specialties, asked.specialties),
            video: format(shard, asked, Format::Video),
            in_person: format(shard, asked, Format::InPerson),
            bonus: Vec::with_capacity(8),
            most: 0,
            frail: planes.of(index.frail),
            ending: planes.of(Planes::NONE),
            inexact: false,
            areas: Vec::new(),
            circle: None,
            wanted: wanted_starts(shard.base, asked),
            ask_times: false,
            maybe_soon: None,
            soon: Availability::span(first, in_one_day),
        };
        ask.filters();
        ask.times(first);
        ask.bonuses();
        ask
    }

    /// Collects the planes that every row has to be in, and what planes cannot tell.
    fn filters(&mut self) {
        let (planes, index, asked) = (self.shard.planes(), &self.shard.statics.index, self.asked);
        if asked.now.day() >= self.shard.base.plus(super::KNOWN_DAYS) {
            self.frail = planes.of(Planes::ALL);
        }
        if asked.states.len() > 1 {
            self.ending = planes.of(index.ending);
        }
        for state in asked.states.iter().filter(|state| *state != asked.state) {
            let plane = index.licensed.get(usize::from(state.index()));
            self.all
                .push(planes.of(plane.copied().unwrap_or(Planes::NONE)));
        }
        if let Some(language) = asked.language {
            let plane = index.languages.get(usize::from(language.index()));
            self.all
                .push(planes.of(plane.copied().unwrap_or(Planes::NONE)));
        }
        if let Some((gender, Need::Required)) = asked.gender {
            let plane = index.genders.get(usize::from(gender.index()));
            self.all
                .push(planes.of(plane.copied().unwrap_or(Planes::NONE)));
        }
        if let Some((band, Need::Required)) = asked.age_band {
            let plane = index.ages.get(usize::from(band.index()));
            self.all
                .push(planes.of(plane.copied().unwrap_or(Planes::NONE)));
        }
        if let (Some((point, miles)), Some(_)) = (asked.near, self.in_person) {
            let circle = Circle::new(point, miles);
            let reached = index
                .areas
                .iter()
                .filter(|(_, low, high)| circle.may_reach(*low, *high));
            self.areas
                .extend(reached.map(|(plane, _, _)| planes.of(*plane)));
            self.areas.push(planes.of(index.elsewhere));
            self.circle = Some(circle);
            self.inexact = true;
        }
        self.inexact |= asked.max_fee_cents.is_some();
    }

    /// Finds the plane that tells who is free at the times wanted, or one that tells who may be.
    fn times(&mut self, first: usize) {
        let prepared = self.shard.horizons.0 == first;
        let horizon = |at: usize| {
            let plane = self
                .shard
                .horizons
                .1
                .get(at)
                .copied()
                .unwrap_or(Planes::ALL);
            self.shard.planes().of(plane)
        };
        let span = |hours: u32| Availability::span(first, first.saturating_add(hours as usize * 2));
        if self.asked.windows.is_some() {
            self.ask_times = true;
            if prepared {
                let covering = (0..)
                    .zip(HORIZONS)
                    .find(|(_, hours)| self.wanted.and(&span(*hours)) == self.wanted);
                if let Some((at, hours)) = covering {
                    self.all.push(horizon(at));
                    self.ask_times = self.wanted != span(hours);
                }
            }
        }
        let soon = if prepared {
            horizon(0)
        } else {
            self.shard.planes().of(Planes::ALL)
        };
        if !prepared || self.wanted.and(&self.soon) != self.soon {
            self.maybe_soon = Some(soon);
            self.inexact = true;
        }
        self.bonus.push((soon, SOON_POINTS / UNIT));
        self.inexact |= self.ask_times;
    }

    /// Collects the planes that give points.
    fn bonuses(&mut self) {
        let (planes, index, asked) = (self.shard.planes(), &self.shard.statics.index, self.asked);
        let mut add = |these: Vec<&'a [Block]>, points: u32| {
            self.bonus
                .extend(these.into_iter().map(|plane| (plane, points / UNIT)));
        };
        add(
            planes_of(planes, &index.specialties, asked.specialties),
            SPECIALTY_POINTS,
        );
        add(
            planes_of(planes, &index.modalities, asked.modalities),
            MODALITY_POINTS,
        );
        if let Some((gender, Need::Preferred)) = asked.gender {
            add(
                planes_of(planes, &index.genders, Set::of(gender)),
                GENDER_POINTS,
            );
        }
        if let Some((band, Need::Preferred)) = asked.age_band {
            add(planes_of(planes, &index.ages, Set::of(band)), AGE_POINTS);
        }
        self.most = self.bonus.iter().map(|(_, units)| units).sum();
    }
}

/// Tells the planes of all codes of a set.
fn planes_of<'a, C: Code>(
    planes: &'a Planes,
    index: &[super::Plane],
    set: Set<C>,
) -> Vec<&'a [Block]> {
    let plane = |code: C| {
        planes.of(index
            .get(usize::from(code.index()))
            .copied()
            .unwrap_or(Planes::NONE))
    };
    set.iter().map(plane).collect()
}

/// Tells the planes of those who offer the service in a format and are paid for it.
fn format<'a>(shard: &'a Shard, asked: &Asked, format: Format) -> Option<[&'a [Block]; 2]> {
    let planes = shard.planes();
    let paid = asked
        .plan
        .map_or(Planes::ALL, |plan| shard.statics.paid(plan, format));
    let core = shard.statics.core(asked.service, format);
    asked
        .formats
        .contains(format)
        .then(|| [planes.of(core), planes.of(paid)])
}
