//! `troth network ghosts`: the instance's own ghost rate.

use clap::Args;
use serde_json::{Value, json};
use troth_match::proof::{Evidence, EvidenceKind, GhostRate, Standing, confidence};
use troth_server::network::op::evidence::{CountGhosts, EvidenceRow, ListEvidence};
use troth_server::network::store::Minute;

use super::{Desk, Place};
use crate::answer::Answer;
use crate::failure::Failure;

/// Attempts of the last 90 days count.
const DAYS: u32 = 90;

/// Listings whose evidence is read at once.
const PAGE: u32 = 2_000;

/// Who was tried and who was met.
#[derive(Debug, Args)]
pub(crate) struct Ghosts {
    #[command(flatten)]
    place: Place,
}

/// How many listings stand where.
#[derive(Debug, Default)]
struct Standings {
    proven: u64,
    fading: u64,
    gone: u64,
}

impl Ghosts {
    /// Counts.
    ///
    /// # Errors
    ///
    /// The folder or the database is in the way.
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        self.place.must_be_there()?;
        let desk = self.place.open()?;
        let since = Minute(desk.now.0.saturating_sub(DAYS * 24 * 60));
        let counts = desk.run(CountGhosts { since })?;
        let mut rate = GhostRate::default();
        for (code, count) in counts.evidence {
            let Some(kind) = EvidenceKind::from_code(code) else {
                continue;
            };
            let mut one = GhostRate::default();
            one.add(kind);
            rate.attempts += one.attempts * count;
            rate.ghosts += one.ghosts * count;
        }
        Ok(answer(rate, &standings(&desk)?))
    }
}

/// Weighs the evidence of every listing.
fn standings(desk: &Desk) -> Result<Standings, Failure> {
    let mut standings = Standings::default();
    let mut after = Some(0);
    while let Some(from) = after {
        let page = desk.run(ListEvidence {
            after: from,
            limit: PAGE,
        })?;
        for of_one in page.evidence.chunk_by(|a, b| a.provider == b.provider) {
            let evidence: Vec<Evidence> = of_one.iter().flat_map(weighed).collect();
            match Standing::of(confidence(&evidence, desk.now.0.into())) {
                Standing::Proven => standings.proven += 1,
                Standing::Fading => standings.fading += 1,
                Standing::Gone => standings.gone += 1,
            }
        }
        after = page.next;
    }
    Ok(standings)
}

fn weighed(row: &EvidenceRow) -> impl Iterator<Item = Evidence> + use<> {
    let evidence = EvidenceKind::from_code(row.kind).map(|kind| Evidence {
        minute: row.minute.0.into(),
        kind,
    });
    let count = row.count.min(100) as usize;
    evidence
        .into_iter()
        .flat_map(move |one| std::iter::repeat_n(one, count))
}

fn answer(rate: GhostRate, standings: &Standings) -> Answer {
    let Standings {
        proven,
        fading,
        gone,
    } = standings;
    let percent = |thousandths: u16| format!("{}.{} %", thousandths / 10, thousandths % 10);
    let told = match (rate.per_mille(), rate.interval()) {
        (Some(found), Some((low, high))) => format!(
            "Of {} who tried in the last {DAYS} days, {} met nobody: {} ({} to {}).",
            rate.attempts,
            rate.ghosts,
            percent(found),
            percent(low),
            percent(high)
        ),
        _ => format!("Nobody tried in the last {DAYS} days: can't tell yet."),
    };
    let plain = format!(
        "{told}\nListings: {proven} proven, {fading} fading and asked again, {gone} out of the results until proven."
    );
    let interval = rate.interval();
    let json = json!({
        "days": DAYS,
        "attempts": rate.attempts,
        "ghosts": rate.ghosts,
        "per_mille": rate.per_mille(),
        "low_per_mille": interval.map_or(Value::Null, |it| it.0.into()),
        "high_per_mille": interval.map_or(Value::Null, |it| it.1.into()),
        "listings": {"proven": proven, "fading": fading, "gone": gone},
    });
    Answer::new(plain, json)
}
