//! Acts on the shared space itself: confirming the words, saying that they differ, leaving.

use troth_crypto::stretch::Stretch;

use super::{Client, session};
use crate::journal::Journal;
use crate::machine::Wants;
use crate::relay::Relay;
use crate::state::State;
use crate::trouble::DispatchError;
use crate::view::AlarmKind;

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Says that the six words are the same on both screens. It is written into the record as
    /// soon as both are members.
    ///
    /// # Errors
    ///
    /// [`DispatchError::NoWords`] while there is nobody to compare with.
    pub async fn confirm_words(&self) -> Result<(), DispatchError> {
        if self.words().is_none() {
            return Err(DispatchError::NoWords);
        }
        self.want(|wants| wants.confirmed = true).await
    }

    /// Says that the six words differ: somebody stands between the two. The other member is
    /// removed, and the space takes nothing more.
    ///
    /// # Errors
    ///
    /// [`DispatchError::NoWords`] while there is nobody to compare with.
    pub async fn words_differ(&self) -> Result<(), DispatchError> {
        if self.words().is_none() {
            return Err(DispatchError::NoWords);
        }
        let partner = {
            let state = self.state();
            let partner = state
                .machine
                .as_ref()
                .and_then(|machine| machine.record().partner());
            partner.map(|partner| partner.card.member)
        };
        self.want(|wants| {
            wants.confirmed = false;
            wants.remove = partner;
            // Who is not a member yet has nobody to remove, and goes.
            wants.leave = partner.is_none();
        })
        .await
    }

    /// Leaves the space, alone and without a reason (L-1). What was written stays readable and
    /// exportable here.
    ///
    /// # Errors
    ///
    /// [`DispatchError::NoSpace`] where there is none.
    pub async fn leave_space(&self) -> Result<(), DispatchError> {
        self.want(|wants| wants.leave = true).await
    }

    async fn want(&self, change: impl FnOnce(&mut Wants)) -> Result<(), DispatchError> {
        let _entered = self.enter().await?;
        let writes = {
            let mut state = self.state_mut();
            let machine = state.machine.as_mut().ok_or(DispatchError::NoSpace)?;
            change(&mut machine.cell.wants);
            machine.keep_cell();
            let mut writes = machine.take_writes();
            state.share_wants();
            writes.push(session::shared_write(&state));
            writes
        };
        self.commit(writes).await?;
        Ok(())
    }
}

impl State {
    /// Tells the person's other devices what is wanted of the newest space.
    pub(crate) fn share_wants(&mut self) {
        let Some(machine) = &self.machine else { return };
        let cell = machine.cell.clone();
        let left = cell.wants.leave;
        let partner = machine.record().partner().map(|partner| partner.card.root);
        if let Some(kept) = self.shared.space_mut(&cell.space) {
            kept.wants = cell.wants;
            kept.invited = cell.invited;
            kept.pinned = cell.pinned;
            kept.partner_name = cell.partner_name;
            kept.founder = cell.founder;
        }
        if let Some(root) = partner.filter(|_| left)
            && !self.shared.refused.contains(&root)
        {
            // From now on, invitations of this person are refused silently (L-3).
            self.shared.refused.push(root);
        }
        self.shared_dirty = true;
    }

    /// Raises the alarm about differing words once the other member is out.
    pub(crate) fn settle_words_alarm(&mut self) {
        let Some(machine) = &mut self.machine else {
            return;
        };
        let Some(removed) = machine.cell.wants.remove else {
            return;
        };
        let membership = &machine.record().log().membership;
        if membership
            .member(&removed)
            .is_some_and(|member| !member.is_full())
        {
            let place = Some(machine.record().place());
            machine.raise(AlarmKind::WordsDiffer, place, Vec::new());
        }
    }
}
