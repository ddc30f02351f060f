//! The 301 calendars of the `calcard` project, with the instances that it expects.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::*;

/// Where we differ from the expected instances, and why.
const DIFFERENT: [(&str, &str); 8] = [
    (
        "the zone is defined in the feed; calcard takes its default",
        "010 041 080 088 089 102 109 261",
    ),
    (
        "an event without end has no length; calcard lets it last to the end of its day",
        "008 009 051 057 058 065 083 084 107 108 111 172 257",
    ),
    (
        "the end of a rule in UTC, the zone of an end, an exception by rule, a changed instance of another sequence, the first of two wall-clock times",
        "013 018 019 021 044 047 217 220 259 298",
    ),
    (
        "lines folded before the colon, and words in front of a rule, are read",
        "007 222",
    ),
    (
        "the start counts as an instance though the rule does not name it; a second rule counts too",
        "181 213 255",
    ),
    (
        "an event that ends before it begins takes the rest of its day",
        "014 017",
    ),
    (
        "the calendar says in which zone its floating times are",
        "023 031",
    ),
    (
        "rules of other calendars are refused, with a problem",
        "117",
    ),
];

/// How many minutes after the first instance are compared: six years.
const YEARS: u32 = 6 * 366 * 24 * 60;

/// Unpacks the files, or says that they are not there.
fn files() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let archive = root.join("../shared/data/ical/calcard-ical.tar.xz");
    if !archive.exists() {
        eprintln!("SKIPPED: the calendars of calcard are not there");
        return None;
    }
    let folder = root.join("target/tmp/calcard-ical");
    std::fs::create_dir_all(&folder).unwrap();
    let mut tar = std::process::Command::new("tar");
    tar.arg("xJf").arg(&archive).arg("-C").arg(&folder);
    assert!(tar.status().unwrap().success());
    Some(folder.join("ical"))
}

fn seconds(text: &Value) -> i64 {
    let at: jiff::Timestamp = text.as_str().unwrap().parse().unwrap();
    at.as_second()
}

/// Compares one file; `Err` says what is missing and what is there too much.
fn compare(path: &Path) -> Option<Result<(), String>> {
    let expected = std::fs::read(path.with_extension("json")).ok()?;
    // Every calendar of a file wrote over the one before it; the last whole text counts.
    let expected = serde_json::Deserializer::from_slice(&expected).into_iter::<Value>();
    let expected = expected.filter_map(Result::ok).last()?;
    let mut problems = problem::Problems::default();
    let feed = std::fs::read(path).unwrap();
    let text = String::from_utf8_lossy(&feed);
    let mut components = component::components(&feed, &mut problems);
    for component in &mut components {
        // calcard expands what blocks and what does not alike.
        let blocks = |name: &str| {
            !matches!(name, "TRANSP" | "STATUS" | "METHOD") && !name.ends_with("STATUS")
        };
        component.lines.retain(|line| blocks(&line.name));
    }
    let events = expected["events"].as_array().unwrap();
    let is_event = |one: &&Value| {
        let place = one["comp_id"].as_u64().unwrap() as usize;
        components
            .get(place)
            .is_some_and(|one| one.kind == "VEVENT")
    };
    let expected: BTreeSet<Span> = events
        .iter()
        .filter(is_event)
        .map(|one| minutes_between(seconds(&one["start"]), seconds(&one["end"])))
        .filter(|span| !span.is_empty())
        .collect();
    let last = expected
        .first()
        .map_or(Minute(0), |first| first.from.plus(YEARS));
    let end = expected
        .last()
        .map_or(last, |one| one.to.plus(3 * 24 * 60))
        .min(last);
    let expected: BTreeSet<Span> = expected.into_iter().filter(|span| span.to < last).collect();
    let zone = TimeZone::get("Pacific/Auckland").unwrap();
    let found = collect::collect(&components, Span::new(Minute(0), end), zone, problems);
    let found: BTreeSet<Span> = found
        .blocks
        .iter()
        .map(|block| block.span)
        .filter(|span| span.to < last)
        .collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    // calcard stops after a hundred instances, and of a file with many calendars only the last is kept.
    let is_whole = events.len() < 100 && text.matches("END:VCALENDAR").count() == 1;
    let is_free_busy = text.contains("BEGIN:VFREEBUSY");
    let extra: Vec<_> = found
        .difference(&expected)
        .filter(|_| is_whole && !is_free_busy)
        .collect();
    Some(if missing.is_empty() && extra.is_empty() {
        Ok(())
    } else {
        Err(format!("missing {missing:?}, too much {extra:?}"))
    })
}

#[test]
fn the_calendars_of_another_reader_block_what_it_expects() {
    let Some(files) = files() else { return };
    let mut paths: Vec<_> = std::fs::read_dir(files)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "ics"))
        .collect();
    paths.sort();
    assert_eq!(paths.len(), 301);
    let mut different = BTreeMap::new();
    let (mut same, mut without) = (0, 0);
    for path in &paths {
        match compare(path) {
            Some(Ok(())) => same += 1,
            Some(Err(how)) => {
                different.insert(path.file_stem().unwrap().to_str().unwrap().to_owned(), how);
            }
            None => without += 1,
        }
    }
    eprintln!(
        "{same} the same, {} different, {without} without expectation",
        different.len()
    );
    let known: BTreeSet<&str> = DIFFERENT
        .iter()
        .flat_map(|(_, names)| names.split(' '))
        .collect();
    let unknown: Vec<_> = different
        .iter()
        .filter(|(name, _)| !known.contains(name.as_str()))
        .collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    let agreed: Vec<_> = known
        .iter()
        .filter(|name| !different.contains_key(**name))
        .collect();
    assert!(agreed.is_empty(), "no longer different: {agreed:?}");
    assert_eq!((same + different.len(), without), (253, 48));
}
