//! What the peers index of a provider, and what they are asked: composite tokens, so that a
//! state, a plan, a format and the service are one term.

use troth_match::availability::Availability;
use troth_match::geo::Circle;
use troth_match::plain::Entry;
use troth_match::query::{Asked, Need};
use troth_match::set::Code;
use troth_match::{Day, Format, PlanId, Service, State};

/// How far conditions are folded into one term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Folding {
    /// State, plan and format are one term; couples and accepting are terms of their own.
    Composite,
    /// Service and accepting are folded in too, and whoever takes nobody is left out.
    Whole,
}

/// Takes new clients; offers visits for couples.
const ACCEPTING: u32 = 6 << 28;
const COUPLES: u32 = 6 << 28 | 1;

/// One provider.
pub(crate) struct Doc {
    pub(crate) id: u32,
    pub(crate) standing: u32,
    pub(crate) tokens: Vec<u32>,
    pub(crate) specialties: u64,
    pub(crate) modalities: u64,
    pub(crate) gender: u8,
    /// Free in a quarter of a day, 56 bits from the base midnight.
    pub(crate) parts: u64,
    /// State, latitude and longitude of at most two places.
    pub(crate) places: Vec<(u8, i16, i16)>,
}

/// One question.
pub(crate) struct Wanted {
    pub(crate) state: u8,
    pub(crate) tokens: Vec<u32>,
    pub(crate) specialties: u64,
    pub(crate) modalities: u64,
    pub(crate) gender: u8,
    pub(crate) parts: Option<u64>,
    pub(crate) soon: u64,
    pub(crate) circle: Option<Circle>,
}

fn terms(state: State, plan: Option<PlanId>, format: Format) -> u32 {
    let plan = plan.map_or(0, |plan| u32::from(plan.0) + 1);
    1 << 28 | (u32::from(state.index()) * 2 + u32::from(format.index())) << 16 | plan
}

fn token(kind: u32, code: impl Code) -> u32 {
    kind << 28 | u32::from(code.index())
}

/// Tells in which quarters of a day a half-hour is set.
fn parts(free: &Availability) -> u64 {
    free.iter()
        .fold(0, |parts, half_hour| parts | 1 << (half_hour / 12))
}

impl Doc {
    /// Tells what is indexed; `None` for those left out.
    pub(crate) fn new(entry: &Entry, base: Day, folding: Folding) -> Option<Self> {
        let provider = &entry.provider;
        let couples = provider.services.contains(Service::Couples);
        if folding == Folding::Whole && !(provider.accepting && couples) {
            return None;
        }
        let placed = |state, format| {
            format == Format::Video || provider.places.iter().any(|place| place.state == state)
        };
        let licensed = |state| {
            provider
                .licence(state)
                .is_some_and(|licence| licence.expires >= base)
        };
        let mut tokens = Vec::new();
        for format in provider.formats.iter() {
            let states = provider.licensed();
            let open = |state: &State| licensed(*state) && placed(*state, format);
            tokens.extend(
                states
                    .iter()
                    .filter(open)
                    .map(|state| terms(state, None, format)),
            );
            let paying = provider
                .acceptances
                .iter()
                .filter(|one| one.formats.contains(format));
            let paying = paying.filter(|one| open(&one.state));
            tokens.extend(paying.map(|one| terms(one.state, Some(one.plan), format)));
        }
        if folding == Folding::Composite {
            tokens.extend(provider.accepting.then_some(ACCEPTING));
            tokens.extend(couples.then_some(COUPLES));
        }
        tokens.extend(provider.languages.iter().map(|code| token(2, code)));
        tokens.extend(provider.gender.map(|code| token(4, code)));
        tokens.extend(provider.age_band.map(|code| token(5, code)));
        Some(Self {
            id: provider.id.0,
            standing: u32::from(provider.quality) + if provider.newcomer { 15 } else { 0 },
            tokens,
            specialties: provider.specialties.bits(),
            modalities: provider.modalities.bits(),
            gender: provider.gender.map_or(0, |gender| gender.index() + 1),
            parts: parts(&entry.availability),
            places: provider
                .places
                .iter()
                .map(|place| (place.state.index(), place.point.lat, place.point.lon))
                .collect(),
        })
    }

    /// Tells the score for a question, once the tokens fit; `None` if the rest does not.
    pub(crate) fn score(row: &Row, wanted: &Wanted) -> Option<u32> {
        if wanted.specialties != 0 && row.specialties & wanted.specialties == 0
            || wanted.parts.is_some_and(|parts| row.parts & parts == 0)
        {
            return None;
        }
        let soon = row.parts & wanted.soon != 0;
        let preferred = wanted.gender != 0 && row.gender == wanted.gender;
        Some(
            row.standing
                + 40 * (row.specialties & wanted.specialties).count_ones()
                + 25 * (row.modalities & wanted.modalities).count_ones()
                + if preferred { 20 } else { 0 }
                + if soon { 30 } else { 0 },
        )
    }
}

/// The columns of one row that a score needs.
pub(crate) struct Row {
    pub(crate) standing: u32,
    pub(crate) specialties: u64,
    pub(crate) modalities: u64,
    pub(crate) gender: u8,
    pub(crate) parts: u64,
}

impl Wanted {
    /// Lays out a question of the measured mix, whose times are whole quarters of days.
    pub(crate) fn new(asked: &Asked, base: Day, folding: Folding) -> Self {
        let format = asked.formats.iter().next().unwrap_or(Format::Video);
        let mut tokens = vec![terms(asked.state, asked.plan, format)];
        if folding == Folding::Composite {
            tokens.extend([ACCEPTING, COUPLES]);
        }
        tokens.extend(asked.language.map(|code| token(2, code)));
        let required = |need| need == Need::Required;
        tokens.extend(
            asked
                .gender
                .filter(|one| required(one.1))
                .map(|one| token(4, one.0)),
        );
        tokens.extend(
            asked
                .age_band
                .filter(|one| required(one.1))
                .map(|one| token(5, one.0)),
        );
        let times = asked.windows.as_ref().map(|windows| {
            let span = |at: troth_match::Minute| (at.0 - base.midnight().0) as usize / 30;
            let mut set = Availability::NONE;
            windows
                .iter()
                .for_each(|window| set.set_span(span(window.from), span(window.to)));
            parts(&set)
        });
        Self {
            state: asked.state.index(),
            tokens,
            specialties: asked.specialties.bits(),
            modalities: asked.modalities.bits(),
            gender: asked
                .gender
                .filter(|one| !required(one.1))
                .map_or(0, |one| one.0.index() + 1),
            parts: times,
            soon: 0b1111 & times.unwrap_or(u64::MAX),
            circle: asked.near.map(|(point, miles)| Circle::new(point, miles)),
        }
    }
}
