//! What an operator can set.

use std::fmt;
use std::path::PathBuf;

use crate::deadline::Deadlines;
use crate::quota::Quotas;
use crate::throttle::Limits;

/// How many connections are served at once.
const MAX_CONNECTIONS: usize = 4096;

/// How many of them from one address: room for a household or a clinic behind one address.
const MAX_CONNECTIONS_PER_ADDRESS: usize = 256;

/// How many wake lines an account may hold.
const MAX_LINES_PER_ACCOUNT: usize = 64;

/// How many wake lines from one address.
const MAX_LINES_PER_ADDRESS: usize = 128;

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
    /// How much may be kept.
    pub quotas: Quotas,
    /// How long anyone may take.
    pub deadlines: Deadlines,
    /// How many connections are served at once.
    pub max_connections: usize,
    /// How many of them from one address; behind a proxy only the wake lines are counted.
    pub max_connections_per_address: usize,
    /// How many wake lines an account may hold.
    pub max_lines_per_account: usize,
    /// How many wake lines from one address.
    pub max_lines_per_address: usize,
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
            quotas: Quotas::default(),
            deadlines: Deadlines::default(),
            max_connections: MAX_CONNECTIONS,
            max_connections_per_address: MAX_CONNECTIONS_PER_ADDRESS,
            max_lines_per_account: MAX_LINES_PER_ACCOUNT,
            max_lines_per_address: MAX_LINES_PER_ADDRESS,
            behind_proxy: false,
            https: false,
            private_calendars: false,
            restored: false,
        }
    }
}
