//! Two partners book a visit with a therapist: real processes, a real server, nothing in between.

use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{ANA, BEN, Server, Stage, troth};

mod alone;
mod killed;

const ROSA: &str = "rosa";
const CLEO: &str = "cleo";

/// What Ana and Ben tell Rosa, each alone.
const OF_ANA: &str = "I have not slept since I found the messages.";
const OF_BEN: &str = "I want to stop lying to her.";

/// A couple, a therapist whose listing is verified, and a third person.
fn clinic() -> (Stage, u32) {
    let mut stage = Stage::couple();
    stage.sign_up(ROSA, "Rosa");
    stage.sign_up(CLEO, "Cleo");
    let address = stage.server.address().to_owned();
    assert_eq!(stage.server.stop(), 0);
    let data = stage.path("data");
    let data = data.to_str().unwrap();
    troth(&["network", "operator", CLEO, "--data", data], "").good();
    stage.server = Server::start_with(Path::new(data), &address, &[]);
    let rosa = listed(&stage);
    let pending = stage.json(CLEO, &["steward", "pending"]);
    let seen = pending[0]["version"].to_string();
    let verify = ["steward", "verify", &rosa.to_string(), "--seen", &seen];
    stage.json(CLEO, &verify);
    (stage, rosa)
}

/// Lets Rosa write her listing; tells her number.
fn listed(stage: &Stage) -> u32 {
    let practice = |part: &str, value: &Value| {
        let arguments = ["practice", part, "-", "--json"];
        stage
            .run(ROSA, &arguments, &value.to_string())
            .good()
            .json()
    };
    practice(
        "listing",
        &json!({
            "name": "Rosa Lind", "credentials": "LMFT", "npi": "1234567893", "about": "Couples after a breach of trust.",
            "services": ["couples"], "formats": ["video"], "specialties": ["affair_recovery"],
            "modalities": [], "languages": ["en"], "places": [], "fee_cents": 18_000,
            "years": 9, "accepting": true, "on_request": false,
        }),
    );
    let licence =
        |state: &str| json!({ "state": state, "number": "1234", "expires": "2031-12-31" });
    practice("licences", &json!([licence("CA"), licence("NV")]));
    let taken = |state: &str| json!({ "plan": null, "state": state, "formats": ["video"] });
    practice("plans", &json!([taken("CA"), taken("NV")]));
    let weekday = |day: u8| json!({ "weekday": day, "from": "00:00", "to": "24:00" });
    let week: Vec<Value> = (1..=7).map(weekday).collect();
    practice(
        "hours",
        &json!({
            "zone": "America/Los_Angeles", "weekly": week, "exceptions": [], "minutes": [50],
            "buffer_before": 0, "buffer_after": 10, "notice_minutes": 60, "horizon_days": 30,
            "step": 60,
        }),
    );
    practice("quotes", &json!([price("CA"), price("NV")]));
    let submitted = stage.json(ROSA, &["practice", "submit"]);
    assert_eq!(submitted["state"], "pending", "{submitted}");
    u32::try_from(submitted["id"].as_u64().unwrap()).unwrap()
}

fn price(state: &str) -> Value {
    json!({
        "service": "couples", "minutes": 50, "format": "video", "plan": null, "state": state,
        "cents": 18_000, "plan_pays_couples": "unknown", "record": "nobody",
        "valid_until": "2031-12-31",
    })
}

/// The times that Rosa offers, as a person of the stage sees them.
fn slots(stage: &Stage, rosa: u32) -> Vec<String> {
    let listed = stage.json(ANA, &["visit", "slots", "--provider", &rosa.to_string()]);
    let starts = listed.as_array().unwrap().iter();
    starts
        .map(|slot| slot["start"].as_str().unwrap().to_owned())
        .collect()
}

fn hold(rosa: u32, start: &str) -> Vec<String> {
    let rosa = rosa.to_string();
    let words = [
        "visit",
        "hold",
        "--provider",
        &rosa,
        "--start",
        start,
        "--state",
        "CA",
        "--json",
    ];
    words.map(str::to_owned).to_vec()
}

fn as_arguments(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

/// Whether any file under a folder holds these words, as they are or in base 64.
fn is_anywhere_in(folder: &Path, words: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            is_anywhere_in(&path, words)
        } else {
            let bytes = std::fs::read(&path).unwrap();
            bytes
                .windows(words.len())
                .any(|part| part == words.as_bytes())
        }
    })
}

#[test]
fn two_partners_in_two_states_book_an_hour_that_a_third_wanted_and_the_therapist_reads_both_notes()
{
    let (mut stage, rosa) = clinic();
    let free = slots(&stage, rosa);
    let (first, second) = (free[24].clone(), free[25].clone());

    // Cleo is quicker for the first time; Ana learns it and takes the next.
    stage
        .run(CLEO, &as_arguments(&hold(rosa, &first)), "")
        .good();
    let with_partner = |start: &str| {
        let mut words = hold(rosa, start);
        words.push(String::from("--with-partner"));
        words
    };
    stage
        .run(ANA, &as_arguments(&with_partner(&first)), "")
        .bad(1, "just been taken");
    assert!(
        !slots(&stage, rosa).contains(&first),
        "a held time is not offered"
    );
    let held = stage
        .run(ANA, &as_arguments(&with_partner(&second)), "")
        .good()
        .json();
    assert_eq!(
        held["partner_token"],
        Value::Null,
        "it travels sealed alone"
    );
    assert_eq!(held["quotes"][0]["cents"], 18_000);

    // Ana accepts; Ben learns of it through the sealed record and accepts from Nevada.
    let note = |text: &'static str, state: &'static str| {
        [
            "visit", "accept", "--state", state, "--note", text, "--json",
        ]
    };
    let waiting = stage.run(ANA, &note(OF_ANA, "CA"), "").good().json();
    assert_eq!(waiting["standing"], "held");
    let booked = stage.run(BEN, &note(OF_BEN, "NV"), "").good().json();
    assert_eq!(booked["standing"], "booked");
    assert_eq!(booked["id"], held["id"]);

    each_sees_their_own(&stage, &held);
    nobody_else_reads_a_note(&mut stage, &held);
}

/// Both see one visit, Rosa reads both notes, and neither partner gets the other's.
fn each_sees_their_own(stage: &Stage, held: &Value) {
    for home in [ANA, BEN] {
        let list = stage.run(home, &["visit", "list", "--json"], "").good();
        assert_eq!(list.json()[0]["standing"], "booked", "{home}");
        assert!(!list.stdout.contains("slept") && !list.stdout.contains("lying"));
        let timeline = stage.run(home, &["timeline", "--json"], "").good();
        assert!(timeline.stdout.contains("visit-proposed"));
        assert!(timeline.stdout.contains("visit-answered"));
    }
    let visits = stage.json(ROSA, &["practice", "visits"]);
    let visit = visits
        .as_array()
        .unwrap()
        .iter()
        .find(|visit| visit["id"] == held["id"]);
    let notes = &visit.unwrap()["notes"];
    assert_eq!(notes[0], json!({ "from": "a", "text": OF_ANA }));
    assert_eq!(notes[1], json!({ "from": "b", "text": OF_BEN }));
}

/// Cleo sees none of it, and nobody but Rosa can read a note: not the server's disk either.
fn nobody_else_reads_a_note(stage: &mut Stage, held: &Value) {
    let others = stage.json(CLEO, &["visit", "list"]);
    assert!(
        others
            .as_array()
            .unwrap()
            .iter()
            .all(|visit| visit["id"] != held["id"])
    );
    assert_eq!(stage.server.stop(), 0);
    for words in [OF_ANA, OF_BEN, "not slept", "stop lying"] {
        assert!(!is_anywhere_in(&stage.path("data"), words), "{words}");
    }
    assert!(
        is_anywhere_in(&stage.path("data"), "Rosa Lind"),
        "the search finds what is there"
    );
    for home in [ANA, BEN] {
        let other = if home == ANA { OF_BEN } else { OF_ANA };
        assert!(!is_anywhere_in(&stage.path(home), other), "{home}");
    }
}

#[test]
fn a_visit_moves_and_is_cancelled_in_one_act_each_and_its_time_is_free_again() {
    let (stage, rosa) = clinic();
    let free = slots(&stage, rosa);
    let (from, to) = (free[30].clone(), free[40].clone());
    stage.run(ANA, &as_arguments(&hold(rosa, &from)), "").good();
    let booked = stage.json(ANA, &["visit", "accept", "--state", "CA"]);
    assert_eq!(booked["standing"], "booked");
    let id = booked["id"].as_str().unwrap();

    let moved = stage.json(ANA, &["visit", "move", id, "--start", &to]);

    assert_eq!(moved["start"], to.as_str());
    let offered = slots(&stage, rosa);
    assert!(offered.contains(&from) && !offered.contains(&to));
    let id = moved["id"].as_str().unwrap();
    let cancelled = stage.json(ANA, &["visit", "cancel", id]);
    assert_eq!(cancelled["standing"], "cancelled");
    assert!(slots(&stage, rosa).contains(&to));
    stage
        .run(ANA, &["visit", "cancel", id], "")
        .bad(1, "not possible any more");
}

#[test]
fn what_ben_would_rather_not_have_is_told_to_ana_and_let_go() {
    let (stage, rosa) = clinic();
    let start = slots(&stage, rosa)[20].clone();
    let mut words = hold(rosa, &start);
    words.push(String::from("--with-partner"));
    stage.run(ANA, &as_arguments(&words), "").good();

    stage.json(BEN, &["visit", "decline"]);
    stage.json(ANA, &["visit", "release"]);

    assert!(slots(&stage, rosa).contains(&start));
    stage
        .run(BEN, &["visit", "accept", "--state", "NV"], "")
        .bad(1, "no time is held");
}

#[test]
fn matching_on_the_device_over_the_network_and_in_the_folder_gives_one_answer() {
    let (mut stage, rosa) = clinic();
    let query =
        json!({ "states": ["CA", "NV"], "specialties": ["affair_recovery"], "within_hours": 72 });
    std::fs::write(stage.path("query.json"), query.to_string()).unwrap();
    let query = stage.path("query.json");
    let query = query.to_str().unwrap();
    let data = stage.path("data");
    let data = data.to_str().unwrap();

    // A server publishes its directory when it starts.
    let address = stage.server.address().to_owned();
    assert_eq!(stage.server.stop(), 0);
    let in_folder = troth(&["match", "--data", data, "--query", query, "--json"], "")
        .good()
        .json();
    stage.server = Server::start_with(Path::new(data), &address, &[]);
    let url = stage.server.url.clone();
    let fetched = troth(&["match", "--server", &url, "--query", query, "--json"], "")
        .good()
        .json();

    assert_eq!(in_folder["found"][0]["id"], rosa);
    assert_eq!(in_folder["found"], fetched["found"]);
    assert!(
        !fetched["found"][0]["first_slots"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let find = ["visit", "find", "--query", query, "--json"];
    let of_ana = stage.run(ANA, &find, "").good().json();
    assert_eq!(of_ana["found"], fetched["found"]);
}

#[test]
fn a_question_that_cannot_be_read_is_answered_with_what_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let ask = |query: &str| {
        troth(
            &[
                "match",
                "--data",
                data.to_str().unwrap(),
                "--query",
                "-",
                "--json",
            ],
            query,
        )
    };

    ask("nonsense").bad(2, r#"{\"states\":[\"CA\"]"#);
    ask(r#"{"states":["CA"],"colour":"red"}"#).bad(2, "write one of: age_band");
    ask(r#"{"states":["XX"]}"#).bad(2, r#"\"XX\" is not known"#);
    ask(r#"{"states":[]}"#).bad(2, "one or two states");
    ask(r#"{"states":["CA"],"plan":"None Such"}"#).bad(2, "plan:");
    ask(r#"{"states":["CA"],"limit":0}"#).bad(2, "limit");
    let found = ask(r#"{"states":["CA"]}"#).good().json();
    assert_eq!(found["found"], json!([]));
}
