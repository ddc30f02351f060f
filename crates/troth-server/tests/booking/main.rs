//! Bookings on real databases: the contract of every operation, races, and a simulation of
//! people, crashes and retries.

#[cfg(test)]
mod contract;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod race;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod support;
