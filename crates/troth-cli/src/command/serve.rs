//! `troth serve`: the blind server.

use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use troth_server::{Bound, Config, ServeError, bind};

use crate::answer::Answer;
use crate::command::demo;
use crate::command::network::Place;
use crate::failure::{Exit, Failure};
use crate::file;

/// A server.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The folder for the server's secrets and its database.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The address to listen on; port 0 picks a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8200")]
    listen: String,
    /// A PostgreSQL database instead of SQLite in the data folder.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Say that the database has just come back from a backup.
    #[arg(long)]
    restored: bool,
    /// Say that a proxy in front writes the `X-Forwarded-For` header.
    #[arg(long)]
    behind_proxy: bool,
    /// Say that people reach this server by https alone.
    #[arg(long)]
    https: bool,
    /// Let therapists' calendars be read from private networks and without https.
    #[arg(long)]
    private_calendars: bool,
    /// Fill the server with a demonstration (a couple, a therapist, a directory) and print the logins.
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    limits: Limits,
}

/// How much may be kept and how many may come; see docs/operating.md.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
struct Limits {
    /// The spaces that an account may be in when it begins another.
    #[arg(long, value_name = "COUNT")]
    spaces_per_account: Option<u64>,
    /// The megabytes of entries that a space may hold.
    #[arg(long, value_name = "MB")]
    space_megabytes: Option<u64>,
    /// The megabytes of entries that an account may send in a day.
    #[arg(long, value_name = "MB")]
    daily_megabytes: Option<u64>,
    /// The accounts that an address may make in a day.
    #[arg(long, value_name = "COUNT")]
    daily_accounts: Option<u64>,
    /// The connections at once.
    #[arg(long, value_name = "COUNT")]
    connections: Option<NonZeroUsize>,
    /// The connections at once from one address.
    #[arg(long, value_name = "COUNT")]
    connections_per_address: Option<NonZeroUsize>,
}

impl Limits {
    /// Replaces what was given.
    fn set(&self, config: &mut Config) {
        let quotas = &mut config.quotas;
        let bytes = |megabytes: u64| megabytes.saturating_mul(1024 * 1024);
        set(&mut quotas.spaces_per_account, self.spaces_per_account);
        set(&mut quotas.space_bytes, self.space_megabytes.map(bytes));
        set(&mut quotas.daily_bytes, self.daily_megabytes.map(bytes));
        set(&mut quotas.daily_accounts, self.daily_accounts);
        let connections = self.connections.map(NonZeroUsize::get);
        set(&mut config.max_connections, connections);
        let of_address = self.connections_per_address.map(NonZeroUsize::get);
        set(&mut config.max_connections_per_address, of_address);
    }
}

fn set<T>(place: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *place = given;
    }
}

impl Serve {
    /// Serves until the process is asked to stop.
    ///
    /// # Errors
    ///
    /// The folder, the port or the database is in the way.
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        // Never one alone: while it waits for the disk (ADR 23) the other serves.
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(cores.max(2))
            .enable_all()
            .build()
            .map_err(|_| Failure::local("the system gives no threads to serve with"))?;
        runtime.block_on(self.serve())
    }

    async fn serve(self) -> Result<Answer, Failure> {
        troth_server::telemetry::log_to_stderr();
        let mut config = Config::new(&self.data, &self.listen);
        config.database.clone_from(&self.database);
        config.restored = self.restored;
        config.behind_proxy = self.behind_proxy;
        config.https = self.https;
        config.private_calendars = self.private_calendars;
        self.limits.set(&mut config);
        let mut ends = Ends::new()?;
        let bound = bind(config).await.map_err(|error| in_the_way(&error))?;
        let url = format!("http://{}", bound.address());
        say(&format!("listening on {url}"))?;
        if self.demo {
            fill(url, self.data, self.database);
        }
        run(bound, &mut ends).await?;
        Ok(Answer::silent())
    }
}

async fn run(bound: Bound, ends: &mut Ends) -> Result<(), Failure> {
    bound
        .run(ends.wait())
        .await
        .map_err(|error| in_the_way(&error))
}

/// The two signals by which a process is asked to end.
struct Ends {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Ends {
    fn new() -> Result<Self, Failure> {
        let listen = |kind| {
            signal(kind).map_err(|_| Failure::local("the system gives no signals to stop by"))
        };
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Fills the server from a thread of its own, as any other client would.
fn fill(url: String, data: PathBuf, database: Option<String>) {
    std::thread::spawn(move || {
        let folder = data.join("demo");
        let ground = Place::new(data, database);
        let told = demo::fill(&url, &folder, Some(&ground)).map(|logins| logins.plain(&folder));
        // A closed terminal does not stop the server.
        let _ = match told {
            Ok(logins) => say(&logins),
            Err(failure) => {
                failure.print(false);
                Ok(())
            }
        };
    });
}

/// Writes a line to stdout at once, for whoever waits for it.
fn say(line: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    let said = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
    match said {
        // Who has stopped reading may know the address already: the server runs on.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(file::unwritable("the server's address", &error)),
        Ok(()) => Ok(()),
    }
}

/// The server says by itself what is in the way and what to do; this adds the exit code.
pub(super) fn in_the_way(error: &ServeError) -> Failure {
    let exit = match error {
        ServeError::DatabaseUrl | ServeError::DatabaseTlsMode | ServeError::DatabaseRoots => {
            Exit::Usage
        }
        ServeError::DatabaseUnreachable | ServeError::DatabaseTls => Exit::Network,
        _ => Exit::Local,
    };
    Failure::new(exit, error.to_string())
}
