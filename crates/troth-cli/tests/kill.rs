//! The kill test: the server dies under load, again and again, and keeps every promise.
//!
//! Several real clients write as fast as they can. The server process gets SIGKILL at moments
//! that depend on how far they have come, and starts again. An entry is promised once a client
//! has been told its place; at the end every promised entry is in the record, at that place.
//! `TROTH_KILLS` says how often (10 unless set, 200 at night).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use troth_core::{Command, EntryId, Referee};
use troth_sync::env::NativeEnv;
use troth_sync::journal::memory::MemoryJournal;
use troth_sync::lock::Alone;
use troth_sync::relay::http_native::HttpRelay;
use troth_sync::view::{InviteOptions, Keeping, NewAccount};
use troth_sync::{Client, Rim, block_on};

use crate::harness::Server;
use crate::postgres::Postgres;

const CLIENTS: usize = 4;

type Device = Client<MemoryJournal, HttpRelay>;

fn rim(url: &str) -> Rim<MemoryJournal, HttpRelay> {
    Rim {
        journal: MemoryJournal::default(),
        relay: HttpRelay::new(url).unwrap(),
        env: Box::new(NativeEnv),
        lock: Box::new(Alone),
        keeping: Keeping::Unlocked,
    }
}

fn kills() -> u64 {
    std::env::var("TROTH_KILLS").map_or(10, |kills| kills.parse().unwrap())
}

/// How one client signs in again, and what it was promised.
struct Promised {
    login: String,
    code: String,
    places: BTreeMap<EntryId, u64>,
}

/// Writes until it is told to stop, and reports every promise as it is made.
fn write(
    url: &str,
    login: String,
    promises: &Sender<()>,
    (ready, stop): (&Barrier, &AtomicBool),
) -> Promised {
    let new = NewAccount {
        login: login.clone(),
        name: login.clone(),
        password: "a password for killing".to_owned(),
    };
    let (client, kit) = block_on(Device::create_account(rim(url), new)).unwrap();
    block_on(client.invite(InviteOptions::default())).unwrap();
    // From here on another device finds the space too.
    block_on(client.sync()).unwrap();
    let mut places = BTreeMap::new();
    let mut count = 0;
    ready.wait();
    while !stop.load(Ordering::Relaxed) {
        // While the server is down the outbox waits; it need not grow without end.
        for _ in client.health().waiting..64 {
            count += 1;
            let command = Command::StartReveal {
                prompt: format!("{login} {count}"),
                referee: Referee::Server,
            };
            block_on(client.dispatch(command)).unwrap();
        }
        let _ = block_on(client.sync());
        for entry in client.entries().iter().filter(|entry| entry.place > 0) {
            if places.insert(entry.id, entry.place).is_none() {
                promises.send(()).unwrap();
            }
        }
    }
    Promised {
        login,
        code: kit.device_code.to_string(),
        places,
    }
}

/// Kills and restarts the server as the promises come in.
fn torment(server: &mut Server, restart: &dyn Fn() -> Server, promises: &Receiver<()>) -> u64 {
    let mut chance: u64 = 0x9e37_79b9_7f4a_7c15;
    let kills = kills();
    for _ in 0..kills {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        for _ in 0..(chance >> 60) + 1 {
            promises.recv().unwrap();
        }
        server.kill();
        *server = restart();
    }
    kills
}

fn kill_test(data: &Path, database: Option<&str>) {
    let more: Vec<&str> = database
        .iter()
        .flat_map(|url| ["--database", url])
        .collect();
    let mut server = Server::start_with(data, "127.0.0.1:0", &more);
    let (url, address) = (server.url.clone(), server.address().to_owned());
    let restart = || Server::start_with(data, &address, &more);
    let (ready, stop) = (Barrier::new(CLIENTS + 1), AtomicBool::new(false));
    let (sender, promises) = channel();

    let promised: Vec<Promised> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..CLIENTS)
            .map(|at| {
                let (url, sender, signs) = (&url, sender.clone(), (&ready, &stop));
                scope.spawn(move || write(url, format!("writer {at}"), &sender, signs))
            })
            .collect();
        ready.wait();
        torment(&mut server, &restart, &promises);
        stop.store(true, Ordering::Relaxed);
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .collect()
    });

    for writer in promised {
        assert!(!writer.places.is_empty());
        let fresh = block_on(Device::sign_in(
            rim(&url),
            &writer.login,
            "a password for killing",
            &writer.code,
        ))
        .unwrap();
        block_on(fresh.sync()).unwrap();
        let there: BTreeMap<EntryId, u64> = fresh
            .entries()
            .iter()
            .map(|entry| (entry.id, entry.place))
            .collect();
        for (id, place) in &writer.places {
            assert_eq!(
                there.get(id),
                Some(place),
                "a promised entry is gone or moved"
            );
        }
        assert!(block_on(fresh.verify()).unwrap().intact());
    }
}

#[test]
fn every_promised_entry_survives_kill_9_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();

    kill_test(&folder.path().join("data"), None);
}

#[test]
fn every_promised_entry_survives_kill_9_on_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    let Some(postgres) = Postgres::start() else {
        return;
    };

    kill_test(&folder.path().join("data"), Some(&postgres.url));
}
