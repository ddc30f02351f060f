//! Where the output goes: to a reader that stops early, to a full disk, to a script.

use std::io::Read as _;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::harness::{ANA, Done, Stage, binary, troth};

/// A calendar with an event every hour, so that much is printed.
fn hourly() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let feed = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260101T000000Z\r\n\
                DURATION:PT5M\r\nRRULE:FREQ=HOURLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    std::fs::write(file.path(), feed).unwrap();
    file
}

/// Starts a command whose output nobody reads further than its first byte.
fn read_one_byte(arguments: &[&str], one_byte: bool) -> (i32, String) {
    let mut child: Child = binary()
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    if one_byte {
        out.read_exact(&mut [0]).unwrap();
    }
    drop(out);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap_or(-1), said)
}

#[test]
fn a_reader_that_stops_early_is_no_failure() {
    let feed = hourly();
    let feed = feed.path().to_str().unwrap();
    let year = ["--from", "2026-01-01", "--to", "2027-01-01"];
    let busy = [&["busy", feed][..], &year].concat();
    let busy_json = [&["--json", "busy", feed][..], &year].concat();
    for arguments in [
        &busy[..],
        &busy_json,
        &["completions", "bash"],
        &["completions", "zsh", "--json"],
        &["help"],
        &["help", "visit"],
        &["visit", "--help"],
        &["--version"],
    ] {
        for one_byte in [true, false] {
            let ended = read_one_byte(arguments, one_byte);
            assert_eq!(ended, (0, String::new()), "{arguments:?}");
        }
    }
}

#[test]
fn a_reader_that_stops_early_hides_no_bad_news() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record");
    std::fs::write(&file, "troth-export/1 text=0 json=0 record=0\n").unwrap();
    let (code, _) = read_one_byte(&["verify", file.to_str().unwrap()], false);
    assert_eq!(code, 3);
}

#[test]
fn a_full_disk_is_said_and_is_a_failure() {
    for arguments in [
        &["completions", "bash"][..],
        &["help"],
        &["--version"],
        &["completions", "bash", "--json"],
    ] {
        let full = std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = binary().args(arguments).stdout(full).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(6), "{arguments:?}: {said}");
        assert!(said.contains("disk is full"), "{said}");
        if arguments.contains(&"--json") {
            let told: Value = serde_json::from_str(&said).unwrap();
            assert_eq!(told["code"], "disk_full");
        }
    }
}

/// The one object that a failure is under `--json`.
#[track_caller]
fn told(done: &Done) -> Value {
    assert_eq!(done.stderr.lines().count(), 1, "{done:?}");
    let told: Value = serde_json::from_str(&done.stderr).unwrap_or_else(|_| panic!("{done:?}"));
    assert!(
        told["code"].is_string() && told["message"].is_string(),
        "{told}"
    );
    assert_eq!(told.as_object().unwrap().len(), 2, "{told}");
    told
}

#[test]
fn under_json_every_failure_is_one_object_on_stderr() {
    let missing = ["--from", "2026-01-01", "--to", "2026-02-01", "--json"];
    let missing = [&["busy", "/nowhere.ics"][..], &missing].concat();
    for (arguments, exit, code) in [
        (&missing[..], 6, "no_such_file"),
        (&["--json", "busy"], 2, "usage"),
        (&["busy", "--json", "--nonsense"], 2, "usage"),
        (&["--json", "nonsense"], 2, "usage"),
        (&["nonsense", "--json"], 2, "usage"),
        (&["commitment", "--json"], 2, "usage"),
        (&["--json=yes", "status"], 2, "usage"),
        (
            &["account", "show", "--home", "/nowhere", "--json"],
            5,
            "not_signed_in",
        ),
        (&["verify", "/nowhere", "--json"], 6, "no_such_file"),
    ] {
        let done = troth(arguments, "");
        assert_eq!((done.code, done.stdout.as_str()), (exit, ""), "{done:?}");
        assert_eq!(told(&done)["code"], code, "{done:?}");
    }
    // After `--` it is somebody's word.
    let word = troth(&["--home", "/nowhere", "note", "write", "--", "--json"], "");
    assert!(word.stderr.starts_with("troth: "), "{word:?}");
}

#[test]
fn bad_news_with_an_answer_has_both_under_json() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record");
    std::fs::write(&file, "troth-export/1 text=0 json=0 record=0\n").unwrap();
    let done = troth(&["verify", file.to_str().unwrap(), "--json"], "");
    assert_eq!(
        (done.code, done.json()["intact"].clone()),
        (3, false.into())
    );
    assert_eq!(told(&done)["code"], "broken");
}

#[test]
fn a_refusal_of_a_server_keeps_its_own_word_under_json() {
    let stage = Stage::one();
    let done = stage.run(ANA, &["practice", "submit", "--json"], "");
    assert_eq!(done.stdout, "", "{done:?}");
    assert_ne!(told(&done)["code"], "usage", "{done:?}");
}

#[test]
fn a_word_that_is_nearly_right_is_offered() {
    for (arguments, offered) in [
        (&["timelin"][..], "did you mean 'timeline'?"),
        (&["serve", "--dta", "x"], "did you mean '--data'"),
        (
            &["commitment", "mark", "ab12", "keptt"],
            "did you mean 'kept'",
        ),
        (
            &["network", "import", "npes", "f", "--data", "d"],
            "did you mean 'nppes'",
        ),
        (&["note", "write", "--zzz"], "'-- --zzz'"),
    ] {
        troth(arguments, "").bad(2, offered);
    }
    let wrong = troth(&["busy"], "").bad(2, "write: troth busy");
    assert!(!wrong.stderr.contains("tip:"), "{wrong:?}");
}

#[test]
fn a_line_that_ends_too_early_points_at_its_own_help() {
    for (arguments, help) in [
        (&["commitment"][..], "`troth help commitment`"),
        (&["network"], "`troth help network`"),
        (&["pair", "--home", "x"], "`troth help pair`"),
        (&[], "`troth help`"),
    ] {
        troth(arguments, "").bad(2, help);
    }
}
