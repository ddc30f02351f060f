//! Content lines: decoding, unfolding, names and parameters (RFC 5545, section 3.1).

use alloc::borrow::{Cow, ToOwned};
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

/// The properties whose values are times; `(UTC-05:00)` and its like get into their values.
const TIMES: [&str; 6] = [
    "DTSTART",
    "DTEND",
    "RECURRENCE-ID",
    "RDATE",
    "EXDATE",
    "FREEBUSY",
];

/// Lists the content lines of a feed. A line that is no content line becomes a problem.
///
/// Folds are undone before bytes become text, because a fold may split a character (section 3.1).
pub(super) fn lines(feed: &[u8], problems: &mut Problems) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut is_said = false;
    for (number, folded) in unfold(&narrow(feed)) {
        let text = String::from_utf8(folded).unwrap_or_else(|odd| {
            if !is_said {
                problems.add(number, Trouble::NotUtf8);
                is_said = true;
            }
            odd.as_bytes()
                .iter()
                .map(|byte| char::from(*byte))
                .collect()
        });
        let text = text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            continue;
        }
        match split(number, text) {
            Some(line) => lines.push(mended(line)),
            None => {
                problems.add(number, Trouble::Line);
                lines.extend(name_alone(number, text));
            }
        }
    }
    lines
}

/// A line of a time of which only the name can be read, and the rest as it stands. That there is one is
/// known: an event whose end is lost is not one without an end.
fn name_alone(number: u32, text: &str) -> Option<Line> {
    let end = text.find(|char: char| !char.is_ascii_alphabetic() && char != '-')?;
    let name = text.get(..end)?.to_ascii_uppercase();
    let is_time = TIMES.contains(&name.as_str()) || matches!(name.as_str(), "DURATION" | "RRULE");
    is_time.then(|| Line {
        number,
        name,
        params: Vec::new(),
        value: text.get(end + 1..).unwrap_or_default().to_owned(),
    })
}

/// Turns UTF-16 that says so at its start into UTF-8; everything else stays as it is.
fn narrow(feed: &[u8]) -> Cow<'_, [u8]> {
    let (rest, is_little) = match feed {
        [0xff, 0xfe, rest @ ..] => (rest, true),
        [0xfe, 0xff, rest @ ..] => (rest, false),
        _ => return Cow::Borrowed(feed),
    };
    let units = rest.chunks(2).map(|pair| match *pair {
        [low, high] if is_little => u16::from_le_bytes([low, high]),
        [high, low] => u16::from_be_bytes([high, low]),
        _ => u16::from(b'\n'),
    });
    let text: String = char::decode_utf16(units)
        .map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    Cow::Owned(text.into_bytes())
}

/// Joins folded lines. Line ends may be CRLF, LF or CR alone; a tab folds like a space. An empty
/// line ends nothing: some programs write every line end twice.
fn unfold(feed: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let mut lines: Vec<(u32, Vec<u8>)> = Vec::new();
    let mut number = 0;
    let mut rest = feed;
    while !rest.is_empty() {
        number += 1;
        let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let (line, after) = rest
            .split_at_checked(end.unwrap_or(rest.len()))
            .unwrap_or((rest, &[][..]));
        rest = match after {
            [b'\r', b'\n', after @ ..] | [_, after @ ..] => after,
            [] => after,
        };
        match (line, lines.last_mut()) {
            ([b' ' | b'\t', more @ ..], Some((_, last))) => last.extend_from_slice(more),
            ([], _) => {}
            _ => lines.push((number, line.to_vec())),
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
        // A quotation mark that is never closed has no meaning.
        let (value, after) = param_value(value, true).or_else(|| param_value(value, false))?;
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
fn param_value(text: &str, has_quotes: bool) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut is_quoted = false;
    for (place, char) in text.char_indices() {
        match char {
            '"' => is_quoted = has_quotes && !is_quoted,
            ':' | ';' if !is_quoted => return Some((value, text.get(place..)?)),
            _ => value.push(char),
        }
    }
    None
}

/// Gives a parameter back what its value lost to the time, for want of quotation marks or of a
/// semicolon: `DTSTART;TZID=(UTC-05:00) Eastern Time:2026…`, `DTSTART:TZID=Europe/Vienna:2026…`.
fn mended(mut line: Line) -> Line {
    if !TIMES.contains(&line.name.as_str()) || begins_with_day(&line.value) {
        return line;
    }
    let mut colons = line.value.match_indices(':');
    let Some((lost, time)) = colons.find_map(|(place, _)| {
        let (lost, time) = line.value.split_at_checked(place)?;
        let time = time.get(1..)?;
        begins_with_day(time).then_some((lost, time))
    }) else {
        return line;
    };
    let time = time.to_owned();
    let zone = line.params.last_mut().filter(|(key, _)| key == "TZID");
    if let Some((_, zone)) = zone {
        zone.push(':');
        zone.push_str(lost);
    } else {
        let params = lost.split(';').filter_map(|param| param.split_once('='));
        let params =
            params.map(|(key, value)| (key.trim().to_ascii_uppercase(), value.replace('"', "")));
        line.params.extend(params.collect::<Vec<_>>());
    }
    line.value = time;
    line
}

/// Says whether a text begins as a date does, with or without dashes.
fn begins_with_day(text: &str) -> bool {
    let text = text.trim_start().trim_start_matches('"');
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits >= 8 || (digits == 4 && text.as_bytes().get(4) == Some(&b'-'))
}
