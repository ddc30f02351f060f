//! The readable parts of an export: the same words for people and as JSON.
//!
//! Both are a function of the record alone, so that whoever checks the file writes them again
//! and compares.

use std::fmt::Write as _;

use troth_core::projection::timeline::{about, kind_key};
use troth_core::{Couple, Entry, PartnerId, steers};

use super::check::{Read, envelope_of, short};
use super::words::words;
use super::{NOTICE, RecordPart};
use crate::naming;

/// Both readable parts.
pub(super) struct Rendered {
    pub(super) text: Told,
    pub(super) json: Told,
}

/// One readable part, and where in it each entry begins.
pub(super) struct Told {
    pub(super) words: String,
    /// The first byte of an entry's lines and the entry's place, ascending.
    entries: Vec<(usize, u64)>,
}

impl Told {
    /// Finds the entry in whose lines another text first differs.
    pub(super) fn place_at(&self, other: &[u8]) -> Option<u64> {
        let same = self.words.bytes().zip(other).take_while(|(a, b)| a == *b);
        let at = same.count();
        let begun = self.entries.partition_point(|(begin, _)| *begin <= at);
        let (_, place) = self.entries.get(begun.checked_sub(1)?)?;
        Some(*place)
    }
}

/// Writes both readable parts.
pub(super) fn render(record: &RecordPart, read: &Read) -> Rendered {
    Rendered {
        text: text(record, read),
        json: json(record, read),
    }
}

/// Writes what people read: no character of an author may break a line or steer a terminal.
fn plain(words: &str) -> String {
    words
        .chars()
        .map(|sign| {
            if steers(sign) {
                char::REPLACEMENT_CHARACTER
            } else {
                sign
            }
        })
        .collect()
}

fn name(couple: &Couple, partner: PartnerId) -> String {
    couple.name_of(partner).unwrap_or("(no name)").to_owned()
}

fn reader(record: &RecordPart) -> PartnerId {
    naming::partner(&record.member)
}

fn text(record: &RecordPart, read: &Read) -> Told {
    let mut text = String::new();
    let mut entries = Vec::new();
    let reader = reader(record);
    // A text never refuses to grow.
    let _ = writeln!(
        text,
        "The shared record, as {} took it along.",
        name(&read.couple, reader)
    );
    let _ = writeln!(text, "{NOTICE}");
    let _ = writeln!(
        text,
        "Times are those of the authors' devices; \"received\" is the minute of the server.\n\
         Items that expire by agreement are not in it. Below this text follow the same as JSON,\n\
         the signed entries with the secrets that open them, and a signature: whoever has this\n\
         file can read the record. Check it with: troth verify FILE\n"
    );
    for entry in &read.entries {
        entries.push((text.len(), entry.place));
        text_of(&mut text, entry, record, read);
    }
    if !read.lost.is_empty() {
        entries.push((text.len(), 0));
        let _ = writeln!(
            text,
            "Not in the record any more. The server was set back to an older copy, and these entries,\n\
             which this device had checked before, did not come back. The numbers are those of then.\n"
        );
    }
    for (entry, _) in &read.lost {
        text_of(&mut text, entry, record, read);
    }
    if !read.waiting.is_empty() {
        entries.push((text.len(), 0));
        text_of_waiting(&mut text, record, read);
    }
    Told {
        words: text,
        entries,
    }
}

fn text_of(text: &mut String, entry: &Entry, record: &RecordPart, read: &Read) {
    let author = name(&read.couple, entry.author);
    let (place, kind) = (entry.place, kind_key(&entry.body));
    let _ = writeln!(
        text,
        "{place}. {author}, {} ({})",
        entry.written.at,
        plain(&entry.written.zone)
    );
    let _ = write!(text, "   {kind} {}", short(&entry.id));
    if let Some(about) = about(&entry.body) {
        let _ = write!(text, " about {}", short(&about));
    }
    let _ = writeln!(text, ", received {}", received(entry.received_minute));
    let words = words(entry, &read.couple, reader(record));
    for line in words.iter().flat_map(|words| words.lines()) {
        let _ = writeln!(text, "   | {}", plain(line));
    }
    text.push('\n');
}

/// Writes what is not in the record, so that it cannot be taken for what is.
fn text_of_waiting(text: &mut String, record: &RecordPart, read: &Read) {
    let entries = match read.waiting.len() {
        1 => String::from("1 entry"),
        count => format!("{count} entries"),
    };
    let _ = writeln!(
        text,
        "WAITING, NOT IN THE RECORD: {entries} written on the device that made this file, not sent yet.\n\
         What follows has no place in the record and no minute of the server. No one else has it, and\n\
         only the last line of this file vouches for it.\n"
    );
    for entry in &read.waiting {
        let author = name(&read.with_waiting, entry.author);
        let (at, zone) = (entry.written.at, plain(&entry.written.zone));
        let _ = writeln!(text, "waiting. {author}, {at} ({zone})");
        let _ = write!(text, "   {} {}", kind_key(&entry.body), short(&entry.id));
        if let Some(about) = about(&entry.body) {
            let _ = write!(text, " about {}", short(&about));
        }
        text.push_str(", not received\n");
        let words = words(entry, &read.with_waiting, reader(record));
        for line in words.iter().flat_map(|words| words.lines()) {
            let _ = writeln!(text, "   | {}", plain(line));
        }
        text.push('\n');
    }
}

fn received(minute: u64) -> String {
    let at = i64::try_from(minute)
        .ok()
        .and_then(|minute| minute.checked_mul(60));
    let at = at.and_then(|second| jiff::Timestamp::from_second(second).ok());
    at.map_or_else(|| String::from("at no known time"), |at| at.to_string())
}

fn json(record: &RecordPart, read: &Read) -> Told {
    let mut entries = Vec::new();
    let mut json = String::from("{\"format\":1,");
    let _ = write!(json, "\"notice\":{},", quoted(NOTICE));
    let _ = write!(
        json,
        "\"space\":\"{}\",\"member\":\"{}\",",
        record.space, record.member
    );
    json.push_str("\"entries\":[");
    for (index, entry) in read.entries.iter().enumerate() {
        json.push_str(if index == 0 { "\n" } else { ",\n" });
        entries.push((json.len(), entry.place));
        let envelope = envelope_of(record, entry.place);
        json_of(&mut json, entry, envelope, (record, read));
    }
    json.push_str("\n]");
    if !read.lost.is_empty() {
        entries.push((json.len(), 0));
        json.push_str(",\"lost\":[");
    }
    for (index, (entry, envelope)) in read.lost.iter().enumerate() {
        json.push_str(if index == 0 { "\n" } else { ",\n" });
        json_of(&mut json, entry, Some(*envelope), (record, read));
    }
    if !read.lost.is_empty() {
        json.push_str("\n]");
    }
    if !read.waiting.is_empty() {
        entries.push((json.len(), 0));
        json_of_waiting(&mut json, record, read);
    }
    json.push_str("}\n");
    Told {
        words: json,
        entries,
    }
}

fn json_of(
    json: &mut String,
    entry: &Entry,
    envelope: Option<troth_wire::EntryId>,
    (record, read): (&RecordPart, &Read),
) {
    let envelope = envelope.map(|id| id.to_string()).unwrap_or_default();
    let _ = write!(json, "{{\"place\":{},\"id\":\"{}\",", entry.place, entry.id);
    let _ = write!(
        json,
        "\"envelope\":\"{envelope}\",\"author\":\"{}\",",
        entry.author
    );
    let _ = write!(
        json,
        "\"name\":{},",
        quoted(&name(&read.couple, entry.author))
    );
    let _ = write!(json, "\"written\":\"{}\",", entry.written.at);
    let _ = write!(json, "\"zone\":{},", quoted(&entry.written.zone));
    let _ = write!(
        json,
        "\"received\":\"{}\",",
        received(entry.received_minute)
    );
    let _ = write!(json, "\"kind\":\"{}\",", kind_key(&entry.body));
    if let Some(about) = about(&entry.body) {
        let _ = write!(json, "\"about\":\"{about}\",");
    }
    let text = words(entry, &read.couple, reader(record)).join("\n");
    let _ = write!(json, "\"text\":{}}}", quoted(&text));
}

/// Writes what is not in the record as an array of its own.
fn json_of_waiting(json: &mut String, record: &RecordPart, read: &Read) {
    json.push_str(",\"waiting\":[");
    for (index, entry) in read.waiting.iter().enumerate() {
        json.push_str(if index == 0 { "\n" } else { ",\n" });
        let _ = write!(
            json,
            "{{\"id\":\"{}\",\"author\":\"{}\",",
            entry.id, entry.author
        );
        let author = name(&read.with_waiting, entry.author);
        let _ = write!(json, "\"name\":{},", quoted(&author));
        let _ = write!(json, "\"written\":\"{}\",", entry.written.at);
        let _ = write!(json, "\"zone\":{},", quoted(&entry.written.zone));
        let _ = write!(json, "\"kind\":\"{}\",", kind_key(&entry.body));
        if let Some(about) = about(&entry.body) {
            let _ = write!(json, "\"about\":\"{about}\",");
        }
        let text = words(entry, &read.with_waiting, reader(record)).join("\n");
        let _ = write!(json, "\"text\":{}}}", quoted(&text));
    }
    json.push_str("\n]");
}

/// Writes a text as a JSON string (RFC 8259, section 7).
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for sign in text.chars() {
        match sign {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            sign if sign.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(sign));
            }
            sign => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_control_signs_are_escaped() {
        assert_eq!(
            quoted("a\"b\\c\nd\u{1}\u{9b}é"),
            "\"a\\\"b\\\\c\\nd\\u0001\\u009bé\""
        );
    }
}
