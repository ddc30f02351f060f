//! People, crashes and retries at random, on both databases for real.
//!
//! Each round draws some commands, runs them at the same time, and lets some of them be cut off
//! before a statement, or their answer be lost; what was cut off or lost is sent again, as a
//! client does. In between the whole store is closed and opened, or the database killed. After
//! each stretch [`Audit`] reads everything and checks it; at the end time passes, and nothing
//! may be left that waits for anybody.
//!
//! The commands follow from the seed alone. `TROTH_BOOKING_SEEDS` and
//! `TROTH_BOOKING_OPERATIONS` ask for more of them.

use std::collections::BTreeMap;

use tempfile::TempDir;
use troth_booking::machine::{Reminder, State};
use troth_server::network::op::booking::{ForgetVisits, KEEP_VISITS, SweepBookings};
use troth_server::network::op::once::Done;
use troth_server::network::store::{
    BookingId, ClientId, Minute, NetworkError, NetworkStore, ProviderId,
};
use troth_server::store::sqlite::SqliteStore;

use self::command::{Command, Heard};
use self::draw::Draw;
use crate::support::audit::Audit;
use crate::support::postgres::Postgres;
use crate::support::{self, MORNING, at, hours, provider};

mod command;
mod draw;

/// How many providers there are; half of them answer requests, half book at once.
const PROVIDERS: u8 = 4;

/// How many people there are.
const PEOPLE: u8 = 14;

/// How many commands run at the same time.
const AT_ONCE: usize = 8;

/// Where the database lives, and how it dies.
enum House {
    Sqlite(TempDir),
    Postgres { server: Postgres, url: String },
}

impl House {
    /// How often, in a simulation, the store is closed or killed and everything is checked.
    const fn checks(&self) -> u32 {
        match self {
            Self::Sqlite(_) => 8,
            // Each takes seconds.
            Self::Postgres { .. } => 2,
        }
    }

    async fn open(&self) -> NetworkStore {
        match self {
            Self::Sqlite(folder) => support::open(folder),
            Self::Postgres { url, .. } => support::connect(url).await,
        }
    }
}

/// A booking that somebody was told of.
#[derive(Debug, Clone, Copy)]
struct Known {
    booking: BookingId,
    client: ClientId,
    provider: u8,
}

/// The simulated world, as the people know it.
struct World {
    draw: Draw,
    now: Minute,
    providers: Vec<ProviderId>,
    /// Bookings that somebody was told of, newest last.
    known: Vec<Known>,
    next_name: u32,
    /// What was answered to each key.
    answers: BTreeMap<u64, Vec<u8>>,
    /// Requests that were accepted, to be sent once more.
    accepted: Vec<(u64, Command)>,
    /// Up to which number each person has read their notices.
    read: BTreeMap<ClientId, u64>,
    /// Reminders that a worker holds, until when.
    leased: Vec<(Reminder, Minute)>,
    /// Reminders that went out: of which booking, version and minute, and when.
    reminded: BTreeMap<(BookingId, u32, Minute), Minute>,
    counts: BTreeMap<&'static str, u32>,
}

impl World {
    async fn begin(store: &NetworkStore, seed: u64) -> Self {
        let mut providers = Vec::new();
        for number in 1..=PROVIDERS {
            providers.push(provider(store, number, &hours(number % 2 == 0)).await);
        }
        Self {
            draw: Draw::new(seed),
            now: MORNING,
            providers,
            known: Vec::new(),
            next_name: 0,
            answers: BTreeMap::new(),
            accepted: Vec::new(),
            read: BTreeMap::new(),
            leased: Vec::new(),
            reminded: BTreeMap::new(),
            counts: BTreeMap::new(),
        }
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn counted(&self, what: &str) -> u32 {
        self.counts.get(what).copied().unwrap_or(0)
    }

    /// Runs commands at the same time, then sends again what was not answered.
    async fn round(&mut self, store: &NetworkStore) {
        let mut asked = Vec::with_capacity(AT_ONCE);
        for _ in 0..AT_ONCE {
            asked.push(self.next_request());
        }
        let running: Vec<_> = asked
            .iter()
            .map(|(key, command, fate)| command.run(store, *key, *fate))
            .collect();
        let heard = join(running).await;
        for ((key, command, _), heard) in asked.into_iter().zip(heard) {
            let heard = match heard {
                Heard::Nothing => {
                    self.count("sent again");
                    let again = command.run(store, key, command::Fate::Whole).await;
                    // Whatever became of the first, the second is answered.
                    assert!(!matches!(again, Heard::Nothing));
                    again
                }
                heard => heard,
            };
            self.take(key, command, heard);
        }
        self.now = self.now.plus(self.draw.below(3));
    }

    /// Draws a request: a new command, or one that was accepted before, with the same key.
    fn next_request(&mut self) -> (u64, Command, command::Fate) {
        let fate = command::Fate::draw(&mut self.draw);
        if self.draw.one_in(20) && !self.accepted.is_empty() {
            let place = self.draw.below(self.accepted.len() as u32) as usize;
            let (key, command) = self.accepted[place].clone();
            return (key, command, fate);
        }
        let key = self.draw.number();
        (key, Command::draw(self), fate)
    }

    /// Takes in what a command brought.
    fn take(&mut self, key: u64, command: Command, heard: Heard) {
        self.count(command.name());
        match heard {
            Heard::Nothing => panic!("a second request was not answered: {command:?}"),
            Heard::Refused(error) => {
                assert!(
                    !matches!(error, NetworkError::Store(_) | NetworkError::Contended),
                    "a raw error of the database: {error:?} after {command:?}"
                );
                self.count("refused");
            }
            Heard::Done(Done { bytes, was_kept }) => {
                self.count("done");
                if was_kept {
                    self.count("answered from before");
                    if let Some(before) = self.answers.get(&key) {
                        assert_eq!(before, &bytes, "the same key, the same answer");
                    }
                }
                if !was_kept && let Some(known) = command.made(&self.known) {
                    self.known.push(known);
                }
                self.answers.insert(key, bytes);
                self.accepted.push((key, command));
                if self.accepted.len() > 64 {
                    self.accepted.remove(0);
                }
            }
            Heard::Leased(leased, until) => {
                self.leased.extend(leased.into_iter().map(|it| (it, until)));
            }
            Heard::Reminded(reminder, now) => {
                let name = (reminder.booking, reminder.version, reminder.at);
                let before = self.reminded.insert(name, now);
                assert_eq!(before, None, "reminded twice: {reminder:?}");
                self.count("reminded");
            }
            Heard::Offered(offers, read) => self.meet(offers, read),
            Heard::Fine => {}
        }
    }

    /// Notes offers that somebody read of, each once.
    fn meet(&mut self, offers: Vec<Known>, (client, read): (ClientId, u64)) {
        let before = self.read.entry(client).or_default();
        if read > *before {
            *before = read;
            for offer in offers {
                self.known.push(offer);
                self.count("offered");
            }
        }
    }

    /// What went out belonged to a visit that stood at that moment.
    fn check_reminders(&self, audit: &Audit) {
        for ((booking, version, at), sent) in &self.reminded {
            let history = &audit.histories[booking];
            let booked = history.iter().find(|it| it.sequence == *version).unwrap();
            assert_eq!(booked.state, State::Booked);
            assert!(booked.at <= *sent && at <= sent);
            let ended = history.iter().find(|it| !it.state.is_live());
            assert!(
                ended.is_none_or(|it| it.at >= *sent),
                "reminded of what had ended"
            );
        }
    }

    /// Lets the database die while requests are on their way; all of them are sent again.
    async fn crash_round(&mut self, store: NetworkStore, house: &House) -> NetworkStore {
        let House::Postgres { server, .. } = house else {
            drop(store);
            return house.open().await;
        };
        let asked: Vec<_> = (0..AT_ONCE).map(|_| self.next_request()).collect();
        let running: Vec<_> = asked
            .iter()
            .map(|(key, command, fate)| command.run(&store, *key, *fate))
            .collect();
        let (heard, ()) = tokio::join!(join(running), async {
            tokio::task::yield_now().await;
            server.crash();
        });
        drop(store);
        server.restart();
        let store = house.open().await;
        for ((key, command, _), heard) in asked.into_iter().zip(heard) {
            let heard = match heard {
                Heard::Nothing => command.run(&store, key, command::Fate::Whole).await,
                heard => heard,
            };
            self.take(key, command, heard);
        }
        self.count("crash");
        store
    }
}

/// Waits for all of them, each on the same thread.
async fn join<F: Future>(running: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<_> = running.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut is_over = true;
        for (one, out) in running.iter_mut().zip(&mut done) {
            if out.is_none() {
                match one.as_mut().poll(context) {
                    std::task::Poll::Ready(output) => *out = Some(output),
                    std::task::Poll::Pending => is_over = false,
                }
            }
        }
        if is_over {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}

/// One simulation, from an empty database to the end.
async fn simulate(house: &House, seed: u64, operations: u32) {
    let mut store = house.open().await;
    let mut world = World::begin(&store, seed).await;
    let (mut done, mut checked) = (0, 0);
    while done < operations {
        world.round(&store).await;
        done += AT_ONCE as u32;
        if done >= checked + operations / house.checks() {
            checked = done;
            store = world.crash_round(store, house).await;
            let audit = Audit::read(&store).await;
            audit.check();
            world.check_reminders(&audit);
        }
    }
    finish(&store, &mut world).await;
    println!("seed {seed}: {operations} operations, {:?}", world.counts);
    // A simulation in which nothing happens says nothing.
    for (what, least) in [("done", 4), ("refused", 20), ("sent again", 20)] {
        assert!(
            world.counted(what) > operations / least / 4,
            "{what}: {:?}",
            world.counts
        );
    }
    assert!(
        world.counted("reminded") > operations / 4_000,
        "{:?}",
        world.counts
    );
}

/// Time passes, and nobody acts: everything that waits for somebody ends.
async fn finish(store: &NetworkStore, world: &mut World) {
    for _ in 0..60 {
        world.now = world.now.plus(24 * 60);
        let sweep = || SweepBookings {
            limit: 100,
            now: at(world.now),
        };
        while store.run(sweep()).await.unwrap() > 0 {}
    }
    let audit = Audit::read(store).await;
    audit.check();
    world.check_reminders(&audit);
    for booking in audit.bookings() {
        let waits = booking.state.until();
        assert_eq!(
            waits, None,
            "every hold, offer and request ends: {booking:?}"
        );
    }
    // And nothing is kept for ever.
    let minute = world.now.plus(KEEP_VISITS);
    let forget = || ForgetVisits { limit: 500, minute };
    while store.run(forget()).await.unwrap() > 0 {}
    let audit = Audit::read(store).await;
    audit.check();
    assert_eq!(audit.bookings().count(), 0, "every visit is forgotten");
}

/// Plays in a process that may be killed at any moment, and writes down every booking that
/// somebody was promised.
pub(crate) async fn play_until_killed(folder: &std::path::Path, round: u32) {
    let store: NetworkStore = SqliteStore::open(&folder.join("troth.db")).unwrap().into();
    let mut world = World::begin(&store, u64::from(round) + 1_000).await;
    world.next_name = round * 1_000_000;
    world.now = MORNING.plus(round * 60);
    loop {
        let known = world.known.len();
        world.round(&store).await;
        for made in &world.known[known..] {
            // A line is one write, so the reader sees whole promises.
            println!("\npromised {}", made.booking);
        }
    }
}

/// What the environment asks for, or this.
pub(crate) fn asked(name: &str, otherwise: u32) -> u32 {
    std::env::var(name)
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(otherwise)
}

#[tokio::test]
async fn random_operations_under_crashes_and_retries_on_sqlite() {
    let operations = asked("TROTH_BOOKING_OPERATIONS", 200_000);
    for seed in 0..u64::from(asked("TROTH_BOOKING_SEEDS", 1)) {
        let (store, folder) = support::sqlite();
        drop(store);
        simulate(&House::Sqlite(folder), seed, operations).await;
    }
}

#[tokio::test]
async fn random_operations_under_crashes_and_retries_on_postgresql() {
    let operations = asked("TROTH_BOOKING_OPERATIONS", 4_000);
    for seed in 0..u64::from(asked("TROTH_BOOKING_SEEDS", 1)) {
        let Some(server) = Postgres::start() else {
            return;
        };
        let url = server.database();
        simulate(&House::Postgres { server, url }, seed, operations).await;
    }
}
