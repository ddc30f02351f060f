//! `troth network operator`: who may verify listings on this server.

use clap::Args;
use serde_json::json;
use troth_server::network::op::audit::SetOperator;

use super::Place;
use crate::answer::Answer;
use crate::failure::Failure;

/// An operator.
#[derive(Debug, Args)]
pub(crate) struct Operator {
    /// The login of the account.
    pub(super) login: String,
    /// Take the role away instead.
    #[arg(long)]
    pub(super) revoke: bool,
    #[command(flatten)]
    pub(super) place: Place,
}

impl Operator {
    /// Gives or takes the role.
    ///
    /// # Errors
    ///
    /// There is no such account, or the folder is in the way.
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        self.place.must_be_there()?;
        let desk = self.place.open()?;
        let found = desk.runtime.block_on(desk.opened.find_account(&self.login));
        let found = found.map_err(|error| crate::command::serve::in_the_way(&error))?;
        let account = found.ok_or_else(|| {
            Failure::refused(
                "there is no account with this login; make it first with `troth account create`",
            )
        })?;
        let granted = !self.revoke;
        let minute = desk.now;
        desk.run(SetOperator {
            account,
            granted,
            minute,
        })?;
        let plain = if granted {
            "The account is an operator of this server: it verifies listings and sees the ghost rate."
        } else {
            "The account is no operator of this server any more."
        };
        Ok(Answer::new(
            plain,
            json!({"login": self.login, "operator": granted}),
        ))
    }
}
