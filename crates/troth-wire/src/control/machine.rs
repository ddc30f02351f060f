//! The membership machine: total, pure, the same on both sides.
//!
//! # Invariants
//!
//! 1. **All hands to widen.** Nobody becomes a member, and no grant grows, before every full
//!    member of that moment put a hand to it, and the new member consented.
//! 2. **One hand to narrow.** Any full member ends or narrows at once; anyone leaves alone.
//! 3. **Stale until rekeyed.** Content is refused unless the newest epoch's recipients are
//!    exactly the present members with their newest keys.
//! 4. **Closed after parting.** When a full member has gone, nobody is added and no content is
//!    written any more.
//! 5. **Total.** Any act in any state gives a new state or a refusal.
//!
//! Specified in `docs/protocol/control.md`.

use core::ops::RangeInclusive;

use minicbor::{Decode, Encode};

use super::{Act, Caps, Class, Control, Device, Member, Proposal, Standing};
use crate::header::Kind;
use crate::id::{DeviceId, MemberId, PublicKey, SpaceId};
use crate::log::Refusal;

mod acts;
mod epochs;

use acts::Newcomer;

/// Who is a member of a space, with which devices, in which epoch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Membership {
    #[n(0)]
    space: Option<SpaceId>,
    #[n(1)]
    members: Vec<Member>,
    #[n(2)]
    devices: Vec<Device>,
    #[n(3)]
    proposals: Vec<Proposal>,
    #[n(4)]
    epoch: u32,
    #[n(5)]
    epoch_minute: u64,
    /// In rising order.
    #[n(6)]
    recipients: Vec<MemberId>,
    #[n(7)]
    history_generation: u32,
    /// A key changed since the epoch began.
    #[n(8)]
    stale: bool,
    /// A key of a full member changed since the history key was made.
    #[n(9)]
    history_stale: bool,
    #[n(10)]
    closed: bool,
}

impl Membership {
    /// Judges an act, and returns the membership after it if that is another one.
    ///
    /// The signature, the chain and the seen head of the entry are [`admit`](crate::admit)'s
    /// matter; here only who may do what is judged.
    ///
    /// # Errors
    ///
    /// The first [`Refusal`] that applies.
    pub fn judge(&self, act: &Act<'_>, control: Option<&Control>) -> Result<Option<Self>, Refusal> {
        if self.space.is_none() {
            return self.judge_first(act, control).map(Some);
        }
        if self.space != Some(act.space()) {
            return Err(Refusal::WrongSpace);
        }
        let author = self
            .member(&act.author())
            .filter(|author| author.is_present(act.minute));
        let author = author.ok_or(Refusal::NotAMember)?;
        if let Some(Control::DeviceAdd { cert }) = control {
            return self.judge_device_add(act, author, cert).map(Some);
        }
        self.check_device(act)?;
        match (act.kind(), control) {
            (Kind::Content, None) => self.judge_write(act, author, Caps::CONTENT).map(|()| None),
            (Kind::Checkpoint, None) => self
                .judge_write(act, author, Caps::CHECKPOINT)
                .map(|()| None),
            (Kind::Control, Some(control)) => self.judge_control(act, author, control).map(Some),
            (Kind::Erase, _) => Err(Refusal::Reserved),
            _ => Err(Refusal::NotAllowed),
        }
    }

    fn check_device(&self, act: &Act<'_>) -> Result<(), Refusal> {
        match self.device(&act.header.device) {
            Some(device) if device.member != act.author() => Err(Refusal::UnknownDevice),
            Some(device) if device.ended.is_some() => Err(Refusal::EndedDevice),
            Some(_) => Ok(()),
            None => Err(Refusal::UnknownDevice),
        }
    }

    fn judge_write(&self, act: &Act<'_>, author: &Member, cap: Caps) -> Result<(), Refusal> {
        if self.closed && cap == Caps::CONTENT {
            return Err(Refusal::Closed);
        }
        let allowed = match author.card.class {
            Class::Full => true,
            Class::Limited => author.terms.is_some_and(|terms| terms.caps.allow(cap)),
        };
        if !allowed {
            return Err(Refusal::NotAllowed);
        }
        if act.header.epoch != self.epoch || self.is_stale(act.minute) {
            return Err(Refusal::StaleEpoch { newest: self.epoch });
        }
        Ok(())
    }

    fn judge_control(
        &self,
        act: &Act<'_>,
        author: &Member,
        control: &Control,
    ) -> Result<Self, Refusal> {
        if let Control::EpochCommit(commit) = control {
            return self.judge_commit(act, author, commit);
        }
        if act.header.epoch != self.epoch {
            return Err(Refusal::StaleEpoch { newest: self.epoch });
        }
        match control {
            Control::SpaceCreate { .. } => Err(Refusal::BegunAlready),
            Control::MemberAdd {
                card,
                devices,
                terms,
                bundle: _,
                numbers,
            } => {
                let new = Newcomer {
                    card,
                    devices,
                    terms: *terms,
                    numbers: *numbers,
                };
                self.judge_add(act, author, new)
            }
            Control::Countersign { of } => self.judge_countersign(act, author, of),
            Control::Grant {
                member,
                terms,
                bundle,
            } => self.judge_grant(act, author, (member, terms, bundle.is_some())),
            Control::Revoke { member } => self.judge_revoke(act, author, member),
            Control::Leave => Ok(self.without(&act.author(), act.place)),
            Control::DeviceRevoke { device } => self.judge_device_revoke(act, device),
            Control::KemRotate { card } => self.judge_rotate(author, card),
            Control::VerifiedInPerson { keys } => self.judge_verified(author, keys),
            Control::DeviceAdd { .. } | Control::EpochCommit(_) => Err(Refusal::NotAllowed),
            Control::Erase { .. } => Err(Refusal::Reserved),
        }
    }

    /// Tells whether the space was created.
    #[must_use]
    pub const fn has_begun(&self) -> bool {
        self.space.is_some()
    }

    /// Returns the space.
    #[must_use]
    pub const fn space(&self) -> Option<SpaceId> {
        self.space
    }

    /// Returns everybody who is or was a member, in order of joining.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Looks up a present or former member.
    #[must_use]
    pub fn member(&self, id: &MemberId) -> Option<&Member> {
        self.members.iter().find(|member| member.card.member == *id)
    }

    /// Finds the present or former member with this user root.
    ///
    /// Of several, the last to join.
    #[must_use]
    pub fn find_by_root(&self, root: &PublicKey) -> Option<&Member> {
        self.members
            .iter()
            .rev()
            .find(|member| member.card.root == *root)
    }

    /// Lists the members that are present at this minute, in rising order of their ids.
    #[must_use]
    pub fn list_present(&self, minute: u64) -> Vec<&Member> {
        let present = self
            .members
            .iter()
            .filter(|member| member.is_present(minute));
        let mut present: Vec<_> = present.collect();
        present.sort_unstable_by_key(|member| member.card.member);
        present
    }

    /// Lists the full members who have not gone, in order of joining.
    pub fn list_full(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.is_full())
    }

    /// Returns every device that the space ever knew.
    #[must_use]
    pub fn devices(&self) -> &[Device] {
        &self.devices
    }

    /// Looks up a device.
    #[must_use]
    pub fn device(&self, id: &DeviceId) -> Option<&Device> {
        self.devices.iter().find(|device| device.id == *id)
    }

    /// Returns the proposals that wait for hands.
    #[must_use]
    pub fn proposals(&self) -> &[Proposal] {
        &self.proposals
    }

    /// Returns the newest epoch; 0 before the first.
    #[must_use]
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Returns the minute at which the newest epoch began.
    #[must_use]
    pub const fn epoch_minute(&self) -> u64 {
        self.epoch_minute
    }

    /// Returns the recipients of the newest epoch, in rising order.
    #[must_use]
    pub fn recipients(&self) -> &[MemberId] {
        &self.recipients
    }

    /// Returns the generation of the history key; 0 before the first epoch.
    #[must_use]
    pub const fn history_generation(&self) -> u32 {
        self.history_generation
    }

    /// Tells whether the next epoch must make a new history key.
    #[must_use]
    pub const fn needs_new_history_key(&self) -> bool {
        self.history_stale || self.history_generation == 0
    }

    /// Tells whether an epoch must begin before anything is written.
    #[must_use]
    pub fn is_stale(&self, minute: u64) -> bool {
        let present = self.list_present(minute);
        self.epoch == 0
            || self.stale
            || !present
                .iter()
                .map(|member| &member.card.member)
                .eq(&self.recipients)
    }

    /// Tells whether a full member has gone, after which nothing new is written.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Returns the places that the member may read at this minute.
    ///
    /// Who was full keeps the right to all that was there when they went; who was limited
    /// keeps nothing.
    #[must_use]
    pub fn readable(&self, id: &MemberId, minute: u64) -> Option<RangeInclusive<u64>> {
        let member = self.member(id)?;
        match (member.card.class, member.standing, member.terms) {
            (Class::Full, Standing::Present, _) => Some(1..=u64::MAX),
            (Class::Full, Standing::Gone { at }, _) => Some(1..=at),
            (Class::Limited, Standing::Present, Some(terms)) if !member.is_lapsed(minute) => {
                Some(terms.from.place.saturating_add(1)..=u64::MAX)
            }
            (Class::Limited, _, _) => None,
        }
    }
}

#[cfg(test)]
mod any_order;
#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
