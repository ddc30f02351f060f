//! The blind server: stores what it cannot read.

pub mod store;

#[cfg(test)]
mod testing;
