//! Latencies of one run, and what is said about them.

use std::time::Duration;

/// How fast something went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate {
    /// Finished items in a second.
    pub(crate) per_second: f64,
    /// Half of the items took at most this long, in milliseconds.
    pub(crate) p50: f64,
    /// All but one in a hundred took at most this long, in milliseconds.
    pub(crate) p99: f64,
}

impl Rate {
    /// Sums up the latencies of items that all finished within `whole`.
    pub(crate) fn of(mut latencies: Vec<Duration>, whole: Duration) -> Self {
        latencies.sort_unstable();
        let count = latencies.len();
        Self {
            per_second: count as f64 / whole.as_secs_f64(),
            p50: milliseconds(percentile(&latencies, 50)),
            p99: milliseconds(percentile(&latencies, 99)),
        }
    }

    /// Picks the run in the middle by rate.
    pub(crate) fn median(mut runs: Vec<Self>) -> Option<Self> {
        runs.sort_by(|left, right| left.per_second.total_cmp(&right.per_second));
        runs.get(runs.len() / 2).copied()
    }
}

/// A duration in milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_taken_from_the_sorted_latencies() {
        let latencies = (1..=100).rev().map(Duration::from_millis).collect();

        let rate = Rate::of(latencies, Duration::from_secs(2));

        assert_eq!(
            rate,
            Rate {
                per_second: 50.0,
                p50: 50.0,
                p99: 99.0
            }
        );
    }

    #[test]
    fn the_middle_run_speaks_for_all() {
        let run = |per_second| Rate {
            per_second,
            p50: 0.0,
            p99: 0.0,
        };

        let middle = Rate::median(vec![run(3.0), run(1.0), run(2.0)]);

        assert_eq!(middle.map(|rate| rate.per_second), Some(2.0));
        assert_eq!(Rate::median(Vec::new()), None);
    }
}
