//! The server seen from here: something that carries padded frames and answers with frames.
//!
//! A relay knows nothing of what it carries. What the routes mean is said once, in
//! `call.rs`, and the same bytes travel over HTTP, over `fetch` and, in
//! the simulator, straight into the server's service.

pub(crate) mod call;
#[cfg(feature = "native")]
pub mod http_native;
#[cfg(all(target_arch = "wasm32", feature = "web"))]
pub mod http_web;

use thiserror::Error;

/// The methods that the server's routes use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Adds.
    Post,
    /// Replaces.
    Put,
    /// Takes away.
    Delete,
}

impl Method {
    /// Names the method as HTTP does.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// One request to the server.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What kind of request this is.
    pub method: Method,
    /// The path and query, such as `/v1/server`.
    pub path: String,
    /// The text after `Bearer `, where the route needs a session.
    pub session: Option<String>,
    /// The padded frame, or nothing.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What the server answered.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// The padded frame, or nothing.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("body", &self.body.len())
            .finish()
    }
}

/// Why no answer of a Troth server came.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum RelayError {
    /// The address is not one that can be asked.
    #[error("the server's address is not a web address")]
    BadAddress,
    /// Nothing answers at the address.
    #[error("the server cannot be reached")]
    Offline,
    /// The answer did not come in time; whether the request arrived is not known.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The certificate of the address is not good.
    #[error("the server's certificate is not trusted")]
    Untrusted,
    /// Something answers, but it is no Troth server.
    #[error("what answers at this address is not a troth server")]
    NotTroth,
    /// The answer is larger than any that a Troth server gives.
    #[error("the server's answer is too large")]
    TooLarge,
    /// The process ended here; only the simulator says so.
    #[error("the process ended")]
    Crashed,
}

/// The server seen from here.
#[expect(
    async_fn_in_trait,
    reason = "one thread drives a client; no future is ever sent to another"
)]
pub trait Relay {
    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    ///
    /// Fails when no answer came. The request may still have been carried out.
    async fn call(&self, request: Request) -> Result<Answer, RelayError>;

    /// Says that a request comes next, so that a relay may send it meanwhile; most wait.
    fn comes_next(&self, _: &Request) {}

    /// Names the server's address, such as `https://troth.example.org`, without a slash at
    /// its end.
    fn address(&self) -> String;
}

/// The largest answer that a relay takes from a server.
pub const MAX_ANSWER: usize = 32 << 20;
