//! A journal in the browser's IndexedDB.
//!
//! A browser may throw its storage away; what matters is on the server too. A transaction
//! commits when control returns to the browser, so nothing but the database is awaited in one.

use std::fmt;

use idb::{Database, DatabaseEvent, Factory, KeyRange, ObjectStoreParams, Query, TransactionMode};
use js_sys::{Function, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::IdbDatabase;

use super::{Journal, JournalError, Row, Shelf, Write, end_of};

const STORE: &str = "record";

/// A journal in one IndexedDB database.
pub struct IndexedDbJournal {
    database: Database,
    // The same database as the browser names it, for what `idb` cannot ask.
    handle: IdbDatabase,
}

impl fmt::Debug for IndexedDbJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndexedDbJournal")
    }
}

impl IndexedDbJournal {
    /// Opens the database of this name, making it where there is none.
    ///
    /// # Errors
    ///
    /// [`JournalError::Unavailable`] when the browser gives no database.
    pub async fn open(name: &str) -> Result<Self, JournalError> {
        let factory = Factory::new().map_err(|_| JournalError::Unavailable)?;
        let mut request = factory
            .open(name, Some(1))
            .map_err(|_| JournalError::Unavailable)?;
        request.on_upgrade_needed(|event| {
            // A failure here shows when the store is first used.
            if let Ok(database) = event.database() {
                let _ = database.create_object_store(STORE, ObjectStoreParams::new());
            }
        });
        let database = request.await.map_err(|_| JournalError::Unavailable)?;
        let handle: IdbDatabase = database.into();
        Ok(Self {
            database: Database::from(handle.clone()),
            handle,
        })
    }

    /// Deletes the database of this name with everything in it.
    ///
    /// # Errors
    ///
    /// [`JournalError::Failed`] when the browser refuses.
    pub async fn delete(name: &str) -> Result<(), JournalError> {
        let factory = Factory::new().map_err(|_| JournalError::Unavailable)?;
        let request = factory.delete(name).map_err(|_| JournalError::Failed)?;
        request.await.map_err(|_| JournalError::Failed)
    }
}

/// The stored key: the shelf's number, then the key, so that shelves lie side by side.
fn stored(shelf: Shelf, key: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(key.len() + 1);
    bytes.push(shelf.number());
    bytes.extend_from_slice(key);
    bytes
}

fn js(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

fn bytes_of(value: &JsValue) -> Vec<u8> {
    Uint8Array::new(value).to_vec()
}

impl IndexedDbJournal {
    /// Begins a transaction that is on the disk when it is complete, where the browser knows
    /// the difference; elsewhere an ordinary one.
    fn strict_transaction(&self) -> Result<idb::Transaction, idb::Error> {
        let strict = || -> Option<idb::Transaction> {
            let database: &JsValue = self.handle.as_ref();
            let begin = Reflect::get(database, &"transaction".into()).ok()?;
            let begin: Function = begin.dyn_into().ok()?;
            let options = Object::new();
            Reflect::set(&options, &"durability".into(), &"strict".into()).ok()?;
            let begun = begin
                .call3(database, &STORE.into(), &"readwrite".into(), &options)
                .ok()?;
            let begun: web_sys::IdbTransaction = begun.dyn_into().ok()?;
            Some(begun.into())
        };
        match strict() {
            Some(transaction) => Ok(transaction),
            None => self
                .database
                .transaction(&[STORE], TransactionMode::ReadWrite),
        }
    }
}

fn failed(error: &idb::Error) -> JournalError {
    let text = error.to_string();
    if text.contains("QuotaExceeded") {
        JournalError::Full
    } else {
        JournalError::Failed
    }
}

fn range(shelf: Shelf, prefix: &[u8], after: Option<&[u8]>) -> Result<Query, idb::Error> {
    let low = stored(shelf, prefix);
    let high = end_of(&low).unwrap_or_default();
    let (from, open) = match after {
        Some(after) if after >= prefix => (stored(shelf, after), true),
        _ => (low, false),
    };
    KeyRange::bound(&js(&from), &js(&high), Some(open), Some(true)).map(Query::KeyRange)
}

impl Journal for IndexedDbJournal {
    async fn lookup(&self, shelf: Shelf, key: &[u8]) -> Result<Option<Vec<u8>>, JournalError> {
        let find = async {
            let transaction = self
                .database
                .transaction(&[STORE], TransactionMode::ReadOnly)?;
            let store = transaction.object_store(STORE)?;
            let found = store.get(Query::Key(js(&stored(shelf, key))))?.await?;
            transaction.await?;
            Ok(found.map(|value| bytes_of(&value)))
        };
        find.await.map_err(|error: idb::Error| failed(&error))
    }

    async fn scan(
        &self,
        shelf: Shelf,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, JournalError> {
        if after.is_some_and(|after| end_of(prefix).is_some_and(|end| after >= end.as_slice())) {
            return Ok(Vec::new());
        }
        let list = async {
            let transaction = self
                .database
                .transaction(&[STORE], TransactionMode::ReadOnly)?;
            let store = transaction.object_store(STORE)?;
            let limit = u32::try_from(limit).ok();
            let keys = store.get_all_keys(Some(range(shelf, prefix, after)?), limit)?;
            let values = store.get_all(Some(range(shelf, prefix, after)?), limit)?;
            let (keys, values) = (keys.await?, values.await?);
            transaction.await?;
            let key = |value: &JsValue| bytes_of(value).split_off(1);
            Ok(keys
                .iter()
                .zip(&values)
                .map(|(k, v)| (key(k), bytes_of(v)))
                .collect())
        };
        list.await.map_err(|error: idb::Error| failed(&error))
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<(), JournalError> {
        let make = async {
            let transaction = self.strict_transaction()?;
            let store = transaction.object_store(STORE)?;
            for write in &writes {
                match write {
                    Write::Put { shelf, key, value } => {
                        store.put(&js(value), Some(&js(&stored(*shelf, key))))?;
                    }
                    Write::Drop { shelf, key } => {
                        store.delete(Query::Key(js(&stored(*shelf, key))))?;
                    }
                    Write::DropAll { shelf, prefix } => {
                        store.delete(range(*shelf, prefix, None)?)?;
                    }
                }
            }
            transaction.commit()?.await?;
            Ok(())
        };
        make.await.map_err(|error: idb::Error| failed(&error))
    }
}

/// Asks the browser to keep this site's storage; tells whether it agreed.
pub async fn ask_to_persist() -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let Ok(asked) = window.navigator().storage().persist() else {
        return false;
    };
    wasm_bindgen_futures::JsFuture::from(asked)
        .await
        .is_ok_and(|kept| kept.is_truthy())
}
