//! Finds the providers that fit a couple.
//!
//! Pure: no network, no clock, no source of chance; everything that decides is an integer.
//! So the server, the command line, the browser and the plain scan give the same answer to
//! the same question.
//!
//! | To read about | see |
//! | --- | --- |
//! | what a provider is | [`provider`], [`availability`], [`id`], [`state`], [`vocabulary`], [`plan`] |
//! | what is asked and answered | [`query`], [`answer`], [`time`], [`zone`] |
//! | what a match is | [`plain`], the plain scan; [`engine`] is the fast one |
//! | the files it is read from | [`shard`] |
//! | whether a listing is still true | [`proof`], [`npi`] |
//!
//! Formats are specified byte by byte in `docs/protocol/shards.md`.
// One module asks the processor what it can do and calls what was compiled for it:
// `engine::dispatch`. Nothing else is unsafe.
#![deny(unsafe_code)]

pub mod answer;
pub mod availability;
#[cfg(feature = "verify")]
pub mod engine;
mod explain;
#[cfg(feature = "generate")]
pub mod generate;
pub mod geo;
pub mod id;
#[cfg(feature = "generate")]
pub mod mix;
pub mod npi;
pub mod plain;
pub mod plan;
pub mod proof;
pub mod provider;
pub mod query;
pub mod set;
#[cfg(feature = "verify")]
pub mod shard;
pub mod state;
pub mod time;
#[cfg(all(feature = "generate", feature = "verify"))]
pub mod trial;
pub mod vocabulary;
pub mod zone;

pub use answer::{Answer, Card, Filter, Found, Misfit, Reason, Relaxation};
pub use availability::Availability;
pub use id::{PlanId, ProviderId};
pub use npi::Npi;
pub use plan::{Plan, PlanRef, Plans};
pub use provider::{Acceptance, Licence, Place, Point, Provider};
pub use query::{Asked, Query, QueryError, WantedFormat, Window};
pub use set::{Code, Set};
pub use state::{State, States};
pub use time::{Day, Minute};
pub use vocabulary::{
    AgeBand, Format, Formats, Gender, Language, Languages, Modalities, Modality, Service, Services,
    Specialties, Specialty,
};
