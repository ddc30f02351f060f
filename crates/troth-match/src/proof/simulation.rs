//! A seeded simulation of how listings decay: a directory that nobody proves, and ours.
//!
//! Therapists stop taking new people and start again, leave, and move. The field's
//! directory shows what it was once told and asks again each quarter; few answer. Ours
//! shows what [`confidence`] carries. Secret-shopper studies of American directories found
//! 58 to 86 % of listed therapists not to be had; the rates below put the field's side of
//! the simulation into that range, and ours sees the very same therapists.

use super::{
    Evidence, EvidenceKind, FADING, GhostRate, REPORT_DAYS, REPORTS_NEEDED, SHOWN, confidence,
};
use crate::generate::chance::{Chance, Purpose};

/// Days before anything is counted, so that both directories have aged.
const WARM_UP: i64 = 365;

/// How long a simulated listing keeps its proofs, in days; older ones count for nothing.
const MEMORY: i64 = 120;

/// How a simulated world behaves; rates are per therapist and day, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct World {
    /// Therapists.
    pub therapists: u32,
    /// Days counted after the year of warming up.
    pub days: u16,
    /// Rate of no longer taking new people.
    pub stops: u32,
    /// Rate of taking them again.
    pub resumes: u32,
    /// Rate of leaving the network or the profession for good.
    pub leaves: u32,
    /// Rate of moving to another place or number than is listed.
    pub moves: u32,
    /// Of a thousand therapists, how many let a calendar be read every day.
    pub synced: u32,
    /// Of a thousand others, how many confirm when asked.
    pub confirming: u32,
    /// Of a thousand listed in the field, how many answer the quarterly question.
    pub field_answers: u32,
    /// Rate at which a shown therapist is tried by a couple.
    pub tried: u32,
    /// Of a thousand requests to somebody who stopped, how many are declined, which takes
    /// the listing out at once.
    pub declined: u32,
    /// Of a thousand others who found nobody, how many say so with one tap.
    pub reported: u32,
    /// With how many addresses somebody reports every therapist of a tenth, every day, whatever
    /// is true.
    pub liars: u32,
}

impl World {
    /// The world of the published figure.
    pub const USUAL: Self = Self {
        therapists: 2_000,
        days: 365,
        stops: 4_000,
        resumes: 2_700,
        leaves: 500,
        moves: 250,
        synced: 450,
        confirming: 600,
        field_answers: 60,
        tried: 60_000,
        declined: 500,
        reported: 400,
        liars: 0,
    };
}

/// What a simulation found, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// Of the listings shown by the field's directory, how many are ghosts.
    pub field_ghosts: u32,
    /// Of the listings shown by ours, how many are ghosts.
    pub our_ghosts: u32,
    /// Of the therapists really to be had who take part, how many ours shows.
    pub found: u32,
    /// The same of the tenth that is lied about.
    pub found_of_targets: u32,
    /// The rate that our instance measures of itself from what couples met.
    pub measured: GhostRate,
}

/// One therapist, as they are and as two directories see them.
#[derive(Debug)]
struct Therapist {
    taking: bool,
    here: bool,
    synced: bool,
    neglected: bool,
    confirming: bool,
    field_shows: bool,
    offers: bool,
    is_target: bool,
    /// The days on which somebody was believed to have met nobody, since the last own act.
    reports: Vec<i64>,
    evidence: Vec<Evidence>,
}

/// Sums over the days that count.
#[derive(Debug, Default)]
struct Tally {
    field: u64,
    field_ghosts: u64,
    ours: u64,
    our_ghosts: u64,
    to_be_had: u64,
    found: u64,
    targets_to_be_had: u64,
    targets_found: u64,
    measured: GhostRate,
}

/// Runs a world from a seed; the same seed gives the same outlook on every machine.
#[must_use]
pub fn simulate(world: &World, seed: u64) -> Outlook {
    let mut chance = Chance::new(seed, Purpose::Decay, 0);
    let mut people: Vec<Therapist> = (0..world.therapists)
        .map(|place| Therapist::new(world, &mut chance, place % 10 == 0))
        .collect();
    let mut tally = Tally::default();
    for day in 0..WARM_UP + i64::from(world.days) {
        for person in &mut people {
            person.live(world, &mut chance);
            person.field(world, &mut chance, day);
            person.prove(&mut chance, day);
            person.slander(world, day);
            let counted = (day >= WARM_UP).then_some(&mut tally);
            person.meet(world, &mut chance, day, counted);
        }
    }
    Outlook {
        field_ghosts: thousandths(tally.field_ghosts, tally.field),
        our_ghosts: thousandths(tally.our_ghosts, tally.ours),
        found: thousandths(tally.found, tally.to_be_had),
        found_of_targets: thousandths(tally.targets_found, tally.targets_to_be_had),
        measured: tally.measured,
    }
}

impl Therapist {
    fn new(world: &World, chance: &mut Chance, is_target: bool) -> Self {
        let synced = chance.per_mille(world.synced);
        Self {
            taking: true,
            here: true,
            synced,
            neglected: chance.per_mille(125),
            confirming: !synced && chance.per_mille(world.confirming),
            field_shows: true,
            offers: true,
            is_target,
            reports: Vec::new(),
            evidence: vec![Evidence {
                minute: 0,
                kind: EvidenceKind::Confirmed,
            }],
        }
    }

    /// Whether a couple that tries would get a visit.
    fn to_be_had(&self) -> bool {
        self.taking && self.here
    }

    /// One day of life: nothing of it is told to any directory.
    fn live(&mut self, world: &World, chance: &mut Chance) {
        let turns = if self.taking {
            world.stops
        } else {
            world.resumes
        };
        if chance.per_million(turns) {
            self.taking = !self.taking;
        }
        if chance.per_million(world.leaves) || chance.per_million(world.moves) {
            self.here = false;
        }
    }

    /// The field asks once a quarter; who answers, answers truly.
    fn field(&mut self, world: &World, chance: &mut Chance, day: i64) {
        if day % 91 == 90 && self.here && chance.per_mille(world.field_answers) {
            self.field_shows = self.taking;
        }
    }

    /// What reaches our directory without anybody trying.
    fn prove(&mut self, chance: &mut Chance, day: i64) {
        let old = minute(day - MEMORY);
        self.evidence
            .retain(|e| e.minute > old || e.kind.weight().is_none());
        if self.synced {
            // One in eight keeps an open calendar that nobody looks after. The others'
            // calendars say truly whether there is a free hour, and who offers none is in
            // no result.
            self.offers = self.to_be_had() || self.neglected;
            if self.here || self.neglected {
                self.tell(EvidenceKind::CalendarSynced, day);
            }
        } else if self.confirming && confidence(&self.evidence, minute(day)) < FADING {
            // Asked every day while fading; one in five answers on the day. Of those who
            // stopped, one in twenty says yes without reading.
            let careless = chance.per_mille(50);
            if self.here && chance.per_mille(200) {
                self.offers = self.taking || careless;
                self.tell(EvidenceKind::Confirmed, day);
            }
        }
    }

    /// A day of somebody who reports a tenth of all therapists from every address they have.
    fn slander(&mut self, world: &World, day: i64) {
        if self.is_target {
            (0..world.liars).for_each(|_| self.report(day));
        }
    }

    /// Takes a report as the server does: several make one piece of evidence, and one stands.
    fn report(&mut self, day: i64) {
        let since = day - i64::from(REPORT_DAYS);
        self.reports.retain(|at| *at > since);
        self.reports.push(day);
        let is_enough = self.reports.len() >= usize::try_from(REPORTS_NEEDED).unwrap_or(usize::MAX);
        let stands = self
            .evidence
            .iter()
            .any(|e| e.kind == EvidenceKind::FailedContact);
        if is_enough && !stands {
            self.evidence.push(Evidence {
                // After whatever the therapist did on that day.
                minute: minute(day) + 1,
                kind: EvidenceKind::FailedContact,
            });
        }
    }

    /// A day in both directories, and perhaps a couple that tries.
    fn meet(&mut self, world: &World, chance: &mut Chance, day: i64, tally: Option<&mut Tally>) {
        let shown = self.offers && confidence(&self.evidence, minute(day)) >= SHOWN;
        let real = self.to_be_had();
        let mut met = None;
        if shown && chance.per_million(world.tried) {
            met = Some(if real {
                EvidenceKind::VisitBooked
            } else if self.here && !self.neglected && chance.per_mille(world.declined) {
                self.offers = false;
                EvidenceKind::FailedContact
            } else if chance.per_mille(world.reported) {
                EvidenceKind::FailedContact
            } else {
                EvidenceKind::UnansweredRequest
            });
        }
        match met {
            Some(EvidenceKind::FailedContact) => self.report(day),
            Some(kind) => self.tell(kind, day),
            None => {}
        }
        let Some(tally) = tally else { return };
        tally.field += u64::from(self.field_shows);
        tally.field_ghosts += u64::from(self.field_shows && !real);
        tally.ours += u64::from(shown);
        tally.our_ghosts += u64::from(shown && !real);
        let takes_part = self.synced || self.confirming;
        tally.to_be_had += u64::from(real && takes_part);
        tally.found += u64::from(real && takes_part && shown);
        let target = real && takes_part && self.is_target;
        tally.targets_to_be_had += u64::from(target);
        tally.targets_found += u64::from(target && shown);
        if let Some(kind) = met {
            tally.measured.add(kind);
        }
    }

    fn tell(&mut self, kind: EvidenceKind, day: i64) {
        if kind == EvidenceKind::CalendarSynced {
            self.evidence.retain(|e| e.kind != kind);
        }
        if kind.answers_trouble() {
            // As in the server, an own act forgets what was said before it.
            self.evidence.retain(|e| e.kind.weight().is_some());
            self.reports.clear();
        }
        self.evidence.push(Evidence {
            minute: minute(day),
            kind,
        });
    }
}

fn minute(day: i64) -> i64 {
    day * super::DAY
}

fn thousandths(part: u64, whole: u64) -> u32 {
    let rate = (part * 1_000 + whole / 2).checked_div(whole).unwrap_or(0);
    u32::try_from(rate).unwrap_or(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_decays_into_the_measured_range_and_ours_stays_under_five_percent() {
        for seed in 0..4 {
            let outlook = simulate(&World::USUAL, seed);
            assert!((580..=860).contains(&outlook.field_ghosts), "{outlook:?}");
            assert!(outlook.our_ghosts < 50, "{outlook:?}");
            // Not by showing nobody: most who take part and can be had are shown.
            assert!(outlook.found > 700, "{outlook:?}");
        }
    }

    #[test]
    fn the_instances_own_figure_agrees_with_the_truth() {
        let outlook = simulate(&World::USUAL, 9);
        let (low, high) = outlook.measured.interval().unwrap();
        let truth = u16::try_from(outlook.our_ghosts).unwrap();
        assert!((low..=high).contains(&truth), "{outlook:?}");
    }

    #[test]
    fn where_therapists_stop_twice_as_often_it_still_holds() {
        let hard = World {
            stops: 2 * World::USUAL.stops,
            leaves: 2 * World::USUAL.leaves,
            therapists: 1_000,
            ..World::USUAL
        };
        let outlook = simulate(&hard, 1);
        assert!(outlook.our_ghosts < 80, "{outlook:?}");
    }

    #[test]
    fn whoever_lies_with_many_addresses_removes_nobody_who_can_be_had() {
        let world = |liars| World {
            liars,
            therapists: 1_000,
            ..World::USUAL
        };
        let honest = simulate(&world(0), 3);
        for liars in [1, 2, 3, 10, 100] {
            let outlook = simulate(&world(liars), 3);
            println!(
                "{liars:>3} addresses: {} of 1,000 targets shown (without: {}), ghosts {} of 1,000",
                outlook.found_of_targets, honest.found_of_targets, outlook.our_ghosts
            );
            // What is lost is days of those who only confirm by hand, until they are asked and do.
            assert!(
                outlook.found_of_targets * 100 >= honest.found_of_targets * 70,
                "{liars}: {outlook:?} {honest:?}"
            );
            assert!(outlook.our_ghosts < 50, "{outlook:?}");
        }
    }

    #[test]
    fn the_same_seed_tells_the_same_story() {
        let small = World {
            therapists: 100,
            ..World::USUAL
        };
        assert_eq!(simulate(&small, 5), simulate(&small, 5));
        assert_ne!(simulate(&small, 5), simulate(&small, 6));
    }
}
