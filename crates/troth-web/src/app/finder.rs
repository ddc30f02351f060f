//! Stand-in until `troth_sync::network::Finder` is here; never committed.
#![allow(dead_code, unused)]
use troth_match::{Answer, Plan, Query, State};
use troth_sync::network::NetworkError;
#[derive(Clone, Debug)]
pub(crate) struct Finder;
impl Finder {
    pub(crate) async fn fetch(&self, _: &[State]) -> Result<(), NetworkError> { Ok(()) }
    pub(crate) async fn refresh(&self) -> Result<bool, NetworkError> { Ok(true) }
    pub(crate) fn search(&self, _: &Query, _: jiff::Timestamp) -> Result<Answer, NetworkError> { Ok(Answer::default()) }
    pub(crate) fn strike(&self, _: u32, _: jiff::Timestamp) {}
    pub(crate) fn cities(&self, _: State) -> Vec<troth_match::answer::City> { Vec::new() }
    pub(crate) fn plans(&self) -> Vec<Plan> { Vec::new() }
}
