//! The blind server: stores what it cannot read.

pub mod store;
