//! `troth reveal`: both answer, then both read.

use clap::Subcommand;
use serde_json::{Value, json};
use troth_core::{AnswerView, Command, Referee, RevealStanding, RevealView};
use troth_sync::block_on;

use crate::answer::Answer;
use crate::ask;
use crate::failure::Failure;
use crate::legible::hung;
use crate::session::Session;
use crate::short;
use crate::trouble;
use crate::world::World;

/// The steps of a reveal.
#[derive(Debug, Subcommand)]
pub(crate) enum Reveal {
    /// Put a prompt before both of you.
    Start {
        /// The question, or `-` to read it from stdin.
        prompt: String,
        /// Do without the server as referee: commit first, open when both have committed.
        #[arg(long)]
        without_referee: bool,
    },
    /// Answer; it can be neither read nor changed before both have answered.
    Answer {
        /// The reveal, by its id or the start of it.
        id: String,
        /// The answer, or `-` to read it from stdin.
        #[arg(allow_hyphen_values = true)]
        text: String,
    },
    /// Show a reveal, and both answers once both are there.
    Show {
        /// The reveal, by its id or the start of it.
        id: String,
    },
    /// List all reveals.
    List,
    /// Take a prompt back while nobody has read an answer.
    Withdraw {
        /// The reveal, by its id or the start of it.
        id: String,
    },
}

impl Reveal {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// Whatever the core or the client refuses.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        match self {
            Self::Start {
                prompt,
                without_referee,
            } => {
                let prompt = ask::text(&prompt)?;
                let referee = if without_referee {
                    Referee::Nobody
                } else {
                    Referee::Server
                };
                let mut session = world.open()?;
                let id = session.dispatch(Command::StartReveal { prompt, referee })?;
                Ok(session.written(id, "The question is asked."))
            }
            Self::Answer { id, text } => answer(world, &id, &text),
            Self::Show { id } => {
                let session = world.open()?;
                let view = find(&session, &id)?;
                Ok(session.answer(plain(&session, &view)?, json_of(&session, &view)?))
            }
            Self::List => list(world),
            Self::Withdraw { id } => {
                let mut session = world.open()?;
                let reveal = find(&session, &id)?.id;
                let id = session.dispatch(Command::WithdrawReveal { reveal })?;
                Ok(session.written(id, "The question is taken back."))
            }
        }
    }
}

fn answer(world: &World, id: &str, text: &str) -> Result<Answer, Failure> {
    let text = ask::text(text)?;
    let mut session = world.open()?;
    let reveal = find(&session, id)?.id;
    let written = block_on(session.client().answer_reveal(reveal, &text));
    let id = written.map_err(|error| trouble::dispatch(&error))?;
    session.send()?;
    let standing = find(&session, &reveal.to_string())?.standing;
    let next = match standing {
        RevealStanding::Open => "Both of you have answered; see `troth reveal show`.",
        _ => "Your answer is sealed. Both open when both have answered.",
    };
    Ok(session.written(id, next))
}

fn list(world: &World) -> Result<Answer, Failure> {
    let session = world.open()?;
    let views = session.couple()?.reveals(session.me()?);
    let lines: Vec<String> = views
        .iter()
        .map(|view| {
            format!(
                "{}  {:<20}  {}",
                view.id.short(),
                key(view.standing),
                view.prompt
            )
        })
        .collect();
    let json: Result<Vec<Value>, Failure> =
        views.iter().map(|view| json_of(&session, view)).collect();
    Ok(session.answer(lines.join("\n"), Value::Array(json?)))
}

fn find(session: &Session, id: &str) -> Result<RevealView, Failure> {
    let views = session.couple()?.reveals(session.me()?);
    short::find(
        id,
        "reveals",
        views.into_iter().map(|view| (view.id.to_string(), view)),
    )
}

fn plain(session: &Session, view: &RevealView) -> Result<String, Failure> {
    let couple = session.couple()?;
    let words = |answer: &Option<AnswerView>| {
        answer.as_ref().map_or_else(String::new, |answer| {
            format!(
                "\n\n{}:\n    {}",
                session.name_of(&couple, answer.by),
                hung(&answer.text)
            )
        })
    };
    let line = match view.standing {
        RevealStanding::WaitingForYou => "It waits for your answer.",
        RevealStanding::WaitingForPartner => "Your answer is sealed. It waits for your partner's.",
        RevealStanding::Opening => "Both of you have answered. It opens at the next command.",
        RevealStanding::Open => "Both answers are open.",
        RevealStanding::Withdrawn => "The question was taken back.",
    };
    Ok(format!(
        "{}\n{line}{}{}",
        hung(&view.prompt),
        words(&view.mine),
        words(&view.theirs)
    ))
}

fn json_of(session: &Session, view: &RevealView) -> Result<Value, Failure> {
    let couple = session.couple()?;
    let words = |answer: &Option<AnswerView>| {
        answer.as_ref().map(|answer| {
            json!({
                "id": answer.entry.to_string(),
                "by": session.name_of(&couple, answer.by),
                "text": answer.text,
            })
        })
    };
    Ok(json!({
        "id": view.id.to_string(),
        "prompt": view.prompt,
        "by": session.name_of(&couple, view.asked_by),
        "referee": view.referee == Referee::Server,
        "state": key(view.standing),
        "open": view.standing == RevealStanding::Open,
        "mine": words(&view.mine),
        "theirs": words(&view.theirs),
    }))
}

fn key(standing: RevealStanding) -> &'static str {
    match standing {
        RevealStanding::WaitingForYou => "waiting-for-you",
        RevealStanding::WaitingForPartner => "waiting-for-partner",
        RevealStanding::Opening => "opening",
        RevealStanding::Open => "open",
        RevealStanding::Withdrawn => "withdrawn",
    }
}
