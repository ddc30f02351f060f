//! One fuzz target for each decoder. Run one: `cargo +nightly fuzz run header`.

pub mod booking;
pub mod decoders;
pub mod directory;
pub mod shards;
