use super::level::Model;

/// How much a new day enters the moving average.
const LAMBDA: f64 = 0.3;
/// How many standard deviations of the moving average a setback lies below the baseline.
const LIMIT: f64 = 2.6;
/// The baseline is four weeks long,
const BASELINE_DAYS: usize = 28;
/// ends a week ago, so that a setback does not become its own baseline,
const BASELINE_LAG: usize = 7;
/// and has at least so many marked days.
const FEWEST_DAYS: usize = 7;
/// The least scatter of a baseline: someone who marks the same every day may mark one less.
const LEAST_DEVIATION: f64 = 0.5;
/// Before this day nothing is raised.
const FIRST_DAY: usize = 35;
/// Days that lie no further apart belong to one setback.
const MERGED_WITHIN: usize = 7;

/// Some days that lay lower than this person's usual range; for the rater alone, and never pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setback {
    /// The day on which it was noticed.
    pub noticed: usize,
    /// The last day on which it still held.
    pub last: usize,
}

/// Finds the setbacks of a daily series, oldest first.
///
/// `days` is one slot a day from the first mark on. An exponentially weighted moving average of the
/// distance to the baseline is held against 2.6 of its standard deviations; carry-over from day to
/// day widens that deviation, as the variance of a moving average of an AR(1) series does.
#[must_use]
pub fn setbacks(days: &[Option<f64>]) -> Vec<Setback> {
    let mut found: Vec<Setback> = Vec::new();
    let mut average = 0.0;
    for (day, mark) in days.iter().enumerate() {
        let (Some(mark), Some(baseline)) = (mark, baseline(days, day)) else {
            continue;
        };
        average = (1.0 - LAMBDA) * average + LAMBDA * (mark - baseline.mean);
        if day < FIRST_DAY || average >= -LIMIT * average_deviation(baseline.deviation) {
            continue;
        }
        match found.last_mut() {
            Some(setback) if day - setback.last <= MERGED_WITHIN => setback.last = day,
            _ => found.push(Setback {
                noticed: day,
                last: day,
            }),
        }
    }
    found
}

/// Returns the standard deviation of the moving average of days that scatter by `deviation`.
fn average_deviation(deviation: f64) -> f64 {
    let kept = Model::DAYS.carry_over * (1.0 - LAMBDA);
    deviation * libm::sqrt(LAMBDA / (2.0 - LAMBDA) * (1.0 + kept) / (1.0 - kept))
}

struct Baseline {
    mean: f64,
    deviation: f64,
}

fn baseline(days: &[Option<f64>], today: usize) -> Option<Baseline> {
    let end = today.checked_sub(BASELINE_LAG)?;
    let marks: Vec<f64> = days
        .get(end.saturating_sub(BASELINE_DAYS)..end)?
        .iter()
        .flatten()
        .copied()
        .collect();
    if marks.len() < FEWEST_DAYS {
        return None;
    }
    let count = f64::from(u32::try_from(marks.len()).ok()?);
    let mean = marks.iter().sum::<f64>() / count;
    let squares: f64 = marks.iter().map(|mark| (mark - mean) * (mark - mean)).sum();
    let deviation = libm::fmax(libm::sqrt(squares / (count - 1.0)), LEAST_DEVIATION);
    Some(Baseline { mean, deviation })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet(days: usize) -> Vec<Option<f64>> {
        [6.0, 7.0, 5.0, 6.0, 8.0, 6.0, 4.0]
            .into_iter()
            .cycle()
            .take(days)
            .map(Some)
            .collect()
    }

    #[test]
    fn some_low_days_are_one_setback() {
        let mut days = quiet(80);
        (60..66).for_each(|day| days[day] = Some(1.0));

        let found = setbacks(&days);
        assert_eq!(found.len(), 1);
        assert!((61..64).contains(&found[0].noticed));
    }

    #[test]
    fn one_low_day_is_none() {
        let mut days = quiet(80);
        days[60] = Some(2.0);

        assert_eq!(setbacks(&days), []);
    }

    #[test]
    fn nothing_is_raised_before_the_fifth_week_is_over() {
        let mut days = quiet(35);
        (20..35).for_each(|day| days[day] = Some(0.0));

        assert_eq!(setbacks(&days), []);
    }

    #[test]
    fn missing_days_alone_raise_nothing() {
        let mut days = quiet(60);
        days.extend([None; 60]);

        assert_eq!(setbacks(&days), []);
    }
}
