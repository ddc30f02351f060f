//! Opening a long record: on the device that has it, and on a new one.
//!
//! Everything runs on one thread of one core, as in the command line.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use troth_core::{Command, Referee, RevealView};
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

/// The time that one opening took.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spent {
    /// By the clock on the wall.
    pub(crate) wall: Duration,
    /// Of this thread alone; other programs on the machine do not lengthen it.
    pub(crate) cpu: Duration,
}

/// What one run found.
pub(crate) struct Opened {
    /// From nothing to the whole record, verified and folded; signing in is not counted.
    pub(crate) new_device: Spent,
    /// From the files on the disk to the whole record.
    pub(crate) known_device: Spent,
    /// One strict signature check, of this thread's processor time: the floor of a new device.
    pub(crate) check: Duration,
    /// How many entries the record has, those of the membership included.
    pub(crate) entries: u64,
}

/// Writes `count` entries, unless `record` holds them already, and opens them.
pub(crate) fn run(address: &str, record: &Path, folder: &Path, count: usize) -> Result<Opened> {
    let url = format!("http://{address}");
    let code = kept_code(&url, &record.join("code"), count)?;
    let file = folder.join("journal.sqlite");
    let rim = rim(&url, SqliteJournal::open(&file)?)?;
    let reader = block_on(Reader::sign_in(rim, "long", PASSWORD, &code))?;
    let (synced, new_device) = spent(|| block_on(reader.sync()));
    synced?;
    let entries = reader.health().head.map_or(0, |head| head.place);
    ensure!(
        entries >= count as u64,
        "the new device has {entries} entries of {count}"
    );
    drop(reader);
    // What the first opening leaves for the next one is written by then.
    let mut times = Vec::new();
    for _ in 0..9 {
        let (opened, time) = spent(|| open_again(&url, &file));
        let (_reader, seen) = opened?;
        times.push(time);
        ensure!(seen.len() == count, "{} of {count} are shown", seen.len());
    }
    times.sort_unstable();
    let known_device = times.get(times.len() / 2).copied().unwrap_or_default();
    Ok(Opened {
        new_device,
        known_device,
        check: one_check(),
        entries,
    })
}

/// Opens the journal and looks at all that is in it.
fn open_again(url: &str, file: &Path) -> Result<(Reader, Vec<RevealView>)> {
    let reader = block_on(Reader::open(rim(url, SqliteJournal::open(file)?)?))?;
    let couple = reader.couple().context("the record is there")?;
    let seen = couple.reveals(reader.my_partner_id().context("a member")?);
    Ok((reader, seen))
}

/// Runs something and takes its time.
fn spent<T>(work: impl FnOnce() -> T) -> (T, Spent) {
    let (begun, used) = (Instant::now(), used());
    let done = work();
    let cpu = self::used().saturating_sub(used);
    let wall = begun.elapsed();
    (done, Spent { wall, cpu })
}

/// The processor time that this thread has used; nothing where the system does not say.
fn used() -> Duration {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = said.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

/// The least time of one strict check of a signature over as many bytes as an entry signs.
fn one_check() -> Duration {
    const CHECKS: u32 = 500;
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let (public, message) = (key.verifying_key(), [3; 46]);
    let signature = ed25519_dalek::Signer::sign(&key, &message);
    let check = || public.verify_strict(std::hint::black_box(&message), &signature);
    let times = (0..7).map(|_| spent(|| (0..CHECKS).all(|_| check().is_ok())).1.cpu);
    times.min().unwrap_or_default() / CHECKS
}

/// Gives the code that a new device needs, from the record of an earlier run or after writing it.
fn kept_code(url: &str, file: &Path, count: usize) -> Result<String> {
    if let Ok(code) = std::fs::read_to_string(file) {
        return Ok(code);
    }
    let (code, time) = spent(|| write(url, count));
    println!(
        "a record of {count} entries was written in {:.1} s",
        time.wall.as_secs_f64()
    );
    let code = code?;
    std::fs::write(file, &code)?;
    Ok(code)
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
