//! `troth serve`: the blind server.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use troth_server::{Bound, Config, ServeError, bind};

use crate::answer::Answer;
use crate::command::demo;
use crate::failure::{Exit, Failure};

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
    /// Fill the server with a demonstration couple and print their logins.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    /// Serves until the process is asked to stop.
    ///
    /// # Errors
    ///
    /// The folder, the port or the database is in the way.
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|_| Failure::local("the system gives no threads to serve with"))?;
        runtime.block_on(self.serve())
    }

    async fn serve(self) -> Result<Answer, Failure> {
        let listen: SocketAddr = self.listen.parse().map_err(|_| {
            Failure::usage(
                "the address to listen on is a number and a port, such as 127.0.0.1:8200",
            )
        })?;
        let mut config = Config::new(self.data.clone(), listen);
        config.database.clone_from(&self.database);
        let mut ends = Ends::new()?;
        let bound = bind(config).await.map_err(|error| in_the_way(&error))?;
        let url = format!("http://{}", bound.address());
        say(&format!("listening on {url}"))?;
        if self.demo {
            fill(url, &self.data);
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
fn fill(url: String, data: &Path) {
    let folder = data.join("demo");
    std::thread::spawn(move || {
        let told = demo::fill(&url, &folder).map(|logins| logins.plain(&folder));
        // A closed terminal does not stop the server.
        let _ = match told {
            Ok(logins) => say(&logins),
            Err(failure) => {
                failure.print();
                Ok(())
            }
        };
    });
}

/// Writes a line to stdout at once, for whoever waits for it.
fn say(line: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    let said = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
    said.map_err(|_| Failure::local("stdout is closed; nobody would learn the address"))
}

fn in_the_way(error: &ServeError) -> Failure {
    let line = match error {
        ServeError::AddressInUse => {
            "the address is in use by another program; stop it, or choose another port with --listen"
        }
        ServeError::AddressRefused => {
            "the system does not let this address be listened on; choose another with --listen"
        }
        ServeError::DataFolder => {
            "the data folder cannot be made or used; check that it is a folder, or name another with \
             --data"
        }
        ServeError::ReadOnly => {
            "the data folder cannot be written; check its rights, or name another with --data"
        }
        ServeError::Full => "the disk is full; make room and start again",
        ServeError::DatabaseUnreachable => {
            return Failure::new(
                Exit::Network,
                "the database cannot be reached; check --database and that PostgreSQL runs",
            );
        }
        other => return Failure::local(other.to_string()),
    };
    Failure::local(line)
}
