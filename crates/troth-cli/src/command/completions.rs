//! `troth completions`: tab completion for shells.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use serde_json::json;

use crate::answer::Answer;
use crate::failure::Failure;

/// A completion script.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    ///
    /// # Errors
    ///
    /// The script is not text.
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let mut script = Vec::new();
        let mut command = crate::args::Args::command();
        clap_complete::generate(self.shell, &mut command, "troth", &mut script);
        let script = String::from_utf8(script)
            .map_err(|_| Failure::local("the completion script is not text"))?;
        let json = json!({ "shell": self.shell.to_string(), "script": script });
        Ok(Answer::new(script, json))
    }
}
