//! The blind server: stores what it cannot read.
//!
//! | To read about | see |
//! | --- | --- |
//! | every route on one page | [`router`] |
//! | one route | `route/<name>.rs` |
//! | what is kept, and how | [`store`] |
//! | running it | [`Config`], [`bind`] |
//! | driving it without a network | [`Service::handle`] |
//!
//! # Invariants
//!
//! 1. **Blind.** This crate cannot name `troth-core`, `troth-crypto` or `troth-sync`; it holds no
//!    key that opens an entry, a keyring or a vault.
//! 2. **Forgetful.** No address, user agent, last-seen time or count of a person reaches a row
//!    or the log; the limiter's memory of addresses ends with the process.
//! 3. **Alike.** What a stranger asks about a login or an invitation is answered the same
//!    whether it exists or not, in content and size, and in time as far as that goes.

pub mod config;
pub mod deadline;
pub mod env;
pub mod network;
pub mod quota;
pub mod serve;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod throttle;
pub mod wake;

mod auth;
mod crowd;
mod data;
mod error;
mod http;
mod paced;
mod route;
mod router;
mod seal;

pub use config::Config;
pub use deadline::Deadlines;
pub use env::{Env, SystemEnv};
pub use error::ApiError;
pub use quota::Quotas;
pub use serve::{Bound, ServeError, bind, bind_on};
pub use service::{Answer, Method, Request, Service};
pub use throttle::Limits;

#[cfg(test)]
pub mod testing;
