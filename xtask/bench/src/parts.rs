//! The parts of the bench, each a few rows of the table.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::Asked;
use crate::append;
use crate::atuin::Atuin;
use crate::bare;
use crate::calendars;
use crate::open;
use crate::report::Row;
use crate::sample::{Rate, milliseconds};
use crate::served::Served;

/// Clients at once, and how many entries each of them appends in one run.
const LOADS: [(usize, usize); 3] = [(1, 6_000), (16, 1_500), (64, 500)];

/// At least so much of bare SQLite (ARCHITECTURE, "Budgets").
const SHARE_OF_BARE: f64 = 0.6;

/// The entries of a long record.
const LONG: usize = 50_000;

/// At least so many times the best durable peer.
const TIMES_ATUIN: f64 = 4.0;

/// At most so long for 99 of 100 appends at 16 clients, in milliseconds.
const P99_AT_16: f64 = 15.0;

/// At most so long for 99 of 100 appends while calendars do their worst, in milliseconds.
const P99_BESIDE_CALENDARS: f64 = 50.0;

/// Durable appends beside bare group-committed SQLite.
pub(crate) fn append(troth: &Path, folder: &Path, asked: &Asked) -> Result<Vec<Row>> {
    let runs = if asked.quick { 1 } else { 5 };
    let mut rows = Vec::new();
    for (clients, each) in LOADS {
        if asked.clients.is_some_and(|only| only != clients) {
            continue;
        }
        let each = if asked.quick { each / 5 } else { each };
        let (mut ours, mut theirs, mut size) = (Vec::new(), Vec::new(), 0);
        let (mut server, mut generator) = (Duration::ZERO, Duration::ZERO);
        // One after the other, again and again, so that a busy moment of the machine meets both.
        for _ in 0..runs {
            let data = tempfile::tempdir_in(folder)?;
            let appends = append::run(&Served::start(troth, data.path())?, clients, each)?;
            size = appends.row;
            server += appends.server;
            generator += appends.clients;
            ours.push(appends.rate);
            let data = tempfile::tempdir_in(folder)?;
            theirs.push(bare::run(data.path(), clients, each, size)?);
        }
        let ours = Rate::median(ours).context("no run")?;
        let theirs = Rate::median(theirs).context("no run")?;
        let ratio = ours.per_second / theirs.per_second;
        let one = |used: Duration| used.as_secs_f64() * 1e6 / (clients * each * runs) as f64;
        let quick_enough = clients != 16 || ours.p99 <= P99_AT_16;
        let row = Row {
            what: format!("durable appends at {clients}, rows of {size} B"),
            figure: format!(
                "{}, {:.0} µs of server CPU each, {:.0} µs of the clients'",
                shown(&ours),
                one(server),
                one(generator)
            ),
            beside: format!(
                "bare SQLite {}; ratio {:.0} %",
                shown(&theirs),
                ratio * 100.0
            ),
            budget: match clients {
                16 => "60 % of bare; p99 under 15 ms".to_owned(),
                _ => "60 % of bare".to_owned(),
            },
            met: Some(ratio >= SHARE_OF_BARE && quick_enough),
        };
        progress(&row);
        rows.push(row);
        if let Some(program) = &asked.atuin {
            rows.push(beside_atuin(program, folder, (clients, each, size), &ours)?);
        }
    }
    Ok(rows)
}

/// The same load on the best durable peer.
fn beside_atuin(
    program: &Path,
    folder: &Path,
    (clients, each, size): (usize, usize, usize),
    ours: &Rate,
) -> Result<Row> {
    let data = tempfile::tempdir_in(folder)?;
    let theirs = Atuin::start(program, data.path())?.run(clients, each, size)?;
    let times = ours.per_second / theirs.per_second;
    let row = Row {
        what: format!("durable appends at {clients}, beside atuin-server"),
        figure: shown(ours),
        beside: format!(
            "atuin-server on SQLite {}; {times:.1} times",
            shown(&theirs)
        ),
        budget: "4 times".to_owned(),
        met: Some(times >= TIMES_ATUIN),
    };
    progress(&row);
    Ok(row)
}

/// Durable appends while therapists hand in calendars that are made to do harm.
pub(crate) fn calendars(troth: &Path, folder: &Path, asked: &Asked) -> Result<Vec<Row>> {
    let (clients, each) = (16, if asked.quick { 500 } else { 3_000 });
    let data = tempfile::tempdir_in(folder)?;
    let alone = append::run(&Served::start(troth, data.path())?, clients, each)?;
    let data = tempfile::tempdir_in(folder)?;
    let beside = calendars::run(troth, data.path(), (clients, each))?;
    let p99 = beside.appends.rate.p99;
    let row = Row {
        what: format!(
            "durable appends at {clients} while {} hostile calendars are handed in",
            beside.taken
        ),
        figure: shown(&beside.appends.rate),
        beside: format!("without them {}", shown(&alone.rate)),
        budget: "p99 under 50 ms".to_owned(),
        met: Some(p99 <= P99_BESIDE_CALENDARS),
    };
    progress(&row);
    Ok(vec![row])
}

/// Opening a long record.
pub(crate) fn open(troth: &Path, folder: &Path, asked: &Asked) -> Result<Vec<Row>> {
    let count = asked
        .entries
        .unwrap_or(if asked.quick { 2_000 } else { LONG });
    let kept = tempfile::tempdir_in(folder)?;
    let record = asked.record.as_deref().unwrap_or(kept.path());
    let data = record.join("server");
    std::fs::create_dir_all(&data)?;
    let home = tempfile::tempdir_in(folder)?;
    let served = Served::start(troth, &data)?;
    let opened = open::run(&served.address, record, home.path(), count)?;
    let (known, new) = (opened.known_device, opened.new_device);
    let each = milliseconds(new.wall) * 1e3 / opened.entries as f64;
    let rows = vec![
        Row {
            what: format!("open a record of {count} entries, known device"),
            figure: shown_spent(&known),
            budget: "100 ms".to_owned(),
            met: Some(milliseconds(known.wall) <= 100.0),
            ..Row::default()
        },
        Row {
            what: format!("open a record of {count} entries, new device, fetched over loopback"),
            figure: format!("{}, {each:.0} µs an entry", shown_spent(&new)),
            beside: format!(
                "one strict signature check, in the same run: {:.1} µs of CPU",
                opened.check.as_secs_f64() * 1e6
            ),
            budget: "2500 ms".to_owned(),
            met: Some(milliseconds(new.wall) <= 2500.0),
        },
    ];
    rows.iter().for_each(progress);
    Ok(rows)
}

fn shown_spent(spent: &open::Spent) -> String {
    let (wall, cpu) = (milliseconds(spent.wall), milliseconds(spent.cpu));
    format!("{wall:.0} ms ({cpu:.0} ms of CPU)")
}

/// Memory at rest and the time to the first line.
pub(crate) fn idle(troth: &Path, folder: &Path) -> Result<Vec<Row>> {
    let data = tempfile::tempdir_in(folder)?;
    // The first start makes the database; a server is started over one that is there.
    drop(Served::start(troth, data.path())?);
    let mut starts = Vec::new();
    let mut resident = 0;
    for _ in 0..11 {
        let served = Served::start(troth, data.path())?;
        starts.push(served.ready_after);
        // Asked once, as an idle server has been.
        let mut connection = std::net::TcpStream::connect(&served.address)?;
        std::io::Write::write_all(&mut connection, b"GET /v1/server HTTP/1.0\r\n\r\n")?;
        std::io::copy(&mut connection, &mut std::io::sink())?;
        resident = resident.max(served.resident()?);
    }
    starts.sort_unstable();
    let start = milliseconds(starts.get(starts.len() / 2).copied().unwrap_or_default());
    let mebibytes = resident as f64 / f64::from(1 << 20);
    let rows = vec![
        Row {
            what: "server idle, resident memory".to_owned(),
            figure: format!("{mebibytes:.1} MiB"),
            budget: "20 MB".to_owned(),
            met: Some(resident <= 20_000_000),
            ..Row::default()
        },
        Row {
            what: "server start to ready".to_owned(),
            figure: format!("{start:.0} ms"),
            budget: "100 ms".to_owned(),
            met: Some(start <= 100.0),
            ..Row::default()
        },
    ];
    rows.iter().for_each(progress);
    Ok(rows)
}

/// The size of the web app's program, as it is sent.
pub(crate) fn wasm(dist: &Path) -> Result<Vec<Row>> {
    let Ok(files) = std::fs::read_dir(dist.join("a")) else {
        println!("no web app in {}; its size is left out", dist.display());
        return Ok(Vec::new());
    };
    let mut size = None;
    for file in files {
        let file = file?;
        if file.file_name().to_string_lossy().ends_with(".wasm.br") {
            size = Some(file.metadata()?.len());
        }
    }
    let Some(size) = size else {
        println!("the web app was built quickly, without compression; its size is left out");
        return Ok(Vec::new());
    };
    let row = Row {
        what: "WASM, brotli".to_owned(),
        figure: format!("{:.0} KB", size as f64 / 1e3),
        budget: "600 KB".to_owned(),
        met: Some(size <= 600_000),
        ..Row::default()
    };
    progress(&row);
    Ok(vec![row])
}

fn shown(rate: &Rate) -> String {
    format!(
        "{:.0}/s (p50 {:.2} ms, p99 {:.2} ms)",
        rate.per_second, rate.p50, rate.p99
    )
}

fn progress(row: &Row) {
    println!("{}: {}  [{}]", row.what, row.figure, row.beside);
}
