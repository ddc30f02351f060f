//! A journal in memory, for tests, the simulator and sessions that keep nothing.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

use super::{Journal, JournalError, Row, Shelf, Write, end_of};

type Records = BTreeMap<(Shelf, Vec<u8>), Vec<u8>>;

/// A journal in memory; its clones share one set of records, as processes share a disk.
#[derive(Clone, Debug, Default)]
pub struct MemoryJournal {
    records: Rc<RefCell<Records>>,
}

impl MemoryJournal {
    /// Makes an empty journal.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Copies the records into a journal of their own, as a disk image is copied.
    #[must_use]
    pub fn image(&self) -> Self {
        Self {
            records: Rc::new(RefCell::new(self.records.borrow().clone())),
        }
    }

    /// Lists every stored byte string, for searches of plain text.
    #[must_use]
    pub fn dump(&self) -> Vec<Vec<u8>> {
        self.records.borrow().values().cloned().collect()
    }
}

impl Journal for MemoryJournal {
    async fn lookup(&self, shelf: Shelf, key: &[u8]) -> Result<Option<Vec<u8>>, JournalError> {
        Ok(self.records.borrow().get(&(shelf, key.to_vec())).cloned())
    }

    async fn scan(
        &self,
        shelf: Shelf,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, JournalError> {
        let from = match after {
            Some(after) if after >= prefix => Bound::Excluded((shelf, after.to_vec())),
            _ => Bound::Included((shelf, prefix.to_vec())),
        };
        let records = self.records.borrow();
        Ok(records
            .range((from, Bound::Unbounded))
            .take_while(|((on, key), _)| *on == shelf && key.starts_with(prefix))
            .take(limit)
            .map(|((_, key), value)| (key.clone(), value.clone()))
            .collect())
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<(), JournalError> {
        let mut records = self.records.borrow_mut();
        for write in writes {
            match write {
                Write::Put { shelf, key, value } => {
                    records.insert((shelf, key), value);
                }
                Write::Drop { shelf, key } => {
                    records.remove(&(shelf, key));
                }
                Write::DropAll { shelf, prefix } => {
                    let until = end_of(&prefix);
                    records.retain(|(on, key), _| {
                        *on != shelf
                            || *key < prefix
                            || until.as_ref().is_some_and(|until| key >= until)
                    });
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block_on;
    use crate::journal::contract;

    #[test]
    fn a_journal_in_memory_keeps_the_contract() {
        block_on(contract::check(&MemoryJournal::new())).unwrap();
    }

    #[test]
    fn an_image_does_not_follow_the_original() {
        let journal = MemoryJournal::new();
        let image = journal.image();
        let put = Write::Put {
            shelf: Shelf::Cell,
            key: vec![1],
            value: vec![2],
        };
        block_on(journal.commit(vec![put])).unwrap();

        assert_eq!(block_on(image.lookup(Shelf::Cell, &[1])), Ok(None));
    }
}
