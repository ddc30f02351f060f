//! The data folder: one server at a time.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::serve::ServeError;

/// The name of the database file.
const DATABASE: &str = "troth.db";

/// The folder, locked for this process until dropped.
#[derive(Debug)]
pub(crate) struct DataFolder {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Makes the folder if there is none, and locks it.
    pub(crate) fn open(path: &Path) -> Result<Self, ServeError> {
        if !path.is_dir() {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
            made.map_err(|error| refusal(&error))?;
        }
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("lock"));
        let lock = lock.map_err(|error| refusal(&error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ServeError::FolderInUse),
            Err(TryLockError::Error(error)) => return Err(refusal(&error)),
        }
        probe(path).map_err(|error| refusal(&error))?;
        // The database holds the server's secrets: for this user's eyes alone, whatever the
        // folder says. SQLite gives its other files the same rights.
        let database = private(&path.join(DATABASE));
        database.map_err(|error| refusal(&error))?;
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// The database file.
    pub(crate) fn database(&self) -> PathBuf {
        Self::database_in(&self.path)
    }

    /// The database file of a folder.
    pub(crate) fn database_in(path: &Path) -> PathBuf {
        path.join(DATABASE)
    }
}

/// Makes an empty file that only its owner reads; leaves one that is there.
fn private(path: &Path) -> io::Result<File> {
    File::options()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
}

/// Writes and removes a file, so that a folder that cannot be written is met now.
fn probe(path: &Path) -> io::Result<()> {
    let probe = path.join("probe");
    fs::write(&probe, [0; 4096])?;
    fs::remove_file(&probe)
}

fn refusal(error: &io::Error) -> ServeError {
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => ServeError::ReadOnly,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ServeError::Full,
        _ => ServeError::DataFolder,
    }
}
