//! `troth commitment`: promises with a time, and both partners' marks.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use troth_core::projection::reading::schedule_in_words;
use troth_core::{
    Command, CommitmentStanding, CommitmentView, EntryId, FollowThrough, Mark as CoreMark,
    MarkView, Moment, Occurrence, OccurrenceView, Schedule, Told,
};

use crate::answer::Answer;
use crate::ask;
use crate::failure::Failure;
use crate::legible::hung;
use crate::session::Session;
use crate::short;
use crate::when;
use crate::world::World;

/// What can be done with commitments.
#[derive(Debug, Subcommand)]
pub(crate) enum Commitment {
    /// Make a commitment.
    Make {
        /// What you promise, or `-` to read it from stdin.
        text: String,
        #[command(flatten)]
        when: When,
    },
    /// Mark one: kept or missed for your own, seen or different for your partner's.
    Mark {
        /// The commitment, by its id or the start of it.
        id: String,
        /// Your mark.
        mark: Mark,
        /// Which time, for a recurring one, such as 2026-12-07 [default: the latest that is due].
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
        /// A few words beside the mark.
        #[arg(
            long,
            value_name = "TEXT",
            default_value = "",
            hide_default_value = true
        )]
        note: String,
    },
    /// Change the time; before it is due this keeps your word.
    Renegotiate {
        /// The commitment, by its id or the start of it.
        id: String,
        #[command(flatten)]
        when: When,
    },
    /// Let a commitment of yours go.
    Release {
        /// The commitment, by its id or the start of it.
        id: String,
    },
    /// List all commitments with their marks and the follow-through estimate.
    List,
}

/// The time of a commitment: exactly one of the three forms.
#[derive(Debug, Args)]
pub(crate) struct When {
    #[command(flatten)]
    form: Form,
    /// The time zone, such as Europe/Vienna [default: this machine's].
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// With --every: the first day, such as 2026-12-01 [default: today].
    #[arg(long, value_name = "DATE", requires = "every", conflicts_with_all = ["due", "by"])]
    start: Option<String>,
}

/// Once, by a date, or recurring.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Form {
    /// Once, at a moment: 2026-12-01T18:00[Europe/Vienna].
    #[arg(long, value_name = "MOMENT")]
    due: Option<String>,
    /// By the end of a day: 2026-12-01.
    #[arg(long, value_name = "DATE")]
    by: Option<String>,
    /// Again and again: FREQ=WEEKLY;BYDAY=MO.
    #[arg(long, value_name = "RULE")]
    every: Option<String>,
}

/// The marks.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Mark {
    /// I kept it.
    Kept,
    /// I did not keep it.
    Missed,
    /// I saw it so too.
    Seen,
    /// It looked different to me.
    Different,
}

impl Commitment {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// Whatever the core or the client refuses.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        if let Self::Make { text, when } = self {
            let text = ask::text(&text)?;
            let mut session = world.open()?;
            let schedule = when.schedule(&session.now())?;
            let id = session.dispatch(Command::MakeCommitment { text, schedule })?;
            return Ok(session.written(id, "The commitment is made."));
        }
        let mut session = world.open()?;
        match self {
            Self::Mark { id, mark, on, note } => {
                let view = find(&session, &id)?;
                let occurrence = on.map(|on| occurrence(&view, &on)).transpose()?;
                let (commitment, mark) = (view.id, mark.core());
                let command = Command::MarkCommitment {
                    commitment,
                    occurrence,
                    mark,
                    note,
                };
                let id = session.dispatch(command)?;
                Ok(session.written(id, "Marked."))
            }
            Self::Renegotiate { id, when } => {
                let commitment = find(&session, &id)?.id;
                let schedule = when.schedule(&session.now())?;
                let id = session.dispatch(Command::RenegotiateCommitment {
                    commitment,
                    schedule,
                })?;
                let told = told(&session, commitment, id)?;
                Ok(session.written(id, told))
            }
            Self::Release { id } => {
                let commitment = find(&session, &id)?.id;
                let id = session.dispatch(Command::ReleaseCommitment { commitment })?;
                Ok(session.written(id, "The commitment is released."))
            }
            Self::Make { .. } | Self::List => list(&session),
        }
    }
}

impl When {
    fn schedule(&self, now: &Moment) -> Result<Schedule, Failure> {
        let Form { due, by, every } = &self.form;
        let start = self.start.as_deref().map(when::date).transpose()?;
        let start = start.map_or_else(String::new, |start| format!(";DTSTART={start}"));
        let every = every.as_ref().map(|rule| format!("{rule}{start}"));
        let text = due
            .as_ref()
            .or(by.as_ref())
            .or(every.as_ref())
            .cloned()
            .unwrap_or_default();
        let text = match &self.zone {
            Some(zone) if !text.contains('[') => format!("{text}[{zone}]"),
            _ => text,
        };
        Schedule::parse(&text, now).map_err(|error| Failure::usage(error.to_string()))
    }
}

impl Mark {
    fn core(self) -> CoreMark {
        match self {
            Self::Kept => CoreMark::Kept,
            Self::Missed => CoreMark::Missed,
            Self::Seen => CoreMark::Seen,
            Self::Different => CoreMark::Different,
        }
    }
}

fn find(session: &Session, id: &str) -> Result<CommitmentView, Failure> {
    let views = session.couple()?.commitments(&session.now());
    short::find(
        id,
        "commitments",
        views.into_iter().map(|view| (view.id.to_string(), view)),
    )
}

/// Finds the due time on a day; a promise by a date is due when that day has ended.
fn occurrence(view: &CommitmentView, on: &str) -> Result<Occurrence, Failure> {
    let day = when::date(on)?;
    let by_date = matches!(view.schedule, Schedule::ByDate { .. });
    let named = if by_date {
        day.tomorrow().unwrap_or(day)
    } else {
        day
    };
    view.occurrences
        .iter()
        .map(|seen| seen.occurrence)
        .find(|occurrence| occurrence.local.date() == named)
        .ok_or_else(|| {
            Failure::refused(format!(
                "this commitment has no due time on {on}; `troth commitment list` shows its times"
            ))
        })
}

fn told(session: &Session, commitment: EntryId, change: EntryId) -> Result<&'static str, Failure> {
    let view = session.couple()?.commitment(commitment, &session.now());
    let told = view
        .and_then(|view| {
            view.renegotiations
                .into_iter()
                .find(|one| one.entry == change)
        })
        .map(|one| one.told);
    Ok(match told {
        Some(Told::TooLate) => "The plan is changed; the time before stays as it was.",
        _ => "The plan is changed in time; that keeps your word.",
    })
}

fn list(session: &Session) -> Result<Answer, Failure> {
    let couple = session.couple()?;
    let views = couple.commitments(&session.now());
    let plain: Vec<String> = views
        .iter()
        .map(|view| plain(&session.name_of(&couple, view.giver), view))
        .collect();
    let json = views
        .iter()
        .map(|view| json_of(&session.name_of(&couple, view.giver), view))
        .collect();
    Ok(session.answer(plain.join("\n\n"), Value::Array(json)))
}

fn plain(giver: &str, view: &CommitmentView) -> String {
    let head = format!(
        "{}  {giver}: {}\n  {}  {}",
        view.id.short(),
        hung(&view.text),
        schedule_in_words(&view.schedule),
        standing(view.standing)
    );
    let times = view.occurrences.iter().map(|seen| {
        let mark = |mark: &Option<MarkView>| mark.as_ref().map_or("-", |mark| mark.mark.key());
        let time = when::minute(seen.due, view.schedule.zone());
        format!("  {time}  {:<8}  {}", mark(&seen.giver), mark(&seen.other))
    });
    let estimates = [
        ("as promised, by the giver's marks", view.by_giver),
        ("by the other's", view.by_other),
    ]
    .into_iter()
    .filter_map(|(whose, estimate)| estimate_line(whose, estimate));
    [head]
        .into_iter()
        .chain(times)
        .chain(estimates)
        .collect::<Vec<_>>()
        .join("\n")
}

fn estimate_line(whose: &str, estimate: FollowThrough) -> Option<String> {
    match estimate {
        FollowThrough::CantTellYet { .. } => None,
        FollowThrough::Estimate { share, .. } => Some(format!(
            "  {whose}: about {:.0} in 100 (between {:.0} and {:.0})",
            share.middle * 100.0,
            share.low * 100.0,
            share.high * 100.0
        )),
    }
}

fn standing(standing: CommitmentStanding) -> &'static str {
    match standing {
        CommitmentStanding::Standing => "standing",
        CommitmentStanding::Past => "past",
        CommitmentStanding::Released => "released",
        CommitmentStanding::TakenBack => "taken-back",
        CommitmentStanding::Withdrawn => "withdrawn",
    }
}

fn json_of(giver: &str, view: &CommitmentView) -> Value {
    json!({
        "id": view.id.to_string(),
        "giver": giver,
        "text": view.text,
        "schedule": view.schedule.to_string(),
        "zone": view.schedule.zone(),
        "standing": standing(view.standing),
        "occurrences": view.occurrences.iter().map(occurrence_json).collect::<Vec<_>>(),
        "renegotiations": view.renegotiations.iter().map(|one| json!({
            "id": one.entry.to_string(),
            "before": one.before.to_string(),
            "after": one.after.to_string(),
            "in_time": one.told != Told::TooLate,
        })).collect::<Vec<_>>(),
        "thanks": view.thanks.iter().map(|one| json!({
            "id": one.entry.to_string(),
            "on": one.on.to_string(),
            "text": one.text,
        })).collect::<Vec<_>>(),
        "follow_through": {
            "by_giver": estimate_json(view.by_giver),
            "by_other": estimate_json(view.by_other),
        },
    })
}

fn occurrence_json(seen: &OccurrenceView) -> Value {
    let mark = |mark: &Option<MarkView>| {
        mark.as_ref().map(|mark| {
            json!({ "id": mark.entry.to_string(), "mark": mark.mark.key(), "note": mark.note })
        })
    };
    json!({
        "local": seen.occurrence.local.to_string(),
        "due": seen.due.to_string(),
        "is_due": seen.is_due,
        "giver": mark(&seen.giver),
        "other": mark(&seen.other),
    })
}

fn estimate_json(estimate: FollowThrough) -> Value {
    match estimate {
        FollowThrough::CantTellYet { marked } => json!({ "marked": marked, "share": null }),
        FollowThrough::Estimate { marked, share } => json!({
            "marked": marked,
            "share": { "low": share.low, "middle": share.middle, "high": share.high },
        }),
    }
}
