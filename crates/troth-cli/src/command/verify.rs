//! `troth verify`: an exported record, checked by anyone.

use std::path::PathBuf;

use clap::Args;
use troth_sync::export::verify_file;

use crate::answer::Answer;
use crate::command::record::{verification_json, verification_plain};
use crate::failure::{Exit, Failure};

/// A verification of an exported file.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The file that `troth export` wrote.
    file: PathBuf,
}

impl Verify {
    /// Checks the file.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let bytes = std::fs::read(&self.file).map_err(|_| {
            Failure::local("the file cannot be read; check its name and its rights")
        })?;
        let checked = verify_file(&bytes);
        let exit = if checked.intact() {
            Exit::Done
        } else {
            Exit::Broken
        };
        let answer = Answer::new(
            verification_plain(&checked),
            verification_json(&checked, exit),
        );
        Ok(answer.exit(exit))
    }
}
