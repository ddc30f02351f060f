//! `troth search`: words in the couple's record, looked up on this device.

use clap::Args;
use serde_json::Value;
use troth_core::projection::timeline::search;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::lines;
use crate::world::World;

/// A search.
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// The words to look for.
    #[arg(required = true)]
    words: Vec<String>,
}

impl Search {
    /// Prints the entries in which every word occurs.
    ///
    /// # Errors
    ///
    /// There is no couple space yet.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        let session = world.open()?;
        let items = lines::items(&session)?;
        let found = search(&items, &self.words.join(" "));
        let plain: Vec<String> = found
            .iter()
            .map(|item| lines::plain(&session, item))
            .collect();
        let json: Vec<Value> = found
            .iter()
            .map(|item| lines::json(&session, item))
            .collect();
        Ok(session.answer(plain.join("\n"), Value::Array(json)))
    }
}
