//! The published directory: there from the first request on, and of several servers on one PostgreSQL
//! one edition, whoever is asked.

use std::path::Path;

use serde_json::Value;
use troth_server::{Config, Limits};
use ureq::http::Request;

use crate::support::postgres::Postgres;
use crate::support::practice::{As, Practice, get};
use crate::support::running::Running;

fn file(server: &Running, path: &str) -> (u16, Vec<u8>) {
    let uri = format!("http://{}{path}", server.address);
    let told = server.send_request(Request::get(uri).body(vec![]).unwrap());
    (told.status().as_u16(), told.into_body())
}

/// What the list of files says on one server, after it was found to be the other's too, with every
/// file of it.
fn same_on_both(one: &Running, other: &Running) -> Value {
    // A server may publish by itself between two requests; nothing changes for ever here.
    loop {
        let list = get(one, As::Anybody, "/shards").good();
        let (index, theirs) = (file(one, "/shards/index"), file(other, "/shards/index"));
        let listed = get(other, As::Anybody, "/shards").good();
        if get(one, As::Anybody, "/shards").good() != list {
            continue;
        }
        assert_eq!(index.0, 200);
        assert_eq!(index, theirs, "one index, whoever is asked");
        assert_eq!(list, listed);
        for path in paths(&list) {
            assert_eq!(file(one, &path), file(other, &path), "{path}");
        }
        return list;
    }
}

fn paths(list: &Value) -> Vec<String> {
    let shards = list["shards"].as_array().unwrap();
    assert!(!shards.is_empty(), "{list}");
    let path = |shard: &Value| shard["path"].as_str().unwrap().to_owned();
    shards.iter().map(path).collect()
}

fn all_there(server: &Running, list: &Value) {
    for path in paths(list) {
        assert_eq!(file(server, &path).0, 200, "{path}");
    }
}

#[test]
fn who_asks_right_after_the_start_is_given_the_directory() {
    let home = tempfile::tempdir().unwrap();
    let _practice = Practice::open(&Running::start(home.path()), home.path());
    let index = file(&Running::start(home.path()), "/shards/index");
    assert_eq!(index.0, 200);
    let server = Running::start(home.path());
    all_there(&server, &get(&server, As::Anybody, "/shards").good());
    drop(server);
    let server = Running::start(home.path());
    assert_eq!(get(&server, As::Anybody, "/ghosts").good()["listed"], 1);
}

#[test]
fn two_servers_on_one_database_give_out_one_edition_and_one_goes_on_alone() {
    let Some(postgres) = Postgres::start() else {
        return;
    };
    let url = postgres.database();
    let mut config = Config::new("/nowhere", "127.0.0.1:0");
    config.database = Some(url.clone());
    config.limits = Limits::NONE;
    let one = Running::start_with(config.clone()).unwrap();
    let practice = Practice::open_in(&one, (Path::new("/nowhere"), Some(&url)));
    let other = Running::start_with(config.clone()).unwrap();
    let first = same_on_both(&one, &other);

    // What changes through one server is in the edition that both give out.
    let start = practice.starts(&other)[3].clone();
    practice.book(&other, As::Client(1), &start);
    for server in [&other, &one, &other] {
        server.publish();
    }
    let second = same_on_both(&one, &other);
    assert!(second["serial"].as_u64() > first["serial"].as_u64());
    assert_ne!(paths(&first), paths(&second));
    all_there(&one, &first);
    all_there(&other, &first);

    // The one that made them is gone: the other goes on, and what was named before stays a while.
    drop(one);
    other.publish_after(1);
    let third = get(&other, As::Anybody, "/shards").good();
    assert!(third["serial"].as_u64() > second["serial"].as_u64());
    assert_ne!(paths(&second), paths(&third));
    all_there(&other, &second);

    // One that starts gives out what stands, before it has read a single listing.
    let again = Running::start_with(config).unwrap();
    again.publish();
    assert_eq!(same_on_both(&again, &other)["serial"], third["serial"]);
}
