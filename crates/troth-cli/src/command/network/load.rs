//! From what was read to rows of the directory.

use std::collections::BTreeMap;

use troth_directory::entry::Entry;
use troth_directory::listing::{Listing, PlanClaim};
use troth_match::proof::EvidenceKind;
use troth_match::set::Code as _;
use troth_match::{Acceptance, PlanId, Provider, States};
use troth_server::network::op::import::ImportRow;
use troth_server::network::op::plan::{ListPlans, NewPlan, PutPlans, RowOutcome};
use troth_server::network::op::provider::Licensed;
use troth_server::network::store::Minute;

use super::Desk;
use crate::failure::Failure;

/// Rows of one step, which is one transaction.
pub(super) const STEP: usize = 1_000;

/// The plans of the directory by name.
#[derive(Debug, Default)]
pub(super) struct PlanBook {
    numbers: BTreeMap<String, PlanId>,
}

impl PlanBook {
    /// Reads the plans, adds those that are missing, and widens where they are sold.
    pub(super) fn of(desk: &Desk, named: &BTreeMap<String, States>) -> Result<Self, Failure> {
        let known = desk.run(ListPlans)?;
        let mut book = Self::default();
        let mut put: Vec<NewPlan> = Vec::new();
        for (name, states) in named {
            let before = known.iter().find(|plan| plan.name == *name);
            put.push(NewPlan {
                name: name.clone(),
                payer: before.map_or_else(String::new, |plan| plan.payer.clone()),
                states: states.bits() | before.map_or(0, |plan| plan.states),
                couples: before.map_or(0, |plan| plan.couples),
            });
        }
        let names: Vec<String> = put.iter().map(|plan| plan.name.clone()).collect();
        let numbers = desk.run(PutPlans { plans: put })?;
        for (name, (number, _)) in names.into_iter().zip(numbers) {
            book.numbers.insert(name, PlanId(number));
        }
        for plan in known {
            book.numbers.entry(plan.name).or_insert(PlanId(plan.plan));
        }
        Ok(book)
    }

    /// Finds a plan's number.
    pub(super) fn number(&self, name: &str) -> Option<PlanId> {
        self.numbers.get(name).copied()
    }

    fn acceptances(&self, claims: &[PlanClaim]) -> Vec<Acceptance> {
        let mut accepted: Vec<Acceptance> = Vec::new();
        for claim in claims {
            let Some(plan) = self.number(&claim.name) else {
                continue;
            };
            let state = claim.state;
            match accepted
                .iter_mut()
                .find(|one| one.plan == plan && one.state == state)
            {
                Some(same) => same.formats = same.formats.or(claim.formats),
                None => accepted.push(Acceptance {
                    plan,
                    state,
                    formats: claim.formats,
                }),
            }
        }
        accepted
    }
}

/// Counts the states in which each plan is named.
pub(super) fn note_plans(named: &mut BTreeMap<String, States>, listing: &Listing) {
    for claim in &listing.plans {
        let states = named.entry(claim.name.clone()).or_insert(States::EMPTY);
        states.insert(claim.state);
    }
}

/// Makes the row of an entry; a listing is dated as a claim and no more.
pub(super) fn row(entry: &Entry, plans: &PlanBook, now: Minute) -> Result<ImportRow, Failure> {
    let (kind, body) = entry.kept.to_stored().map_err(unwritable)?;
    let mut row = ImportRow {
        key: entry.key.clone(),
        kind,
        body,
        ..ImportRow::default()
    };
    if let Some(listing) = &entry.listing {
        let provider = Provider {
            acceptances: plans.acceptances(&listing.plans),
            ..listing.provider.clone()
        };
        row.npi = provider.npi.map(troth_match::Npi::number);
        row.licences = provider.licences.iter().map(licensed).collect();
        row.listing = Some(serde_json::to_vec(&provider).map_err(unwritable)?);
        row.evidence = vec![(EvidenceKind::ImportedClaim.code(), now)];
    }
    Ok(row)
}

fn unwritable(_: serde_json::Error) -> Failure {
    Failure::local("a row cannot be written as JSON; nothing of it was kept, report this")
}

fn licensed(licence: &troth_match::Licence) -> Licensed {
    Licensed {
        place: licence.state.index(),
        until_day: licence.expires.0,
    }
}

/// The word for what became of a row.
pub(super) fn word(outcome: RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::Added => "added",
        RowOutcome::Changed => "changed",
        RowOutcome::Same => "same",
        RowOutcome::Claimed => "claimed",
        RowOutcome::Unknown => "unknown",
    }
}
