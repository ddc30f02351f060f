//! How long anyone may take, so that nobody keeps a place by doing nothing.

use std::time::Duration;

/// How long each part of a conversation may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// A request's head, and the quiet between two requests.
    pub head: Duration,
    /// A request's body.
    pub body: Duration,
    /// A whole request, its body included.
    pub request: Duration,
    /// An answer that the client does not take; see [`Self::SLOWEST`].
    pub write: Duration,
    /// The first message of a wake line.
    pub hello: Duration,
    /// Between two pings on a wake line; one that is not answered before the next ends the line.
    pub ping: Duration,
}

impl Deadlines {
    /// A client that takes an answer more slowly than this many bytes a second, after the time for
    /// writing has passed, is cut off.
    pub const SLOWEST: u64 = 8 * 1024;
}

impl Default for Deadlines {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            head: seconds(60),
            body: seconds(25),
            request: seconds(30),
            write: seconds(30),
            hello: seconds(10),
            ping: seconds(30),
        }
    }
}
