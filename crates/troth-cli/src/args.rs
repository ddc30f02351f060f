//! The command line as a whole: what may stand before and after a subcommand.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser;
use clap::error::ErrorKind;

use crate::answer::Answer;
use crate::command::Command;
use crate::failure::Failure;
use crate::world::World;

/// Two people, one sealed record, one blind server.
#[derive(Debug, Parser)]
#[command(
    name = "troth",
    bin_name = "troth",
    version,
    max_term_width = 100,
    infer_long_args = false
)]
pub(crate) struct Args {
    /// The folder that holds this person's keys and record [default: $TROTH_HOME, else ~/.troth].
    #[arg(long, global = true, value_name = "DIR", display_order = 1000)]
    home: Option<PathBuf>,

    /// Print one JSON value instead of plain words.
    #[arg(long, global = true, display_order = 1001)]
    json: bool,

    #[command(subcommand)]
    command: Command,
}

impl Args {
    /// Reads the arguments of a process.
    ///
    /// # Errors
    ///
    /// [`Read::Help`] carries a text that was asked for; [`Read::Wrong`] one line.
    pub(crate) fn read<I>(arguments: I) -> Result<Self, Read>
    where
        I: IntoIterator<Item = OsString>,
    {
        Self::try_parse_from(arguments).map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Read::Help(Answer::new(error.to_string(), serde_json::Value::Null))
            }
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
                Read::Wrong(Failure::usage(incomplete(&error.to_string())))
            }
            _ => Read::Wrong(Failure::usage(one_line(&error.to_string()))),
        })
    }

    /// Runs the command.
    ///
    /// # Errors
    ///
    /// Whatever the command reports.
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let world = World::new(self.home);
        let answer = self.command.run(&world)?;
        Ok(answer.as_json(self.json))
    }
}

/// Why reading the arguments did not give a command.
#[derive(Debug)]
pub(crate) enum Read {
    /// Help or the version was asked for.
    Help(Answer),
    /// The line is wrong.
    Wrong(Failure),
}

/// Tells whether failures are to be said as JSON, also where the line cannot be read.
pub(crate) fn asks_for_json(arguments: &[OsString]) -> bool {
    let mut options = arguments.iter().skip(1).take_while(|one| *one != "--");
    options.any(|one| {
        let text = one.to_string_lossy();
        text == "--json" || text.starts_with("--json=")
    })
}

/// Says which help shows what may follow, where a line ends too early.
fn incomplete(text: &str) -> String {
    let usage = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("Usage: "));
    let words = usage.unwrap_or_default().split(' ').skip(1);
    let named: Vec<&str> = words
        .take_while(|word| !word.starts_with(['[', '<']))
        .collect();
    let help = ["troth", "help"].into_iter().chain(named);
    let help: Vec<&str> = help.collect();
    format!("a subcommand is missing; `{}` lists them", help.join(" "))
}

/// Folds the parser's paragraphs into one line: what is wrong, its tips, what to write.
fn one_line(text: &str) -> String {
    let lines = || text.lines().map(str::trim);
    let wrong: Vec<&str> = lines()
        .take_while(|line| !line.starts_with("Usage:"))
        .filter(|line| !line.is_empty())
        .filter(|line| !line.starts_with("tip:") && !line.starts_with("For more information"))
        .collect();
    let tips: String = lines()
        .filter_map(|line| line.strip_prefix("tip: "))
        .map(|tip| {
            // "a similar subcommand exists: 'pair'", or several of them.
            let near = tip.split_once(" exists: ").or(tip.split_once(" exist: "));
            match near {
                Some((_, named)) => {
                    format!("; did you mean {}?", named.replace("', '", "' or '"))
                }
                None => format!("; {tip}"),
            }
        })
        .collect();
    let usage = lines()
        .find_map(|line| line.strip_prefix("Usage: "))
        .map_or_else(
            || "see `troth help`".to_owned(),
            |usage| format!("write: {usage}"),
        );
    let line = format!("{}{tips}; {usage}", wrong.join(" ")).replace("?;", "?");
    let line = line.strip_prefix("error: ").unwrap_or(&line);
    // A value that is given ten times is named once.
    line.replace(&" <N>".repeat(9), "")
}

#[cfg(test)]
mod tests;
