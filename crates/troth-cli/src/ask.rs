//! Passwords and words, read from stdin and never from the command line.
//!
//! Arguments are seen by every process on the machine and stay in the shell's history.
//! On a terminal the prompt says what is expected and hides what is typed; in a script each
//! secret is one line of stdin, in the order of the prompts.

use std::io::{BufRead as _, IsTerminal as _, Read as _};

use crate::failure::Failure;

/// Reads one secret, such as a password.
///
/// # Errors
///
/// Stdin ended before the secret came, or the terminal cannot be read.
pub(crate) fn secret(what: &str) -> Result<String, Failure> {
    let line = if std::io::stdin().is_terminal() {
        rpassword::prompt_password(format!("{what}: ")).map_err(|_| unreadable(what))?
    } else {
        line(what)?
    };
    if line.is_empty() {
        return Err(Failure::usage(format!(
            "the {what} is empty; give it as one line on stdin"
        )));
    }
    Ok(line)
}

/// Reads a new secret, twice on a terminal, once in a script.
///
/// # Errors
///
/// As [`secret`]; or the two did not agree.
pub(crate) fn new_secret(what: &str) -> Result<String, Failure> {
    let first = secret(what)?;
    if std::io::stdin().is_terminal() && secret(&format!("{what} again"))? != first {
        return Err(Failure::usage(format!(
            "the two entries of the {what} differ; run the command again"
        )));
    }
    Ok(first)
}

/// Tells whether a person sits at the keyboard.
pub(crate) fn is_interactive() -> bool {
    std::io::stdin().is_terminal()
}

/// Reads the text of an argument: the argument itself, or all of stdin when it is `-`.
///
/// # Errors
///
/// Stdin is not UTF-8, or longer than 16 MiB.
pub(crate) fn text(argument: &str) -> Result<String, Failure> {
    const LIMIT: u64 = 16 << 20;
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut text = String::new();
    let mut input = std::io::stdin().lock().take(LIMIT + 1);
    input
        .read_to_string(&mut text)
        .map_err(|_| Failure::usage("the text on stdin is not UTF-8; convert it and try again"))?;
    if text.len() as u64 > LIMIT {
        return Err(Failure::refused(
            "the text on stdin is longer than 16 MiB; split it into several entries",
        ));
    }
    Ok(text.trim_end_matches('\n').to_owned())
}

/// Reads what is left on stdin, for input that may span lines, such as recovery words.
///
/// # Errors
///
/// Stdin is not UTF-8.
pub(crate) fn rest(what: &str) -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(1 << 20)
        .read_to_string(&mut text)
        .map_err(|_| unreadable(what))?;
    Ok(text)
}

fn line(what: &str) -> Result<String, Failure> {
    let mut line = String::new();
    let read = std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|_| unreadable(what))?;
    if read == 0 {
        return Err(Failure::usage(format!(
            "the {what} is expected as one line on stdin, and stdin ended"
        )));
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn unreadable(what: &str) -> Failure {
    Failure::usage(format!(
        "the {what} could not be read from stdin; give it as one line of UTF-8 text"
    ))
}
