use super::level::Band;
use super::special::beta_quantile;

/// A due time so many days ago weighs half: eight weeks, the span after which a direction is named too.
const HALF_LIFE_DAYS: f64 = 56.0;
/// Jeffreys' prior for a share: half a due time on either side, which keeps the 95 % interval honest
/// for few due times (Brown, Cai, DasGupta 2001).
const PRIOR: f64 = 0.5;
/// With fewer marked due times nothing is said.
const FEWEST_MARKED: usize = 5;
/// Nor if they all lie so far back that together they weigh less than three fresh ones.
const LEAST_WEIGHT: f64 = 3.0;

/// One due time as one of the two saw it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// How many days ago it was due.
    pub days_ago: f64,
    /// Whether it went as promised.
    pub as_promised: bool,
}

/// How one promise went lately, as an estimate. There is none for a person.
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
///
/// The share has a Beta distribution: half a due time on either side to begin with, and each marked
/// one added with a weight that halves every eight weeks. Old due times fade, so after a long pause
/// the interval widens again.
///
/// ```
/// use troth_core::FollowThrough;
/// use troth_core::insight::{Outcome, follow_through};
///
/// let kept = |week: u8| Outcome { days_ago: f64::from(week) * 7.0, as_promised: true };
///
/// assert_eq!(follow_through(&[kept(0)]), FollowThrough::CantTellYet { marked: 1 });
/// assert!(matches!(
///     follow_through(&[0, 1, 2, 3, 4, 5].map(kept)),
///     FollowThrough::Estimate { share, .. } if share.low > 0.6 && share.high <= 1.0
/// ));
/// ```
#[must_use]
pub fn follow_through(outcomes: &[Outcome]) -> FollowThrough {
    let marked = outcomes.len();
    let (mut kept, mut missed) = (0.0, 0.0);
    for outcome in outcomes {
        let weight = libm::exp2(-libm::fmax(outcome.days_ago, 0.0) / HALF_LIFE_DAYS);
        if outcome.as_promised {
            kept += weight;
        } else {
            missed += weight;
        }
    }
    if marked < FEWEST_MARKED || kept + missed < LEAST_WEIGHT {
        return FollowThrough::CantTellYet { marked };
    }
    let (a, b) = (PRIOR + kept, PRIOR + missed);
    let share = Band {
        low: beta_quantile(a, b, 0.025),
        middle: a / (a + b),
        high: beta_quantile(a, b, 0.975),
    };
    FollowThrough::Estimate { marked, share }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weekly(outcomes: &[bool]) -> Vec<Outcome> {
        (0_u16..)
            .zip(outcomes)
            .map(|(week, as_promised)| Outcome {
                days_ago: f64::from(week) * 7.0,
                as_promised: *as_promised,
            })
            .collect()
    }

    fn share(outcomes: &[Outcome]) -> Band {
        match follow_through(outcomes) {
            FollowThrough::Estimate { share, .. } => share,
            FollowThrough::CantTellYet { .. } => panic!("an estimate is expected"),
        }
    }

    #[test]
    fn few_marks_tell_nothing_yet() {
        assert_eq!(
            follow_through(&weekly(&[true; 4])),
            FollowThrough::CantTellYet { marked: 4 }
        );
    }

    #[test]
    fn old_marks_alone_tell_nothing_any_more() {
        let old: Vec<Outcome> = (0..8)
            .map(|_| Outcome {
                days_ago: 365.0,
                as_promised: true,
            })
            .collect();

        assert_eq!(
            follow_through(&old),
            FollowThrough::CantTellYet { marked: 8 }
        );
    }

    #[test]
    fn recent_marks_weigh_more_than_old_ones() {
        let mended = share(&weekly(&[
            true, true, true, true, false, false, false, false,
        ]));
        let slipped = share(&weekly(&[
            false, false, false, false, true, true, true, true,
        ]));

        assert!(mended.middle > 0.5 && slipped.middle < 0.5);
    }

    #[test]
    fn a_perfect_row_is_never_certain() {
        let share = share(&weekly(&[true; 12]));

        assert!(share.middle < 1.0 && share.low < 0.9 && share.low > 0.7);
    }

    /// Without fading the interval is the Jeffreys interval of SciPy: `beta.ppf([.025, .975], 8.5, 2.5)`.
    #[test]
    fn fresh_marks_give_the_jeffreys_interval() {
        let fresh: Vec<Outcome> = (0..10)
            .map(|at| Outcome {
                days_ago: 0.0,
                as_promised: at >= 2,
            })
            .collect();
        let share = share(&fresh);

        assert!(
            (share.low - 0.4972255035600069).abs() < 1e-9
                && (share.high - 0.9559405864473692).abs() < 1e-9
        );
    }
}
