//! `troth leave`: the way out of the couple's space.

use clap::Args;
use serde_json::json;
use troth_sync::block_on;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::trouble;
use crate::world::World;

/// Leaving.
#[derive(Debug, Args)]
pub(crate) struct Leave {
    /// Do it; without this the command only says what would happen.
    #[arg(long)]
    yes: bool,
}

impl Leave {
    /// Leaves, or says what leaving does.
    ///
    /// # Errors
    ///
    /// There is no space to leave, or this machine is in the way.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        let mut session = world.open()?;
        session.me()?;
        if !self.yes {
            let plain = "Leaving takes one step and no reason: troth leave --yes\nYour partner is not \
                         told now; they see on next opening that the space is closed. You keep your \
                         copy, readable and exportable here. Nothing new reaches you.";
            return Ok(session.answer(plain, json!({ "left": false })));
        }
        block_on(session.client().leave_space()).map_err(|error| trouble::dispatch(&error))?;
        session.send()?;
        let plain = "You have left. Your copy stays here, readable and exportable.";
        Ok(session.answer(plain, json!({ "left": true })))
    }
}
