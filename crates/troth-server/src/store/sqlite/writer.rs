//! The one thread that writes, and commits everything that waits in one step.
//!
//! A commit costs a flush of the disk, whatever its size. So the thread takes every waiting
//! job, runs each inside its own savepoint in one transaction, commits once, and only then
//! tells all of them. One client waits for one flush; sixty-four share it.
//!
//! # Invariants
//!
//! 1. **One writer.** Only this thread's connection writes, so no statement ever meets a lock.
//! 2. **Told after.** No job learns of success before the commit that carries it (store
//!    invariant 1).
//! 3. **Alone in failing.** A job that fails is undone to its savepoint; the others stand.
//! 4. **The cache follows.** What is remembered of a space is forgotten whenever a savepoint
//!    or a commit that touched it is undone.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;
use troth_wire::{LogState, SpaceId};

use super::failed;
use crate::store::{Pending, StoreError};

/// How many jobs share a commit at most; beyond it the first would wait too long.
const MAX_GROUP: usize = 256;

/// How many spaces' states are remembered.
const MAX_SPACES: usize = 4096;

/// After so many commits the other connection is asked to move the log into the database.
const COMMITS_BETWEEN_CHECKPOINTS: u32 = 256;

/// One thing to be written, and somebody who waits for it.
trait Job: Send {
    /// Writes, inside the job's own savepoint.
    fn run(&mut self, work: &mut Work<'_>) -> Fate;

    /// Tells the one who waits, after the commit.
    fn finish(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Waiting<T, E, F> {
    job: Option<F>,
    outcome: Result<T, E>,
    tell: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Waiting<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnOnce(&mut Work<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, work: &mut Work<'_>) -> Fate {
        if let Some(job) = self.job.take() {
            self.outcome = job(work);
        }
        if self.outcome.is_ok() {
            Fate::Keep
        } else {
            Fate::Undo
        }
    }

    fn finish(self: Box<Self>, committed: Result<(), StoreError>) {
        // Nobody listens any more when the client went away; the rows stand.
        let _gone = self.tell.send(committed.map_err(E::from).and(self.outcome));
    }
}

/// Whether a job's savepoint is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Keep,
    Undo,
}

/// The states of spaces as of the newest statement of the writer.
#[derive(Debug, Default)]
pub(super) struct Spaces {
    states: HashMap<SpaceId, Remembered>,
    touched: Vec<SpaceId>,
}

/// A space's state, and the place of the state that is stored.
#[derive(Debug)]
pub(super) struct Remembered {
    pub(super) state: LogState,
    pub(super) stored_place: u64,
}

impl Spaces {
    /// Takes a state out, to be changed; [`Self::keep`] puts it back.
    pub(super) fn take(&mut self, space: SpaceId) -> Option<Remembered> {
        self.states.remove(&space)
    }

    /// Remembers a state. It is forgotten again if the job's savepoint is undone.
    pub(super) fn keep(&mut self, space: SpaceId, remembered: Remembered) {
        if self.states.len() >= MAX_SPACES {
            self.states.clear();
        }
        self.touched.push(space);
        self.states.insert(space, remembered);
    }

    /// Forgets a space.
    pub(super) fn forget(&mut self, space: SpaceId) {
        self.states.remove(&space);
    }

    fn settle(&mut self, fate: Fate) {
        for space in self.touched.drain(..) {
            if fate == Fate::Undo {
                self.states.remove(&space);
            }
        }
    }
}

/// What a job works with.
#[derive(Debug)]
pub(super) struct Work<'a> {
    // Not shared: what borrows it alone may be sent to where it is awaited.
    pub(super) connection: &'a mut Connection,
    pub(super) spaces: &'a mut Spaces,
}

/// The way to the writing thread; dropping it ends the thread after the jobs that wait.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread, which owns the connection from now on.
    ///
    /// # Errors
    ///
    /// The system's, when it refuses a thread.
    pub(super) fn start(connection: Connection, database: PathBuf) -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::channel();
        let (due, asked) = mpsc::sync_channel(1);
        let threads = vec![
            std::thread::Builder::new()
                .name("troth-checkpoint".to_owned())
                .spawn(move || checkpoint(&database, &asked))?,
            std::thread::Builder::new()
                .name("troth-writer".to_owned())
                .spawn(move || run(connection, &waiting, &due))?,
        ];
        Ok(Self {
            jobs: Some(jobs),
            threads,
        })
    }

    /// Runs a job on the writing thread and waits until it is durable.
    pub(super) fn run<T, F>(&self, job: F) -> Pending<'static, T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Work<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        Box::pin(self.run_or_refuse(job))
    }

    /// As [`Self::run`], for a job with reasons of its own to refuse; it is undone then too.
    pub(super) fn run_or_refuse<T, E, F>(
        &self,
        job: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 'static
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Work<'_>) -> Result<T, E> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let job = Waiting {
            job: Some(job),
            outcome: Err(StoreError::Stopped.into()),
            tell,
        };
        let sent = self
            .jobs
            .as_ref()
            .is_some_and(|jobs| jobs.send(Box::new(job)).is_ok());
        async move {
            if !sent {
                return Err(StoreError::Stopped.into());
            }
            told.await.unwrap_or(Err(StoreError::Stopped.into()))
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            // A thread that panicked has nothing left to say.
            let _ended = thread.join();
        }
    }
}

fn run(
    mut connection: Connection,
    waiting: &mpsc::Receiver<Box<dyn Job>>,
    due: &mpsc::SyncSender<()>,
) {
    let mut spaces = Spaces::default();
    let mut commits = 0;
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        while group.len() < MAX_GROUP
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        commit(&mut connection, &mut spaces, group);
        commits += 1;
        if commits >= COMMITS_BETWEEN_CHECKPOINTS {
            commits = 0;
            // A full queue means that the other thread is at it already.
            let _busy = due.try_send(());
        }
    }
}

/// Runs a group in one transaction and tells each job how it ended.
fn commit(connection: &mut Connection, spaces: &mut Spaces, mut group: Vec<Box<dyn Job>>) {
    let mut outcome = execute(connection, "BEGIN IMMEDIATE");
    for job in &mut group {
        if outcome.is_ok() {
            outcome = in_savepoint(connection, spaces, job.as_mut());
        }
    }
    let outcome = outcome.and_then(|()| execute(connection, "COMMIT"));
    if outcome.is_err() {
        if !connection.is_autocommit() {
            let _undone = execute(connection, "ROLLBACK");
        }
        *spaces = Spaces::default();
    }
    for job in group {
        job.finish(outcome);
    }
}

/// Runs one job in its savepoint; an error means that the whole group is lost.
fn in_savepoint(
    connection: &mut Connection,
    spaces: &mut Spaces,
    job: &mut dyn Job,
) -> Result<(), StoreError> {
    execute(connection, "SAVEPOINT job")?;
    let fate = job.run(&mut Work { connection, spaces });
    spaces.settle(fate);
    if fate == Fate::Undo {
        if connection.is_autocommit() {
            // A full disk can undo the whole transaction; then everybody must hear of it.
            return Err(StoreError::Full);
        }
        execute(connection, "ROLLBACK TO job")?;
    }
    execute(connection, "RELEASE job")
}

fn execute(connection: &Connection, statement: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(statement)
        .and_then(|mut statement| statement.execute([]))
        .map(drop)
        .map_err(|error| failed(&error))
}

/// Moves the write-ahead log into the database, so that the writer need not wait for it.
fn checkpoint(database: &std::path::Path, asked: &mpsc::Receiver<()>) {
    let Ok(connection) = Connection::open(database) else {
        return;
    };
    while asked.recv().is_ok() {
        let moved = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = moved {
            let _logged = failed(&error);
        }
    }
}
