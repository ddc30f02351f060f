//! Questions to try a generated network with: the mix that is measured, and any at all.

use crate::answer::Filter;
use crate::generate::Network;
use crate::generate::chance::{Chance, Purpose};
use crate::id::PlanId;
use crate::plan::PlanRef;
use crate::provider::{Point, Provider};
use crate::query::{Query, WantedFormat, Window};
use crate::set::{Code, Set};
use crate::state::State;
use crate::time::{DAY, Minute};
use crate::vocabulary::{AgeBand, Gender, Language};

/// The kinds of questions of the measured mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Two in five: plan, couples, by video, within 48 hours.
    Soon,
    /// One in four: the same, with wanted specialties and a language.
    Specialist,
    /// Three in twenty: the same, with gender and age required, within seven days.
    Person,
    /// Three in twenty: in person within 25 miles, evenings of seven days.
    Near,
    /// One in twenty: people who pay themselves, by video.
    Cash,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 5] = [
        Self::Soon,
        Self::Specialist,
        Self::Person,
        Self::Near,
        Self::Cash,
    ];
}

/// A source of questions about one network.
#[derive(Debug)]
pub struct Mix<'a> {
    network: &'a Network,
    chance: Chance,
}

impl<'a> Mix<'a> {
    /// Opens the questions of a seed.
    #[must_use]
    pub fn new(network: &'a Network, seed: u64) -> Self {
        Self {
            network,
            chance: Chance::new(seed, Purpose::Queries, 0),
        }
    }

    /// Asks one question of the measured mix, at the base midnight.
    pub fn typical(&mut self) -> (Class, Query) {
        let class = match self.chance.below(20) {
            0..8 => Class::Soon,
            8..13 => Class::Specialist,
            13..16 => Class::Person,
            16..19 => Class::Near,
            _ => Class::Cash,
        };
        (class, self.of_class(class))
    }

    fn of_class(&mut self, class: Class) -> Query {
        let (state, plan, point) = self.somewhere();
        let mut query = Query {
            states: vec![state],
            plan: Some(PlanRef::Id(plan)),
            ..Query::default()
        };
        query.modalities = self.some(2);
        if self.chance.per_mille(300) {
            query.gender = self.one();
        }
        match class {
            Class::Soon => query.within_hours = Some(48),
            Class::Specialist => {
                query.within_hours = Some(48);
                query.specialties = self.some(3).or(self.one().map(Set::of).unwrap_or_default());
                query.language = self.spoken();
            }
            Class::Person => {
                query.within_hours = Some(168);
                query.gender = self.one::<Gender>();
                query.age_band = self.one::<AgeBand>();
                (query.gender_required, query.age_band_required) = (true, true);
            }
            Class::Near => {
                query.format = WantedFormat::InPerson;
                (query.near, query.miles) = (Some(point), Some(25));
                let midnight = |day| self.network.base().plus(day).midnight();
                let evening = |day| Window {
                    from: midnight(day),
                    to: midnight(day).plus(DAY / 4),
                };
                query.windows = Some((0..7).map(evening).collect());
            }
            Class::Cash => query.plan = None,
        }
        query
    }

    /// Asks any question at all: every field may be given, two states, odd times.
    pub fn any(&mut self) -> (Query, Minute) {
        let (state, plan, point) = self.somewhere();
        let chance = &mut self.chance;
        let now = self.network.base().midnight().plus(chance.below(3 * DAY));
        let mut query = Query {
            states: vec![state],
            ..Query::default()
        };
        if chance.per_mille(350) {
            query.states.extend(self.one::<State>());
        }
        query.plan = self.chance.per_mille(700).then_some(PlanRef::Id(plan));
        query.couples = self.chance.per_mille(800);
        let formats = [
            WantedFormat::Video,
            WantedFormat::InPerson,
            WantedFormat::Any,
        ];
        query.format = self.chance.pick(&formats).copied().unwrap_or_default();
        self.any_times(&mut query, now);
        self.any_wishes(&mut query);
        if self.chance.per_mille(500) {
            query.near = Some(point);
            query.miles = self
                .chance
                .per_mille(800)
                .then(|| self.chance.between(1, 120) as u16);
        }
        query.max_fee_cents = self
            .chance
            .per_mille(200)
            .then(|| 5_000 + self.chance.below(25_000));
        query.limit = if self.chance.per_mille(100) {
            self.chance.between(1, 200) as u16
        } else {
            20
        };
        if self.chance.per_mille(200)
            && let Some(filter) = self.chance.pick(&Filter::ALL)
        {
            filter.relax(&mut query);
        }
        (query, now)
    }

    fn any_wishes(&mut self, query: &mut Query) {
        query.specialties = if self.chance.per_mille(500) {
            self.some(4)
        } else {
            Set::EMPTY
        };
        query.modalities = self.some(3);
        query.language = if self.chance.per_mille(300) {
            self.spoken()
        } else {
            None
        };
        query.gender = if self.chance.per_mille(400) {
            self.one()
        } else {
            None
        };
        query.gender_required = query.gender.is_some() && self.chance.per_mille(300);
        query.age_band = if self.chance.per_mille(300) {
            self.one()
        } else {
            None
        };
        query.age_band_required = query.age_band.is_some() && self.chance.per_mille(300);
    }

    fn any_times(&mut self, query: &mut Query, now: Minute) {
        let chance = &mut self.chance;
        match chance.below(6) {
            0 => query.within_hours = chance.pick(&[24, 48, 72, 168, 336]).copied(),
            1 => query.within_hours = Some(chance.between(1, 400) as u16),
            2 => {
                let window = |chance: &mut Chance| {
                    let from = now.plus(chance.below(15 * DAY));
                    Window {
                        from,
                        to: from.plus(chance.below(8 * 60)),
                    }
                };
                query.windows = Some((0..chance.below(12)).map(|_| window(chance)).collect());
            }
            3 => {
                (query.evenings, query.zone) = (true, Some("America/Chicago".to_owned()));
                query.within_hours = chance.per_mille(500).then_some(96);
            }
            _ => {}
        }
    }

    /// Picks a plan somebody accepts, the state in which they do, and a place near there.
    fn somewhere(&mut self) -> (State, PlanId, Point) {
        let nowhere = Point {
            lat: 3_405,
            lon: -11_824,
        };
        for _ in 0..1_000 {
            let provider = self.somebody();
            let Some(acceptance) = self.chance.pick(&provider.acceptances) else {
                continue;
            };
            let place = provider
                .places
                .iter()
                .find(|place| place.state == acceptance.state);
            let mut point = place.map_or(nowhere, |place| place.point);
            point.lat = point
                .lat
                .saturating_add(self.chance.below(31) as i16 - 15)
                .clamp(-9_000, 9_000);
            return (acceptance.state, acceptance.plan, point);
        }
        (State::FIRST, PlanId(0), nowhere)
    }

    fn somebody(&mut self) -> Provider {
        self.network
            .provider(self.chance.below(self.network.len()))
            .0
    }

    /// Picks a language that somebody speaks, more often a frequent one.
    fn spoken(&mut self) -> Option<Language> {
        let languages: Vec<_> = self.somebody().languages.iter().collect();
        self.chance.pick(&languages).copied()
    }

    fn one<C: Code>(&mut self) -> Option<C> {
        C::from_index(self.chance.below(u32::from(C::COUNT)) as u8)
    }

    /// Picks up to `most` codes.
    fn some<C: Code>(&mut self, most: u32) -> Set<C> {
        (0..self.chance.below(most + 1))
            .filter_map(|_| self.one())
            .collect()
    }
}
