//! Networks to try out: any number of providers, from a seed, alike on every machine.
//!
//! Integers only, and one stream of chance for each provider, so that provider 1,000,000 of
//! a network can be had without the others, and a network of ten is the beginning of a
//! network of a million. What it is fitted to stands in `tables`, with its sources.
//!
//! Nobody in it exists. Identifiers have right check digits and are drawn from all that
//! are possible, so some are given to real people; a generated network is for trying out.

mod calendar;
pub(crate) mod chance;
mod person;
mod tables;
mod world;

pub use calendar::Calendar;

use crate::availability::Availability;
use crate::id::ProviderId;
use crate::npi::Npi;
use crate::plan::Plans;
use crate::provider::{MAX_QUALITY, Provider};
use crate::time::{Day, Minute};

use chance::{Chance, Purpose};
use world::{Land, Shared};

/// The minutes of generated visits, and how often of ten.
const VISIT_MINUTES: [u16; 10] = [50, 50, 50, 50, 50, 50, 60, 60, 45, 90];

/// A number without a common divisor with [`STEMS`]: steps through all of them.
const STRIDE: u64 = 61_803_399;

/// Stems of identifiers that begin with 1 and so belong to the usual range.
const STEMS: u64 = 100_000_000;

/// A generated network: a seed, a size, and the day on which it is looked at.
#[derive(Debug)]
pub struct Network {
    seed: u64,
    size: u32,
    base: Day,
    shared: Shared,
}

impl Network {
    /// Makes a network of `size` providers whose availability begins at the midnight of
    /// `base` in UTC.
    #[must_use]
    pub fn new(seed: u64, size: u32, base: Day) -> Self {
        Self {
            seed,
            size,
            base,
            shared: Shared::new(seed),
        }
    }

    /// How many providers there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.size
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// The midnight from which availability is counted.
    #[must_use]
    pub fn base(&self) -> Day {
        self.base
    }

    /// The plans of the network; they depend on the seed alone.
    #[must_use]
    pub fn plans(&self) -> &Plans {
        &self.shared.plans
    }

    /// Makes the provider at a place from 0 on, with the free half-hours of fourteen days.
    #[must_use]
    pub fn provider(&self, at: u32) -> (Provider, Availability) {
        let (provider, calendar) = self.with_calendar(at);
        let free = calendar.availability(self.base);
        (provider, free)
    }

    /// Makes the provider at a place from 0 on, with their standing free hours.
    #[must_use]
    pub fn with_calendar(&self, at: u32) -> (Provider, Calendar) {
        let mut chance = Chance::new(self.seed, Purpose::Provider, at.into());
        let Some(home) = self.shared.land(&mut chance) else {
            return (nobody(at), Calendar::draw(("UTC", 0), false, &mut chance));
        };
        let mut provider = self.draw(at, home, &mut chance);
        provider.zone = home.zone.0.to_owned();
        let calendar = Calendar::draw(home.zone, provider.accepting, &mut chance);
        (provider, calendar)
    }

    /// Goes through all providers.
    pub fn iter(&self) -> impl Iterator<Item = (Provider, Availability)> {
        (0..self.size).map(|at| self.provider(at))
    }

    fn draw(&self, at: u32, home: &Land, chance: &mut Chance) -> Provider {
        let (woman, name) = person::name(chance);
        let licences = person::licences(home.state, &self.shared, self.base, chance);
        let formats = person::formats(chance);
        let terms = (&self.shared, formats);
        let acceptances = person::acceptances(home, &licences, terms, chance);
        let (years, age_band) = person::age(chance);
        let fee_cents = 8_000 + 500 * chance.below(45);
        let sliding = fee_cents / 2 / 500 * 500;
        // Proven within the last twelve days, the newer the likelier.
        let ago = chance.below(12 * 1_440).min(chance.below(12 * 1_440));
        Provider {
            npi: self.npi(at),
            name,
            credentials: person::credentials(chance),
            licences,
            acceptances,
            accepting: chance.per_mille(620),
            services: person::services(chance),
            formats,
            specialties: person::some(3, 12, chance),
            modalities: person::some(1, 5, chance),
            languages: person::languages(chance),
            gender: person::gender(woman, chance),
            age_band,
            places: person::places(home, formats, chance),
            visit_minutes: chance.pick(&VISIT_MINUTES).copied().unwrap_or(50),
            fee_cents,
            sliding_low_cents: chance.per_mille(350).then_some(sliding),
            years,
            quality: u8::try_from(chance.below(200)).unwrap_or(MAX_QUALITY),
            newcomer: chance.per_mille(60),
            proven_minute: Minute(self.base.midnight().0.saturating_sub(ago)),
            bookable: true,
            ..nobody(at)
        }
    }

    /// Steps through the stems, so that no two providers of a network share a number.
    fn npi(&self, at: u32) -> Option<Npi> {
        let stem = STEMS + (u64::from(at) * STRIDE + self.seed % STEMS) % STEMS;
        Npi::from_stem(u32::try_from(stem).ok()?).ok()
    }
}

/// A listing without content.
fn nobody(at: u32) -> Provider {
    Provider {
        id: ProviderId(at + 1),
        npi: None,
        name: String::new(),
        credentials: String::new(),
        licences: Vec::new(),
        acceptances: Vec::new(),
        accepting: false,
        services: Default::default(),
        formats: Default::default(),
        specialties: Default::default(),
        modalities: Default::default(),
        languages: Default::default(),
        gender: None,
        age_band: None,
        places: Vec::new(),
        zone: String::new(),
        visit_minutes: 50,
        fee_cents: 0,
        sliding_low_cents: None,
        years: 0,
        quality: 0,
        newcomer: false,
        proven_minute: Minute(0),
        bookable: false,
    }
}

#[cfg(test)]
mod tests;
