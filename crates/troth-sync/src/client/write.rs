//! Writing: a wish is decided, put into the outbox durably, and shown at once.

use std::rc::Rc;

use troth_core::{Body, Command, EncodeError, EntryId, Event, Written};
use troth_crypto::envelope::MAX_MESSAGE;
use troth_crypto::stretch::Stretch;

use super::Client;
use crate::journal::{Journal, Write};
use crate::naming::{self, TAG};
use crate::relay::Relay;
use crate::state::State;
use crate::trouble::{DispatchError, Trouble};

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Puts what a person wishes into the record, or says why not.
    ///
    /// When this returns, the entry survives whatever happens to the process; it is sent with
    /// the next [`sync`](Self::sync). A wish that makes several entries names the first.
    ///
    /// # Errors
    ///
    /// [`DispatchError`] says what stands in the way; nothing was written then.
    pub async fn dispatch(&self, command: Command) -> Result<EntryId, DispatchError> {
        let _entered = self.enter().await?;
        self.dispatch_with(command, |_| Vec::new()).await
    }

    /// Decides and writes, for who holds the gate, with what else must be durable at once.
    pub(super) async fn dispatch_with(
        &self,
        command: Command,
        beside: impl FnOnce(EntryId) -> Vec<Write>,
    ) -> Result<EntryId, DispatchError> {
        let now = self.now();
        let events = {
            let state = self.state();
            check_open(&state)?;
            let me = state.machine.as_ref().map(|machine| machine.record().me());
            let me = me.ok_or(DispatchError::NoSpace)?;
            state
                .shown
                .decide(naming::partner(&me), command, &now)
                .map_err(DispatchError::Refused)?
        };
        let written = Written::from(&now);
        let bodies: Result<Vec<_>, _> = events
            .into_iter()
            .map(|event| encoded(event, &written))
            .collect();
        let (first, mut writes) = self.enqueue(bodies?)?;
        writes.extend(beside(first));
        self.commit(writes).await?;
        self.state_mut().show_waiting();
        Ok(first)
    }

    /// Puts bodies into the outbox in memory, and says what is to be written.
    pub(super) fn enqueue(
        &self,
        bodies: Vec<Vec<u8>>,
    ) -> Result<(EntryId, Vec<Write>), DispatchError> {
        let mut state = self.state_mut();
        let machine = state.machine.as_mut().ok_or(DispatchError::NoSpace)?;
        let mut first = None;
        for body in bodies {
            let tag: [u8; TAG] = crate::draw(&mut self.rng());
            let item = machine.enqueue(tag, body);
            let me = machine.record().me();
            first = first.or(Some(naming::entry_id(&machine.space(), &me, &item.tag)));
        }
        let writes = machine.take_writes();
        // A wish that needs no entry names none; the rules of the record know no such wish.
        first
            .map(|first| (first, writes))
            .ok_or(DispatchError::Trouble(Trouble::Damaged))
    }
}

impl State {
    /// Shows what was just put into the outbox.
    pub(crate) fn show_waiting(&mut self) {
        let Some(machine) = &self.machine else { return };
        let known = self.shown_items;
        let newest = machine.cell.next_item - 1;
        let entries: Vec<_> = crate::state::waiting_after(machine, known).collect();
        let shown = Rc::make_mut(&mut self.shown);
        for entry in entries {
            shown.apply(&entry);
        }
        self.shown_items = newest;
    }
}

/// Refuses to write where the record cannot take it.
pub(super) fn check_open(state: &State) -> Result<(), DispatchError> {
    let machine = state.machine.as_ref().ok_or(DispatchError::NoSpace)?;
    if machine.alarm().is_some_and(|alarm| alarm.kind.stops()) {
        return Err(DispatchError::Alarm);
    }
    if machine.has_parted() {
        return Err(DispatchError::SpaceClosed);
    }
    if machine.cell.wants.quiet_until().is_some() {
        return Err(DispatchError::Leaving);
    }
    Ok(())
}

/// Encodes an event for the outbox.
pub(super) fn encoded(event: Event, written: &Written) -> Result<Vec<u8>, DispatchError> {
    let body = Body::new(event, written.clone())
        .encode()
        .map_err(|error| match error {
            EncodeError::Limit => DispatchError::TooLarge,
            _ => DispatchError::Trouble(Trouble::Damaged),
        })?;
    if body.len() + TAG > MAX_MESSAGE {
        Err(DispatchError::TooLarge)
    } else {
        Ok(body)
    }
}
