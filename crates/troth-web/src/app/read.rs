//! What pages read of the client and ask of it. Every reader notes that it read, so that it reads again after a change.

use std::rc::Rc;

use jiff::Timestamp;
use leptos::prelude::*;
use troth_core::projection::timeline::{TimelineItem, timeline};
use troth_core::{Command, Couple, EntryId, Moment, PartnerId, Vault, VaultCommand};
use troth_sync::view::{Health, Me, Pairing, SessionView, VaultState, Verification};

use super::trouble::Trouble;
use super::{App, Client, Session};

impl App {
    /// Reads something of the client, and reads it again after a change.
    fn read<T>(self, read: impl FnOnce(&Client) -> T) -> Option<T> {
        self.version.track();
        self.client.with_value(|client| client.as_ref().map(read))
    }

    pub(super) fn session_out(self) {
        self.session.set(Session::Out);
    }

    /// Whose account this is.
    pub(crate) fn me(self) -> Option<Me> {
        self.read(Client::me)
    }

    /// The couple's record, if there is one.
    pub(crate) fn couple(self) -> Option<Rc<Couple>> {
        self.read(Client::couple).flatten()
    }

    /// Who I am in the couple space.
    pub(crate) fn partner_id(self) -> Option<PartnerId> {
        self.read(Client::my_partner_id).flatten()
    }

    /// The couple with my own id in it: what most pages read.
    pub(crate) fn both(self) -> Option<(Rc<Couple>, PartnerId)> {
        Some((self.couple()?, self.partner_id()?))
    }

    /// The name of a partner, as they want to be called.
    pub(crate) fn name_of(self, partner: PartnerId) -> String {
        self.couple()
            .and_then(|couple| couple.name_of(partner).map(str::to_owned))
            .unwrap_or_default()
    }

    /// The name of the other partner; a plain word until they have said it.
    pub(crate) fn other_name(self) -> String {
        self.both()
            .and_then(|(couple, me)| {
                let other = couple.partners().iter().find(|partner| **partner != me)?;
                couple.name_of(*other).map(str::to_owned)
            })
            .unwrap_or_else(|| crate::texts::t("your-partner"))
    }

    /// The record line by line, as I may read it.
    pub(crate) fn timeline(self) -> Vec<TimelineItem> {
        self.read(|client| {
            let (Some(couple), Some(me)) = (client.couple(), client.my_partner_id()) else {
                return Vec::new();
            };
            timeline(client.entries().iter(), &couple, me)
        })
        .unwrap_or_default()
    }

    /// The present, as the client reads it.
    pub(crate) fn moment(self) -> Option<Moment> {
        self.read(Client::now)
    }

    /// Where the two of us stand on the way into one space.
    pub(crate) fn pairing(self) -> Pairing {
        self.read(Client::pairing).unwrap_or_default()
    }

    /// When I leave, if I leave on a day.
    pub(crate) fn leaving(self) -> Option<Timestamp> {
        self.read(Client::leaving).flatten()
    }

    /// How the record stands.
    pub(crate) fn health(self) -> Health {
        self.read(Client::health).unwrap_or_default()
    }

    /// Whether something blocks the record.
    pub(crate) fn has_alarm(self) -> bool {
        self.health().alarm.is_some_and(|alarm| alarm.kind.stops())
    }

    /// How many entries wait on this device.
    pub(crate) fn waiting(self) -> usize {
        self.health().waiting
    }

    /// Whether the last try met no network.
    pub(crate) fn offline(self) -> bool {
        self.offline.get()
    }

    /// Whether another device, or a new password, ended the session of this one.
    pub(crate) fn signed_out(self) -> bool {
        self.signed_out.get()
    }

    /// How the vault stands.
    pub(crate) fn vault_state(self) -> VaultState {
        self.read(Client::vault_state).unwrap_or(VaultState::Locked)
    }

    /// The vault, while it is open.
    pub(crate) fn vault(self) -> Option<Rc<Vault>> {
        self.read(Client::vault).flatten()
    }

    /// Whether the server holds a version of the vault that does not open here.
    pub(crate) fn vault_is_unread(self) -> bool {
        self.read(Client::vault_unread).flatten().is_some()
    }

    /// Puts this device's vault in the place of the version that does not open.
    pub(crate) async fn replace_unread_vault(self) -> Result<(), Trouble> {
        Ok(self.client()?.replace_unread_vault().await?)
    }

    /// Closes the vault.
    pub(crate) fn lock_vault(self) {
        if let Ok(client) = self.client() {
            leptos::task::spawn_local(async move {
                let _ = client.lock_vault().await;
                self.changed();
            });
        }
    }

    /// Opens the vault.
    pub(crate) async fn unlock_vault(self, pin: String) -> Result<(), Trouble> {
        Ok(self.client()?.unlock_vault(&pin).await?)
    }

    /// Sets or changes the lock of the vault.
    pub(crate) async fn set_vault_lock(self, pin: String) -> Result<(), Trouble> {
        Ok(self.client()?.set_vault_lock(&pin).await?)
    }

    /// Sets a new lock with the recovery words.
    pub(crate) async fn reset_vault_lock(self, words: String, pin: String) -> Result<(), Trouble> {
        Ok(self.client()?.reset_vault_lock(words.trim(), &pin).await?)
    }

    /// Puts something into the vault.
    pub(crate) async fn keep(self, command: VaultCommand) -> Result<(), Trouble> {
        Ok(self.client()?.vault_dispatch(command).await?)
    }

    /// Puts something into the record; it is safe on this device when this returns.
    pub(crate) async fn dispatch(self, command: Command) -> Result<EntryId, Trouble> {
        let id = self.client()?.dispatch(command).await?;
        super::live::soon(self);
        Ok(id)
    }

    /// Seals an answer as its question asks.
    pub(crate) async fn answer_reveal(
        self,
        reveal: EntryId,
        words: String,
    ) -> Result<EntryId, Trouble> {
        let id = self.client()?.answer_reveal(reveal, &words).await?;
        super::live::soon(self);
        Ok(id)
    }

    /// Reads a draft. A name that begins with `mine/` is the vault's, and read only while that is open (D-1).
    pub(crate) fn draft(self, key: &str) -> Option<String> {
        let client = self.client().ok()?;
        match key.strip_prefix(VAULT_DRAFT) {
            Some(name) => client.vault_draft(name).filter(|draft| !draft.is_empty()),
            None => client.draft(key),
        }
    }

    /// Keeps a draft, sealed; an empty one is dropped.
    pub(crate) async fn save_draft(self, key: &str, words: &str) {
        let Ok(client) = self.client() else {
            return;
        };
        if let Some(name) = key.strip_prefix(VAULT_DRAFT) {
            let _ = client.save_vault_draft(name, words).await;
        } else if words.is_empty() {
            let _ = client.drop_draft(key).await;
        } else {
            let _ = client.save_draft(key, words).await;
        }
    }

    /// Drops drafts whose words were sent.
    pub(crate) async fn drop_drafts(self, keys: &[&str]) {
        for key in keys {
            self.save_draft(key, "").await;
        }
    }

    /// Changes the password.
    pub(crate) async fn change_password(self, old: String, new: String) -> Result<(), Trouble> {
        Ok(self.client()?.change_password(&old, &new).await?)
    }

    /// Lists the signed-in devices.
    pub(crate) async fn sessions(self) -> Result<Vec<SessionView>, Trouble> {
        Ok(self.client()?.sessions().await?)
    }

    /// Checks the whole record again.
    pub(crate) async fn verify(self) -> Result<Verification, Trouble> {
        Ok(self.client()?.verify().await?)
    }

    /// Makes a copy of everything.
    pub(crate) async fn export(self) -> Result<Vec<u8>, Trouble> {
        Ok(self.client()?.export().await?)
    }

    /// Hands the client to a page that does something of its own with it.
    pub(crate) fn own_client(self) -> Result<Client, Trouble> {
        self.client()
    }
}

/// The beginning of the names of drafts that belong to the vault.
const VAULT_DRAFT: &str = "mine/";

/// The draft that lists what was read on this device.
const READ_LIST: &str = "~read";

impl App {
    /// Whether this was opened on this device before. Only this device knows; nobody is told.
    pub(crate) fn was_read(self, entry: EntryId) -> bool {
        let id = entry.to_string();
        self.read(|client| client.draft(READ_LIST))
            .flatten()
            .is_some_and(|list| list.lines().any(|line| line == id))
    }

    /// Notes that this was opened, on this device only.
    pub(crate) async fn mark_read(self, entry: EntryId) {
        let Ok(client) = self.client() else {
            return;
        };
        let mut list = client.draft(READ_LIST).unwrap_or_default();
        let id = entry.to_string();
        if list.lines().any(|line| line == id) {
            return;
        }
        list.push_str(&id);
        list.push('\n');
        let _ = client.save_draft(READ_LIST, &list).await;
        self.changed();
    }
}
