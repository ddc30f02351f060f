//! `troth verify`: an exported record, checked by anyone.

use std::path::PathBuf;

use clap::Args;
use troth_sync::export::verify_file;

use crate::answer::Answer;
use crate::command::record::{verification_json, verification_plain};
use crate::failure::{Exit, Failure};
use crate::file;

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
    /// The file cannot be read, or is something else than an export.
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let bytes = file::bytes(&self.file, u64::MAX)?;
        if !resembles_an_export(&bytes) {
            let kind = file::kind_of(&bytes).unwrap_or(UNKNOWN);
            return Err(file::wrong_kind(&self.file, kind, WANTED));
        }
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

/// What to give instead.
const WANTED: &str = "nothing was verified: give a file that `troth export` wrote";

/// Text of no kind that is known.
const UNKNOWN: file::Kind = file::Kind {
    name: "no exported record",
    is_never_text: false,
};

/// Tells a record that may be broken from what never was one: by how it begins, a few changed
/// bytes forgiven, or by the line with the signature at its end.
fn resembles_an_export(bytes: &[u8]) -> bool {
    const BEGIN: &[u8] = b"troth-export/";
    const SEAL: &[u8] = b"signed-by=";
    let same = BEGIN.iter().zip(bytes).filter(|(one, other)| one == other);
    let begins = bytes.len() >= 5 && same.count() + 3 >= BEGIN.len().min(bytes.len());
    begins || bytes.windows(SEAL.len()).any(|part| part == SEAL)
}
