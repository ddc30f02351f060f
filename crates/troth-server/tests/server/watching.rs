//! What a browser and a supervisor see.

use ureq::http::Method;

use crate::support::running::Running;

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
        let answer = server.raw(Method::GET, path, None, &[]);
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ] {
            assert!(policy.contains(part), "{path}: {part}");
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
