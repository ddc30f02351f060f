//! `troth network export`: the directory in forms that others read.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use serde_json::{Value, json};
use troth_directory::entry::{Entry, Kept};
use troth_directory::listing::{Listing, PlanClaim};
use troth_directory::plan_net::{Kind, Writer};
use troth_directory::smart;
use troth_match::availability::start_of;
use troth_match::{Code as _, Day, Plan, PlanId, Plans, ProviderId, State, States};
use troth_server::network::listing::Document;
use troth_server::network::op::import::ListImported;
use troth_server::network::op::plan::ListPlans;
use troth_server::network::op::provider::{ListProviders, Listed, ListingState};
use troth_server::network::publish::entries;

use super::Desk;
use super::report::Progress;
use crate::answer::Answer;
use crate::count::counted;
use crate::failure::Failure;
use crate::file;

/// Rows that are read at once.
const PAGE: u32 = 500;

type Files = BTreeMap<&'static str, BufWriter<File>>;

/// Writes the directory as Plan-Net.
///
/// # Errors
///
/// The folder cannot be written, or the directory cannot be read.
pub(super) fn plan_net(desk: &Desk, out: &Path) -> Result<Answer, Failure> {
    let names = Kind::ALL.map(|kind| (kind.name(), format!("{}.ndjson", kind.name())));
    let mut files = open(out, names)?;
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut sink = |kind: Kind, resource: &Value| {
        *counts.entry(kind.name()).or_default() += 1;
        let file = files.get_mut(kind.name()).ok_or(io::ErrorKind::NotFound)?;
        serde_json::to_writer(&mut *file, resource)?;
        file.write_all(b"\n")
    };
    let plans = plans(desk)?;
    let mut writer = Writer::new(&mut sink);
    let progress = Progress::new("entries");
    let seen = imported(desk, &plans, (&mut writer, &progress))?;
    own(desk, &plans, (&mut writer, &seen))?;
    writer.finish().map_err(cut)?;
    drop(progress);
    close(files)?;
    let total: u64 = counts.values().sum();
    let path = out.display().to_string();
    let plain = format!(
        "Written to {path}: {}, one file for each kind.",
        counted(total, "resource")
    );
    Ok(Answer::new(
        plain,
        json!({"resources": total, "kinds": counts, "out": path}),
    ))
}

/// Writes what was imported or generated; gives the numbers of the listings among it.
fn imported(
    desk: &Desk,
    plans: &Plans,
    (writer, progress): (&mut Writer<'_>, &Progress),
) -> Result<HashSet<u32>, Failure> {
    let mut seen = HashSet::new();
    let (mut after, mut count) = (String::new(), 0);
    loop {
        let page = desk.run(ListImported {
            after: after.clone(),
            limit: PAGE,
        })?;
        let Some(last) = page.last() else {
            return Ok(seen);
        };
        after.clone_from(&last.key);
        for row in page {
            seen.extend(row.provider.map(|id| id.0));
            let kept = Kept::from_stored(row.kind, &row.body).ok_or_else(newer)?;
            let listing = row.listing.as_deref().and_then(|bytes| {
                let id = row.provider.unwrap_or(ProviderId(0));
                listing(bytes, id, plans)
            });
            let entry = Entry {
                key: row.key,
                kept,
                listing,
            };
            writer.write(&entry).map_err(cut)?;
            count += 1;
        }
        progress.at(count);
    }
}

/// Writes the verified listings that accounts keep and no import knows.
fn own(
    desk: &Desk,
    plans: &Plans,
    (writer, seen): (&mut Writer<'_>, &HashSet<u32>),
) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let listed = Listed::In(ListingState::Verified);
        let page = desk.run(ListProviders {
            listed,
            after,
            limit: PAGE,
        })?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.provider.0;
        for row in page.iter().filter(|row| !seen.contains(&row.provider.0)) {
            let entry = Entry {
                key: format!("own:{}", row.provider.0),
                kept: Kept::Nothing,
                listing: listing(&row.listing, row.provider, plans),
            };
            writer.write(&entry).map_err(cut)?;
        }
    }
}

fn listing(bytes: &[u8], id: ProviderId, plans: &Plans) -> Option<Listing> {
    let provider = Document::read(bytes)?.provider(id, plans);
    let claims = provider.acceptances.iter().filter_map(|one| {
        Some(PlanClaim {
            name: plans.lookup(one.plan)?.name.clone(),
            state: one.state,
            formats: one.formats,
        })
    });
    Some(Listing {
        plans: claims.collect(),
        notes: Vec::new(),
        provider,
    })
}

fn plans(desk: &Desk) -> Result<Plans, Failure> {
    let rows = desk.run(ListPlans)?;
    let plan = |row: troth_server::network::op::plan::PlanRow| Plan {
        id: PlanId(row.plan),
        name: row.name,
        states: States::from_bits(row.states).unwrap_or(States::EMPTY),
    };
    Ok(Plans::new(rows.into_iter().map(plan).collect()))
}

/// Writes free times as SMART Scheduling Links.
///
/// # Errors
///
/// The folder cannot be written, or the directory cannot be read.
pub(super) fn smart_links(desk: &Desk, out: &Path, url: &str) -> Result<Answer, Failure> {
    let base = url.trim_end_matches('/');
    let mut files = open(
        out,
        smart::FILES.map(|(kind, file)| (kind, file.to_owned())),
    )?;
    let mut take = |kind| {
        files
            .remove(kind)
            .ok_or_else(|| cut(io::ErrorKind::NotFound))
    };
    let mut writer = smart::Writer {
        base,
        locations: take("Location")?,
        schedules: take("Schedule")?,
        slots: take("Slot")?,
    };
    let (mut seen, mut states, mut slots) = (BTreeSet::new(), States::EMPTY, 0);
    let midnight = Day(desk.now.0 / (24 * 60));
    for state in State::list() {
        let listed = desk
            .runtime
            .block_on(entries(desk.store(), state, desk.instant()));
        for entry in listed.map_err(|error| super::failed(&error))? {
            states.insert(state);
            if entry.availability.is_empty()
                || !entry.provider.accepting
                || !seen.insert(entry.provider.id.0)
            {
                continue;
            }
            let starts = entry.availability.iter().map(|at| start_of(midnight, at));
            slots += writer.write(&entry.provider, starts).map_err(cut)?;
        }
    }
    for file in [writer.locations, writer.schedules, writer.slots] {
        settle(file)?;
    }
    let made = troth_match::Minute(desk.now.0);
    let manifest = smart::manifest(base, made, states);
    let text = serde_json::to_vec_pretty(&manifest).map_err(cut)?;
    fs::write(out.join("$bulk-publish"), text).map_err(cut)?;
    let (providers, path) = (seen.len(), out.display().to_string());
    let plain = format!(
        "Written to {path}: {} of {}; serve the folder at {base}.",
        counted(slots, "free time"),
        counted(providers as u64, "provider")
    );
    Ok(Answer::new(
        plain,
        json!({"slots": slots, "providers": providers, "out": path}),
    ))
}

fn open<const N: usize>(out: &Path, names: [(&'static str, String); N]) -> Result<Files, Failure> {
    fs::create_dir_all(out).map_err(cut)?;
    let create = |(kind, name): (&'static str, String)| {
        let file = File::create(out.join(name)).map_err(cut)?;
        Ok((kind, BufWriter::new(file)))
    };
    names.into_iter().map(create).collect()
}

fn close(files: Files) -> Result<(), Failure> {
    files.into_values().try_for_each(settle)
}

fn settle(file: BufWriter<File>) -> Result<(), Failure> {
    let file = file.into_inner().map_err(cut)?;
    file.sync_all().map_err(cut)
}

/// Says that the export stops short.
fn cut(error: impl Into<io::Error>) -> Failure {
    file::unwritable("the export", &error.into())
}

fn newer() -> Failure {
    Failure::local("the directory was imported by a newer version of troth; use that version")
}
