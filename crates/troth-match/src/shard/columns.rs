//! The body of a static file, read straight into planes and columns.

use super::ShardError;
use super::bytes::Reader;
use super::cards::Cards;
use super::write::flag;
use crate::engine::areas::Areas;
use crate::engine::clock::Clock;
use crate::engine::plane::{Plane, Planes};
use crate::id::{PlanId, ProviderId};
use crate::provider::Point;
use crate::set::Code;
use crate::state::State;
use crate::time::Day;
use crate::vocabulary::{AgeBand, Format, Gender, Language, Modality, Service, Specialty};

mod read;

use read::{
    read_bytes, read_cities, read_ending, read_expiries, read_ids, read_levels, read_others,
    read_plan_sets, read_planes, read_plans,
};

/// Everything of a static file.
#[derive(Debug)]
pub(crate) struct Statics {
    pub(crate) made: Day,
    pub(crate) ids: Vec<ProviderId>,
    pub(crate) standings: Vec<u8>,
    pub(crate) flags: Vec<u8>,
    pub(crate) persons: Vec<u8>,
    /// The last day of the licence in this state.
    pub(crate) expiries: Vec<Day>,
    /// Licences in other states that run out soon: row, state, last day; rising.
    pub(crate) ending: Vec<(u32, u8, Day)>,
    pub(crate) plans: Vec<PlanId>,
    pub(crate) planes: Planes,
    pub(crate) index: PlaneIndex,
    pub(crate) cities: Vec<(Box<str>, Point)>,
    /// Where each row's places begin, and where the last ends.
    pub(crate) place_starts: Vec<u32>,
    /// City and point of each place.
    pub(crate) places: Vec<(u32, Point)>,
    pub(crate) cards: Cards,
}

/// Where the planes of each kind are.
#[derive(Debug)]
pub(crate) struct PlaneIndex {
    /// Who offers a service in a format: service × 2 + format.
    pub(crate) core: [Plane; 4],
    /// Whom a plan pays for in a format: place of the plan × 2 + format.
    pub(crate) paid: Vec<Plane>,
    pub(crate) specialties: Vec<Plane>,
    pub(crate) modalities: Vec<Plane>,
    pub(crate) languages: Vec<Plane>,
    pub(crate) genders: [Plane; 3],
    pub(crate) ages: [Plane; 4],
    /// Who is licensed in another state.
    pub(crate) licensed: Vec<Plane>,
    /// Who has a place where.
    pub(crate) areas: Areas,
    /// Whose licence in another state runs out soon.
    pub(crate) ending: Plane,
    /// Whose licence in this state runs out before the last half-hour; follows the base day.
    pub(crate) frail: Plane,
}

impl PlaneIndex {
    /// Counts the planes that a shard with so many plans may need, so that they are allocated once.
    fn most(plans: usize) -> usize {
        let codes = Specialty::COUNT + Modality::COUNT + Language::COUNT + State::COUNT;
        usize::from(codes) + 2 * plans + 4 + 3 + 4 + 2 + Areas::MOST + Clock::PLANES
    }

    /// Reads the planes; those that follow from other columns are empty yet.
    fn read(
        body: &mut Reader<'_>,
        (others, state): (Reader<'_>, State),
        (flags, plans): (&[u8], usize),
        planes: &mut Planes,
    ) -> Result<Self, ShardError> {
        Ok(Self {
            licensed: read_others(others, state, planes)?,
            paid: read_plan_sets(body.section()?, plans, flags, planes)?,
            specialties: read_planes::<Specialty>(body.section()?, planes)?,
            modalities: read_planes::<Modality>(body.section()?, planes)?,
            languages: read_planes::<Language>(body.section()?, planes)?,
            genders: core::array::from_fn(|_| planes.add()),
            ages: core::array::from_fn(|_| planes.add()),
            core: core::array::from_fn(|_| planes.add()),
            areas: Areas::default(),
            ending: planes.add(),
            frail: planes.add(),
        })
    }
}

impl Statics {
    pub(crate) fn read(
        body: &[u8],
        state: State,
        made: Day,
        rows: usize,
    ) -> Result<Self, ShardError> {
        // Every row takes a byte and more; so a small file cannot ask for much memory.
        if rows > body.len() {
            return Err(ShardError::Malformed);
        }
        let mut body = Reader::new(body);
        let standings = read_levels(body.section()?, rows)?;
        let ids = read_ids(body.section()?, &standings)?;
        let flags = read_bytes(body.section()?, rows)?;
        let persons = read_bytes(body.section()?, rows)?;
        let expiries = read_expiries(body.section()?, made, rows)?;
        let others = body.section()?;
        let ending = read_ending(body.section()?, made, rows)?;
        let plans = read_plans(body.section()?)?;
        let mut planes = Planes::new(rows, PlaneIndex::most(plans.len()));
        let index = PlaneIndex::read(
            &mut body,
            (others, state),
            (&flags, plans.len()),
            &mut planes,
        )?;
        let (cities, place_starts, places) = read_cities(body.section()?, rows)?;
        let [npi, sliding] = [flag::NPI, flag::SLIDING].map(|bit| flagged(&flags, bit));
        let cards = Cards::read(&mut body, made, &npi, &sliding)?;
        body.end()?;
        let mut statics = Self {
            made,
            ids,
            standings,
            flags,
            persons,
            expiries,
            ending,
            plans,
            planes,
            index,
            cities,
            place_starts,
            places,
            cards,
        };
        statics.derive_planes()?;
        Ok(statics)
    }

    /// Sets the planes that follow from flags and columns.
    fn derive_planes(&mut self) -> Result<(), ShardError> {
        for (row, person) in self.persons.iter().enumerate() {
            let (gender, age) = (person & 3, person >> 2);
            if gender > 0 {
                let plane = self
                    .index
                    .genders
                    .get(usize::from(gender) - 1)
                    .ok_or(ShardError::Malformed)?;
                self.planes.set(*plane, row);
            }
            if age > 0 {
                let plane = self
                    .index
                    .ages
                    .get(usize::from(age) - 1)
                    .ok_or(ShardError::Malformed)?;
                self.planes.set(*plane, row);
            }
        }
        for (row, flags) in self.flags.iter().enumerate() {
            let placed = self.place_starts.get(row) < self.place_starts.get(row + 1);
            let offers = [
                flags & flag::VIDEO != 0,
                flags & flag::IN_PERSON != 0 && placed,
            ];
            let serves = [flags & flag::COUPLES != 0, flags & flag::INDIVIDUAL != 0];
            for (at, plane) in self.index.core.iter().enumerate() {
                if serves.get(at / 2) == Some(&true) && offers.get(at % 2) == Some(&true) {
                    self.planes.set(*plane, row);
                }
            }
        }
        for (row, _, _) in &self.ending {
            self.planes.set(self.index.ending, *row as usize);
        }
        self.derive_areas();
        Ok(())
    }

    /// Sorts the places into boxes, so that a circle is looked for among few rows.
    fn derive_areas(&mut self) {
        let mut places = Vec::with_capacity(self.places.len());
        for row in 0..self.rows() {
            places.extend(
                self.places(row)
                    .iter()
                    .map(|(_, point)| (*point, row as u32)),
            );
        }
        self.index.areas = Areas::new(places, &mut self.planes);
    }

    /// Marks the rows whose licence in this state runs out before `day`.
    pub(crate) fn mark_frail(&mut self, day: Day) {
        self.planes.clear(self.index.frail);
        for (row, expires) in self.expiries.iter().enumerate() {
            if *expires < day {
                self.planes.set(self.index.frail, row);
            }
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.ids.len()
    }

    pub(crate) fn flag(&self, row: usize, bit: u8) -> bool {
        self.flags.get(row).is_some_and(|flags| flags & bit != 0)
    }

    pub(crate) fn gender(&self, row: usize) -> Option<Gender> {
        Gender::from_index((self.persons.get(row)? & 3).checked_sub(1)?)
    }

    pub(crate) fn age_band(&self, row: usize) -> Option<AgeBand> {
        AgeBand::from_index((self.persons.get(row)? >> 2).checked_sub(1)?)
    }

    pub(crate) fn places(&self, row: usize) -> &[(u32, Point)] {
        let at = |row: usize| self.place_starts.get(row).map_or(0, |at| *at as usize);
        self.places.get(at(row)..at(row + 1)).unwrap_or(&[])
    }

    pub(crate) fn core(&self, service: Service, format: Format) -> Plane {
        let at = usize::from(service.index()) * 2 + usize::from(format.index());
        self.index.core.get(at).copied().unwrap_or(Planes::NONE)
    }

    pub(crate) fn paid(&self, plan: PlanId, format: Format) -> Plane {
        let Ok(place) = self.plans.binary_search(&plan) else {
            return Planes::NONE;
        };
        let at = place * 2 + usize::from(format.index());
        self.index.paid.get(at).copied().unwrap_or(Planes::NONE)
    }

    /// The lowest price a row asks of people who pay themselves, in cents.
    pub(crate) fn lowest_fee(&self, row: usize) -> u32 {
        let fee = self.cards.fee_cents(row);
        self.cards
            .sliding_low_cents(row)
            .map_or(fee, |low| low.min(fee))
    }
}

/// Tells for each row whether a flag is set.
fn flagged(flags: &[u8], bit: u8) -> Vec<bool> {
    flags.iter().map(|flags| flags & bit != 0).collect()
}
