//! `troth steward`: verifying listings and importing plans, for an account with the operator's role.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};
use troth_sync::block_on;
use troth_sync::network::NetworkError;
use troth_sync::network::wire::Practice;

use crate::answer::Answer;
use crate::count::counted;
use crate::failure::Failure;
use crate::file;
use crate::trouble;
use crate::world::World;

/// The directory of your server; `troth network operator LOGIN` gives the role.
#[derive(Debug, Subcommand)]
pub(crate) enum Steward {
    /// List the listings that wait to be verified.
    Pending,
    /// Say that a listing's licenses were looked up and are good.
    Verify {
        /// The provider's number.
        provider: u32,
        /// The version that you looked up, as `pending` shows it.
        #[arg(long, value_name = "VERSION")]
        seen: u64,
    },
    /// Say no to a listing.
    Refuse {
        /// The provider's number.
        provider: u32,
        /// The version that you looked up, as `pending` shows it.
        #[arg(long, value_name = "VERSION")]
        seen: u64,
        /// Why, in words for the provider.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Import plans and acceptances from a payer's CSV.
    Plans {
        /// The CSV file.
        file: PathBuf,
    },
    /// Show how many listings are ghosts: listed, but not to be had.
    Ghosts,
}

impl Steward {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// The account does not have the role, or the server refuses.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        let session = world.open()?;
        let steward = session.client().steward();
        let steward = steward.map_err(|error| trouble::trouble(&error))?;
        let said = |error: NetworkError| trouble::network(&error);
        match self {
            Self::Pending => {
                let all = block_on(steward.pending()).map_err(said)?;
                let plain: Vec<String> = all.iter().map(shown).collect();
                Ok(session.answer(plain.join("\n"), value(&all)))
            }
            Self::Verify { provider, seen } => {
                block_on(steward.verify(provider, seen)).map_err(said)?;
                Ok(session.answer("Verified.", json!({ "verified": provider })))
            }
            Self::Refuse {
                provider,
                seen,
                reason,
            } => {
                block_on(steward.refuse(provider, seen, &reason)).map_err(said)?;
                Ok(session.answer("Refused.", json!({ "refused": provider })))
            }
            Self::Plans { file } => {
                let csv = file::text(&file, "give a payer's list as CSV in UTF-8")?;
                let report = block_on(steward.import_plans(&csv)).map_err(said)?;
                let plain = format!(
                    "{}: {} added, {} changed, {} not taken",
                    counted(report.read, "row"),
                    report.added,
                    report.changed,
                    report.rejected_count
                );
                Ok(session.answer(plain, value(&report)))
            }
            Self::Ghosts => {
                let ghosts = block_on(steward.ghosts()).map_err(said)?;
                let rate = ghosts.rate_permille.map_or_else(
                    || String::from("too few attempts for a rate"),
                    |rate| format!("{rate} of 1,000 are ghosts"),
                );
                let (listed, stale) = (ghosts.listed, ghosts.stale);
                let plain = format!("{listed} listed, {stale} gone stale, {rate}");
                Ok(session.answer(plain, value(&ghosts)))
            }
        }
    }
}

/// Everything of a listing that the operator vouches for, with the version to name.
fn shown(one: &Practice) -> String {
    let listing = &one.listing;
    let name = [listing.name.as_str(), listing.credentials.as_str()];
    let name = name.into_iter().filter(|part| !part.is_empty());
    let name = name.collect::<Vec<_>>().join(", ");
    let npi = listing.npi.as_deref().unwrap_or("none");
    let mut lines = vec![
        format!("{}  {name}", one.id),
        format!("    version {}, NPI {npi}", one.version),
    ];
    for licence in &one.licences {
        let (state, number, until) = (&licence.state, &licence.number, licence.expires);
        lines.push(format!("    {state} {number}, until {until}"));
    }
    lines.join("\n")
}

fn value(shown: &impl serde::Serialize) -> Value {
    serde_json::to_value(shown).unwrap_or(Value::Null)
}
