//! Calendars that do harm: silent addresses, and texts that are small and say much.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use troth_server::{Config, Env, Limits, SystemEnv};
use troth_wire::Token;
use ureq::http::Method;

use crate::support::practice::{As, Practice, ask, get, listing, post, server};
use crate::support::running::Running;

/// More silent addresses than are read side by side, twice over.
const SILENT: usize = 40;

/// How long a test waits for what it needs before it fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// The machine's clock at the start of a test; it stands until it is moved.
#[derive(Debug)]
struct Clock(AtomicU64);

impl Clock {
    fn pass_minutes(&self, minutes: u64) {
        self.0.fetch_add(minutes * 60, Ordering::Relaxed);
    }
}

impl Env for Clock {
    fn second(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn fill(&self, into: &mut [u8]) {
        SystemEnv.fill(into);
    }
}

/// A server that reads calendars from the loopback, on a clock that stands.
fn still(fetch_time: Duration) -> (Running, TempDir, Arc<Clock>) {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path(), "127.0.0.1:0");
    config.limits = Limits::NONE;
    config.private_calendars = true;
    let clock = Arc::new(Clock(AtomicU64::new(SystemEnv.second())));
    let server = Running::start_on(config, Arc::clone(&clock) as _).unwrap();
    server.network().set_fetch_time(fetch_time);
    (server, folder, clock)
}

/// An address that accepts every connection and never says a word.
struct Silence {
    address: SocketAddr,
    open: Arc<Mutex<Vec<TcpStream>>>,
    accepted: Receiver<()>,
}

impl Silence {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let open = Arc::new(Mutex::new(Vec::new()));
        let (tell, accepted) = channel();
        let kept = Arc::clone(&open);
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                kept.lock().unwrap().push(stream);
                if tell.send(()).is_err() {
                    return;
                }
            }
        });
        Self {
            address,
            open,
            accepted,
        }
    }

    /// Waits until so many more connections were accepted.
    fn wait_for(&self, count: usize) {
        for _ in 0..count {
            self.accepted.recv_timeout(PATIENCE).unwrap();
        }
    }

    /// Says that nobody else came.
    fn is_alone(&self) -> bool {
        self.accepted.try_recv().is_err()
    }

    fn close(&self) {
        self.open.lock().unwrap().clear();
    }
}

impl Drop for Silence {
    /// A test that fails must not wait for those that wait.
    fn drop(&mut self) {
        self.close();
    }
}

/// An address that answers every request with a calendar of one hour.
fn good_address(start: &str) -> SocketAddr {
    use std::io::{Read as _, Write as _};

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let text = format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n\
         DTSTART:{start}\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut asked = [0; 4096];
            let _count = stream.read(&mut asked).unwrap();
            stream.write_all(text.as_bytes()).unwrap();
        }
    });
    address
}

/// Sets the address of a therapist's calendar.
fn set_address(server: &Running, account: Token, address: SocketAddr) {
    let put = json!({"address": format!("http://{address}/x.ics")});
    ask(
        server,
        As::Account(account),
        Method::PUT,
        "/practice/busy",
        Some(&put),
    )
    .good();
}

/// So many therapists whose calendars never answer.
fn silent_therapists(server: &Running, silence: &Silence) -> Vec<Token> {
    let mut listing = listing();
    listing.as_object_mut().unwrap().remove("npi");
    (0..SILENT)
        .map(|number| {
            let account = server.sign_up(&format!("silent {number}"), "one").token;
            let own = As::Account(account);
            ask(server, own, Method::PUT, "/practice", Some(&listing)).good();
            set_address(server, account, silence.address);
            account
        })
        .collect()
}

/// What a therapist is told of their calendar.
fn told(server: &Running, account: Token) -> Value {
    get(server, As::Account(account), "/practice").good()["busy"][0].clone()
}

/// Asks until something is so; fails after a minute.
fn until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it never came about");
        std::thread::yield_now();
    }
}

#[test]
fn silent_addresses_hold_up_neither_a_good_calendar_nor_one_another() {
    let (server, home, clock) = still(Duration::from_millis(300));
    let practice = Practice::open(&server, home.path());
    let start = practice.starts(&server)[4].clone();
    let silence = Silence::new();
    let silent = silent_therapists(&server, &silence);

    // The good one comes last.
    set_address(
        &server,
        practice.account,
        good_address(&start.replace(['-', ':'], "")),
    );
    let blocked = || told(&server, practice.account)["blocked"].clone();
    until(|| blocked().as_array().is_some_and(|all| !all.is_empty()));
    until(|| !practice.starts(&server).contains(&start));
    let failed = |account: &Token| -> bool { told(&server, *account)["failed"] != json!(null) };
    until(|| silent.iter().all(failed));
    silence.wait_for(SILENT);

    // Each is tried again after half an hour, and then only after an hour.
    server.tend();
    clock.pass_minutes(29);
    server.tend();
    assert!(silence.is_alone());
    clock.pass_minutes(1);
    server.tend();
    silence.wait_for(SILENT);
    clock.pass_minutes(59);
    server.tend();
    assert!(silence.is_alone());
    clock.pass_minutes(1);
    server.tend();
    silence.wait_for(SILENT);
    silence.close();
}

#[test]
fn a_hold_lapses_while_every_reader_waits_for_a_silent_address() {
    let (server, home, clock) = still(Duration::from_secs(600));
    let practice = Practice::open(&server, home.path());
    let starts = practice.starts(&server);
    let held = practice.alone(&starts[6]);
    post(&server, As::Client(1), "/holds", &held).good();
    let wait = json!({
        "provider": practice.id, "minutes": 50, "format": "video", "service": "couples",
        "state": "NV", "with_partner": false
    });
    post(&server, As::Client(2), "/waitlist", &wait).good();
    let silence = Silence::new();
    silent_therapists(&server, &silence);
    silence.wait_for(16);

    clock.pass_minutes(6);
    server.network().tend_soon();
    let offer = || get(&server, As::Client(2), "/waitlist").good()["entries"][0]["offer"].clone();
    until(|| offer()["start"] == json!(starts[6]));
    server.network().set_fetch_time(Duration::from_millis(50));
    silence.close();
}

#[test]
fn a_small_calendar_that_never_ends_is_a_few_stretches() {
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    let own = As::Account(practice.account);
    for (rule, most) in [("FREQ=MINUTELY", 1), ("FREQ=MINUTELY;INTERVAL=30", 4_096)] {
        let calendar = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101T000000Z\nDURATION:PT1M\nRRULE:{rule}\n\
             END:VEVENT\nEND:VCALENDAR\n"
        );
        let put = json!({"calendar": calendar});
        let shown = ask(&server, own, Method::PUT, "/practice/busy", Some(&put)).good();
        let blocked = shown["busy"][0]["blocked"].as_array().unwrap().len();
        assert!((1..=most).contains(&blocked), "{rule} {blocked}");
    }
}

#[test]
fn a_therapist_hands_in_so_many_calendars_and_then_waits_while_others_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start_with(Config::new(folder.path(), "127.0.0.1:0")).unwrap();
    let mut listing = listing();
    listing.as_object_mut().unwrap().remove("npi");
    let [ana, ben] = ["ana", "ben"].map(|login| {
        let own = As::Account(server.sign_up(login, "one").token);
        ask(&server, own, Method::PUT, "/practice", Some(&listing)).good();
        own
    });
    let put = json!({"calendar": "BEGIN:VCALENDAR\nEND:VCALENDAR\n"});
    let hand_in = |own| ask(&server, own, Method::PUT, "/practice/busy", Some(&put));
    for _ in 0..12 {
        hand_in(ana).good();
    }
    let refused = hand_in(ana);
    assert_eq!(refused.problem(), (429, "slow_down"));
    assert!(refused.headers.contains_key("retry-after"));
    hand_in(ben).good();
}
