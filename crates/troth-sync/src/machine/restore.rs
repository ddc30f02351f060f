//! After an honest restore: giving back what the server lost, or, where others wrote in
//! between, taking its record and adding to it what is missing.
//!
//! Specified in `docs/protocol/journal.md`, section "After a restore".

use std::collections::HashSet;

use troth_wire::api::{Appended, Entries, Outcome};
use troth_wire::{Kind, Placed, strict};

use super::{AlarmKind, Item, Machine, Phase, keys};
use crate::journal::{Shelf, Write};
use crate::naming;
use crate::record::{NotTaken, Record};

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
    /// Takes what became of entries that were given back.
    pub(crate) fn given_back(&mut self, sent: &[Placed], answer: &Appended) {
        let pairs = sent.iter().zip(&answer.outcomes);
        let stands = |(sent, outcome): &(&Placed, &Outcome)| {
            matches!(outcome, Outcome::Placed { place, head, .. }
                if *place == sent.place && *head == sent.head)
        };
        let taken = pairs.take_while(stands).count();
        self.tally.given_back += taken;
        if taken < sent.len() || sent.is_empty() {
            // Somebody wrote before the lost entries were back: their order cannot return.
            self.start_rebuilding();
            return;
        }
        let newest = sent.last().map_or(0, |placed| placed.place);
        self.phase = if newest < self.record.place() {
            Phase::GiveBack { after: newest }
        } else {
            Phase::Pull
        };
    }

    /// Begins to read the record anew.
    pub(super) fn start_rebuilding(&mut self) {
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

    /// Takes what became of the partner's entries that only this device still had: `kept` are
    /// those that the server could not take any more.
    pub(crate) fn salvaged(&mut self, returned: usize, kept: &[Placed]) {
        self.tally.given_back += returned;
        self.adopt(kept);
    }

    /// Puts the record that was read anew in the place of the old one.
    fn adopt(&mut self, kept: &[Placed]) {
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
        for placed in kept {
            let key = [b"lost/".as_slice(), &keys::row(&space, placed.place)].concat();
            self.writes.push(Write::Put {
                shelf: Shelf::Note,
                key,
                value: strict::encode(placed),
            });
        }
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
