//! People, clocks, strategies, two clients and a server in one process.
//!
//! | To read about | see |
//! | --- | --- |
//! | two partners with their devices and a server | [`world`], [`people`] |
//! | stories out of seeds, and what must hold after them | [`simulation`], [`wish`] |
//! | a server that lies | [`liar`] |
//! | words that must not be found | [`canary`] |
//! | the rims: time, chance, disk, line, server | [`clock`], [`chance`], [`disk`], [`line`], [`server`] |
//!
//! Nothing here waits, reads a clock or draws chance of its own: a world is a function of its
//! seed. How the pieces are used is told in `docs/testing.md`.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a kit for tests: what cannot go on ends the test"
)]

pub mod canary;
pub mod chance;
pub mod clock;
pub mod disk;
pub mod liar;
pub mod line;
pub mod people;
pub mod server;
pub mod simulation;
pub mod wish;
pub mod world;
