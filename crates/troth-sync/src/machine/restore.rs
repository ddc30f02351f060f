//! After a restore that the server says: giving back what it lost, with its minutes, or, where
//! others wrote in between, taking its record, adding what can be added and keeping the rest.
//!
//! Specified in `docs/protocol/journal.md`, section "After a restore".

use std::collections::HashSet;

use troth_wire::api::{Appended, Entries, GiveBack, Link, Outcome, Returned};
use troth_wire::{Kind, Placed, Receipt, strict};

use super::{AlarmKind, Expected, Item, Lost, Machine, Phase};
use crate::journal::{Shelf, Write};
use crate::naming;
use crate::record::{Line, NotTaken, Record};

/// How many records a server may show, one after the other, in one synchronisation.
const MOST_REBUILDS: usize = 16;

/// How many bytes of entries go back at once, beside the links after them.
const GIVE_BACK_BYTES: usize = 384 * 1024;

/// A record that is being read anew from its first entry.
#[derive(Debug)]
pub(super) struct Rebuilding {
    fresh: Record,
    rows: Vec<Placed>,
}

impl Rebuilding {
    /// The place up to which it is read.
    pub(super) fn place(&self) -> u64 {
        self.fresh.place()
    }
}

impl Machine {
    /// Gives back what the server lost after a place, as far as its own word covers it.
    pub(super) fn give_back_after(&mut self, after: u64) {
        let covers = |known: &Receipt| {
            known.place > after && self.record.head_at(known.place) == Some(known.head)
        };
        if !self.cell.receipt.as_ref().is_some_and(covers) {
            // No word of the server says which minutes these entries had: they are offered anew.
            self.start_rebuilding();
        } else if self.gave.is_some_and(|gave| after <= gave) {
            // An honest server takes what leads to its own word, or another device was quicker
            // and it has more than before.
            let proof = strict::encode(&self.cell.receipt);
            self.raise_missing(after, proof);
        } else {
            self.phase = Phase::GiveBack { after };
        }
    }

    /// Puts together what goes back after a place: these rows, and the links from them to the
    /// server's word about a later place.
    pub(crate) fn returned(
        &self,
        after: u64,
        rows: &[Placed],
        receipt: &Receipt,
    ) -> Option<GiveBack> {
        let mut bytes = 0;
        let fits = |placed: &&Placed| {
            bytes += placed.envelope.header.len() + placed.envelope.body.len();
            placed.place <= receipt.place && (bytes <= GIVE_BACK_BYTES || placed.place == after + 1)
        };
        let returned = |placed: &Placed| Returned {
            received: placed.received,
            envelope: placed.envelope.clone(),
        };
        let entries: Vec<_> = rows.iter().take_while(fits).map(returned).collect();
        let from = usize::try_from(after).ok()?.checked_add(entries.len())?;
        let count = usize::try_from(receipt.place).ok()?.checked_sub(from)?;
        let rest = self.record.lines().iter().skip(from).take(count);
        let link = |line: &Line| Link {
            id: line.id,
            received: line.received,
        };
        Some(GiveBack {
            after,
            entries,
            rest: rest.map(link).collect(),
            receipt: *receipt,
            from: None,
        })
    }

    /// Takes what became of entries that were given back after a place.
    pub(crate) fn given_back(&mut self, after: u64, answer: &Appended) {
        let placed = |it: &&Outcome| matches!(it, Outcome::Placed { .. });
        self.tally.given_back += answer.outcomes.iter().take_while(placed).count();
        self.gave = Some(after);
        // What the server says of it counts for nothing: it is read.
        self.phase = Phase::Pull;
    }

    /// Begins to read the record anew.
    pub(super) fn start_rebuilding(&mut self) {
        self.rebuilds += 1;
        if self.rebuilds > MOST_REBUILDS {
            // A server that shows another record at every look is none.
            self.raise(AlarmKind::Forked, None, strict::encode(&self.cell.receipt));
            return;
        }
        let keys = self.record.keys().emptied(self.record.space());
        let fresh = Record::new(self.record.space(), self.record.me(), keys);
        self.rebuilding = Some(Rebuilding {
            fresh,
            rows: Vec::new(),
        });
        self.phase = Phase::Pull;
    }

    /// Takes a page of the record that is read anew.
    pub(super) fn on_rebuilding(&mut self, page: &Entries) {
        let Some(mut rebuilding) = self.rebuilding.take() else {
            return;
        };
        for placed in &page.entries {
            match rebuilding.fresh.take(placed) {
                Ok(_) => rebuilding.rows.push(placed.clone()),
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
                Err(NotTaken::Wrong(wrong)) => {
                    let proof = strict::encode(&(placed, &page.receipt));
                    self.raise(wrong.kind, Some(wrong.place), proof);
                    return;
                }
            }
        }
        let whole = rebuilding.fresh.head_at(page.receipt.place) == Some(page.receipt.head);
        let ended = !page.more;
        self.rebuilding = Some(rebuilding);
        if ended && !whole {
            let proof = strict::encode(&page.receipt);
            self.raise(AlarmKind::Dropped, Some(page.receipt.place), proof);
        } else if ended {
            self.on_rebuilt();
        }
    }

    fn on_rebuilt(&mut self) {
        let Some(rebuilding) = &self.rebuilding else {
            return;
        };
        let me = self.record.me();
        let lost = self.record.lines().iter().zip(1_u64..);
        let lost = lost.filter(|(line, _)| rebuilding.fresh.place_of(&line.id).is_none());
        let others: Vec<u64> = lost
            .filter(|(line, _)| line.author != me)
            .map(|(_, place)| place)
            .collect();
        if others.is_empty() {
            self.adopt(&[]);
        } else {
            self.phase = Phase::Salvage(others);
        }
    }

    /// Takes the partner's entries that only this device still has, after they were offered; so
    /// many the server says that it took.
    pub(crate) fn salvaged(&mut self, returned: usize, offered: &[Placed]) {
        self.tally.given_back += returned;
        self.adopt(offered);
    }

    /// Puts the record that was read anew in the place of the old one. What of the old one is not
    /// in it is kept as lost until it is read there again, whatever the server says.
    fn adopt(&mut self, offered: &[Placed]) {
        let Some(Rebuilding { fresh, rows }) = self.rebuilding.take() else {
            return;
        };
        let space = self.cell.space;
        let (me, old) = (self.record.me(), std::mem::replace(&mut self.record, fresh));
        for shelf in [Shelf::Log, Shelf::Snapshot] {
            self.writes.push(Write::DropAll {
                shelf,
                prefix: space.0.to_vec(),
            });
        }
        rows.iter().for_each(|placed| self.keep_placed(placed));
        let lost = offered.iter().filter_map(|it| Lost::of(&old, it));
        self.keep_lost(lost.collect());
        self.meet(&old);
        let mine = |record: &Record| -> HashSet<naming::Tag> {
            let lines = record.lines().iter().filter(|line| line.author == me);
            lines
                .filter_map(|line| naming::split(&line.opened).0)
                .collect()
        };
        let there = mine(&self.record);
        let lines = old
            .lines()
            .iter()
            .filter(|line| line.author == me && line.kind == Kind::Content);
        let lost: Vec<(naming::Tag, Vec<u8>)> = lines
            .filter_map(|line| match naming::split(&line.opened) {
                (Some(tag), body) if !there.contains(&tag) => Some((tag, body.to_vec())),
                _ => None,
            })
            .collect();
        self.flight.clear();
        self.keep_flight();
        self.requeue(lost, &there);
        self.replaced = true;
        self.phase = Phase::Pull;
    }

    /// Notes how far the old record went: what other devices of the person expect up to there is
    /// in the new one, or kept as lost.
    fn meet(&mut self, old: &Record) {
        let met = Expected {
            place: old.place(),
            head: old.log().head,
            log_epoch: self.cell.log_epoch,
        };
        self.cell.met = crate::keyring::higher(self.cell.met, Some(met));
        let expected = self.cell.expected.take();
        let held = |it: &Expected| old.head_at(it.place) == Some(it.head);
        self.cell.expected = expected.filter(|it| !held(it));
        self.keep_cell();
    }

    /// Puts lost entries before those that wait, each once.
    fn requeue(&mut self, lost: Vec<(naming::Tag, Vec<u8>)>, there: &HashSet<naming::Tag>) {
        self.tally.given_back += lost.len();
        let waiting: Vec<Item> = self.outbox.drain(..).collect();
        let prefix = self.cell.space.0.to_vec();
        self.writes.push(Write::DropAll {
            shelf: Shelf::Outbox,
            prefix,
        });
        for (tag, body) in lost {
            self.enqueue(tag, body);
        }
        for item in waiting {
            let known = self.outbox.iter().any(|other| other.tag == item.tag);
            if !known && !there.contains(&item.tag) {
                self.enqueue(item.tag, item.body.0);
            }
        }
        self.keep_cell();
    }
}
