//! What nobody should send.

use troth_wire::api::{Append, Empty, Entries, ErrorCode, Problem, RegisterStarted, SessionList};
use troth_wire::{SpaceId, Token, frame, strict};
use ureq::http::{Method, Request};

use crate::support::running::{Raw, Running};
use crate::support::writer::Writer;

const NOTHING: Option<&Empty> = None;

fn server() -> (Running, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Running::start(folder.path()), folder)
}

fn code(answer: &Raw) -> ErrorCode {
    strict::decode::<Problem>(frame::unpad_frame(answer.body()).unwrap())
        .unwrap()
        .code
}

#[test]
fn bodies_that_are_no_frames_or_hold_something_else_are_refused() {
    let (server, _home) = server();
    let good = frame::encode(&RegisterStarted {
        response: vec![1; 32].into(),
    });
    let mut noisy = good.clone();
    noisy[1000] = 1;
    let cases: [(&[u8], ErrorCode); 8] = [
        (&[], ErrorCode::BadFrame),
        (b"hello", ErrorCode::BadFrame),
        (&good[..500], ErrorCode::BadFrame),
        (&noisy, ErrorCode::BadFrame),
        (&frame::pad_frame(&[]), ErrorCode::BadBody),
        (&frame::pad_frame(&[0xa1, 0, 1, 9]), ErrorCode::BadBody),
        (
            &frame::pad_frame(&[0xa2, 0, 0x60, 0, 0x60]),
            ErrorCode::BadBody,
        ),
        (&good, ErrorCode::BadBody),
    ];
    for (body, expected) in cases {
        let answer = server.raw(Method::POST, "/v1/login/start", None, body);
        assert_eq!((answer.status().as_u16(), code(&answer)), (400, expected));
    }
}

#[test]
fn an_oversized_body_is_refused_and_the_server_goes_on() {
    let (server, _home) = server();
    let answer = server.raw(
        Method::POST,
        "/v1/accounts/finish",
        None,
        &vec![0; 10_000_000],
    );
    assert_eq!(
        (answer.status().as_u16(), code(&answer)),
        (413, ErrorCode::TooLarge)
    );
    server.sign_up("ana", "one");
}

#[test]
fn entries_of_an_unknown_version_are_refused_by_name() {
    let (server, _home) = server();
    let ana = server.sign_up("ana", "one");
    let space = SpaceId([9; 16]);
    let mut entry = Writer::new(1, space).create();
    // The version is the first field of the header's array.
    entry.header[1] = 2;
    let path = format!("/v1/spaces/{space}/entries");
    let append = Append {
        entries: vec![entry],
    };
    let appended: troth_wire::api::Appended = server
        .send((Method::POST, &path), Some(ana.token), Some(&append))
        .unwrap();
    let refusal = troth_wire::Refusal::Malformed(strict::Malformed::UnknownVersion);
    assert_eq!(
        appended.outcomes,
        [troth_wire::api::Outcome::Refused { refusal }]
    );
    assert_eq!(appended.receipt, None);
}

#[test]
fn missing_wrong_and_misspelt_tokens_must_sign_in_again() {
    let (server, _home) = server();
    for token in [None, Some(Token([7; 32]))] {
        let refused: Result<SessionList, Problem> =
            server.send((Method::GET, "/v1/sessions"), token, NOTHING);
        assert_eq!(
            refused.map_err(|problem| problem.code),
            Err(ErrorCode::SignInAgain)
        );
    }
    let uri = format!("http://{}/v1/sessions", server.address);
    let request = Request::get(uri)
        .header("authorization", "Bearer xyz")
        .body(vec![])
        .unwrap();
    let answer = server.send_request(request);
    assert_eq!(
        (answer.status().as_u16(), code(&answer)),
        (401, ErrorCode::SignInAgain)
    );
}

#[test]
fn unknown_paths_and_methods_are_told_apart() {
    let (server, _home) = server();
    let cases = [
        (Method::GET, "/v1/nothing", 404, ErrorCode::NotFound),
        (Method::GET, "/v1/sessions/", 405, ErrorCode::WrongMethod),
        (Method::POST, "/v1/server", 405, ErrorCode::WrongMethod),
        (Method::PATCH, "/v1/account", 405, ErrorCode::WrongMethod),
        (
            Method::GET,
            "/v1/spaces/xyz/entries",
            404,
            ErrorCode::NotFound,
        ),
    ];
    for (method, path, status, expected) in cases {
        let answer = server.raw(method, path, None, &[]);
        assert_eq!(
            (answer.status().as_u16(), code(&answer)),
            (status, expected),
            "{path}"
        );
    }
}

#[test]
fn a_page_of_another_origin_gets_nothing() {
    let (server, _home) = server();
    for (site, status) in [
        ("cross-site", 404),
        ("same-site", 404),
        ("same-origin", 200),
    ] {
        let uri = format!("http://{}/v1/server", server.address);
        let request = Request::get(uri)
            .header("sec-fetch-site", site)
            .body(vec![])
            .unwrap();
        let answer = server.send_request(request);
        assert_eq!(answer.status().as_u16(), status, "{site}");
        assert!(
            answer
                .headers()
                .get("access-control-allow-origin")
                .is_none()
        );
    }
}

#[test]
fn guesses_from_one_address_are_slowed_and_told_for_how_long() {
    let (server, _home) = server();
    let mut slowed = None;
    for number in 0..400_u32 {
        let path = format!("/v1/invitations/{number:032x}");
        let refused: Result<Entries, Problem> = server.send((Method::GET, &path), None, NOTHING);
        let problem = refused.unwrap_err();
        if problem.code == ErrorCode::SlowDown {
            slowed = problem.seconds;
            break;
        }
        assert_eq!(problem.code, ErrorCode::InvitationGone);
    }
    assert!(slowed.is_some_and(|seconds| seconds > 0));
}
