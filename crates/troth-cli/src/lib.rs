//! The command line: one file per subcommand, the same verbs as the core's commands.
//!
//! Nothing is decided here. A subcommand reads its arguments, asks the client of
//! `troth-sync`, and says the result in plain words or, with `--json`, as one JSON value.
//!
//! The forms of every command, what it prints and the exit codes are written down in
//! `docs/command-line.md`.

mod answer;
mod args;
mod ask;
mod command;
mod count;
mod failure;
mod file;
mod legible;
mod lines;
mod session;
mod short;
mod trouble;
mod when;
mod world;

use std::ffi::OsString;
use std::process::ExitCode;

pub use answer::Answer;
pub use failure::{Exit, Failure};

/// Runs the command given to this process and reports to its terminal.
#[must_use]
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let as_json = args::asks_for_json(&arguments);
    match run(arguments) {
        Ok(answer) => answer.print(),
        Err(failure) => failure.print(as_json),
    }
}

/// Runs one command line, the program's name included.
///
/// # Errors
///
/// A [`Failure`] holds the one line to print and the exit code.
pub fn run<I>(arguments: I) -> Result<Answer, Failure>
where
    I: IntoIterator<Item = OsString>,
{
    match args::Args::read(arguments) {
        Ok(args) => args.run(),
        Err(args::Read::Help(answer)) => Ok(answer),
        Err(args::Read::Wrong(failure)) => Err(failure),
    }
}
