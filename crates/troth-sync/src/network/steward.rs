//! The operator's side: verifying listings, importing plans, the rate of ghosts.

use std::rc::Rc;

use troth_wire::network::{Audit, Ghosts, ImportReport, PendingList, Practice, Refuse};

use super::api::{Api, Who};
use super::error::NetworkError;
use super::line::Line;
use crate::relay::Method;

/// The directory of a server, for an account with the operator's role.
#[derive(Clone)]
pub struct Steward {
    api: Api,
}

impl std::fmt::Debug for Steward {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Steward(..)")
    }
}

impl Steward {
    pub(crate) fn new(line: Rc<dyn Line>, token: troth_wire::Token) -> Self {
        Self {
            api: Api::new(line, Who::Account(token)),
        }
    }

    /// Lists the listings that wait to be verified, the one that waits longest first.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] with the code `not_allowed` for an account without the role.
    pub async fn pending(&self) -> Result<Vec<Practice>, NetworkError> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let call = self
                .api
                .call(Method::Get, format!("steward/pending{after}"));
            let page: PendingList = call.answer().await?;
            all.extend(page.pending);
            match page.next {
                Some(next) => after = format!("?after={next}"),
                None => return Ok(all),
            }
        }
    }

    /// Says that a listing's licences were looked up and are good, in the version that was read.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] with the code `stale_version` when it was changed since, or `wrong_state`
    /// when it is not waiting.
    pub async fn verify(&self, provider: u32, seen: u64) -> Result<(), NetworkError> {
        let path = format!("steward/providers/{provider}/verify");
        let call = self.api.call(Method::Post, path);
        call.replacing(Some(&version(seen))).done().await
    }

    /// Says no to a listing in the version that was read, with a reason for the provider.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify).
    pub async fn refuse(&self, provider: u32, seen: u64, reason: &str) -> Result<(), NetworkError> {
        let path = format!("steward/providers/{provider}/refuse");
        let reason = reason.to_owned();
        let call = self.api.call(Method::Post, path).json(&Refuse { reason });
        call.replacing(Some(&version(seen))).done().await
    }

    /// Imports plans and acceptances from a payer's CSV.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the file as a whole cannot be read; single rows are in the report.
    pub async fn import_plans(&self, csv: &str) -> Result<ImportReport, NetworkError> {
        let call = self.api.call(Method::Post, "steward/plans");
        call.text("text/csv", csv).answer().await
    }

    /// Reads how many listings are ghosts.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the server does not answer.
    pub async fn ghosts(&self) -> Result<Ghosts, NetworkError> {
        self.api.call(Method::Get, "steward/ghosts").answer().await
    }

    /// Reads what operators did, after an entry's number.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the server does not answer.
    pub async fn audit(&self, after: Option<&str>) -> Result<Audit, NetworkError> {
        let after = after.map_or_else(String::new, |after| format!("?after={after}"));
        let path = format!("steward/audit{after}");
        self.api.call(Method::Get, path).answer().await
    }
}

/// A version as `If-Match` wants it.
fn version(seen: u64) -> String {
    format!("\"{seen}\"")
}
