//! Coming in: making an account, signing in, getting back in, unlocking, and going out.

use leptos::prelude::*;
use leptos::task::spawn_local;
use troth_sync::env::WebEnv;
use troth_sync::journal::indexed_db::{IndexedDbJournal, ask_to_persist};
use troth_sync::lock::web::WebLock;
use troth_sync::relay::http_web::WebRelay;
use troth_sync::view::{Keeping, NewAccount, Standing, Unsent};
use troth_sync::{Rim, SignInError, SignOutError, SyncError, Trouble as Cause};

use super::trouble::Trouble;
use super::{App, Client, Session, live};
use crate::browser;
use crate::page::kit::Kit;

/// The name of the journal, of its lock and of the channel between tabs; neutral in the browser's own tools.
pub(super) const JOURNAL: &str = "notes";

async fn rim() -> Result<Rim<IndexedDbJournal, WebRelay>, Trouble> {
    let journal = IndexedDbJournal::open(JOURNAL)
        .await
        .map_err(|_| Trouble::storage())?;
    let relay = WebRelay::new(&browser::origin());
    Ok(Rim {
        journal,
        relay,
        env: Box::new(WebEnv),
        lock: Box::new(WebLock::new(JOURNAL)),
        keeping: Keeping::Locked,
    })
}

/// Looks at what this device holds.
pub(super) async fn standing() -> Session {
    let Ok(rim) = rim().await else {
        return Session::Out;
    };
    match Client::standing(&rim.journal).await {
        Ok(Standing::Locked | Standing::Unlocked) => Session::Locked,
        Ok(Standing::Empty) | Err(_) => Session::Out,
    }
}

impl App {
    /// Makes an account and comes in.
    pub(crate) async fn create(
        self,
        name: String,
        login: String,
        password: String,
    ) -> Result<Kit, Trouble> {
        let new = NewAccount {
            login: login.trim().to_owned(),
            name: name.trim().to_owned(),
            password,
        };
        let (client, kit) = Client::create_account(rim().await?, new).await?;
        self.enter(client);
        let _ = ask_to_persist().await;
        Ok(Kit::new(
            kit.login.clone(),
            kit.device_code.to_string(),
            kit.words.words(),
        ))
    }

    /// Tries the recovery words; the account opens or they are not the ones.
    pub(crate) async fn rehearse(self, words: String) -> Result<(), Trouble> {
        Ok(self
            .client()?
            .confirm_rehearsal(&tidy_words(&words))
            .await?)
    }

    /// Signs in on another device.
    pub(crate) async fn sign_in(
        self,
        login: String,
        password: String,
        code: String,
    ) -> Result<(), Trouble> {
        let client = Client::sign_in(rim().await?, login.trim(), &password, code.trim()).await?;
        self.enter(client);
        let _ = ask_to_persist().await;
        Ok(())
    }

    /// Gets back in with the words and sets a new password.
    pub(crate) async fn recover(
        self,
        login: String,
        words: String,
        password: String,
    ) -> Result<Kit, Trouble> {
        let (client, kit) =
            Client::recover(rim().await?, login.trim(), &tidy_words(&words), &password).await?;
        self.enter(client);
        let _ = ask_to_persist().await;
        Ok(Kit::new(
            kit.login.clone(),
            kit.device_code.to_string(),
            kit.words.words(),
        ))
    }

    /// Opens what this device keeps sealed; where its session is over, the same password begins a
    /// new one, and what waited is sent.
    pub(crate) async fn unlock(self, password: String) -> Result<(), Trouble> {
        let client = Client::unlock(rim().await?, &password).await?;
        self.enter(client.clone());
        spawn_local(async move {
            let synced = client.sync().await;
            if matches!(synced, Err(SyncError::Trouble(Cause::PasswordChanged))) {
                // What was typed was the old one.
                self.drop_keys();
                return;
            }
            let is_over = matches!(synced, Err(SyncError::Trouble(Cause::SignedOut)));
            // Another password, or no network: the line at the top says how to go on.
            if is_over && client.sign_in_again(&password).await.is_ok() {
                self.came_back();
            }
        });
        Ok(())
    }

    /// Signs in again on this device with the password, and sends what waited.
    pub(crate) async fn sign_in_again(self, password: String) -> Result<(), Trouble> {
        match self.client()?.sign_in_again(&password).await {
            Ok(()) => {
                self.came_back();
                Ok(())
            }
            Err(SignInError::Wrong) => Err(Trouble::another_password()),
            Err(error) => Err(error.into()),
        }
    }

    fn came_back(self) {
        self.signed_out.set(false);
        self.changed();
        // The line for news was closed with the old session.
        self.wake.set_value(None);
        live::listen(self);
        live::soon(self);
    }

    /// Sends what waits, signs this device out and removes its sealed copy; or says what could not
    /// be sent, and removes nothing.
    pub(crate) async fn sign_out(self) -> Result<Option<Unsent>, Trouble> {
        match self.client()?.sign_out().await {
            Ok(()) => {
                self.gone();
                Ok(None)
            }
            Err(SignOutError::Unsent { unsent, .. }) => Ok(Some(unsent)),
            Err(error) => Err(error.into()),
        }
    }

    /// Signs this device out, whatever was not sent.
    pub(crate) async fn sign_out_anyway(self) -> Result<(), Trouble> {
        self.client()?.sign_out_anyway().await?;
        self.gone();
        Ok(())
    }

    /// Notes that this device holds nothing any more.
    pub(super) fn gone(self) {
        self.drop_keys();
        self.session_out();
    }
}

/// Brings typed words into the form in which they were given out.
fn tidy_words(words: &str) -> String {
    words
        .split_whitespace()
        .map(str::to_lowercase)
        .collect::<Vec<_>>()
        .join(" ")
}

impl App {
    /// Deletes the account for good.
    pub(crate) async fn delete_account(self, password: String) -> Result<(), Trouble> {
        self.client()?.delete_account(&password).await?;
        self.gone();
        Ok(())
    }
}

impl App {
    /// Counts what was written on this device and not sent, without opening it.
    pub(crate) async fn unsent_at_rest(self) -> usize {
        match rim().await {
            Ok(rim) => Client::unsent_at_rest(&rim.journal)
                .await
                .unwrap_or_default(),
            Err(_) => 0,
        }
    }

    /// Removes the sealed copy from this device without opening it.
    pub(crate) async fn forget_device(self) -> Result<(), Trouble> {
        Client::forget(rim().await?).await?;
        self.session_out();
        Ok(())
    }
}
