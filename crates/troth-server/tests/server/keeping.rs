//! What is kept, and what is not: in the folder, in the log, on the wire.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing_subscriber::filter::LevelFilter;
use troth_wire::api::{Append, Appended, ErrorCode, Problem};
use troth_wire::{Sealed, SpaceId, frame};
use ureq::http::{Method, Request};

use crate::support::running::Running;
use crate::support::writer::Writer;

const OURS: SpaceId = SpaceId([9; 16]);

#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Takes every line of this process from now on, the finest included.
    fn listen() -> Self {
        let log = Self::default();
        let lines = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || lines.clone())
            .with_max_level(LevelFilter::TRACE)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        log
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_log_under_load_and_failure_names_nobody() {
    let log = Log::listen();
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let ana = server.sign_up("ana@example.org", "one");
    let mut writer = Writer::new(1, OURS);
    let path = format!("/v1/spaces/{OURS}/entries");
    let mut entries = writer.found();
    for _ in 0..50 {
        let append = Append { entries };
        let _: Appended = server
            .send((Method::POST, &path), Some(ana.token), Some(&append))
            .unwrap();
        entries = vec![writer.content()];
        server.sign_in("ana@example.org", "wrong");
    }
    let uri = format!("http://{}/v1/account", server.address);
    let request = Request::get(uri)
        .header("user-agent", "Fingerprint/7")
        .body(vec![])
        .unwrap();
    server.send_request(request);
    // A failure inside, so that there is a line at all.
    let broken = rusqlite::Connection::open(folder.path().join("troth.db")).unwrap();
    broken.execute_batch("DROP TABLE invitations").unwrap();
    let failed: Result<Appended, Problem> = server.send(
        (
            Method::GET,
            "/v1/invitations/00000000000000000000000000000000",
        ),
        None,
        None::<&Append>,
    );
    let problem = failed.unwrap_err();
    assert_eq!(problem.code, ErrorCode::Internal);
    drop(server);

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let request: String = problem
        .request
        .0
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert!(log.contains(&request), "{log}");
    let never = [
        "127.0.0.1",
        "ana@",
        "example.org",
        "Fingerprint",
        &ana.account.to_string(),
        &ana.session.to_string(),
        &ana.token.to_string(),
        &OURS.to_string(),
        &writer.member.to_string(),
        "0909",
    ];
    for word in never {
        assert!(!log.contains(word), "{word} in {log}");
    }
}

#[test]
fn neither_login_nor_token_nor_address_is_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let ana = server.sign_up("ana@example.org", "correct horse");
    server.sign_in("ana@example.org", "correct horse").unwrap();
    drop(server);
    let mut kept = Vec::new();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        kept.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    assert!(kept.len() > 100_000);
    let token = ana.token.to_string();
    let never: Vec<&[u8]> = vec![
        b"ana@example.org",
        b"correct horse",
        b"127.0.0.1",
        &ana.token.0,
        token.as_bytes(),
    ];
    for word in never {
        assert!(!kept.windows(word.len()).any(|window| window == word));
    }
}

#[test]
fn every_answer_has_one_of_few_sizes() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let ana = server.sign_up("ana", "one");
    let mut writer = Writer::new(1, OURS);
    let path = format!("/v1/spaces/{OURS}/entries");
    let append = frame::encode(&Append {
        entries: writer.found(),
    });
    let answers = [
        server.raw(Method::POST, &path, Some(ana.token), &append),
        server.raw(Method::GET, &path, Some(ana.token), &[]),
        server.raw(Method::GET, "/v1/account", Some(ana.token), &[]),
        server.raw(Method::GET, "/v1/server", None, &[]),
        server.raw(Method::GET, "/v1/nothing", None, &[]),
        server.raw(Method::POST, "/v1/login/start", None, b"x"),
    ];
    for answer in answers {
        let content = frame::unpad_frame(answer.body()).unwrap();
        assert_eq!(answer.body().len(), frame::frame_len(content.len()));
        assert_eq!(answer.headers()["cache-control"], "no-store");
    }
    let request = frame::encode(&Sealed(vec![0; 10]));
    assert_eq!(request.len(), 1024);
}
