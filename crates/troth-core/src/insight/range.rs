use super::special::f_below;

/// Each of the two spans is four weeks long.
const SPAN: usize = 28;
/// With fewer marked days in a span nothing is said.
const FEWEST_DAYS: usize = 10;
/// The share on either side that a 95 % interval leaves out.
const TAIL: f64 = 0.025;

/// Whether the days of the last four weeks lie closer together than those of the four before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Closer together.
    Steadier,
    /// Further apart.
    LessSteady,
    /// The figures do not tell, or not yet.
    CantTellYet,
}

/// Compares the scatter of the last 28 days with that of the 28 before.
///
/// A difference is claimed only if the 95 % F interval of the ratio of the two variances leaves out 1.
/// `days` is one slot a day, oldest first.
#[must_use]
pub fn day_range(days: &[Option<f64>]) -> Range {
    let Some(start) = days.len().checked_sub(2 * SPAN) else {
        return Range::CantTellYet;
    };
    let (before, last) = days.split_at(start + SPAN);
    let before = before.get(start..).unwrap_or_default();
    let (Some(before), Some(last)) = (variance(before), variance(last)) else {
        return Range::CantTellYet;
    };
    if before.value <= 0.0 && last.value <= 0.0 {
        return Range::CantTellYet;
    }
    let share = if before.value <= 0.0 {
        1.0
    } else {
        f_below(last.freedom, before.freedom, last.value / before.value)
    };
    if share < TAIL {
        Range::Steadier
    } else if share > 1.0 - TAIL {
        Range::LessSteady
    } else {
        Range::CantTellYet
    }
}

struct Variance {
    value: f64,
    freedom: f64,
}

fn variance(days: &[Option<f64>]) -> Option<Variance> {
    let marks: Vec<f64> = days.iter().flatten().copied().collect();
    if marks.len() < FEWEST_DAYS {
        return None;
    }
    let count = f64::from(u32::try_from(marks.len()).ok()?);
    let mean = marks.iter().sum::<f64>() / count;
    let squares: f64 = marks.iter().map(|mark| (mark - mean) * (mark - mean)).sum();
    Some(Variance {
        value: squares / (count - 1.0),
        freedom: count - 1.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(before: [f64; 2], last: [f64; 2]) -> Vec<Option<f64>> {
        let span = |pair: [f64; 2]| pair.into_iter().cycle().take(SPAN).map(Some);
        span(before).chain(span(last)).collect()
    }

    #[test]
    fn a_narrower_range_is_steadier_and_a_wider_one_less_steady() {
        assert_eq!(day_range(&days([3.0, 7.0], [4.5, 5.5])), Range::Steadier);
        assert_eq!(day_range(&days([4.5, 5.5], [3.0, 7.0])), Range::LessSteady);
    }

    #[test]
    fn a_like_range_or_a_short_record_tells_nothing() {
        assert_eq!(day_range(&days([4.0, 6.0], [4.2, 5.9])), Range::CantTellYet);
        assert_eq!(day_range(&[Some(5.0); 55]), Range::CantTellYet);
        assert_eq!(day_range(&[None; 100]), Range::CantTellYet);
        assert_eq!(day_range(&[Some(5.0); 56]), Range::CantTellYet);
    }
}
