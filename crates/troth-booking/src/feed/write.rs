use alloc::format;
use alloc::string::String;

use jiff::tz::TimeZone;

use super::Entry;
use crate::machine::State;
use crate::time::Minute;

/// The most bytes of a line, without its end (RFC 5545, section 3.1).
const LINE: usize = 75;

/// Writes a whole calendar.
pub(super) fn calendar(entries: &[Entry], host: &str) -> String {
    let host: String = host
        .chars()
        .filter(|char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-'))
        .collect();
    let mut text = String::new();
    line(&mut text, "BEGIN:VCALENDAR");
    line(&mut text, "VERSION:2.0");
    line(&mut text, "PRODID:-//Troth//Appointments//EN");
    line(&mut text, "CALSCALE:GREGORIAN");
    line(&mut text, "METHOD:PUBLISH");
    for entry in entries {
        if let Some(status) = status(entry.state) {
            event(&mut text, entry, status, &host);
        }
    }
    line(&mut text, "END:VCALENDAR");
    text
}

/// What a calendar calls a state; `None` is nobody's appointment.
const fn status(state: State) -> Option<&'static str> {
    match state {
        State::Held { .. } | State::Offered { .. } | State::Released => None,
        State::Requested { .. } => Some("TENTATIVE"),
        State::Booked | State::Kept | State::Missed => Some("CONFIRMED"),
        State::Lapsed | State::Declined | State::Cancelled | State::Moved { .. } => {
            Some("CANCELLED")
        }
    }
}

fn event(text: &mut String, entry: &Entry, status: &str, host: &str) {
    let opaque = if status == "CANCELLED" {
        "TRANSPARENT"
    } else {
        "OPAQUE"
    };
    line(text, "BEGIN:VEVENT");
    line(text, &format!("UID:{}@{host}", entry.root));
    line(text, &format!("SEQUENCE:{}", entry.sequence));
    line(text, &format!("DTSTAMP:{}", utc(entry.changed)));
    line(text, &format!("LAST-MODIFIED:{}", utc(entry.changed)));
    line(text, &format!("DTSTART:{}", utc(entry.visit.start)));
    line(text, &format!("DTEND:{}", utc(entry.visit.end())));
    line(text, "SUMMARY:Appointment");
    line(text, "CLASS:PRIVATE");
    line(text, &format!("STATUS:{status}"));
    line(text, &format!("TRANSP:{opaque}"));
    line(text, "END:VEVENT");
}

/// An instant as `20260309T130000Z`.
fn utc(at: Minute) -> String {
    let at = TimeZone::UTC.to_datetime(at.timestamp());
    format!(
        "{:04}{:02}{:02}T{:02}{:02}00Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute()
    )
}

/// Writes one content line, folded so that no line is longer than 75 bytes.
fn line(text: &mut String, content: &str) {
    let mut room = LINE;
    for char in content.chars() {
        if char.len_utf8() > room {
            text.push_str("\r\n ");
            room = LINE - 1;
        }
        room -= char.len_utf8();
        text.push(char);
    }
    text.push_str("\r\n");
}
