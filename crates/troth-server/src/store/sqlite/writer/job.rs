//! What is written in one turn, and who is told of it.

use tokio::sync::oneshot;

use super::Work;
use crate::store::StoreError;

/// One thing to be written, and somebody who waits for it.
pub(super) trait Job: Send {
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
pub(super) enum Fate {
    Keep,
    Undo,
}

/// A job, and where its outcome will be told.
pub(super) fn waiting<T, E, F>(job: F) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>)
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
    (Box::new(job), told)
}
