//! Seals events into envelopes and opens them.
