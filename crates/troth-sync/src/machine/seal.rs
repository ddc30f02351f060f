//! Sealing the flight: late, in order, each judged before it is sent.

use troth_core::{Body, Event, SealedAnswer};
use troth_crypto::envelope::{self, Message, Position};
use troth_wire::control::{Control, Membership};
use troth_wire::{Digest, Envelope, LogState, ShareBinding, admit};

use super::{FLIGHT, FLIGHT_BYTES, Flying, Hand, Item, Machine};
use crate::keys::SpaceKeys;
use crate::naming;

/// What the flight stands on while it is being sealed.
struct Draft {
    log: LogState,
    keys: SpaceKeys,
    bytes: usize,
}

impl Machine {
    /// Seals what waits, as far as one flight takes it.
    pub(super) fn seal(&mut self, hand: &Hand<'_>, rng: &mut crate::Rng) {
        let mut draft = Draft {
            log: self.record.log().clone(),
            keys: self.record.keys().clone(),
            bytes: 0,
        };
        self.seal_acts(&mut draft, hand, rng);
        if draft.keys.secret(draft.log.membership.epoch()).is_some()
            && !draft.log.membership.is_closed()
        {
            // Who leaves quietly shares nothing more; what waits stays where it is.
            if !self.is_silent() {
                self.seal_items(&mut draft, hand, rng);
            }
            self.seal_checkpoint(&mut draft, hand, rng);
        }
        self.seal_leaving(&mut draft, hand, rng);
        if !self.flight.is_empty() {
            self.keep_flight();
        }
    }

    fn seal_acts(&mut self, draft: &mut Draft, hand: &Hand<'_>, rng: &mut crate::Rng) {
        // Each act changes the membership; none is decided twice, so the bound is generous.
        for _ in 0..16 {
            let state = (&*draft.log.membership, &draft.keys);
            let Some(control) = self.next_act(state, hand, rng) else {
                return;
            };
            let epoch = match &control {
                Control::EpochCommit(commit) => commit.epoch,
                _ => draft.log.membership.epoch(),
            };
            let at = self.position(draft, hand, epoch);
            let envelope = envelope::sign_control(&at, &control, hand.device, rng);
            if !self.add(draft, envelope, None, hand.minute) {
                return;
            }
            if let Control::EpochCommit(commit) = &control
                && draft.keys.open_epoch(&self.cell.me, commit).is_err()
            {
                return;
            }
        }
    }

    fn seal_items(&mut self, draft: &mut Draft, hand: &Hand<'_>, rng: &mut crate::Rng) {
        let items: Vec<_> = self.outbox.iter().take(FLIGHT).cloned().collect();
        for item in items {
            let plain = naming::join(&item.tag, &item.body.0);
            if self.flight.len() >= FLIGHT || draft.bytes + plain.len() > FLIGHT_BYTES {
                return;
            }
            let epoch = draft.log.membership.epoch();
            let at = self.position(draft, hand, epoch);
            let Some(secret) = draft.keys.secret(epoch) else {
                return;
            };
            let message = Message {
                plain: &plain,
                binding: self.binding_of(&item),
            };
            let Ok(envelope) = envelope::seal(&at, message, &secret, hand.device, rng) else {
                return;
            };
            if !self.add(draft, envelope, Some(item.number), hand.minute) {
                return;
            }
        }
    }

    /// The share that an answer binds, to the question's envelope as it is now: placed, or
    /// before the answer in this flight. A question that is in neither was lost, and with it
    /// goes what the answer would open.
    fn binding_of(&self, item: &Item) -> Option<ShareBinding> {
        let (reveal, commitment) = bound_share(&item.body.0)?;
        let named =
            |tag: &naming::Tag| naming::entry_id(&self.cell.space, &self.cell.me, tag) == reveal;
        let sealed = |flying: &Flying| {
            let mut items = self.outbox.iter();
            let item = items.find(|item| Some(item.number) == flying.item);
            item.is_some_and(|item| named(&item.tag))
        };
        let placed = self.record.find_entry(&reveal);
        let placed = placed.and_then(|place| self.record.line_at(place));
        let flying = || self.flight.iter().find(|flying| sealed(flying));
        let question = placed
            .map(|line| line.id)
            .or_else(|| flying().map(|flying| flying.envelope.id()))?;
        Some(ShareBinding {
            question,
            commitment,
        })
    }

    /// Confirms the partner's entries where nothing else does, at most once a day.
    fn seal_checkpoint(&mut self, draft: &mut Draft, hand: &Hand<'_>, rng: &mut crate::Rng) {
        let day = hand.minute / (24 * 60);
        let due = self.flight.is_empty()
            && self.record.has_unconfirmed()
            && self.cell.checkpoint_day != Some(day);
        if !due {
            return;
        }
        let epoch = draft.log.membership.epoch();
        let at = self.position(draft, hand, epoch);
        let envelope = envelope::sign_checkpoint(&at, hand.device, rng);
        if self.add(draft, envelope, None, hand.minute) {
            self.cell.checkpoint_day = Some(day);
            self.keep_cell();
        }
    }

    fn seal_leaving(&mut self, draft: &mut Draft, hand: &Hand<'_>, rng: &mut crate::Rng) {
        let membership: &Membership = &draft.log.membership;
        let present = membership
            .member(&self.cell.me)
            .is_some_and(|me| me.is_present(hand.minute));
        if !self.cell.wants.leave || !present || self.flight.len() > FLIGHT {
            return;
        }
        let unsent = self.outbox.len() > self.flight.iter().filter(|f| f.item.is_some()).count();
        let goes_first = unsent && self.cell.wants.quiet_until().is_none();
        if goes_first && !membership.is_closed() && !self.flight.is_empty() {
            return;
        }
        let epoch = membership.epoch();
        let at = self.position(draft, hand, epoch);
        let envelope = envelope::sign_control(&at, &Control::Leave, hand.device, rng);
        self.add(draft, envelope, None, hand.minute);
    }

    /// Puts an envelope into the flight if it would be taken.
    fn add(
        &mut self,
        draft: &mut Draft,
        envelope: Envelope,
        item: Option<u64>,
        minute: u64,
    ) -> bool {
        let record = &self.record;
        let past = |place| record.head_at(place);
        match admit(&draft.log, &envelope, past, minute) {
            Ok(admitted) => {
                draft.log = admitted.next;
                draft.bytes += envelope.header.len() + envelope.body.len() + 80;
                self.flight.push(Flying {
                    item,
                    envelope,
                    placed: None,
                });
                true
            }
            Err(refusal) => {
                self.refused = Some(refusal);
                false
            }
        }
    }

    /// Where the device's next entry stands: counter and previous entry as the flight will have
    /// them, the seen head as verified.
    fn position(&self, draft: &Draft, hand: &Hand<'_>, epoch: u32) -> Position {
        let after = Position::after(&draft.log, self.cell.space, self.cell.me, &hand.device.id());
        let verified = self.record.log();
        Position {
            epoch,
            seen_place: verified.place,
            seen_head: verified.head,
            ..after
        }
    }
}

/// Reads which question an answer is to, and the hash of the share that opens it.
fn bound_share(body: &[u8]) -> Option<(troth_core::EntryId, Digest)> {
    match Body::decode(body).ok()?.event {
        Event::RevealAnswered {
            reveal,
            answer: SealedAnswer::Sealed { share_commit, .. },
        } => Some((reveal, Digest(share_commit))),
        _ => None,
    }
}
