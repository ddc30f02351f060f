//! The sync machine of one space: what to ask the server next, and what its answer means.
//!
//! It never waits and never sends: it says what to ask ([`Machine::ask`]), is told the answer,
//! and collects what must be written to the journal before anything else happens
//! ([`Machine::take_writes`]). The same machine runs in the browser, in the command line and in
//! the simulator.
//!
//! # Invariants
//!
//! 1. **Sealed late, once.** An entry is sealed when it is sent, against the newest verified
//!    head; the sealed bytes are written before they are sent, and a retry sends the same bytes.
//! 2. **Nothing acknowledged is lost.** An item leaves the outbox only in the write that puts
//!    its placed envelope into the log.
//! 3. **Loud.** What an honest server never shows becomes an alarm and stops the machine.

mod cell;
mod lost;
mod pull;
mod restore;
mod seal;
mod wants;

use std::collections::VecDeque;

use troth_crypto::keys::DeviceKey;
use troth_wire::api::{Appended, Entries, Outcome};
use troth_wire::control::{Card, DeviceCert};
use troth_wire::{Envelope, Header, Placed, PublicKey, Refusal, SpaceId, strict};

#[cfg(test)]
pub(crate) use cell::Quiet;
pub(crate) use cell::{
    Drawn, Expected, Flying, Guest, Invited, Item, Promised, SpaceCell, Standing, StoredAlarm,
    Wants, join_promised,
};
pub(crate) use lost::Lost;

use crate::journal::{Shelf, Write};
use crate::record::Record;
use crate::view::{Alarm, AlarmKind};

/// The most entries in one flight.
const FLIGHT: usize = 256;

/// The most bytes in one flight.
const FLIGHT_BYTES: usize = 768 * 1024;

/// Who seals, signs and certifies on this device, and the time.
pub(crate) struct Hand<'a> {
    /// This device's key.
    pub(crate) device: &'a DeviceKey,
    /// The device's certificate.
    pub(crate) cert: DeviceCert,
    /// The person's card for the space, with the newest receiving key.
    pub(crate) card: &'a Card,
    /// The server's log key.
    pub(crate) log_key: PublicKey,
    /// The minute by this device's clock.
    pub(crate) minute: u64,
}

/// What to ask the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// The entries after a place.
    Entries {
        /// The place.
        after: u64,
    },
    /// To append the flight.
    Append(Vec<Envelope>),
    /// To append, from the journal's log, what the server lost after a place.
    GiveBack {
        /// The place.
        after: u64,
    },
    /// To try to append single entries of the old log, which the journal still holds.
    Salvage(Vec<u64>),
}

#[derive(Clone, Debug, Default)]
enum Phase {
    #[default]
    Idle,
    Pull,
    Push,
    GiveBack {
        after: u64,
    },
    Salvage(Vec<u64>),
}

/// What one synchronisation did.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) pulled: usize,
    pub(crate) pushed: usize,
    pub(crate) given_back: usize,
}

/// The sync machine of one space.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) cell: SpaceCell,
    record: Record,
    outbox: VecDeque<Item>,
    flight: Vec<Flying>,
    rebuilding: Option<restore::Rebuilding>,
    phase: Phase,
    rounds: usize,
    writes: Vec<Write>,
    tally: Tally,
    refused: Option<Refusal>,
    cloned: bool,
    replaced: bool,
    restored_to: Option<u32>,
    /// The place after which something was given back last.
    gave: Option<u64>,
    /// How often the server said in this synchronisation that it was restored.
    restores: usize,
    /// How often the record was read anew in this synchronisation.
    rebuilds: usize,
    /// What was verified here and is not in the record.
    lost: Vec<Lost>,
    newer: bool,
    was_restored: bool,
    taken: bool,
    cell_changed: bool,
    flight_changed: bool,
}

impl Machine {
    /// Puts a machine together from what the journal holds.
    pub(crate) fn new(
        cell: SpaceCell,
        record: Record,
        outbox: impl IntoIterator<Item = Item>,
        flight: Vec<Flying>,
    ) -> Self {
        Self {
            cell,
            record,
            outbox: outbox.into_iter().collect(),
            flight,
            rebuilding: None,
            phase: Phase::Idle,
            rounds: 0,
            writes: Vec::new(),
            tally: Tally::default(),
            refused: None,
            cloned: false,
            replaced: false,
            restored_to: None,
            gave: None,
            restores: 0,
            rebuilds: 0,
            lost: Vec::new(),
            newer: false,
            was_restored: false,
            taken: false,
            cell_changed: false,
            flight_changed: false,
        }
    }

    /// Begins a synchronisation; whatever an earlier one left half done is asked again.
    pub(crate) fn begin(&mut self) {
        self.phase = Phase::Pull;
        self.rounds = 0;
        self.tally = Tally::default();
        self.refused = None;
        self.rebuilding = None;
        self.restored_to = None;
        self.taken = false;
        self.gave = None;
        self.restores = 0;
        self.rebuilds = 0;
    }

    /// Says what to ask the server next, or nothing when all is done.
    pub(crate) fn ask(&mut self, hand: &Hand<'_>, rng: &mut crate::Rng) -> Option<Ask> {
        if self.cell.alarm.is_some() || self.cloned {
            return None;
        }
        match self.phase.clone() {
            Phase::Idle => None,
            Phase::Pull => Some(Ask::Entries {
                after: self.pull_after(),
            }),
            Phase::GiveBack { after } => Some(Ask::GiveBack { after }),
            Phase::Salvage(places) => Some(Ask::Salvage(places)),
            Phase::Push => {
                self.rounds += 1;
                self.hold_back();
                self.let_go_of_another_device(hand);
                if self.flight.is_empty() && self.rounds <= self.most_rounds() {
                    self.seal(hand, rng);
                }
                if self.flight.is_empty() {
                    self.phase = Phase::Idle;
                    return None;
                }
                Some(Ask::Append(
                    self.flight.iter().map(|f| f.envelope.clone()).collect(),
                ))
            }
        }
    }

    /// Lets go of sealed content that is not on the server, once nothing is shared any more.
    fn hold_back(&mut self) {
        let carries = self.flight.iter().any(|flying| flying.item.is_some());
        if carries && self.is_silent() {
            self.drop_flight();
        }
    }

    /// Lets go of what the device sealed that was here before this one; what was placed of it has
    /// been read by now, and the rest still waits.
    fn let_go_of_another_device(&mut self, hand: &Hand<'_>) {
        let this = hand.device.id();
        let is_other = |flying: &Flying| {
            let header = Header::decode(&flying.envelope.header);
            header.is_ok_and(|header| header.device != this)
        };
        if self.flight.iter().any(is_other) {
            self.drop_flight();
        }
    }

    /// Tells whether nothing is shared now: on the way out, or while something of this person's
    /// own in the record is not theirs.
    fn is_silent(&self) -> bool {
        self.cell.wants.quiet_until().is_some() || self.cell.strange.is_some()
    }

    /// Bounds how often a flight is refused and sealed again in one synchronisation.
    fn most_rounds(&self) -> usize {
        8 + self.tally.pushed
    }

    /// Takes the page of entries after a place.
    pub(crate) fn entries(&mut self, after: u64, page: &Entries, hand: &Hand<'_>) {
        // A page that was asked for before another tab moved on is asked for again.
        if after == self.pull_after() && matches!(self.phase, Phase::Pull) {
            self.on_entries(page, hand);
        }
    }

    /// Takes what became of a flight that was sent.
    pub(crate) fn appended(&mut self, sent: &[Envelope], answer: &Appended, hand: &Hand<'_>) {
        if let Some(receipt) = &answer.receipt {
            self.check_receipt(receipt, hand);
        }
        self.refused = None;
        for (sent, outcome) in sent.iter().zip(&answer.outcomes) {
            let id = sent.id();
            let flying = self
                .flight
                .iter_mut()
                .find(|flying| flying.envelope.id() == id);
            match outcome {
                Outcome::Placed { place, .. } => {
                    if let Some(flying) = flying {
                        flying.placed = Some(*place);
                    }
                }
                Outcome::Refused { refusal } => self.refused = Some(*refusal),
                Outcome::Skipped => {}
            }
        }
        if self.refused == Some(Refusal::Fork) {
            self.cloned = true;
        }
        // What was refused is sealed anew, after looking at what the server has.
        self.let_go_of_unplaced();
        if self.cell.alarm.is_none() {
            self.phase = Phase::Pull;
        }
    }

    /// Stops asking until the next synchronisation.
    pub(crate) fn rest(&mut self) {
        self.phase = Phase::Idle;
    }

    /// Tells whether nothing is wrong with a server that does not know the person: a device of
    /// theirs was ended, by which their account may have been bound, and the record as verified
    /// here does not hold this device yet, so that it can't claim.
    pub(crate) fn awaits_own_claim(&self, hand: &Hand<'_>) -> bool {
        let membership = &self.record.log().membership;
        let mut devices = membership.devices().iter();
        let is_ended = devices.any(|it| it.member == self.cell.me && it.ended.is_some());
        is_ended && membership.device(&hand.device.id()).is_none()
    }

    /// Goes on to sending, where the server has nothing to read.
    pub(crate) fn push(&mut self) {
        self.phase = Phase::Push;
    }

    /// Gives the whole record back to a server that came back from a backup without the space.
    pub(crate) fn give_all_back(&mut self, log_epoch: u32) {
        self.restored_to = Some(log_epoch);
        self.was_restored = true;
        self.give_back_after(0);
        if !matches!(self.phase, Phase::GiveBack { .. }) {
            // No word of the server covers what is here, or it took nothing of it.
            let proof = strict::encode(&self.cell.receipt);
            self.raise_missing(0, proof);
        }
    }

    /// Tells, once, whether the server came back from a backup.
    pub(crate) fn take_restored(&mut self) -> bool {
        std::mem::take(&mut self.was_restored)
    }

    /// Tells, once, whether entries were opened after later ones had been read.
    pub(crate) fn take_opened_late(&mut self) -> bool {
        self.record.take_opened_late()
    }

    /// Takes newer receiving keys of the person.
    pub(crate) fn receive_with(&mut self, kems: Vec<troth_crypto::keys::UserKem>) {
        self.record.keys_mut().receive_with(kems);
    }

    /// Notes a place and head that the record must contain.
    pub(crate) fn expect(&mut self, highest: Option<Expected>) {
        // What the record held before a restore is known here: what of it is lost is kept.
        let known = |it: &Expected| {
            let met = self.cell.met;
            met.is_some_and(|met| (it.log_epoch, it.place) <= (met.log_epoch, met.place))
        };
        let highest = highest.filter(|it| !known(it));
        self.cell.expected = crate::keyring::higher(self.cell.expected, highest);
    }

    /// Hands over what is to be written to the journal, in order.
    pub(crate) fn take_writes(&mut self) -> Vec<Write> {
        let mut writes = std::mem::take(&mut self.writes);
        if std::mem::take(&mut self.cell_changed) {
            let (key, value) = (keys::cell(&self.cell.space), strict::encode(&self.cell));
            writes.push(Write::Put {
                shelf: Shelf::Cell,
                key,
                value,
            });
        }
        if std::mem::take(&mut self.flight_changed) {
            let (key, value) = (keys::flight(&self.cell.space), strict::encode(&self.flight));
            writes.push(Write::Put {
                shelf: Shelf::Cell,
                key,
                value,
            });
        }
        writes
    }

    /// Tells, once, whether this device's counter was taken by a copy of it.
    pub(crate) fn take_cloned(&mut self) -> bool {
        if !self.cloned {
            return false;
        }
        self.cloned = false;
        self.drop_flight();
        self.phase = Phase::Pull;
        true
    }

    /// Lets go of what another device key sealed; the items still wait.
    pub(crate) fn drop_flight(&mut self) {
        self.flight.clear();
        self.keep_flight();
    }

    /// Lets go of what the server did not place; it is sealed anew.
    fn let_go_of_unplaced(&mut self) {
        self.flight.retain(|flying| flying.placed.is_some());
        self.keep_flight();
    }

    /// Tells, once, whether the record was replaced by another one.
    pub(crate) fn take_replaced(&mut self) -> bool {
        std::mem::take(&mut self.replaced)
    }

    /// Puts an entry into the outbox, and says how.
    pub(crate) fn enqueue(&mut self, tag: [u8; 16], body: Vec<u8>) -> Item {
        let item = Item {
            number: self.cell.next_item,
            tag,
            body: body.into(),
        };
        self.cell.next_item += 1;
        self.keep_cell();
        self.keep_item(&item);
        self.outbox.push_back(item.clone());
        item
    }

    /// Lists the entries that wait and came after an item, in order.
    pub(crate) fn outbox_after(&self, number: u64) -> impl Iterator<Item = &Item> {
        let known = self.outbox.partition_point(|item| item.number <= number);
        self.outbox.iter().skip(known)
    }

    /// Counts what waits and can still be sent; after parting nothing can.
    pub(crate) fn waiting(&self) -> usize {
        let membership = &self.record.log().membership;
        let me = membership.member(&self.cell.me);
        let gone = me.is_some_and(|me| me.standing != troth_wire::control::Standing::Present);
        if membership.is_closed() || gone {
            0
        } else {
            self.outbox.len()
        }
    }

    /// Counts what waits, whether or not it can still be sent.
    pub(crate) fn unsent(&self) -> usize {
        self.outbox.len()
    }

    /// Tells whether the space is closed, or the person left it or wants to at once.
    pub(crate) fn has_parted(&self) -> bool {
        self.record.log().membership.is_closed() || self.cell.wants.leave
    }

    /// Returns the verified record.
    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    /// Returns the space.
    pub(crate) fn space(&self) -> SpaceId {
        self.cell.space
    }

    /// Returns what this synchronisation did.
    pub(crate) fn tally(&self) -> Tally {
        self.tally
    }

    /// Says what holds up the entries that still wait after a synchronisation.
    pub(crate) fn held_up(&self) -> Option<String> {
        if self.newer {
            return Some(String::from(
                "the record goes on with something only a newer troth can read",
            ));
        }
        let membership = &self.record.log().membership;
        if self.outbox.is_empty() {
            None
        } else if membership.is_closed() {
            Some(Refusal::Closed.to_string())
        } else {
            self.refused.map(|refusal| refusal.to_string())
        }
    }

    /// Shows the alarm that stands; words that differ are one from the moment they are said to.
    pub(crate) fn alarm(&self) -> Option<Alarm> {
        let space = self.cell.space;
        if let Some(alarm) = self.cell.alarm.as_ref().or(self.cell.strange.as_ref()) {
            return Some(alarm.view(space));
        }
        if self.cell.wants.remove.is_some() {
            return Some(StoredAlarm::new(AlarmKind::WordsDiffer, None, Vec::new()).view(space));
        }
        self.not_back().map(|it| it.view(space))
    }

    /// Names what was verified before a restore and is not back: by this device, or by another
    /// one of the person, as the keyring says.
    fn not_back(&self) -> Option<StoredAlarm> {
        let kind = AlarmKind::NotBack;
        if let Some(lost) = self.lost.first() {
            let proof = strict::encode(&lost.placed);
            let named = (lost.placed.envelope.id(), lost.author);
            return Some(StoredAlarm::new(kind, Some(lost.placed.place), proof).naming(named));
        }
        let expected = self.cell.expected?;
        let earlier = expected.log_epoch < self.cell.log_epoch;
        let absent = self.record.head_at(expected.place) != Some(expected.head);
        let proof = strict::encode(&(expected, self.cell.receipt));
        (earlier && absent).then(|| StoredAlarm::new(kind, Some(expected.place), proof))
    }

    /// Notes that another account is bound to this person's member.
    pub(crate) fn is_taken_by_another(&mut self) {
        self.taken = true;
        self.phase = Phase::Idle;
    }

    /// Tells whether another account is bound to this person's member.
    pub(crate) fn is_taken(&self) -> bool {
        self.taken
    }

    /// Sets or takes away the alarm about what of this person's own in the record is not theirs.
    /// Unlike others it stops no act on the membership, since such an act is what ends it.
    pub(crate) fn find_strange(&mut self, strange: Option<StoredAlarm>) {
        if self.cell.strange != strange {
            self.cell.strange = strange;
            self.keep_cell();
        }
    }

    /// Raises an alarm; the first one stands.
    pub(crate) fn raise(&mut self, kind: AlarmKind, place: Option<u64>, proof: Vec<u8>) {
        self.raise_alarm(StoredAlarm::new(kind, place, proof));
    }

    /// Raises an alarm about the entry after a place, which is verified here and which the server
    /// does not show any more.
    pub(crate) fn raise_missing(&mut self, after: u64, proof: Vec<u8>) {
        // Whatever the server said of what it was given back, it is not there.
        self.tally.given_back = 0;
        let place = after + 1;
        let alarm = StoredAlarm::new(AlarmKind::RolledBack, Some(place), proof);
        self.raise_alarm(match self.record.line_at(place) {
            Some(line) => alarm.naming((line.id, line.author)),
            None => alarm,
        });
    }

    fn raise_alarm(&mut self, alarm: StoredAlarm) {
        if self.cell.alarm.is_none() {
            self.cell.alarm = Some(alarm);
            self.keep_cell();
        }
        self.phase = Phase::Idle;
    }

    /// Has the cell written as it will be when the writes are taken.
    pub(crate) fn keep_cell(&mut self) {
        self.cell_changed = true;
    }

    fn keep_flight(&mut self) {
        self.flight_changed = true;
    }

    fn keep_item(&mut self, item: &Item) {
        let key = keys::item(&self.cell.space, item.number);
        self.writes.push(Write::Put {
            shelf: Shelf::Outbox,
            key,
            value: strict::encode(item),
        });
    }

    fn keep_placed(&mut self, placed: &Placed) {
        let key = keys::row(&self.cell.space, placed.place);
        self.writes.push(Write::Put {
            shelf: Shelf::Log,
            key,
            value: strict::encode(placed),
        });
    }
}

/// The keys under which a space's records lie in the journal.
pub(crate) mod keys {
    use troth_wire::SpaceId;

    /// The key of the space's cell.
    pub(crate) fn cell(space: &SpaceId) -> Vec<u8> {
        [b"space/".as_slice(), &space.0].concat()
    }

    /// The key of the flight.
    pub(crate) fn flight(space: &SpaceId) -> Vec<u8> {
        [b"flight/".as_slice(), &space.0].concat()
    }

    /// The key of an item in the outbox.
    pub(crate) fn item(space: &SpaceId, number: u64) -> Vec<u8> {
        [space.0.as_slice(), &number.to_be_bytes()].concat()
    }

    /// The beginning of the keys of entries that are not in the record any more.
    pub(crate) fn lost(space: &SpaceId) -> Vec<u8> {
        [b"lost/".as_slice(), &space.0].concat()
    }

    /// The key of a placed envelope.
    pub(crate) fn row(space: &SpaceId, place: u64) -> Vec<u8> {
        [space.0.as_slice(), &place.to_be_bytes()].concat()
    }
}
