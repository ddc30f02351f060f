//! Opening a long record: on the device that has it, and on a new one.
//!
//! Everything runs on one thread of one core, as in the command line.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use troth_core::{Command, Referee};
use troth_sync::env::NativeEnv;
use troth_sync::journal::Journal;
use troth_sync::journal::memory::MemoryJournal;
use troth_sync::journal::sqlite::SqliteJournal;
use troth_sync::lock::Alone;
use troth_sync::relay::http_native::HttpRelay;
use troth_sync::view::{InviteOptions, Keeping, NewAccount};
use troth_sync::{Client, Rim, block_on};

type Writer = Client<MemoryJournal, HttpRelay>;
type Reader = Client<SqliteJournal, HttpRelay>;

/// The password of the bench's person.
const PASSWORD: &str = "a password for measuring";

/// How many entries are written between two synchronisations.
const BATCH: usize = 500;

/// What one run found.
pub(crate) struct Opened {
    /// From nothing to the whole record, verified and folded; signing in is not counted.
    pub(crate) new_device: Duration,
    /// From the files on the disk to the whole record.
    pub(crate) known_device: Duration,
    /// How many entries the record has, those of the membership included.
    pub(crate) entries: u64,
}

/// Writes `count` entries and opens them twice.
pub(crate) fn run(address: &str, folder: &Path, count: usize) -> Result<Opened> {
    let url = format!("http://{address}");
    let begun = Instant::now();
    let code = write(&url, count)?;
    println!(
        "a record of {count} entries was written in {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    let file = folder.join("journal.sqlite");
    let rim = rim(&url, SqliteJournal::open(&file)?)?;
    let reader = block_on(Reader::sign_in(rim, "long", PASSWORD, &code))?;
    let begun = Instant::now();
    block_on(reader.sync())?;
    let new_device = begun.elapsed();
    let entries = reader.health().head.map_or(0, |head| head.place);
    ensure!(
        entries >= count as u64,
        "the new device has {entries} entries of {count}"
    );
    drop(reader);
    // What the first opening leaves for the next one is written by then.
    let mut times = Vec::new();
    for _ in 0..5 {
        let begun = Instant::now();
        let rim = self::rim(&url, SqliteJournal::open(&file)?)?;
        let reader = block_on(Reader::open(rim))?;
        let seen = reader
            .couple()
            .context("the record is there")?
            .reveals(reader.my_partner_id().context("a member")?);
        times.push(begun.elapsed());
        ensure!(seen.len() == count, "{} of {count} are shown", seen.len());
    }
    times.sort_unstable();
    let known_device = times.get(times.len() / 2).copied().unwrap_or_default();
    Ok(Opened {
        new_device,
        known_device,
        entries,
    })
}

fn rim<J: Journal>(url: &str, journal: J) -> Result<Rim<J, HttpRelay>> {
    let relay = HttpRelay::new(url)?;
    let (env, lock) = (Box::new(NativeEnv), Box::new(Alone));
    Ok(Rim {
        journal,
        relay,
        env,
        lock,
        keeping: Keeping::Unlocked,
    })
}

/// Writes the record and gives the code that a new device needs.
fn write(url: &str, count: usize) -> Result<String> {
    let new = NewAccount {
        login: "long".to_owned(),
        name: "Long".to_owned(),
        password: PASSWORD.to_owned(),
    };
    let made = block_on(Writer::create_account(
        rim(url, MemoryJournal::default())?,
        new,
    ))?;
    let (writer, kit) = made;
    block_on(writer.invite(InviteOptions::default()))?;
    for at in 0..count {
        let prompt = format!(
            "Question {at}: what does a calm evening look like for you, and what would be one small step?"
        );
        block_on(writer.dispatch(Command::StartReveal {
            prompt,
            referee: Referee::Server,
        }))?;
        if (at + 1) % BATCH == 0 || at + 1 == count {
            let report = block_on(writer.sync())?;
            ensure!(
                report.waiting == 0,
                "{} entries wait: {:?}",
                report.waiting,
                report.refused
            );
        }
    }
    Ok(kit.device_code.to_string())
}
