use super::level::Band;

/// One due time as one of the two saw it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// How many days ago it was due.
    pub days_ago: f64,
    /// Whether it went as promised.
    pub as_promised: bool,
}

/// How one promise went lately, as an estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FollowThrough {
    /// Too little is marked.
    CantTellYet {
        /// How many due times are marked so far.
        marked: usize,
    },
    /// An estimate with its 95 % interval, each between 0 and 1.
    Estimate {
        /// How many due times are marked.
        marked: usize,
        /// The share that went as promised, recent ones weighing more.
        share: Band,
    },
}

/// Estimates how a promise went, recent due times weighing more.
#[must_use]
pub fn follow_through(outcomes: &[Outcome]) -> FollowThrough {
    FollowThrough::CantTellYet {
        marked: outcomes.len(),
    }
}
