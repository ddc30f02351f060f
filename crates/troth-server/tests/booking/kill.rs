//! A process that books is killed with SIGKILL, again and again, and loses no promise.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use troth_server::network::store::BookingId;
use troth_wire::network as wire;

use crate::simulation::{asked, play_until_killed};
use crate::support;
use crate::support::audit::Audit;

/// Names the folder for the process that is to be killed: this test once more.
const FOLDER: &str = "TROTH_BOOKING_KILLED_IN";

/// Starts the process, reads promises until there are enough, and kills it.
fn torment(folder: &Path, round: u32, enough: usize) -> Vec<BookingId> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "kill::a_killed_process_loses_no_promise",
            "--exact",
            "--nocapture",
        ])
        .env(FOLDER, folder)
        .env("TROTH_BOOKING_ROUND", round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut promised = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let Some(name) = line.strip_prefix("promised ") else {
            continue;
        };
        promised.push(BookingId(name.parse::<wire::BookingId>().unwrap().0));
        if promised.len() >= enough {
            break;
        }
    }
    child.kill().unwrap();
    let ended = child.wait().unwrap();
    assert!(
        !ended.success() && promised.len() == enough,
        "killed, not ended by itself"
    );
    promised
}

#[tokio::test]
async fn a_killed_process_loses_no_promise() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let round = asked("TROTH_BOOKING_ROUND", 0);
        return play_until_killed(Path::new(&folder), round).await;
    }
    // On the disk: what counts is what a flush has carried there.
    let folder = TempDir::new().unwrap();
    let mut promised = Vec::new();
    for round in 0..asked("TROTH_KILLS", 8) {
        let enough = 5 + (round * 37 % 60) as usize;
        promised.extend(torment(folder.path(), round, enough));
        let audit = Audit::read(&support::open(&folder)).await;
        audit.check();
        for booking in &promised {
            assert!(audit.histories.contains_key(booking), "a promise was lost");
        }
    }
    println!("{} promises kept", promised.len());
}
