use thiserror::Error;

use crate::insight::{count_band, signs_direction};
use crate::sign::{SharedSigns, ShownSigns, Sign, SignsSummary, SingleSign, TenthsBand, Week};

use super::Vault;

/// The most weeks that one sharing covers: a year, and the week that completes it.
pub(crate) const LONGEST_PERIOD: i64 = 53;
/// Under so many rated weeks a summary shows no figure.
const FEWEST_WEEKS_FOR_A_FIGURE: usize = 3;

/// Says why a period of signs cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShareError {
    /// The period ends before it begins, or lasts longer than a year.
    #[error("choose a first week and a last week that lie at most a year apart")]
    Period,
    /// No week of the period is rated.
    #[error("none of these weeks is rated")]
    NothingRated,
    /// No sign is chosen.
    #[error("choose at least one sign")]
    NoSign,
}

impl Vault {
    /// Makes a summary of a period, to be looked at and then shown.
    ///
    /// The figures leave [`Sign::SafeWithBoundaries`] out, so the summary is the same whatever was
    /// rated there. `seed` drives the resampling of the band: the same seed gives the same band.
    ///
    /// # Errors
    ///
    /// - [`ShareError::Period`], [`ShareError::NothingRated`].
    pub fn share_summary(
        &self,
        from: Week,
        to: Week,
        seed: u64,
    ) -> Result<SharedSigns, ShareError> {
        check_period(from, to)?;
        let counts: Vec<(Week, u8)> = self
            .rated_weeks()
            .filter(|(week, _)| (from..=to).contains(week))
            .map(|(week, ratings)| (week, ratings.count_strong_shareable()))
            .collect();
        if counts.is_empty() {
            return Err(ShareError::NothingRated);
        }
        let figures: Vec<f64> = counts.iter().map(|(_, count)| f64::from(*count)).collect();
        let strong = (figures.len() >= FEWEST_WEEKS_FOR_A_FIGURE).then(|| {
            let band = count_band(&figures, seed);
            TenthsBand {
                low: tenths(band.low),
                middle: tenths(band.middle),
                high: tenths(band.high),
            }
        });
        let summary = SignsSummary {
            weeks_rated: u32::try_from(counts.len()).unwrap_or(u32::MAX),
            strong,
            direction: signs_direction(&counts),
        };
        Ok(SharedSigns {
            from,
            to,
            shown: ShownSigns::Summary(summary),
        })
    }

    /// Picks single signs of a period, to be looked at and then shown.
    ///
    /// # Errors
    ///
    /// - [`ShareError::Period`], [`ShareError::NothingRated`], [`ShareError::NoSign`].
    pub fn share_singles(
        &self,
        from: Week,
        to: Week,
        signs: &[Sign],
    ) -> Result<SharedSigns, ShareError> {
        check_period(from, to)?;
        let singles: Vec<SingleSign> = Sign::ALL
            .into_iter()
            .filter(|sign| signs.contains(sign))
            .map(|sign| SingleSign {
                sign,
                weeks: self
                    .rated_weeks()
                    .filter(|(week, _)| (from..=to).contains(week))
                    .map(|(week, ratings)| (week, ratings.of(sign)))
                    .collect(),
            })
            .collect();
        let first = singles.first().ok_or(ShareError::NoSign)?;
        if first.weeks.is_empty() {
            return Err(ShareError::NothingRated);
        }
        Ok(SharedSigns {
            from,
            to,
            shown: ShownSigns::Singles(singles),
        })
    }
}

fn check_period(from: Week, to: Week) -> Result<(), ShareError> {
    if (0..LONGEST_PERIOD).contains(&to.since(from)) {
        Ok(())
    } else {
        Err(ShareError::Period)
    }
}

/// Rounds a count of signs, 0 to 10, to tenths.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the figure is clamped to 0..=100 first"
)]
fn tenths(figure: f64) -> u8 {
    libm::round(figure * 10.0).clamp(0.0, 100.0) as u8
}
