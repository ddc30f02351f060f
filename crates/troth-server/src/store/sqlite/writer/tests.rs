//! Who commits, and what stands afterwards.

use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;

/// A writer over a table of numbers that may not repeat.
fn writer() -> (tempfile::TempDir, Writer) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("numbers.db");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; CREATE TABLE numbers (number INTEGER PRIMARY KEY);",
        )
        .unwrap();
    let writer = Writer::start(connection, path, Arc::default()).unwrap();
    (folder, writer)
}

/// A job that adds a number and then fails, if it is told to.
fn add(
    number: i64,
    fails: bool,
) -> impl FnOnce(&mut Work<'_>) -> Result<(), StoreError> + Send + 'static {
    move |work| {
        let added = work
            .connection
            .execute("INSERT INTO numbers VALUES (?1)", [number]);
        added.map_err(|error| failed(&error))?;
        if fails {
            Err(StoreError::Broken)
        } else {
            Ok(())
        }
    }
}

fn numbers(folder: &tempfile::TempDir) -> Vec<i64> {
    let connection = Connection::open(folder.path().join("numbers.db")).unwrap();
    let mut statement = connection
        .prepare("SELECT number FROM numbers ORDER BY number")
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Polls once: is the outcome there when the call returns?
fn at_once<T>(pending: Pending<'static, T>) -> Option<Result<T, StoreError>> {
    let mut pending = pin!(pending);
    match pending
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(outcome) => Some(outcome),
        Poll::Pending => None,
    }
}

async fn make_it_quiet(writer: &Writer) {
    for number in 0..i64::from(ALONE_AFTER) {
        writer.run(add(number, false)).await.unwrap();
    }
    // The thread tells while it still holds the pen.
    drop(writer.desk.pen());
}

#[tokio::test]
async fn a_short_job_is_committed_at_once_where_nobody_else_writes() {
    let (folder, writer) = writer();
    make_it_quiet(&writer).await;

    let outcome = at_once(writer.run_short(add(100, false)));

    assert_eq!(outcome, Some(Ok(())));
    assert_eq!(numbers(&folder).last(), Some(&100));
}

#[tokio::test]
async fn a_short_job_waits_for_its_turn_while_another_holds_the_pen() {
    let (folder, writer) = writer();
    make_it_quiet(&writer).await;
    let pen = writer.desk.pen();

    let pending = writer.run_short(add(100, false));
    assert!(!numbers(&folder).contains(&100));
    drop(pen);

    assert_eq!(pending.await, Ok(()));
    assert!(numbers(&folder).contains(&100));
}

#[tokio::test]
async fn a_job_that_fails_alone_leaves_nothing_and_the_next_stands() {
    let (folder, writer) = writer();
    make_it_quiet(&writer).await;

    let failed = at_once(writer.run_short(add(100, true)));
    let next = at_once(writer.run_short(add(101, false)));

    assert_eq!(
        (failed, next),
        (Some(Err(StoreError::Broken)), Some(Ok(())))
    );
    assert_eq!(numbers(&folder).last(), Some(&101));
    assert!(!numbers(&folder).contains(&100));
}

#[tokio::test]
async fn a_job_that_fails_among_others_takes_nobody_along() {
    let (folder, writer) = writer();
    let pen = writer.desk.pen();
    let jobs = [(1, false), (2, true), (3, false)];
    let waiting = jobs.map(|(number, fails)| writer.run(add(number, fails)));
    drop(pen);

    for (pending, (_, fails)) in waiting.into_iter().zip(jobs) {
        assert_eq!(pending.await.is_err(), fails);
    }

    assert_eq!(numbers(&folder), [1, 3]);
}

#[tokio::test]
async fn many_jobs_are_all_there_after_the_log_was_moved_again_and_again() {
    let (folder, writer) = writer();
    let round = i64::try_from(JOBS_BETWEEN_CHECKPOINTS).unwrap();
    for first in [0, round, 2 * round] {
        let together: Vec<_> = (first..first + round)
            .map(|number| writer.run(add(number, false)))
            .collect();
        for pending in together {
            pending.await.unwrap();
        }
        writer.run_short(add(-1 - first, false)).await.unwrap();
    }

    drop(writer);

    let added = [-2 * round - 1, -round - 1, -1];
    let expected: Vec<_> = added.into_iter().chain(0..3 * round).collect();
    assert_eq!(numbers(&folder), expected);
}
