//! Entries of the record, one line or one JSON object each.

use serde_json::{Value, json};
use troth_core::projection::timeline::{TimelineItem, timeline};

use crate::failure::Failure;
use crate::session::Session;
use crate::when;

/// The entries as this person may read them, in the order of the record.
///
/// # Errors
///
/// There is no couple space yet.
pub(crate) fn items(session: &Session) -> Result<Vec<TimelineItem>, Failure> {
    let couple = session.couple()?;
    Ok(timeline(
        &session.client().entries(),
        &couple,
        session.me()?,
    ))
}

/// One entry as a line: place, time, author, kind, words, id.
pub(crate) fn plain(session: &Session, item: &TimelineItem) -> String {
    let place = if item.place == 0 && item.received_minute > 0 {
        // Checked before a restore of the server, and not in the record any more.
        "lost".to_owned()
    } else if item.place == 0 {
        "waits".to_owned()
    } else {
        item.place.to_string()
    };
    let time = when::minute(item.written.at, &item.written.zone);
    let words = words(item).map_or_else(String::new, |words| format!(": {words}"));
    format!(
        "{place:>5}  {}  {time}  {}, {}{words}",
        item.id.short(),
        author(session, item),
        item.kind
    )
}

/// One entry as an object.
pub(crate) fn json(session: &Session, item: &TimelineItem) -> Value {
    let received = i64::try_from(item.received_minute)
        .ok()
        .filter(|minute| *minute > 0);
    let received = received.and_then(|minute| jiff::Timestamp::from_second(minute * 60).ok());
    json!({
        "id": item.id.to_string(),
        "place": (item.place > 0).then_some(item.place),
        "author": author(session, item),
        "author_id": item.author.to_string(),
        "mine": session.client().my_partner_id() == Some(item.author),
        "kind": item.kind,
        "written": item.written.at.to_string(),
        "zone": item.written.zone,
        "received": received.map(|at| at.to_string()),
        "text": item.text,
        "about": item.about.map(|id| id.to_string()),
        "withdrawn": item.amendments.withdrawn_by.is_some(),
        "corrections": item.amendments.corrections.iter().map(|(id, text)| json!({
            "id": id.to_string(),
            "text": text,
        })).collect::<Vec<_>>(),
    })
}

/// The words as they stand now: the last correction, or that they were withdrawn.
fn words(item: &TimelineItem) -> Option<String> {
    if item.amendments.withdrawn_by.is_some() {
        return Some("(withdrawn)".to_owned());
    }
    let corrected = item
        .amendments
        .corrections
        .last()
        .map(|(_, text)| format!("{text} (corrected)"));
    corrected
        .or_else(|| Some(item.text.clone()).filter(|text| !text.is_empty()))
        .map(|words| one_line(&words))
}

/// Keeps a text of several lines on one.
fn one_line(words: &str) -> String {
    words
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" / ")
}

fn author(session: &Session, item: &TimelineItem) -> String {
    session.client().couple().map_or_else(
        || item.author.short(),
        |couple| session.name_of(&couple, item.author),
    )
}
