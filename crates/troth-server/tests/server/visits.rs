//! Booking over real HTTP: holding, accepting, moving, answering, waiting, calendars.

use serde_json::json;
use troth_server::network::op::provider::PutListing;
use troth_server::network::store::Minute;
use ureq::http::{Method, Request};

use crate::support::practice::{
    As, Practice, act, ask, ask_with, delete, get, listing, post, server,
};

#[test]
fn two_partners_book_and_the_practice_sees_what_was_sealed_to_it() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let start = practice.starts(&server)[3].clone();
    let (ana, ben) = (As::Client(1), As::Client(2));
    let held = post(&server, ana, "/holds", &practice.hold(&start));
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
    let first = post(&server, ana, &accept, &mine).good();
    assert_eq!(first["standing"], "held");
    let theirs = json!({"state": "NV", "quote": quote, "note": "Qg==", "partner_token": token});
    let elsewhere = json!({"state": "TX", "quote": quote, "partner_token": token});
    let unlicensed = post(&server, ben, &accept, &elsewhere);
    assert_eq!(unlicensed.problem(), (409, "not_offered"));
    let both = post(&server, ben, &accept, &theirs).good();
    assert_eq!(
        (&both["standing"], &both["quote"]["cents"]),
        (&json!("booked"), &json!(18000))
    );
    assert!(!practice.starts(&server).contains(&start));

    // Whoever lost the answer asks again, without a key too; nothing changes, the notes included.
    let changed = json!({"state": "NV", "quote": quote, "note": "Qw==", "partner_token": token});
    assert_eq!(post(&server, ben, &accept, &changed).good(), both);
    let mine_again = post(&server, ana, &accept, &mine).good();
    assert_eq!(mine_again["sequence"], both["sequence"]);
    let eve = post(&server, As::Client(3), &accept, &theirs);
    assert_eq!(eve.problem(), (409, "not_yours"));

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
fn a_taken_time_a_second_hold_and_an_unseen_price_are_told_apart() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let starts = practice.starts(&server);
    let (ana, eve) = (As::Client(1), As::Client(2));
    let held = post(&server, ana, "/holds", &practice.alone(&starts[0])).good();
    let taken = post(&server, eve, "/holds", &practice.alone(&starts[0]));
    assert_eq!(taken.problem(), (409, "slot_taken"));
    let conflict = json!([{"start": starts[0], "minutes": 50}]);
    assert_eq!(taken.json["conflicts"], conflict);
    let second = post(&server, ana, "/holds", &practice.alone(&starts[5]));
    assert_eq!(second.problem(), (409, "hold_elsewhere"));
    let accept = format!("/holds/{}/accept", held["id"].as_str().unwrap());
    let unseen = post(&server, ana, &accept, &json!({"state": "CA"}));
    assert_eq!(unseen.problem(), (409, "quote_mismatch"));
}

#[test]
fn a_visit_is_moved_and_cancelled_with_a_token_that_works_once() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let starts = practice.starts(&server);
    let (ana, eve) = (As::Client(1), As::Client(2));
    let booked = practice.book(&server, ana, &starts[0]);
    let path = format!("/bookings/{}/move", booked["id"].as_str().unwrap());
    let to = json!({"token": booked["token"], "start": starts[8]});
    let moved = post(&server, ana, &path, &to).good();
    assert_eq!(moved["start"], json!(starts[8]));
    assert_eq!(moved["previous"], booked["id"]);
    assert_eq!(post(&server, ana, &path, &to).problem().0, 409);
    let cancel = format!("/bookings/{}/cancel", moved["id"].as_str().unwrap());
    let token = json!({"token": moved["token"]});
    let stolen = post(&server, eve, &cancel, &token);
    assert_eq!(stolen.problem(), (404, "not_found"));
    let gone = post(&server, ana, &cancel, &token).good();
    assert_eq!(
        (&gone["standing"], &gone["token"]),
        (&json!("cancelled"), &json!(null))
    );
    let free = practice.starts(&server);
    assert!(free.contains(&starts[0]) && free.contains(&starts[8]));
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
}

/// Reads every file below a folder, in small letters.
fn everything_in(folder: &std::path::Path) -> Vec<u8> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        found.extend(if path.is_dir() {
            everything_in(&path)
        } else {
            std::fs::read(path).unwrap().to_ascii_lowercase()
        });
    }
    found
}

/// The person who runs the server searches what it keeps and says for the words of a calendar.
#[test]
fn no_word_of_a_therapists_calendar_is_kept_or_said() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let own = As::Account(practice.account);
    let compact = practice.starts(&server)[4].replace(['-', ':'], "");
    // A telling word wherever a calendar has one, in lines that are read and in lines that are not.
    let lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Zeisig//EN",
        "X-WR-CALNAME:Zeisig",
        "BEGIN:VEVENT",
        "UID:zeisig@example.org",
        "DTSTAMP:20260101T000000Z",
        &format!("DTSTART:{compact}"),
        "DURATION:PT50M",
        "SUMMARY:Zeisig",
        "LOCATION:Zeisig",
        "DESCRIPTION:Zeisig",
        "ATTENDEE;CN=Zeisig:mailto:zeisig@example.org",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:2",
        "DTSTAMP:20260101T000000Z",
        &format!("DTSTART;TZID=Zeisig:{}", compact.trim_end_matches('Z')),
        "RRULE:FREQ=ZEISIG",
        "EXDATE:Zeisig",
        "SUMMARY;ZEISIG=1",
        "END:VEVENT",
        "END:VCALENDAR",
    ];
    let put = json!({"calendar": lines.join("\r\n") + "\r\n"});
    let mut said = vec![
        ask(&server, own, Method::PUT, "/practice/busy", Some(&put)).good(),
        get(&server, own, "/practice").good(),
        get(&server, own, "/practice/audit").good(),
    ];
    assert_eq!(said[0]["busy"][0]["events"], json!(2));
    let troubles = said[0]["busy"][0]["troubles"].as_array().unwrap();
    assert!(!troubles.is_empty(), "lines that cannot be read are told");
    let broken = json!({"calendar": "<html>Zeisig</html>"});
    let refused = ask(&server, own, Method::PUT, "/practice/busy", Some(&broken));
    assert_eq!(refused.status, 422);
    said.push(refused.json);
    drop(server);
    let said = json!(said).to_string().to_ascii_lowercase();
    assert!(!said.contains("zeisig"), "{said}");
    let kept = everything_in(home.path());
    let holds = |word: &[u8]| kept.windows(word.len()).any(|window| window == word);
    assert!(holds(b"vera lund"), "the search finds what is there");
    assert!(!holds(b"zeisig"), "a word of the calendar is in a file");
}

/// The person who runs the server cannot ask who someone is: there is no place to say it.
#[test]
fn a_booking_has_no_place_for_who_somebody_is() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let start = practice.starts(&server)[3].clone();
    let ana = As::Client(1);
    let telling = ["name", "email", "phone", "birth_date", "partner", "account"];
    for word in telling {
        let mut hold = practice.alone(&start);
        hold[word] = json!("Anahitza");
        let refused = post(&server, ana, "/holds", &hold);
        assert_eq!(refused.problem(), (422, "unknown_field"), "{word}");
        assert_eq!(refused.json["field"], format!("/{word}"));
    }
    let held = post(&server, ana, "/holds", &practice.alone(&start)).good();
    let accept = format!("/holds/{}/accept", held["id"].as_str().unwrap());
    let mine = json!({"state": "CA", "quote": held["quotes"][0]["id"]});
    for word in telling {
        let mut mine = mine.clone();
        mine[word] = json!("Anahitza");
        let refused = post(&server, ana, &accept, &mine);
        assert_eq!(refused.problem(), (422, "unknown_field"), "{word}");
    }
    post(&server, ana, &accept, &mine).good();
    drop(server);
    let kept = everything_in(home.path());
    let holds = |word: &[u8]| kept.windows(word.len()).any(|window| window == word);
    assert!(holds(b"vera lund"), "the search finds what is there");
    assert!(!holds(b"anahitza"), "a refused name is in a file");
}

#[test]
fn nobody_overbooks_without_a_reason_or_for_another_practice() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let own = As::Account(practice.account);
    let start = practice.starts(&server)[0].clone();
    practice.book(&server, As::Client(1), &start);
    let over = |why: Option<&str>| {
        let mut over = json!({
            "start": start, "minutes": 50, "format": "video", "service": "couples"
        });
        if let Some(why) = why {
            over["why"] = json!(why);
        }
        over
    };
    let long = "x".repeat(281);
    for why in [None, Some(""), Some(" "), Some(long.as_str())] {
        let refused = post(&server, own, "/practice/overbook", &over(why));
        assert_eq!(refused.problem().0, 422, "{why:?}");
        assert_eq!(refused.json["field"], "/why", "{why:?}");
    }
    let eve = As::Account(server.sign_up("eve", "three").token);
    let meant = over(Some("A crisis."));
    for (who, expected) in [
        (eve, (404, "no_listing")),
        (As::Client(1), (401, "sign_in_again")),
        (As::Anybody, (401, "sign_in_again")),
    ] {
        let refused = post(&server, who, "/practice/overbook", &meant);
        assert_eq!(refused.problem(), expected, "{who:?}");
    }
    let visits = get(&server, own, "/practice/bookings").good();
    assert_eq!(visits["bookings"].as_array().unwrap().len(), 1);
}

#[test]
fn a_feed_says_when_and_nothing_else_until_it_is_ended() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let own = As::Account(practice.account);
    practice.book(&server, As::Client(1), &practice.starts(&server)[0]);
    for (who, path) in [(As::Client(1), "/feeds"), (own, "/practice/feeds")] {
        let made = act(&server, who, path).good();
        let feed = format!(
            "http://{}{}",
            server.address,
            made["path"].as_str().unwrap()
        );
        let read = || server.send_request(Request::get(&feed).body(vec![]).unwrap());
        let answer = read();
        let text = String::from_utf8(answer.body().clone()).unwrap();
        assert!(text.contains("BEGIN:VEVENT") && text.contains("SUMMARY:Appointment"));
        assert!(!text.contains("Vera") && answer.headers().contains_key("etag"));
        // Anyone who has the address reads every line: none has room for anything else.
        for line in text.lines() {
            let (name, value) = line.split_once(':').unwrap();
            let is_known = match name {
                "BEGIN" | "END" => ["VCALENDAR", "VEVENT"].contains(&value),
                "VERSION" => value == "2.0",
                "PRODID" => value == "-//Troth//Appointments//EN",
                "CALSCALE" => value == "GREGORIAN",
                "METHOD" => value == "PUBLISH",
                "SUMMARY" => value == "Appointment",
                "CLASS" => value == "PRIVATE",
                "STATUS" => value == "CONFIRMED",
                "TRANSP" => value == "OPAQUE",
                "SEQUENCE" => value.len() == 1,
                "UID" => value.split_once('@').is_some_and(|(id, _)| id.len() == 32),
                "DTSTAMP" | "LAST-MODIFIED" | "DTSTART" | "DTEND" => value.len() == 16,
                _ => false,
            };
            assert!(is_known, "{line}");
        }
        delete(&server, who, path).good();
        assert_eq!(read().status(), 404);
    }
}

/// Lets the provider answer each request.
fn on_request(server: &crate::support::running::Running, own: As) {
    let tag = get(server, own, "/practice").tag().to_owned();
    let mut slower = listing();
    slower["on_request"] = json!(true);
    let headers = [("if-match", tag.as_str())];
    let put = (Method::PUT, "/practice");
    ask_with(server, own, put, (&headers, Some(&slower))).good();
}

#[test]
fn a_request_is_answered_by_the_provider_and_told_in_a_notice() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let own = As::Account(practice.account);
    on_request(&server, own);
    let starts = practice.starts(&server);
    let one = practice.book(&server, As::Client(1), &starts[0]);
    let two = practice.book(&server, As::Client(2), &starts[4]);
    assert_eq!(one["standing"], "requested");
    let open = get(&server, own, "/practice/requests").good();
    assert_eq!(open["bookings"].as_array().unwrap().len(), 2);
    let answer = |booking: &serde_json::Value, verb: &str| {
        let id = booking["id"].as_str().unwrap();
        act(&server, own, &format!("/practice/requests/{id}/{verb}"))
    };
    assert_eq!(answer(&one, "accept").good()["standing"], "booked");
    assert_eq!(answer(&two, "decline").good()["standing"], "lapsed");
    assert_eq!(answer(&two, "accept").problem().0, 409);
    let notices = get(&server, As::Client(2), "/notices").good();
    let last = notices["notices"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(last["kind"], "declined");
    delete(
        &server,
        As::Client(2),
        &format!("/notices?through={}", last["number"]),
    )
    .good();
    let left = get(&server, As::Client(2), "/notices").good();
    assert_eq!(left["notices"], json!([]));
}

#[test]
fn a_visit_over_another_is_written_down_with_its_reason() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let own = As::Account(practice.account);
    let start = practice.starts(&server)[0].clone();
    practice.book(&server, As::Client(1), &start);
    let over = json!({
        "start": start, "minutes": 50, "format": "video", "service": "couples",
        "why": "A crisis."
    });
    let over = post(&server, own, "/practice/overbook", &over).good();
    assert_eq!(over["overbooked"], true);
    for (who, path) in [
        (own, "/practice/audit"),
        (As::Account(practice.operator), "/steward/audit"),
    ] {
        let audit = get(&server, who, path).good();
        assert_eq!(audit["entries"][0]["what"], "overbooked");
        assert_eq!(audit["entries"][0]["why"], "A crisis.");
    }
}

#[test]
fn who_waits_is_offered_what_comes_free_and_everything_is_tended_by_itself() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let starts = practice.starts(&server);
    let held = post(
        &server,
        As::Client(1),
        "/holds",
        &practice.alone(&starts[6]),
    )
    .good();
    let wait = json!({
        "provider": practice.id, "minutes": 50, "format": "video", "service": "couples",
        "state": "NV", "with_partner": false
    });
    let entry = post(&server, As::Client(2), "/waitlist", &wait).good();
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
fn deleting_a_therapists_account_ends_what_others_would_come_to() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let ana = As::Client(1);
    let booked = practice.book(&server, ana, &practice.starts(&server)[3]);
    server.delete_account(practice.account, "one");
    server.publish();
    for path in [
        format!("/providers/{}", practice.id),
        format!("/providers/{}/slots", practice.id),
    ] {
        assert_eq!(
            get(&server, As::Anybody, &path).problem(),
            (404, "not_found")
        );
    }
    let seen = get(
        &server,
        ana,
        &format!("/bookings/{}", booked["id"].as_str().unwrap()),
    )
    .good();
    assert_eq!(
        (&seen["standing"], &seen["provider_name"]),
        (&json!("cancelled"), &json!("Dr. Vera Lund"))
    );
    let notices = get(&server, ana, "/notices").good();
    let last = notices["notices"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["kind"], &last["booking"]),
        (&json!("cancelled"), &booked["id"])
    );
    // The number is free for whoever it belongs to.
    let next = As::Account(server.sign_up("vera again", "three").token);
    let again = ask(&server, next, Method::PUT, "/practice", Some(&listing()));
    assert_eq!(again.status, 200, "{}", again.json);
}

#[test]
fn a_listing_that_outlived_its_account_leaves_by_itself() {
    let (server, _home) = server();
    let gone = server.sign_up("vera", "one");
    server.delete_account(gone.token, "one");
    // Another device wrote it between the two steps of the deletion.
    let put = PutListing {
        account: gone.account,
        replaces: None,
        npi: Some(1_234_567_893),
        licences: Vec::new(),
        listing: b"{}".to_vec(),
        check_again: true,
        minute: Minute(29_900_000),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(server.network().store.run(put)).unwrap();
    let next = As::Account(server.sign_up("vera again", "two").token);
    let write = || ask(&server, next, Method::PUT, "/practice", Some(&listing()));
    let taken = write();
    assert_eq!(
        (taken.problem(), &taken.json["field"]),
        ((422, "invalid"), &json!("/npi"))
    );
    server.tend();
    assert_eq!(write().status, 200);
}

#[test]
fn a_practice_asks_its_own_clients_and_nobody_else() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let own = As::Account(practice.account);
    let starts = practice.starts(&server);
    let (ana, eve) = (As::Client(1), As::Client(2));
    practice.book(&server, ana, &starts[0]);
    let pseudonym = |number: u8| {
        let secret = troth_wire::network::ClientSecret([number; 32]);
        troth_wire::network::ClientId::of_secret(&secret).to_string()
    };
    let over = |client: u8| {
        let over = json!({
            "start": starts[4], "minutes": 50, "format": "video", "service": "couples",
            "client": pseudonym(client), "why": "A crisis."
        });
        post(&server, own, "/practice/overbook", &over)
    };
    for stranger in [2, 3] {
        let refused = over(stranger);
        assert_eq!(refused.problem(), (404, "not_found"));
        assert_eq!(refused.json["field"], "/client");
    }
    let asked = over(1).good();
    assert_eq!(
        (&asked["standing"], &asked["overbooked"]),
        (&json!("offered"), &json!(true))
    );
    let path = format!("/holds/{}", asked["id"].as_str().unwrap());
    let hold = get(&server, ana, &path).good();
    assert_eq!(hold["quotes"][0]["cents"], 18000, "with the price");
    let accept = format!("{path}/accept");
    let unseen = post(&server, ana, &accept, &json!({"state": "CA"}));
    assert_eq!(unseen.problem(), (409, "quote_mismatch"));
    let mine = json!({"state": "CA", "quote": hold["quotes"][0]["id"]});
    assert_eq!(post(&server, eve, &accept, &mine).status, 404);
    let booked = post(&server, ana, &accept, &mine).good();
    assert_eq!(booked["standing"], "booked");
}
