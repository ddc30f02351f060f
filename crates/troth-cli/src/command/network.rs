//! `troth network`: the directory of a server, from the machine it runs on.

mod export;
mod generate;
mod ghosts;
mod load;
mod nppes;
mod operator;
mod payer;
mod plan_net;
mod report;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use troth_server::network::publish::Instant;
use troth_server::network::store::{Minute, NetworkError, NetworkStore, Opened, Operation};
use troth_server::store::StoreError;
use troth_server::{Env as _, SystemEnv};

use crate::answer::Answer;
use crate::failure::{Exit, Failure};
use crate::file;

/// What can be done with a directory.
#[derive(Debug, Subcommand)]
pub(crate) enum Network {
    /// Fill the directory with made-up providers, the same for the same seed.
    Generate(generate::Generate),
    /// Take in what registries, payers and other directories publish.
    Import(Import),
    /// Write the directory in a form that others read.
    Export(Export),
    /// Show how many who tried met nobody, and how many listings are proven.
    Ghosts(ghosts::Ghosts),
    /// Make an account an operator of this server, or no longer one.
    Operator(operator::Operator),
}

impl Network {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// Whatever the subcommand reports.
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        match self {
            Self::Generate(command) => command.run(),
            Self::Import(command) => command.run(),
            Self::Export(command) => command.run(),
            Self::Ghosts(command) => command.run(),
            Self::Operator(command) => command.run(),
        }
    }
}

/// An import.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The form of what is imported.
    #[arg(value_enum)]
    form: Form,
    /// The file; for plan-net also a folder.
    file: PathBuf,
    /// Begin anew, though an import of this file was broken off.
    #[arg(long)]
    restart: bool,
    #[command(flatten)]
    place: Place,
}

/// What can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// The registry's dissemination file, its other names, or its deactivated identifiers.
    Nppes,
    /// FHIR Plan-Net: JSON, lines of JSON, a Bundle, a tar archive, or a folder of them.
    PlanNet,
    /// A payer's list as comma-separated values.
    Payer,
}

impl Import {
    fn run(self) -> Result<Answer, Failure> {
        // A wrong path makes no data folder.
        file::must_be_there(&self.file)?;
        let desk = self.place.open()?;
        match self.form {
            Form::Nppes => nppes::import(&desk, &self.file, self.restart),
            Form::PlanNet => plan_net::import(&desk, &self.file),
            Form::Payer => payer::import(&desk, &self.file),
        }
    }
}

/// An export.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The form in which it is written.
    #[arg(value_enum)]
    form: Written,
    /// The folder to write into; it is made where there is none.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The address by which people reach the server, for links to free times.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8200")]
    url: String,
    #[command(flatten)]
    place: Place,
}

/// What can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Written {
    /// FHIR Plan-Net, one file of lines for each kind of resource.
    PlanNet,
    /// SMART Scheduling Links: free times with links to book them.
    SmartLinks,
}

impl Export {
    fn run(self) -> Result<Answer, Failure> {
        self.place.must_be_there()?;
        let desk = self.place.open()?;
        match self.form {
            Written::PlanNet => export::plan_net(&desk, &self.out),
            Written::SmartLinks => export::smart_links(&desk, &self.out, &self.url),
        }
    }
}

/// Where the directory lies.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// The server's data folder.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// A PostgreSQL database instead of SQLite in the data folder.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

impl Place {
    /// The place of a server's rows.
    pub(crate) const fn new(data: PathBuf, database: Option<String>) -> Self {
        Self { data, database }
    }

    /// Fills the directory with made-up providers.
    ///
    /// # Errors
    ///
    /// The folder or the database is in the way.
    pub(crate) fn generate(&self, providers: u32, seed: u64) -> Result<(), Failure> {
        let place = self.clone();
        let generate = generate::Generate {
            providers,
            seed,
            place,
        };
        generate.run().map(drop)
    }

    /// Makes an account an operator.
    ///
    /// # Errors
    ///
    /// There is no such account, or the rows are in the way.
    pub(crate) fn make_operator(&self, login: &str) -> Result<(), Failure> {
        let (login, place) = (login.to_owned(), self.clone());
        let operator = operator::Operator {
            login,
            revoke: false,
            place,
        };
        operator.run().map(drop)
    }

    /// Refuses where only reading makes sense and there is nothing.
    fn must_be_there(&self) -> Result<(), Failure> {
        if self.database.is_none() && !self.data.is_dir() {
            return Err(Failure::local(
                "there is no such data folder; name the one that `troth serve --data` uses",
            )
            .coded("no_such_file"));
        }
        Ok(())
    }

    /// Opens the directory.
    fn open(&self) -> Result<Desk, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|_| Failure::local("the program could not start its threads; try again"))?;
        let opened = runtime.block_on(Opened::open(&self.data, self.database.as_deref()));
        let opened = opened.map_err(|error| super::serve::in_the_way(&error))?;
        Ok(Desk {
            runtime,
            opened,
            data: self.data.clone(),
            now: Minute(u32::try_from(SystemEnv.minute()).unwrap_or(u32::MAX)),
        })
    }
}

/// An open directory, at one moment.
struct Desk {
    runtime: tokio::runtime::Runtime,
    opened: Opened,
    data: PathBuf,
    now: Minute,
}

impl Desk {
    /// Carries an operation out.
    fn run<O: Operation>(&self, operation: O) -> Result<O::Output, Failure> {
        let done = self.runtime.block_on(self.store().run(operation));
        done.map_err(|error| failed(&error))
    }

    fn store(&self) -> &NetworkStore {
        self.opened.store()
    }

    fn instant(&self) -> Instant {
        Instant(self.now.0.saturating_mul(60))
    }
}

/// Says what is in the way of an operation.
fn failed(error: &NetworkError) -> Failure {
    match error {
        NetworkError::Store(StoreError::Full) => {
            Failure::local("the disk is full; make room and begin again, what is done is kept")
                .coded("disk_full")
        }
        NetworkError::Store(StoreError::Unreachable) => Failure::new(
            Exit::Network,
            "the database does not answer; begin again when it does, what is done is kept",
        ),
        NetworkError::Contended => {
            Failure::refused("others are changing the same rows; begin again, what is done is kept")
        }
        _ => Failure::local("the directory cannot be read; restore the last backup"),
    }
}
