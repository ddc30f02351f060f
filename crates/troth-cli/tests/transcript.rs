//! Transcripts: what a person types and sees, kept as text under `tests/cmd`.
//!
//! A line `ana$ troth …` runs a command in the home `ana`; `< …` is a line of its stdin;
//! `! …` a line of its stderr; `? N` its exit code, 0 when left out; every other line is
//! stdout. `[..]` stands for any text, `[NAME..]` for any text that is kept and can be used as
//! `$NAME` from then on. `$URL` is the server, `$DIR` the folder, `$SOON` the day in two weeks.

use std::collections::BTreeMap;
use std::path::Path;

use crate::harness::{Server, finish, start};

/// One command with what it must say.
#[derive(Debug, Default)]
struct Step {
    line: usize,
    home: String,
    words: Vec<String>,
    stdin: String,
    stdout: Vec<String>,
    stderr: Vec<String>,
    code: i32,
}

/// Plays one transcript against a new server.
fn play(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cmd")
        .join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"));
    let soon = jiff::Zoned::now().date() + jiff::Span::new().days(14);
    let mut names = BTreeMap::from([
        ("URL".to_owned(), server.url.clone()),
        ("DIR".to_owned(), folder.path().to_str().unwrap().to_owned()),
        ("SOON".to_owned(), soon.to_string()),
    ]);
    for step in read(&text) {
        let home = folder.path().join(&step.home);
        let mut arguments = vec!["--home".to_owned(), home.to_str().unwrap().to_owned()];
        arguments.extend(step.words.iter().map(|word| fill(word, &names)));
        let done = finish(start(&arguments), &fill(&step.stdin, &names));
        let place = format!("{name}:{}", step.line);
        assert_eq!(done.code, step.code, "{place}: {done:?}");
        check(&place, &step.stdout, &done.stdout, &mut names);
        check(&place, &step.stderr, &done.stderr, &mut names);
    }
}

/// Splits a transcript into its steps.
fn read(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with("# ") {
            continue;
        }
        if let Some((home, command)) = line.split_once("$ troth ") {
            steps.push(Step {
                line: index + 1,
                home: home.to_owned(),
                words: split(command),
                ..Step::default()
            });
            continue;
        }
        let step = steps.last_mut().unwrap();
        if let Some(input) = line.strip_prefix("< ") {
            step.stdin.push_str(input);
            step.stdin.push('\n');
        } else if let Some(error) = line.strip_prefix("! ") {
            step.stderr.push(error.to_owned());
        } else if let Some(code) = line.strip_prefix("? ") {
            step.code = code.parse().unwrap();
        } else {
            step.stdout.push(line.to_owned());
        }
    }
    steps
}

/// Splits a command into words, honouring double quotes.
fn split(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in command.chars() {
        match letter {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words
}

/// Puts the kept values in.
fn fill(text: &str, names: &BTreeMap<String, String>) -> String {
    names
        .iter()
        .rev()
        .fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("${name}"), value)
        })
}

/// Compares what was said with what the transcript says.
fn check(place: &str, expected: &[String], said: &str, names: &mut BTreeMap<String, String>) {
    let lines: Vec<&str> = said.lines().filter(|line| !line.is_empty()).collect();
    for (pattern, line) in expected.iter().zip(&lines) {
        let pattern = fill(pattern, names);
        assert!(
            fits(&pattern, line, names),
            "{place}:\n  expected {pattern}\n  said     {line}\n\n{said}"
        );
    }
    assert_eq!(
        expected.len(),
        lines.len(),
        "{place}: another number of lines:\n{said}"
    );
}

/// Finds the first `[NAME..]` of a pattern: what stands before it, the name, what stands after.
fn first_blank(pattern: &str) -> Option<(&str, &str, &str)> {
    pattern.match_indices('[').find_map(|(at, _)| {
        let (before, rest) = pattern.split_at(at);
        let (name, after) = rest.strip_prefix('[')?.split_once("..]")?;
        let is_name = name.chars().all(|letter| letter.is_ascii_uppercase());
        is_name.then_some((before, name, after))
    })
}

/// Tells whether a line fits a pattern, and keeps what its names stand for.
fn fits(pattern: &str, line: &str, names: &mut BTreeMap<String, String>) -> bool {
    let Some((before, name, after)) = first_blank(pattern) else {
        return pattern == line;
    };
    let Some(line) = line.strip_prefix(before) else {
        return false;
    };
    let ends: Vec<usize> = line
        .char_indices()
        .map(|(at, _)| at)
        .chain([line.len()])
        .collect();
    for end in ends {
        let (blank, rest) = line.split_at(end);
        if fits(after, rest, names) {
            if !name.is_empty() {
                names.insert(name.to_owned(), blank.to_owned());
            }
            return true;
        }
    }
    false
}

#[test]
fn an_account_is_made_opened_elsewhere_changed_and_ended() {
    play("account.txt");
}

#[test]
fn two_homes_become_a_couple_and_one_leaves() {
    play("pair.txt");
}

#[test]
fn the_first_parts_of_the_programme_work_between_two_homes() {
    play("programme.txt");
}

#[test]
fn the_vault_has_a_lock_of_its_own() {
    play("vault.txt");
}

#[test]
fn a_calendar_feed_shows_what_it_blocks() {
    play("busy.txt");
}
