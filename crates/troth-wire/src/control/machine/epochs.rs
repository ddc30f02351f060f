//! The beginning of an epoch.

use super::Membership;
use super::acts::require_full;
use crate::control::{Act, EpochCommit, Member, SEALED_KEY_LEN, WRAP_LEN};
use crate::log::Refusal;

impl Membership {
    /// Judges a new epoch: the next one, for exactly the members that are present.
    ///
    /// What the wraps hold cannot be judged here; each recipient checks it against the key
    /// commitment.
    pub(super) fn judge_commit(
        &self,
        act: &Act<'_>,
        author: &Member,
        commit: &EpochCommit,
    ) -> Result<Self, Refusal> {
        require_full(author)?;
        if Some(commit.epoch) != self.epoch.checked_add(1) || act.header.epoch != commit.epoch {
            return Err(Refusal::WrongEpoch);
        }
        self.check_history(commit)?;
        let present = self.list_present(act.minute);
        let fits = commit.wraps.len() == present.len()
            && commit.wraps.iter().zip(&present).all(|(wrap, member)| {
                wrap.member == member.card.member
                    && wrap.key == member.card.kem.id()
                    && wrap.bytes.0.len() == WRAP_LEN
            });
        if !fits {
            return Err(Refusal::WrongRecipients);
        }
        let mut next = self.clone();
        next.epoch = commit.epoch;
        next.epoch_minute = act.minute;
        next.recipients = commit.wraps.iter().map(|wrap| wrap.member).collect();
        next.history_generation = commit.history_generation;
        next.stale = false;
        next.history_stale = false;
        Ok(next)
    }

    /// Checks that the history key rises by one when it must, and links back when it rises.
    fn check_history(&self, commit: &EpochCommit) -> Result<(), Refusal> {
        let old = self.history_generation;
        let rises = Some(commit.history_generation) == old.checked_add(1);
        let stays = commit.history_generation == old && !self.needs_new_history_key();
        let links = commit.history_back.as_ref().map(|back| back.0.len());
        let linked = match links {
            Some(length) => rises && old > 0 && length == SEALED_KEY_LEN,
            None => stays || old == 0,
        };
        if (rises || stays) && linked && commit.secret.0.len() == SEALED_KEY_LEN {
            Ok(())
        } else {
            Err(Refusal::WrongHistory)
        }
    }
}
