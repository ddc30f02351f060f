//! The directory and booking, spoken to over real HTTP.

use serde_json::json;
use troth_server::{Config, Limits};
use ureq::http::{Method, Request};

use crate::support::practice::{As, Practice, Told, ask, ask_with, base64, listing};
use crate::support::running::Running;

fn server() -> (Running, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path(), "127.0.0.1:0");
    config.limits = Limits::NONE;
    (Running::start_with(config).unwrap(), folder)
}

fn get(server: &Running, who: As, path: &str) -> Told {
    ask(server, who, Method::GET, path, None)
}

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
    let incomplete = ask(&server, own, Method::POST, "/practice/submit", None);
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
    let refused = ask(&server, own, Method::POST, &verify, None);
    assert_eq!(refused.problem(), (403, "not_allowed"));
}

#[test]
fn two_partners_book_and_the_practice_sees_what_was_sealed_to_it() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let start = practice.starts(&server)[3].clone();
    let (ana, ben) = (As::Client(1), As::Client(2));
    let held = ask(
        &server,
        ana,
        Method::POST,
        "/holds",
        Some(&practice.hold(&start)),
    );
    assert_eq!((held.status, held.length % 1024), (201, 0));
    let hold = held.good();
    let (id, token) = (
        hold["id"].as_str().unwrap(),
        hold["partner_token"].as_str().unwrap(),
    );
    let left = hold["seconds_left"].as_u64().unwrap();
    assert!((300..=360).contains(&left), "{left}");
    let quote = &hold["quotes"][0]["id"];
    let path = format!("/holds/{id}");
    assert_eq!(get(&server, ben, &path).problem(), (404, "not_found"));
    let seen = ask_with(
        &server,
        ben,
        (Method::GET, &path),
        (&[("troth-partner", token)], None),
    )
    .good();
    assert_eq!(seen["quotes"][0]["cents"], 18000);
    assert_eq!(seen["partner_token"], json!(null));

    let accept = format!("{path}/accept");
    let mine = json!({"state": "CA", "quote": quote, "note": "QQ=="});
    let first = ask(&server, ana, Method::POST, &accept, Some(&mine)).good();
    assert_eq!(first["standing"], "held");
    let theirs = json!({"state": "NV", "quote": quote, "note": "Qg==", "partner_token": token});
    let elsewhere = json!({"state": "TX", "quote": quote, "partner_token": token});
    let unlicensed = ask(&server, ben, Method::POST, &accept, Some(&elsewhere));
    assert_eq!(unlicensed.problem(), (409, "not_offered"));
    let both = ask(&server, ben, Method::POST, &accept, Some(&theirs)).good();
    assert_eq!(
        (&both["standing"], &both["quote"]["cents"]),
        (&json!("booked"), &json!(18000))
    );
    assert!(!practice.starts(&server).contains(&start));

    let own = As::Account(practice.account);
    let visits = get(&server, own, "/practice/bookings").good();
    let visit = &visits["bookings"][0];
    assert_eq!(
        visit["notes"],
        json!([{"from": "a", "sealed": "QQ=="}, {"from": "b", "sealed": "Qg=="}])
    );
    assert_eq!(visit["states"], json!(["CA", "NV"]));
    for who in [ana, ben] {
        let seen = get(&server, who, "/bookings").good();
        assert_eq!(seen["bookings"][0]["id"], id);
        let text = seen.to_string();
        assert!(!text.contains("QQ==") && !text.contains("Qg=="), "{text}");
        assert!(!text.contains("TX") && !text.contains("\"NV\""), "{text}");
    }
}

#[test]
fn a_taken_time_a_second_hold_and_a_used_token_are_told_apart() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let starts = practice.starts(&server);
    let alone = |start: &str| {
        let mut hold = practice.hold(start);
        hold["with_partner"] = json!(false);
        hold
    };
    let held = ask(
        &server,
        As::Client(1),
        Method::POST,
        "/holds",
        Some(&alone(&starts[0])),
    )
    .good();
    let taken = ask(
        &server,
        As::Client(2),
        Method::POST,
        "/holds",
        Some(&alone(&starts[0])),
    );
    assert_eq!(taken.problem(), (409, "slot_taken"));
    assert_eq!(
        taken.json["conflicts"],
        json!([{"start": starts[0], "minutes": 50}])
    );
    let second = ask(
        &server,
        As::Client(1),
        Method::POST,
        "/holds",
        Some(&alone(&starts[5])),
    );
    assert_eq!(second.problem(), (409, "hold_elsewhere"));
    let accept = format!("/holds/{}/accept", held["id"].as_str().unwrap());
    let other = json!({"state": "CA"});
    let unseen = ask(&server, As::Client(1), Method::POST, &accept, Some(&other));
    assert_eq!(unseen.problem(), (409, "quote_mismatch"));
    let mine = json!({"state": "CA", "quote": held["quotes"][0]["id"]});
    let booked = ask(&server, As::Client(1), Method::POST, &accept, Some(&mine)).good();
    assert_eq!(booked["standing"], "booked");
    let path = format!("/bookings/{}", booked["id"].as_str().unwrap());
    let to = json!({"token": booked["token"], "start": starts[8]});
    let moved = ask(
        &server,
        As::Client(1),
        Method::POST,
        &format!("{path}/move"),
        Some(&to),
    )
    .good();
    assert_eq!(
        (&moved["start"], &moved["previous"]),
        (&json!(starts[8]), &booked["id"])
    );
    let again = ask(
        &server,
        As::Client(1),
        Method::POST,
        &format!("{path}/move"),
        Some(&to),
    );
    assert_eq!(again.problem().0, 409);
    let path = format!("/bookings/{}", moved["id"].as_str().unwrap());
    let cancel = format!("{path}/cancel");
    let stolen = json!({"token": moved["token"]});
    let refused = ask(&server, As::Client(3), Method::POST, &cancel, Some(&stolen));
    assert_eq!(refused.problem(), (404, "not_found"));
    let gone = ask(&server, As::Client(1), Method::POST, &cancel, Some(&stolen)).good();
    assert_eq!(gone["standing"], "cancelled");
    assert_eq!(gone["token"], json!(null));
    assert!(practice.starts(&server).contains(&starts[8]));
}

#[test]
fn the_same_key_is_the_same_request_and_another_request_is_refused() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let starts = practice.starts(&server);
    let keyed = |body: &serde_json::Value| {
        let headers = [("idempotency-key", "k1")];
        ask_with(
            &server,
            As::Client(1),
            (Method::POST, "/holds"),
            (&headers, Some(body)),
        )
    };
    let first = keyed(&practice.hold(&starts[0])).good();
    let again = keyed(&practice.hold(&starts[0]));
    assert_eq!((again.status, &again.json["id"]), (201, &first["id"]));
    assert_eq!(
        keyed(&practice.hold(&starts[1])).problem(),
        (409, "key_reused")
    );
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
fn calendars_go_in_as_text_and_out_as_secret_feeds() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let starts = practice.starts(&server);
    let own = As::Account(practice.account);
    let compact = starts[4].replace(['-', ':'], "");
    let calendar = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n\
         DTSTART:{compact}\r\nDURATION:PT50M\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let put = json!({"calendar": calendar});
    let shown = ask(&server, own, Method::PUT, "/practice/busy", Some(&put)).good();
    assert_eq!(
        (
            &shown["busy"][0]["events"],
            shown["busy"][0]["troubles"].as_array().unwrap().len()
        ),
        (&json!(1), 0)
    );
    assert!(!shown.to_string().contains("Dentist"));
    assert!(!practice.starts(&server).contains(&starts[4]));
    for (body, code) in [
        (json!({"calendar": "<html>"}), "calendar_unread"),
        (
            json!({"address": "https://127.0.0.1/x.ics"}),
            "address_refused",
        ),
        (
            json!({"address": "http://calendar.example/x.ics"}),
            "address_refused",
        ),
    ] {
        let refused = ask(&server, own, Method::PUT, "/practice/busy", Some(&body));
        assert_eq!(refused.problem(), (422, code));
    }
    let mut hold = practice.hold(&starts[0]);
    hold["with_partner"] = json!(false);
    let held = ask(&server, As::Client(1), Method::POST, "/holds", Some(&hold)).good();
    let accept = format!("/holds/{}/accept", held["id"].as_str().unwrap());
    let mine = json!({"state": "CA", "quote": held["quotes"][0]["id"]});
    ask(&server, As::Client(1), Method::POST, &accept, Some(&mine)).good();
    for (who, path) in [(As::Client(1), "/feeds"), (own, "/practice/feeds")] {
        let made = ask(&server, who, Method::POST, path, None).good();
        let feed = made["path"].as_str().unwrap().to_owned();
        let answer = raw(&server, &feed, "identity");
        let text = String::from_utf8(answer.body().clone()).unwrap();
        assert!(
            text.contains("BEGIN:VEVENT") && text.contains("SUMMARY:Appointment"),
            "{text}"
        );
        assert!(!text.contains("Vera") && answer.headers().contains_key("etag"));
        ask(&server, who, Method::DELETE, path, None).good();
        assert_eq!(raw(&server, &feed, "identity").status(), 404);
    }
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
            ask(&server, As::Anybody, Method::POST, "/vocabulary", None),
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
fn a_request_is_answered_by_the_provider_and_an_unwanted_one_ends() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let own = As::Account(practice.account);
    let tag = get(&server, own, "/practice").tag().to_owned();
    let mut slower = listing();
    slower["on_request"] = json!(true);
    ask_with(
        &server,
        own,
        (Method::PUT, "/practice"),
        (&[("if-match", &tag)], Some(&slower)),
    )
    .good();
    let starts = practice.starts(&server);
    let book = |number: u8, start: &str| {
        let mut hold = practice.hold(start);
        hold["with_partner"] = json!(false);
        let held = ask(
            &server,
            As::Client(number),
            Method::POST,
            "/holds",
            Some(&hold),
        )
        .good();
        let accept = format!("/holds/{}/accept", held["id"].as_str().unwrap());
        let mine = json!({"state": "CA", "quote": held["quotes"][0]["id"]});
        let asked = ask(
            &server,
            As::Client(number),
            Method::POST,
            &accept,
            Some(&mine),
        )
        .good();
        assert_eq!(asked["standing"], "requested");
        asked["id"].as_str().unwrap().to_owned()
    };
    let (one, two) = (book(1, &starts[0]), book(2, &starts[4]));
    let open = get(&server, own, "/practice/requests").good();
    assert_eq!(open["bookings"].as_array().unwrap().len(), 2);
    let answer = |id: &str, verb: &str| {
        let path = format!("/practice/requests/{id}/{verb}");
        ask(&server, own, Method::POST, &path, None)
    };
    assert_eq!(answer(&one, "accept").good()["standing"], "booked");
    assert_eq!(answer(&two, "decline").good()["standing"], "lapsed");
    assert_eq!(answer(&two, "accept").problem().0, 409);
    let notices = get(&server, As::Client(2), "/notices").good();
    assert_eq!(
        notices["notices"].as_array().unwrap().last().unwrap()["kind"],
        "declined"
    );
    let through = notices["notices"][0]["number"].as_u64().unwrap() + 9;
    let path = format!("/notices?through={through}");
    ask(&server, As::Client(2), Method::DELETE, &path, None).good();
    assert_eq!(
        get(&server, As::Client(2), "/notices").good()["notices"],
        json!([])
    );
    let over = json!({"start": starts[0], "minutes": 50, "format": "video", "service": "couples", "why": "A crisis."});
    let over = ask(
        &server,
        own,
        Method::POST,
        "/practice/overbook",
        Some(&over),
    )
    .good();
    assert_eq!(over["overbooked"], true);
    let audit = get(&server, As::Account(practice.operator), "/steward/audit").good();
    assert_eq!(
        (&audit["entries"][0]["what"], &audit["entries"][0]["why"]),
        (&json!("overbooked"), &json!("A crisis."))
    );
}

#[test]
fn who_waits_is_offered_what_comes_free_and_everything_is_tended_by_itself() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let starts = practice.starts(&server);
    let mut hold = practice.hold(&starts[6]);
    hold["with_partner"] = json!(false);
    let held = ask(&server, As::Client(1), Method::POST, "/holds", Some(&hold)).good();
    let wait = json!({
        "provider": practice.id, "minutes": 50, "format": "video", "service": "couples",
        "state": "NV", "with_partner": false
    });
    let entry = ask(
        &server,
        As::Client(2),
        Method::POST,
        "/waitlist",
        Some(&wait),
    )
    .good();
    let path = format!("/holds/{}", held["id"].as_str().unwrap());
    ask(&server, As::Client(1), Method::DELETE, &path, None).good();
    server.tend();
    let list = get(&server, As::Client(2), "/waitlist").good();
    assert_eq!(list["entries"][0]["id"], entry["id"]);
    assert_eq!(
        list["entries"][0]["offer"]["start"],
        json!(starts[6]),
        "{list}"
    );
    let own = As::Account(practice.account);
    let line = get(&server, own, "/practice/waitlist").good();
    assert_eq!(line["waiting"][0]["offered"], true);
    let leave = format!("/waitlist/{}", entry["id"].as_str().unwrap());
    ask(&server, As::Client(2), Method::DELETE, &leave, None).good();
    assert_eq!(
        get(&server, As::Client(2), "/waitlist").good()["entries"],
        json!([])
    );
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
