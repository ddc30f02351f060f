//! Signing in where a person is signed in already: whatever became of the session, they come back
//! to what is here.
//!
//! # Invariants
//!
//! 1. **The same person or nobody.** What is kept here opens for who holds the account's master
//!    key and is the account on the server; another account changes nothing here.
//! 2. **Nothing that waits goes.** Entries, notes, answers and drafts stay; so does the place in
//!    the record.
//! 3. **An ended device never comes back.** Where this one was ended, a new one takes over its
//!    journal and what waits in it.

use troth_crypto::keys::MasterKey;
use troth_crypto::local::LocalKey;
use troth_crypto::recovery::DeviceCode;
use troth_crypto::stretch::Stretch;
use troth_wire::api::SignedIn;
use troth_wire::{DeviceId, strict};

use super::account::{Arrived, end_at_once, login_with, opened_keyring};
use super::load::{self, LocalCell};
use super::{Client, LOCAL, Rim, SERVER, plain, vault};
use crate::Rng;
use crate::identity::Session;
use crate::journal::{Journal, Write};
use crate::keyring::{KeptDevice, Shared};
use crate::relay::Relay;
use crate::relay::call::Server;
use crate::state::State;
use crate::trouble::{SignInError, Trouble};

/// Whose words a journal keeps, for who has just opened an account.
pub(super) enum Kept {
    /// Nobody's.
    Nothing,
    /// Their own; this key opens them.
    Own(LocalKey),
    /// Another account's.
    Anothers,
}

/// What a new session goes by.
struct Entry<'a> {
    signed: SignedIn,
    code: &'a DeviceCode,
    theirs: &'a Shared,
    rehearsed: bool,
    slots_version: u64,
}

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Signs in again with the password alone, on a device that is open here.
    ///
    /// What was kept and what waits stays, and so does the device unless it was ended. After the
    /// account was recovered elsewhere the word of that change holds the new device code.
    ///
    /// # Errors
    ///
    /// [`SignInError::Wrong`] for another password.
    pub async fn sign_in_again(&self, password: &str) -> Result<(), SignInError> {
        let mut rng = super::rng_of(self.inner.rim.env.as_ref());
        let (login, account, master) = {
            let state = self.state();
            let identity = &state.identity;
            (identity.login.clone(), identity.account, state.master())
        };
        // Where the account was recovered on another device, the code is another one now.
        let code = match self.word_of_change().await {
            Some(changed) => changed.code,
            None => self.device_code().ok_or(Trouble::Damaged)?,
        };
        let relay = &self.inner.rim.relay;
        let by = (password, &code);
        let (signed, _) = login_with::<R, K>(relay, &login, by, &mut rng).await?;
        let view = Server::signed_in(relay, signed.token).account().await?;
        let theirs = opened_keyring(&master, &view.keyring.bytes.0);
        let Some(theirs) = theirs.filter(|_| signed.account == account) else {
            end_at_once(relay, &signed).await;
            return Err(SignInError::OtherAccount);
        };
        let entry = Entry {
            signed,
            code: &code,
            theirs: &theirs,
            rehearsed: false,
            slots_version: view.slots.version,
        };
        self.take_session(&entry, &master, password).await?;
        Ok(())
    }

    /// Looks whose words are kept here.
    pub(super) async fn kept(rim: &Rim<J, R>, arrived: &Arrived) -> Result<Kept, Trouble> {
        let cell = match load::local_cell(&rim.journal).await {
            Ok(cell) => cell,
            Err(crate::OpenError::Trouble(trouble)) => return Err(trouble),
            Err(_) => return Err(Trouble::Damaged),
        };
        let Some(cell) = cell else {
            return Ok(Kept::Nothing);
        };
        let Some(local) = cell.open_by_account(&arrived.master) else {
            return Ok(Kept::Anothers);
        };
        let identity = load::identity(&rim.journal, &local).await?;
        let is_own = identity.account == arrived.signed.account
            && identity.master == *arrived.master.secret().expose();
        Ok(if is_own {
            Kept::Own(local)
        } else {
            Kept::Anothers
        })
    }

    /// Comes back to what is kept here.
    pub(super) async fn come_back(
        rim: Rim<J, R>,
        (arrived, local): (Arrived, LocalKey),
        password: &str,
        rng: Rng,
    ) -> Result<Self, Trouble> {
        let held = rim.lock.hold().await;
        let mut state = load::state(&rim.journal, &local).await?;
        drop(held);
        vault::open_kept(&mut state);
        let client = Self::assemble(rim, local, state, rng);
        let entry = Entry {
            signed: arrived.signed,
            code: &arrived.code,
            theirs: &arrived.shared,
            rehearsed: arrived.rehearsed,
            slots_version: arrived.slots_version,
        };
        client
            .take_session(&entry, &arrived.master, password)
            .await?;
        Ok(client)
    }

    /// Goes on with a new session, and lets the password that began it open this device.
    async fn take_session(
        &self,
        entry: &Entry<'_>,
        master: &MasterKey,
        password: &str,
    ) -> Result<(), Trouble> {
        let rim = &self.inner.rim;
        let mut rng = super::rng_of(rim.env.as_ref());
        let keys = (&self.inner.local, master);
        let local = LocalCell::new::<K>(rim.keeping, keys, password, &mut rng);
        let entered = self.enter().await?;
        let (before, writes) = {
            let minute = self.minute();
            let mut state = self.state_mut();
            let before = state.identity.session;
            state.identity.server = rim.relay.address();
            state.come_back(entry, minute, &mut rng);
            let address = state.identity.server.clone().into_bytes();
            (before, vec![plain(SERVER, address), plain_local(&local)])
        };
        self.commit([self.identity_writes(), writes].concat())
            .await?;
        drop(entered);
        if let Some(before) = before.filter(|before| before.id != entry.signed.session) {
            // Mostly it is over already, and that is why they are here.
            let _ = Server::signed_in(&rim.relay, entry.signed.token)
                .end_session(before.id)
                .await;
        }
        Ok(())
    }
}

fn plain_local(local: &LocalCell) -> Write {
    plain(LOCAL, strict::encode(local))
}

impl State {
    /// Takes the session over, with the device that is here or, where that one was ended, a new one.
    fn come_back(&mut self, entry: &Entry<'_>, minute: u64, rng: &mut Rng) {
        let session = entry.signed.session;
        self.identity.session = Some(Session {
            id: session,
            token: entry.signed.token,
        });
        self.identity.code = entry.code.bytes().to_vec();
        self.identity.password_number = entry.slots_version;
        self.identity.rehearsed |= entry.rehearsed;
        if self.was_ended(&self.device().id(), entry.theirs) {
            // What it had sealed is sealed anew when the record was read; what waits, waits.
            self.identity.device = crate::draw(rng);
        }
        let device = self.device().id();
        if !self.identity.known_devices.contains(&device) {
            self.identity.known_devices.push(device);
        }
        // Of two sessions of a device the later one is its own, also within one minute.
        let known = self.shared.devices.iter();
        let known = known.filter(|kept| kept.device == device);
        let since = known.map(|kept| kept.since + 1).max().unwrap_or_default();
        self.shared.keep_device(KeptDevice {
            device,
            session,
            since: since.max(minute),
            ended: false,
        });
        self.shared_dirty = true;
    }

    /// Tells whether a device was ended: by the keyring on either side, or in the record.
    fn was_ended(&self, device: &DeviceId, theirs: &Shared) -> bool {
        let in_keyring = |shared: &Shared| {
            let mut devices = shared.devices.iter();
            devices.any(|kept| kept.device == *device && kept.ended)
        };
        let in_record = self.machine.as_ref().is_some_and(|machine| {
            let wanted = machine.cell.wants.end_devices.contains(device);
            let known = machine.record().log().membership.device(device);
            wanted || known.is_some_and(|known| known.ended.is_some())
        });
        in_keyring(&self.shared) || in_keyring(theirs) || in_record
    }
}
