//! `troth vault`: the lock of the private space.

use clap::Subcommand;
use serde_json::json;
use troth_sync::block_on;
use troth_sync::view::VaultState;

use crate::answer::Answer;
use crate::ask;
use crate::failure::Failure;
use crate::trouble;
use crate::world::World;

/// What can be done with the vault's own lock.
#[derive(Debug, Subcommand)]
pub(crate) enum Vault {
    /// Give the vault its own PIN or passphrase, read from stdin.
    SetLock,
    /// Lock the vault on this device now.
    Lock,
    /// Unlock the vault; the PIN or passphrase is one line on stdin.
    Unlock,
    /// Set a new PIN with the recovery words; the words, then the PIN, on stdin.
    ResetLock,
    /// Show whether the vault is open.
    Show,
    /// Put what is here in the place of what doesn't open; that is gone then. The vault is open.
    Replace,
}

impl Vault {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// The PIN is wrong, or the server or the home is in the way.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        let mut session = world.open()?;
        match self {
            Self::SetLock => {
                let pin = ask::new_secret("new PIN or passphrase of the vault")?;
                let set = block_on(session.client().set_vault_lock(&pin));
                set.map_err(|error| trouble::vault(&error))?;
            }
            Self::Lock => {
                let locked = block_on(session.client().lock_vault());
                locked.map_err(|error| trouble::trouble(&error))?;
            }
            Self::Unlock => {
                let pin = ask::secret("PIN or passphrase of the vault")?;
                let opened = block_on(session.client().unlock_vault(&pin));
                opened.map_err(|error| trouble::vault(&error))?;
            }
            Self::ResetLock => {
                let words = ask::secret("recovery words")?;
                let pin = ask::new_secret("new PIN or passphrase of the vault")?;
                let reset = block_on(session.client().reset_vault_lock(&words, &pin));
                reset.map_err(|error| trouble::vault(&error))?;
            }
            Self::Replace => {
                let replaced = block_on(session.client().replace_unread_vault());
                replaced.map_err(|error| trouble::vault(&error))?;
            }
            Self::Show => {}
        }
        session.send()?;
        let (line, key) = match session.client().vault_state() {
            VaultState::Unset => (
                "The vault has no lock of its own yet; `troth vault set-lock`.",
                "unset",
            ),
            VaultState::Locked => ("The vault is locked.", "locked"),
            VaultState::Open => ("The vault is open.", "open"),
        };
        Ok(session.answer(line, json!({ "vault": key })))
    }
}
