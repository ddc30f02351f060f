//! The local key: everything that rests in the journal is sealed under it.
//!
//! Specified in `docs/protocol/journal.md`, section "The local key".
