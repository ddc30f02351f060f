//! The vault: what a person keeps for themself.
//!
//! # Invariants
//!
//! 1. **On a schedule.** The vault goes to the server when its time has come, whether anything
//!    changed or not, always sealed anew and always of one size, so that size, count and last
//!    change say nothing (D-4, O-3).
//! 2. **Union.** Two devices' vaults are merged by union; no order of merging loses anything.
//!    What could not be read is never overwritten, here or on the server, unless the person says so.
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
use troth_wire::api::{MAX_VAULT, PutBlob, StoredBlob};
use troth_wire::{Sealed, strict};

use super::{Client, VAULT, cell, load, session};
use crate::Rng;
use crate::journal::{Journal, Shelf, Write};
use crate::relay::Relay;
use crate::state::{OpenVault, State, VaultCell, VaultItem};
use crate::trouble::{Trouble, VaultError};
use crate::view::{Keeping, VaultState, VaultUnread};

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
    // Only sealing anew takes a blob away: until then the journal holds it.
    for more in state.vault.unread().filter_map(|it| items_in(&key, &it.0)) {
        items.extend(more);
    }
    state.open_vault = Some(OpenVault::new(key, items));
    true
}

/// Takes in what the server has, newer than what this device merged last or an older state that
/// came back. What doesn't open is kept beside.
fn take_theirs(
    vault: &mut VaultCell,
    open: Option<OpenVault>,
    blob: Vec<u8>,
    is_newer: bool,
) -> Option<OpenVault> {
    let Some(open) = open else {
        // Who put a newer one there had the one before, and read it or carried it on.
        if !is_newer {
            vault.set_beside();
        }
        vault.theirs = Some(blob.into());
        return None;
    };
    let OpenVault { key, mut items, .. } = open;
    let theirs = items_in(&key, &blob);
    // With the vault open, what still waits here was tried. Only an unread one that is newer stands
    // in for it.
    if theirs.is_some() || !is_newer {
        vault.set_beside();
    }
    match theirs {
        Some(theirs) => items.extend(theirs),
        None => {
            vault.theirs = Some(blob.into());
            // No upload is known to hold what is here now.
            vault.unsent = u64::try_from(items.len()).unwrap_or(u64::MAX);
        }
    }
    Some(OpenVault::new(key, items))
}

/// Seals the open vault's content, with everything kept beside that opens.
fn seal_anew(vault: &mut VaultCell, open: OpenVault, rng: &mut Rng) -> OpenVault {
    let OpenVault { key, mut items, .. } = open;
    let mut is_unread = |blob: &Sealed| match items_in(&key, &blob.0) {
        Some(more) => {
            items.extend(more);
            false
        }
        None => true,
    };
    vault.theirs = vault.theirs.take().filter(&mut is_unread);
    vault.beside.retain(is_unread);
    let open = OpenVault::new(key, items);
    vault.blob = sealed_content(&open.key, &open.items, rng).into();
    open
}

impl VaultCell {
    /// Everything that waits to be read.
    fn unread(&self) -> impl Iterator<Item = &Sealed> {
        self.theirs.iter().chain(&self.beside)
    }

    /// Keeps what the server had beside, when it has something else now.
    fn set_beside(&mut self) {
        if let Some(theirs) = self.theirs.take().filter(|it| !self.beside.contains(it)) {
            self.beside.push(theirs);
        }
    }
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
        match (state.shared.vault.pins.is_empty(), &state.open_vault) {
            (true, _) => VaultState::Unset,
            (false, Some(_)) => VaultState::Open,
            (false, None) => VaultState::Locked,
        }
    }

    /// Tells what of the vault this device can't read; nothing while it is locked, since
    /// everything may open then.
    #[must_use]
    pub fn vault_unread(&self) -> Option<VaultUnread> {
        let state = self.state();
        let is_tried = state.open_vault.is_some() && state.vault.unread().next().is_some();
        if state.vault.is_damaged {
            Some(VaultUnread::Damaged)
        } else {
            is_tried.then_some(VaultUnread::OtherKey)
        }
    }

    /// Puts this device's vault in the place of what it can't read, here and on the server. What
    /// was unreadable is gone then; what opens by now is taken in.
    ///
    /// # Errors
    ///
    /// [`VaultError::Locked`], or why the server does not take it.
    pub async fn replace_unread_vault(&self) -> Result<(), VaultError> {
        if self.state().open_vault.is_none() {
            return Err(VaultError::Locked);
        }
        let minute = self.minute();
        Ok(self.upload_over(minute, true).await?)
    }

    /// Reads the vault while it is open.
    ///
    /// Before a lock is set it is open on a device that keeps its keys unlocked, and closed on
    /// one that locks.
    #[must_use]
    pub fn vault(&self) -> Option<Rc<Vault>> {
        let state = self.state();
        let unset = state.shared.vault.pins.is_empty();
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
            state.shared.vault.pins = vec![locked.into()];
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
            (state.master(), state.shared.vault.pins.clone())
        };
        if locked.is_empty() {
            return Err(VaultError::Unset);
        }
        // Of two that were chosen apart both open.
        let unlocked = |it: &Sealed| VaultKey::unlock::<K>(&master, pin, &it.0).ok();
        let key = locked.iter().find_map(unlocked);
        self.opened(key.ok_or(VaultError::WrongPin)?).await
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
            state.vault.unsent += u64::try_from(items.len()).unwrap_or(u64::MAX);
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
        let Some(open) = state.open_vault.take() else {
            return;
        };
        state.open_vault = Some(seal_anew(&mut state.vault, open, &mut self.rng()));
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
        self.upload_over(minute, false).await
    }

    /// Uploads the vault; over what can't be read only where the person says so.
    async fn upload_over(&self, minute: u64, over: bool) -> Result<(), Trouble> {
        let server = self.server()?;
        let stored = server.vault().await?;
        let upload = {
            let _entered = self.enter().await?;
            let (upload, write) = {
                let mut state = self.state_mut();
                let upload = self.next_upload(&mut state, &stored, over)?;
                (upload, vault_write(&state))
            };
            // Before it goes out: another process may go on from the journal meanwhile.
            self.commit(vec![write]).await?;
            upload
        };
        let done = match upload {
            Some((put, sent)) => Some((server.put_vault(&put).await?, sent)),
            None => None,
        };
        let _entered = self.enter().await?;
        let write = {
            let mut state = self.state_mut();
            if let Some((done, sent)) = done {
                state.vault.version = done.version;
                state.vault.unsent = state.vault.unsent.saturating_sub(sent);
            }
            state.vault.uploaded = minute;
            vault_write(&state)
        };
        self.commit(vec![write]).await
    }

    /// Takes in what the server has, and puts together what goes there, with how many unsent items
    /// it holds. Nothing goes where what the server has does not open at all.
    fn next_upload(
        &self,
        state: &mut State,
        stored: &StoredBlob,
        over: bool,
    ) -> Result<Option<(PutBlob, u64)>, Trouble> {
        let master = state.master();
        if over && state.open_vault.is_some() {
            state.vault.theirs = None;
            state.vault.beside.clear();
        }
        let is_known = stored.version == state.vault.version;
        let theirs = inner(&master, &stored.bytes.0);
        state.vault.is_damaged = !is_known && !over && theirs.is_none();
        if state.vault.is_damaged {
            return Ok(None);
        }
        if let Some(theirs) = theirs.filter(|_| !is_known) {
            let is_newer = stored.version > state.vault.version;
            let open = state.open_vault.take();
            state.open_vault = take_theirs(&mut state.vault, open, theirs, is_newer);
        }
        state.vault.version = stored.version;
        self.reseal(state);
        let kept = state.vault.theirs.as_ref().unwrap_or(&state.vault.blob);
        let bytes = outer(&master, &kept.0, &mut self.rng());
        if bytes.len() > MAX_VAULT {
            return Err(Trouble::Server(troth_wire::api::ErrorCode::TooLarge));
        }
        // While something of the server's waits, that goes back and what was written here stays.
        let is_whole = state.vault.theirs.is_none();
        let sent = if is_whole { state.vault.unsent } else { 0 };
        let put = PutBlob {
            replaces: stored.version,
            bytes: bytes.into(),
        };
        Ok(Some((put, sent)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;

    fn item(number: u8) -> VaultItem {
        VaultItem {
            id: [number; 32],
            body: Sealed(vec![number]),
        }
    }

    fn key(number: u8) -> VaultKey {
        VaultKey::from_secret(Secret::new([number; 32]))
    }

    fn rng() -> Rng {
        Rng::from_seed([1; 32])
    }

    fn blob(under: &VaultKey, numbers: &[u8]) -> Vec<u8> {
        let items: Vec<_> = numbers.iter().map(|number| item(*number)).collect();
        sealed_content(under, &items, &mut rng())
    }

    fn opened(vault: &mut VaultCell, under: &VaultKey) -> Vec<u8> {
        let items = items_in(under, &vault.blob.0).unwrap();
        let open = seal_anew(vault, OpenVault::new(under.clone(), items), &mut rng());
        open.items.iter().map(|item| item.id[0]).collect()
    }

    #[test]
    fn a_blob_of_another_key_is_kept_and_goes_back_until_it_opens() {
        let (mine, other) = (key(1), key(2));
        let mut vault = VaultCell::new(blob(&mine, &[1]), 4);
        let open = OpenVault::new(mine.clone(), vec![item(1)]);
        let theirs = blob(&other, &[2]);
        let open = take_theirs(&mut vault, Some(open), theirs.clone(), true).unwrap();
        let open = seal_anew(&mut vault, open, &mut rng());
        assert_eq!(
            (vault.theirs.clone(), vault.unsent),
            (Some(Sealed(theirs.clone())), 1)
        );
        // A newer one that opens is taken in, and the unread one stays.
        let open = take_theirs(&mut vault, Some(open), blob(&mine, &[3]), true).unwrap();
        seal_anew(&mut vault, open, &mut rng());
        assert_eq!(
            (&vault.theirs, &vault.beside),
            (&None, &vec![Sealed(theirs)])
        );
        assert_eq!(opened(&mut vault, &mine), [1, 3]);
        vault.blob = blob(&other, &[4]).into();
        assert_eq!(opened(&mut vault, &other), [2, 4]);
        assert_eq!((vault.theirs, vault.beside), (None, vec![]));
    }

    #[test]
    fn an_older_state_of_the_server_pushes_nothing_out_of_a_locked_vault() {
        let mine = key(1);
        let mut vault = VaultCell::new(blob(&mine, &[1]), 4);
        for (number, is_newer) in [(2, true), (3, false), (4, true)] {
            assert!(take_theirs(&mut vault, None, blob(&mine, &[number]), is_newer).is_none());
        }
        assert_eq!(opened(&mut vault, &mine), [1, 2, 4]);
        assert_eq!(vault.unread().count(), 0);
    }
}
