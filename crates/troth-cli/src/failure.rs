//! What can go wrong, as one plain line and an exit code.

use std::borrow::Cow;
use std::io::Write as _;
use std::process::ExitCode;

use serde_json::json;

use crate::legible::{escaped, legible};

/// How a command ended, as the number that scripts see.
///
/// The table in `docs/command-line.md` is this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Refused: the request was understood and cannot be done now.
    Refused,
    /// The command line itself is wrong.
    Usage,
    /// The record is broken or contradicts what this device saw before.
    Broken,
    /// The server cannot be reached, or is not a Troth server.
    Network,
    /// Nobody is signed in here, or the password or the words do not fit.
    NotSignedIn,
    /// This machine is in the way: folder, disk, port.
    Local,
}

impl Exit {
    /// The exit code of the process.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Broken => 3,
            Self::Network => 4,
            Self::NotSignedIn => 5,
            Self::Local => 6,
        }
    }

    /// The word for scripts that goes with the number, where a failure has none of its own.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Usage => "usage",
            Self::Broken => "broken",
            Self::Network => "network",
            Self::NotSignedIn => "not_signed_in",
            Self::Local => "local",
        }
    }
}

/// A command that did not do what was asked.
///
/// The message is one line: what is wrong and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    exit: Exit,
    code: Cow<'static, str>,
    message: String,
}

impl Failure {
    /// Makes a failure from its exit code and its line.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            code: Cow::Borrowed(exit.word()),
            message: message.into(),
        }
    }

    /// Gives a word of its own for scripts, which does not change with the message.
    #[must_use]
    pub fn coded(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.code = code.into();
        self
    }

    /// Refuses a request that cannot be done now.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Exit::Refused, message)
    }

    /// Refuses a command line that says something impossible.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Reports trouble with this machine's folder, disk or port.
    pub fn local(message: impl Into<String>) -> Self {
        Self::new(Exit::Local, message)
    }

    /// How the process will end.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// The word for scripts.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The line for the person.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Writes the line to stderr, as one JSON object if that was asked for, and gives the exit code.
    ///
    /// A closed stderr is no reason to fail differently.
    pub(crate) fn print(&self, as_json: bool) -> ExitCode {
        let line = if as_json {
            let told = json!({ "code": self.code, "message": self.message });
            escaped(&told.to_string())
        } else {
            format!("troth: {}", legible(&self.message).replace('\n', " "))
        };
        let _ = writeln!(std::io::stderr(), "{line}");
        ExitCode::from(self.exit.code())
    }
}
