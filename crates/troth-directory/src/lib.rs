//! The directory's formats: what others publish about therapists, read and written as streams.
//!
//! Pure: readers over `Read`, writers over `Write`, no clock and no network. What a reader
//! cannot use it names, with its line and the reason; nothing is dropped in silence.
//!
//! | To read about | see |
//! | --- | --- |
//! | rows of comma-separated values | [`rows`] |
//! | the registry of the United States | [`nppes`], [`taxonomy`], [`listing`] |
//! | FHIR Plan-Net | [`plan_net`] |
//! | a payer's own list | [`payer`] |
//! | SMART Scheduling Links | [`smart`] |
//! | what is stored of either | [`entry`] |
//!
//! The formats are written down in `docs/protocol/directory-formats.md`.
#![forbid(unsafe_code)]

pub mod entry;
pub mod listing;
pub mod nppes;
pub mod payer;
pub mod plan_net;
pub mod rows;
pub mod smart;
pub mod taxonomy;
