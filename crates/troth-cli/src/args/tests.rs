use clap::CommandFactory as _;

use super::*;

fn read(line: &[&str]) -> Result<Args, Read> {
    Args::read(
        std::iter::once("troth")
            .chain(line.iter().copied())
            .map(OsString::from),
    )
}

fn wrong(line: &[&str]) -> String {
    match read(line) {
        Err(Read::Wrong(failure)) => failure.message().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_parser_is_consistent() {
    Args::command().debug_assert();
}

#[test]
fn home_and_json_may_stand_anywhere() {
    for line in [
        ["--home", "h", "--json", "pair", "words"],
        ["pair", "--home", "h", "words", "--json"],
        ["pair", "words", "--json", "--home", "h"],
    ] {
        let args = read(&line).unwrap();

        assert_eq!(args.home.as_deref(), Some(std::path::Path::new("h")));
        assert!(args.json);
    }
}

/// The lines of scripts.
const SCRIPTS: [&str; 22] = [
    "serve --data d --listen 127.0.0.1:0",
    "serve --data d --listen 127.0.0.1:0 --database postgres://h/d",
    "--home h account create --server u --login l --name Ana",
    "--home h account recover --server u --login l",
    "--home h pair invite",
    "--home h pair accept http://h/join#s",
    "--home h pair words",
    "--home h pair confirm",
    "commitment make Call --due 2026-12-01T18:00[Europe/Vienna]",
    "commitment make Call --every FREQ=WEEKLY;BYDAY=MO",
    "commitment mark ab12 kept",
    "commitment mark ab12 different",
    "commitment renegotiate ab12 --due 2026-12-02T18:00[Europe/Vienna]",
    "reveal start prompt",
    "reveal answer ab12 text",
    "reveal show ab12",
    "signs rate 3 2 4 1 2 3 2 3 4 2",
    "signs rate 3 2 4 1 2 3 2 3 4 2 --share",
    "record list --json",
    "record verify --json",
    "export --out f",
    "verify f --json",
];

#[test]
fn the_forms_that_scripts_use_are_understood() {
    for line in SCRIPTS {
        let words: Vec<&str> = line.split(' ').collect();

        assert!(read(&words).is_ok(), "{line}");
    }
}

#[test]
fn a_wrong_line_is_answered_in_one_line_that_says_what_to_write() {
    for line in [
        &["signs", "rate", "3", "2"][..],
        &[
            "signs", "rate", "5", "2", "4", "1", "2", "3", "2", "3", "4", "2",
        ],
        &["commitment", "make", "Call"],
        &["commitment", "mark", "ab12", "perhaps"],
        &["account", "create", "--login", "l"],
        &["nonsense"],
        &[],
    ] {
        let message = wrong(line);

        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.contains("troth"), "{message}");
        for noise in ["For more information", "tip:", "<N> <N>"] {
            assert!(!message.contains(noise), "{message}");
        }
    }
}
