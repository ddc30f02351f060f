//! A journal on a disk that outlives its process: before and after each commit the process may die.

use std::cell::Cell;
use std::rc::Rc;

use troth_sync::journal::memory::MemoryJournal;
use troth_sync::journal::{Journal, JournalError, Row, Shelf, Write};

use crate::line::Turns;

/// A journal on a disk that outlives its process; its clones are the same disk.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    journal: MemoryJournal,
    slow: Rc<Cell<bool>>,
    full: Rc<Cell<bool>>,
}

impl Disk {
    /// Lets whoever drives the world stop the process before and after each commit.
    pub fn slow(&self, slow: bool) {
        self.slow.set(slow);
    }

    /// Leaves no room for anything more, or makes room again.
    pub fn full(&self, full: bool) {
        self.full.set(full);
    }

    /// Copies the disk.
    #[must_use]
    pub fn image(&self) -> Self {
        Self {
            journal: self.journal.image(),
            ..Self::default()
        }
    }

    /// Lists every stored byte string.
    #[must_use]
    pub fn dump(&self) -> Vec<Vec<u8>> {
        self.journal.dump()
    }

    async fn turn(&self) {
        if self.slow.get() {
            Turns(1).await;
        }
    }
}

impl Journal for Disk {
    async fn lookup(&self, shelf: Shelf, key: &[u8]) -> Result<Option<Vec<u8>>, JournalError> {
        self.journal.lookup(shelf, key).await
    }

    async fn scan(
        &self,
        shelf: Shelf,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, JournalError> {
        self.journal.scan(shelf, prefix, after, limit).await
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<(), JournalError> {
        self.turn().await;
        if self.full.get() {
            return Err(JournalError::Full);
        }
        self.journal.commit(writes).await?;
        self.turn().await;
        Ok(())
    }
}
