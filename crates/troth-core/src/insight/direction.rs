use crate::sign::Week;

use super::level::{Level, LevelPoint, Model, Z95, by_week, day_level};

/// The level is compared with itself at least so many days ago (METHODS B.2: eight weeks).
const FEWEST_DAYS: usize = 56;
/// And at most so many, so that the comparison stays with the present.
const MOST_DAYS: usize = 84;
/// The first days of a record, in which the level still settles, are nothing to compare with.
const SETTLING_DAYS: usize = 6;
const FEWEST_WEEKS: usize = 8;
const MOST_WEEKS: usize = 12;

/// Whether a level changed, as far as the statistics carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Higher than at the start.
    Higher,
    /// Lower than at the start.
    Lower,
    /// The figures do not tell, or not yet.
    CantTellYet,
}

/// Says whether the daily level is higher or lower than eight to twelve weeks ago.
///
/// `days` is one slot a day, oldest first; `None` is a day without a mark.
#[must_use]
pub fn day_direction(days: &[Option<f64>]) -> Direction {
    let level = day_level(days);
    let Some(last) = days.len().checked_sub(1) else {
        return Direction::CantTellYet;
    };
    let then = last
        .saturating_sub(MOST_DAYS)
        .max(level.first + SETTLING_DAYS);
    if last < then + FEWEST_DAYS {
        return Direction::CantTellYet;
    }
    compare(level.at(then), level.at(last), &Model::DAYS)
}

/// Says whether the weekly count of strong signs is higher or lower than eight to twelve weeks ago.
///
/// The weeks come in order, each once.
#[must_use]
pub fn signs_direction(counts: &[(Week, u8)]) -> Direction {
    signs_change(counts).map_or(Direction::CantTellYet, |(direction, _)| direction)
}

/// Says so together with the week that it is compared with; `None` before there is such a week.
#[must_use]
pub fn signs_change(counts: &[(Week, u8)]) -> Option<(Direction, Week)> {
    let (first, _) = counts.first()?;
    let weeks = by_week(counts);
    let last = weeks.len().checked_sub(1)?;
    let then = last.saturating_sub(MOST_WEEKS);
    if last < then + FEWEST_WEEKS {
        return None;
    }
    let level = Level::follow(&weeks, &Model::WEEKS);
    let direction = compare(level.at(then), level.at(last), &Model::WEEKS);
    Some((direction, first.plus(u32::try_from(then).ok()?)))
}

/// Claims a difference only if its 95 % interval, widened for carry-over, leaves out 0.
fn compare(then: Option<&LevelPoint>, now: Option<&LevelPoint>, model: &Model) -> Direction {
    let (Some(then), Some(now)) = (then, now) else {
        return Direction::CantTellYet;
    };
    let difference = now.band.middle - then.band.middle;
    let half = Z95 * libm::sqrt((now.variance + then.variance) * model.widening());
    if difference > half {
        Direction::Higher
    } else if difference < -half {
        Direction::Lower
    } else {
        Direction::CantTellYet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(figures: &[u8]) -> Vec<(Week, u8)> {
        (2900..)
            .map(|number| Week::from_number(number).unwrap())
            .zip(figures.iter().copied())
            .collect()
    }

    #[test]
    fn before_eight_weeks_nothing_is_claimed() {
        assert_eq!(
            signs_direction(&counts(&[0, 0, 0, 10, 10, 10, 10, 10])),
            Direction::CantTellYet
        );
        assert_eq!(signs_change(&counts(&[0; 8])), None);
        assert_eq!(day_direction(&[Some(1.0); 62]), Direction::CantTellYet);
    }

    #[test]
    fn a_clear_change_is_named_with_the_week_it_is_compared_with() {
        let rising = counts(&[1, 1, 2, 1, 2, 3, 5, 6, 7, 8, 8, 9]);
        let falling = counts(&[9, 9, 8, 9, 8, 6, 5, 4, 3, 2, 2, 1]);

        assert_eq!(
            signs_change(&rising),
            Some((Direction::Higher, rising[0].0))
        );
        assert_eq!(signs_direction(&falling), Direction::Lower);
    }

    #[test]
    fn a_small_change_is_not_claimed() {
        let quiet = counts(&[4, 5, 4, 5, 4, 5, 4, 5, 5, 5, 4, 6]);

        assert_eq!(signs_direction(&quiet), Direction::CantTellYet);
    }
}
