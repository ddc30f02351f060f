//! What can go wrong, as one plain line and an exit code.

use std::io::Write as _;
use std::process::ExitCode;

use crate::legible::legible;

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
}

/// A command that did not do what was asked.
///
/// The message is one line: what is wrong and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    /// Makes a failure from its exit code and its line.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
        }
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

    /// The line for the person.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Writes the line to stderr and gives the exit code.
    ///
    /// A closed stderr is no reason to fail differently.
    pub(crate) fn print(&self) -> ExitCode {
        let line = legible(&self.message).replace('\n', " ");
        let _ = writeln!(std::io::stderr(), "troth: {line}");
        ExitCode::from(self.exit.code())
    }
}
