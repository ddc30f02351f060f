//! What of the person's own is in the record and not theirs: a device that no keyring names, a
//! receiving key that none of their devices made, an account in their place (ADR 29).

use troth_crypto::keys::UserKem;
use troth_crypto::stretch::Stretch;
use troth_wire::DeviceId;

use super::Client;
use crate::journal::Journal;
use crate::machine::{Machine, StoredAlarm};
use crate::relay::Relay;
use crate::state::State;
use crate::trouble::Trouble;
use crate::view::AlarmKind;

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
}

impl State {
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
