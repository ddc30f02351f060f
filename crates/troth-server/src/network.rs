//! The network: directory, proof of availability, bookings.

pub mod op;
pub mod store;
