//! The acts on members, grants and devices.

use super::Membership;
use crate::control::Numbers;
use crate::control::{
    Act, Caps, Card, Class, Control, Device, DeviceCert, MAX_DEVICES, MAX_MEMBERS,
    MAX_MEMBERS_EVER, Member, Proposal, Standing, Terms, keys_hash, member::Change,
};
use crate::header::Kind;
use crate::id::{DeviceId, Digest, EntryId, MemberId, PublicKey};
use crate::log::Refusal;

/// Who is to become a member.
#[derive(Clone, Copy)]
pub(super) struct Newcomer<'a> {
    pub(super) card: &'a Card,
    pub(super) devices: &'a [DeviceCert],
    pub(super) terms: Option<Terms>,
    pub(super) numbers: Option<Numbers>,
}

impl Membership {
    /// Judges the first entry of a record.
    pub(super) fn judge_first(
        &self,
        act: &Act<'_>,
        control: Option<&Control>,
    ) -> Result<Self, Refusal> {
        let (Kind::Control, Some(Control::SpaceCreate { card, devices })) = (act.kind(), control)
        else {
            return Err(Refusal::NotBegun);
        };
        if act.header.epoch != 0 {
            return Err(Refusal::WrongEpoch);
        }
        let signs = devices
            .iter()
            .any(|cert| cert.device() == act.header.device);
        if card.member != act.author() || card.class != Class::Full || !signs {
            return Err(Refusal::BadConsent);
        }
        let next = Self {
            space: Some(act.space()),
            ..Self::default()
        };
        next.check_new_member(card, devices)?;
        let founder = Newcomer {
            card,
            devices,
            terms: None,
            numbers: None,
        };
        Ok(next.with_member(founder, act.place))
    }

    /// Judges a proposal of a new member.
    pub(super) fn judge_add(
        &self,
        act: &Act<'_>,
        author: &Member,
        new: Newcomer<'_>,
    ) -> Result<Self, Refusal> {
        require_full(author)?;
        if self.closed {
            return Err(Refusal::Closed);
        }
        let Newcomer {
            card,
            devices,
            terms,
            numbers,
        } = new;
        let is_limited = card.class == Class::Limited;
        if terms.is_some() != is_limited || numbers.is_some() == is_limited {
            return Err(Refusal::WrongTerms);
        }
        self.check_new_member(card, devices)?;
        let change = Change::Add {
            card: card.clone(),
            devices: devices.to_vec(),
            terms,
            numbers,
        };
        self.propose(act, change)
    }

    fn check_new_member(&self, card: &Card, devices: &[DeviceCert]) -> Result<(), Refusal> {
        let space = self.space.ok_or(Refusal::NotBegun)?;
        if !card.is_signed(&space) {
            return Err(Refusal::BadConsent);
        }
        let twice = |member: &Member| {
            let same_person = member.card.root == card.root;
            member.card.member == card.member
                || (same_person && member.standing == Standing::Present)
        };
        if self.members.iter().any(twice) {
            return Err(Refusal::KnownAlready);
        }
        if devices.is_empty() {
            return Err(Refusal::BadCertificate);
        }
        let present = self
            .members
            .iter()
            .filter(|member| member.standing == Standing::Present);
        if present.count() >= MAX_MEMBERS
            || self.members.len() >= MAX_MEMBERS_EVER
            || devices.len() > MAX_DEVICES
        {
            return Err(Refusal::TooMany);
        }
        for (index, cert) in devices.iter().enumerate() {
            self.check_new_device(&card.root, cert)?;
            if devices
                .iter()
                .skip(index + 1)
                .any(|other| other.key == cert.key)
            {
                return Err(Refusal::KnownAlready);
            }
        }
        Ok(())
    }

    /// Checks a certificate. A device may come back only with the same person who left.
    fn check_new_device(&self, root: &PublicKey, cert: &DeviceCert) -> Result<(), Refusal> {
        if !cert.is_signed_by(root) {
            return Err(Refusal::BadCertificate);
        }
        let Some(known) = self.device(&cert.device()) else {
            return Ok(());
        };
        if known.ended.is_some() {
            return Err(Refusal::EndedDevice);
        }
        let owner = self.member(&known.member);
        let returns = owner.is_some_and(|owner| {
            owner.card.root == *root && matches!(owner.standing, Standing::Gone { .. })
        });
        if returns {
            Ok(())
        } else {
            Err(Refusal::KnownAlready)
        }
    }

    /// Puts the author's hand to a change, which takes effect if no other is missing.
    ///
    /// One proposal about a member is open at a time, so that nobody agrees to another one than
    /// they read.
    fn propose(&self, act: &Act<'_>, change: Change) -> Result<Self, Refusal> {
        let about = change.member();
        if self
            .proposals
            .iter()
            .any(|open| open.change.member() == about)
        {
            return Err(Refusal::KnownAlready);
        }
        if self.proposals.len() >= MAX_MEMBERS {
            return Err(Refusal::TooMany);
        }
        let proposal = Proposal {
            id: act.id,
            change,
            hands: vec![act.author()],
        };
        let mut next = self.clone();
        next.proposals.push(proposal);
        next.settle(act, &act.id)
    }

    /// Judges a further hand to a proposal.
    pub(super) fn judge_countersign(
        &self,
        act: &Act<'_>,
        author: &Member,
        of: &EntryId,
    ) -> Result<Self, Refusal> {
        require_full(author)?;
        let mut next = self.clone();
        let proposal = next
            .proposals
            .iter_mut()
            .find(|proposal| proposal.id == *of);
        let proposal = proposal.ok_or(Refusal::NoProposal)?;
        if proposal.hands.contains(&act.author()) {
            return Err(Refusal::AgreedAlready);
        }
        proposal.hands.push(act.author());
        next.settle(act, of)
    }

    /// Lets a proposal take effect when all full members put their hands to it.
    fn settle(mut self, act: &Act<'_>, of: &EntryId) -> Result<Self, Refusal> {
        let index = self
            .proposals
            .iter()
            .position(|proposal| proposal.id == *of);
        let index = index.ok_or(Refusal::NoProposal)?;
        let complete = self.proposals.get(index).is_some_and(|proposal| {
            self.list_full()
                .all(|member| proposal.hands.contains(&member.card.member))
        });
        if !complete {
            return Ok(self);
        }
        match self.proposals.remove(index).change {
            Change::Add {
                card,
                devices,
                terms,
                numbers,
            } => {
                // Time passed since the proposal: it must still fit.
                self.check_new_member(&card, &devices)?;
                let (card, devices) = (&card, devices.as_slice());
                let new = Newcomer {
                    card,
                    devices,
                    terms,
                    numbers,
                };
                Ok(self.with_member(new, act.place))
            }
            Change::Widen { member, terms } => Ok(self.with_terms(&member, terms)),
        }
    }

    fn with_member(mut self, new: Newcomer<'_>, since: u64) -> Self {
        let Newcomer {
            card,
            devices,
            terms,
            numbers,
        } = new;
        let member = card.member;
        if card.class == Class::Full {
            self.history_stale = true;
            self.members
                .iter_mut()
                .for_each(|member| member.verified = false);
        }
        let (card, standing) = (card.clone(), Standing::Present);
        self.members.push(Member {
            card,
            terms,
            standing,
            since,
            verified: false,
            numbers,
        });
        devices
            .iter()
            .for_each(|cert| self.put_device(member, cert));
        self
    }

    fn put_device(&mut self, member: MemberId, cert: &DeviceCert) {
        let device = Device {
            id: cert.device(),
            member,
            key: cert.key,
            ended: None,
        };
        self.devices.retain(|known| known.id != device.id);
        self.devices.push(device);
    }

    fn with_terms(mut self, id: &MemberId, terms: Terms) -> Self {
        let member = self
            .members
            .iter_mut()
            .find(|member| member.card.member == *id);
        if let Some(member) = member {
            member.terms = Some(terms);
        }
        self
    }

    /// Judges new terms: narrower ones hold at once, wider ones wait for all hands.
    pub(super) fn judge_grant(
        &self,
        act: &Act<'_>,
        author: &Member,
        (id, terms, has_bundle): (&MemberId, &Terms, bool),
    ) -> Result<Self, Refusal> {
        require_full(author)?;
        let member = self
            .member(id)
            .filter(|member| member.standing == Standing::Present);
        let old = member
            .ok_or(Refusal::NoSuchMember)?
            .terms
            .ok_or(Refusal::NotAllowed)?;
        if terms.from.place == old.from.place && terms.from != old.from {
            return Err(Refusal::WrongTerms);
        }
        if has_bundle || is_wider(terms, &old) {
            if self.closed {
                return Err(Refusal::Closed);
            }
            return self.propose(
                act,
                Change::Widen {
                    member: *id,
                    terms: *terms,
                },
            );
        }
        let mut next = self.clone().with_terms(id, *terms);
        next.drop_proposals_about(id);
        Ok(next)
    }

    /// Judges the end of somebody else's membership, or of a proposal to begin it.
    pub(super) fn judge_revoke(
        &self,
        act: &Act<'_>,
        author: &Member,
        id: &MemberId,
    ) -> Result<Self, Refusal> {
        require_full(author)?;
        if *id == act.author() {
            return Err(Refusal::NotAllowed);
        }
        let proposed = self
            .proposals
            .iter()
            .any(|proposal| proposal.change.member() == *id);
        match self.member(id) {
            Some(member) if member.standing == Standing::Present => Ok(self.without(id, act.place)),
            _ if proposed => {
                let mut next = self.clone();
                next.drop_proposals_about(id);
                Ok(next)
            }
            _ => Err(Refusal::NoSuchMember),
        }
    }

    /// Ends a membership.
    pub(super) fn without(&self, id: &MemberId, at: u64) -> Self {
        let mut next = self.clone();
        next.drop_proposals_about(id);
        let member = next
            .members
            .iter_mut()
            .find(|member| member.card.member == *id);
        let Some(member) = member else {
            return next;
        };
        member.standing = Standing::Gone { at };
        if member.card.class == Class::Full {
            next.history_stale = true;
            next.closed = true;
            next.proposals.clear();
        }
        next
    }

    fn drop_proposals_about(&mut self, id: &MemberId) {
        self.proposals
            .retain(|proposal| proposal.change.member() != *id);
    }

    /// Judges a new device of the author, who may sign with it already.
    pub(super) fn judge_device_add(
        &self,
        act: &Act<'_>,
        author: &Member,
        cert: &DeviceCert,
    ) -> Result<Self, Refusal> {
        if act.kind() != Kind::Control {
            return Err(Refusal::NotAllowed);
        }
        if act.header.epoch != self.epoch {
            return Err(Refusal::StaleEpoch { newest: self.epoch });
        }
        if cert.device() != act.header.device {
            self.check_device(act)?;
        }
        let own = self
            .devices
            .iter()
            .filter(|device| device.member == act.author());
        if own.count() >= MAX_DEVICES {
            return Err(Refusal::TooMany);
        }
        self.check_new_device(&author.card.root, cert)?;
        let mut next = self.clone();
        next.put_device(act.author(), cert);
        Ok(next)
    }

    /// Judges the end of a device of the author.
    pub(super) fn judge_device_revoke(
        &self,
        act: &Act<'_>,
        id: &DeviceId,
    ) -> Result<Self, Refusal> {
        let mut next = self.clone();
        let device = next.devices.iter_mut().find(|device| device.id == *id);
        let device = device.ok_or(Refusal::UnknownDevice)?;
        if device.member != act.author() {
            return Err(Refusal::NotAllowed);
        }
        if device.ended.is_some() {
            return Err(Refusal::EndedDevice);
        }
        device.ended = Some(act.place);
        next.stale = true;
        next.history_stale = true;
        Ok(next)
    }

    /// Judges a newer receiving key of the author.
    pub(super) fn judge_rotate(&self, author: &Member, card: &Card) -> Result<Self, Refusal> {
        let space = self.space.ok_or(Refusal::NotBegun)?;
        let old = &author.card;
        let same = old.member == card.member && old.class == card.class && old.root == card.root;
        if !same || !card.is_signed(&space) {
            return Err(Refusal::BadConsent);
        }
        if card.kem.generation <= old.kem.generation {
            return Err(Refusal::KnownAlready);
        }
        let mut next = self.clone();
        let member = next
            .members
            .iter_mut()
            .find(|member| member.card.member == card.member);
        if let Some(member) = member {
            member.card = card.clone();
        }
        next.stale = true;
        next.history_stale |= card.class == Class::Full;
        Ok(next)
    }

    /// Judges the statement that the six words were compared.
    pub(super) fn judge_verified(&self, author: &Member, keys: &Digest) -> Result<Self, Refusal> {
        require_full(author)?;
        let space = self.space.ok_or(Refusal::NotBegun)?;
        let name = |member: &Member| (member.card.member, member.card.root);
        let people: Vec<_> = self.list_full().map(name).collect();
        if people.len() < 2 || keys_hash(&space, &people) != *keys {
            return Err(Refusal::WrongKeys);
        }
        let mut next = self.clone();
        let id = author.card.member;
        if let Some(member) = next
            .members
            .iter_mut()
            .find(|member| member.card.member == id)
        {
            member.verified = true;
        }
        Ok(next)
    }
}

/// Refuses whoever is not a full member.
pub(super) fn require_full(author: &Member) -> Result<(), Refusal> {
    match author.card.class {
        Class::Full => Ok(()),
        Class::Limited => Err(Refusal::NotAllowed),
    }
}

fn is_wider(new: &Terms, old: &Terms) -> bool {
    let longer = match (new.until, old.until) {
        (None, Some(_)) => true,
        (Some(new), Some(old)) => new > old,
        (_, None) => false,
    };
    longer || new.from.place < old.from.place || !old.caps.allow(Caps(new.caps.0))
}
