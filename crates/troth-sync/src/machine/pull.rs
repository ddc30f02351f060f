//! Reading: every page is compared with the server's own word and judged entry by entry.

use troth_wire::api::Entries;
use troth_wire::{Control, Header, Placed, Receipt, strict};

use super::{AlarmKind, Flying, Hand, Machine, Phase, keys};
use crate::journal::{Shelf, Write};
use crate::naming;
use crate::record::{NotTaken, Record, Wrong};

/// How many restores within one synchronisation are believed; a server that claims one at every
/// answer would keep it going for ever.
const MOST_RESTORES: usize = 8;

impl Machine {
    /// The place after which to read.
    pub(super) fn pull_after(&self) -> u64 {
        match &self.rebuilding {
            Some(rebuilding) => rebuilding.place(),
            None => self.record.place(),
        }
    }

    /// Checks the server's word: its signature, and against its word of before.
    ///
    /// Returns whether the server says that it was restored since.
    pub(super) fn check_receipt(&mut self, receipt: &Receipt, hand: &Hand<'_>) -> bool {
        let proof = |known: Option<&Receipt>| strict::encode(&(known, receipt));
        if receipt.space != self.cell.space || !receipt.is_signed_by(&hand.log_key) {
            self.raise(AlarmKind::Altered, None, proof(None));
            return false;
        }
        if let Some(known) = self.cell.receipt
            && known.contradicts(receipt)
        {
            self.raise(
                AlarmKind::Equivocated,
                Some(receipt.place),
                proof(Some(&known)),
            );
            return false;
        }
        if self.cell.receipt.is_none() && self.cell.expected.is_none() {
            self.cell.log_epoch = receipt.log_epoch;
        }
        if receipt.log_epoch < self.cell.log_epoch {
            let known = self.cell.receipt;
            self.raise(
                AlarmKind::RolledBack,
                Some(receipt.place),
                proof(known.as_ref()),
            );
            return false;
        }
        if receipt.log_epoch > self.cell.log_epoch {
            if self.restored_to != Some(receipt.log_epoch) && self.restores < MOST_RESTORES {
                // It went back once more: what it took meanwhile is gone again.
                self.restores += 1;
                self.gave = None;
            }
            self.restored_to = Some(receipt.log_epoch);
            self.was_restored = true;
        }
        self.restored_to.is_some()
    }

    /// Takes a page in.
    pub(super) fn on_entries(&mut self, page: &Entries, hand: &Hand<'_>) {
        let restored = self.check_receipt(&page.receipt, hand);
        if self.cell.alarm.is_some() {
            return;
        }
        if self.rebuilding.is_some() {
            self.on_rebuilding(page);
            return;
        }
        if !self.check_newest(&page.receipt, restored) {
            return;
        }
        for (index, placed) in page.entries.iter().enumerate() {
            match self.record.take(placed) {
                Ok(taken) => self.on_taken(placed, &taken, hand),
                Err(NotTaken::KeyAwaited) => {
                    // The next synchronisation fetches the keyring first.
                    self.phase = Phase::Idle;
                    return;
                }
                Err(NotTaken::Newer) => {
                    self.newer = true;
                    self.phase = Phase::Idle;
                    return;
                }
                Err(NotTaken::Wrong(_)) if restored => {
                    self.start_rebuilding();
                    return;
                }
                Err(NotTaken::Wrong(wrong)) => {
                    let rest = page.entries.get(index..).unwrap_or_default();
                    self.raise_about(wrong, rest, &page.receipt);
                    return;
                }
            }
        }
        if !page.more {
            self.on_all_read(page, restored);
        }
    }

    /// Compares the server's newest place with what is verified here. Returns whether to go on.
    fn check_newest(&mut self, receipt: &Receipt, restored: bool) -> bool {
        let here = self.record.place();
        let same =
            receipt.place <= here && self.record.head_at(receipt.place) == Some(receipt.head);
        if receipt.place > here || (receipt.place == here && same) {
            return true;
        }
        match (restored, same) {
            (true, true) => self.give_back_after(receipt.place),
            (true, false) => self.start_rebuilding(),
            (false, true) => {
                let proof = strict::encode(&(self.cell.receipt.as_ref(), receipt));
                self.raise_missing(receipt.place, proof);
            }
            (false, false) => self.raise_about_state(AlarmKind::Forked, receipt),
        }
        false
    }

    fn raise_about_state(&mut self, kind: AlarmKind, receipt: &Receipt) {
        let proof = strict::encode(&(self.cell.receipt.as_ref(), receipt));
        self.raise(kind, Some(receipt.place), proof);
    }

    /// Names what is wrong with the first of the entries, knowing those after it.
    fn raise_about(&mut self, wrong: Wrong, rest: &[Placed], receipt: &Receipt) {
        let out_of_order = matches!(wrong.kind, AlarmKind::Dropped | AlarmKind::Forked)
            && rest.iter().skip(1).any(|later| self.would_follow(later));
        let kind = if out_of_order {
            AlarmKind::Reordered
        } else {
            wrong.kind
        };
        let proof = strict::encode(&(rest.first(), receipt));
        self.raise(kind, Some(wrong.place), proof);
    }

    /// Tells whether an entry, wherever it is shown, is the one that belongs next.
    fn would_follow(&self, later: &Placed) -> bool {
        let place = self.record.place() + 1;
        let id = later.envelope.id();
        let minute = later.received.max(self.record.log().minute);
        let head = self.record.log().head.next(&id, minute);
        let placed = Placed {
            place,
            head,
            ..later.clone()
        };
        Record::clone(&self.record).take(&placed).is_ok()
    }

    fn on_taken(&mut self, placed: &Placed, taken: &(Header, Option<Control>), hand: &Hand<'_>) {
        self.keep_placed(placed);
        let id = self.record.newest();
        let (header, _) = taken;
        let mine = header.device == hand.device.id();
        let flown = self
            .flight
            .iter()
            .position(|flying| Some(flying.envelope.id()) == id);
        match flown {
            Some(index) => {
                let flying = self.flight.remove(index);
                self.settle(&flying);
                self.tally.pushed += 1;
                return;
            }
            None if mine && self.is_own_again() => self.let_go_of_unplaced(),
            None if mine => self.cloned = true,
            None => self.tally.pulled += 1,
        }
        self.drop_item_named_again();
    }

    /// Tells whether the newest entry is one that this device sealed and let go of: it was verified
    /// here before a restore, or another sealing of it waits or is in the record already. Only what
    /// this device never wrote shows a copy of it.
    fn is_own_again(&self) -> bool {
        let Some(line) = self.record.lines().last() else {
            return false;
        };
        let mut lost = self.lost.iter().map(|lost| lost.placed.envelope.id());
        let (tag, _) = naming::split(&line.opened);
        let is_known = |tag| {
            let name = naming::entry_id(&self.cell.space, &line.author, &tag);
            let is_earlier = |place| place < self.record.place();
            self.outbox.iter().any(|item| item.tag == tag)
                || self.record.find_entry(&name).is_some_and(is_earlier)
        };
        lost.any(|id| id == line.id) || tag.is_some_and(is_known)
    }

    /// Takes the item that a placed envelope seals out of the outbox.
    fn settle(&mut self, flying: &Flying) {
        if let Some(number) = flying.item {
            // Almost always the first: a flight is sealed and placed in the order of the outbox.
            if let Some(index) = self.outbox.iter().position(|item| item.number == number) {
                self.outbox.remove(index);
            }
            let key = keys::item(&self.cell.space, number);
            self.writes.push(Write::Drop {
                shelf: Shelf::Outbox,
                key,
            });
        }
        self.keep_flight();
    }

    /// Takes an item out of the outbox that the newest entry is another sealing of: after a
    /// restore, or sent by another device of the same person.
    fn drop_item_named_again(&mut self) {
        let Some(line) = self.record.lines().last() else {
            return;
        };
        if line.author != self.record.me() || self.outbox.is_empty() {
            return;
        }
        let (Some(tag), _) = naming::split(&line.opened) else {
            return;
        };
        let Some(item) = self.outbox.iter().find(|item| item.tag == tag).cloned() else {
            return;
        };
        self.outbox.retain(|other| other.number != item.number);
        self.flight
            .retain(|flying| flying.item != Some(item.number));
        let key = keys::item(&self.cell.space, item.number);
        self.writes.push(Write::Drop {
            shelf: Shelf::Outbox,
            key,
        });
        self.keep_flight();
    }

    /// Concludes a reading: the record must end where the server says, and hold what it took.
    fn on_all_read(&mut self, page: &Entries, restored: bool) {
        let receipt = &page.receipt;
        let here = self.record.place();
        if receipt.place > here || self.record.head_at(receipt.place) != Some(receipt.head) {
            if restored {
                self.start_rebuilding();
            } else {
                let kind = if receipt.place > here {
                    AlarmKind::Dropped
                } else {
                    AlarmKind::Forked
                };
                self.raise_about_state(kind, receipt);
            }
            return;
        }
        // An own entry that the server said it had placed, and that is not there.
        if let Some(lost) = self.flight.iter().find_map(|flying| flying.placed) {
            if restored {
                self.flight
                    .iter_mut()
                    .for_each(|flying| flying.placed = None);
                self.keep_flight();
            } else {
                self.raise_about_state(AlarmKind::Dropped, receipt);
                let _ = lost;
                return;
            }
        }
        self.cell.receipt = Some(*receipt);
        self.cell.log_epoch = receipt.log_epoch;
        self.restored_to = None;
        self.settle_lost();
        self.check_expected();
        self.keep_cell();
        if self.cell.alarm.is_none() {
            self.phase = Phase::Push;
        }
    }

    /// Compares with the highest place and head that another device of this person saw.
    ///
    /// What was seen before a restore is not forgotten by it: until the record has it again, that
    /// is an alarm which lets the record go on ([`Machine::alarm`]).
    fn check_expected(&mut self) {
        let Some(expected) = self.cell.expected else {
            return;
        };
        match self.record.head_at(expected.place) {
            Some(head) if head == expected.head => self.cell.expected = None,
            _ if expected.log_epoch < self.cell.log_epoch => {}
            found => {
                let kind = if found.is_some() {
                    AlarmKind::Forked
                } else {
                    AlarmKind::RolledBack
                };
                let proof = strict::encode(&expected);
                self.raise(kind, Some(expected.place), proof);
            }
        }
    }
}
