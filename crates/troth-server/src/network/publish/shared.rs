//! One edition for all servers of a database: one of them makes it, the others give out its files.
//!
//! Only on PostgreSQL; a SQLite folder has one server. Which server makes the editions is a fact
//! of the database (`op/edition.rs`), and so is the serial. Whoever is asked for the index looks
//! first whether a newer one stands there, so no server gives an older one than another did.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use troth_match::ProviderId;
use troth_match::shard::{FileHash, Index, StateFiles};

use super::part::Part;
use super::{File, INDEX, Instant, Named, Publication, Publisher};
use crate::network::op::edition::{
    Edition, FileRow, LookupEdition, LookupFile, LookupSerial, PutEdition, TakeDuty, WantEdition,
};
use crate::network::store::{NetworkError, NetworkStore, broken};
use crate::store::StoreError;

/// For how many seconds the making of editions is one server's after it last came by.
const LEASE: u32 = 30;

impl Publisher {
    /// Whether this server is to publish. One that takes over begins with what stands.
    pub(super) async fn takes_duty(
        &self,
        store: &NetworkStore,
        now: Instant,
    ) -> Result<bool, NetworkError> {
        if is_alone(store) {
            return Ok(true);
        }
        let duty = store.run(self.duty(now)).await?;
        if duty.is_ours {
            self.heard.store(duty.wanted, Ordering::Relaxed);
            self.adopt(store, now).await?;
        }
        Ok(duty.is_ours)
    }

    /// Comes by while a publication is being made, which may take longer than the lease.
    pub(super) async fn keeps_duty(
        &self,
        store: &NetworkStore,
        now: Instant,
    ) -> Result<(), NetworkError> {
        if is_alone(store) {
            return Ok(());
        }
        store.run(self.duty(now)).await.map(drop)
    }

    /// Whether no other server can share this store.
    pub(crate) const fn is_alone(&self, store: &NetworkStore) -> bool {
        is_alone(store)
    }

    fn duty(&self, now: Instant) -> TakeDuty {
        TakeDuty {
            holder: self.holder,
            now: now.0,
            until: now.0.saturating_add(LEASE),
        }
    }

    /// Comes by between two publications: whether this server makes editions, and another one
    /// asked for a new one.
    ///
    /// # Errors
    ///
    /// The store's.
    pub(crate) async fn is_asked(
        &self,
        store: &NetworkStore,
        now: Instant,
    ) -> Result<bool, NetworkError> {
        if is_alone(store) {
            return Ok(false);
        }
        let duty = store.run(self.duty(now)).await?;
        if !duty.is_ours {
            self.follow(store, now).await?;
        }
        Ok(duty.is_ours && duty.wanted != self.heard.load(Ordering::Relaxed))
    }

    /// Says to the server that makes editions that something changed.
    ///
    /// # Errors
    ///
    /// The store's.
    pub(crate) async fn ask_others(&self, store: &NetworkStore) -> Result<(), NetworkError> {
        if is_alone(store) {
            return Ok(());
        }
        store.run(WantEdition).await
    }

    /// Takes over the newest edition, if another server made one since.
    ///
    /// # Errors
    ///
    /// The store's; the last publication then stays.
    pub async fn follow(&self, store: &NetworkStore, now: Instant) -> Result<(), NetworkError> {
        if is_alone(store) || store.run(LookupSerial).await? <= self.current().serial {
            return Ok(());
        }
        let _alone = self.making.lock().await;
        self.adopt(store, now).await
    }

    /// Writes a publication into the database, for the others to give out. Whether it stands there.
    pub(super) async fn hands_out(
        &self,
        store: &NetworkStore,
        (before, next): (&Publication, &Publication),
    ) -> Result<bool, NetworkError> {
        if is_alone(store) {
            return Ok(true);
        }
        let Some(index) = next.files.get(INDEX) else {
            return Ok(true);
        };
        let news = next.by_name().filter(|file| !before.names(file.name));
        let row = |file: &Arc<File>| FileRow {
            plain: file.bytes.clone(),
            brotli: file.brotli.clone(),
        };
        let gone = before.by_name().filter(|file| !next.names(file.name));
        let put = PutEdition {
            holder: self.holder,
            edition: Edition {
                serial: next.serial,
                made: next.made.0,
                stale: next.stale,
                file: index.name,
                listed: listed(&next.bookable),
            },
            files: news.map(|file| (file.name, row(file))).collect(),
            gone: gone.map(|file| file.name).collect(),
        };
        store.run(put).await
    }

    /// Takes over the edition of the database, if it is newer. The caller makes nothing meanwhile.
    pub(super) async fn adopt(
        &self,
        store: &NetworkStore,
        now: Instant,
    ) -> Result<(), NetworkError> {
        let before = self.current();
        let Some(edition) = store.run(LookupEdition).await? else {
            return Ok(());
        };
        if edition.serial <= before.serial {
            return Ok(());
        }
        let index = fetched(store, &before, edition.file).await?;
        let read = Index::decode(&index.bytes, &self.signer.key()).map_err(|_| broken())?;
        let mut parts = BTreeMap::new();
        for files in &read.states {
            let known = before.parts.get(&files.state);
            let part = match known.filter(|part| part.named(files.state) == *files) {
                Some(part) => part.clone(),
                None => self.part_of(store, (&before, files), now).await?,
            };
            parts.insert(files.state, part);
        }
        let named = Named {
            serial: edition.serial,
            made: Instant(edition.made),
            stale: edition.stale,
            plans: Arc::new(read.plans),
            bookable: read_listed(&edition.listed),
        };
        self.put(named.publication(&self.signer, &before, (index, parts)));
        // What the maker had seen is not known here: the first publication of one's own is whole.
        self.saw(None);
        Ok(())
    }

    /// Reads the files of a state that another server made.
    async fn part_of(
        &self,
        store: &NetworkStore,
        (before, files): (&Publication, &StateFiles),
        now: Instant,
    ) -> Result<Part, NetworkError> {
        let statics = fetched(store, before, files.statics).await?;
        let times = fetched(store, before, files.availability).await?;
        let mut deltas = Vec::with_capacity(files.deltas.len());
        for delta in &files.deltas {
            deltas.push(fetched(store, before, *delta).await?);
        }
        let (key, rows) = (self.signer.key(), files.rows);
        let read = tokio::task::spawn_blocking(move || {
            Part::adopted((statics, rows), times, deltas, (now, &key))
        });
        let part = read
            .await
            .map_err(|_| NetworkError::Store(StoreError::Stopped))?;
        part.ok_or_else(broken)
    }
}

impl Publication {
    /// The files that its index names, and the index.
    fn by_name(&self) -> impl Iterator<Item = &Arc<File>> {
        let named = self.files.iter().filter(|(name, _)| *name != INDEX);
        named.map(|(_, file)| file)
    }

    fn names(&self, name: FileHash) -> bool {
        self.files.contains_key(&name.to_string())
    }
}

/// Reads a file of the database, unless it is at hand.
async fn fetched(
    store: &NetworkStore,
    before: &Publication,
    name: FileHash,
) -> Result<Arc<File>, NetworkError> {
    if let Some(file) = before.files.get(&name.to_string()) {
        return Ok(Arc::clone(file));
    }
    let row = store.run(LookupFile { name }).await?;
    // One that is gone was replaced since the edition was read: try again.
    let row = row.ok_or(NetworkError::Contended)?;
    Ok(Arc::new(File::kept(name, row)))
}

/// Reads a file that this server does not have: of another one's edition, or of one before.
///
/// # Errors
///
/// The store's.
pub(crate) async fn file_elsewhere(
    store: &NetworkStore,
    name: &str,
) -> Result<Option<File>, NetworkError> {
    let Some(name) = FileHash::parse(name).filter(|_| !is_alone(store)) else {
        return Ok(None);
    };
    let row = store.run(LookupFile { name }).await?;
    Ok(row.map(|row| File::kept(name, row)))
}

/// A folder has one server.
const fn is_alone(store: &NetworkStore) -> bool {
    matches!(store, NetworkStore::Sqlite(_))
}

/// Writes who is in the results, as [`Edition::listed`] says.
fn listed(bookable: &HashMap<ProviderId, bool>) -> Vec<u8> {
    let sorted: BTreeMap<_, _> = bookable.iter().collect();
    let one = |(id, bookable): (&ProviderId, &bool)| {
        let [a, b, c, d] = id.0.to_le_bytes();
        [a, b, c, d, u8::from(*bookable)]
    };
    sorted.into_iter().flat_map(one).collect()
}

fn read_listed(bytes: &[u8]) -> HashMap<ProviderId, bool> {
    let (rows, _) = bytes.as_chunks::<5>();
    let one = |[a, b, c, d, bookable]: &[u8; 5]| {
        (
            ProviderId(u32::from_le_bytes([*a, *b, *c, *d])),
            *bookable == 1,
        )
    };
    rows.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_listed_is_written_by_rising_numbers_and_read_back() {
        let all = HashMap::from([(ProviderId(300), true), (ProviderId(7), false)]);

        let bytes = listed(&all);

        assert_eq!(bytes, [7, 0, 0, 0, 0, 44, 1, 0, 0, 1]);
        assert_eq!(read_listed(&bytes), all);
    }
}
