//! A question laid over one shard: which planes to intersect, which to add up, what to check.

use super::Shard;
use super::plane::{Block, Plane, Planes};
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

/// Units for a fitting start within 24 hours.
pub(super) const SOON_UNITS: u32 = SOON_POINTS / UNIT;

/// A question laid over one shard.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    pub(super) shard: &'a Shard,
    pub(super) asked: &'a Asked,
    /// Rows have to be in each of these.
    pub(super) all: Vec<&'a [Block]>,
    /// Rows have to be in one of each of these.
    pub(super) any: Vec<Vec<&'a [Block]>>,
    /// Where either format will do: rows have to be in each of one of these lists.
    pub(super) either: Option<[Vec<&'a [Block]>; 2]>,
    /// How near a visit in person has to be.
    pub(super) circle: Option<Near<'a>>,
    /// Planes that give points, in units, the most first.
    pub(super) bonus: Vec<(&'a [Block], u32)>,
    /// Rows in one of these have, or may have, a fitting start within 24 hours.
    pub(super) soon: Vec<&'a [Block]>,
    /// The most units that all bonuses give.
    pub(super) most: u32,
    /// Whose licences have to be looked at day by day.
    pub(super) frail: Vec<&'a [Block]>,
    /// What planes could not tell.
    pub(super) doubt: Doubt,
    /// In which half-hours a visit may start.
    pub(super) wanted: Availability,
    /// The half-hours of the next 24 hours.
    pub(super) next_day: Availability,
}

/// Who has a place in the circle.
#[derive(Debug)]
pub(super) struct Near<'a> {
    pub(super) circle: Circle,
    /// Rows in one of these have.
    pub(super) inside: Vec<&'a [Block]>,
    /// Rows in one of these may have.
    pub(super) edge: Vec<&'a [Block]>,
}

/// What has to be looked at row by row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Doubt {
    /// The fee of every row.
    pub(super) fee: bool,
    /// Whether rows have a start at the times wanted.
    pub(super) times: bool,
    /// Whether rows in `soon` have a fitting start within 24 hours.
    pub(super) soon: bool,
}

impl<'a> Ask<'a> {
    pub(super) fn new(shard: &'a Shard, asked: &'a Asked) -> Self {
        let first = half_hour_at_or_after(shard.base, asked.now);
        let in_one_day = half_hour_at_or_after(shard.base, asked.now.plus(DAY));
        let mut ask = Self {
            shard,
            asked,
            all: Vec::with_capacity(8),
            any: Vec::new(),
            either: None,
            circle: None,
            bonus: Vec::with_capacity(8),
            soon: Vec::new(),
            most: 0,
            frail: Vec::with_capacity(2),
            doubt: Doubt {
                fee: asked.max_fee_cents.is_some(),
                ..Doubt::default()
            },
            wanted: wanted_starts(shard.base, asked),
            next_day: Availability::span(first, in_one_day),
        };
        ask.formats();
        ask.filters();
        ask.licences();
        ask.times(first);
        ask.bonuses();
        ask
    }

    fn plane(&self, plane: Plane) -> &'a [Block] {
        self.shard.planes().of(plane)
    }

    /// Collects the planes of those who offer the service in a format asked, and are paid for it.
    fn formats(&mut self) {
        let asked = self.asked;
        let of = |format| {
            let statics = &self.shard.statics;
            let paid = asked.plan.map(|plan| statics.paid(plan, format));
            let both = [Some(statics.core(asked.service, format)), paid];
            let planes: Vec<_> = both
                .into_iter()
                .flatten()
                .map(|plane| self.plane(plane))
                .collect();
            planes
        };
        let in_person = asked.formats.contains(Format::InPerson);
        match (asked.formats.contains(Format::Video), in_person) {
            (true, true) => self.either = Some([of(Format::Video), of(Format::InPerson)]),
            (true, false) => self.all = of(Format::Video),
            (false, true) => self.all = of(Format::InPerson),
            (false, false) => self.all.push(self.plane(Planes::NONE)),
        }
        if let Some((point, miles)) = asked.near
            && in_person
        {
            let circle = Circle::new(point, miles);
            let areas = &self.shard.statics.index.areas;
            let (inside, edge) = areas.reached(self.shard.planes(), &circle);
            self.circle = Some(Near {
                circle,
                inside,
                edge,
            });
        }
    }

    /// Collects the planes of what is required of everybody.
    fn filters(&mut self) {
        let (planes, index, asked) = (self.shard.planes(), &self.shard.statics.index, self.asked);
        let mut all = |planes: Vec<&'a [Block]>| self.all.extend(planes);
        let others = asked.states.iter().filter(|state| *state != asked.state);
        all(planes_of(planes, &index.licensed, others.collect()));
        if let Some(language) = asked.language {
            all(planes_of(planes, &index.languages, Set::of(language)));
        }
        if let Some((gender, Need::Required)) = asked.gender {
            all(planes_of(planes, &index.genders, Set::of(gender)));
        }
        if let Some((band, Need::Required)) = asked.age_band {
            all(planes_of(planes, &index.ages, Set::of(band)));
        }
        if !asked.specialties.is_empty() {
            self.any
                .push(planes_of(planes, &index.specialties, asked.specialties));
        }
    }

    /// Tells whose licences have to be looked at day by day.
    fn licences(&mut self) {
        let index = &self.shard.statics.index;
        let known = self.asked.now.day() < self.shard.base.plus(super::KNOWN_DAYS);
        self.frail
            .push(self.plane(if known { index.frail } else { Planes::ALL }));
        if self.asked.states.len() > 1 {
            self.frail.push(self.plane(index.ending));
        }
    }

    /// Finds the planes that tell who is free at the times wanted, or who may be.
    fn times(&mut self, first: usize) {
        let (clock, planes) = (&self.shard.clock, self.shard.planes());
        let prepared = clock.holds_from(first);
        let of = |set: &Availability| {
            let planes = prepared.then(|| clock.of(set, planes)).flatten();
            planes.map_or((None, false), |times| (Some(times.any), times.exact))
        };
        if self.asked.windows.is_some() {
            let (any, exact) = of(&self.wanted);
            self.doubt.times = !exact;
            match any {
                Some(any) if any.len() == 1 => self.all.extend(any),
                Some(any) => self.any.push(any),
                None => {}
            }
        }
        let soon = self.wanted.and(&self.next_day);
        if !soon.is_empty() {
            let (any, exact) = of(&soon);
            self.doubt.soon = !exact;
            self.soon = any.unwrap_or_else(|| vec![self.plane(Planes::ALL)]);
        }
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
        self.bonus
            .sort_unstable_by_key(|(_, units)| core::cmp::Reverse(*units));
        self.most = self.bonus.iter().map(|(_, units)| units).sum::<u32>()
            + if self.soon.is_empty() { 0 } else { SOON_UNITS };
    }
}

/// Tells the planes of all codes of a set.
fn planes_of<'a, C: Code>(planes: &'a Planes, index: &[Plane], set: Set<C>) -> Vec<&'a [Block]> {
    let plane = |code: C| {
        let plane = index.get(usize::from(code.index()));
        planes.of(plane.copied().unwrap_or(Planes::NONE))
    };
    set.iter().map(plane).collect()
}
