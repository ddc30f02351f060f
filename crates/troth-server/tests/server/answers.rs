//! What HTTP asks of every answer, whatever it is about (RFC 9110).

use ureq::http::{Method, Request};

use crate::support::running::{Raw, Running};

fn server() -> (Running, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    server.publish();
    (server, folder)
}

fn ask(server: &Running, method: Method, path: &str, headers: &[(&str, &str)]) -> Raw {
    let uri = format!("http://{}{path}", server.address);
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send_request(request.body(vec![]).unwrap())
}

fn header(answer: &Raw, name: &str) -> Option<String> {
    let value = answer.headers().get(name)?;
    Some(value.to_str().unwrap().to_owned())
}

const READ: [&str; 11] = [
    "/",
    "/visits",
    "/healthz",
    "/readyz",
    "/v1/server",
    "/v1/sessions",
    "/v1/wake",
    "/v1/nothing",
    "/api/v1/openapi.json",
    "/api/v1/vocabulary",
    "/shards/index",
];

#[test]
fn head_is_answered_as_get_is_without_its_body() {
    let (server, _home) = server();
    for path in READ {
        let get = ask(&server, Method::GET, path, &[]);
        let head = ask(&server, Method::HEAD, path, &[]);
        assert_eq!(head.status(), get.status(), "{path}");
        assert_eq!(head.body().len(), 0, "{path}");
        let names = |answer: &Raw| {
            let mut names: Vec<_> = answer
                .headers()
                .keys()
                .map(|name| name.as_str().to_owned())
                .filter(|name| name != "content-length")
                .collect();
            names.sort();
            names
        };
        assert_eq!(names(&head), names(&get), "{path}");
        if let Some(length) = header(&head, "content-length") {
            assert_eq!(length, get.body().len().to_string(), "{path}");
        }
    }
}

#[test]
fn every_refused_method_is_told_which_are_allowed() {
    let (server, _home) = server();
    let cases = [
        (Method::POST, "/v1/server", "GET, HEAD"),
        (Method::PATCH, "/v1/account", "GET, HEAD"),
        (Method::GET, "/v1/login/start", "POST"),
        (Method::HEAD, "/v1/login/start", "POST"),
        (Method::PUT, "/v1/spaces/00/entries", "GET, HEAD, POST"),
        (Method::POST, "/v1/wake", "GET, HEAD"),
        (Method::DELETE, "/", "GET, HEAD"),
        (Method::POST, "/visits", "GET, HEAD"),
        (Method::POST, "/healthz", "GET,HEAD"),
        (Method::POST, "/readyz", "GET,HEAD"),
        (Method::PUT, "/shards/index", "GET,HEAD"),
        (Method::PUT, "/feeds/x.ics", "GET,HEAD"),
    ];
    for (method, path, allowed) in cases {
        let answer = ask(&server, method.clone(), path, &[]);
        let told = header(&answer, "allow");
        let told = (answer.status().as_u16(), told.as_deref());
        assert_eq!(told, (405, Some(allowed)), "{method} {path}");
    }
    let json = ask(&server, Method::DELETE, "/api/v1/vocabulary", &[]);
    assert_eq!(json.status().as_u16(), 405);
    assert!(header(&json, "allow").is_some_and(|allowed| allowed.contains("GET")));
    // A method that no path knows does not make one.
    let nothing = ask(&server, Method::PATCH, "/v1/nothing", &[]);
    assert_eq!(nothing.status().as_u16(), 404);
}

#[test]
fn a_coding_of_weight_zero_is_never_sent() {
    let (server, _home) = server();
    for path in ["/", "/shards/index"] {
        for refusing in [
            "br;q=0",
            "gzip, br; q=0",
            "br;q=0.000",
            "identity",
            "*;q=0, identity",
        ] {
            let answer = ask(&server, Method::GET, path, &[("accept-encoding", refusing)]);
            assert_eq!(answer.status().as_u16(), 200, "{path} {refusing}");
            assert_eq!(
                header(&answer, "content-encoding"),
                None,
                "{path} {refusing}"
            );
        }
        let nothing = [("accept-encoding", "identity;q=0, br;q=0")];
        let answer = ask(&server, Method::GET, path, &nothing);
        assert_eq!(answer.status().as_u16(), 406, "{path}");
    }
    let only = [("accept-encoding", "*;q=0, br")];
    let answer = ask(&server, Method::GET, "/shards/index", &only);
    assert_eq!(header(&answer, "content-encoding").as_deref(), Some("br"));
}

#[test]
fn a_json_body_with_a_doubled_key_is_refused() {
    let (server, _home) = server();
    let send = |body: &str| {
        let uri = format!("http://{}/api/v1/reports", server.address);
        let request = Request::post(uri)
            .header("content-type", "application/json")
            .body(body.as_bytes().to_vec())
            .unwrap();
        let answer = server.send_request(request);
        let told = String::from_utf8(answer.body().clone()).unwrap();
        (answer.status().as_u16(), told)
    };
    let (status, told) = send(r#"{"provider":1,"provider":2,"what":"wrong_phone"}"#);
    assert!(
        status == 400 && told.contains("not_json"),
        "{status} {told}"
    );
    let (status, told) = send(r#"{"provider":1,"what":"wrong_phone"}"#);
    assert!(!told.contains("not_json"), "{status} {told}");
}
