//! The simulation: one seed, one story of two partners on four devices, and what must hold after it.
//!
//! In each turn one thing happens: somebody writes or synchronises, a request or a commit goes
//! one step further, a process dies where it stands, a line is cut or mended, the server
//! restarts or goes back to a backup. Then everything heals, and [`check`] looks.
//!
//! # Invariants
//!
//! 1. **A function of the seed.** The same seed plays the same story, step by step.
//! 2. **Nothing gentle.** A process that dies is dropped at the await where it stands; what it
//!    still would have done is not done.

use std::cell::RefCell;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use troth_server::store::memory::MemoryStore;
use troth_sync::{DispatchError, SyncError, Trouble};
use troth_wire::Refusal;

use crate::chance::Chance;
use crate::line::Watcher;
use crate::people::{Device, TestClient};
use crate::server::Server;
use crate::simulation::ledger::Ledger;
use crate::wish::{Sight, Wish, wish};
use crate::world::{World, WorldImage};

mod check;
mod ledger;
mod told;

/// How many turns a story has.
const TURNS: usize = 110;

/// How many polls anything may take once everything is healed.
const PATIENCE: usize = 20_000;

/// What went wrong in a story, and the steps that led there.
#[derive(Clone, PartialEq, Eq)]
pub struct Failure {
    /// The seed that tells the story again.
    pub seed: u64,
    /// What does not hold.
    pub what: String,
    /// The steps of the story.
    pub steps: Vec<Step>,
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}: {}", self.seed, self.what)?;
        writeln!(
            f,
            "replay with TROTH_SEED={} cargo test -p troth-testkit --test simulation",
            self.seed
        )?;
        self.steps
            .iter()
            .try_for_each(|step| writeln!(f, "  {step:?}"))
    }
}

/// One step of a story; devices are numbered, Ana's first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A person begins to write.
    Writes(usize, String),
    /// What came of the writing.
    Wrote(usize, String),
    /// A device begins to synchronise.
    Syncs(usize),
    /// How it ended.
    Synced(usize, String),
    /// A process dies and starts again from its disk.
    Dies(usize),
    /// A line is cut, or mended.
    Cut(usize, bool),
    /// The server's process ends and starts again.
    ServerRestarts,
    /// A backup is taken.
    Backup,
    /// The server goes back to the newest backup.
    Restore,
    /// Minutes pass.
    Passes(i64),
    /// A person ends the other device's session.
    Ends(usize),
    /// A person signs in on a new device.
    Adds(usize),
    /// A person leaves the space.
    Leaves(usize),
    /// A request arrived at the server; listed only when one seed is replayed.
    Asked(usize, String),
    /// Everything is mended.
    Heals,
}

/// What a task came to.
enum Done {
    Wrote {
        wish: Box<Wish>,
        outcome: Result<troth_core::EntryId, DispatchError>,
    },
    Synced(Result<(), SyncError>),
    Ended(Result<(), Trouble>),
    Left(Result<(), DispatchError>),
}

type Task = Pin<Box<dyn Future<Output = Done>>>;

/// A device in the story, with what runs on it.
struct Seat {
    person: usize,
    device: Device,
    tasks: Vec<Task>,
    /// Somebody began to end its session.
    may_be_ended: bool,
    syncing: bool,
}

struct Story {
    world: World,
    chance: Chance,
    seats: Vec<Seat>,
    ledger: Ledger,
    backups: Vec<MemoryStore>,
    steps: Vec<Step>,
    /// What the server was asked, while one seed is replayed.
    asked: Rc<RefCell<Vec<Step>>>,
}

/// Plays the story of a seed.
///
/// # Errors
///
/// [`Failure`] says what does not hold at its end, or on its way.
pub fn play(image: &WorldImage, seed: u64) -> Result<Vec<Step>, Failure> {
    tell(Story::new(image.wake(seed)), seed)
}

/// Plays the story of a seed and lists each request that arrived at the server among its steps.
///
/// # Errors
///
/// As [`play`].
pub fn replay(image: &WorldImage, seed: u64) -> Result<Vec<Step>, Failure> {
    let mut story = Story::new(image.wake(seed));
    story.watch();
    tell(story, seed)
}

fn tell(mut story: Story, seed: u64) -> Result<Vec<Step>, Failure> {
    match story.tell() {
        Ok(()) => Ok(story.steps),
        Err(what) => Err(Failure {
            seed,
            what,
            steps: story.steps,
        }),
    }
}

impl Story {
    fn new(mut world: World) -> Self {
        let people = [&mut world.ana, &mut world.ben].into_iter().enumerate();
        let seats = people.flat_map(|(person, it)| {
            let devices = std::mem::take(&mut it.devices).into_iter();
            devices.map(move |device| Seat::new(person, device))
        });
        let seats: Vec<Seat> = seats.collect();
        let backups = vec![world.server.image()];
        let chance = world.chance.branch();
        Self {
            world,
            chance,
            seats,
            ledger: Ledger::default(),
            backups,
            steps: Vec::new(),
            asked: Rc::default(),
        }
    }

    fn watch(&mut self) {
        for seat in &self.seats {
            let asked = Rc::clone(&self.asked);
            seat.device
                .line
                .watch(Watcher::new(move |line, request, answer| {
                    asked
                        .borrow_mut()
                        .push(Step::Asked(line, told::exchange(request, answer)));
                }));
        }
    }

    fn tell(&mut self) -> Result<(), String> {
        for seat in &self.seats {
            seat.device
                .line
                .storm(self.chance.below(3) * 8, 1 + self.chance.below(3));
            seat.device.disk.slow(true);
        }
        for _ in 0..TURNS {
            self.turn()?;
        }
        self.heal()?;
        check::all(self)
    }

    fn server(&self) -> Rc<Server> {
        Rc::clone(&self.world.server)
    }

    /// One thing happens.
    fn turn(&mut self) -> Result<(), String> {
        match self.chance.below(1000) {
            0..=17 => self.dies(),
            18..=31 => {
                let number = self.chance.below(self.seats.len());
                let cut = !self.seats[number].device.line.is_cut();
                self.seats[number].device.line.cut(cut);
                self.steps.push(Step::Cut(number, cut));
            }
            32..=43 => {
                let minutes = [1, 7, 61, 60 * 26, 60 * 24 * 8];
                let minutes = *self.chance.pick(&minutes).unwrap_or(&1);
                self.world.clock.pass_minutes(minutes);
                self.steps.push(Step::Passes(minutes));
            }
            44..=47 => {
                self.server().restart();
                self.steps.push(Step::ServerRestarts);
            }
            48..=52 => {
                self.backups.push(self.server().image());
                self.steps.push(Step::Backup);
            }
            53..=56 => self.restores(),
            57..=58 => self.ends(),
            59 if self.chance.percent(15) => self.leaves(),
            60 => self.adds(),
            _ => return self.goes_on(),
        }
        Ok(())
    }

    /// Some device goes one step on in what it does, or begins something.
    fn goes_on(&mut self) -> Result<(), String> {
        let number = self.chance.below(self.seats.len());
        if self.seats[number].tasks.is_empty() || self.chance.percent(10) {
            self.begins(number);
        }
        let count = self.seats[number].tasks.len();
        if count == 0 {
            return Ok(());
        }
        let which = self.chance.below(count);
        self.polls(number, which)
    }

    fn begins(&mut self, number: usize) {
        if self.chance.percent(45) {
            self.begins_to_write(number);
        } else if !self.seats[number].syncing {
            self.begins_to_sync(number);
        }
    }

    fn begins_to_sync(&mut self, number: usize) {
        let seat = &mut self.seats[number];
        let client = seat.device.client().clone();
        let sync = async move { Done::Synced(client.sync().await.map(drop)) };
        seat.tasks.push(Box::pin(sync));
        seat.syncing = true;
        self.steps.push(Step::Syncs(number));
    }

    fn begins_to_write(&mut self, number: usize) {
        let seat = &self.seats[number];
        let client = seat.device.client().clone();
        let Some(wish) = wished(&client, &self.chance) else {
            return;
        };
        if let Wish::Answer(reveal, words) = &wish {
            self.ledger.answers(seat.person, *reveal, words);
        }
        self.steps.push(Step::Writes(number, format!("{wish:?}")));
        let write = async move {
            let outcome = match wish.clone() {
                Wish::Command(command) => client.dispatch(command).await,
                Wish::Answer(reveal, words) => client.answer_reveal(reveal, &words).await,
            };
            let wish = Box::new(wish);
            Done::Wrote { wish, outcome }
        };
        self.seats[number].tasks.push(Box::pin(write));
    }

    fn polls(&mut self, number: usize, which: usize) -> Result<(), String> {
        let mut context = Context::from_waker(Waker::noop());
        let task = &mut self.seats[number].tasks[which];
        let polled = task.as_mut().poll(&mut context);
        self.steps.append(&mut self.asked.borrow_mut());
        if let Poll::Ready(done) = polled {
            drop(self.seats[number].tasks.remove(which));
            self.done(number, done)?;
        }
        Ok(())
    }

    fn done(&mut self, number: usize, done: Done) -> Result<(), String> {
        let seat = &mut self.seats[number];
        match done {
            Done::Wrote { wish, outcome } => {
                self.steps.push(Step::Wrote(number, format!("{outcome:?}")));
                match outcome {
                    Ok(id) => self.ledger.acknowledged(seat.person, id, *wish),
                    Err(DispatchError::Refused(_) | DispatchError::SpaceClosed) => {}
                    Err(other) => {
                        return Err(format!("device {number} could not write: {other:?}"));
                    }
                }
            }
            Done::Synced(outcome) => {
                seat.syncing = false;
                self.steps
                    .push(Step::Synced(number, format!("{outcome:?}")));
                check::early(self, number)?;
                check::synced(self, number, &outcome)?;
            }
            Done::Ended(outcome) => check::troubled(number, &outcome)?,
            Done::Left(Ok(())) => self.ledger.left = true,
            Done::Left(Err(error)) => check::left(number, &error)?,
        }
        Ok(())
    }

    fn dies(&mut self) {
        let number = self.chance.below(self.seats.len());
        self.seats[number].dies();
        self.steps.push(Step::Dies(number));
    }

    fn restores(&mut self) {
        if let Some(backup) = self.backups.last() {
            self.world.server.restore(backup);
            self.steps.push(Step::Restore);
            // A session that began after the backup is gone with what followed it.
            self.ledger.restored = true;
        }
    }

    /// A person ends the session of their other device.
    fn ends(&mut self) {
        let number = self.chance.below(self.seats.len());
        let person = self.seats[number].person;
        let mut others = self.seats.iter().enumerate();
        let other = others.find(|(it, seat)| *it != number && seat.person == person);
        let Some((other, seat)) = other else { return };
        if seat.may_be_ended || self.seats[number].may_be_ended {
            return;
        }
        let device = seat.device.client().me().device;
        let client = self.seats[number].device.client().clone();
        let ending = async move {
            let sessions = match client.sessions().await {
                Ok(sessions) => sessions,
                Err(error) => return Done::Ended(Err(error)),
            };
            match sessions.iter().find(|session| session.device == device) {
                Some(session) => Done::Ended(client.end_session(session.id).await),
                None => Done::Ended(Ok(())),
            }
        };
        self.seats[number].tasks.push(Box::pin(ending));
        self.seats[other].may_be_ended = true;
        self.steps.push(Step::Ends(other));
    }

    fn leaves(&mut self) {
        let number = self.chance.below(self.seats.len());
        let client = self.seats[number].device.client().clone();
        let leaving = async move { Done::Left(client.leave_space().await) };
        self.seats[number].tasks.push(Box::pin(leaving));
        self.ledger.may_have_left = true;
        self.steps.push(Step::Leaves(number));
    }

    /// A person signs in on one more device.
    fn adds(&mut self) {
        if self.seats.len() > 5 {
            return;
        }
        let person = self.chance.below(2);
        let who = if person == 0 {
            &self.world.ana
        } else {
            &self.world.ben
        };
        let device = who.signs_in(self.world.shop.device(self.seats.len()));
        device.line.storm(5, 2);
        device.disk.slow(true);
        let mut seat = Seat::new(person, device);
        // A restore from an older backup ends a session that began after it.
        seat.may_be_ended = true;
        self.steps.push(Step::Adds(self.seats.len()));
        self.seats.push(seat);
    }

    /// Everything is mended, and all devices come to rest.
    fn heal(&mut self) -> Result<(), String> {
        self.steps.push(Step::Heals);
        for seat in &self.seats {
            seat.device.line.cut(false);
            seat.device.line.storm(0, 0);
            seat.device.disk.slow(false);
        }
        for number in 0..self.seats.len() {
            // One task may wait for what another one holds, so they go on in turn.
            for turn in 0..PATIENCE {
                match self.seats[number].tasks.len() {
                    0 => break,
                    count => self.polls(number, turn % count)?,
                }
            }
            if !self.seats[number].tasks.is_empty() {
                return Err(format!("device {number} never ends what it began"));
            }
        }
        for _ in 0..24 {
            if !self.round()? {
                return Ok(());
            }
        }
        Err(String::from("the devices never come to rest"))
    }

    /// Every device synchronises once; tells whether anything moved.
    fn round(&mut self) -> Result<bool, String> {
        let mut moved = false;
        for number in 0..self.seats.len() {
            let outcome = self.seats[number].device.sync();
            self.steps.append(&mut self.asked.borrow_mut());
            check::synced(self, number, &outcome.clone().map(drop))?;
            if let Ok(report) = outcome {
                moved |= report.pulled + report.pushed + report.given_back > 0;
                if report.pulled + report.pushed + report.given_back > 0 {
                    self.steps.push(Step::Synced(number, format!("{report:?}")));
                }
            }
        }
        Ok(moved)
    }
}

impl Seat {
    fn new(person: usize, device: Device) -> Self {
        Self {
            person,
            device,
            tasks: Vec::new(),
            may_be_ended: false,
            syncing: false,
        }
    }

    /// The process ends where it stands, and starts again from the disk.
    fn dies(&mut self) {
        self.tasks.clear();
        self.syncing = false;
        self.device.restart();
    }

    /// Tells whether the device is out: its session has ended, or the record says so.
    fn is_signed_out(&self) -> bool {
        self.may_be_ended
            && match self.device.sync() {
                Err(SyncError::Trouble(trouble)) => trouble == Trouble::SignedOut,
                Ok(report) => report.refused.contains(&Refusal::EndedDevice.to_string()),
                Err(_) => false,
            }
    }
}

fn wished(client: &TestClient, chance: &Chance) -> Option<Wish> {
    let (couple, me, now) = (client.couple()?, client.my_partner_id()?, client.now());
    let entries: Vec<_> = client.entries().iter().map(|entry| entry.id).collect();
    let sight = Sight {
        couple: &couple,
        me,
        now: &now,
        entries: &entries,
    };
    Some(wish(&sight, chance))
}
