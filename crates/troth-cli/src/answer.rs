//! What a command says when it worked: plain words, or one JSON value.

use std::io::{self, Write as _};
use std::process::ExitCode;

use serde_json::Value;

use crate::failure::{Exit, Failure};
use crate::file;
use crate::legible::{escaped, legible};

/// The outcome of a command, in both forms, with notes for stderr.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    plain: String,
    json: Value,
    as_json: bool,
    notes: Vec<String>,
    exit: Exit,
}

impl Answer {
    /// Makes an answer from its two forms.
    pub fn new(plain: impl Into<String>, json: Value) -> Self {
        Self {
            plain: plain.into(),
            json,
            as_json: false,
            notes: Vec::new(),
            exit: Exit::Done,
        }
    }

    /// Makes an answer that is already on its way to stdout, with nothing to add.
    #[must_use]
    pub fn silent() -> Self {
        Self::new("", Value::Null)
    }

    /// Chooses which form is printed.
    #[must_use]
    pub fn as_json(mut self, as_json: bool) -> Self {
        self.as_json = as_json;
        self
    }

    /// Adds a line for stderr.
    #[must_use]
    pub fn note(mut self, line: impl Into<String>) -> Self {
        self.notes.push(line.into());
        self
    }

    /// Sets the exit code of an answer that is not good news.
    #[must_use]
    pub fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// Adds a field to the JSON form, where that form is an object.
    #[must_use]
    pub fn field(mut self, name: &str, value: Value) -> Self {
        if let Value::Object(map) = &mut self.json {
            map.insert(name.to_owned(), value);
        }
        self
    }

    /// Writes the answer to stdout and the notes to stderr, and gives the exit code.
    ///
    /// As JSON, an answer that is not good news has one JSON object on stderr too, as failures have.
    /// A reader that stops early has seen what it wanted: that is no failure.
    pub(crate) fn print(&self) -> ExitCode {
        let is_failure = self.as_json && self.exit != Exit::Done;
        for note in self.notes.iter().filter(|_| !is_failure) {
            let _ = writeln!(io::stderr(), "troth: {}", legible(note));
        }
        match self.write(&mut io::stdout().lock()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                file::unwritable("what was to be printed", &error).print(self.as_json)
            }
            _ if is_failure => self.failure().print(true),
            _ => ExitCode::from(self.exit.code()),
        }
    }

    fn write(&self, out: &mut impl io::Write) -> io::Result<()> {
        let text = match (self.as_json, &self.json) {
            (true, Value::Null) => String::new(),
            (true, json) => escaped(&json.to_string()),
            (false, Value::Array(list)) if list.is_empty() => "Nothing yet.".to_owned(),
            (false, _) => legible(self.plain.trim_end_matches('\n')),
        };
        if text.is_empty() {
            return Ok(());
        }
        writeln!(out, "{text}")?;
        out.flush()
    }

    /// The answer as scripts see a failure: what was noted, or the first line of what was said.
    fn failure(&self) -> Failure {
        let said = if self.notes.is_empty() {
            self.plain.lines().next().unwrap_or_default().to_owned()
        } else {
            self.notes.join("; ")
        };
        Failure::new(self.exit, said)
    }
}
