//! What a browser and a supervisor see.

use troth_wire::Token;
use ureq::http::Method;

use crate::support::running::{Raw, Running};

/// Fails unless an answer has every strict header.
fn is_strict(answer: &Raw, what: &str) {
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    let policy = header("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self';",
        "img-src 'self' data: blob:;",
        "font-src 'self';",
        "connect-src 'self';",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ] {
        assert!(policy.contains(part), "{what}: {part}");
    }
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("http"),
        "{policy}"
    );
    assert_eq!(header("cross-origin-opener-policy"), "same-origin");
    assert_eq!(header("cross-origin-embedder-policy"), "require-corp");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(header("referrer-policy"), "no-referrer");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("permissions-policy").contains("geolocation=()"));
    assert!(answer.headers().get("strict-transport-security").is_none());
    assert!(answer.headers().get("server").is_none());
}

#[test]
fn every_kind_of_answer_carries_the_strict_headers() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    for path in [
        "/",
        "/today",
        "/a/gone.js",
        "/healthz",
        "/readyz",
        "/v1/server",
        "/v1/nothing",
    ] {
        is_strict(&server.raw(Method::GET, path, None, &[]), path);
    }
}

/// A stranger forces every kind of refusal, looking for one that goes without the headers.
#[test]
fn no_refusal_goes_without_the_strict_headers() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let token = Some(Token([7; 32]));
    let long = vec![b' '; 10_000_000];
    for (method, path, token, body, status) in [
        (Method::DELETE, "/", None, &b""[..], 405),
        (Method::GET, "/v1/login/start", None, b"", 405),
        (Method::POST, "/v1/login/start", None, b"<script>", 400),
        (Method::GET, "/v1/account", None, b"", 401),
        (Method::GET, "/v1/account", token, b"", 401),
        (Method::POST, "/v1/accounts/finish", None, &long, 413),
        (Method::GET, "/api/v1/%3Cscript%3E", None, b"", 404),
        (Method::POST, "/api/v1/reports", None, b"<script>", 415),
        (Method::GET, "/api/v1/practice", token, b"", 401),
        (Method::GET, "/feeds/%3Cscript%3E.ics", None, b"", 404),
        (Method::GET, "/shards/%2e%2e/troth.db", None, b"", 404),
    ] {
        let answer = server.raw(method, path, token, body);
        assert_eq!(answer.status().as_u16(), status, "{path}");
        is_strict(&answer, path);
    }
    // And who asks too often is told so under the same headers.
    let slowed = (0..400_u32).find_map(|number| {
        let path = format!("/v1/invitations/{number:032x}");
        let answer = server.raw(Method::GET, &path, None, &[]);
        (answer.status() == 429).then_some(answer)
    });
    is_strict(&slowed.unwrap(), "too often");
}

#[test]
fn a_supervisor_sees_that_it_lives_and_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    assert_eq!(
        server.raw(Method::GET, "/healthz", None, &[]).body(),
        b"ok\n"
    );
    assert_eq!(
        server.raw(Method::GET, "/readyz", None, &[]).body(),
        b"ready\n"
    );
}
