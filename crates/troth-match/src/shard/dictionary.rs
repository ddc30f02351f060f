//! Dictionaries: the values of a column, the frequent ones first.

use std::collections::HashMap;
use std::hash::Hash;

/// The distinct values of a column by falling frequency, and the place of each.
#[derive(Debug)]
pub(super) struct Dictionary<T> {
    pub(super) values: Vec<T>,
    places: HashMap<T, usize>,
}

impl<T: Clone + Eq + Hash + Ord> Dictionary<T> {
    /// Makes the dictionary of all values that occur at least `least` times.
    pub(super) fn new(column: impl IntoIterator<Item = T>, least: usize) -> Self {
        let mut counts = HashMap::new();
        for value in column {
            *counts.entry(value).or_insert(0_usize) += 1;
        }
        let mut entries: Vec<_> = counts
            .into_iter()
            .filter(|(_, count)| *count >= least)
            .collect();
        entries.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        let values: Vec<T> = entries.into_iter().map(|(value, _)| value).collect();
        let places = values
            .iter()
            .cloned()
            .enumerate()
            .map(|(at, value)| (value, at))
            .collect();
        Self { values, places }
    }

    /// Tells the place of a value.
    pub(super) fn place(&self, value: &T) -> Option<usize> {
        self.places.get(value).copied()
    }
}
