/// Some days that lay lower than this person's usual range; for the rater alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setback {
    /// The day on which it was noticed.
    pub noticed: usize,
    /// The last day on which it still held.
    pub last: usize,
}

/// Finds the setbacks of a daily series.
#[must_use]
pub fn setbacks(days: &[Option<f64>]) -> Vec<Setback> {
    let _ = days;
    Vec::new()
}
