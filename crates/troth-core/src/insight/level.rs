use crate::sign::Week;

/// Half the width of a 95 % interval, in standard deviations.
pub(super) const Z95: f64 = 1.96;
/// The least variance of a rating: half the square of the step between two marks is never wholly known.
const LEAST_SCATTER: f64 = 0.1;
/// What one quiet day adds to the scatter at least, so that it never learns to be certain.
const LEAST_SURPRISE: f64 = 0.05;
/// A surprise counts for the scatter up to so many standard deviations.
const SURPRISE_CAP: f64 = 3.0;

/// A figure with the band in which it may as well lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// The lower end.
    pub low: f64,
    /// The figure.
    pub middle: f64,
    /// The upper end.
    pub high: f64,
}

/// The constants of a level (METHODS B.2; `docs/methods.md` says why each).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Model {
    /// By how much the true level may wander in one step (a variance).
    pub wander: f64,
    /// The variance of one rating around the level, to begin with.
    pub scatter: f64,
    /// How much of each new squared surprise enters the scatter; 0 keeps it fixed.
    pub learning: f64,
    /// Beyond so many standard deviations a rating weighs less; infinite for never.
    pub huber: f64,
    /// The carry-over from one step to the next, which widens the band.
    pub carry_over: f64,
}

impl Model {
    /// For daily marks, 0 to 10.
    pub const DAYS: Self = Self {
        wander: 0.02,
        scatter: 2.25,
        learning: 0.03,
        huber: 2.0,
        carry_over: 0.3,
    };

    /// For the weekly count of strong signs, 0 to 10: seven days of wandering in one step.
    pub const WEEKS: Self = Self {
        wander: 0.14,
        ..Self::DAYS
    };

    /// By how much carry-over widens a variance.
    pub(super) fn widening(&self) -> f64 {
        (1.0 + self.carry_over) / (1.0 - self.carry_over)
    }
}

/// The level after one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelPoint {
    /// The level with its band.
    pub band: Band,
    /// The variance of the level, before widening.
    pub variance: f64,
    /// How far the rating of this step lay from what was expected, in standard deviations.
    pub surprise: Option<f64>,
}

/// A series of levels: one point a step, from the first rating on.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// The step of the first rating.
    pub first: usize,
    /// One point for each step from there.
    pub points: Vec<LevelPoint>,
}

impl Level {
    /// Follows a series with a local-level Kalman filter; a step without a rating only widens the band.
    #[must_use]
    pub fn follow(steps: &[Option<f64>], model: &Model) -> Self {
        let mut filter = None;
        let mut first = steps.len();
        let mut points = Vec::new();
        for (at, rating) in steps.iter().enumerate() {
            let surprise = match (&mut filter, rating) {
                (None, None) => continue,
                (None, Some(rating)) => {
                    first = at;
                    filter = Some(Filter::begin(*rating, model));
                    None
                }
                (Some(filter), rating) => {
                    filter.wander(model);
                    rating.map(|rating| filter.update(rating, model))
                }
            };
            points.extend(filter.as_ref().map(|filter| filter.point(model, surprise)));
        }
        Self { first, points }
    }

    /// Returns the point of a step.
    #[must_use]
    pub fn at(&self, step: usize) -> Option<&LevelPoint> {
        self.points.get(step.checked_sub(self.first)?)
    }
}

/// What the filter carries from step to step.
struct Filter {
    level: f64,
    variance: f64,
    scatter: f64,
}

impl Filter {
    /// The first rating is all that is known: the level lies there, as uncertain as one rating is.
    fn begin(rating: f64, model: &Model) -> Self {
        Self {
            level: rating,
            variance: model.scatter,
            scatter: model.scatter,
        }
    }

    fn wander(&mut self, model: &Model) {
        self.variance += model.wander;
    }

    /// Takes a rating in and returns its surprise.
    fn update(&mut self, rating: f64, model: &Model) -> f64 {
        let innovation = rating - self.level;
        let deviation = libm::sqrt(self.variance + self.scatter);
        let surprise = innovation / deviation;
        let far = libm::fabs(surprise);
        let weight = if far > model.huber {
            model.huber / far
        } else {
            1.0
        };
        let gain = self.variance / (self.variance + self.scatter / weight);
        let capped = libm::fmin(far, SURPRISE_CAP) * deviation;
        let seen = libm::fmax(capped * capped - self.variance, LEAST_SURPRISE);
        if model.learning > 0.0 {
            let learnt = (1.0 - model.learning) * self.scatter + model.learning * seen;
            self.scatter = libm::fmax(learnt, LEAST_SCATTER);
        }
        self.level += gain * innovation;
        self.variance *= 1.0 - gain;
        surprise
    }

    fn point(&self, model: &Model, surprise: Option<f64>) -> LevelPoint {
        let half = Z95 * libm::sqrt(self.variance * model.widening());
        let band = Band {
            low: self.level - half,
            middle: self.level,
            high: self.level + half,
        };
        LevelPoint {
            band,
            variance: self.variance,
            surprise,
        }
    }
}

/// Reckons the daily level; one slot a day, oldest first.
#[must_use]
pub fn day_level(days: &[Option<f64>]) -> Level {
    Level::follow(days, &Model::DAYS)
}

/// Reckons the weekly level of the count of strong signs, for every week from the first rated to the last.
///
/// The weeks come in order, each once.
#[must_use]
pub fn signs_level(counts: &[(Week, u8)]) -> Vec<(Week, Band)> {
    let Some((first, _)) = counts.first() else {
        return Vec::new();
    };
    let level = Level::follow(&by_week(counts), &Model::WEEKS);
    (0..)
        .zip(&level.points)
        .map(|(weeks, point)| (first.plus(weeks), point.band))
        .collect()
}

/// Lays the counts out with one slot a week.
pub(super) fn by_week(counts: &[(Week, u8)]) -> Vec<Option<f64>> {
    let (Some((first, _)), Some((last, _))) = (counts.first(), counts.last()) else {
        return Vec::new();
    };
    let mut slots = vec![None; usize::try_from(last.since(*first) + 1).unwrap_or(0)];
    for (week, count) in counts {
        let slot = usize::try_from(week.since(*first))
            .ok()
            .and_then(|at| slots.get_mut(at));
        if let Some(slot) = slot {
            *slot = Some(f64::from(*count));
        }
    }
    slots
}

#[cfg(test)]
mod tests;
