//! Typed JSON calls over a line: bodies padded with spaces, problems read, keys sent along.

use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use troth_wire::Token;
use troth_wire::network::{
    API, CLIENT_SCHEME, ClientSecret, IDEMPOTENCY_KEY, OwnerToken, PARTNER_HEADER, Problem,
    ProblemCode,
};

use super::error::NetworkError;
use super::line::{Ask, Caching, Line, Told};
use crate::relay::{Method, RelayError};
use crate::trouble::Trouble;

const JSON: &str = "application/json";

/// Who asks.
#[derive(Clone)]
pub(super) enum Who {
    /// Anybody.
    Stranger,
    /// A person under a pseudonym.
    Client(ClientSecret),
    /// A signed-in account.
    Account(Token),
}

/// The open half of a server, as one asker sees it.
#[derive(Clone)]
pub(super) struct Api {
    line: Rc<dyn Line>,
    who: Who,
}

/// One call under way.
pub(super) struct Call<'a> {
    api: &'a Api,
    ask: Ask,
}

impl Api {
    /// Speaks over a line as somebody.
    pub(super) fn new(line: Rc<dyn Line>, who: Who) -> Self {
        Self { line, who }
    }

    /// Speaks as a person under a pseudonym.
    pub(super) fn client(&self, secret: ClientSecret) -> Self {
        Self::new(Rc::clone(&self.line), Who::Client(secret))
    }

    /// Names the server's address.
    pub(super) fn address(&self) -> String {
        self.line.address()
    }

    /// Begins a call; `path` is what follows [`API`].
    pub(super) fn call(&self, method: Method, path: impl AsRef<str>) -> Call<'_> {
        let mut headers = Vec::new();
        match &self.who {
            Who::Stranger => {}
            Who::Client(secret) => {
                headers.push(("authorization", format!("{CLIENT_SCHEME} {secret}")))
            }
            Who::Account(token) => headers.push(("authorization", format!("Bearer {token}"))),
        }
        let ask = Ask {
            method,
            path: format!("{API}/{}", path.as_ref()),
            headers,
            body: None,
            caching: Caching::Never,
        };
        Call { api: self, ask }
    }

    /// Fetches a file that never changes and is the same for everybody, by its whole path.
    pub(super) async fn file(&self, path: String) -> Result<Vec<u8>, NetworkError> {
        self.fetched(path, Caching::Public).await
    }

    /// Fetches a file that changes under its name.
    pub(super) async fn fresh_file(&self, path: String) -> Result<Vec<u8>, NetworkError> {
        self.fetched(path, Caching::Never).await
    }

    async fn fetched(&self, path: String, caching: Caching) -> Result<Vec<u8>, NetworkError> {
        let ask = Ask {
            method: Method::Get,
            path,
            headers: Vec::new(),
            body: None,
            caching,
        };
        let told = self.line.ask(ask).await?;
        if (200..300).contains(&told.status) {
            Ok(told.body)
        } else {
            Err(refused(&told))
        }
    }
}

impl Call<'_> {
    /// Sends a value, padded with spaces to one of few lengths.
    pub(super) fn json(self, value: &impl Serialize) -> Self {
        let body = encoded(value);
        self.encoded(body)
    }

    /// Sends a body that was encoded before.
    pub(super) fn encoded(mut self, body: Vec<u8>) -> Self {
        self.ask.body = Some((JSON, body));
        self
    }

    /// Sends a text that is no JSON.
    pub(super) fn text(mut self, kind: &'static str, text: &str) -> Self {
        self.ask.body = Some((kind, text.as_bytes().to_vec()));
        self
    }

    /// Makes a repetition of this call the same act.
    pub(super) fn key(mut self, key: &[u8; 16]) -> Self {
        let key = key.iter().map(|byte| format!("{byte:02x}")).collect();
        self.ask.headers.push((IDEMPOTENCY_KEY, key));
        self
    }

    /// Shows a partner's token.
    pub(super) fn partner(mut self, token: Option<OwnerToken>) -> Self {
        if let Some(token) = token {
            self.ask.headers.push((PARTNER_HEADER, token.to_string()));
        }
        self
    }

    /// Says which version is replaced.
    pub(super) fn replacing(mut self, etag: Option<&str>) -> Self {
        if let Some(etag) = etag {
            self.ask.headers.push(("if-match", etag.to_owned()));
        }
        self
    }

    /// Lets the answer come from a cache: it is the same for everybody.
    pub(super) fn public(mut self) -> Self {
        self.ask.caching = Caching::Public;
        self
    }

    /// Sends the call and reads the answer.
    pub(super) async fn answer<T: DeserializeOwned>(self) -> Result<T, NetworkError> {
        Ok(self.versioned().await?.0)
    }

    /// Sends the call and reads the answer and its version.
    pub(super) async fn versioned<T: DeserializeOwned>(
        self,
    ) -> Result<(T, Option<String>), NetworkError> {
        let told = self.api.line.ask(self.ask).await?;
        if !(200..300).contains(&told.status) {
            return Err(refused(&told));
        }
        let value = serde_json::from_slice(&told.body).map_err(|_| Trouble::Malformed)?;
        Ok((value, told.etag))
    }

    /// Sends the call, whose answer says nothing but that it was done.
    pub(super) async fn done(self) -> Result<(), NetworkError> {
        let told = self.api.line.ask(self.ask).await?;
        if (200..300).contains(&told.status) {
            Ok(())
        } else {
            Err(refused(&told))
        }
    }
}

/// Writes a value as JSON, padded with spaces to the length of a frame class.
#[expect(
    clippy::expect_used,
    reason = "the bodies are structures with text keys, which JSON holds; no empty body is ever sent"
)]
pub(super) fn encoded(value: &impl Serialize) -> Vec<u8> {
    let mut body = serde_json::to_vec(value).expect("a structure with text keys is JSON");
    let length = troth_wire::frame::frame_len(body.len().saturating_sub(4));
    body.resize(length.max(body.len()), b' ');
    body
}

/// Reads why the server did not do it.
fn refused(told: &Told) -> NetworkError {
    let Ok(problem) = serde_json::from_slice::<Problem>(&told.body) else {
        return NetworkError::Trouble(match told.status {
            429 => Trouble::Slowed,
            500..=599 => Trouble::Relay(RelayError::Offline),
            _ => Trouble::Relay(RelayError::NotTroth),
        });
    };
    match problem.code {
        ProblemCode::SignInAgain => NetworkError::Trouble(Trouble::SignedOut),
        ProblemCode::SlowDown => NetworkError::Trouble(Trouble::Slowed),
        ProblemCode::StaleVersion => NetworkError::Trouble(Trouble::Overtaken),
        _ => NetworkError::Refused(problem.into()),
    }
}

#[cfg(test)]
mod tests {
    use troth_wire::network::{Cancel, Move, Time};

    use super::*;

    #[test]
    fn bodies_of_different_acts_have_one_length() {
        let token = OwnerToken([7; 32]);
        let cancel = encoded(&Cancel { token });
        let moved = encoded(&Move {
            token,
            start: Time(29_925_660),
        });

        assert_eq!(cancel.len(), 1024);
        assert_eq!(moved.len(), 1024);
        assert_eq!(
            serde_json::from_slice::<Cancel>(&cancel).unwrap(),
            Cancel { token }
        );
    }

    #[test]
    fn a_body_of_exactly_a_class_stays_whole() {
        for length in [1022, 1023, 1024, 1025, 5000] {
            let body = encoded(&"x".repeat(length - 2));
            assert!(body.len() >= length);
            assert_eq!(
                serde_json::from_slice::<String>(&body).unwrap().len(),
                length - 2
            );
        }
    }

    #[test]
    fn what_is_no_problem_of_a_troth_server_is_told_apart() {
        let told = |status: u16, body: &[u8]| Told {
            status,
            etag: None,
            body: body.to_vec(),
        };

        assert!(refused(&told(502, b"<html>")).is_offline());
        assert_eq!(
            refused(&told(404, b"<html>")),
            NetworkError::Trouble(Trouble::Relay(RelayError::NotTroth))
        );
        assert_eq!(
            refused(&told(429, b"")),
            NetworkError::Trouble(Trouble::Slowed)
        );
    }
}
