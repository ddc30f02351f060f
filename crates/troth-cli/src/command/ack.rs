//! `troth ack`: acknowledgments, in six elements.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use troth_core::{
    AcknowledgmentAnswer, AcknowledgmentView, Command, Element as CoreElement, Elements, EntryId,
    Settled,
};

use crate::answer::Answer;
use crate::ask;
use crate::failure::Failure;
use crate::legible::hung;
use crate::session::Session;
use crate::short;
use crate::world::World;

/// The steps of an acknowledgment.
#[derive(Debug, Subcommand)]
pub(crate) enum Ack {
    /// Offer an acknowledgment; leave out the elements that you do not have yet.
    Write(Write),
    /// Answer your partner's acknowledgment; not answering is no failure either.
    Answer {
        /// The acknowledgment, by its id or the start of it.
        id: String,
        /// What you answer.
        answer: Answering,
        /// With `missing`: which elements you miss.
        #[arg(value_enum)]
        elements: Vec<Element>,
    },
    /// List all acknowledgments with their versions and answers.
    List,
}

/// The six elements of an acknowledgment.
#[derive(Debug, Args)]
pub(crate) struct Write {
    /// What I did.
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    act: String,
    /// What it did to you.
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    impact: String,
    /// Why it makes sense that you feel as you do.
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    sense: String,
    /// That it was mine to do otherwise.
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    responsibility: String,
    /// What I regret.
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    regret: String,
    /// What I do differently from now on.
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    change: String,
    /// Say that you are calm as you write this.
    #[arg(long)]
    settled: bool,
    /// The earlier acknowledgment that this one replaces; both stay readable.
    #[arg(long, value_name = "ID")]
    replaces: Option<String>,
}

/// The answers to an acknowledgment.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Answering {
    /// I received it.
    Received,
    /// I received it, and I need time.
    NeedTime,
    /// Something is missing.
    Missing,
}

/// One element, as named in an answer.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Element {
    /// What was done.
    Act,
    /// What it did.
    Impact,
    /// Why the feeling makes sense.
    Sense,
    /// Whose it was to do otherwise.
    Responsibility,
    /// Regret.
    Regret,
    /// What changes.
    Change,
}

impl Ack {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// Whatever the core or the client refuses.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        match self {
            Self::Write(write) => write.run(world),
            Self::Answer {
                id,
                answer,
                elements,
            } => {
                let answer = answer.with(&elements)?;
                let mut session = world.open()?;
                let acknowledgment = find(&session, &id)?;
                let command = Command::AnswerAcknowledgment {
                    acknowledgment,
                    answer,
                };
                let id = session.dispatch(command)?;
                Ok(session.written(id, "Your answer is written."))
            }
            Self::List => list(world),
        }
    }
}

impl Write {
    fn run(self, world: &World) -> Result<Answer, Failure> {
        let elements = Elements {
            act: ask::text(&self.act)?,
            impact: self.impact,
            sense: self.sense,
            responsibility: self.responsibility,
            regret: self.regret,
            change: self.change,
        };
        let settled = if self.settled {
            Settled::Said
        } else {
            Settled::NotSaid
        };
        let mut session = world.open()?;
        let replaces = self.replaces.map(|id| find(&session, &id)).transpose()?;
        let id = session.dispatch(Command::OfferAcknowledgment {
            elements,
            settled,
            replaces,
        })?;
        Ok(session.written(id, "The acknowledgment is offered."))
    }
}

impl Answering {
    fn with(self, elements: &[Element]) -> Result<AcknowledgmentAnswer, Failure> {
        match (self, elements.is_empty()) {
            (Self::Received, true) => Ok(AcknowledgmentAnswer::Received),
            (Self::NeedTime, true) => Ok(AcknowledgmentAnswer::ReceivedNeedTime),
            (Self::Missing, false) => Ok(AcknowledgmentAnswer::Missing(
                elements.iter().map(|one| one.core()).collect(),
            )),
            (Self::Missing, true) => Err(Failure::usage(
                "say which elements are missing: act, impact, sense, responsibility, regret, change",
            )),
            (Self::Received | Self::NeedTime, false) => {
                Err(Failure::usage("only `missing` is followed by elements"))
            }
        }
    }
}

impl Element {
    fn core(self) -> CoreElement {
        match self {
            Self::Act => CoreElement::Act,
            Self::Impact => CoreElement::Impact,
            Self::Sense => CoreElement::Sense,
            Self::Responsibility => CoreElement::Responsibility,
            Self::Regret => CoreElement::Regret,
            Self::Change => CoreElement::Change,
        }
    }
}

fn find(session: &Session, id: &str) -> Result<EntryId, Failure> {
    let views = session.couple()?.acknowledgments();
    short::find(
        id,
        "acknowledgments",
        views.into_iter().map(|view| (view.id.to_string(), view.id)),
    )
}

fn list(world: &World) -> Result<Answer, Failure> {
    let session = world.open()?;
    let couple = session.couple()?;
    let views = couple.acknowledgments();
    let plain: Vec<String> = views
        .iter()
        .map(|view| {
            let head = format!("{}  {}", view.id.short(), session.name_of(&couple, view.by));
            let words = view
                .elements
                .written()
                .map(|(element, text)| format!("  {}: {}", element.key(), hung(text)));
            let answer = answer_line(view);
            [head]
                .into_iter()
                .chain(words)
                .chain(answer)
                .collect::<Vec<_>>()
                .join("\n")
        })
        .collect();
    let json = views
        .iter()
        .map(|view| json_of(&session.name_of(&couple, view.by), view))
        .collect();
    Ok(session.answer(plain.join("\n\n"), Value::Array(json)))
}

fn answer_line(view: &AcknowledgmentView) -> Option<String> {
    if view.is_withdrawn {
        return Some("  withdrawn".to_owned());
    }
    view.answer.as_ref().map(|answered| match &answered.answer {
        AcknowledgmentAnswer::Received => "  received".to_owned(),
        AcknowledgmentAnswer::ReceivedNeedTime => "  received, and needs time".to_owned(),
        AcknowledgmentAnswer::Missing(elements) => {
            let keys: Vec<&str> = elements.iter().map(|element| element.key()).collect();
            format!("  something is missing: {}", keys.join(", "))
        }
    })
}

fn json_of(by: &str, view: &AcknowledgmentView) -> Value {
    let elements: serde_json::Map<String, Value> = view
        .elements
        .written()
        .map(|(element, text)| (element.key().to_owned(), json!(text)))
        .collect();
    let answer = view.answer.as_ref().map(|answered| {
        let (key, missing) = match &answered.answer {
            AcknowledgmentAnswer::Received => ("received", Vec::new()),
            AcknowledgmentAnswer::ReceivedNeedTime => ("need-time", Vec::new()),
            AcknowledgmentAnswer::Missing(elements) => (
                "missing",
                elements.iter().map(|element| element.key()).collect(),
            ),
        };
        json!({ "id": answered.entry.to_string(), "answer": key, "missing": missing })
    });
    json!({
        "id": view.id.to_string(),
        "by": by,
        "elements": elements,
        "withdrawn": view.is_withdrawn,
        "earlier": view.earlier.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "answer": answer,
    })
}
