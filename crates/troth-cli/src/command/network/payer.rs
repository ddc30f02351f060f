//! `troth network import payer`: which plans pay whom, as the payer says it.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;
use troth_directory::payer::{Claim, OpenError, Reader};
use troth_match::{Code as _, States};
use troth_server::network::op::plan::{
    ListPlans, NewPlan, PayerClaim, PutPayerClaims, PutPlans, RowOutcome,
};

use super::Desk;
use super::load::STEP;
use super::report::Report;
use crate::answer::Answer;
use crate::count::counted;
use crate::failure::Failure;
use crate::file;

/// The last day that a claim without an end counts, from 1970: beyond all planning.
const NO_END: u32 = 365 * 200;

/// Imports a payer's list.
///
/// # Errors
///
/// The file cannot be read, or its header is not understood.
pub(super) fn import(desk: &Desk, path: &Path) -> Result<Answer, Failure> {
    let opened = file::open_text(path, "give a payer's list as CSV in UTF-8")?;
    let mut reader = Reader::open(opened).map_err(|error| wrong(&error))?;
    let name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let mut report = Report::open(&desk.data, &format!("payer-{name}"), None)?;
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let mut waiting: Vec<(u64, Claim)> = Vec::new();
    loop {
        let line = reader
            .next_line()
            .map_err(|_| Failure::local("the file cannot be read to its end"))?;
        let ended = line.is_none();
        match line.map(|line| (line.line, line.claim)) {
            Some((line, Ok(claim))) => waiting.push((line, claim)),
            Some((line, Err(why))) => {
                *counts.entry("rejected").or_default() += 1;
                report.row(line, "", "rejected", &why.to_string())?;
            }
            None => {}
        }
        if waiting.len() >= STEP || ended {
            step(desk, &mut waiting, (&mut report, &mut counts))?;
        }
        if ended {
            break;
        }
    }
    report.settle()?;
    let of = |word: &str| counts.get(word).copied().unwrap_or(0);
    let (taken, unknown, rejected) = (of("taken"), of("unknown"), of("rejected"));
    let (rows, path) = (taken + unknown + rejected, report.path());
    let plain = format!(
        "{}: {taken} taken, {unknown} of providers who are not in the directory, {rejected} rejected.\n\
         Why, row by row: {path}",
        counted(rows, "row")
    );
    let json = json!({
        "rows": rows,
        "taken": taken,
        "unknown": unknown,
        "rejected": rejected,
        "report": path,
    });
    Ok(Answer::new(plain, json))
}

fn step(
    desk: &Desk,
    waiting: &mut Vec<(u64, Claim)>,
    (report, counts): (&mut Report, &mut BTreeMap<&str, u64>),
) -> Result<(), Failure> {
    put_plans(desk, waiting)?;
    let claims = waiting.iter().map(|(_, claim)| PayerClaim {
        npi: claim.npi.number(),
        plan: claim.plan.clone(),
        place: claim.state.index(),
        formats: u8::try_from(claim.formats.bits()).unwrap_or(0),
        from_day: claim.from.map_or(0, |day| day.0),
        until_day: claim.until.map_or(NO_END, |day| day.0),
    });
    let outcomes = desk.run(PutPayerClaims {
        claims: claims.collect(),
        operator: None,
        minute: desk.now,
    })?;
    for ((line, claim), outcome) in waiting.drain(..).zip(outcomes) {
        let name = format!("npi:{}", claim.npi);
        let (word, why) = match outcome {
            RowOutcome::Unknown => ("unknown", "no such provider in the directory"),
            _ => ("taken", ""),
        };
        *counts.entry(word).or_default() += 1;
        report.row(line, &name, word, why)?;
    }
    Ok(())
}

/// Adds the plans that the rows name, and what they say of them.
fn put_plans(desk: &Desk, waiting: &[(u64, Claim)]) -> Result<(), Failure> {
    let known = desk.run(ListPlans)?;
    let mut plans: BTreeMap<&str, NewPlan> = BTreeMap::new();
    for (_, claim) in waiting {
        let before = known.iter().find(|plan| plan.name == claim.plan);
        let plan = plans.entry(&claim.plan).or_insert_with(|| NewPlan {
            name: claim.plan.clone(),
            payer: before.map_or_else(String::new, |plan| plan.payer.clone()),
            states: before.map_or(0, |plan| plan.states),
            couples: before.map_or(0, |plan| plan.couples),
        });
        plan.states |= States::of(claim.state).bits();
        if !claim.payer.is_empty() {
            plan.payer.clone_from(&claim.payer);
        }
        match claim.couples {
            Some(true) => plan.couples = 1,
            Some(false) => plan.couples = 2,
            None => {}
        }
    }
    let plans = plans.into_values().collect();
    desk.run(PutPlans { plans }).map(drop)
}

fn wrong(error: &OpenError) -> Failure {
    Failure::refused(format!("not a payer's list: {error}")).coded("wrong_kind")
}
