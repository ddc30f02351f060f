//! What a command finds around it: the home folder and the client that lives there.

use std::path::{Path, PathBuf};

use troth_sync::env::NativeEnv;
use troth_sync::journal::JournalError;
use troth_sync::journal::sqlite::SqliteJournal;
use troth_sync::lock::FileLock;
use troth_sync::relay::http_native::HttpRelay;
use troth_sync::view::{Keeping, Standing};
use troth_sync::{Client, Rim, block_on};

use crate::failure::Failure;
use crate::session::Session;
use crate::trouble;

/// The client of the command line: SQLite on this disk, HTTP to the server.
pub(crate) type Native = Client<SqliteJournal, HttpRelay>;

/// The journal's file in a home.
const JOURNAL: &str = "journal.sqlite";

/// The file on which the commands of one home wait for each other.
const LOCK: &str = "lock";

/// The rims of that client.
pub(crate) type NativeRim = Rim<SqliteJournal, HttpRelay>;

/// The surroundings of one command.
#[derive(Debug)]
pub(crate) struct World {
    home: Option<PathBuf>,
}

impl World {
    /// Takes the folder that the command line named, if it named one.
    pub(crate) fn new(home: Option<PathBuf>) -> Self {
        Self { home }
    }

    /// Finds the home folder: named, or `$TROTH_HOME`, or `~/.troth`.
    ///
    /// # Errors
    ///
    /// There is no way to tell where the home folder is.
    pub(crate) fn home(&self) -> Result<PathBuf, Failure> {
        let named = self.home.clone().or_else(|| path_from("TROTH_HOME"));
        named
            .or_else(|| path_from("HOME").map(|home| home.join(".troth")))
            .ok_or_else(|| {
                Failure::usage("where your keys lie is not known; add --home DIR or set TROTH_HOME")
            })
    }

    /// Opens the client of this home and brings it up to date.
    ///
    /// # Errors
    ///
    /// Nobody is signed in here, or the home cannot be read.
    pub(crate) fn open(&self) -> Result<Session, Failure> {
        let mut session = self.open_as_it_is()?;
        session.catch_up()?;
        Ok(session)
    }

    /// Opens the client of this home without asking the server.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub(crate) fn open_as_it_is(&self) -> Result<Session, Failure> {
        let home = self.home()?;
        // Asking must not make a folder, nor turn a file in its place into an error of its own.
        if !home.exists() {
            return Err(trouble::nobody());
        }
        let rim = rim(&home, &server_of(&home)?)?;
        let client = block_on(Native::open(rim)).map_err(|error| trouble::open(&error))?;
        Ok(Session::new(client))
    }

    /// Makes the rims for a sign-in: in a new home, or again where somebody is signed in.
    ///
    /// # Errors
    ///
    /// The folder cannot be used, or the address is no address.
    pub(crate) fn rim(&self, server: &str) -> Result<NativeRim, Failure> {
        rim(&self.home()?, server)
    }

    /// Tells whether somebody is signed in here, whatever became of their session.
    ///
    /// # Errors
    ///
    /// The folder cannot be used.
    pub(crate) fn is_taken(rim: &NativeRim) -> Result<bool, Failure> {
        let standing = block_on(Native::standing(&rim.journal));
        Ok(standing.map_err(|e| trouble::journal(&e))? != Standing::Empty)
    }

    /// Makes the rims for a new account, in a home where nobody is signed in.
    ///
    /// # Errors
    ///
    /// Someone is signed in here, the folder cannot be used, or the address is no address.
    pub(crate) fn fresh(&self, server: &str) -> Result<NativeRim, Failure> {
        let rim = self.rim(server)?;
        if Self::is_taken(&rim)? {
            return Err(trouble::somebody());
        }
        Ok(rim)
    }
}

/// Makes the rims of a client in a folder, and the folder where there is none.
///
/// # Errors
///
/// The folder cannot be used, or the address is no address.
pub(crate) fn rim(home: &Path, server: &str) -> Result<NativeRim, Failure> {
    let relay = relay(server)?;
    make_private(home).map_err(|_| trouble::journal(&JournalError::Unavailable))?;
    let lock =
        FileLock::open(&home.join(LOCK)).map_err(|_| trouble::journal(&JournalError::ReadOnly))?;
    let journal = SqliteJournal::open(&home.join(JOURNAL)).map_err(|e| trouble::journal(&e))?;
    let (env, lock) = (Box::new(NativeEnv), Box::new(lock));
    Ok(Rim {
        journal,
        relay,
        env,
        lock,
        keeping: Keeping::Unlocked,
    })
}

/// Makes a folder that nobody but its owner can look into; one that is there is left as it is.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The relay to a server, without any account.
///
/// # Errors
///
/// The address is no address.
pub(crate) fn relay(server: &str) -> Result<HttpRelay, Failure> {
    HttpRelay::new(server).map_err(|error| trouble::relay(&error))
}

/// The clock, zone and chance of this machine.
pub(crate) fn env() -> NativeEnv {
    NativeEnv
}

/// Reads a folder's name from the environment.
fn path_from(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// Reads from a home which server its person has an account on.
fn server_of(home: &Path) -> Result<String, Failure> {
    let journal = SqliteJournal::open(&home.join(JOURNAL)).map_err(|e| trouble::journal(&e))?;
    let server = block_on(Native::server_of(&journal)).map_err(|e| trouble::journal(&e))?;
    server.ok_or_else(trouble::nobody)
}
