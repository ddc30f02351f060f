//! A relay over blocking HTTP, for the command line; also the line to the open half of a server.

use std::io::Read as _;
use std::time::Duration;

use ureq::Agent;
use ureq::http;

use super::{Answer, MAX_ANSWER, Method, Relay, RelayError, Request};
use crate::network::{Ask, Caching, Line, Soon, Told};

mod ahead;

use ahead::Ahead;

/// The type of every body: a padded frame.
const FRAME: &str = "application/octet-stream";

/// A relay that speaks HTTP from this computer.
#[derive(Clone, Debug)]
pub struct HttpRelay {
    agent: Agent,
    address: String,
    ahead: Ahead,
}

impl HttpRelay {
    /// Prepares to talk to the server at `address`, such as `https://troth.example.org`.
    ///
    /// # Errors
    ///
    /// [`RelayError::BadAddress`] when that is not a web address.
    pub fn new(address: &str) -> Result<Self, RelayError> {
        let address = address.trim().trim_end_matches('/');
        let uri: http::Uri = address.parse().map_err(|_| RelayError::BadAddress)?;
        let web = matches!(uri.scheme_str(), Some("http" | "https"));
        let more = uri.authority().is_some_and(|it| it.as_str().contains('@'))
            || !matches!(uri.path(), "" | "/")
            || uri.query().is_some();
        if !web || more || uri.host().is_none_or(str::is_empty) {
            return Err(RelayError::BadAddress);
        }
        let agent = Agent::config_builder()
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent("")
            .accept("")
            .build()
            .into();
        Ok(Self {
            agent,
            address: address.to_owned(),
            ahead: Ahead::default(),
        })
    }

    fn send(&self, request: &Request) -> Result<Answer, ureq::Error> {
        let mut outgoing = http::Request::builder()
            .method(request.method.name())
            .uri(format!("{}{}", self.address, request.path));
        if let Some(session) = &request.session {
            outgoing = outgoing.header("authorization", format!("Bearer {session}"));
        }
        let mut incoming = if request.body.is_empty() {
            self.agent.run(outgoing.body(())?)?
        } else {
            let outgoing = outgoing.header("content-type", FRAME);
            self.agent.run(outgoing.body(request.body.as_slice())?)?
        };
        let limit = u64::try_from(MAX_ANSWER).unwrap_or(u64::MAX);
        let body = incoming
            .body_mut()
            .with_config()
            .limit(limit)
            .read_to_vec()?;
        Ok(Answer {
            status: incoming.status().as_u16(),
            body,
        })
    }
}

impl HttpRelay {
    fn ask_now(&self, ask: &Ask) -> Result<Told, ureq::Error> {
        let mut outgoing = http::Request::builder()
            .method(ask.method.name())
            .uri(format!("{}{}", self.address, ask.path));
        for (name, value) in &ask.headers {
            outgoing = outgoing.header(*name, value);
        }
        if ask.caching == Caching::Public {
            outgoing = outgoing.header("accept-encoding", "br");
        }
        let mut incoming = match &ask.body {
            None => self.agent.run(outgoing.body(())?)?,
            Some((kind, body)) => {
                let outgoing = outgoing.header("content-type", *kind);
                self.agent.run(outgoing.body(body.as_slice())?)?
            }
        };
        let limit = u64::try_from(MAX_ANSWER).unwrap_or(u64::MAX);
        let body = incoming
            .body_mut()
            .with_config()
            .limit(limit)
            .read_to_vec()?;
        let header = |name: &str| {
            let value = incoming.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let body = match header("content-encoding").as_deref() {
            Some("br") => unpacked(&body).ok_or(ureq::Error::BodyExceedsLimit(limit))?,
            _ => body,
        };
        Ok(Told {
            status: incoming.status().as_u16(),
            etag: header("etag"),
            body,
        })
    }
}

impl Line for HttpRelay {
    fn ask(&self, ask: Ask) -> Soon<'_, Result<Told, RelayError>> {
        Box::pin(std::future::ready(
            self.ask_now(&ask).map_err(|error| relay_error(&error)),
        ))
    }

    fn address(&self) -> String {
        self.address.clone()
    }
}

/// Takes the compression off, as far as an answer may be long.
fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let limit = u64::try_from(MAX_ANSWER).ok()?;
    let mut unpacked = Vec::new();
    brotli::Decompressor::new(packed, 64 * 1024)
        .take(limit + 1)
        .read_to_end(&mut unpacked)
        .ok()?;
    (unpacked.len() <= MAX_ANSWER).then_some(unpacked)
}

fn relay_error(error: &ureq::Error) -> RelayError {
    match error {
        ureq::Error::BadUri(_) => RelayError::BadAddress,
        ureq::Error::Timeout(_) => RelayError::TimedOut,
        ureq::Error::BodyExceedsLimit(_) => RelayError::TooLarge,
        ureq::Error::Rustls(_) => RelayError::Untrusted,
        ureq::Error::Protocol(_) | ureq::Error::Http(_) => RelayError::NotTroth,
        _ => RelayError::Offline,
    }
}

impl Relay for HttpRelay {
    async fn call(&self, request: Request) -> Result<Answer, RelayError> {
        match self.ahead.answer(&request) {
            Some(answer) => answer,
            None => self.send(&request).map_err(|error| relay_error(&error)),
        }
    }

    fn comes_next(&self, request: &Request) {
        // Only what changes nothing may be sent before it is asked for.
        if request.method == Method::Get {
            let (this, again) = (self.clone(), request.clone());
            let send = move || this.send(&again).map_err(|error| relay_error(&error));
            self.ahead.send(request, send);
        }
    }

    fn address(&self) -> String {
        self.address.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block_on;

    fn asked(address: &str) -> Result<Answer, RelayError> {
        let request = Request {
            method: Method::Get,
            path: String::from("/v1/server"),
            session: None,
            body: vec![],
        };
        block_on(HttpRelay::new(address)?.call(request))
    }

    #[test]
    fn what_is_no_web_address_is_refused_before_anything_is_sent() {
        for wrong in [
            "",
            "troth",
            "ftp://example.org",
            "http://",
            "https://example.org/path",
            "https://example.org?query",
            "https://name:word@example.org",
        ] {
            assert_eq!(
                HttpRelay::new(wrong).err(),
                Some(RelayError::BadAddress),
                "{wrong}"
            );
        }
        assert_eq!(
            Relay::address(&HttpRelay::new(" https://example.org/ ").unwrap()),
            "https://example.org"
        );
    }

    #[test]
    fn an_address_where_nothing_listens_is_offline() {
        let free = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();

        assert_eq!(asked(&format!("http://{free}")), Err(RelayError::Offline));
    }
}
