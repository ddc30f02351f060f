//! How long a text may be, and nothing else about it.
//!
//! Words are kept exactly as they were typed: no trimming, no normal form, no replacement.

use thiserror::Error;

/// The most characters (Unicode scalar values) of one long text, such as an answer.
pub const LONGEST_TEXT: usize = 20_000;
/// The most characters of a name.
pub const LONGEST_NAME: usize = 100;
/// The most characters of one element of an acknowledgment.
pub const LONGEST_ELEMENT: usize = 5_000;
/// The most characters of a note beside a mark, or of thanks.
pub const LONGEST_NOTE: usize = 2_000;
/// The most bytes of a sealed answer: the longest text, padding and seal included.
pub const LONGEST_CIPHERTEXT: usize = 128 * 1024;

/// Says what is wrong with the length of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TextError {
    /// There are no words.
    #[error("there is no text yet")]
    Empty,
    /// A long text is too long.
    #[error("this is longer than 20,000 characters; shorten it or write it in two parts")]
    TooLong,
    /// One element of an acknowledgment is too long.
    #[error("each part has at most 5,000 characters; a short one is easier to hear")]
    ElementTooLong,
    /// A name is too long.
    #[error("a name has at most 100 characters")]
    NameTooLong,
    /// A name breaks the line or steers a terminal.
    #[error("a name is one line; leave out line breaks and control characters")]
    NameNotOneLine,
    /// A note or thanks is too long.
    #[error("a note has at most 2,000 characters")]
    NoteTooLong,
}

/// Checks the words of an answer, a promise, a prompt or a note of one's own.
///
/// # Errors
///
/// - [`TextError::Empty`]: nothing but white space.
/// - [`TextError::TooLong`]: more than [`LONGEST_TEXT`] characters.
///
/// ```
/// use troth_core::{TextError, check_text};
///
/// assert_eq!(check_text("שלום 👋🏽 é"), Ok(()));
/// assert_eq!(check_text(&"a".repeat(10_000_000)), Err(TextError::TooLong));
/// ```
pub fn check_text(text: &str) -> Result<(), TextError> {
    check_filled(text)?;
    check_length(text, LONGEST_TEXT, TextError::TooLong)
}

/// Checks one element of an acknowledgment, which may be left out.
///
/// # Errors
///
/// - [`TextError::ElementTooLong`].
pub fn check_element(text: &str) -> Result<(), TextError> {
    check_length(text, LONGEST_ELEMENT, TextError::ElementTooLong)
}

/// Checks a name.
///
/// A name stands beside every entry of its bearer. One that breaks the line, or turns the direction
/// of what follows, could make its own words look like an entry of the other.
///
/// # Errors
///
/// - [`TextError::Empty`], [`TextError::NameTooLong`], [`TextError::NameNotOneLine`].
pub fn check_name(name: &str) -> Result<(), TextError> {
    check_filled(name)?;
    check_length(name, LONGEST_NAME, TextError::NameTooLong)?;
    if name.chars().any(steers) {
        return Err(TextError::NameNotOneLine);
    }
    Ok(())
}

/// Tells whether a character steers what is shown instead of being shown: the control characters,
/// the line and paragraph separators, and the marks that embed, override or isolate a direction
/// (UAX #9, section 2).
#[must_use]
pub fn steers(sign: char) -> bool {
    sign.is_control() || matches!(sign, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Checks a note beside a mark, or thanks; both may be empty.
///
/// # Errors
///
/// - [`TextError::NoteTooLong`].
pub fn check_note(note: &str) -> Result<(), TextError> {
    check_length(note, LONGEST_NOTE, TextError::NoteTooLong)
}

fn check_filled(text: &str) -> Result<(), TextError> {
    if text.trim().is_empty() {
        Err(TextError::Empty)
    } else {
        Ok(())
    }
}

/// Stops counting at the limit, so that ten megabytes cost no more than twenty thousand characters.
fn check_length(text: &str, most: usize, too_long: TextError) -> Result<(), TextError> {
    if text.len() > most && text.chars().nth(most).is_some() {
        Err(too_long)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_counts_characters_and_not_bytes() {
        assert_eq!(check_text(&"ü".repeat(LONGEST_TEXT)), Ok(()));
        assert_eq!(
            check_text(&"ü".repeat(LONGEST_TEXT + 1)),
            Err(TextError::TooLong)
        );
    }

    #[test]
    fn ten_megabytes_are_refused_with_the_limit_in_words() {
        let said = check_text(&"x".repeat(10 * 1024 * 1024))
            .unwrap_err()
            .to_string();

        assert!(said.contains("20,000 characters"));
    }

    #[test]
    fn a_name_that_breaks_the_line_or_turns_it_round_is_refused() {
        for name in [
            "Ana\n7. Ben",
            "Ana\r",
            "\u{1b}[2JAna",
            "\u{9b}2J",
            "Ana\u{202e}",
            "A\u{2028}B",
        ] {
            assert_eq!(check_name(name), Err(TextError::NameNotOneLine), "{name:?}");
        }
        for name in ["Ana", "שרה", "علي", "José", "👋🏽", "Anne-Marie O’Neill"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn an_empty_text_is_refused_where_words_are_needed() {
        assert_eq!(check_text(" \n\u{a0}"), Err(TextError::Empty));
        assert_eq!(check_note(""), Ok(()));
    }
}
