//! Signed-in devices: listing them, ending them, signing out.

use troth_crypto::stretch::Stretch;
use troth_wire::api::ErrorCode;
use troth_wire::{DeviceId, SessionId};

use super::{Client, cell, load, reading};
use crate::journal::{Journal, Write};
use crate::keyring::KeptKem;
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
        Ok(())
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
        let Some(kept) = self
            .shared
            .devices
            .iter_mut()
            .find(|kept| kept.session == session)
        else {
            return Vec::new();
        };
        if std::mem::replace(&mut kept.ended, true) {
            return Vec::new();
        }
        let device = kept.device;
        let newest = self.shared.kems.last().map_or(0, |kem| kem.generation);
        self.shared.kems.push(KeptKem {
            generation: newest + 1,
            seed: crate::draw(rng),
        });
        self.shared_dirty = true;
        for space in &mut self.shared.spaces {
            space.wants.end_devices.push(device);
        }
        let kems = self.kems();
        let Some(machine) = &mut self.machine else {
            return Vec::new();
        };
        machine.cell.wants.end_devices.push(device);
        machine.receive_with(kems);
        machine.keep_cell();
        machine.take_writes()
    }
}

/// Keeps the shared cell's form in one place.
pub(super) fn shared_write(state: &State) -> Write {
    cell(super::KEYRING, load::encode_shared(state))
}
