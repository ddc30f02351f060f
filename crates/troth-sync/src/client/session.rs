//! Signed-in devices: listing them, ending them, signing out.

use troth_crypto::stretch::Stretch;
use troth_wire::api::ErrorCode;
use troth_wire::{DeviceId, SessionId};

use super::{Client, cell, load, reading};
use crate::journal::{Journal, Write};
use crate::keyring::{KeptDevice, KeptKem};
use crate::relay::Relay;
use crate::state::State;
use crate::trouble::Trouble;
use crate::view::{Notice, SessionView};

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Lists the devices that are signed in.
    ///
    /// # Errors
    ///
    /// [`Trouble`] when the server does not answer.
    pub async fn sessions(&self) -> Result<Vec<SessionView>, Trouble> {
        let listed = self.server()?.sessions().await?;
        let state = self.state();
        let device_of = |session: &SessionId| {
            let known = state
                .shared
                .devices
                .iter()
                .find(|device| device.session == *session);
            known.map_or(DeviceId::ZERO, |device| device.device)
        };
        let day = |day: u64| reading::moment(day.saturating_mul(24 * 60)).unwrap_or_default();
        let view = |session: &troth_wire::api::SessionView| SessionView {
            id: session.session,
            this: session.current,
            since: day(session.day),
            device: device_of(&session.session),
        };
        Ok(listed.sessions.iter().map(view).collect())
    }

    /// Ends another device's session. The device is ended in every space, and the person's
    /// receiving key changes, so that nothing new opens there.
    ///
    /// # Errors
    ///
    /// [`Trouble`] when the server does not answer.
    pub async fn end_session(&self, id: SessionId) -> Result<(), Trouble> {
        match self.server()?.end_session(id).await {
            Err(error) if !error.is(ErrorCode::NotFound) => return Err(error.into()),
            _ => {}
        }
        let _entered = self.enter().await?;
        let mut writes = Vec::new();
        {
            let mut state = self.state_mut();
            let this = state
                .identity
                .session
                .is_some_and(|session| session.id == id);
            if this {
                state.identity.session = None;
            } else {
                writes.extend(state.end_device_of(id, &mut self.rng()));
            }
        }
        writes.extend(self.identity_writes());
        self.commit(writes).await
    }

    /// Ends every other session.
    ///
    /// # Errors
    ///
    /// [`Trouble`] when the server does not answer.
    pub async fn sign_out_everywhere(&self) -> Result<(), Trouble> {
        for session in self
            .sessions()
            .await?
            .into_iter()
            .filter(|session| !session.this)
        {
            self.end_session(session.id).await?;
        }
        // A strange device may have no session to end.
        let _entered = self.enter().await?;
        let writes = {
            let mut state = self.state_mut();
            state.end_devices(Vec::new(), &mut self.rng())
        };
        self.commit([writes, self.identity_writes()].concat()).await
    }

    /// Puts a notice away.
    ///
    /// # Errors
    ///
    /// [`Trouble::Journal`] when that could not be kept.
    pub async fn dismiss_notice(&self, notice: &Notice) -> Result<(), Trouble> {
        let _entered = self.enter().await?;
        {
            let mut state = self.state_mut();
            state.identity.notices.retain(|kept| kept.view() != *notice);
            if matches!(notice, Notice::ClockOff { .. }) {
                state.clock_off = None;
            }
        }
        let identity = troth_wire::strict::encode(&self.state().identity);
        self.commit(vec![cell(super::IDENTITY, identity)]).await
    }
}

impl State {
    /// Ends the device of a session in the keyring and in the space.
    fn end_device_of(&mut self, session: SessionId, rng: &mut crate::Rng) -> Vec<Write> {
        // A device that turned out to be a copy took a new key within the same session.
        let its = |kept: &&mut KeptDevice| kept.session == session && !kept.ended;
        let mut ended: Vec<DeviceId> = Vec::new();
        for kept in self.shared.devices.iter_mut().filter(its) {
            kept.ended = true;
            ended.push(kept.device);
        }
        self.end_devices(ended, rng)
    }

    /// Ends devices in the keyring and in the space, and with them those that nobody knows.
    fn end_devices(&mut self, mut ended: Vec<DeviceId>, rng: &mut crate::Rng) -> Vec<Write> {
        ended.extend(self.strange_devices());
        let machine = self.machine.as_ref();
        let strange = machine.is_some_and(|machine| machine.cell.strange.is_some());
        if ended.is_empty() && !strange {
            return Vec::new();
        }
        let newest = self.newest_generation();
        self.shared.keep_kem(KeptKem {
            generation: newest.saturating_add(1),
            seed: crate::draw(rng),
        });
        self.shared_dirty = true;
        for space in &mut self.shared.spaces {
            space.wants.end_devices.extend(&ended);
        }
        let kems = self.kems();
        let Some(machine) = &mut self.machine else {
            return Vec::new();
        };
        machine.cell.wants.end_devices.extend(&ended);
        machine.receive_with(kems);
        machine.keep_cell();
        machine.take_writes()
    }
}

/// Keeps the shared cell's form in one place.
pub(super) fn shared_write(state: &State) -> Write {
    cell(super::KEYRING, load::encode_shared(state))
}
