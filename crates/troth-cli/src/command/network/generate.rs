//! `troth network generate`: a directory to try out.

use std::collections::BTreeMap;

use clap::Args;
use serde_json::json;
use troth_directory::entry::{Entry, Kept};
use troth_directory::listing::{Listing, PlanClaim};
use troth_match::Day;
use troth_match::generate::{Calendar, Network};
use troth_match::proof::EvidenceKind;
use troth_server::network::op::import::{ImportRow, ImportRows};
use troth_server::network::store::Minute;

use super::load::{self, PlanBook, STEP};
use super::report::Progress;
use super::{Desk, Place};
use crate::answer::Answer;
use crate::count::counted;
use crate::failure::Failure;

/// The most providers that a directory's numbers leave room for here.
const MOST: u32 = 5_000_000;

/// The days of the week as hours name them.
const DAYS: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];

/// Made-up providers.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// How many.
    #[arg(long, value_name = "N")]
    pub(super) providers: u32,
    /// The seed; the same seed makes the same people.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
    #[command(flatten)]
    pub(super) place: Place,
}

impl Generate {
    /// Fills the directory.
    ///
    /// # Errors
    ///
    /// The folder or the database is in the way.
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        if self.providers == 0 || self.providers > MOST {
            return Err(Failure::usage(format!(
                "--providers is a number from 1 to {MOST}"
            )));
        }
        let desk = self.place.open()?;
        let base = Day(desk.now.0 / (24 * 60));
        let network = Network::new(self.seed, self.providers, base);
        let named = network
            .plans()
            .iter()
            .map(|plan| (plan.name.clone(), plan.states));
        let named: BTreeMap<_, _> = named.collect();
        let plans = PlanBook::of(&desk, &named)?;
        let progress = Progress::new("providers");
        let mut at = 0;
        while at < self.providers {
            let end = self.providers.min(at.saturating_add(STEP as u32));
            let rows = (at..end).map(|at| row(&network, at, &plans));
            let rows = rows.collect::<Result<_, _>>()?;
            let minute = desk.now;
            desk.run(ImportRows {
                rows,
                checkpoint: None,
                minute,
            })?;
            at = end;
            progress.at(at.into());
        }
        drop(progress);
        Ok(answer(&desk, &network, self.seed, named.len()))
    }
}

fn answer(desk: &Desk, network: &Network, seed: u64, plans: usize) -> Answer {
    let providers = network.len();
    let data = desk.data.display().to_string();
    let plain = format!(
        "In the directory (seed {seed}): {} and {}.\n\
         Nobody in it exists; the same seed makes the same people.",
        counted(u64::from(providers), "made-up provider"),
        counted(plans as u64, "plan")
    );
    let json = json!({"providers": providers, "plans": plans, "seed": seed, "data": data});
    Answer::new(plain, json)
}

/// Makes the row of a provider: verified, with standing hours, proven as drawn.
fn row(network: &Network, at: u32, plans: &PlanBook) -> Result<ImportRow, Failure> {
    let (provider, calendar) = network.with_calendar(at);
    let name = |id| network.plans().lookup(id).map(|plan| plan.name.clone());
    let claims = provider.acceptances.iter().filter_map(|one| {
        Some(PlanClaim {
            name: name(one.plan)?,
            state: one.state,
            formats: one.formats,
        })
    });
    let proven = Minute(provider.proven_minute.0);
    let entry = Entry {
        key: provider
            .npi
            .map_or_else(|| format!("own:{at}"), |npi| format!("npi:{npi}")),
        kept: Kept::Nothing,
        listing: Some(Listing {
            plans: claims.collect(),
            notes: Vec::new(),
            provider: provider.clone(),
        }),
    };
    let mut row = load::row(&entry, plans, proven)?;
    row.is_verified = true;
    row.hours = Some(hours(&calendar, provider.visit_minutes));
    row.evidence = vec![(EvidenceKind::Confirmed.code(), proven)];
    if !provider.newcomer {
        row.evidence.push((EvidenceKind::VisitKept.code(), proven));
    }
    Ok(row)
}

/// Writes the standing free hours as the server keeps hours.
fn hours(calendar: &Calendar, minutes: u16) -> Vec<u8> {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let length = minutes.div_ceil(15) * 15;
    let weekly: Vec<_> = calendar
        .weekly
        .iter()
        .map(|(day, from)| {
            let day = DAYS.get(usize::from(*day)).unwrap_or(&"mo");
            json!({"days": [day], "from": clock(*from), "to": clock(from + length)})
        })
        .collect();
    let hours = json!({
        "zone": calendar.zone,
        "weekly": weekly,
        "minutes": [minutes],
        "every": 30,
        "instant": true,
    });
    hours.to_string().into_bytes()
}
