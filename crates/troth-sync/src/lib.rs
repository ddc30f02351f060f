//! The client's half, with the network taken out.
//!
//! A [`Client`] holds one person's keys, their verified copy of the couple's record and what
//! still has to be sent. It meets the world through four rims, each passed in: a
//! [`Journal`](journal::Journal) that keeps records on this device, a [`Relay`](relay::Relay)
//! that carries frames to the server, an [`Env`](env::Env) that knows the time and draws
//! chance, and a [`Lock`](lock::Lock) that lets one tab or process write at a time.

pub mod env;
pub mod journal;
pub mod lock;
pub mod relay;
pub mod view;

mod run;

pub use run::block_on;
