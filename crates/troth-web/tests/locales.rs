//! Every text a screen asks for exists, and no text waits for a screen that is gone.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "helpers of a test may fail loudly"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn asked() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for file in files(&root().join("src"), "rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        for call in ["t(", "t_with(", "named("] {
            for (at, _) in text.match_indices(call) {
                let before = text[..at].chars().next_back();
                if before.is_some_and(|it| it.is_alphanumeric() || it == '_') {
                    continue;
                }
                if let Some(rest) = text[at + call.len()..].trim_start().strip_prefix('"') {
                    keys.insert(rest.split('"').next().unwrap().to_owned());
                }
            }
        }
    }
    keys
}

fn written() -> Vec<String> {
    files(&root().join("locales/en"), "ftl")
        .iter()
        .flat_map(|file| {
            let text = std::fs::read_to_string(file).unwrap();
            text.lines()
                .filter_map(|line| {
                    let (key, _) = line.split_once(" =")?;
                    let plain = key
                        .chars()
                        .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-');
                    (plain && !key.is_empty()).then(|| key.to_owned())
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_text_a_screen_asks_for_is_written() {
    let written: BTreeSet<_> = written().into_iter().collect();
    let missing: Vec<_> = asked().difference(&written).cloned().collect();
    assert!(missing.is_empty(), "no text for: {missing:#?}");
}

#[test]
fn every_written_text_is_asked_for_by_a_screen() {
    let written: BTreeSet<_> = written().into_iter().collect();
    let unused: Vec<_> = written.difference(&asked()).cloned().collect();
    assert!(unused.is_empty(), "nobody asks for: {unused:#?}");
}

/// The names in a message that wait for a value, such as `until` in `{ $until }`.
fn places(message: &str) -> BTreeSet<String> {
    message
        .split('$')
        .skip(1)
        .map(|rest| {
            let end = rest.find(|it: char| !it.is_alphanumeric()).unwrap();
            rest[..end].to_owned()
        })
        .collect()
}

/// Every message with the names that wait in it.
fn waiting() -> BTreeMap<String, BTreeSet<String>> {
    let keys: BTreeSet<_> = written().into_iter().collect();
    let mut found = BTreeMap::new();
    for file in files(&root().join("locales/en"), "ftl") {
        let (mut key, mut message) = (String::new(), String::new());
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            if let Some((next, _)) = line.split_once(" =").filter(|(it, _)| keys.contains(*it)) {
                found.insert(key, places(&message));
                (key, message) = (next.to_owned(), String::new());
            }
            message.push_str(line);
        }
        found.insert(key, places(&message));
    }
    found
}

/// Each call that writes its values where it stands: the message, and the names it gives.
fn given() -> Vec<(String, BTreeSet<String>)> {
    let mut calls = Vec::new();
    for file in files(&root().join("src"), "rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        // However the lines are broken.
        let words: Vec<_> = text.split_whitespace().collect();
        let text = words.join(" ").replace("( ", "(");
        for call in text.split("t_with(").skip(1) {
            let call = call.trim_start();
            let Some((key, rest)) = call.strip_prefix('"').and_then(|it| it.split_once("\","))
            else {
                continue;
            };
            // A value that was made elsewhere stands first, and cannot be read here.
            let Some(values) = rest.strip_prefix(" [").filter(|it| it.starts_with("(\"")) else {
                continue;
            };
            let mut depth = 1;
            let end = values.find(|it| {
                depth += i32::from(it == '[') - i32::from(it == ']');
                depth == 0
            });
            let names = values[..end.unwrap()].split("(\"").skip(1);
            let names = names.filter_map(|it| Some(it.split_once("\",")?.0.to_owned()));
            calls.push((key.to_owned(), names.collect()));
        }
    }
    calls
}

#[test]
fn every_value_that_a_text_waits_for_is_given() {
    let waiting = waiting();
    let calls = given();
    assert!(calls.len() > 100, "the calls are found");
    for (key, names) in calls {
        assert_eq!(waiting.get(&key), Some(&names), "the values of {key}");
    }
}

#[test]
fn no_text_is_written_twice() {
    let mut seen = BTreeSet::new();
    for key in written() {
        assert!(seen.insert(key.clone()), "{key} is written twice");
    }
}

#[test]
fn no_text_cheers_urges_or_blames() {
    let banned = [
        "!",
        "journey",
        "healing",
        "toxic",
        " should ",
        "spouse",
        "offender",
        "victim",
        "congratulations",
        "streak",
    ];
    for file in files(&root().join("locales/en"), "ftl") {
        let text = std::fs::read_to_string(&file).unwrap().to_lowercase();
        for word in banned {
            assert!(!text.contains(word), "{} says {word:?}", file.display());
        }
    }
}
