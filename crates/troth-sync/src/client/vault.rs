//! The vault: what a person keeps for themself.
//!
//! # Invariants
//!
//! 1. **On a schedule.** The vault goes to the server when its time has come, whether anything
//!    changed or not, always sealed anew and always of one size, so that size, count and last
//!    change say nothing (D-4, O-3).
//! 2. **Union.** Two devices' vaults are merged by union; no order of merging loses anything.
//! 3. **Its own lock.** Opening the account does not open a vault that has a lock (D-1).
//!
//! Specified in `docs/protocol/vault.md`.

use std::rc::Rc;

use troth_core::{Vault, VaultBody, VaultCommand, Written};
use troth_crypto::Secret;
use troth_crypto::keys::MasterKey;
use troth_crypto::local::LocalKey;
use troth_crypto::recovery::RecoveryWords;
use troth_crypto::stretch::Stretch;
use troth_crypto::vault::VaultKey;
use troth_wire::api::{MAX_VAULT, PutBlob};
use troth_wire::{Sealed, strict};

use super::{Client, VAULT, cell, load, session};
use crate::Rng;
use crate::journal::{Journal, Shelf, Write};
use crate::relay::Relay;
use crate::state::{OpenVault, State, VaultItem};
use crate::trouble::{Trouble, VaultError};
use crate::view::{Keeping, VaultState};

/// How many minutes lie between two uploads.
const UPLOAD_MINUTES: u64 = 20;

/// The fewest characters of a PIN.
const SHORTEST_PIN: usize = 4;

/// The name under which the outer seal is made.
const OUTER: &[u8] = b"vault/outer";

/// The beginning of the names of drafts that only the open vault reads.
const DRAFT: &str = "vault/";

/// Seals a blob once more under the account, so that it looks new at each upload, also while
/// the vault is locked.
pub(super) fn outer(master: &MasterKey, blob: &[u8], rng: &mut Rng) -> Vec<u8> {
    LocalKey::from_secret(master.secret().clone()).seal(OUTER, blob, rng)
}

/// Opens the outer seal.
pub(super) fn inner(master: &MasterKey, bytes: &[u8]) -> Option<Vec<u8>> {
    let key = LocalKey::from_secret(master.secret().clone());
    key.open(OUTER, bytes).ok().map(|blob| blob.to_vec())
}

/// Seals the content.
pub(super) fn sealed_content(key: &VaultKey, items: &[VaultItem], rng: &mut Rng) -> Vec<u8> {
    key.seal(&strict::encode(&items.to_vec()), rng)
}

fn items_in(key: &VaultKey, blob: &[u8]) -> Option<Vec<VaultItem>> {
    strict::decode(&key.open(blob).ok()?).ok()
}

fn key_of(bytes: &Sealed) -> Option<VaultKey> {
    Some(VaultKey::from_secret(Secret::new(
        bytes.0.as_slice().try_into().ok()?,
    )))
}

/// Opens the vault where its key is kept: before a lock was set, or kept open on this device.
pub(super) fn open_kept(state: &mut State) {
    let kept = state
        .vault
        .key
        .as_ref()
        .or(state.shared.vault.open.as_ref());
    let Some(key) = kept.and_then(key_of) else {
        return;
    };
    open_with(state, key);
}

fn open_with(state: &mut State, key: VaultKey) -> bool {
    let Some(mut items) = items_in(&key, &state.vault.blob.0) else {
        return false;
    };
    if let Some(theirs) = state.vault.theirs.as_ref() {
        items.extend(items_in(&key, &theirs.0).unwrap_or_default());
    }
    state.open_vault = Some(OpenVault::new(key, items));
    true
}

/// Takes the journal's vault into one that is open in memory.
pub(super) fn absorb(state: &mut State) {
    match state.open_vault.take() {
        Some(open) => {
            open_with(state, open.key);
        }
        None if state.vault.key.is_some() => open_kept(state),
        None => {}
    }
}

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Tells how the vault stands.
    #[must_use]
    pub fn vault_state(&self) -> VaultState {
        let state = self.state();
        match (&state.shared.vault.pin, &state.open_vault) {
            (None, _) => VaultState::Unset,
            (Some(_), Some(_)) => VaultState::Open,
            (Some(_), None) => VaultState::Locked,
        }
    }

    /// Reads the vault while it is open.
    ///
    /// Before a lock is set it is open on a device that keeps its keys unlocked, and closed on
    /// one that locks.
    #[must_use]
    pub fn vault(&self) -> Option<Rc<Vault>> {
        let state = self.state();
        let unset = state.shared.vault.pin.is_none();
        if unset && self.inner.rim.keeping == Keeping::Locked {
            return None;
        }
        state.open_vault.as_ref().map(|open| Rc::clone(&open.view))
    }

    /// Sets the vault's PIN or passphrase: the first, or another one while the vault is open.
    ///
    /// # Errors
    ///
    /// [`VaultError::WeakPin`], or [`VaultError::Locked`] where there is one and it is locked.
    pub async fn set_vault_lock(&self, pin: &str) -> Result<(), VaultError> {
        if pin.chars().count() < SHORTEST_PIN {
            return Err(VaultError::WeakPin);
        }
        let _entered = self.enter().await?;
        let (master, key) = {
            let mut state = self.state_mut();
            if state.open_vault.is_none() {
                open_kept(&mut state);
            }
            let open = state.open_vault.as_ref().ok_or(VaultError::Locked)?;
            (state.master(), open.key.clone())
        };
        let locked = key.lock::<K>(&master, pin, &mut self.rng());
        self.keep_lock(locked, &key).await
    }

    async fn keep_lock(&self, locked: Vec<u8>, key: &VaultKey) -> Result<(), VaultError> {
        let writes = {
            let mut state = self.state_mut();
            state.shared.vault.open = None;
            state.shared.vault.pin = Some(locked.into());
            state.shared.vault.changes += 1;
            state.shared_dirty = true;
            self.keep_key(&mut state, Some(key));
            vec![session::shared_write(&state), vault_write(&state)]
        };
        self.commit(writes).await?;
        Ok(())
    }

    /// Keeps the key of an opened vault between runs, on a device that keeps its keys unlocked.
    fn keep_key(&self, state: &mut State, key: Option<&VaultKey>) {
        let keeps = self.inner.rim.keeping == Keeping::Unlocked;
        let kept = key.filter(|_| keeps);
        state.vault.key = kept.map(|key| key.secret().expose().to_vec().into());
    }

    /// Opens the vault with its PIN or passphrase. Slow by intent.
    ///
    /// # Errors
    ///
    /// [`VaultError::WrongPin`], or [`VaultError::Unset`] where no lock was set yet.
    pub async fn unlock_vault(&self, pin: &str) -> Result<(), VaultError> {
        let _entered = self.enter().await?;
        let (master, locked) = {
            let state = self.state();
            let locked = state.shared.vault.pin.clone().ok_or(VaultError::Unset)?;
            (state.master(), locked)
        };
        let key = VaultKey::unlock::<K>(&master, pin, &locked.0);
        self.opened(key.map_err(|_| VaultError::WrongPin)?).await
    }

    async fn opened(&self, key: VaultKey) -> Result<(), VaultError> {
        let write = {
            let mut state = self.state_mut();
            if !open_with(&mut state, key.clone()) {
                return Err(Trouble::Damaged.into());
            }
            self.keep_key(&mut state, Some(&key));
            self.reseal(&mut state);
            vault_write(&state)
        };
        self.commit(vec![write]).await?;
        Ok(())
    }

    /// Gives the vault a new PIN or passphrase with the recovery words.
    ///
    /// # Errors
    ///
    /// [`VaultError::WrongWords`], [`VaultError::WeakPin`].
    pub async fn reset_vault_lock(&self, words: &str, pin: &str) -> Result<(), VaultError> {
        if pin.chars().count() < SHORTEST_PIN {
            return Err(VaultError::WeakPin);
        }
        let words = RecoveryWords::parse(words).map_err(|_| VaultError::WrongWords)?;
        let _entered = self.enter().await?;
        let (master, sealed) = {
            let state = self.state();
            (state.master(), state.shared.vault.recovery.clone())
        };
        let key = VaultKey::open_with_recovery(&words, &sealed.0);
        let key = key.map_err(|_| VaultError::WrongWords)?;
        self.opened(key.clone()).await?;
        let locked = key.lock::<K>(&master, pin, &mut self.rng());
        self.keep_lock(locked, &key).await
    }

    /// Locks the vault, durably: another run of this program finds it locked.
    ///
    /// # Errors
    ///
    /// [`Trouble::Journal`] when that could not be kept; in memory it is locked all the same.
    pub async fn lock_vault(&self) -> Result<(), Trouble> {
        self.state_mut().open_vault = None;
        let _entered = self.enter().await?;
        let write = {
            let mut state = self.state_mut();
            state.open_vault = None;
            if state.vault.key.take().is_none() {
                return Ok(());
            }
            vault_write(&state)
        };
        self.commit(vec![write]).await
    }

    /// Puts something into the open vault. It is durable here when this returns, and goes to
    /// the server with the schedule.
    ///
    /// # Errors
    ///
    /// [`VaultError::Locked`], [`VaultError::Unset`], or why the vault refuses.
    pub async fn vault_dispatch(&self, command: VaultCommand) -> Result<(), VaultError> {
        let _entered = self.enter().await?;
        let now = self.now();
        let view = self.vault().ok_or_else(|| match self.vault_state() {
            VaultState::Unset => VaultError::Unset,
            VaultState::Locked | VaultState::Open => VaultError::Locked,
        })?;
        let events = view.decide(command, &now).map_err(VaultError::Refused)?;
        let written = Written::from(&now);
        let mut items = Vec::new();
        for event in events {
            let body = VaultBody::new(event, written.clone()).encode();
            let body = body.map_err(|_| Trouble::Damaged)?.into();
            items.push(VaultItem {
                id: crate::draw(&mut self.rng()),
                body,
            });
        }
        let (before, write) = {
            let mut state = self.state_mut();
            let before = state.open_vault.clone();
            let Some(open) = state.open_vault.take() else {
                return Err(VaultError::Locked);
            };
            state.vault.unsent += u64::try_from(items.len()).unwrap_or_default();
            items.extend(open.items);
            state.open_vault = Some(OpenVault::new(open.key, items));
            self.reseal(&mut state);
            (before, vault_write(&state))
        };
        if let Err(trouble) = self.commit(vec![write]).await {
            self.state_mut().open_vault = before;
            return Err(trouble.into());
        }
        Ok(())
    }

    fn reseal(&self, state: &mut State) {
        let Some(open) = &state.open_vault else {
            return;
        };
        state.vault.blob = sealed_content(&open.key, &open.items, &mut self.rng()).into();
        state.vault.theirs = None;
    }

    /// Does what is due by the clock: uploads the vault, changed or not, every
    /// [`UPLOAD_MINUTES`]. Call it every few minutes while the app is open.
    ///
    /// # Errors
    ///
    /// [`Trouble`] when the server does not answer; the next call tries again.
    pub async fn tick(&self) -> Result<(), Trouble> {
        let minute = self.minute();
        let due = {
            let state = self.state();
            minute >= state.vault.uploaded + UPLOAD_MINUTES || minute < state.vault.uploaded
        };
        if due {
            self.upload_vault(minute).await
        } else {
            Ok(())
        }
    }

    /// Uploads the vault now, changed or not, and takes in what other devices uploaded. For a
    /// person's own wish to be up to date, never because something was written (O-3).
    ///
    /// # Errors
    ///
    /// [`Trouble`] when the server does not answer.
    pub async fn sync_vault(&self) -> Result<(), Trouble> {
        let minute = self.minute();
        self.upload_vault(minute).await
    }

    async fn upload_vault(&self, minute: u64) -> Result<(), Trouble> {
        let server = self.server()?;
        let stored = server.vault().await?;
        let (put, sent) = {
            let _entered = self.enter().await?;
            let mut state = self.state_mut();
            let master = state.master();
            if stored.version != state.vault.version {
                let theirs = inner(&master, &stored.bytes.0).ok_or(Trouble::Malformed)?;
                self.merge(&mut state, theirs);
                state.vault.version = stored.version;
            } else if state.open_vault.is_some() {
                self.reseal(&mut state);
            }
            let kept = state.vault.theirs.as_ref().unwrap_or(&state.vault.blob);
            let bytes = outer(&master, &kept.0, &mut self.rng());
            if bytes.len() > MAX_VAULT {
                return Err(Trouble::Server(troth_wire::api::ErrorCode::TooLarge));
            }
            // While the vault is locked, what was written here waits beside a newer blob.
            let is_whole = state.vault.theirs.is_none();
            let sent = if is_whole { state.vault.unsent } else { 0 };
            let put = PutBlob {
                replaces: stored.version,
                bytes: bytes.into(),
            };
            (put, sent)
        };
        let done = server.put_vault(&put).await?;
        let _entered = self.enter().await?;
        let write = {
            let mut state = self.state_mut();
            state.vault.version = done.version;
            state.vault.uploaded = minute;
            state.vault.unsent = state.vault.unsent.saturating_sub(sent);
            vault_write(&state)
        };
        self.commit(vec![write]).await
    }

    /// Merges another device's vault, now or at the next opening.
    fn merge(&self, state: &mut State, theirs: Vec<u8>) {
        let Some(open) = state.open_vault.take() else {
            state.vault.theirs = Some(theirs.into());
            return;
        };
        let mut items = open.items;
        items.extend(items_in(&open.key, &theirs).unwrap_or_default());
        state.open_vault = Some(OpenVault::new(open.key, items));
        self.reseal(state);
    }

    /// Keeps a draft that only the open vault reads; while it is locked, nothing is kept.
    ///
    /// # Errors
    ///
    /// [`VaultError::Locked`] while the vault is locked.
    pub async fn save_vault_draft(&self, name: &str, text: &str) -> Result<(), VaultError> {
        let _entered = self.enter().await?;
        let key = self.vault_draft_key().ok_or(VaultError::Locked)?;
        if text.is_empty() {
            // An empty one is none: what is not there cannot be lost.
            let name = format!("{DRAFT}{name}");
            let key = name.clone().into_bytes();
            let shelf = Shelf::Draft;
            self.commit(vec![Write::Drop { shelf, key }]).await?;
            self.state_mut().drafts.remove(&name);
            return Ok(());
        }
        let name = format!("{DRAFT}{name}").into_bytes();
        let sealed = key.seal(&name, text.as_bytes(), &mut self.rng());
        // Hexadecimal keeps every draft a text.
        let value = load::hex(&sealed).into_bytes();
        let shown = load::hex(&sealed);
        self.commit(vec![Write::Put {
            shelf: Shelf::Draft,
            key: name.clone(),
            value,
        }])
        .await?;
        let name = String::from_utf8(name).map_err(|_| Trouble::Damaged)?;
        self.state_mut().drafts.insert(name, shown);
        Ok(())
    }

    /// Reads a draft of the open vault.
    #[must_use]
    pub fn vault_draft(&self, name: &str) -> Option<String> {
        let key = self.vault_draft_key()?;
        let name = format!("{DRAFT}{name}");
        let sealed = load::unhex(self.state().drafts.get(&name)?)?;
        let text = key.open(name.as_bytes(), &sealed).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }

    fn vault_draft_key(&self) -> Option<LocalKey> {
        self.vault()?;
        let state = self.state();
        let open = state.open_vault.as_ref()?;
        Some(LocalKey::from_secret(open.key.secret().clone()))
    }
}

fn vault_write(state: &State) -> Write {
    cell(VAULT, strict::encode(&state.vault))
}
