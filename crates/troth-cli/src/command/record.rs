//! `troth record`: the entries themselves.

use clap::Subcommand;
use serde_json::{Value, json};
use troth_core::projection::reading::reading;
use troth_core::{Command, EntryId};
use troth_sync::block_on;
use troth_sync::view::Verification;

use crate::answer::Answer;
use crate::ask;
use crate::count::counted;
use crate::failure::{Exit, Failure};
use crate::lines;
use crate::session::Session;
use crate::short;
use crate::trouble;
use crate::world::World;

/// What can be done with the record.
#[derive(Debug, Subcommand)]
pub(crate) enum Record {
    /// List every entry, oldest first.
    List,
    /// Check the chain, the signatures and the head.
    Verify,
    /// Show one entry with all its versions.
    Show {
        /// The entry, by its id or the start of it.
        id: String,
    },
    /// Hide an entry of yours; that it was withdrawn stays visible.
    Withdraw {
        /// The entry, by its id or the start of it.
        id: String,
    },
    /// Correct an entry of yours; both versions stay.
    Correct {
        /// The entry, by its id or the start of it.
        id: String,
        /// The new text, or `-` to read it from stdin.
        text: String,
    },
}

impl Record {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// Whatever the core or the client refuses.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        match self {
            Self::List => list(&world.open()?),
            Self::Verify => verify(&world.open()?),
            Self::Show { id } => show(&world.open()?, &id),
            Self::Withdraw { id } => {
                let mut session = world.open()?;
                let entry = find(&session, &id)?;
                let id = session.dispatch(Command::WithdrawEntry { entry })?;
                Ok(session.written(id, "Withdrawn. That it was withdrawn stays visible."))
            }
            Self::Correct { id, text } => {
                let text = ask::text(&text)?;
                let mut session = world.open()?;
                let entry = find(&session, &id)?;
                let id = session.dispatch(Command::CorrectEntry { entry, text })?;
                Ok(session.written(id, "Corrected. Both versions stay."))
            }
        }
    }
}

/// Finds an entry of the record by the start of its id.
///
/// # Errors
///
/// None fits, or several do.
pub(crate) fn find(session: &Session, id: &str) -> Result<EntryId, Failure> {
    let entries = session.client().entries();
    short::find(
        id,
        "entries",
        entries.iter().map(|entry| (entry.id.to_string(), entry.id)),
    )
}

fn list(session: &Session) -> Result<Answer, Failure> {
    let items = lines::items(session)?;
    let plain: Vec<String> = items
        .iter()
        .map(|item| lines::plain(session, item))
        .collect();
    let json: Vec<Value> = items
        .iter()
        .map(|item| lines::json(session, item))
        .collect();
    Ok(session.answer(plain.join("\n"), Value::Array(json)))
}

fn show(session: &Session, id: &str) -> Result<Answer, Failure> {
    let id = find(session, id)?;
    let items = lines::items(session)?;
    let gone = || Failure::refused("this entry cannot be shown");
    let item = items.iter().find(|item| item.id == id).ok_or_else(gone)?;
    let entries = session.client().entries();
    let entry = entries
        .iter()
        .find(|entry| entry.id == id)
        .ok_or_else(gone)?;
    let plain = reading(entry, &*session.couple()?, session.me()?);
    Ok(session.answer(plain, lines::json(session, item)))
}

fn verify(session: &Session) -> Result<Answer, Failure> {
    let checked = block_on(session.client().verify()).map_err(|error| trouble::trouble(&error))?;
    let exit = if checked.intact() {
        session.exit()
    } else {
        Exit::Broken
    };
    let health = session.client().health();
    let confirmed = health.partner_last_confirmed.map(|at| at.to_string());
    let json = verification_json(&checked, exit);
    let answer = session.answer(verification_plain(&checked), json);
    Ok(answer
        .field("partner_last_confirmed", json!(confirmed))
        .exit(exit))
}

/// Says what a verification found, for people.
pub(crate) fn verification_plain(checked: &Verification) -> String {
    let authors = checked.by.iter().map(|written| {
        format!(
            "  {} wrote {}",
            written.name,
            counted(written.entries, "entry")
        )
    });
    let head = checked.head.as_ref().map(|head| {
        format!(
            "The record has {}. Its phrase, to read aloud: {}",
            counted(head.place, "entry"),
            head.phrase.join(" ")
        )
    });
    let verdict = match &checked.broken {
        None => "Intact: chain, signatures and heads fit.".to_owned(),
        Some(broken) => {
            let place = broken
                .place
                .map_or_else(String::new, |place| format!(" at entry {place}"));
            let id = broken
                .entry
                .map_or_else(String::new, |id| format!(" ({id})"));
            format!("BROKEN{place}{id}: {}", broken.reason)
        }
    };
    let waiting = match checked.waiting {
        0 => None,
        1 => Some("1 entry is waiting to be sent and isn't in the record.".to_owned()),
        count => Some(format!(
            "{count} entries are waiting to be sent and aren't in the record."
        )),
    };
    std::iter::once(verdict)
        .chain(head)
        .chain(authors)
        .chain(waiting)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Says what a verification found, for scripts.
pub(crate) fn verification_json(checked: &Verification, exit: Exit) -> Value {
    let authors: Vec<Value> = checked
        .by
        .iter()
        .map(|written| {
            json!({
                "id": written.member.to_string(),
                "name": written.name,
                "entries": written.entries,
            })
        })
        .collect();
    let head = checked.head.as_ref();
    let hex = head.map(|head| {
        head.head
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    });
    json!({
        "intact": exit == Exit::Done,
        "entries": head.map_or(0, |head| head.place),
        "head": hex,
        "phrase": head.map(|head| head.phrase.join(" ")),
        "authors": authors,
        "waiting": checked.waiting,
        "broken": checked.broken.as_ref().map(|broken| json!({
            "place": broken.place,
            "id": broken.entry.map(|id| id.to_string()),
            "reason": broken.reason,
        })),
    })
}
