//! One generated provider.

use super::chance::{Chance, running};
use super::tables::{
    CALLINGS, FAMILY_NAMES, LICENCE_COUNTS, LICENCE_LENGTHS, LICENCE_LETTERS, MENS_NAMES,
    MIDDLE_NAMES, WOMEN, WOMENS_NAMES,
};
use super::world::{Land, Shared, around, draw};
use crate::id::PlanId;
use crate::provider::{Acceptance, Licence, Place};
use crate::set::{Code, Set};
use crate::state::State;
use crate::time::Day;
use crate::vocabulary::{AgeBand, Format, Formats, Gender, Languages, Service, Services};

/// Says yes as often as `part` of `whole`.
pub(crate) fn share(chance: &mut Chance, (part, whole): (u32, u32)) -> bool {
    chance.below(whole) < part
}

/// Draws whether it is a woman, and the name.
pub(crate) fn name(chance: &mut Chance) -> (bool, String) {
    let woman = share(chance, WOMEN);
    let firsts: &[&str] = if woman { &WOMENS_NAMES } else { &MENS_NAMES };
    // The square of a uniform draw: the first names of the list are the commonest.
    let first = skewed(firsts, chance);
    let family = skewed(&FAMILY_NAMES, chance);
    let middle = if share(chance, MIDDLE_NAMES) {
        let letter = char::from(b'A' + u8::try_from(chance.below(26)).unwrap_or(0));
        format!("{letter}. ")
    } else {
        String::new()
    };
    (woman, format!("{first} {middle}{family}"))
}

fn skewed<'a>(list: &[&'a str], chance: &mut Chance) -> &'a str {
    let end = u32::try_from(list.len()).unwrap_or(0);
    let once = chance.below(end);
    let at = chance.below(once + 1);
    list.get(at as usize).copied().unwrap_or("")
}

/// Draws the letters after the name.
pub(crate) fn credentials(chance: &mut Chance) -> String {
    let callings = running(CALLINGS.iter().map(|calling| calling.2));
    let letters = CALLINGS.get(chance.weighted(&callings)).map(|c| c.1);
    let letter = letters.and_then(|letters| chance.pick(letters));
    letter.map_or_else(String::new, |letter| (*letter).to_owned())
}

/// Draws the licences: the home state first, then others by how many people live there.
pub(crate) fn licences(
    home: State,
    shared: &Shared,
    base: Day,
    chance: &mut Chance,
) -> Vec<Licence> {
    let counts = running(LICENCE_COUNTS.iter().map(|entry| entry.2));
    let wanted = LICENCE_COUNTS
        .get(chance.weighted(&counts))
        .map_or(1, |(low, high, _)| chance.between(*low, *high));
    let mut states = vec![home];
    // Forty of fifty-one by chance alone takes long: after some tries, go on in order.
    for _ in 0..wanted * 4 {
        if states.len() >= wanted as usize {
            break;
        }
        if let Some(land) = shared.land(chance).filter(|l| !states.contains(&l.state)) {
            states.push(land.state);
        }
    }
    for land in &shared.lands {
        if states.len() < wanted as usize && !states.contains(&land.state) {
            states.push(land.state);
        }
    }
    states
        .into_iter()
        .map(|state| licence(state, base, chance))
        .collect()
}

fn licence(state: State, base: Day, chance: &mut Chance) -> Licence {
    let lengths = running(LICENCE_LENGTHS.iter().map(|entry| entry.1));
    let length = LICENCE_LENGTHS
        .get(chance.weighted(&lengths))
        .map_or(6, |e| e.0);
    let mut number = String::new();
    if share(chance, LICENCE_LETTERS) {
        number.push(char::from(
            b'A' + u8::try_from(chance.below(26)).unwrap_or(0),
        ));
    }
    while number.len() < length as usize {
        number.push(char::from(
            b'0' + u8::try_from(chance.below(10)).unwrap_or(0),
        ));
    }
    // Renewed every two years; one in fifty has let it lapse.
    let expires = if chance.per_mille(20) {
        Day(base.0.saturating_sub(chance.between(1, 300)))
    } else {
        base.plus(chance.between(15, 730))
    };
    Licence {
        state,
        number,
        expires,
    }
}

/// Draws the plans: none for one in seven, a panel of the home state with small changes for
/// most, and the rest by popularity; each counts in every licensed state that sells it.
pub(crate) fn acceptances(
    home: &Land,
    licences: &[Licence],
    (shared, formats): (&Shared, Formats),
    chance: &mut Chance,
) -> Vec<Acceptance> {
    let kind = chance.below(1_000);
    let mut plans: Vec<PlanId> = match kind {
        0..150 => return Vec::new(),
        150..750 => panel(home, chance),
        _ => {
            let size = chance.between(2, 12);
            draw(home, size, chance)
        }
    };
    plans.sort_unstable();
    let mut accepted = Vec::new();
    for licence in licences {
        let Some(land) = shared.lands.iter().find(|land| land.state == licence.state) else {
            continue;
        };
        for plan in plans.iter().filter(|plan| land.sells(**plan)) {
            accepted.push(Acceptance {
                plan: *plan,
                state: licence.state,
                formats: paid(formats, chance),
            });
        }
    }
    accepted
}

fn panel(home: &Land, chance: &mut Chance) -> Vec<PlanId> {
    let mut plans = chance.pick(&home.panels).cloned().unwrap_or_default();
    if chance.per_mille(250) && plans.len() > 2 {
        let at = chance.below(u32::try_from(plans.len()).unwrap_or(1));
        plans.swap_remove(at as usize);
    }
    if chance.per_mille(150)
        && let Some(plan) = home.plan(chance).filter(|plan| !plans.contains(plan))
    {
        plans.push(plan);
    }
    plans
}

/// One acceptance in sixteen pays for visits in person only, where both are offered.
fn paid(formats: Formats, chance: &mut Chance) -> Formats {
    let in_person = Formats::of(Format::InPerson);
    if formats.contains_all(in_person) && chance.below(16) == 0 {
        in_person
    } else {
        formats
    }
}

/// Draws 88 % with video, and in person for whoever has no video and most others.
pub(crate) fn formats(chance: &mut Chance) -> Formats {
    if !chance.per_mille(880) {
        return Formats::of(Format::InPerson);
    }
    let video = Formats::of(Format::Video);
    if chance.per_mille(700) {
        video.with(Format::InPerson)
    } else {
        video
    }
}

/// Draws 38 % who see couples; one in twelve of them sees nobody alone.
pub(crate) fn services(chance: &mut Chance) -> Services {
    if !chance.per_mille(380) {
        return Services::of(Service::Individual);
    }
    let couples = Services::of(Service::Couples);
    if chance.per_mille(83) {
        couples
    } else {
        couples.with(Service::Individual)
    }
}

/// Draws `low` to `high` codes of a list whose first ones are the commonest.
pub(crate) fn some<C: Code>(low: u32, high: u32, chance: &mut Chance) -> Set<C> {
    let mut set = Set::EMPTY;
    for _ in 0..chance.between(low, high) {
        let (a, b) = (chance.below(C::COUNT.into()), chance.below(C::COUNT.into()));
        let at = if chance.per_mille(500) { a.min(b) } else { a };
        if let Some(code) = u8::try_from(at).ok().and_then(C::from_index) {
            set.insert(code);
        }
    }
    set
}

/// Draws English, and for three in ten a second language by how many people speak it.
pub(crate) fn languages(chance: &mut Chance) -> Languages {
    let mut set: Languages = crate::vocabulary::Language::parse("en")
        .into_iter()
        .collect();
    if chance.per_mille(300) {
        // The list is in the census's order: Spanish is as common as all others together.
        let spanish = chance.per_mille(500);
        let rank = if spanish { 1 } else { chance.between(2, 39) };
        let language = u8::try_from(rank).ok().and_then(Code::from_index);
        set = set.or(language.into_iter().collect());
    }
    set
}

/// Draws what somebody says of their gender: six in seven say it.
pub(crate) fn gender(woman: bool, chance: &mut Chance) -> Option<Gender> {
    match chance.below(1_000) {
        0..143 => None,
        143..163 => Some(Gender::Nonbinary),
        _ if woman => Some(Gender::Woman),
        _ => Some(Gender::Man),
    }
}

/// Draws years of practice and the age band that goes with them; three in four say it.
pub(crate) fn age(chance: &mut Chance) -> (u8, Option<AgeBand>) {
    let years = chance.below(40).min(chance.below(46));
    let band = match years + 27 + chance.below(8) {
        0..35 => AgeBand::Under35,
        35..50 => AgeBand::From35,
        50..65 => AgeBand::From50,
        _ => AgeBand::From65,
    };
    let said = chance.per_mille(750).then_some(band);
    (u8::try_from(years).unwrap_or(0), said)
}

/// Draws where visits in person take place: near one of the cities, one in eight twice.
pub(crate) fn places(home: &Land, formats: Formats, chance: &mut Chance) -> Vec<Place> {
    if !formats.contains(Format::InPerson) {
        return Vec::new();
    }
    let count = if chance.per_mille(125) { 2 } else { 1 };
    (0..count)
        .filter_map(|_| {
            let city = chance.pick(&home.cities)?.clone();
            let point = around(city.point, (15, 18), chance);
            Some(Place { point, ..city })
        })
        .collect()
}
