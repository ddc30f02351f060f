//! Synchronising: everything that needs the server, in one call that can be repeated.

use jiff::SignedDuration;
use troth_crypto::stretch::Stretch;
use troth_wire::api::{Append, Appended, Entries, ErrorCode, GiveBack, MAX_LINKS, Outcome};
use troth_wire::{Placed, Receipt, strict};

use super::Client;
use crate::identity::StoredNotice;
use crate::journal::{Journal, Shelf};
use crate::machine::{Ask, Hand, Machine, keys};
use crate::relay::Relay;
use crate::relay::call::CallError;
use crate::trouble::{SyncError, Trouble};
use crate::view::{AlarmKind, SyncReport};

/// How far server and device may differ before the person is told: two days.
const CLOCK: SignedDuration = SignedDuration::from_hours(48);

/// What became of a claim.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Claimed {
    /// This account is the member.
    Bound,
    /// Another account is.
    ByAnother,
    /// The server knows no such member or device.
    Unknown,
}

/// How many rows are given back at once.
const GIVE_BACK: usize = 128;

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Brings this device and the server together: fetches and judges what is new, sends what
    /// waits, carries pairing and reveals on, keeps the keyring.
    ///
    /// It can be stopped at any point and called again. An alarm is no error: it is in the
    /// report, and stays until it is looked at.
    ///
    /// # Errors
    ///
    /// [`SyncError`] when the journal or the way to the server fails. What waited still waits.
    pub async fn sync(&self) -> Result<SyncReport, SyncError> {
        let _syncing = self.inner.syncing.lock().await;
        match self.sync_once().await {
            Err(Trouble::SignedOut) if self.heed_new_password().await? => {
                Err(Trouble::PasswordChanged.into())
            }
            outcome => Ok(outcome?),
        }
    }

    async fn sync_once(&self) -> Result<SyncReport, Trouble> {
        self.meet_server().await?;
        self.fetch_keyring().await?;
        self.step_leaving().await?;
        self.step_invitation().await?;
        let mut report = self.run_machine().await?;
        if self.look_for_strange().await? {
            // What was held back meanwhile goes out.
            let more = self.run_machine().await?;
            report.pushed += more.pushed;
            report.pulled += more.pulled;
        }
        if report.alarm.is_none() && self.step_reveals().await? {
            let more = self.run_machine().await?;
            report.pushed += more.pushed;
            report.pulled += more.pulled;
            self.step_reveals().await?;
        }
        let _entered = self.enter().await?;
        self.keep_snapshot().await?;
        self.note_devices().await?;
        drop(_entered);
        self.put_keyring().await?;
        Ok(self.reported(report))
    }

    fn reported(&self, report: SyncReport) -> SyncReport {
        let state = self.state();
        let machine = state.machine.as_ref();
        SyncReport {
            waiting: machine.map_or(0, Machine::waiting),
            alarm: machine.and_then(Machine::alarm),
            clock_off: state.clock_off,
            ..report
        }
    }

    /// Compares the clocks, once in a run. Receipts are checked against the key first seen.
    async fn meet_server(&self) -> Result<(), Trouble> {
        if self.state().checked_server {
            return Ok(());
        }
        let about = self.server()?.about().await?;
        let here = i64::try_from(self.minute()).unwrap_or_default();
        let there = i64::try_from(about.minute).unwrap_or_default();
        let ahead = SignedDuration::from_mins(there - here);
        let mut state = self.state_mut();
        state.checked_server = true;
        state.clock_off = (ahead.abs() >= CLOCK).then_some(ahead);
        Ok(())
    }

    /// Drives the space's machine until it has nothing more to ask.
    pub(super) async fn run_machine(&self) -> Result<SyncReport, Trouble> {
        let mut report = SyncReport::default();
        // A new device, or a new receiving key, reaches one's other devices before the record.
        if self.state().shared_dirty {
            self.put_keyring().await?;
        }
        self.with_machine(|machine, _, _| machine.begin()).await?;
        self.find_beginning().await?;
        loop {
            let asked = self
                .with_machine(|machine, hand, rng| machine.ask(hand, rng))
                .await?;
            let Some(Some(ask)) = asked else { break };
            match self.answer_machine(ask).await {
                Ok(()) => {}
                Err(error) => {
                    self.fold();
                    return Err(error);
                }
            }
            self.replace_cloned_device().await?;
        }
        let entered = self.enter().await?;
        self.settle_machine(&mut report).await?;
        if self.is_device_ended() {
            // Another device of the person signed this one out for good.
            self.state_mut().identity.session = None;
            self.commit(vec![self.identity_write()]).await?;
            drop(entered);
            return Err(Trouble::SignedOut);
        }
        Ok(report)
    }

    /// Tells whether another device of the person ended this one in the space.
    pub(super) fn is_device_ended(&self) -> bool {
        let state = self.state();
        let Some(machine) = &state.machine else {
            return false;
        };
        let device = machine
            .record()
            .log()
            .membership
            .device(&state.device().id())
            .copied();
        device.is_some_and(|device| device.ended.is_some())
    }

    /// Asks, for a record of which nothing is here yet, whether there is something to read.
    async fn find_beginning(&self) -> Result<(), Trouble> {
        let (space, begins, joins) = {
            let state = self.state();
            let Some(machine) = state.machine.as_ref() else {
                return Ok(());
            };
            if machine.record().place() > 0 {
                return Ok(());
            }
            let joins = machine.cell.pinned.is_some();
            (machine.space(), machine.cell.wants.begin, joins)
        };
        let heads = self.server()?.heads().await?;
        let mut heads = heads.spaces.iter();
        if heads.any(|head| head.space == space && head.receipt.is_some()) {
            return Ok(());
        }
        // The invitation may have ended between the answer and the entry that admits them: then
        // the device shows who they are.
        if joins && self.claim().await? == Claimed::Bound {
            return Ok(());
        }
        let turn = |machine: &mut Machine, _: &Hand<'_>, _: &mut crate::Rng| {
            if begins {
                machine.push()
            } else {
                machine.rest()
            }
        };
        self.with_machine(turn).await.map(drop)
    }

    fn fold(&self) {
        let mut state = self.state_mut();
        let opened_late = state
            .machine
            .as_mut()
            .is_some_and(Machine::take_opened_late);
        let replaced = state.machine.as_mut().is_some_and(Machine::take_replaced);
        if replaced {
            state.snapshot_place = 0;
        }
        if replaced || opened_late {
            state.refold()
        } else {
            state.fold()
        }
    }

    async fn settle_machine(&self, report: &mut SyncReport) -> Result<(), Trouble> {
        self.fold();
        let mut writes = Vec::new();
        let restored;
        {
            let mut state = self.state_mut();
            state.check_people();
            state.settle_words_alarm();
            restored = state.machine.as_mut().is_some_and(|machine| {
                // What a server says that takes nothing back is no news but an alarm.
                machine.take_restored() && machine.cell.alarm.is_none()
            });
            if restored {
                writes.extend(state.redeposit());
            }
            if let Some(machine) = &mut state.machine {
                let tally = machine.tally();
                report.pulled = tally.pulled;
                report.pushed = tally.pushed;
                report.given_back = tally.given_back;
                report.refused = machine.held_up().into_iter().collect();
                writes.extend(machine.take_writes());
                if restored {
                    let number = i64::try_from(tally.given_back).unwrap_or(i64::MAX);
                    let notice = StoredNotice {
                        kind: 2,
                        device: None,
                        number,
                    };
                    state.identity.notices.push(notice);
                }
            }
        }
        if restored {
            writes.push(self.identity_write());
        }
        self.commit(writes).await
    }

    /// Lets the machine take a step, and makes durable what it wrote.
    async fn with_machine<T>(
        &self,
        step: impl FnOnce(&mut Machine, &Hand<'_>, &mut crate::Rng) -> T,
    ) -> Result<Option<T>, Trouble> {
        let _entered = self.enter().await?;
        let (value, writes) = {
            let mut state = self.state_mut();
            if state.machine.is_none() {
                return Ok(None);
            }
            let signing = state.signing().ok_or(Trouble::Damaged)?;
            let hand = Hand {
                device: &signing.device,
                cert: signing.cert,
                card: &signing.card,
                log_key: state.identity.log_key,
                minute: self.minute(),
            };
            let Some(machine) = &mut state.machine else {
                return Ok(None);
            };
            let value = step(machine, &hand, &mut self.rng());
            (value, machine.take_writes())
        };
        self.commit(writes).await?;
        Ok(Some(value))
    }

    async fn answer_machine(&self, ask: Ask) -> Result<(), Trouble> {
        let Some(space) = self.space() else {
            return Ok(());
        };
        let server = self.server()?;
        match ask {
            Ask::Entries { after } => match server.entries(space, after).await {
                Ok(page) => {
                    let last = page.entries.last().filter(|_| page.more);
                    if let Some(last) = last {
                        server.entries_come_next(space, last.place);
                    }
                    self.take_page(after, &page).await
                }
                Err(error) if is_unknown_here(&error) => self.on_unknown_space().await,
                Err(error) => Err(error.into()),
            },
            Ask::Append(entries) => {
                let append = Append { entries };
                match server.append(space, &append).await {
                    Ok(answer) => {
                        let take = |machine: &mut Machine, hand: &Hand<'_>, _: &mut crate::Rng| {
                            machine.appended(&append.entries, &answer, hand);
                        };
                        self.with_machine(take).await.map(drop)
                    }
                    Err(error) => Err(error.into()),
                }
            }
            Ask::GiveBack { after } => self.give_back(space, after).await,
            Ask::Salvage(places) => self.salvage(space, &places).await,
        }
    }

    async fn take_page(&self, after: u64, page: &Entries) -> Result<(), Trouble> {
        self.with_machine(|machine, hand, _| machine.entries(after, page, hand))
            .await?;
        if page.more {
            return Ok(());
        }
        self.note_asked(&page.asked).await
    }

    /// Gives back what the server lost after a place, with its minutes.
    async fn give_back(&self, space: troth_wire::SpaceId, after: u64) -> Result<(), Trouble> {
        let rows = self.rows(space, after, GIVE_BACK).await?;
        let receipt = self.covering(space, after).await?;
        let returned = {
            let state = self.state();
            let machine = state.machine.as_ref().ok_or(Trouble::Damaged)?;
            machine.returned(after, &rows, &receipt)
        };
        let returned = returned.ok_or(Trouble::Damaged)?;
        let answer = match self.server()?.give_back(space, &returned).await {
            Ok(answer) => answer,
            // Not this server's word, or not a member any more: reading says which.
            Err(error) if error.is(ErrorCode::ReceiptRefused) || is_unknown_here(&error) => {
                Appended {
                    outcomes: Vec::new(),
                    receipt: None,
                }
            }
            Err(error) => return Err(error.into()),
        };
        // A record that was given back whole has nobody bound to it yet.
        self.claim().await?;
        self.with_machine(|machine, _, _| machine.given_back(after, &answer))
            .await
            .map(drop)
    }

    /// Finds a word of the server that is not further from a place than one request reaches,
    /// asking it for earlier ones on the way from its newest.
    async fn covering(&self, space: troth_wire::SpaceId, after: u64) -> Result<Receipt, Trouble> {
        let reach = u64::try_from(MAX_LINKS).unwrap_or(u64::MAX);
        let (mut receipt, key) = {
            let state = self.state();
            let machine = state.machine.as_ref().ok_or(Trouble::Damaged)?;
            let known = machine.cell.receipt.ok_or(Trouble::Damaged)?;
            (known, state.identity.log_key)
        };
        while receipt.place - after.min(receipt.place) > reach {
            let place = receipt.place - reach;
            let (asked, head) = {
                let state = self.state();
                let machine = state.machine.as_ref().ok_or(Trouble::Damaged)?;
                let head = machine.record().head_at(place).ok_or(Trouble::Damaged)?;
                let returned = machine.returned(place, &[], &receipt);
                let asked = GiveBack {
                    from: Some(head),
                    ..returned.ok_or(Trouble::Damaged)?
                };
                (asked, head)
            };
            let answer = self.server()?.give_back(space, &asked).await?;
            let fits = |it: &Receipt| {
                (it.space, it.place, it.head) == (space, place, head) && it.is_signed_by(&key)
            };
            receipt = answer.receipt.filter(fits).ok_or(Trouble::Malformed)?;
        }
        Ok(receipt)
    }

    pub(super) async fn rows(
        &self,
        space: troth_wire::SpaceId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Placed>, Trouble> {
        let after = keys::row(&space, after);
        let journal = &self.inner.rim.journal;
        let rows = journal
            .scan(Shelf::Log, &space.0, Some(&after), limit)
            .await?;
        let decoded = rows
            .iter()
            .map(|(_, row)| strict::decode(row).map_err(|_| Trouble::Damaged));
        decoded.collect()
    }

    /// Tries to give single entries of the partner back, which only this device still has.
    async fn salvage(&self, space: troth_wire::SpaceId, places: &[u64]) -> Result<(), Trouble> {
        let (mut returned, mut offered) = (0, Vec::new());
        for place in places {
            for placed in self.rows(space, place - 1, 1).await? {
                let entries = vec![placed.envelope.clone()];
                let answer: Appended = self.server()?.append(space, &Append { entries }).await?;
                if let Some(Outcome::Placed { .. }) = answer.outcomes.first() {
                    returned += 1;
                }
                offered.push(placed);
            }
        }
        self.with_machine(|machine, _, _| machine.salvaged(returned, &offered))
            .await
            .map(drop)
    }

    /// The server does not know this account in the space: not yet, or not any more.
    async fn on_unknown_space(&self) -> Result<(), Trouble> {
        let (place, begins, known) = {
            let state = self.state();
            let Some(machine) = &state.machine else {
                return Ok(());
            };
            let begins = machine.cell.wants.begin;
            (machine.record().place(), begins, machine.cell.log_epoch)
        };
        if place == 0 && !begins {
            return self
                .with_machine(|machine, _, _| machine.rest())
                .await
                .map(drop);
        }
        if place == 0 {
            return self
                .with_machine(|machine, _, _| machine.push())
                .await
                .map(drop);
        }
        match self.claim().await? {
            Claimed::Bound => return Ok(()),
            Claimed::ByAnother => {
                return self
                    .with_machine(|machine, _, _| machine.is_taken_by_another())
                    .await
                    .map(drop);
            }
            Claimed::Unknown => {}
        }
        let about = self.server()?.about().await?;
        self.with_machine(|machine, hand, _| {
            if about.log_epoch > known {
                machine.give_all_back(about.log_epoch);
            } else if machine.awaits_own_claim(hand) {
                // Another device of the person, which the record holds, claims for all of them.
                machine.rest();
            } else {
                machine.raise(AlarmKind::RolledBack, Some(0), Vec::new());
            }
        })
        .await
        .map(drop)
    }

    /// Shows the server, by a device's signature, that this account is the member it was.
    async fn claim(&self) -> Result<Claimed, Trouble> {
        let (space, claim) = {
            let state = self.state();
            let Some(machine) = &state.machine else {
                return Ok(Claimed::Unknown);
            };
            let (space, device) = (machine.space(), state.device());
            let bytes = troth_wire::api::claim_signed_bytes(&state.identity.account, &space);
            let (member, sig) = (machine.cell.me, device.sign(&bytes));
            (
                space,
                troth_wire::api::Claim {
                    member,
                    device: device.id(),
                    sig,
                },
            )
        };
        match self.server()?.claim(space, &claim).await {
            Ok(()) => Ok(Claimed::Bound),
            Err(CallError::Problem(ErrorCode::BoundToAnother, _)) => Ok(Claimed::ByAnother),
            Err(CallError::Problem(ErrorCode::NotFound | ErrorCode::NotAMember, _)) => {
                Ok(Claimed::Unknown)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a new device key when this device turns out to be a copy of another.
    async fn replace_cloned_device(&self) -> Result<(), Trouble> {
        let _entered = self.enter().await?;
        let writes = {
            let mut state = self.state_mut();
            let cloned = state.machine.as_mut().is_some_and(Machine::take_cloned);
            if !cloned {
                return Ok(());
            }
            state.replace_device(&mut self.rng());
            let writes = state.machine.as_mut().map(Machine::take_writes);
            writes.unwrap_or_default()
        };
        self.commit([writes, self.identity_writes()].concat())
            .await?;
        drop(_entered);
        self.put_keyring().await
    }
}

fn is_unknown_here(error: &CallError) -> bool {
    error.is(ErrorCode::NotAMember) || error.is(ErrorCode::NotFound)
}
