//! The way to the open half of a server: plain requests with headers, JSON or shard files.
//!
//! A line is to the JSON API what a [`Relay`](crate::relay::Relay) is to the padded frames of the
//! record; the relays of the command line and of the browser are both.

use std::pin::Pin;

use crate::relay::{Method, RelayError};

/// A future of one thread.
pub type Soon<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Whether an answer may come from a cache and rest in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caching {
    /// Never: it is about a person.
    Never,
    /// By the server's word: it is public and the same for everybody.
    Public,
}

/// One request.
#[derive(Clone, PartialEq, Eq)]
pub struct Ask {
    /// What kind of request this is.
    pub method: Method,
    /// The path and query, such as `/api/v1/vocabulary`.
    pub path: String,
    /// The headers beside those of the body.
    pub headers: Vec<(&'static str, String)>,
    /// The type of the body and the body, if there is one.
    pub body: Option<(&'static str, Vec<u8>)>,
    /// Whether the answer may be cached.
    pub caching: Caching,
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ask")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// What the server answered.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The status of HTTP.
    pub status: u16,
    /// The version of what was answered, as the server names it.
    pub etag: Option<String>,
    /// The body, without its compression.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Told")
            .field("status", &self.status)
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The way to one server.
pub trait Line {
    /// Sends a request and waits for its answer, which fails when none came; the request may
    /// still have been carried out.
    fn ask(&self, ask: Ask) -> Soon<'_, Result<Told, RelayError>>;

    /// Names the server's address, without a slash at its end.
    fn address(&self) -> String;
}
