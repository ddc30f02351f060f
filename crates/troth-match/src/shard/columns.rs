//! The body of a static file, read straight into planes and columns.

use super::bytes::Reader;
use super::cards::{Cards, read_places};
use super::write::{flag, formats_of, plane as form};
use super::{LICENCE_DAYS, MAX_PLANS, MAX_STANDING, ShardError};
use crate::engine::areas::Areas;
use crate::engine::plane::{Plane, Planes};
use crate::id::{PlanId, ProviderId};
use crate::provider::Point;
use crate::set::Code;
use crate::state::State;
use crate::time::Day;
use crate::vocabulary::{AgeBand, Format, Formats, Gender, Language, Modality, Service, Specialty};

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
        let expiries = read_expiries(body.section()?, rows)?;
        let mut planes = Planes::new(rows, 256);
        let licensed = read_others(body.section()?, state, &mut planes)?;
        let ending = read_ending(body.section()?, made, rows)?;
        let plans = read_plans(body.section()?)?;
        let paid = read_plan_sets(body.section()?, plans.len(), &flags, &mut planes)?;
        let specialties = read_planes::<Specialty>(body.section()?, &mut planes)?;
        let modalities = read_planes::<Modality>(body.section()?, &mut planes)?;
        let languages = read_planes::<Language>(body.section()?, &mut planes)?;
        let (cities, place_starts, places) = read_cities(body.section()?, rows)?;
        let [npi, sliding] = [flag::NPI, flag::SLIDING].map(|bit| flagged(&flags, bit));
        let cards = Cards::read(&mut body, made, &npi, &sliding)?;
        body.end()?;
        let genders = core::array::from_fn(|_| planes.add());
        let ages = core::array::from_fn(|_| planes.add());
        let core = core::array::from_fn(|_| planes.add());
        let (ending_plane, frail) = (planes.add(), planes.add());
        let index = PlaneIndex {
            core,
            paid,
            specialties,
            modalities,
            languages,
            genders,
            ages,
            licensed,
            areas: Areas::default(),
            ending: ending_plane,
            frail,
        };
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

fn read_levels(mut reader: Reader<'_>, rows: usize) -> Result<Vec<u8>, ShardError> {
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

fn read_ids(mut reader: Reader<'_>, standings: &[u8]) -> Result<Vec<ProviderId>, ShardError> {
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

fn read_bytes(mut reader: Reader<'_>, rows: usize) -> Result<Vec<u8>, ShardError> {
    let bytes = reader.bytes(rows)?.to_vec();
    reader.end()?;
    Ok(bytes)
}

fn read_expiries(mut reader: Reader<'_>, rows: usize) -> Result<Vec<Day>, ShardError> {
    let count = reader.count()?;
    let days = (0..count)
        .map(|_| reader.number().map(Day))
        .collect::<Result<Vec<_>, _>>()?;
    let places = read_places(&mut reader, rows, count)?;
    reader.end()?;
    Ok(places
        .iter()
        .filter_map(|place| days.get(*place as usize))
        .copied()
        .collect())
}

fn read_others(
    mut reader: Reader<'_>,
    state: State,
    planes: &mut Planes,
) -> Result<Vec<Plane>, ShardError> {
    let seven = |reader: &mut Reader<'_>| {
        let mut bytes = [0; 8];
        bytes
            .iter_mut()
            .zip(reader.bytes(7)?)
            .for_each(|(to, from)| *to = *from);
        let bits = u64::from_le_bytes(bytes);
        if bits == 0 || bits >> state.index() & 1 == 1 {
            Err(ShardError::Malformed)
        } else {
            Ok(bits)
        }
    };
    let count = reader.count()?;
    let sets = (0..count)
        .map(|_| seven(&mut reader))
        .collect::<Result<Vec<_>, _>>()?;
    let places = read_places(&mut reader, planes.rows(), count + 2)?;
    let mut own = reader.section()?;
    reader.end()?;
    let licensed: Vec<Plane> = State::list().map(|_| planes.add()).collect();
    for (row, place) in places.into_iter().enumerate() {
        let bits = match place {
            0 => continue,
            1 => seven(&mut own)?,
            place => sets.get(place as usize - 2).copied().unwrap_or(0),
        };
        let mut rest = bits;
        while rest != 0 {
            if let Some(plane) = licensed.get(rest.trailing_zeros() as usize) {
                planes.set(*plane, row);
            }
            rest &= rest - 1;
        }
    }
    own.end()?;
    Ok(licensed)
}

fn read_ending(
    mut reader: Reader<'_>,
    made: Day,
    rows: usize,
) -> Result<Vec<(u32, u8, Day)>, ShardError> {
    let count = reader.count()?;
    let mut ending = Vec::with_capacity(count);
    let mut row = 0_usize;
    for _ in 0..count {
        row = row.saturating_add(reader.number()? as usize);
        let (state, day) = (reader.u8()?, reader.below(LICENCE_DAYS as usize)?);
        if row >= rows || State::from_index(state).is_none() {
            return Err(ShardError::Malformed);
        }
        ending.push((row as u32, state, made.plus(day as u32)));
    }
    reader.end()?;
    if ending.is_sorted() {
        Ok(ending)
    } else {
        Err(ShardError::Malformed)
    }
}

fn read_plans(mut reader: Reader<'_>) -> Result<Vec<PlanId>, ShardError> {
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

/// Reads one set of acceptances: the place of a plan times four plus the code of formats.
fn read_set(reader: &mut Reader<'_>, plans: usize) -> Result<Vec<u32>, ShardError> {
    let count = reader.count()?;
    let mut set = Vec::with_capacity(count);
    let mut at = 0;
    for _ in 0..count {
        at += reader.below(plans * 4)?;
        if at >= plans * 4 {
            return Err(ShardError::Malformed);
        }
        set.push(at as u32);
    }
    Ok(set)
}

fn read_plan_sets(
    mut reader: Reader<'_>,
    plans: usize,
    flags: &[u8],
    planes: &mut Planes,
) -> Result<Vec<Plane>, ShardError> {
    let count = reader.count()?;
    let sets = (0..count)
        .map(|_| read_set(&mut reader, plans))
        .collect::<Result<Vec<_>, _>>()?;
    let places = read_places(&mut reader, flags.len(), count + 2)?;
    let mut own = reader.section()?;
    reader.end()?;
    let paid: Vec<Plane> = (0..plans * 2).map(|_| planes.add()).collect();
    let mut single;
    for (row, (place, flags)) in places.into_iter().zip(flags).enumerate() {
        let set = match place {
            0 => continue,
            1 => {
                single = read_set(&mut own, plans)?;
                &single
            }
            place => sets.get(place as usize - 2).ok_or(ShardError::Malformed)?,
        };
        let formats = Formats::from_bits(u64::from(flags >> 2 & 3)).unwrap_or_default();
        for element in set {
            let paying =
                formats_of(u64::from(element & 3), formats).ok_or(ShardError::Malformed)?;
            for format in [Format::Video, Format::InPerson] {
                if paying.contains(format)
                    && let Some(plane) =
                        paid.get((element >> 2) as usize * 2 + usize::from(format.index()))
                {
                    planes.set(*plane, row);
                }
            }
        }
    }
    own.end()?;
    Ok(paid)
}

fn read_planes<C: Code>(
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

type Cities = (Vec<(Box<str>, Point)>, Vec<u32>, Vec<(u32, Point)>);

fn read_cities(mut reader: Reader<'_>, rows: usize) -> Result<Cities, ShardError> {
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
