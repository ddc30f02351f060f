//! `troth network import plan-net`: a directory of FHIR resources.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::json;
use troth_directory::entry::Entry;
use troth_directory::plan_net::{Directory, Explained, Fate, read};
use troth_match::Day;
use troth_server::network::op::import::ImportRows;

use super::Desk;
use super::load::{self, PlanBook, STEP};
use super::report::{Progress, Report};
use crate::answer::Answer;
use crate::count::counted;
use crate::failure::Failure;
use crate::file;

/// Imports a file or a folder.
///
/// # Errors
///
/// It cannot be read, or the directory cannot be written.
pub(super) fn import(desk: &Desk, from: &Path) -> Result<Answer, Failure> {
    let mut files = Vec::new();
    list(from, &mut files)?;
    files.sort();
    let mut directory = Directory::default();
    for file in &files {
        let opened = open(file, from)?;
        let name = file
            .strip_prefix(from)
            .ok()
            .filter(|name| !name.as_os_str().is_empty());
        let name = name.unwrap_or(file).display().to_string();
        read(&name, opened, &mut |item| directory.add(item))
            .map_err(|error| file::unreadable(file, &error))?;
    }
    let mut entries = Vec::new();
    let today = Day(desk.now.0 / (24 * 60));
    let explained = directory.join(today, &mut |entry| entries.push(entry));
    if explained.is_empty() {
        return Err(Failure::refused(
            "there is no resource in it; give JSON, NDJSON, a Bundle or a tar archive",
        ));
    }
    let mut named = BTreeMap::new();
    for listing in entries.iter().filter_map(|entry| entry.listing.as_ref()) {
        load::note_plans(&mut named, listing);
    }
    let plans = PlanBook::of(desk, &named)?;
    let outcomes = store(desk, &entries, &plans)?;
    let name = from
        .file_name()
        .map_or_else(|| "folder".into(), |name| name.to_string_lossy());
    let mut report = Report::open(&desk.data, &format!("plan-net-{name}"), None)?;
    for one in &explained {
        let (outcome, why) = said(&one.fate);
        report.named(&one.name, outcome, &why)?;
    }
    report.settle()?;
    Ok(answer(&explained, (named.len(), outcomes), &report))
}

/// Brings the entries into the directory, a step at a time.
fn store(
    desk: &Desk,
    entries: &[Entry],
    plans: &PlanBook,
) -> Result<BTreeMap<&'static str, u64>, Failure> {
    let progress = Progress::new("resources");
    let mut outcomes: BTreeMap<&str, u64> = BTreeMap::new();
    let mut done = 0;
    for step in entries.chunks(STEP) {
        let rows = step
            .iter()
            .map(|entry| load::row(entry, plans, desk.now))
            .collect::<Result<_, _>>()?;
        let minute = desk.now;
        for (outcome, _) in desk.run(ImportRows {
            rows,
            checkpoint: None,
            minute,
        })? {
            *outcomes.entry(load::word(outcome)).or_default() += 1;
        }
        done += step.len() as u64;
        progress.at(done);
    }
    Ok(outcomes)
}

/// Lists a file, or the JSON files of a folder and the folders in it.
fn list(from: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !from.is_dir() {
        files.push(from.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(from).map_err(|error| file::unreadable(from, &error))? {
        let path = entry
            .map_err(|error| file::unreadable(from, &error))?
            .path();
        let wanted = path
            .extension()
            .is_some_and(|ext| ext == "json" || ext == "ndjson");
        if path.is_dir() {
            list(&path, files)?;
        } else if wanted {
            files.push(path);
        }
    }
    Ok(())
}

/// Opens a file; the one that was named must be of a kind that resources come in.
fn open(path: &Path, named: &Path) -> Result<File, Failure> {
    if path != named {
        return file::open(path);
    }
    match file::open_known(path)? {
        (_, Some(kind)) if !["JSON", "a tar archive"].contains(&kind.name) => {
            let wanted = "give JSON, NDJSON, a Bundle or a tar archive";
            Err(file::wrong_kind(path, kind, wanted))
        }
        (file, _) => Ok(file),
    }
}

fn said(fate: &Fate) -> (&'static str, String) {
    match fate {
        Fate::Listed => ("listed", String::new()),
        Fate::Used { listings, says } => (
            "used",
            format!("for {}: {says}", counted(u64::from(*listings), "listing")),
        ),
        Fate::Kept { why } => ("kept", (*why).to_owned()),
        Fate::Rejected(fault) => ("rejected", fault.to_string()),
    }
}

fn answer(
    explained: &[Explained],
    (plans, outcomes): (usize, BTreeMap<&'static str, u64>),
    report: &Report,
) -> Answer {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for one in explained {
        let word = said(&one.fate).0;
        *counts.entry(word).or_default() += 1;
        let kind = one.kind.map_or("not a resource", |kind| kind.name());
        *kinds.entry(kind).or_default().entry(word).or_default() += 1;
    }
    let of = |word: &str| counts.get(word).copied().unwrap_or(0);
    let path = report.path();
    let plain = format!(
        "{}: {} listed as claims, {} used for listings, {} kept, {} rejected; {}.\n\
         Why, one by one: {path}",
        counted(explained.len() as u64, "resource"),
        of("listed"),
        of("used"),
        of("kept"),
        of("rejected"),
        counted(plans as u64, "plan"),
    );
    let json = json!({
        "resources": explained.len(),
        "listed": of("listed"),
        "used": of("used"),
        "kept": of("kept"),
        "rejected": of("rejected"),
        "plans": plans,
        "kinds": kinds,
        "directory": outcomes,
        "report": path,
    });
    Answer::new(plain, json)
}
