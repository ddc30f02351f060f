//! `troth busy`: what a calendar feed blocks, and what of it was not understood.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::{Value, json};
use troth_booking::busy::{Busy as Blocked, LARGEST_FEED, Problem, Question, Unreadable, read};
use troth_booking::{Minute, Span};

use crate::answer::Answer;
use crate::failure::{Exit, Failure};
use crate::when;

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
    /// The zone (IANA) of these times, of whole days and of times without a zone.
    #[arg(long, value_name = "Z", default_value = "UTC")]
    zone: String,
}

impl Busy {
    /// Reads the file and lists what it blocks.
    ///
    /// # Errors
    ///
    /// A time or the zone is not one, the file cannot be read, or it is no calendar.
    pub(crate) fn run(&self) -> Result<Answer, Failure> {
        let zone = TimeZone::get(&self.zone).map_err(|_| {
            let name = &self.zone;
            Failure::usage(format!("{name} is not a zone; write it like Europe/Vienna"))
        })?;
        let within = Span::new(
            Minute::of(instant(&self.from, &zone)?),
            Minute::of(instant(&self.to, &zone)?),
        );
        let feed = bytes_of(&self.file)?;
        let question = Question {
            within,
            zone: &self.zone,
        };
        let busy = read(&feed, &question).map_err(|error| self.unreadable(&error))?;
        let answer = Answer::new(self.plain(&busy), self.json(&busy, within));
        Ok(busy
            .problems
            .iter()
            .fold(answer, |answer, problem| answer.note(sentence(*problem))))
    }

    /// Says what is wrong with the question, or with the file.
    fn unreadable(&self, error: &Unreadable) -> Failure {
        match error {
            Unreadable::Question => Failure::usage(
                "--to lies after --from, and at most a hundred years later; choose other times",
            ),
            _ => Failure::refused(format!("{}: {error}", self.file.display())),
        }
    }

    /// One line for each stretch of time.
    fn plain(&self, busy: &Blocked) -> String {
        let spans = busy.spans();
        let lines: Vec<String> = spans.spans().iter().map(|span| self.line(*span)).collect();
        if lines.is_empty() {
            "Nothing is blocked.".to_owned()
        } else {
            lines.join("\n")
        }
    }

    fn line(&self, span: Span) -> String {
        let show = |at: Minute| when::minute_and_offset(at.timestamp(), &self.zone);
        format!("{} to {}", show(span.from), show(span.to))
    }

    fn json(&self, busy: &Blocked, within: Span) -> Value {
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
            "zone": self.zone,
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

/// Reads the feed, and no more of it than a feed may have.
fn bytes_of(path: &Path) -> Result<Vec<u8>, Failure> {
    let most = LARGEST_FEED as u64 + 1;
    let mut bytes = Vec::new();
    let result = if path.as_os_str() == "-" {
        std::io::stdin().take(most).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    match result {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::new(
            Exit::Local,
            format!("{} cannot be read: {error}", path.display()),
        )),
    }
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
