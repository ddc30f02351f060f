//! Figures for the chart of one's own signs, with what the partner chose to show beside it.

use std::collections::BTreeMap;

use crate::couple::{Couple, SharedSignsView};
use crate::id::PartnerId;
use crate::insight::{Band, Direction, count_band, signs_change, signs_level};
use crate::sign::{Ratings, Week};
use crate::vault::Vault;

/// Under so many rated weeks no ordinary count is named.
const FEWEST_WEEKS: usize = 3;
/// Seeds the resampling, so that the chart looks the same on every device.
const SEED: u64 = 0x0074_726f_7468;

/// The chart of the weekly signs.
#[derive(Debug, Clone, PartialEq)]
pub struct SignsTrend {
    /// One point a week from the first rated week to the last; weeks without a rating have none.
    pub weeks: Vec<SignsPoint>,
    /// The ordinary count of strong signs with its resampled band; `None` under three weeks.
    pub ordinary: Option<Band>,
    /// Whether the level changed, as far as the statistics carry it.
    pub direction: Direction,
    /// The week that the direction compares the last one with; `None` before eight weeks.
    pub compared_with: Option<Week>,
    /// What the partner chose to show, beside and never mixed in.
    pub shown_by_partner: Vec<SharedSignsView>,
}

/// One week of the chart.
#[derive(Debug, Clone, PartialEq)]
pub struct SignsPoint {
    /// The week.
    pub week: Week,
    /// The ratings, where there are any.
    pub ratings: Option<Ratings>,
    /// How many signs were strong, where they were rated.
    pub strong: Option<u8>,
    /// The level with its band, within 0 and 10.
    pub level: Band,
}

/// Draws up the chart from one's own vault and what the partner showed.
///
/// ```
/// use troth_core::{PartnerId, Vault, projection::trend::signs_trend};
///
/// let trend = signs_trend(&Vault::default(), None, PartnerId::from_bytes([1; 16]));
///
/// assert!(trend.weeks.is_empty());
/// ```
#[must_use]
pub fn signs_trend(vault: &Vault, couple: Option<&Couple>, me: PartnerId) -> SignsTrend {
    let ratings: BTreeMap<Week, Ratings> = vault.rated_weeks().collect();
    let counts: Vec<(Week, u8)> = ratings
        .iter()
        .map(|(week, ratings)| (*week, ratings.count_strong()))
        .collect();
    let figures: Vec<f64> = counts.iter().map(|(_, count)| f64::from(*count)).collect();
    let weeks = signs_level(&counts)
        .into_iter()
        .map(|(week, level)| {
            let ratings = ratings.get(&week).copied();
            let strong = ratings.map(|ratings| ratings.count_strong());
            SignsPoint {
                week,
                ratings,
                strong,
                level: within_the_scale(level),
            }
        })
        .collect();
    let (direction, compared_with) = match signs_change(&counts) {
        Some((direction, week)) => (direction, Some(week)),
        None => (Direction::CantTellYet, None),
    };
    SignsTrend {
        weeks,
        ordinary: (figures.len() >= FEWEST_WEEKS).then(|| count_band(&figures, SEED)),
        direction,
        compared_with,
        shown_by_partner: couple.map_or_else(Vec::new, |couple| shown_by_partner(couple, me)),
    }
}

fn shown_by_partner(couple: &Couple, me: PartnerId) -> Vec<SharedSignsView> {
    couple
        .shared_signs()
        .into_iter()
        .filter(|shared| shared.by != me)
        .collect()
}

/// No count lies outside 0 to 10, so no band is drawn there.
fn within_the_scale(band: Band) -> Band {
    Band {
        low: band.low.clamp(0.0, 10.0),
        middle: band.middle.clamp(0.0, 10.0),
        high: band.high.clamp(0.0, 10.0),
    }
}
