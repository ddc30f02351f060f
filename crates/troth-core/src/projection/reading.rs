//! Every entry in plain English, for the export (SAFETY X-1) and for reading aloud.

use crate::couple::Couple;
use crate::entry::Entry;
use crate::id::PartnerId;

/// Writes one entry as plain text: when, who, what, and what became of it.
///
/// Earlier versions and withdrawn words are part of the text, because an export keeps what was
/// written; words of a reveal that has not opened for both are not.
#[must_use]
pub fn reading(entry: &Entry, couple: &Couple, reader: PartnerId) -> String {
    let _ = (entry, couple, reader);
    String::new()
}
