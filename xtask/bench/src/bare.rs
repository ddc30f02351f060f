//! The floor: SQLite alone, with the same durability and the same grouping.
//!
//! One thread writes. It takes every row that waits, puts them into one transaction and
//! answers each client after the commit, which is what the server's store does. There is no
//! HTTP, no session, no signature and no membership here.

use std::path::Path;
use std::sync::Barrier;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rusqlite::Connection;

use crate::sample::Rate;

/// The rows that one commit takes at most, as in the server.
const GROUP: usize = 256;

struct Row {
    client: i64,
    place: i64,
    bytes: Vec<u8>,
    done: SyncSender<()>,
}

/// Lets `clients` threads append `each` rows of `size` bytes and measures every append.
pub(crate) fn run(folder: &Path, clients: usize, each: usize, size: usize) -> Result<Rate> {
    let connection = open(&folder.join("bare.sqlite"))?;
    let (sender, receiver) = channel();
    let start = Barrier::new(clients + 1);
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || write(&connection, &receiver));
        let start = &start;
        let workers: Vec<_> = (0_i64..)
            .take(clients)
            .map(|client| {
                let sender = sender.clone();
                scope.spawn(move || {
                    start.wait();
                    append(client, each, size, &sender)
                })
            })
            .collect();
        drop(sender);
        start.wait();
        let begun = Instant::now();
        let mut latencies = Vec::with_capacity(clients * each);
        for worker in workers {
            latencies.extend(
                worker
                    .join()
                    .map_err(|_| anyhow::anyhow!("a client ended early"))??,
            );
        }
        let whole = begun.elapsed();
        writer
            .join()
            .map_err(|_| anyhow::anyhow!("the writer ended early"))??;
        Ok(Rate::of(latencies, whole))
    })
}

fn open(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path).context("opening the bare database")?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         CREATE TABLE entry (
             space INTEGER NOT NULL,
             place INTEGER NOT NULL,
             envelope BLOB NOT NULL,
             PRIMARY KEY (space, place)
         ) WITHOUT ROWID;",
    )?;
    Ok(connection)
}

fn write(connection: &Connection, rows: &Receiver<Row>) -> Result<()> {
    let mut insert = connection.prepare("INSERT INTO entry VALUES (?1, ?2, ?3)")?;
    while let Ok(first) = rows.recv() {
        let mut group = vec![first];
        group.extend(rows.try_iter().take(GROUP - 1));
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for row in &group {
            insert.execute((row.client, row.place, &row.bytes))?;
        }
        connection.execute_batch("COMMIT")?;
        for row in group {
            let _ = row.done.send(());
        }
    }
    Ok(())
}

fn append(client: i64, each: usize, size: usize, rows: &Sender<Row>) -> Result<Vec<Duration>> {
    let (done, finished) = sync_channel(1);
    let mut latencies = Vec::with_capacity(each);
    for place in (0_i64..).take(each) {
        // Not all zeros, so that no layer below can make it smaller.
        let bytes: Vec<u8> = (0..size).map(|at| salt(at, place, client)).collect();
        let begun = Instant::now();
        rows.send(Row {
            client,
            place,
            bytes,
            done: done.clone(),
        })?;
        finished.recv()?;
        latencies.push(begun.elapsed());
    }
    Ok(latencies)
}

fn salt(at: usize, place: i64, client: i64) -> u8 {
    let [byte, ..] = (at as i64 * 31 + place * 7 + client).to_le_bytes();
    byte
}
