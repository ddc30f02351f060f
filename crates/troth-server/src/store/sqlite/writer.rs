//! The one connection that writes, and commits everything that waits in one step.
//!
//! A commit costs a flush of the disk, whatever its size. So the writing thread takes every
//! waiting job, runs each inside its own savepoint in one transaction, commits once, and only
//! then tells all of them. One client waits for one flush; sixty-four share it. A client who is
//! alone does not even wait for the thread: its job is committed where it stands (ADR 23).
//!
//! # Invariants
//!
//! 1. **One writer.** Only the connection of [`Pen`] writes, so no statement ever meets a lock.
//! 2. **Told after.** No job learns of success before the commit that carries it (store
//!    invariant 1).
//! 3. **Alone in failing.** A job that fails is undone to its savepoint; the others stand.
//! 4. **The cache follows.** What is remembered of a space is forgotten whenever a savepoint
//!    or a commit that touched it is undone.
//! 5. **Forgotten before told.** What [`Recent`] remembers is forgotten by whoever commits, between
//!    the commit and the telling. It never depends on someone waiting for the outcome: a client
//!    that hangs up right after "end this session" must not leave the session remembered.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;

use rusqlite::Connection;

pub(super) use self::spaces::Remembered;

use self::job::{Fate, Job, waiting};
use self::spaces::Spaces;
use super::failed;
use super::recent::Recent;
use crate::store::{Pending, StoreError};

mod job;
mod spaces;

/// How many jobs share a commit at most; beyond it the first would wait too long.
const MAX_GROUP: usize = 256;

/// After so many commits that nobody could have shared, a job is taken to be alone.
const ALONE_AFTER: u32 = 8;

/// After so many jobs the log is moved into the database. A job writes about three pages, so
/// the log comes to 12 MiB, and to more while the other connection is slow.
const JOBS_BETWEEN_CHECKPOINTS: usize = 1024;

/// What a job works with.
#[derive(Debug)]
pub(super) struct Work<'a> {
    // Not shared: what borrows it alone may be sent to where it is awaited.
    pub(super) connection: &'a mut Connection,
    pub(super) spaces: &'a mut Spaces,
    /// Set by a job that changes rows of which [`Recent`] remembers a copy.
    pub(super) outdates: &'a mut bool,
}

/// What one holds who writes.
#[derive(Debug)]
struct Pen {
    connection: Connection,
    spaces: Spaces,
    /// Whether a job of this group changed what is remembered.
    outdates: bool,
    /// Jobs since the last checkpoint was asked for.
    since: usize,
    /// Asks for a checkpoint; gone when the store is closed.
    due: Option<mpsc::SyncSender<()>>,
}

/// What the writing thread and those who ask it have in common.
#[derive(Debug)]
struct Desk {
    pen: Mutex<Pen>,
    /// What readers remember.
    recent: Arc<Recent>,
    /// Jobs that were sent to the thread and not yet taken up.
    waiting: AtomicUsize,
    /// How many commits in a row carried one job while no other waited.
    quiet: AtomicU32,
    /// Whether nearly all of the log was moved, so that the rest is worth waiting for.
    nearly_moved: AtomicBool,
}

/// The way to the writing thread; dropping it ends the thread after the jobs that wait.
#[derive(Debug)]
pub(super) struct Writer {
    desk: Arc<Desk>,
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread. The connection belongs to the writer from now on.
    ///
    /// # Errors
    ///
    /// The system's, when it refuses a thread.
    pub(super) fn start(
        connection: Connection,
        database: PathBuf,
        recent: Arc<Recent>,
    ) -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::channel();
        let (due, asked) = mpsc::sync_channel(1);
        let desk = Arc::new(Desk {
            pen: Mutex::new(Pen {
                connection,
                spaces: Spaces::default(),
                outdates: false,
                since: 0,
                due: Some(due),
            }),
            recent,
            waiting: AtomicUsize::new(0),
            quiet: AtomicU32::new(0),
            nearly_moved: AtomicBool::new(false),
        });
        let (writing, moving) = (Arc::clone(&desk), Arc::clone(&desk));
        let threads = vec![
            std::thread::Builder::new()
                .name("troth-writer".to_owned())
                .spawn(move || run(&writing, &waiting))?,
            std::thread::Builder::new()
                .name("troth-checkpoint".to_owned())
                .spawn(move || checkpoint(&moving, &database, &asked))?,
        ];
        Ok(Self {
            desk,
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
        let (job, told) = waiting(job);
        let sent = self.send(job);
        async move {
            if !sent {
                return Err(StoreError::Stopped.into());
            }
            told.await.unwrap_or(Err(StoreError::Stopped.into()))
        }
    }

    /// As [`Self::run`], for a short job that many wait for one after the other.
    ///
    /// If nobody else writes now, and nobody did of late, it is committed here and now by the
    /// thread that asks: to wake the writing thread and to be woken by it costs more than all
    /// the rest of such a job. Meanwhile this thread serves nobody else, so a second client is
    /// enough to make everybody go to the writing thread again.
    pub(super) fn run_short<T, F>(&self, job: F) -> Pending<'static, T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Work<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (job, mut told) = waiting(job);
        if let Err(job) = self.desk.commit_alone(job)
            && !self.send(job)
        {
            return Box::pin(std::future::ready(Err(StoreError::Stopped)));
        }
        match told.try_recv() {
            Ok(outcome) => Box::pin(std::future::ready(outcome)),
            Err(_) => Box::pin(async move { told.await.unwrap_or(Err(StoreError::Stopped)) }),
        }
    }

    fn send(&self, job: Box<dyn Job>) -> bool {
        self.desk.waiting.fetch_add(1, Ordering::Relaxed);
        self.jobs
            .as_ref()
            .is_some_and(|jobs| jobs.send(job).is_ok())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        // Both threads end when nobody is left who could ask them for anything.
        self.desk.pen().due = None;
        for thread in self.threads.drain(..) {
            // A thread that panicked has nothing left to say.
            let _ended = thread.join();
        }
    }
}

impl Desk {
    fn pen(&self) -> MutexGuard<'_, Pen> {
        self.pen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Commits a job on the thread that asks, or gives it back if it has to share.
    fn commit_alone(&self, job: Box<dyn Job>) -> Result<(), Box<dyn Job>> {
        if self.quiet.load(Ordering::Relaxed) < ALONE_AFTER
            || self.waiting.load(Ordering::Relaxed) > 0
        {
            return Err(job);
        }
        let Ok(mut pen) = self.pen.try_lock() else {
            return Err(job);
        };
        self.commit(&mut pen, vec![job]);
        Ok(())
    }

    /// Commits a group, notes whether others came meanwhile, tells each job how it ended, and
    /// keeps the log short.
    fn commit(&self, pen: &mut Pen, mut group: Vec<Box<dyn Job>>) {
        let outcome = pen.carry_out(&mut group);
        // After a commit that failed too: nobody knows what stands.
        if std::mem::take(&mut pen.outdates) {
            self.recent.forget();
        }
        if group.len() == 1 && self.waiting.load(Ordering::Relaxed) == 0 {
            self.quiet.fetch_add(1, Ordering::Relaxed);
        } else {
            self.quiet.store(0, Ordering::Relaxed);
        }
        pen.since += group.len();
        for job in group {
            job.finish(outcome);
        }
        if self.nearly_moved.swap(false, Ordering::Relaxed) {
            move_log(&pen.connection);
        } else if pen.since >= JOBS_BETWEEN_CHECKPOINTS {
            pen.since = 0;
            // A full queue means that the other thread is at it already.
            let _busy = pen.due.as_ref().map(|due| due.try_send(()));
        }
    }
}

fn run(desk: &Desk, waiting: &mpsc::Receiver<Box<dyn Job>>) {
    while let Ok(first) = waiting.recv() {
        let mut pen = desk.pen();
        let mut group = vec![first];
        while group.len() < MAX_GROUP
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        let size = group.len();
        desk.waiting.fetch_sub(size, Ordering::Relaxed);
        desk.commit(&mut pen, group);
    }
}

impl Pen {
    /// Runs a group in one transaction.
    fn carry_out(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        let outcome = match group {
            [job] => self.carry_out_alone(job.as_mut()),
            jobs => self.carry_out_together(jobs),
        };
        if outcome.is_err() {
            if !self.connection.is_autocommit() {
                let _undone = execute(&self.connection, "ROLLBACK");
            }
            self.spaces = Spaces::default();
        }
        outcome
    }

    /// Runs one job, for which the transaction is savepoint enough.
    fn carry_out_alone(&mut self, job: &mut dyn Job) -> Result<(), StoreError> {
        let Self {
            connection,
            spaces,
            outdates,
            ..
        } = self;
        execute(connection, "BEGIN IMMEDIATE")?;
        let fate = job.run(&mut Work {
            connection,
            spaces,
            outdates,
        });
        spaces.settle(fate);
        match fate {
            Fate::Keep => execute(connection, "COMMIT"),
            // A full disk can undo the transaction by itself.
            Fate::Undo if connection.is_autocommit() => Ok(()),
            Fate::Undo => execute(connection, "ROLLBACK"),
        }
    }

    fn carry_out_together(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        execute(&self.connection, "BEGIN IMMEDIATE")?;
        for job in jobs {
            self.in_savepoint(job.as_mut())?;
        }
        execute(&self.connection, "COMMIT")
    }

    /// Runs one job in its savepoint; an error means that the whole group is lost.
    fn in_savepoint(&mut self, job: &mut dyn Job) -> Result<(), StoreError> {
        let Self {
            connection,
            spaces,
            outdates,
            ..
        } = self;
        execute(connection, "SAVEPOINT job")?;
        let fate = job.run(&mut Work {
            connection,
            spaces,
            outdates,
        });
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
}

fn execute(connection: &Connection, statement: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(statement)
        .and_then(|mut statement| statement.execute([]))
        .map(drop)
        .map_err(|error| failed(&error))
}

/// Moves the log into the database whenever it is asked to, beside the writer.
///
/// What the writer adds meanwhile stays behind; it moves that little itself, and then begins
/// the log again from its start. A log that only grew would cost more at each commit: the file
/// system has to make its new length durable too.
fn checkpoint(desk: &Desk, database: &std::path::Path, asked: &mpsc::Receiver<()>) {
    let Ok(connection) = Connection::open(database) else {
        return;
    };
    while asked.recv().is_ok() {
        move_log(&connection);
        desk.nearly_moved.store(true, Ordering::Relaxed);
    }
}

/// Moves as much of the write-ahead log into the database as nobody reads any more.
fn move_log(connection: &Connection) {
    let moved = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    if let Err(error) = moved {
        let _logged = failed(&error);
    }
}

#[cfg(test)]
mod tests;
