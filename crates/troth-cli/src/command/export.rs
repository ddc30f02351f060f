//! `troth export`: the record as one file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use troth_sync::block_on;

use crate::answer::Answer;
use crate::count::counted;
use crate::failure::{Exit, Failure};
use crate::trouble;
use crate::world::World;

/// An export.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The file to write; an existing file is left alone.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace the file if it exists.
    #[arg(long)]
    overwrite: bool,
}

impl Export {
    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    ///
    /// The file exists, or cannot be written.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        let session = world.open()?;
        let bytes =
            block_on(session.client().export()).map_err(|error| trouble::trouble(&error))?;
        self.write(&bytes)?;
        let shown = self.out.display();
        let unsent = session.client().unsent().entries;
        let waiting = match unsent {
            0 => String::new(),
            1 => "\n1 entry is waiting to be sent; the file marks it as not in the record."
                .to_owned(),
            count => format!(
                "\n{count} entries are waiting to be sent; the file marks them as not in the record."
            ),
        };
        let plain = format!(
            "Written to {shown} ({}). It holds what you and your partner wrote, readable by \
             anyone with the file.{waiting}
Check it anywhere: troth verify {shown}",
            counted(bytes.len() as u64, "byte")
        );
        Ok(session
            .answer(plain, json!({ "file": self.out, "bytes": bytes.len() }))
            .field("waiting", json!(unsent))
            .exit(Exit::Done))
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        let cannot = |error: &io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => Failure::refused(
                "the file exists and is left alone; choose another name or add --overwrite",
            ),
            io::ErrorKind::NotFound => {
                Failure::local("the folder of the file does not exist; make it first")
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Failure::local("the disk is full; nothing was written; make room and try again")
                    .coded("disk_full")
            }
            _ => Failure::local("the file cannot be written; check the folder's rights"),
        };
        if self.out.exists() && !self.overwrite {
            return Err(cannot(&io::ErrorKind::AlreadyExists.into()));
        }
        // Beside the file first, so that a full disk or an interruption leaves no half of it.
        let mut name = self.out.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = self.out.with_file_name(name);
        let written = private_file(&part).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written
            .and_then(|()| std::fs::rename(&part, &self.out))
            .map_err(|error| {
                let _ = std::fs::remove_file(&part);
                cannot(&error)
            })
    }
}

#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
}
