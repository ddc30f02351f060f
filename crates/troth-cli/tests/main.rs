//! The command line as people and scripts use it: real processes, a real server.

#[cfg(test)]
mod clock;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod exports;
#[cfg(test)]
mod files;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod interrupted;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod network;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod surroundings;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod transcript;
#[cfg(test)]
mod unsent;
#[cfg(test)]
mod visits;
