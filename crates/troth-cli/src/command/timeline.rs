//! `troth timeline`: what happened, in order.

use clap::Args;
use serde_json::Value;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::lines;
use crate::world::World;

/// The couple's timeline.
#[derive(Debug, Args)]
pub(crate) struct Timeline {
    /// Show only the last N items.
    #[arg(long, value_name = "N")]
    last: Option<usize>,
}

impl Timeline {
    /// Prints the timeline.
    ///
    /// # Errors
    ///
    /// There is no couple space yet.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        let session = world.open()?;
        let items = lines::items(&session)?;
        let from = self.last.map_or(0, |last| items.len().saturating_sub(last));
        let shown = items.get(from..).unwrap_or_default();
        let plain: Vec<String> = shown
            .iter()
            .map(|item| lines::plain(&session, item))
            .collect();
        let json: Vec<Value> = shown
            .iter()
            .map(|item| lines::json(&session, item))
            .collect();
        Ok(session.answer(plain.join("\n"), Value::Array(json)))
    }
}
