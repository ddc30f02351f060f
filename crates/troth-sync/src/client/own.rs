//! What of the person's own is in the record and not theirs: a device that no keyring names, a
//! receiving key that none of their devices made, an account in their place (ADR 29).

use troth_crypto::keys::UserKem;
use troth_crypto::stretch::Stretch;
use troth_wire::{DeviceId, SessionId, strict};

use super::{Client, IDENTITY, cell};
use crate::identity::StoredNotice;
use crate::journal::Journal;
use crate::machine::{Machine, StoredAlarm};
use crate::relay::Relay;
use crate::state::State;
use crate::trouble::Trouble;
use crate::view::AlarmKind;

/// The notice that another account asked.
const ASKED: u8 = 5;

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Looks for it after a reading, and returns whether what was found before is gone.
    pub(super) async fn look_for_strange(&self) -> Result<bool, Trouble> {
        let (before, found) = {
            let state = self.state();
            let machine = state.machine.as_ref();
            let before = machine.is_some_and(|machine| machine.cell.strange.is_some());
            (before, state.strange().is_some())
        };
        if found {
            // Another device of the person may have come between the keyring and the record:
            // each puts itself and its keys into the keyring first.
            self.fetch_keyring().await?;
        }
        if !before && !found {
            return Ok(false);
        }
        let _entered = self.enter().await?;
        let (is_gone, writes) = {
            let mut state = self.state_mut();
            let strange = state.strange();
            let is_gone = strange.is_none();
            let Some(machine) = &mut state.machine else {
                return Ok(false);
            };
            machine.find_strange(strange);
            (is_gone, machine.take_writes())
        };
        self.commit(writes).await?;
        Ok(before && is_gone)
    }

    /// Tells of own devices with whose keys another account asked for this person's place, once
    /// each; and no more of one that is ended.
    pub(super) async fn note_asked(&self, asked: &[DeviceId]) -> Result<(), Trouble> {
        let _entered = self.enter().await?;
        let write = {
            let mut state = self.state_mut();
            if !state.note_asked(asked) {
                return Ok(());
            }
            cell(IDENTITY, strict::encode(&state.identity))
        };
        self.commit(vec![write]).await
    }

    /// Looks up the session of one of the person's devices.
    #[must_use]
    pub fn session_of(&self, device: DeviceId) -> Option<SessionId> {
        let state = self.state();
        let mut devices = state.shared.devices.iter();
        let kept = devices.find(|kept| kept.device == device)?;
        Some(kept.session)
    }
}

impl State {
    /// Notes what the server says was asked for; tells whether anything changed. Its word counts
    /// only about living devices of the person, so that it cannot fill the journal.
    fn note_asked(&mut self, asked: &[DeviceId]) -> bool {
        let Some(machine) = &self.machine else {
            return false;
        };
        let membership = &machine.record().log().membership;
        let me = machine.cell.me;
        let is_mine = |id: DeviceId| {
            let device = membership.device(&id);
            device.is_some_and(|it| it.member == me && it.ended.is_none())
        };
        let notices = &mut self.identity.notices;
        let before = notices.len();
        notices.retain(|it| it.kind != ASKED || it.device.is_some_and(is_mine));
        let mut changed = notices.len() != before;
        for device in asked.iter().copied().filter(|id| is_mine(*id)) {
            if self.identity.asked.contains(&device) {
                continue;
            }
            self.identity.asked.push(device);
            self.identity.notices.push(StoredNotice {
                kind: ASKED,
                device: Some(device),
                number: 0,
            });
            changed = true;
        }
        changed
    }

    /// Names the person's own devices in the record that the keyring does not know.
    pub(super) fn strange_devices(&self) -> Vec<DeviceId> {
        let Some(machine) = &self.machine else {
            return Vec::new();
        };
        let this = self.device().id();
        let is_known =
            |id: DeviceId| id == this || self.shared.devices.iter().any(|kept| kept.device == id);
        let devices = machine.record().log().membership.devices().iter();
        devices
            .filter(|it| it.member == machine.cell.me && it.ended.is_none() && !is_known(it.id))
            .map(|device| device.id)
            .collect()
    }

    /// Says what of the person's own is in the record and not theirs.
    fn strange(&self) -> Option<StoredAlarm> {
        let machine = self.machine.as_ref()?;
        let alarm = |kind, proof| Some(StoredAlarm::new(kind, None, proof));
        if machine.is_taken() {
            return alarm(AlarmKind::BoundToAnother, Vec::new());
        }
        if let Some(device) = self.strange_devices().first() {
            return alarm(AlarmKind::StrangeDevice, device.0.to_vec());
        }
        let me = machine.record().log().membership.member(&machine.cell.me)?;
        let received = &me.card.kem;
        let is_mine =
            |kem: &UserKem| kem.generation() == received.generation && kem.public() == *received;
        let is_strange = !self.kems().iter().rev().any(is_mine);
        let proof = received.public.0.clone();
        is_strange
            .then(|| alarm(AlarmKind::StrangeKey, proof))
            .flatten()
    }

    /// The newest generation of a receiving key of this person, known here or not.
    pub(super) fn newest_generation(&self) -> u32 {
        let kept = self.shared.kems.last().map_or(0, |kem| kem.generation);
        let in_record = |machine: &Machine| {
            let membership = &machine.record().log().membership;
            let me = membership.member(&machine.cell.me);
            me.map(|me| me.card.kem.generation)
        };
        let shown = self.machine.as_ref().and_then(in_record);
        kept.max(shown.unwrap_or_default())
    }
}
