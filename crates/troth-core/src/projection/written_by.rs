//! Who wrote how many entries.

use std::collections::BTreeMap;

use crate::entry::Entry;
use crate::id::PartnerId;

/// Counts the entries of each author.
#[must_use]
pub fn written_by<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> BTreeMap<PartnerId, u64> {
    let mut counts = BTreeMap::new();
    for entry in entries {
        *counts.entry(entry.author).or_insert(0) += 1;
    }
    counts
}
