//! `troth busy`: what a calendar feed blocks, and what of it was not understood.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::{Value, json};
use troth_booking::busy::{Busy as Blocked, LARGEST_FEED, Problem, Question, Unreadable, read};
use troth_booking::{Minute, Span};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::file;
use crate::when;
use crate::world;

/// Show what a calendar feed blocks, and what of it was not understood.
#[derive(Debug, Args)]
pub(crate) struct Busy {
    /// The iCalendar file; `-` reads it from stdin.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// From when: `2026-03-01`, `2026-03-01T09:00`, `2026-03-01T09:00[Europe/Vienna]` or `…T08:00:00Z`.
    #[arg(long, value_name = "T")]
    from: String,
    /// Until when, not included.
    #[arg(long, value_name = "T")]
    to: String,
    /// The zone (IANA) of these times, of whole days and of times without a zone [default: this machine's].
    #[arg(long, value_name = "Z")]
    zone: Option<String>,
}

impl Busy {
    /// Reads the file and lists what it blocks.
    ///
    /// # Errors
    ///
    /// A time or the zone is not one, the file cannot be read, or it is no calendar.
    pub(crate) fn run(&self) -> Result<Answer, Failure> {
        let name = self.zone.clone();
        let name = name.unwrap_or_else(|| troth_sync::env::Env::zone(&world::env()));
        let zone = TimeZone::get(&name).map_err(|_| {
            Failure::usage(format!("{name} is not a zone; write it like Europe/Vienna"))
        })?;
        let within = Span::new(
            Minute::of(instant(&self.from, &zone)?),
            Minute::of(instant(&self.to, &zone)?),
        );
        let feed = file::bytes(&self.file, LARGEST_FEED as u64 + 1)?;
        let question = Question {
            within,
            zone: &name,
        };
        let busy = read(&feed, &question).map_err(|error| self.unreadable(&error, &feed))?;
        let answer = Answer::new(plain(&busy, &name), shown(&busy, within, &name));
        Ok(busy
            .problems
            .iter()
            .fold(answer, |answer, problem| answer.note(sentence(*problem))))
    }

    /// Says what is wrong with the question, or with the file.
    fn unreadable(&self, error: &Unreadable, feed: &[u8]) -> Failure {
        match error {
            Unreadable::Question => Failure::usage(
                "--to lies after --from, and at most a hundred years later; choose other times",
            ),
            _ => match file::kind_of(feed) {
                Some(kind) => file::wrong_kind(&self.file, kind, "give an iCalendar feed (.ics)"),
                None => Failure::refused(format!("{}: {error}", self.file.display()))
                    .coded("wrong_kind"),
            },
        }
    }
}

/// One line for each stretch of time.
fn plain(busy: &Blocked, zone: &str) -> String {
    let spans = busy.spans();
    let lines: Vec<String> = spans.spans().iter().map(|span| line(*span, zone)).collect();
    if lines.is_empty() {
        "Nothing is blocked.".to_owned()
    } else {
        lines.join("\n")
    }
}

fn line(span: Span, zone: &str) -> String {
    let show = |at: Minute| when::minute_and_offset(at.timestamp(), zone);
    format!("{} to {}", show(span.from), show(span.to))
}

/// What is blocked, for scripts.
fn shown(busy: &Blocked, within: Span, zone: &str) -> Value {
    let ends = |span: Span| {
        json!({
            "from": span.from.timestamp().to_string(),
            "to": span.to.timestamp().to_string(),
        })
    };
    let blocks = busy.blocks.iter().map(|block| {
        json!({
            "from": block.span.from.timestamp().to_string(),
            "to": block.span.to.timestamp().to_string(),
            "line": block.line,
            "all_day": block.all_day,
        })
    });
    let problems = busy.problems.iter().map(|problem| {
        json!({
            "line": problem.line,
            "code": problem.trouble.code(),
            "message": problem.trouble.to_string(),
        })
    });
    json!({
        "from": within.from.timestamp().to_string(),
        "to": within.to.timestamp().to_string(),
        "zone": zone,
        "busy": busy.spans().spans().iter().map(|span| ends(*span)).collect::<Value>(),
        "blocks": blocks.collect::<Value>(),
        "problems": problems.collect::<Value>(),
        "problem_count": busy.problem_count,
        "counts": {
            "events": busy.counts.events,
            "transparent": busy.counts.transparent,
            "cancelled": busy.counts.cancelled,
            "instants": busy.counts.instants,
            "superseded": busy.counts.superseded,
            "others": busy.counts.others,
        },
    })
}
/// Says what was not understood, and where.
fn sentence(problem: Problem) -> String {
    match problem.line {
        0 => problem.trouble.to_string(),
        line => format!("line {line}: {}", problem.trouble),
    }
}

/// Reads a point in time: an instant, a wall-clock time with or without its own zone, or the start
/// of a day.
///
/// A wall-clock time that does not exist moves on by the length of the gap; of one that comes twice
/// the first is meant.
fn instant(text: &str, zone: &TimeZone) -> Result<Timestamp, Failure> {
    let wrong = || {
        Failure::usage(format!(
            "{text} is not a time; write it like 2026-03-01, 2026-03-01T09:00, \
             2026-03-01T09:00[Europe/Vienna] or 2026-03-01T09:00:00Z"
        ))
    };
    let instant = if text.contains('[') {
        // A zone of its own is never read over: not known, it is a fault.
        let zoned: Zoned = text.parse().map_err(|_| wrong())?;
        zoned.timestamp()
    } else if let Ok(instant) = text.parse() {
        instant
    } else {
        let wall: DateTime = text.parse().map_err(|_| wrong())?;
        let zoned = wall.to_zoned(zone.clone()).map_err(|_| wrong())?;
        zoned.timestamp()
    };
    Some(instant)
        .filter(|instant| instant.as_second() >= 0)
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(text: &str, zone: &str) -> Option<String> {
        let zone = TimeZone::get(zone).unwrap();
        instant(text, &zone).ok().map(|at| at.to_string())
    }

    #[test]
    fn a_zone_in_brackets_holds_and_another_one_does_not_step_in() {
        let own = "2026-03-29T09:00[Europe/Vienna]";
        assert_eq!(read_as(own, "UTC"), Some("2026-03-29T07:00:00Z".into()));
        assert_eq!(read_as(own, "Asia/Tokyo"), read_as(own, "UTC"));

        let day = read_as("2026-03-29[Europe/Vienna]", "UTC");
        assert_eq!(day, Some("2026-03-28T23:00:00Z".into()));
        for wrong in [
            "2026-03-29T09:00[Europe/Wien]",
            "2026-03-29T09:00[",
            "2026-03-29T09:00[]",
        ] {
            assert_eq!(read_as(wrong, "UTC"), None, "{wrong}");
        }
    }

    #[test]
    fn times_in_a_gap_move_on_and_of_two_the_first_is_meant() {
        let vienna = "Europe/Vienna";
        let moved = Some("2026-03-29T01:30:00Z".into());
        assert_eq!(read_as("2026-03-29T02:30", vienna), moved);
        assert_eq!(read_as("2026-03-29T02:30[Europe/Vienna]", "UTC"), moved);
        let first = Some("2026-10-25T00:30:00Z".into());
        assert_eq!(read_as("2026-10-25T02:30", vienna), first);
        let second = Some("2026-10-25T01:30:00Z".into());
        assert_eq!(
            read_as("2026-10-25T02:30+01:00[Europe/Vienna]", "UTC"),
            second
        );
        assert_eq!(
            read_as("2026-10-25T02:30+05:00[Europe/Vienna]", "UTC"),
            None
        );
    }
}
