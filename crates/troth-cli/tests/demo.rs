//! The demonstration: a couple eight weeks in, written through the real client over HTTP.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::harness::{Done, Stage, binary, troth};

fn demo(stage: &Stage, folder: &str) -> Done {
    let folder = stage.path(folder);
    let arguments = [
        "demo",
        "--server",
        &stage.server.url,
        "--folder",
        folder.to_str().unwrap(),
    ];
    troth(&[&arguments[..], &["--json"]].concat(), "")
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

#[test]
fn the_demonstration_is_a_whole_record_and_its_logins_open_it_elsewhere() {
    let stage = Stage::empty();

    let told = demo(&stage, "demo").good().json();

    let ana = &told["people"][0];
    let login = text(ana, "login");
    let stdin = format!("{}\n{}\n", text(ana, "password"), text(ana, "device_code"));
    let sign_in = [
        "account",
        "sign-in",
        "--server",
        &stage.server.url,
        "--login",
        login,
    ];
    stage.run("browser", &sign_in, &stdin).good();
    let verified = stage.json("browser", &["record", "verify"]);
    assert_eq!(verified["intact"], true);
    assert!(verified["entries"].as_u64().unwrap() > 40, "{verified}");
    let signs = stage.json("browser", &["signs", "list"]);
    assert_eq!(signs["weeks"].as_array().unwrap().len(), 8);
    let ben = &stage.json("demo/ben.demo", &["reveal", "list"])[0];
    assert_eq!(ben["state"], "waiting-for-you");
    assert_eq!(demo(&stage, "demo").good().json(), told);
}

#[test]
fn a_server_that_has_the_demonstration_from_elsewhere_says_so() {
    let stage = Stage::empty();
    demo(&stage, "demo").good();

    demo(&stage, "other").bad(1, "empty data folder");
}

#[test]
fn a_server_started_with_the_demonstration_has_a_therapist_to_find_and_book() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut server = binary()
        .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(&data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(server.stdout.take().unwrap()).lines();
    let mut said = said.map_while(Result::ok);
    assert!(
        said.any(|line| line.contains("stella.demo")),
        "the logins were never told"
    );
    let query = folder.path().join("query.json");
    let asked = r#"{"states":["CA","NV"],"couples":true,"specialties":["affair_recovery"],"language":"es","limit":100}"#;
    std::fs::write(&query, asked).unwrap();

    let found = [
        "match",
        "--data",
        data.to_str().unwrap(),
        "--query",
        query.to_str().unwrap(),
        "--json",
    ];
    let found = troth(&found, "").good().json();
    server.kill().unwrap();
    server.wait().unwrap();

    let found = found["found"].as_array().unwrap();
    let mara = found
        .iter()
        .find(|one| one["name"] == "Mara Lindqvist")
        .expect("she fits");
    assert!(
        !mara["first_slots"].as_array().unwrap().is_empty(),
        "{mara}"
    );
}
