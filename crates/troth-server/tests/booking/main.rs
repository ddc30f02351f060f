//! Bookings on real databases: the contract of every operation, races, and a simulation of
//! people, crashes and retries.

mod contract;
mod race;
mod simulation;
mod support;
