//! Acts on the shared space itself: confirming the words, saying that they differ, leaving.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use troth_crypto::stretch::Stretch;

use super::reading::moment;
use super::{Client, session};
use crate::journal::Journal;
use crate::machine::Wants;
use crate::relay::Relay;
use crate::state::State;
use crate::trouble::{DispatchError, Trouble};
use crate::view::AlarmKind;

/// The most days from the wish to leave to leaving.
const LONGEST_QUIET: i32 = 30;

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Says that the six words are the same on both screens.
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

    /// Stops all sharing now and leaves by itself at the first synchronisation on or after a day
    /// (L-2), which begins at midnight where this device is. Until then the space looks as
    /// before: entries of the partner are read and confirmed, and nothing tells of it.
    ///
    /// # Errors
    ///
    /// [`DispatchError::BadDay`] unless the day is 1 to 30 days ahead;
    /// [`DispatchError::SpaceClosed`] where there is nothing to leave any more.
    pub async fn leave_quietly(&self, day: Date) -> Result<(), DispatchError> {
        let now = self.now();
        let ahead = (day - now.local().date()).get_days();
        if !(1..=LONGEST_QUIET).contains(&ahead) {
            return Err(DispatchError::BadDay);
        }
        let zone = TimeZone::get(&now.zone).unwrap_or(TimeZone::UTC);
        let begins = day.to_zoned(zone).map_err(|_| DispatchError::BadDay)?;
        let minute = u64::try_from(begins.timestamp().as_second()).unwrap_or_default() / 60;
        self.check_not_left().await?;
        self.want(|wants| wants.be_quiet(Some(minute))).await
    }

    /// Takes leaving on a day back. What waited is sent with the next synchronisation.
    ///
    /// # Errors
    ///
    /// [`DispatchError::SpaceClosed`] when the day has come and the person has left.
    pub async fn stay(&self) -> Result<(), DispatchError> {
        self.check_not_left().await?;
        if self.leaving().is_none() {
            return Ok(());
        }
        self.want(|wants| wants.be_quiet(None)).await
    }

    /// Tells when this person leaves, if they leave on a day; nobody else is told.
    #[must_use]
    pub fn leaving(&self) -> Option<Timestamp> {
        let state = self.state();
        let machine = state.machine.as_ref()?;
        if machine.has_parted() {
            return None;
        }
        moment(machine.cell.wants.quiet_until()?)
    }

    /// Leaves, if the day has come.
    pub(super) async fn step_leaving(&self) -> Result<(), Trouble> {
        let minute = self.minute();
        let due = {
            let state = self.state();
            let machine = state.machine.as_ref();
            machine.is_some_and(|machine| {
                let wants = &machine.cell.wants;
                !machine.has_parted() && wants.quiet_until().is_some_and(|until| until <= minute)
            })
        };
        if !due {
            return Ok(());
        }
        match self.leave_space().await {
            Err(DispatchError::Trouble(trouble)) => Err(trouble),
            _ => Ok(()),
        }
    }

    async fn check_not_left(&self) -> Result<(), DispatchError> {
        let _entered = self.enter().await?;
        let state = self.state();
        let machine = state.machine.as_ref().ok_or(DispatchError::NoSpace)?;
        if machine.has_parted() {
            return Err(DispatchError::SpaceClosed);
        }
        Ok(())
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
            kept.promised = cell.promised;
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
