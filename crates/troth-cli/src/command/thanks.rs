//! `troth thanks`: thanks attached to an entry.

use clap::Args;
use troth_core::Command;

use crate::answer::Answer;
use crate::ask;
use crate::command::record;
use crate::failure::Failure;
use crate::world::World;

/// Thanks for one entry.
#[derive(Debug, Args)]
pub(crate) struct Thanks {
    /// The entry, by its id or the start of it.
    id: String,
    /// Your words, or `-` to read them from stdin.
    text: String,
}

impl Thanks {
    /// Writes the thanks.
    ///
    /// # Errors
    ///
    /// Whatever the core or the client refuses.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        let text = ask::text(&self.text)?;
        let mut session = world.open()?;
        let on = record::find(&session, &self.id)?;
        let id = session.dispatch(Command::Thank { on, text })?;
        Ok(session.written(id, "Your thanks are written."))
    }
}
