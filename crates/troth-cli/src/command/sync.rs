//! `troth sync`: send what waits, fetch what is new.

use clap::Args;
use serde_json::json;
use troth_sync::block_on;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::trouble;
use crate::world::World;

/// A synchronisation.
#[derive(Debug, Args)]
pub(crate) struct Sync {}

impl Sync {
    /// Synchronises; here an absent server is a failure.
    ///
    /// # Errors
    ///
    /// The server cannot be reached, or nobody is signed in here.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        let session = world.open()?;
        if session.is_online() {
            let uploaded = block_on(session.client().sync_vault());
            uploaded.map_err(|error| trouble::trouble(&error))?;
        }
        let report = session.report();
        let plain = format!(
            "Fetched {}, sent {}, waiting {}.",
            report.pulled, report.pushed, report.waiting
        );
        let json = json!({
            "online": session.is_online(),
            "pulled": report.pulled,
            "pushed": report.pushed,
        });
        Ok(session.answer(plain, json).exit(session.reached()))
    }
}
