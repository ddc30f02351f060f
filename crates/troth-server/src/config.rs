//! What an operator can set.

use std::fmt;
use std::path::PathBuf;

use crate::throttle::Limits;

/// How many connections are served at once.
const MAX_CONNECTIONS: usize = 4096;

/// How the server runs.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// The folder of the embedded database.
    pub data: PathBuf,
    /// The address to listen on, with the port; port 0 takes a free one.
    pub listen: String,
    /// A `postgres://` URL, to keep everything there instead of in the folder.
    pub database: Option<String>,
    /// How often things may be done.
    pub limits: Limits,
    /// How many connections are served at once.
    pub max_connections: usize,
    /// Whether a proxy in front writes the `X-Forwarded-For` header.
    pub behind_proxy: bool,
    /// Whether people reach this server by https alone.
    pub https: bool,
    /// Whether providers' calendars may be read from private networks and without TLS.
    pub private_calendars: bool,
    /// Whether the database has just come back from a backup.
    pub restored: bool,
}

// By hand: the URL of a database may hold a password.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("data", &self.data)
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// The usual way to run, with the embedded database.
    #[must_use]
    pub fn new(data: impl Into<PathBuf>, listen: impl Into<String>) -> Self {
        Self {
            data: data.into(),
            listen: listen.into(),
            database: None,
            limits: Limits::default(),
            max_connections: MAX_CONNECTIONS,
            behind_proxy: false,
            https: false,
            private_calendars: false,
            restored: false,
        }
    }
}
