//! A practice that can be booked, made through the JSON API alone.

use serde_json::{Value, json};
use troth_server::network::op::audit::SetOperator;
use troth_server::network::store::{Minute, Opened};
use troth_server::{Config, Limits};
use troth_wire::Token;
use troth_wire::network::ClientSecret;
use ureq::http::{HeaderMap, Method, Request};

use super::running::Running;

/// An answer of the JSON API.
#[derive(Debug)]
pub struct Told {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// How long the body was.
    pub length: usize,
    /// The body.
    pub json: Value,
}

impl Told {
    /// The code of a problem, with its status.
    pub fn problem(&self) -> (u16, &str) {
        assert_eq!(
            self.headers["content-type"], "application/problem+json",
            "{}",
            self.json
        );
        assert_eq!(self.json["status"], self.status);
        (self.status, self.json["code"].as_str().unwrap())
    }

    /// The body of a success.
    pub fn good(self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{} {}",
            self.status,
            self.json
        );
        self.json
    }

    /// The ETag.
    pub fn tag(&self) -> &str {
        self.headers["etag"].to_str().unwrap()
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub enum As {
    /// Nobody in particular.
    Anybody,
    /// A pseudonym, told apart by a number.
    Client(u8),
    /// A signed-in account.
    Account(Token),
}

/// Asks with headers of one's own.
pub fn ask_with(
    server: &Running,
    who: As,
    (method, path): (Method, &str),
    (headers, body): (&[(&str, &str)], Option<&Value>),
) -> Told {
    let uri = format!("http://{}/api/v1{path}", server.address);
    let mut request = Request::builder().method(method).uri(uri);
    request = match who {
        As::Anybody => request,
        As::Client(number) => {
            let secret = ClientSecret([number; 32]);
            request.header("authorization", format!("Troth-Client {secret}"))
        }
        As::Account(token) => request.header("authorization", format!("Bearer {token}")),
    };
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    // Spaces after the body, as the web client pads it.
    let mut bytes = body
        .map(|body| body.to_string().into_bytes())
        .unwrap_or_default();
    bytes.resize(bytes.len().next_multiple_of(1024), b' ');
    if body.is_none() {
        bytes.clear();
    }
    let (parts, body) = server
        .send_request(request.body(bytes).unwrap())
        .into_parts();
    Told {
        status: parts.status.as_u16(),
        headers: parts.headers,
        length: body.len(),
        json: serde_json::from_slice(&body).unwrap_or_default(),
    }
}

/// Asks.
pub fn ask(server: &Running, who: As, method: Method, path: &str, body: Option<&Value>) -> Told {
    ask_with(server, who, (method, path), (&[], body))
}

/// A server on a fresh folder that slows nobody down.
pub fn server() -> (Running, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path(), "127.0.0.1:0");
    config.limits = Limits::NONE;
    (Running::start_with(config).unwrap(), folder)
}

/// Reads.
pub fn get(server: &Running, who: As, path: &str) -> Told {
    ask(server, who, Method::GET, path, None)
}

/// Does.
pub fn post(server: &Running, who: As, path: &str, body: &Value) -> Told {
    ask(server, who, Method::POST, path, Some(body))
}

/// Does what needs no body.
pub fn act(server: &Running, who: As, path: &str) -> Told {
    ask(server, who, Method::POST, path, None)
}

/// Takes away.
pub fn delete(server: &Running, who: As, path: &str) -> Told {
    ask(server, who, Method::DELETE, path, None)
}

/// Gives an account the operator's role, beside the running server.
pub fn grant((folder, database): (&std::path::Path, Option<&str>), login: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let opened = Opened::open(folder, database).await.unwrap();
        let account = opened.find_account(login).await.unwrap().unwrap();
        let grant = SetOperator {
            account,
            granted: true,
            minute: Minute(29_900_000),
        };
        opened.store().run(grant).await.unwrap();
    });
}

/// A listing with everything in it.
pub fn listing() -> Value {
    json!({
        "name": "Dr. Vera Lund", "credentials": "LMFT", "npi": "1234567893",
        "about": "Works slowly.", "services": ["couples", "individual"],
        "formats": ["video"], "specialties": [], "modalities": [], "languages": ["en"],
        "places": [], "fee_cents": 18000, "years": 12, "accepting": true,
        "on_request": false, "sealing_key": base64(1216), "sealing_generation": 1,
        "quote_key": base64(32)
    })
}

/// Hours on every day, in every hour.
pub fn hours() -> Value {
    let weekly: Vec<_> = (1..=7)
        .map(|weekday| json!({"weekday": weekday, "from": "00:00", "to": "24:00"}))
        .collect();
    json!({
        "zone": "America/Los_Angeles", "weekly": weekly, "minutes": [50],
        "buffer_before": 0, "buffer_after": 10, "notice_minutes": 60, "horizon_days": 30,
        "step": 60
    })
}

/// That many zero bytes.
pub fn base64(length: usize) -> Value {
    serde_json::to_value(troth_wire::network::Bytes(vec![0; length])).unwrap()
}

/// Verifies a listing as the operator reads it.
pub fn verify(server: &Running, operator: Token, id: u64) -> Told {
    let pending = get(server, As::Account(operator), "/steward/pending").good();
    let pending = pending["pending"].as_array().unwrap();
    let read = pending.iter().find(|one| one["id"] == id).unwrap();
    decide(
        server,
        operator,
        (id, "verify"),
        &read["version"].to_string(),
    )
}

/// Decides a version of a listing.
pub fn decide(server: &Running, operator: Token, (id, verb): (u64, &str), version: &str) -> Told {
    let path = format!("/steward/providers/{id}/{verb}");
    let reason = json!({"reason": "Not found."});
    let body = (verb == "refuse").then_some(&reason);
    let tag = format!("\"{version}\"");
    let headers = [("if-match", tag.as_str())];
    let who = As::Account(operator);
    ask_with(server, who, (Method::POST, &path), (&headers, body))
}

/// A verified practice in California and Nevada.
#[derive(Debug, Clone, Copy)]
pub struct Practice {
    /// The account of the provider.
    pub account: Token,
    /// The account of the operator.
    pub operator: Token,
    /// The provider's number.
    pub id: u64,
}

impl Practice {
    /// Writes the listing, has it verified, and publishes it.
    pub fn open(server: &Running, folder: &std::path::Path) -> Self {
        Self::open_in(server, (folder, None))
    }

    /// The same on a server that keeps everything in a database, where one is named.
    pub fn open_in(server: &Running, place: (&std::path::Path, Option<&str>)) -> Self {
        let account = server.sign_up("vera", "one").token;
        let operator = server.sign_up("olga", "two").token;
        grant(place, "olga");
        let own = As::Account(account);
        let first = ask(server, own, Method::PUT, "/practice", Some(&listing()));
        let mut tag = first.tag().to_owned();
        let id = first.good()["id"].as_u64().unwrap();
        let mut put = |path: &str, body: Value| {
            let told = ask_with(
                server,
                own,
                (Method::PUT, path),
                (&[("if-match", &tag)], Some(&body)),
            );
            tag = told.tag().to_owned();
            told.good()
        };
        let licence = |state| json!({"state": state, "number": "MFT 1", "expires": "2099-12-31"});
        put(
            "/practice/licences",
            json!({"licences": [licence("CA"), licence("NV")]}),
        );
        put("/practice/hours", hours());
        let quote = json!({
            "provider": id, "service": "couples", "minutes": 50, "format": "video",
            "state": "CA", "cents": 18000, "currency": "USD", "plan_pays_couples": "no",
            "record": "nobody", "valid_until": "2099-12-31", "terms": "AAAA",
            "signature": base64(64)
        });
        put("/practice/quotes", json!({"quotes": [quote]}));
        ask(server, own, Method::POST, "/practice/submit", None).good();
        ask(server, own, Method::POST, "/practice/confirm", None).good();
        verify(server, operator, id).good();
        server.publish();
        Self {
            account,
            operator,
            id,
        }
    }

    /// The starts that are offered.
    pub fn starts(self, server: &Running) -> Vec<String> {
        let path = format!("/providers/{}/slots", self.id);
        let slots = ask(server, As::Anybody, Method::GET, &path, None).good();
        let slots = slots["slots"].as_array().unwrap();
        slots
            .iter()
            .map(|slot| slot["start"].as_str().unwrap().to_owned())
            .collect()
    }

    /// What to send to hold a start.
    pub fn hold(self, start: &str) -> Value {
        json!({
            "provider": self.id, "start": start, "minutes": 50, "format": "video",
            "service": "couples", "state": "CA", "with_partner": true
        })
    }

    /// What to send to hold a start for oneself.
    pub fn alone(self, start: &str) -> Value {
        let mut hold = self.hold(start);
        hold["with_partner"] = json!(false);
        hold
    }

    /// Holds a start for one person and accepts it.
    pub fn book(self, server: &Running, who: As, start: &str) -> Value {
        let held = post(server, who, "/holds", &self.alone(start)).good();
        let accept = format!("/holds/{}/accept", held["id"].as_str().unwrap());
        let mine = json!({"state": "CA", "quote": held["quotes"][0]["id"]});
        post(server, who, &accept, &mine).good()
    }
}
