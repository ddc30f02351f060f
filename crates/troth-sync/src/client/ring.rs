//! The keyring on the server: taking in what the person's other devices wrote, and putting back
//! what is new here.

use troth_crypto::keyring::Keyring;
use troth_crypto::stretch::Stretch;
use troth_wire::api::{ErrorCode, PutBlob};
use troth_wire::strict;

use super::account::opened_keyring;
use super::{Client, session};
use crate::identity::StoredNotice;
use crate::journal::Journal;
use crate::keyring::higher;
use crate::machine::{Expected, Machine, SpaceCell};
use crate::relay::Relay;
use crate::relay::call::CallError;
use crate::state::State;
use crate::trouble::Trouble;

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Takes in what another device of the person wrote into the keyring.
    pub(super) async fn fetch_keyring(&self) -> Result<(), Trouble> {
        let account = self.server()?.account().await?;
        let _entered = self.enter().await?;
        if account.keyring.version == self.state().shared_version {
            return Ok(());
        }
        let writes = {
            let mut state = self.state_mut();
            let theirs = opened_keyring(&state.master(), &account.keyring.bytes.0);
            let root = state.shared.root;
            let Some(theirs) = theirs.filter(|it| it.root == root) else {
                // Not written by this person: a copied session is enough to put it there. What is
                // kept here goes in its place, and each of their devices adds what it has.
                state.shared_dirty = true;
                state.shared_version = account.keyring.version;
                return Ok(());
            };
            // An older version than this device has seen is a rollback of the server. Nothing is
            // lost by it: what is kept here is merged and put back.
            let before = state.shared.clone();
            state.shared.merge(&theirs);
            if state.shared.vault.pins != before.vault.pins {
                // Another device gave the vault a lock: it holds here too.
                state.open_vault = None;
            }
            state.shared_dirty |= state.shared != theirs;
            state.shared_version = account.keyring.version;
            let mut writes = if state.shared == before {
                Vec::new()
            } else {
                state.follow_shared()
            };
            writes.push(session::shared_write(&state));
            writes
        };
        self.commit([writes, vec![self.identity_write()]].concat())
            .await
    }

    pub(super) fn identity_write(&self) -> crate::journal::Write {
        super::cell(super::IDENTITY, strict::encode(&self.state().identity))
    }

    /// Puts the keyring back when it has something new, and merges where another was quicker.
    pub(super) async fn put_keyring(&self) -> Result<(), Trouble> {
        for _ in 0..4 {
            let put = {
                let _entered = self.enter().await?;
                let mut state = self.state_mut();
                state.note_highest();
                if !state.shared_dirty {
                    return Ok(());
                }
                let version = state.shared_version;
                let (master, root) = (state.master(), state.root());
                let plain = strict::encode(&state.shared);
                let keyring = Keyring::seal(&master, &root, version + 1, &plain, &mut *self.rng());
                PutBlob {
                    replaces: version,
                    bytes: keyring.to_bytes().into(),
                }
            };
            let sent = self.state().shared.clone();
            match self.server()?.put_keyring(&put).await {
                Ok(done) => {
                    let _entered = self.enter().await?;
                    let write = {
                        let mut state = self.state_mut();
                        state.shared_version = done.version;
                        state.shared_dirty = state.shared != sent;
                        session::shared_write(&state)
                    };
                    return self.commit(vec![write]).await;
                }
                Err(CallError::Problem(ErrorCode::VersionConflict, _)) => {
                    self.fetch_keyring().await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        // Others kept being quicker: the next synchronisation tries again.
        Ok(())
    }

    /// Tells the person about devices of their own that are new (D-3).
    pub(super) async fn note_devices(&self) -> Result<(), Trouble> {
        let write = {
            let mut state = self.state_mut();
            if !state.note_new_devices() {
                return Ok(());
            }
            super::cell(super::IDENTITY, strict::encode(&state.identity))
        };
        self.commit(vec![write]).await
    }
}

impl State {
    /// Lets the machine know what the merged keyring says.
    fn follow_shared(&mut self) -> Vec<crate::journal::Write> {
        let kems = self.kems();
        let newest = self.shared.spaces.last().cloned();
        let current = self.machine.as_ref().map(Machine::space);
        let mut writes = Vec::new();
        if let Some(kept) = newest.filter(|kept| Some(kept.space) != current) {
            // Another device opened or joined a space: this one follows it there.
            let cell = SpaceCell::from_kept(&kept);
            let space_keys = crate::keys::SpaceKeys::new(kept.space, kems);
            let record = crate::record::Record::new(kept.space, kept.me, space_keys);
            let mut machine = Machine::new(cell, record, [], Vec::new());
            machine.keep_cell();
            writes.extend(machine.take_writes());
            self.machine = Some(machine);
            self.identity.current = Some(kept.space);
            self.snapshot_place = 0;
            self.refold();
            return writes;
        }
        let Some(machine) = &mut self.machine else {
            return writes;
        };
        machine.receive_with(kems);
        if let Some(kept) = self
            .shared
            .spaces
            .iter()
            .find(|kept| kept.space == machine.space())
        {
            machine.cell.wants = kept.wants.clone();
            machine.cell.invited.clone_from(&kept.invited);
            machine.cell.partner_name.clone_from(&kept.partner_name);
            machine.cell.promised.clone_from(&kept.promised);
            machine.expect(kept.highest);
            machine.keep_cell();
        }
        writes.extend(machine.take_writes());
        writes
    }

    /// Notes the highest verified place for the person's other devices.
    fn note_highest(&mut self) {
        let Some(machine) = &self.machine else { return };
        if machine.alarm().is_some() {
            return;
        }
        let (place, head) = (machine.record().place(), machine.record().log().head);
        let highest = Expected {
            place,
            head,
            log_epoch: machine.cell.log_epoch,
        };
        let space = machine.space();
        let Some(kept) = self.shared.space_mut(&space) else {
            return;
        };
        let newest = higher(kept.highest, Some(highest));
        if place > 0 && kept.highest != newest {
            kept.highest = newest;
            self.shared_dirty = true;
        }
    }

    fn note_new_devices(&mut self) -> bool {
        let this = self.device().id();
        let known = &mut self.identity.known_devices;
        let fresh = self.shared.devices.clone();
        let mut any = false;
        for kept in fresh {
            if kept.device == this || known.contains(&kept.device) {
                continue;
            }
            known.push(kept.device);
            let number = i64::try_from(kept.since).unwrap_or_default();
            let notice = StoredNotice {
                kind: 0,
                device: Some(kept.device),
                number,
            };
            self.identity.notices.push(notice);
            any = true;
        }
        any
    }

    /// Draws a new device key and puts it in the place of the one that is not alone.
    pub(super) fn replace_device(&mut self, rng: &mut crate::Rng) {
        let old = self.device().id();
        self.identity.device = crate::draw(rng);
        let fresh = self.device().id();
        let kept = self
            .shared
            .devices
            .iter()
            .find(|kept| kept.device == old)
            .copied();
        if let Some(kept) = kept {
            self.shared.devices.push(crate::keyring::KeptDevice {
                device: fresh,
                ..kept
            });
        }
        self.identity.known_devices.push(fresh);
        self.identity.notices.push(StoredNotice {
            kind: 4,
            device: None,
            number: 0,
        });
        self.shared_dirty = true;
    }
}
