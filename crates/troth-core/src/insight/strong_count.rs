use super::level::Band;

/// How often the weeks are drawn anew.
const DRAWS: usize = 1000;
/// Which of the sorted draws bound the middle 95 %.
const BOUNDS: (usize, usize) = (25, 974);

/// Reckons the ordinary weekly count of strong signs with a 95 % band by resampling (bootstrap).
///
/// The same counts and the same seed give the same band on every device.
#[must_use]
pub fn count_band(counts: &[f64], seed: u64) -> Band {
    let count = f64::from(u32::try_from(counts.len()).unwrap_or(u32::MAX));
    if counts.is_empty() {
        return Band {
            low: 0.0,
            middle: 0.0,
            high: 0.0,
        };
    }
    let middle = counts.iter().sum::<f64>() / count;
    let mut draws = SplitMix(seed);
    let mut means: Vec<f64> = (0..DRAWS)
        .map(|_| (0..counts.len()).map(|_| draws.one_of(counts)).sum::<f64>() / count)
        .collect();
    means.sort_by(f64::total_cmp);
    let bound = |at: usize| means.get(at).copied().unwrap_or(middle);
    Band {
        low: libm::fmin(bound(BOUNDS.0), middle),
        middle,
        high: libm::fmax(bound(BOUNDS.1), middle),
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): enough to resample some weeks, and for nothing secret.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn one_of(&mut self, figures: &[f64]) -> f64 {
        let count = u64::try_from(figures.len()).unwrap_or(1).max(1);
        let at = usize::try_from(self.next() % count).unwrap_or(0);
        figures.get(at).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_band() {
        let counts = [3.0, 5.0, 4.0, 6.0, 2.0, 5.0];
        let band = count_band(&counts, 7);

        assert_eq!(band, count_band(&counts, 7));
        assert!(band.low < band.middle && band.middle < band.high);
        assert!((band.middle - 25.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn equal_weeks_leave_no_band() {
        let band = count_band(&[4.0; 8], 1);

        assert_eq!((band.low, band.middle, band.high), (4.0, 4.0, 4.0));
    }
}
