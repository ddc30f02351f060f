//! Content lines: decoding, unfolding, names and parameters (RFC 5545, section 3.1).

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::problem::{Problems, Trouble};

/// One content line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The line of the feed at which it begins, from 1.
    pub(super) number: u32,
    /// The name, in upper case.
    pub(super) name: String,
    /// The parameters: names in upper case, values without quotes.
    pub(super) params: Vec<(String, String)>,
    /// What stands after the colon.
    pub(super) value: String,
}

impl Line {
    /// The first value of a parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        let mut params = self.params.iter();
        params
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Turns bytes into text: UTF-8, else Latin-1, in which every byte is a character.
pub(super) fn decode(feed: &[u8], problems: &mut Problems) -> String {
    let text = core::str::from_utf8(feed).map_or_else(
        |_| {
            problems.add(0, Trouble::NotUtf8);
            feed.iter().map(|byte| char::from(*byte)).collect()
        },
        ToOwned::to_owned,
    );
    text.trim_start_matches('\u{feff}').to_owned()
}

/// Lists the content lines of a text. What is no content line becomes a problem.
pub(super) fn lines(text: &str, problems: &mut Problems) -> Vec<Line> {
    let mut lines = Vec::new();
    for (number, folded) in unfold(text) {
        if folded.trim().is_empty() {
            continue;
        }
        match split(number, &folded) {
            Some(line) => lines.push(line),
            None => problems.add(number, Trouble::Line),
        }
    }
    lines
}

/// Joins folded lines. Line ends may be CRLF, LF or CR alone; a tab folds like a space.
fn unfold(text: &str) -> Vec<(u32, String)> {
    let mut lines: Vec<(u32, String)> = Vec::new();
    let mut number = 0;
    let mut rest = text;
    while !rest.is_empty() {
        number += 1;
        let (line, after) = match rest.split_once(['\r', '\n']) {
            Some((line, _)) => {
                let end = rest.get(line.len()..).unwrap_or_default();
                let after = end.strip_prefix("\r\n").or_else(|| end.get(1..));
                (line, after.unwrap_or_default())
            }
            None => (rest, ""),
        };
        rest = after;
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some((_, last))) => last.push_str(more),
            _ => lines.push((number, line.to_owned())),
        }
    }
    lines
}

/// Splits a line into name, parameters and value.
fn split(number: u32, line: &str) -> Option<Line> {
    let end = line.find([':', ';'])?;
    let (name, mut rest) = line.split_at_checked(end)?;
    let is_name = |name: &str| {
        let is_word = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '_';
        !name.is_empty() && name.chars().all(is_word)
    };
    let name = name.trim();
    // An Apple export may put a group before the name, as vCard does.
    let name = name.rsplit_once('.').map_or(name, |(_, name)| name);
    if !is_name(name) {
        return None;
    }
    let mut params = Vec::new();
    while let Some(after) = rest.strip_prefix(';') {
        let equals = after.find(['=', ':', ';'])?;
        let (key, value) = after.split_at_checked(equals)?;
        let Some(value) = value.strip_prefix('=') else {
            // A parameter without a value, as of vCalendar 1.0.
            params.push((key.trim().to_ascii_uppercase(), String::new()));
            rest = value;
            continue;
        };
        let (value, after) = param_value(value)?;
        params.push((key.trim().to_ascii_uppercase(), value));
        rest = after;
    }
    Some(Line {
        number,
        name: name.to_ascii_uppercase(),
        params,
        value: rest.strip_prefix(':')?.to_owned(),
    })
}

/// Reads the value of a parameter, quoted or not, and what follows it.
fn param_value(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut is_quoted = false;
    for (place, char) in text.char_indices() {
        match char {
            '"' => is_quoted = !is_quoted,
            ':' | ';' if !is_quoted => return Some((value, text.get(place..)?)),
            _ => value.push(char),
        }
    }
    None
}
