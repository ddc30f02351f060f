//! Figures for the chart of one's own signs, with what the partner chose to show beside it.

use crate::couple::{Couple, SharedSignsView};
use crate::id::PartnerId;
use crate::insight::{Band, Direction};
use crate::sign::{Ratings, Week};
use crate::vault::Vault;

/// The chart of the weekly signs.
#[derive(Debug, Clone, PartialEq)]
pub struct SignsTrend {
    /// One point a week from the first rated week to the last; weeks without a rating have none.
    pub weeks: Vec<SignsPoint>,
    /// The ordinary count of strong signs with its resampled band; `None` under three weeks.
    pub ordinary: Option<Band>,
    /// Whether the level changed, as far as the statistics carry it.
    pub direction: Direction,
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
    /// The level with its band.
    pub level: Band,
}

/// Draws up the chart from one's own vault and what the partner showed.
#[must_use]
pub fn signs_trend(vault: &Vault, couple: Option<&Couple>, me: PartnerId) -> SignsTrend {
    let _ = (vault, couple, me);
    SignsTrend {
        weeks: Vec::new(),
        ordinary: None,
        direction: Direction::CantTellYet,
        shown_by_partner: Vec::new(),
    }
}
