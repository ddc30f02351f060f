//! Visits whose commands are killed at any moment: each act is done once, and done whole.

use serde_json::Value;
use troth_core::VisitAnswer;
use troth_sync::env::NativeEnv;
use troth_sync::journal::sqlite::SqliteJournal;
use troth_sync::lock::Alone;
use troth_sync::network::Acceptance;
use troth_sync::relay::http_native::HttpRelay;
use troth_sync::view::Keeping;
use troth_sync::{Client, Rim, block_on};

use super::{ROSA, as_arguments, clinic, hold, slots};
use crate::harness::{ANA, BEN, Stage, finish, password, start};
use crate::proxy::{Proxy, Stuck};

/// Dora, who reaches the server through a proxy.
fn dora(stage: &Stage) -> Proxy {
    let proxy = Proxy::to(stage.server.address());
    let create = [
        "account", "create", "--server", &proxy.url, "--login", "dora", "--name", "Dora",
    ];
    stage
        .run("dora", &create, &format!("{}\n", password("dora")))
        .good();
    proxy
}

/// What Ana's side shows: how the visit stands with the server, and how her partner answered.
fn told_to(stage: &Stage, home: &str) -> (Value, Vec<Value>) {
    let visits = stage.json(home, &["visit", "list"]);
    let timeline = stage.json(home, &["timeline"]);
    let kinds = timeline.as_array().unwrap().iter();
    let answers = kinds.filter(|entry| entry["kind"] == "visit-answered");
    (visits[0]["standing"].clone(), answers.cloned().collect())
}

/// Kills a command of Dora's at its first request, then at its second, and so on until it gets through.
fn kill_until_done(stage: &Stage, proxy: &Proxy, side: Stuck, words: &[String]) -> Value {
    let home = stage.path("dora");
    for round in 0..64 {
        proxy.hold_after(round, side);
        let mut all = vec![String::from("--home"), home.to_str().unwrap().to_owned()];
        all.extend_from_slice(words);
        let mut command = start(&all);
        let held = proxy.holds(&mut command);
        if !held {
            proxy.open();
            return finish(command, "").good().json();
        }
        command.kill().unwrap();
        command.wait().unwrap();
    }
    panic!("the command never gets through");
}

#[test]
fn an_act_killed_at_every_request_is_done_once() {
    for side in [Stuck::BeforeTheServer, Stuck::AfterTheServer] {
        let (stage, rosa) = clinic();
        let proxy = dora(&stage);
        let start = slots(&stage, rosa)[30].clone();

        let held = kill_until_done(&stage, &proxy, side, &hold(rosa, &start));
        let words = [
            "visit", "accept", "--state", "CA", "--note", "once", "--json",
        ];
        let booked = kill_until_done(&stage, &proxy, side, &words.map(str::to_owned));
        assert_eq!(booked["id"], held["id"]);
        let id = booked["id"].as_str().unwrap();
        let words = ["visit", "cancel", id, "--json"].map(str::to_owned);
        let cancelled = kill_until_done(&stage, &proxy, side, &words);

        assert_eq!(cancelled["standing"], "cancelled", "{side:?}");
        let list = stage.json("dora", &["visit", "list"]);
        assert_eq!(list.as_array().unwrap().len(), 1, "{side:?}: {list}");
        let sequence = list[0]["history"].as_array().unwrap().len();
        assert_eq!(list[0]["sequence"].as_u64().unwrap() as usize + 1, sequence);
        let rosas = stage.json(ROSA, &["practice", "visits"]);
        assert_eq!(rosas.as_array().unwrap().len(), 1);
        assert_eq!(rosas[0]["notes"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn a_partners_acceptance_killed_at_every_request_books_and_tells_once() {
    let (stage, rosa) = clinic();
    let proxy = dora(&stage);
    stage.sign_up("eva", "Eva");
    let link = stage.json("dora", &["pair", "invite"]);
    let link = link["link"].as_str().unwrap();
    let link = link.replace(&proxy.url, &stage.server.url);
    stage.run("eva", &["pair", "accept", &link], "").good();
    stage.run("dora", &["pair", "confirm"], "").good();
    stage.run("eva", &["pair", "confirm"], "").good();
    stage.run("dora", &["sync"], "").good();
    let start = slots(&stage, rosa)[30].clone();
    let mut words = hold(rosa, &start);
    words.push(String::from("--with-partner"));
    let held = stage.run("eva", &as_arguments(&words), "").good().json();
    stage.json("eva", &["visit", "accept", "--state", "CA"]);

    let words = [
        "visit", "accept", "--state", "NV", "--note", "once", "--json",
    ];
    let side = Stuck::AfterTheServer;
    let booked = kill_until_done(&stage, &proxy, side, &words.map(str::to_owned));

    assert_eq!(booked["id"], held["id"]);
    assert_eq!(booked["standing"], "booked");
    let (standing, answers) = told_to(&stage, "eva");
    assert_eq!((standing, answers.len()), ("booked".into(), 1));
    let rosas = stage.json(ROSA, &["practice", "visits"]);
    assert_eq!(rosas[0]["notes"].as_array().unwrap().len(), 1, "{rosas}");
}

/// How far a partner's acceptance comes before its process ends, between two requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// The server's answer was read, and nothing of it is in the record.
    TheAnswer,
    /// The word to the partner is written, and not sent.
    TheWord,
}

/// Lets Ben accept, on his own disk, as far as that.
fn accepts_until(stage: &Stage, until: Until) {
    let rim = Rim {
        journal: SqliteJournal::open(&stage.path(BEN).join("journal.sqlite")).unwrap(),
        relay: HttpRelay::new(&stage.server.url).unwrap(),
        env: Box::new(NativeEnv),
        lock: Box::new(Alone),
        keeping: Keeping::Unlocked,
    };
    let ben = block_on(Client::<_, _>::open(rim)).unwrap();
    block_on(ben.sync()).unwrap();
    let visit = ben.unanswered_visit().unwrap();
    let held = block_on(ben.look_at_visit(&visit)).unwrap();
    let acceptance = Acceptance {
        state: String::from("NV"),
        quote: held.quotes.first().map(|quote| quote.id),
        note: None,
    };
    block_on(ben.bookings().accept(&held, &acceptance)).unwrap();
    if until == Until::TheWord {
        block_on(ben.answer_visit(visit.id, VisitAnswer::Accepted)).unwrap();
    }
}

#[test]
fn a_partners_acceptance_killed_after_the_servers_answer_is_finished_by_whatever_comes_next() {
    let again: [&[&str]; 3] = [
        &["visit", "accept", "--state", "NV", "--json"],
        &["visit", "list", "--json"],
        &["visit", "decline", "--json"],
    ];
    let (stage, rosa) = clinic();
    let free = slots(&stage, rosa);
    for (round, (until, command)) in [
        (Until::TheAnswer, again[0]),
        (Until::TheWord, again[0]),
        (Until::TheAnswer, again[1]),
        (Until::TheAnswer, again[2]),
    ]
    .into_iter()
    .enumerate()
    {
        let mut words = hold(rosa, &free[30 + round]);
        words.push(String::from("--with-partner"));
        stage.run(ANA, &as_arguments(&words), "").good();
        stage.json(ANA, &["visit", "accept", "--state", "CA"]);
        accepts_until(&stage, until);

        let done = stage.run(BEN, command, "");

        if command[1] == "decline" {
            // It was accepted: there is nothing to decline any more.
            done.bad(1, "holds no time");
        } else if command[1] == "accept" {
            assert_eq!(done.good().json()["standing"], "booked", "{until:?}");
        } else {
            assert_eq!(done.good().json()[0]["standing"], "booked");
        }
        let (standing, answers) = told_to(&stage, ANA);
        assert_eq!(standing, "booked", "{until:?}");
        assert_eq!(answers.len(), round + 1, "{until:?}: {answers:?}");
    }
}
