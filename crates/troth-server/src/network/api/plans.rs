//! What payers say of providers, as an operator imports it.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use troth_booking::Minute;
use troth_directory::payer::{Claim, Reader};
use troth_match::States;
use troth_match::set::Code as _;
use troth_wire::network as wire;
use troth_wire::network::ProblemCode;

use super::call::Call;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::network::op::plan::{
    ListPlans, NewPlan, PayerClaim, PutPayerClaims, PutPlans, RowOutcome,
};

/// How many rows are taken in one step.
const STEP: usize = 1_000;

/// How many rejected rows are told one by one.
const MAX_TOLD: usize = 1_000;

/// Imports what a payer says of its network: CSV with the columns `npi`, `plan`, `state`,
/// `formats` and, if wanted, `from`, `until`, `payer`, `couples`.
#[utoipa::path(post, path = "/steward/plans", tag = "steward",
    request_body(content = String, content_type = "text/csv", description = "The rows, after a header."),
    responses((status = 200, description = "What became of the rows.", body = wire::ImportReport)))]
pub(super) async fn import(call: &Call<'_>) -> Result<Reply, Refusal> {
    let mut reader = Reader::open(call.bytes).map_err(|_| ProblemCode::TableUnread)?;
    let mut report = wire::ImportReport::default();
    let mut waiting = Vec::new();
    loop {
        let line = reader.next_line().map_err(|_| ProblemCode::TableUnread)?;
        let is_over = line.is_none();
        if let Some(line) = line {
            report.read += 1;
            match line.claim {
                Ok(claim) => waiting.push((line.line, claim)),
                Err(why) => reject(&mut report, line.line, why.to_string()),
            }
        }
        if waiting.len() >= STEP || is_over && !waiting.is_empty() {
            step(call, &mut report, std::mem::take(&mut waiting)).await?;
        }
        if is_over {
            break;
        }
    }
    call.network.publisher.changed();
    Ok(Reply::json(StatusCode::OK, &report))
}

fn reject(report: &mut wire::ImportReport, line: u64, reason: String) {
    report.rejected_count += 1;
    if report.rejected.len() < MAX_TOLD {
        report.rejected.push(wire::RejectedRow { line, reason });
    }
}

async fn step(
    call: &Call<'_>,
    report: &mut wire::ImportReport,
    waiting: Vec<(u64, Claim)>,
) -> Result<(), Refusal> {
    let store = &call.network.store;
    let plans = named_plans(call, &waiting).await?;
    store.run(PutPlans { plans }).await?;
    let claim = |claim: &Claim| PayerClaim {
        npi: claim.npi.number(),
        plan: claim.plan.clone(),
        place: claim.state.index(),
        formats: u8::try_from(claim.formats.bits()).unwrap_or(0),
        from_day: claim.from.map_or(0, |day| day.0),
        until_day: claim.until.map_or(i32::MAX.unsigned_abs(), |day| day.0),
    };
    let put = PutPayerClaims {
        claims: waiting.iter().map(|row| claim(&row.1)).collect(),
        operator: Some(call.account()?),
        minute: Minute(call.minute()),
    };
    let outcomes = store.run(put).await?;
    for ((line, _), outcome) in waiting.iter().zip(outcomes) {
        match outcome {
            RowOutcome::Added => report.added += 1,
            RowOutcome::Changed => report.changed += 1,
            RowOutcome::Same | RowOutcome::Claimed => report.unchanged += 1,
            RowOutcome::Unknown => {
                reject(
                    report,
                    *line,
                    "npi: no such provider in the directory".to_owned(),
                );
            }
        }
    }
    Ok(())
}

/// The plans that the rows name, with what is known of them and what the rows add.
async fn named_plans(call: &Call<'_>, rows: &[(u64, Claim)]) -> Result<Vec<NewPlan>, Refusal> {
    let known = call.network.store.run(ListPlans).await?;
    let mut plans: BTreeMap<&str, NewPlan> = BTreeMap::new();
    for (_, claim) in rows {
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
        plan.couples = match claim.couples {
            Some(true) => 1,
            Some(false) => 2,
            None => plan.couples,
        };
    }
    Ok(plans.into_values().collect())
}
