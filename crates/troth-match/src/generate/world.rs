//! What all providers of a generated network share: cities, plans, panels.

use super::chance::{Chance, Purpose, running};
use super::tables::{CITY_NAMES, PAYERS, PRODUCTS, REGIONS, Region};
use crate::id::PlanId;
use crate::plan::{Plan, Plans};
use crate::provider::{Place, Point};
use crate::state::{State, States};

/// Plans of a network.
pub(crate) const PLANS: u16 = 300;

/// Plans that are sold everywhere; the others are sold in one to twelve states.
const NATIONAL: u16 = 36;

/// Cities of a state.
const CITIES: usize = 10;

/// Panels of a state from which most providers take their plans.
const PANELS: usize = 12;

/// A state as the generator sees it.
#[derive(Debug)]
pub(crate) struct Land {
    pub(crate) state: State,
    pub(crate) zone: (&'static str, u8),
    pub(crate) cities: Vec<Place>,
    pub(crate) panels: Vec<Vec<PlanId>>,
    /// The plans sold here, and their popularity as running sums.
    sold: Vec<PlanId>,
    popularity: Vec<u32>,
}

/// The shared part of a network.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) plans: Plans,
    pub(crate) lands: Vec<Land>,
    people: Vec<u32>,
}

impl Shared {
    /// Makes the shared part from the seed alone: networks of one seed and different sizes
    /// have the same cities and plans.
    pub(crate) fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed, Purpose::World, 0);
        let people = running(REGIONS.iter().map(|region| region.thousands));
        let plans = plans(&people, &mut chance);
        let lands = REGIONS
            .iter()
            .filter_map(|region| land(region, &plans, &mut chance))
            .collect();
        Self {
            plans: Plans::new(plans),
            lands,
            people,
        }
    }

    /// Picks a state by how many people live there.
    pub(crate) fn land(&self, chance: &mut Chance) -> Option<&Land> {
        self.lands.get(chance.weighted(&self.people))
    }
}

impl Land {
    /// Picks a plan that is sold here, by popularity.
    pub(crate) fn plan(&self, chance: &mut Chance) -> Option<PlanId> {
        self.sold.get(chance.weighted(&self.popularity)).copied()
    }

    /// Whether a plan is sold here.
    pub(crate) fn sells(&self, plan: PlanId) -> bool {
        self.sold.binary_search(&plan).is_ok()
    }
}

/// Popularity after Zipf with exponent 0.95, in hundred-thousandths of the first.
///
/// A table and no power of a float: `pow` differs between machines in its last bit. The
/// exponent is 19/20, so the twentieth power of the weight is compared in integers.
fn zipf(rank: u16) -> u32 {
    // w = 100000 / rank^0.95; rank^0.95 = rank / rank^0.05, and rank^0.05 below 300 is
    // between 1 and 1.3301: found by halving on its twentieth power, in 32.32 fixed point.
    let (mut low, mut high) = (1u64 << 32, (1u64 << 32) + (1u64 << 31));
    while high - low > 1 {
        let middle = low.midpoint(high);
        if power(middle, 20) <= u128::from(rank) << 32 {
            low = middle;
        } else {
            high = middle;
        }
    }
    let weight = (u128::from(low) * 100_000 / u128::from(rank.max(1))) >> 32;
    u32::try_from(weight).unwrap_or(u32::MAX)
}

/// Raises a number of 32.32 fixed point to a power, rounding down at each step.
fn power(base: u64, exponent: u32) -> u128 {
    (0..exponent).fold(1u128 << 32, |value, _| (value * u128::from(base)) >> 32)
}

fn plans(people: &[u32], chance: &mut Chance) -> Vec<Plan> {
    (0..PLANS)
        .map(|number| {
            let payer = PAYERS.get(usize::from(number) % PAYERS.len());
            let product = PRODUCTS.get(usize::from(number) / PAYERS.len());
            Plan {
                id: PlanId(number),
                name: format!("{} {}", payer.unwrap_or(&""), product.unwrap_or(&"")),
                states: sold_in(number, people, chance),
            }
        })
        .collect()
}

fn sold_in(number: u16, people: &[u32], chance: &mut Chance) -> States {
    if number < NATIONAL {
        return REGIONS
            .iter()
            .filter_map(|r| State::parse(r.code))
            .collect();
    }
    let count = chance.between(1, 12);
    let mut states = States::EMPTY;
    for _ in 0..count {
        let region = REGIONS.get(chance.weighted(people));
        if let Some(state) = region.and_then(|region| State::parse(region.code)) {
            states.insert(state);
        }
    }
    states
}

fn land(region: &Region, plans: &[Plan], chance: &mut Chance) -> Option<Land> {
    let state = State::parse(region.code)?;
    let sold: Vec<PlanId> = plans
        .iter()
        .filter(|plan| plan.states.contains(state))
        .map(|plan| plan.id)
        .collect();
    let popularity = running(sold.iter().map(|plan| zipf(plan.0 + 1)));
    let mut land = Land {
        state,
        zone: region.zone,
        cities: Vec::new(),
        panels: Vec::new(),
        sold,
        popularity,
    };
    land.cities = (0..CITIES)
        .filter_map(|_| {
            Some(Place {
                state,
                city: (*chance.pick(&CITY_NAMES)?).to_owned(),
                point: around(region.point(), region.reach, chance),
            })
        })
        .collect();
    land.panels = (0..PANELS)
        .map(|_| {
            let size = chance.between(5, 10);
            draw(&land, size, chance)
        })
        .collect();
    Some(land)
}

/// Draws so many different plans of a state, fewer where it has too few.
pub(crate) fn draw(land: &Land, size: u32, chance: &mut Chance) -> Vec<PlanId> {
    let mut plans: Vec<PlanId> = Vec::new();
    // The popular ones come again and again; four tries a plan are enough for the tail.
    for _ in 0..size * 4 {
        if plans.len() >= size as usize {
            break;
        }
        if let Some(plan) = land.plan(chance).filter(|plan| !plans.contains(plan)) {
            plans.push(plan);
        }
    }
    plans
}

impl Region {
    fn point(&self) -> Point {
        Point {
            lat: self.lat,
            lon: self.lon,
        }
    }
}

/// Moves a point by up to `reach` hundredths of a degree each way.
pub(crate) fn around(middle: Point, reach: (u16, u16), chance: &mut Chance) -> Point {
    let mut shift = |by: u16| {
        let drawn = chance.below(2 * u32::from(by) + 1);
        i16::try_from(i64::from(drawn) - i64::from(by)).unwrap_or(0)
    };
    Point {
        lat: (middle.lat + shift(reach.0)).clamp(-9_000, 9_000),
        lon: (middle.lon + shift(reach.1)).clamp(-18_000, 18_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn popularity_falls_as_the_power_it_is_named_after() {
        for rank in [1u16, 2, 10, 57, 300] {
            let exact = 100_000.0 / f64::from(rank).powf(0.95);
            assert!((f64::from(zipf(rank)) - exact).abs() < 2.0, "{rank}");
        }
    }

    #[test]
    fn every_plan_has_its_own_name_and_every_state_its_plans() {
        let shared = Shared::new(1);
        let mut names: Vec<&str> = shared.plans.iter().map(|plan| plan.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), usize::from(PLANS));
        assert_eq!(shared.lands.len(), 51);
        for land in &shared.lands {
            assert!(land.sold.len() >= usize::from(NATIONAL));
            assert!(land.panels.iter().all(|panel| panel.len() >= 4));
        }
    }
}
