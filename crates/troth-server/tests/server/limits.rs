//! What one client may take, over real sockets: places, time, room.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use troth_server::{Config, Quotas};
use troth_wire::api::{
    Append, Appended, ErrorCode, Outcome, Problem, SignedIn, WAKE_FRAME, WakeHello,
};
use troth_wire::{Envelope, SpaceId, Token, frame};
use tungstenite::Message;
use ureq::http::{Method, Response};

use crate::support::person;
use crate::support::running::Running;
use crate::support::writer::Writer;

/// Far longer than the deadlines that these tests set, and shorter than those of a server that
/// cuts nobody.
const PATIENCE: Duration = Duration::from_secs(20);

const SOON: Duration = Duration::from_millis(300);

fn start(change: impl FnOnce(&mut Config)) -> (Running, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path(), "127.0.0.1:0");
    change(&mut config);
    (Running::start_with(config).unwrap(), folder)
}

fn dial(server: &Running) -> TcpStream {
    let stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Asks over a connection that is there, and reads the answer to its end.
fn ask(stream: &mut TcpStream, path: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nHost: troth\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Where there is one place in all, it is had only once whoever had it is cut off.
fn gets_the_place(server: &Running) {
    let answer = ask(&mut dial(server), "/healthz");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Asks on a connection and keeps it, so that it is surely taken.
fn settle(server: &Running) -> TcpStream {
    let mut stream = dial(server);
    let head = b"GET /healthz HTTP/1.1\r\nHost: troth\r\n\r\n";
    stream.write_all(head).unwrap();
    let mut some = [0; 512];
    let length = stream.read(&mut some).unwrap();
    assert!(some[..length].starts_with(b"HTTP/1.1 200"));
    stream
}

#[test]
fn a_head_that_never_ends_gives_its_place_to_another() {
    let (server, _home) = start(|config| {
        config.max_connections = 1;
        config.deadlines.head = SOON;
    });
    let mut slow = dial(&server);
    slow.write_all(b"GET /healthz HTTP/1.1\r\nHost: loc")
        .unwrap();
    gets_the_place(&server);
}

#[test]
fn a_quiet_connection_gives_its_place_to_another() {
    let (server, _home) = start(|config| {
        config.max_connections = 1;
        config.deadlines.head = SOON;
    });
    let _quiet = settle(&server);
    gets_the_place(&server);
}

#[test]
fn a_body_that_never_comes_is_answered_and_cut() {
    let (server, _home) = start(|config| {
        config.max_connections = 1;
        config.deadlines.body = SOON;
    });
    for path in ["/v1/login/start", "/api/v1/reports"] {
        let mut slow = dial(&server);
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: troth\r\nContent-Type: application/json\r\n\
             Content-Length: 1024\r\n\r\nfew"
        );
        slow.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        slow.read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 408"), "{path}");
        gets_the_place(&server);
    }
}

#[test]
fn a_reader_that_takes_nothing_gives_its_place_to_another() {
    let (server, _home) = start(|config| {
        config.max_connections = 1;
        config.deadlines.write = SOON;
    });
    let mut slow = dial(&server);
    // Some 50 MB of answers, more than the system keeps for a connection.
    let head = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: troth\r\n\r\n";
    slow.write_all(&head.repeat(500)).unwrap();
    gets_the_place(&server);
}

#[test]
fn a_long_body_is_not_asked_for_before_it_is_known_who_sends_it() {
    let (server, _home) = start(|_| {});
    let space = SpaceId([9; 16]);
    let cases = [
        (format!("/v1/spaces/{space}/entries"), "401"),
        ("/v1/nothing".to_owned(), "404"),
        ("/v1/server".to_owned(), "405"),
    ];
    for (path, status) in cases {
        let mut stranger = dial(&server);
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: troth\r\nExpect: 100-continue\r\nConnection: close\r\n\
             Authorization: Bearer {}\r\nContent-Length: 1000000\r\n\r\n",
            Token([7; 32])
        );
        stranger.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stranger.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{path}: {answer}"
        );
    }
}

#[test]
fn who_tried_too_often_is_not_asked_for_a_long_body() {
    let (server, _home) = start(|config| config.limits.address.burst = 2);
    let send = |length: usize| {
        let mut stranger = dial(&server);
        let head = format!(
            "POST /v1/accounts/finish HTTP/1.1\r\nHost: troth\r\nExpect: 100-continue\r\n\
             Connection: close\r\nContent-Length: {length}\r\n\r\n"
        );
        stranger.write_all(head.as_bytes()).unwrap();
        let mut first = [0; 64];
        let read = stranger.read(&mut first).unwrap();
        if first.starts_with(b"HTTP/1.1 100") {
            stranger.write_all(&vec![0; length]).unwrap();
            stranger.read_to_end(&mut Vec::new()).unwrap();
        }
        String::from_utf8_lossy(&first[..read]).into_owned()
    };
    for _ in 0..40 {
        if send(100_000).starts_with("HTTP/1.1 429") {
            return;
        }
        // Counted: what is asked for is no invitation that there is.
        server.raw(
            Method::GET,
            &format!("/v1/invitations/{:032x}", 1),
            None,
            &[],
        );
    }
    panic!("the body of someone who tried too often is read");
}

#[test]
fn an_address_has_so_many_connections_and_is_told_so() {
    let (server, _home) = start(|config| config.max_connections_per_address = 3);
    let _three = [settle(&server), settle(&server), settle(&server)];
    let answer = ask(&mut dial(&server), "/healthz");
    assert!(answer.starts_with("HTTP/1.1 429"), "{answer}");
    assert!(answer.contains("retry-after: 5"), "{answer}");
    assert!(answer.contains("too many connections"), "{answer}");
    let mut fourth = dial(&server);
    fourth
        .write_all(b"GET /v1/server HTTP/1.1\r\nHost: troth\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    fourth.read_to_end(&mut answer).unwrap();
    let body = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    let problem: Problem = frame::decode(&answer[body..]).unwrap();
    assert_eq!(
        (problem.code, problem.seconds),
        (ErrorCode::SlowDown, Some(5))
    );
}

type Line = tungstenite::WebSocket<TcpStream>;
type Shaken = Result<(Line, Response<Option<Vec<u8>>>), Box<tungstenite::Error>>;

fn shake(server: &Running) -> Shaken {
    let address = format!("ws://{}/v1/wake", server.address);
    match tungstenite::client(address, dial(server)) {
        Ok(shaken) => Ok(shaken),
        Err(tungstenite::HandshakeError::Failure(error)) => Err(Box::new(error)),
        Err(error) => panic!("{error}"),
    }
}

fn open_line(server: &Running, token: Token) -> Line {
    let (mut line, _) = shake(server).unwrap();
    let hello = frame::encode(&WakeHello { token });
    line.send(Message::Binary(hello.into())).unwrap();
    line
}

fn is_good(line: &mut Line) -> bool {
    loop {
        match line.read().unwrap() {
            Message::Binary(wake) => return wake.len() == WAKE_FRAME,
            Message::Close(close) => {
                assert_eq!(u16::from(close.unwrap().code), 1013);
                return false;
            }
            _ => {}
        }
    }
}

#[test]
fn a_wake_line_that_answers_no_ping_is_closed() {
    let (server, _home) = start(|config| config.deadlines.ping = SOON);
    let ana = server.sign_up("ana", "one");
    let mut deaf = open_line(&server, ana.token);
    assert!(is_good(&mut deaf));
    // Read without the protocol, nothing is answered. A line that stays open never ends by itself.
    let (begun, mut some) = (Instant::now(), [0; 512]);
    while deaf.get_mut().read(&mut some).unwrap() > 0 {
        assert!(begun.elapsed() < PATIENCE, "it goes on without an answer");
    }
}

#[test]
fn a_wake_line_that_answers_pings_stays() {
    let (server, _home) = start(|config| config.deadlines.ping = SOON);
    let ana = server.sign_up("ana", "one");
    let mut line = open_line(&server, ana.token);
    assert!(is_good(&mut line));
    for _ in 0..5 {
        while !matches!(line.read().unwrap(), Message::Ping(_)) {}
    }
}

#[test]
fn an_account_and_an_address_have_so_many_wake_lines() {
    let (server, _home) = start(|config| {
        config.max_lines_per_account = 2;
        config.max_lines_per_address = 4;
    });
    let (ana, ben) = (server.sign_up("ana", "one"), server.sign_up("ben", "two"));
    let mut hers = [open_line(&server, ana.token), open_line(&server, ana.token)];
    assert!(hers.iter_mut().all(is_good));
    let mut third = open_line(&server, ana.token);
    assert!(!is_good(&mut third), "one line too many of an account");
    let mut his = open_line(&server, ben.token);
    assert!(is_good(&mut his));
    // The refused one may not have gone yet; so one more than the rest is surely too many.
    let more = [shake(&server), shake(&server)];
    let refused = more.into_iter().find_map(Result::err).unwrap();
    let tungstenite::Error::Http(answer) = *refused else {
        panic!("{refused}");
    };
    assert_eq!(answer.status().as_u16(), 429);
}

fn append(
    server: &Running,
    who: SignedIn,
    space: SpaceId,
    entries: Vec<Envelope>,
) -> Result<Appended, Problem> {
    let path = format!("/v1/spaces/{space}/entries");
    let append = Append { entries };
    server.send((Method::POST, &path), Some(who.token), Some(&append))
}

#[test]
fn an_account_fills_so_much_of_the_disk_and_is_told_by_which_limit() {
    let (server, _home) = start(|config| {
        config.quotas = Quotas {
            spaces_per_account: 2,
            space_bytes: 300_000,
            daily_bytes: 400_000,
            ..Quotas::default()
        };
    });
    let ana = server.sign_up("ana", "one");
    let spaces = [1, 2, 3].map(|number| SpaceId([number; 16]));
    let mut writers = spaces.map(|space| Writer::new(1, space));
    for (space, writer) in spaces.iter().zip(&mut writers).take(2) {
        append(&server, ana, *space, writer.found()).unwrap();
    }
    let third = append(&server, ana, spaces[2], writers[2].found()).unwrap_err();
    assert_eq!(third.code, ErrorCode::TooMany);

    let one = &mut writers[0];
    let large = one.content_of(262_144);
    let placed = append(&server, ana, spaces[0], vec![large]).unwrap();
    assert!(matches!(placed.outcomes[..], [Outcome::Placed { .. }]));
    let full = append(&server, ana, spaces[0], vec![one.content_of(65_536)]).unwrap_err();
    assert_eq!(full.code, ErrorCode::SpaceFull);

    let today = append(
        &server,
        ana,
        spaces[1],
        vec![writers[1].content_of(262_144)],
    );
    let today = today.unwrap_err();
    assert_eq!(today.code, ErrorCode::SlowDown);
    assert!(today.seconds.is_some_and(|seconds| seconds > 0));
    // Another account is not slowed by it.
    let ben = server.sign_up("ben", "two");
    let mut his = Writer::new(2, SpaceId([9; 16]));
    append(&server, ben, his.space, his.found()).unwrap();
    server.delete_account(ben.token, "two");
}

#[test]
fn an_address_makes_so_many_accounts_a_day() {
    let (server, _home) = start(|config| config.quotas.daily_accounts = 2);
    server.sign_up("ana", "one");
    server.sign_up("ben", "two");
    let (begun, asked) = person::register("cat", "three");
    let begun_there = server.send((Method::POST, "/v1/accounts/start"), None, Some(&asked));
    let finish = begun.finish(&begun_there.unwrap());
    let refused: Result<SignedIn, Problem> =
        server.send((Method::POST, "/v1/accounts/finish"), None, Some(&finish));
    let problem = refused.unwrap_err();
    assert_eq!(problem.code, ErrorCode::SlowDown);
    assert!(problem.seconds.is_some_and(|seconds| seconds > 0));
    // Those who have an account come in as ever.
    assert!(server.sign_in("ana", "one").is_some());
}
