use crate::sign::Week;

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

/// The constants of a level.
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

/// Reckons the daily level; one slot a day, oldest first.
#[must_use]
pub fn day_level(days: &[Option<f64>]) -> Level {
    let _ = days;
    Level {
        first: 0,
        points: Vec::new(),
    }
}

/// Reckons the weekly level of the count of strong signs.
#[must_use]
pub fn signs_level(counts: &[(Week, u8)]) -> Vec<(Week, Band)> {
    let _ = counts;
    Vec::new()
}
