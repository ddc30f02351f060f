//! What the membership still lacks of what this person wants.

use troth_wire::control::{Control, Membership, ROTATE_AFTER_MINUTES, keys_hash};

use super::{Hand, Machine};
use crate::keys::SpaceKeys;

impl Machine {
    /// Decides the next act on the membership, in the state that the flight will have reached.
    pub(super) fn next_act(
        &self,
        (membership, keys): (&Membership, &SpaceKeys),
        hand: &Hand<'_>,
        rng: &mut crate::Rng,
    ) -> Option<Control> {
        let wants = &self.cell.wants;
        if !membership.has_begun() {
            let begun = Control::SpaceCreate {
                card: hand.card.clone(),
                devices: vec![hand.cert],
            };
            return wants.begin.then_some(begun);
        }
        let me = membership
            .member(&self.cell.me)
            .filter(|me| me.is_present(hand.minute))?;
        if membership.device(&hand.device.id()).is_none() {
            return Some(Control::DeviceAdd { cert: hand.cert });
        }
        if membership
            .device(&hand.device.id())
            .is_some_and(|device| device.ended.is_some())
        {
            return None;
        }
        if hand.card.kem.generation > me.card.kem.generation {
            return Some(Control::KemRotate {
                card: hand.card.clone(),
            });
        }
        self.act_on_others(membership)
            .or_else(|| self.confirmation(membership))
            .or_else(|| self.next_epoch(membership, keys, hand, rng))
    }

    fn act_on_others(&self, membership: &Membership) -> Option<Control> {
        let wants = &self.cell.wants;
        if let Some(guest) = &wants.guest
            && membership.find_by_root(&guest.card.root).is_none()
            && wants.remove.is_none()
            && !membership.is_closed()
        {
            let (card, devices) = (guest.card.clone(), guest.devices.clone());
            return Some(Control::MemberAdd {
                card,
                devices,
                terms: None,
                bundle: None,
                numbers: Some(guest.numbers),
            });
        }
        if let Some(member) = wants.remove
            && membership
                .member(&member)
                .is_some_and(troth_wire::control::Member::is_full)
        {
            return Some(Control::Revoke { member });
        }
        let ends = wants.end_devices.iter().copied();
        let mut ends = ends.filter_map(|id| membership.device(&id));
        let ended = ends.find(|device| device.ended.is_none() && device.member == self.cell.me)?;
        Some(Control::DeviceRevoke { device: ended.id })
    }

    fn confirmation(&self, membership: &Membership) -> Option<Control> {
        let space = membership.space()?;
        let people: Vec<_> = membership
            .list_full()
            .map(|member| (member.card.member, member.card.root))
            .collect();
        let verified = membership
            .member(&self.cell.me)
            .is_some_and(|me| me.verified);
        let due = self.cell.wants.confirmed && !verified && people.len() > 1;
        due.then(|| Control::VerifiedInPerson {
            keys: keys_hash(&space, &people),
        })
    }

    /// Begins an epoch where one is needed, and weekly at the first write.
    fn next_epoch(
        &self,
        membership: &Membership,
        keys: &SpaceKeys,
        hand: &Hand<'_>,
        rng: &mut crate::Rng,
    ) -> Option<Control> {
        let age = hand.minute.saturating_sub(membership.epoch_minute());
        let writes = !self.outbox.is_empty() && self.cell.wants.quiet_until().is_none();
        let old = age >= ROTATE_AFTER_MINUTES && writes;
        // No key is given to a receiving key that is not this person's.
        let strange = self.cell.strange.is_some();
        if strange || membership.is_closed() || !(old || membership.is_stale(hand.minute)) {
            return None;
        }
        let commit = keys.begin_epoch(membership, hand.minute, rng)?;
        Some(Control::EpochCommit(commit))
    }
}
