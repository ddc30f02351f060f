//! The directory and booking, spoken to over real HTTP.

use serde_json::json;
use ureq::http::{Method, Request};

use crate::support::practice::{
    As, Practice, act, ask, ask_with, base64, decide, get, listing, server, verify,
};
use crate::support::running::Running;

fn raw(server: &Running, path: &str, encoding: &str) -> ureq::http::Response<Vec<u8>> {
    let uri = format!("http://{}{path}", server.address);
    let request = Request::get(uri).header("accept-encoding", encoding);
    server.send_request(request.body(vec![]).unwrap())
}

#[test]
fn a_verified_practice_is_listed_published_and_found() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let listed = get(&server, As::Anybody, "/providers?state=NV").good();
    assert_eq!(listed["providers"][0]["id"], practice.id);
    assert_eq!(listed["providers"][0]["bookable"], true);
    let shown = get(&server, As::Anybody, &format!("/providers/{}", practice.id)).good();
    assert_eq!(shown["sealing_key"], base64(1216));
    assert_eq!(shown["quotes"][0]["cents"], 18000);
    let query = json!({"states": ["CA", "NV"], "within_hours": 48});
    let found = ask(&server, As::Anybody, Method::POST, "/match", Some(&query)).good();
    assert_eq!(found["found"][0]["id"], practice.id, "{found}");
    assert!(
        !found["found"][0]["first_slots"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let shards = get(&server, As::Anybody, "/shards").good();
    assert_eq!(shards["shards"].as_array().unwrap().len(), 4);
    for shard in shards["shards"].as_array().unwrap() {
        let path = shard["path"].as_str().unwrap();
        let plain = raw(&server, path, "identity");
        assert_eq!(plain.body().len() as u64, shard["bytes"].as_u64().unwrap());
        assert!(
            plain.headers()["cache-control"]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        let small = raw(&server, path, "br");
        assert_eq!(small.headers()["content-encoding"], "br");
        assert!(path.ends_with(shard["hash"].as_str().unwrap()));
    }
    assert_eq!(raw(&server, "/shards/index", "identity").status(), 200);
    assert_eq!(raw(&server, "/shards/nothing", "identity").status(), 404);
}

#[test]
fn a_listing_that_is_not_verified_is_nobodys_to_see() {
    let (server, _home) = server();
    let account = server.sign_up("vera", "one").token;
    let own = As::Account(account);
    assert_eq!(
        get(&server, own, "/practice").problem(),
        (404, "no_listing")
    );
    let made = ask(&server, own, Method::PUT, "/practice", Some(&listing())).good();
    assert_eq!(
        (&made["state"], &made["missing"]),
        (&json!("draft"), &json!(["/licences", "/hours"]))
    );
    let incomplete = act(&server, own, "/practice/submit");
    assert_eq!(incomplete.problem(), (409, "incomplete"));
    assert_eq!(incomplete.json["field"], "/licences");
    server.publish();
    let id = made["id"].as_u64().unwrap();
    for path in [format!("/providers/{id}"), format!("/providers/{id}/slots")] {
        assert_eq!(
            get(&server, As::Anybody, &path).problem(),
            (404, "not_found")
        );
    }
    let listed = get(&server, As::Anybody, "/providers?state=CA").good();
    assert_eq!(listed["providers"], json!([]));
    let verify = format!("/steward/providers/{id}/verify");
    let refused = act(&server, own, &verify);
    assert_eq!(refused.problem(), (403, "not_allowed"));
}

#[test]
fn a_change_of_something_unseen_or_changed_meanwhile_is_refused() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let own = As::Account(practice.account);
    let unseen = ask(&server, own, Method::PUT, "/practice", Some(&listing()));
    assert_eq!(unseen.problem(), (428, "version_needed"));
    let put = |tag: &str| {
        ask_with(
            &server,
            own,
            (Method::PUT, "/practice"),
            (&[("if-match", tag)], Some(&listing())),
        )
    };
    let seen = get(&server, own, "/practice");
    let changed = put(seen.tag());
    assert_eq!(changed.status, 200, "{}", changed.json);
    assert_eq!(put(seen.tag()).problem(), (412, "stale_version"));
    let tag = changed.tag();
    let known = ask_with(
        &server,
        own,
        (Method::GET, "/practice"),
        (&[("if-none-match", tag)], None),
    );
    assert_eq!((known.status, known.length), (304, 0));
}

#[test]
fn an_operator_decides_only_the_version_they_read() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let (own, id) = (As::Account(practice.account), practice.id);
    let state = |told: &serde_json::Value| told["state"].as_str().unwrap().to_owned();
    // Credentials are something an operator vouches for, like the name.
    let put = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut changed = listing();
        change(&mut changed);
        let tag = get(&server, own, "/practice").tag().to_owned();
        let headers = [("if-match", tag.as_str())];
        let put = (Method::PUT, "/practice");
        ask_with(&server, own, put, (&headers, Some(&changed))).good()
    };
    assert_eq!(
        state(&put(&|it| it["about"] = json!("Slowly."))),
        "verified"
    );
    let doctor = put(&|it| it["credentials"] = json!("MD, PhD"));
    assert_eq!(state(&doctor), "draft");

    // What the operator reads, and what the provider makes of it while they look it up.
    let read = act(&server, own, "/practice/submit").good()["version"].to_string();
    let swapped = put(&|it| it["name"] = json!("Somebody Else"));
    assert_eq!(
        state(&swapped),
        "draft",
        "a change takes it out of the line"
    );
    act(&server, own, "/practice/submit").good();
    for verb in ["verify", "refuse"] {
        let late = decide(&server, practice.operator, (id, verb), &read);
        assert_eq!(late.problem(), (412, "stale_version"));
    }
    let path = format!("/steward/providers/{id}/verify");
    let blind = act(&server, As::Account(practice.operator), &path);
    assert_eq!(blind.problem(), (428, "version_needed"));
    let pending = get(&server, own, "/practice").good();
    assert_eq!(state(&pending), "pending", "nothing was decided");
    verify(&server, practice.operator, id).good();
}

#[test]
fn every_failure_is_a_problem_with_a_stable_code() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let client = As::Client(1);
    let cases = [
        (get(&server, As::Anybody, "/nothing"), 404, "not_found"),
        (get(&server, As::Anybody, ""), 404, "not_found"),
        (
            act(&server, As::Anybody, "/vocabulary"),
            405,
            "wrong_method",
        ),
        (
            ask(&server, As::Anybody, Method::PATCH, "/holds/1", None),
            405,
            "wrong_method",
        ),
        (get(&server, As::Anybody, "/bookings"), 401, "sign_in_again"),
        (
            get(&server, As::Account(practice.account), "/bookings"),
            401,
            "sign_in_again",
        ),
        (get(&server, client, "/practice"), 401, "sign_in_again"),
        (
            get(
                &server,
                As::Account(troth_wire::Token([9; 32])),
                "/practice",
            ),
            401,
            "sign_in_again",
        ),
        (
            get(&server, As::Account(practice.account), "/steward/pending"),
            403,
            "not_allowed",
        ),
        (get(&server, client, "/holds/xyz"), 404, "not_found"),
        (
            get(&server, As::Anybody, "/providers?name=Ana"),
            422,
            "unknown_field",
        ),
        (
            get(&server, As::Anybody, "/providers?limit=1000"),
            422,
            "invalid",
        ),
        (
            get(&server, As::Anybody, "/providers?state=XX"),
            422,
            "invalid",
        ),
    ];
    for (told, status, code) in cases {
        assert_eq!(told.problem(), (status, code));
        assert!(told.json["title"].is_string() && told.json["detail"].is_string());
        assert_eq!(told.json["type"], format!("/api/v1/problems#{code}"));
        assert_eq!(told.json["request"].as_str().unwrap().len(), 16);
    }
}

#[test]
fn a_body_of_the_wrong_kind_or_size_is_a_padded_problem() {
    let (server, _home) = server();
    let uri = format!("http://{}/api/v1/holds", server.address);
    let secret = troth_wire::network::ClientSecret([1; 32]);
    let send = |kind: &str, body: Vec<u8>| {
        let request = Request::post(&uri).header("authorization", format!("Troth-Client {secret}"));
        server.send_request(request.header("content-type", kind).body(body).unwrap())
    };
    for (kind, body, status) in [
        ("text/plain", b"{}".to_vec(), 415),
        ("application/json", b"{".to_vec(), 400),
        ("application/json", b"{}".to_vec(), 422),
        ("application/json", vec![b' '; 300 * 1024], 413),
    ] {
        let answer = send(kind, body);
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        assert_eq!(answer.body().len() % 1024, 0);
    }
}

#[test]
fn who_asks_too_often_is_told_for_how_long_to_wait() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let report = json!({"provider": 1, "what": "no_answer"});
    let slowed = (0..100).find_map(|_| {
        let told = ask(
            &server,
            As::Anybody,
            Method::POST,
            "/reports",
            Some(&report),
        );
        (told.status == 429).then_some(told)
    });
    let slowed = slowed.expect("reports are slowed");
    assert_eq!(slowed.problem(), (429, "slow_down"));
    let seconds: u32 = slowed.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(seconds > 0);
}

#[test]
fn a_payers_list_is_taken_row_by_row_with_the_reasons() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let uri = format!("http://{}/api/v1/steward/plans", server.address);
    let send = |text: &str| {
        let request =
            Request::post(&uri).header("authorization", format!("Bearer {}", practice.operator));
        let request = request
            .header("content-type", "text/csv")
            .body(text.as_bytes().to_vec());
        let answer = server.send_request(request.unwrap());
        let json: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        (answer.status().as_u16(), json)
    };
    let (status, report) = send(
        "npi,plan,state,formats,payer\n1234567893,Blue PPO,CA,video,Blue\n\
         1234567890,Blue PPO,CA,video,Blue\n1245319599,Blue PPO,CA,video,Blue\n",
    );
    assert_eq!(
        (status, &report["read"], &report["added"]),
        (200, &json!(3), &json!(1)),
        "{report}"
    );
    assert_eq!(report["rejected_count"], 2);
    server.publish();
    let query = json!({"states": ["CA"], "plan": "Blue PPO"});
    let found = ask(&server, As::Anybody, Method::POST, "/match", Some(&query)).good();
    assert_eq!(found["found"][0]["id"], practice.id, "{found}");
    let words = get(&server, As::Anybody, "/vocabulary").good();
    assert_eq!(words["plans"][0]["name"], "Blue PPO");
    assert_eq!(send("who,what\n").1["code"], "table_unread");
}

/// The files of one kind that are published for California.
fn files(server: &Running, kind: &str) -> Vec<String> {
    let shards = get(server, As::Anybody, "/shards").good();
    let shards = shards["shards"].as_array().unwrap().iter();
    let wanted = shards.filter(|shard| shard["state"] == "CA" && shard["kind"] == kind);
    wanted
        .map(|shard| shard["path"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_booking_is_published_as_a_delta_and_what_was_before_stays() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let (statics, times) = (files(&server, "static"), files(&server, "availability"));
    let start = practice.starts(&server)[2].clone();
    practice.book(&server, As::Client(1), &start);
    server.publish();
    assert_eq!(files(&server, "availability"), times);
    assert_eq!(files(&server, "delta").len(), 1);
    assert_eq!(files(&server, "static"), statics);
    server.publish();
    assert_eq!(files(&server, "delta").len(), 1);
}

#[test]
fn a_listing_without_proof_leaves_by_itself_and_the_index_is_signed() {
    use troth_match::shard::{Index, Key};

    let (server, home) = server();
    Practice::open(&server, home.path());
    let shards = get(&server, As::Anybody, "/shards").good();
    let key: troth_wire::network::Bytes = serde_json::from_value(shards["key"].clone()).unwrap();
    let key = Key(key.0.try_into().unwrap());
    let index = raw(&server, "/shards/index", "identity");
    let index = Index::decode(index.body(), &key).unwrap();
    assert_eq!(u64::from(index.serial), shards["serial"].as_u64().unwrap());
    assert_eq!(index.states.len(), 2);
    server.publish_after(40);
    let later = raw(&server, "/shards/index", "identity");
    let later = Index::decode(later.body(), &key).unwrap();
    assert!(later.is_newer_than(index.serial));
    assert!(later.states.iter().all(|state| state.rows == 0));
    let ghosts = get(&server, As::Anybody, "/ghosts").good();
    assert_eq!(
        (&ghosts["listed"], &ghosts["stale"]),
        (&json!(0), &json!(1))
    );
}
