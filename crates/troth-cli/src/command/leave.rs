//! `troth leave`: the way out of the couple's space.

use clap::Args;
use jiff::civil::Date;
use serde_json::json;
use troth_sync::block_on;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::session::Session;
use crate::trouble;
use crate::when;
use crate::world::World;

/// Leaving.
#[derive(Debug, Args)]
pub(crate) struct Leave {
    /// Do it; without this the command only says what would happen.
    #[arg(long)]
    yes: bool,

    /// Share nothing more from now on, and leave on this day, 1 to 30 days ahead.
    #[arg(long, value_name = "DATE", conflicts_with_all = ["yes", "stay"])]
    on: Option<String>,

    /// Take leaving on a day back.
    #[arg(long, conflicts_with = "yes")]
    stay: bool,
}

impl Leave {
    /// Leaves, or says what leaving does.
    ///
    /// # Errors
    ///
    /// There is no space to leave, or this machine is in the way.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        let day = self.on.as_deref().map(when::date).transpose()?;
        let mut session = world.open()?;
        session.me()?;
        if let Some(day) = day {
            return leave_on(session, day);
        }
        if self.stay {
            return stay(session);
        }
        if !self.yes {
            let plain = "Leaving takes one step and no reason: troth leave --yes\nYour partner is not \
                         told now; they see on next opening that the space is closed. You keep your \
                         copy, readable and exportable here. Nothing new reaches you.\nTo \
                         stop sharing now and leave later: troth leave --on DATE";
            return Ok(session.answer(plain, json!({ "left": false })));
        }
        block_on(session.client().leave_space()).map_err(|error| trouble::dispatch(&error))?;
        session.send()?;
        let plain = "You have left. Your copy stays here, readable and exportable.";
        Ok(session.answer(plain, json!({ "left": true })))
    }
}

/// Stops sharing now and leaves on a day.
fn leave_on(mut session: Session, day: Date) -> Result<Answer, Failure> {
    block_on(session.client().leave_quietly(day)).map_err(|error| trouble::dispatch(&error))?;
    session.send()?;
    let plain = format!(
        "From now on nothing you write goes out. The space looks as before until {day}; at your first \
         command on or after that day it closes.\nTo take it back: troth leave --stay"
    );
    Ok(session.answer(plain, json!({ "left": false, "leaving": day.to_string() })))
}

/// Takes leaving on a day back.
fn stay(mut session: Session) -> Result<Answer, Failure> {
    block_on(session.client().stay()).map_err(|error| trouble::dispatch(&error))?;
    session.send()?;
    let plain = "You are not leaving. What waited here is sent.";
    Ok(session.answer(plain, json!({ "left": false, "leaving": null })))
}
