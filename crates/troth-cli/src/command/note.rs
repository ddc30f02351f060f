//! `troth note`: notes in the vault.

use clap::Subcommand;
use serde_json::{Value, json};
use troth_core::VaultCommand;

use crate::answer::Answer;
use crate::ask;
use crate::failure::Failure;
use crate::legible::hung;
use crate::session::Session;
use crate::short;
use crate::when;
use crate::world::World;

/// What can be done with notes.
#[derive(Debug, Subcommand)]
pub(crate) enum Note {
    /// Write a note that only you can read.
    Write {
        /// The note, or `-` to read it from stdin.
        text: String,
    },
    /// List your notes, oldest first.
    List,
}

impl Note {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// The vault is locked, or the core refuses.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        match self {
            Self::Write { text } => {
                let text = ask::text(&text)?;
                let mut session = world.open()?;
                session.keep(VaultCommand::WriteNote {
                    text,
                    replaces: None,
                })?;
                let newest = session
                    .vault()?
                    .notes()
                    .first()
                    .map(|note| note.id.to_string());
                let id = newest.unwrap_or_default();
                let plain = format!("The note is in your vault.  {}", short::shorten(&id));
                Ok(session.answer(plain, json!({ "id": id })))
            }
            Self::List => list(&world.open()?),
        }
    }
}

fn list(session: &Session) -> Result<Answer, Failure> {
    let mut notes = session.vault()?.notes();
    notes.reverse();
    let plain: Vec<String> = notes
        .iter()
        .map(|note| {
            let time = when::minute(note.written.at, &note.written.zone);
            format!("{}  {time}  {}", note.id.short(), hung(&note.text))
        })
        .collect();
    let json = notes
        .iter()
        .map(|note| {
            json!({
                "id": note.id.to_string(),
                "written": note.written.at.to_string(),
                "zone": note.written.zone,
                "text": note.text,
            })
        })
        .collect();
    Ok(session.answer(plain.join("\n"), Value::Array(json)))
}
