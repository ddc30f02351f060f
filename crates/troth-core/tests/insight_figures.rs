//! What the rules of `insight` claim on simulated people, against the figures of docs/methods.md.
//!
//! People rate 0 to 10 in whole numbers for 180 days, with a standard deviation of 1.5, a carry-over
//! of 0.3 from day to day, 30 % of the days missing, and a level that drifts slowly. With the
//! feature `night` there are 4,000 of them, else 400 and wider margins.

#![expect(
    clippy::print_stdout,
    reason = "the figures are read by a person at night"
)]

use troth_core::Direction;
use troth_core::insight::{Level, Model, Range, day_direction, day_level, day_range, setbacks};

const PEOPLE: u64 = if cfg!(feature = "night") { 4000 } else { 400 };
/// By how many standard errors of a share of `PEOPLE` a figure may miss.
const ERRORS: f64 = 3.5;
const DAYS: usize = 180;
const SCATTER: f64 = 1.5;
const CARRY_OVER: f64 = 0.3;
const MISSING: f64 = 0.3;
/// The variance by which a level drifts in a day.
const DRIFT: f64 = 0.0075;
/// The day on which a dip begins.
const DIP: usize = 100;

/// SplitMix64 with normal numbers by Box and Muller.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let (one, other) = (1.0 - self.share(), self.share());
        libm::sqrt(-2.0 * libm::log(one)) * libm::cos(2.0 * std::f64::consts::PI * other)
    }
}

/// How a simulated person's level moves.
#[derive(Clone, Copy)]
struct Course {
    drift: f64,
    trend: f64,
    carry_over: f64,
    lowest_start: f64,
    /// By how much and for how many days the rating dips on day 100.
    dip: (f64, usize),
}

const STEADY: Course = Course {
    drift: DRIFT,
    trend: 0.0,
    carry_over: CARRY_OVER,
    lowest_start: 4.0,
    dip: (0.0, 0),
};

struct Person {
    levels: Vec<f64>,
    marks: Vec<Option<f64>>,
}

fn person(seed: u64, course: Course) -> Person {
    let mut chance = Chance(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let mut level = course.lowest_start + 3.0 * chance.share();
    let mut deviation = SCATTER * chance.normal();
    let fresh = SCATTER * libm::sqrt(1.0 - course.carry_over * course.carry_over);
    let (mut levels, mut marks) = (Vec::new(), Vec::new());
    for day in 0..DAYS {
        if day > 0 {
            level += libm::sqrt(course.drift) * chance.normal() + course.trend;
            deviation = course.carry_over * deviation + fresh * chance.normal();
        }
        let dip = if (DIP..DIP + course.dip.1).contains(&day) {
            course.dip.0
        } else {
            0.0
        };
        let mark = libm::round(level + deviation + dip).clamp(0.0, 10.0);
        levels.push(level);
        marks.push((chance.share() >= MISSING).then_some(mark));
    }
    Person { levels, marks }
}

fn people(course: Course) -> impl Iterator<Item = Person> {
    (1..=PEOPLE).map(move |seed| person(seed, course))
}

fn share_of(course: Course, holds: impl Fn(&Person) -> bool) -> f64 {
    people(course).filter(|person| holds(person)).count() as f64 / PEOPLE as f64
}

/// Holds a share against its figure: within what chance allows, and `margin` for the model's own
/// freedom (METHODS does not state how fast levels drift nor where they start).
fn near(name: &str, found: f64, figure: f64, margin: f64) {
    let error = libm::sqrt(figure.max(0.01) * (1.0 - figure.min(0.99)) / PEOPLE as f64);
    println!("{name}: {found:.3} against {figure:.3}");
    assert!(
        (found - figure).abs() <= ERRORS * error + margin,
        "{name}: {found:.3}, not {figure:.3}"
    );
}

#[test]
fn setbacks_are_raised_as_seldom_and_found_as_often_as_the_figures_say() {
    let raised: usize = people(STEADY)
        .map(|person| setbacks(&person.marks).len())
        .sum();
    let spans = PEOPLE as f64 * (DAYS - 35) as f64 / 90.0;
    near(
        "false setbacks in 90 days",
        raised as f64 / spans,
        0.41,
        0.08,
    );

    for (dip, figure) in [
        ((-2.0, 10), 0.57),
        ((-3.0, 10), 0.85),
        ((-4.0, 5), 0.77),
        ((-4.0, 1), 0.14),
    ] {
        let noticed = share_of(Course { dip, ..STEADY }, |person| {
            let until = DIP + dip.1 + 2;
            setbacks(&person.marks)
                .iter()
                .any(|one| (DIP..until).any(|day| (one.noticed..=one.last).contains(&day)))
        });
        near("found", noticed, figure, 0.05);
    }
}

/// Compares the level of two days as the rule does, to measure the rule at spans that it does not use.
fn direction_over(marks: &[Option<f64>], weeks: usize) -> Direction {
    let start = 60;
    let level = day_level(marks);
    let (Some(then), Some(now)) = (level.at(start), level.at(start + 7 * weeks)) else {
        return Direction::CantTellYet;
    };
    let half = 1.96 * libm::sqrt((then.variance + now.variance) * 1.3 / 0.7);
    match now.band.middle - then.band.middle {
        difference if difference > half => Direction::Higher,
        difference if difference < -half => Direction::Lower,
        _ => Direction::CantTellYet,
    }
}

#[test]
fn a_direction_is_seldom_claimed_without_one_and_found_as_the_figures_say() {
    let rising = |trend| Course {
        trend,
        lowest_start: 1.0,
        ..STEADY
    };
    for (course, figures) in [
        (STEADY, [0.002, 0.010, 0.020]),
        (rising(0.02), [0.015, 0.14, 0.37]),
        (rising(0.04), [0.09, 0.60, 0.92]),
    ] {
        for (weeks, figure) in [4, 8, 12].into_iter().zip(figures) {
            let higher = share_of(course, |one| {
                direction_over(&one.marks, weeks) == Direction::Higher
            });
            near("higher", higher, figure, 0.06);
        }
    }
}

#[test]
fn the_shipped_direction_claims_little_without_a_trend() {
    let claimed = share_of(STEADY, |one| {
        day_direction(&one.marks) != Direction::CantTellYet
    });

    assert!(claimed < 0.08, "{claimed}");
}

#[test]
fn the_band_holds_the_true_level_as_often_as_it_says() {
    let covered = |carry_over: f64, model: &Model| {
        let (mut inside, mut all) = (0_u32, 0_u32);
        for person in people(Course {
            carry_over,
            drift: 0.02,
            ..STEADY
        }) {
            let level = Level::follow(&person.marks, model);
            for (day, truth) in person.levels.iter().enumerate().skip(60) {
                let band = level.at(day).unwrap().band;
                inside += u32::from(band.low <= *truth && *truth <= band.high);
                all += 1;
            }
        }
        f64::from(inside) / f64::from(all)
    };
    let naive = Model {
        carry_over: 0.0,
        ..Model::DAYS
    };
    let wide = Model {
        carry_over: 0.5,
        ..Model::DAYS
    };

    near(
        "no carry-over, naive band",
        covered(0.0, &naive),
        0.955,
        0.02,
    );
    near(
        "carry-over 0.3, naive band",
        covered(0.3, &naive),
        0.93,
        0.02,
    );
    near(
        "carry-over 0.3, shipped band",
        covered(0.3, &Model::DAYS),
        0.985,
        0.02,
    );
    near(
        "carry-over 0.5, naive band",
        covered(0.5, &naive),
        0.89,
        0.02,
    );
    near("carry-over 0.5, own band", covered(0.5, &wide), 0.99, 0.02);
}

#[test]
fn the_half_width_of_a_settled_band_is_about_a_point() {
    let sum: f64 = people(STEADY)
        .map(|person| {
            let naive = Model {
                carry_over: 0.0,
                ..Model::DAYS
            };
            let level = Level::follow(&person.marks, &naive);
            let band = level.at(150).unwrap().band;
            (band.high - band.low) / 2.0
        })
        .sum();

    near("half-width", sum / PEOPLE as f64, 1.0, 0.1);
}

#[test]
fn a_range_is_called_steadier_without_reason_about_as_often_as_its_interval_allows() {
    let course = Course {
        drift: 0.0,
        carry_over: 0.0,
        ..STEADY
    };
    let steadier = share_of(course, |one| day_range(&one.marks) == Range::Steadier);

    near("falsely steadier", steadier, 0.025, 0.015);
}
