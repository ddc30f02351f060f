//! What every journal must do, checked alike on memory, SQLite and IndexedDB.

use super::{Journal, JournalError, Row, Shelf, Write};

/// Runs the whole contract on an empty journal.
///
/// # Errors
///
/// Names the first promise that the journal did not keep, or passes its error on.
pub async fn check(journal: &impl Journal) -> Result<(), Broken> {
    what_is_put_is_found(journal).await?;
    a_later_put_wins(journal).await?;
    shelves_do_not_mix(journal).await?;
    a_scan_lists_in_order_within_its_prefix(journal).await?;
    a_scan_resumes_after_a_key(journal).await?;
    what_is_dropped_is_gone(journal).await?;
    dropping_all_keeps_the_neighbours(journal).await?;
    writes_apply_in_their_order(journal).await?;
    large_and_empty_records_are_kept(journal).await
}

/// The promise that a journal broke.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The journal answered otherwise than promised.
    #[error("a journal broke its promise: {0}")]
    Promise(&'static str),
    /// The journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

fn promise(kept: bool, name: &'static str) -> Result<(), Broken> {
    if kept {
        Ok(())
    } else {
        Err(Broken::Promise(name))
    }
}

fn put(shelf: Shelf, key: &[u8], value: &[u8]) -> Write {
    Write::Put {
        shelf,
        key: key.to_vec(),
        value: value.to_vec(),
    }
}

fn keys(rows: &[Row]) -> Vec<Vec<u8>> {
    rows.iter().map(|(key, _)| key.clone()).collect()
}

async fn what_is_put_is_found(journal: &impl Journal) -> Result<(), Broken> {
    promise(
        journal.lookup(Shelf::Cell, b"a").await?.is_none(),
        "an empty journal holds nothing",
    )?;
    journal.commit(vec![put(Shelf::Cell, b"a", b"1")]).await?;
    let found = journal.lookup(Shelf::Cell, b"a").await?;
    promise(found.as_deref() == Some(b"1"), "what is put is found")
}

async fn a_later_put_wins(journal: &impl Journal) -> Result<(), Broken> {
    journal.commit(vec![put(Shelf::Cell, b"a", b"2")]).await?;
    let found = journal.lookup(Shelf::Cell, b"a").await?;
    promise(found.as_deref() == Some(b"2"), "a later put wins")
}

async fn shelves_do_not_mix(journal: &impl Journal) -> Result<(), Broken> {
    for shelf in Shelf::ALL {
        if shelf != Shelf::Cell {
            promise(
                journal.lookup(shelf, b"a").await?.is_none(),
                "shelves do not mix",
            )?;
        }
    }
    Ok(())
}

async fn a_scan_lists_in_order_within_its_prefix(journal: &impl Journal) -> Result<(), Broken> {
    journal
        .commit(vec![
            put(Shelf::Log, &[7, 0, 2], b"c"),
            put(Shelf::Log, &[7, 0, 1], b"b"),
            put(Shelf::Log, &[7, 255], b"d"),
            put(Shelf::Log, &[8], b"e"),
            put(Shelf::Log, &[6, 255], b"a"),
        ])
        .await?;
    let rows = journal.scan(Shelf::Log, &[7], None, 10).await?;
    let expected = vec![vec![7, 0, 1], vec![7, 0, 2], vec![7, 255]];
    promise(
        keys(&rows) == expected,
        "a scan lists in order within its prefix",
    )?;
    let all = journal.scan(Shelf::Log, &[], None, 10).await?;
    promise(all.len() == 5, "a scan with an empty prefix lists all")
}

async fn a_scan_resumes_after_a_key(journal: &impl Journal) -> Result<(), Broken> {
    let first = journal.scan(Shelf::Log, &[7], None, 2).await?;
    promise(first.len() == 2, "a scan stops at its limit")?;
    let rest = journal.scan(Shelf::Log, &[7], Some(&[7, 0, 2]), 2).await?;
    promise(
        keys(&rest) == vec![vec![7, 255]],
        "a scan resumes after a key",
    )
}

async fn what_is_dropped_is_gone(journal: &impl Journal) -> Result<(), Broken> {
    let gone = |key: &[u8]| Write::Drop {
        shelf: Shelf::Cell,
        key: key.to_vec(),
    };
    journal
        .commit(vec![gone(b"a"), gone(b"never there")])
        .await?;
    promise(
        journal.lookup(Shelf::Cell, b"a").await?.is_none(),
        "what is dropped is gone",
    )
}

async fn dropping_all_keeps_the_neighbours(journal: &impl Journal) -> Result<(), Broken> {
    journal
        .commit(vec![Write::DropAll {
            shelf: Shelf::Log,
            prefix: vec![7],
        }])
        .await?;
    let left = keys(&journal.scan(Shelf::Log, &[], None, 10).await?);
    promise(
        left == vec![vec![6, 255], vec![8]],
        "dropping all keeps the neighbours",
    )?;
    journal
        .commit(vec![Write::DropAll {
            shelf: Shelf::Log,
            prefix: vec![],
        }])
        .await?;
    let left = journal.scan(Shelf::Log, &[], None, 10).await?;
    promise(left.is_empty(), "an empty prefix drops the whole shelf")
}

async fn writes_apply_in_their_order(journal: &impl Journal) -> Result<(), Broken> {
    let gone = Write::Drop {
        shelf: Shelf::Draft,
        key: b"d".to_vec(),
    };
    let all = Write::DropAll {
        shelf: Shelf::Draft,
        prefix: vec![],
    };
    journal
        .commit(vec![
            put(Shelf::Draft, b"d", b"1"),
            gone,
            put(Shelf::Draft, b"e", b"2"),
            all,
            put(Shelf::Draft, b"d", b"3"),
        ])
        .await?;
    let rows = journal.scan(Shelf::Draft, &[], None, 10).await?;
    promise(
        rows == vec![(b"d".to_vec(), b"3".to_vec())],
        "writes apply in their order",
    )
}

async fn large_and_empty_records_are_kept(journal: &impl Journal) -> Result<(), Broken> {
    let large = vec![0xA5; 1 << 20];
    journal
        .commit(vec![
            put(Shelf::Snapshot, b"large", &large),
            put(Shelf::Snapshot, b"none", b""),
        ])
        .await?;
    let found = journal.lookup(Shelf::Snapshot, b"large").await?;
    promise(found == Some(large), "a large record is kept")?;
    let none = journal.lookup(Shelf::Snapshot, b"none").await?;
    promise(none == Some(vec![]), "an empty record is a record")
}
