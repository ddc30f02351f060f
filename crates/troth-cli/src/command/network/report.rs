//! The report of an import: a row for every row that was read, and progress on a terminal.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use troth_directory::rows::quoted;

use crate::failure::Failure;
use crate::file::unwritable;

/// A file that tells of every row what became of it.
#[derive(Debug)]
pub(super) struct Report {
    path: PathBuf,
    file: BufWriter<File>,
    written: u64,
}

impl Report {
    /// Begins a report of a file in the data folder, or goes on after so many bytes.
    pub(super) fn open(data: &Path, name: &str, after: Option<u64>) -> Result<Self, Failure> {
        let folder = data.join("imports");
        fs::create_dir_all(&folder).map_err(|error| cut(&error))?;
        let path = folder.join(format!("{name}.report.csv"));
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path);
        let mut file = file.map_err(|error| cut(&error))?;
        // What was written after the last step that stands is written again.
        file.set_len(after.unwrap_or(0))
            .map_err(|error| cut(&error))?;
        let written = file.seek(SeekFrom::End(0)).map_err(|error| cut(&error))?;
        let mut report = Self {
            path,
            file: BufWriter::new(file),
            written,
        };
        if written == 0 {
            report.write(["line", "name", "outcome", "why"])?;
        }
        Ok(report)
    }

    /// Writes one row.
    pub(super) fn row(
        &mut self,
        line: u64,
        name: &str,
        outcome: &str,
        why: &str,
    ) -> Result<(), Failure> {
        self.write([&line.to_string(), name, outcome, why])
    }

    /// Writes one row of something that has a place and no line.
    pub(super) fn named(&mut self, name: &str, outcome: &str, why: &str) -> Result<(), Failure> {
        self.write(["", name, outcome, why])
    }

    fn write(&mut self, fields: [&str; 4]) -> Result<(), Failure> {
        let mut line = fields.map(quoted).join(",");
        line.push('\n');
        self.written += line.len() as u64;
        self.file
            .write_all(line.as_bytes())
            .map_err(|error| cut(&error))
    }

    /// Brings what was written to the file, and tells how long it is.
    pub(super) fn settle(&mut self) -> Result<u64, Failure> {
        self.file.flush().map_err(|error| cut(&error))?;
        Ok(self.written)
    }

    /// Where it lies.
    pub(super) fn path(&self) -> String {
        self.path.display().to_string()
    }
}

/// Says that the report stops short.
fn cut(error: &io::Error) -> Failure {
    unwritable("the report in the data folder", error)
}

/// A count that rises on a terminal, and is silent elsewhere.
#[derive(Debug)]
pub(super) struct Progress {
    shown: bool,
    what: &'static str,
}

impl Progress {
    /// Begins to show what is counted, if stderr is a terminal.
    pub(super) fn new(what: &'static str) -> Self {
        Self {
            shown: std::io::stderr().is_terminal(),
            what,
        }
    }

    /// Shows how many.
    pub(super) fn at(&self, count: u64) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r{count} {}", self.what);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
