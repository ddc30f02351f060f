//! Files that are missing, or not what a command reads.

use crate::harness::{ANA, Done, Stage, troth};

/// Every command that reads a file which a person names, as arguments after the file.
const READERS: [&[&str]; 10] = [
    &["verify", "FILE"],
    &["busy", "FILE", "--from", "2026-01-01", "--to", "2026-02-01"],
    &["match", "--data", "DATA", "--query", "FILE"],
    &["network", "import", "nppes", "FILE", "--data", "DATA"],
    &["network", "import", "plan-net", "FILE", "--data", "DATA"],
    &["network", "import", "payer", "FILE", "--data", "DATA"],
    &["practice", "listing", "FILE"],
    &["practice", "busy", "FILE"],
    &["steward", "plans", "FILE"],
    &["visit", "find", "--query", "FILE"],
];

fn read(stage: &Stage, reader: &[&str], file: &str) -> Done {
    let data = stage.path("directory");
    let data = data.to_str().unwrap();
    let words: Vec<&str> = reader
        .iter()
        .map(|word| match *word {
            "FILE" => file,
            "DATA" => data,
            word => word,
        })
        .collect();
    stage.run(ANA, &words, "")
}

#[test]
fn a_missing_file_ends_every_command_alike() {
    let stage = Stage::one();
    for reader in READERS {
        read(&stage, reader, "/no/such/file").bad(6, "there is no such file");
    }
    assert!(!stage.path("directory").exists(), "asking made a folder");
}

#[test]
fn a_file_of_another_kind_is_named_for_what_it_is() {
    let stage = Stage::one();
    let data = stage.path("directory");
    let generate = [
        "network",
        "generate",
        "--providers",
        "1",
        "--data",
        data.to_str().unwrap(),
    ];
    troth(&generate, "").good();
    let folder = stage.path("folder");
    std::fs::create_dir(&folder).unwrap();
    let of_kind = |name: &str, bytes: &[u8]| {
        let path = stage.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let kinds = [
        (
            of_kind("a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"),
            "a PDF document",
        ),
        (
            of_kind("a.zip", b"PK\x03\x04\x14\0\0\0\x08\0letter.txt"),
            "a ZIP archive",
        ),
        (
            of_kind("a.xlsx", b"PK\x03\x04\x14\0xl/workbook.xml"),
            "an Excel workbook",
        ),
        (
            of_kind("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
            "an image",
        ),
        (of_kind("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF"), "an image"),
        (of_kind("a.gz", b"\x1f\x8b\x08\0\0\0\0\0"), "a gzip archive"),
    ];
    for reader in READERS {
        for (path, kind) in &kinds {
            let done = read(&stage, reader, path.to_str().unwrap()).bad(1, kind);
            assert!(!done.stderr.contains("BROKEN"), "{done:?}");
        }
        if !reader.contains(&"plan-net") {
            read(&stage, reader, folder.to_str().unwrap()).bad(1, "is a folder");
        }
    }
}

#[test]
fn verify_tells_a_broken_record_from_what_never_was_one() {
    let stage = Stage::empty();
    let verify = |bytes: &[u8]| {
        let path = stage.path("given");
        std::fs::write(&path, bytes).unwrap();
        troth(&["verify", path.to_str().unwrap()], "")
    };
    for (bytes, said) in [
        (&b""[..], "is an empty file"),
        (b"hello, this is a letter\n", "is no exported record"),
        (b"{\"intact\":true}", "is JSON"),
        (b"BEGIN:VCALENDAR\r\n", "is a calendar feed"),
        (b"<!DOCTYPE html>", "is a web page"),
    ] {
        verify(bytes).bad(1, said);
    }
    for bytes in [
        &b"troth-export/1 text=1 json=2 record=3\n"[..],
        b"Troth-export/1 text=1 json=2 record=3\n",
        b"troth-exp",
        b"the first lines are gone\nsigned-by=00 signature=00\n",
    ] {
        let done = verify(bytes);
        assert_eq!(done.code, 3, "{done:?}");
        assert!(done.stdout.starts_with("BROKEN"), "{done:?}");
    }
}

#[test]
fn a_key_given_twice_is_refused_in_every_file_that_is_strict() {
    let stage = Stage::one();
    for (arguments, text) in [
        (
            &["match", "--server", &stage.server.url, "--query", "-"][..],
            r#"{"states":["CA"],"states":["NV"]}"#,
        ),
        (&["practice", "listing", "-"], r#"{"name":"A","name":"B"}"#),
        (
            &["practice", "quotes", "-"],
            r#"[{"service":"couples","cents":1,"cents":2}]"#,
        ),
    ] {
        let done = stage.run(ANA, arguments, text);
        assert_eq!(done.code, 2, "{done:?}");
    }
}

#[test]
fn a_street_has_no_place_in_a_listing() {
    let stage = Stage::one();
    for place in [
        r#"{"state":"CA","city":"Oakland","lat":37.8,"lon":-122.27,"street":"1 Elm St"}"#,
        r#"{"state":"CA","city":"Oakland","lat":37.8,"lon":-122.27,"address":["1 Elm St"]}"#,
    ] {
        let listing = format!(
            r#"{{"name":"Rosa Lind","credentials":"LMFT","npi":"1234567893","about":"Couples.",
            "services":["couples"],"formats":["in_person"],"specialties":[],"modalities":[],
            "languages":["en"],"places":[{place}],"fee_cents":18000,"years":9,"accepting":true,
            "on_request":false}}"#
        );
        stage
            .run(ANA, &["practice", "listing", "-"], &listing)
            .bad(2, "unknown field");
        let shown = stage.json(ANA, &["practice", "show"]);
        assert_eq!(shown["listing"], serde_json::Value::Null, "{shown}");
    }
}

#[test]
fn who_asks_has_no_place_in_a_question() {
    let stage = Stage::empty();
    for telling in ["name", "email", "phone", "born", "street", "partner"] {
        let question = format!(r#"{{"states":["CA"],"{telling}":"Ana"}}"#);
        let ask = ["match", "--server", &stage.server.url, "--query", "-"];
        troth(&ask, &question).bad(2, "unknown field");
    }
}
