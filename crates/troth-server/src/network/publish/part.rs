//! The files of one state.

use std::sync::Arc;

use troth_match::availability::{Availability, HALF_HOURS, half_hour_at_or_after};
use troth_match::engine::Shard;
use troth_match::plain::Entry;
use troth_match::shard::{Book, Key, ShardError, Signer, StateFiles};
use troth_match::{Day, Minute, ProviderId, State};
use troth_wire::network as wire;

use super::gather::Gathered;
use super::{DAY, File, Instant, Making};

/// How long deltas are added to an availability file before a new one is made: three hours.
const MAX_AGE: u32 = 3 * 60;

/// How many deltas follow an availability file at most.
const MAX_DELTAS: usize = 30;

/// One state as it was last made.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) entries: Arc<Vec<Entry>>,
    /// The files as a device reads them, to be asked here too.
    pub(super) shard: Arc<Shard>,
    pub(super) stale: Vec<ProviderId>,
    statics: Arc<File>,
    times: Arc<File>,
    deltas: Vec<Arc<File>>,
    /// How many providers they name.
    rows: u32,
    /// When the availability file was made.
    made: Instant,
}

impl Part {
    /// Makes the files; those that would say the same as before stay.
    ///
    /// Nothing if the listings do not fit into a shard, which is logged.
    pub(super) fn make(
        state: State,
        gathered: Gathered,
        before: Option<Self>,
        (making, signer): (&Making, &Signer),
    ) -> Option<Self> {
        let Gathered { entries, stale } = gathered;
        let today = Day(making.now.minute() / DAY);
        let book = Book::new(state, today, &entries);
        let book = book.inspect_err(|error| {
            tracing::error!(%error, "the listings of a state do not fit into a shard");
        });
        let book = book.ok()?;
        if let Some(mut before) = before.filter(|before| before.names_the_same(&entries, making)) {
            let changed = before.changed(&entries, making);
            let last = before.deltas.last().unwrap_or(&before.times).name;
            if !changed.is_empty() {
                let delta = book.delta_file((last, today), making.serial, &changed, signer);
                before
                    .deltas
                    .push(Arc::new(File::new(delta, changed.len())));
            }
            before.entries = Arc::new(entries);
            before.stale = stale;
            if !changed.is_empty() {
                let files = (&*before.statics, &*before.times, before.deltas.as_slice());
                before.shard = Arc::new(read_back(files, making.now, &signer.key())?);
            }
            return Some(before);
        }
        let statics = Arc::new(File::new(
            book.static_file(making.serial, signer),
            book.len(),
        ));
        let times = book.availability_file(statics.name, today, making.serial, signer);
        let times = Arc::new(File::new(times, book.len()));
        let shard = read_back((&*statics, &*times, &[]), making.now, &signer.key())?;
        Some(Self {
            shard: Arc::new(shard),
            rows: statics.rows,
            statics,
            times,
            deltas: Vec::new(),
            made: making.now,
            stale,
            entries: Arc::new(entries),
        })
    }

    /// Takes over files that another server made: they are given out and searched, and the next
    /// files of this state are new ones.
    pub(super) fn adopted(
        (statics, rows): (Arc<File>, u32),
        times: Arc<File>,
        deltas: Vec<Arc<File>>,
        (now, key): (Instant, &Key),
    ) -> Option<Self> {
        let shard = read_back((&*statics, &*times, deltas.as_slice()), now, key)?;
        Some(Self {
            entries: Arc::default(),
            shard: Arc::new(shard),
            stale: Vec::new(),
            statics,
            times,
            deltas,
            rows,
            made: now,
        })
    }

    /// Tells whether the files of before still name the same providers in the same words.
    fn names_the_same(&self, entries: &[Entry], making: &Making) -> bool {
        let age = making.now.minute().saturating_sub(self.made.minute());
        let is_young = age < MAX_AGE && self.made.minute() / DAY == making.now.minute() / DAY;
        let same = |(one, other): (&Entry, &Entry)| one.provider == other.provider;
        is_young
            && self.deltas.len() < MAX_DELTAS
            && self.entries.len() == entries.len()
            && self.entries.iter().zip(entries).all(same)
    }

    /// Whose times changed by an act. That the present moves on changes everybody's, and every
    /// reader knows that by itself.
    fn changed(&self, entries: &[Entry], making: &Making) -> Vec<(ProviderId, Availability)> {
        let base = Day(making.now.minute() / DAY);
        let next = half_hour_at_or_after(base, Minute(making.now.minute()));
        let ahead = Availability::span(next, HALF_HOURS);
        let is_changed = |(one, other): &(&Entry, &Entry)| {
            making.touched.contains(&other.provider.id)
                && one.availability.and(&ahead) != other.availability.and(&ahead)
        };
        let pairs = self.entries.iter().zip(entries).filter(is_changed);
        pairs
            .map(|(_, other)| (other.provider.id, other.availability))
            .collect()
    }

    /// How the index names the files.
    pub(super) fn named(&self, state: State) -> StateFiles {
        StateFiles {
            state,
            rows: self.rows,
            statics: self.statics.name,
            availability: self.times.name,
            deltas: self.deltas.iter().map(|delta| delta.name).collect(),
        }
    }

    /// All files.
    pub(super) fn files(&self) -> impl Iterator<Item = Arc<File>> {
        [&self.statics, &self.times]
            .into_iter()
            .chain(&self.deltas)
            .cloned()
    }

    /// What the list of shards says of them.
    pub(super) fn list(&self, state: State) -> Vec<wire::ShardFile> {
        let one = |kind, file: &File| wire::ShardFile {
            state: Some(state.code().to_owned()),
            kind,
            hash: file.hash.clone(),
            bytes: file.len(),
            path: format!("/shards/{}", file.hash),
        };
        let mut list = vec![
            one(wire::ShardKind::Static, &self.statics),
            one(wire::ShardKind::Availability, &self.times),
        ];
        list.extend(
            self.deltas
                .iter()
                .map(|delta| one(wire::ShardKind::Delta, delta)),
        );
        list
    }
}

/// Reads the files as a device does; nothing, and a line in the log, if that cannot be.
fn read_back(
    (statics, times, deltas): (&File, &File, &[Arc<File>]),
    now: Instant,
    key: &Key,
) -> Option<Shard> {
    let now = Minute(now.minute());
    let read = || {
        let mut shard = Shard::decode(&statics.bytes, key)?;
        shard.read_availability(&times.bytes, key, now)?;
        for delta in deltas {
            shard.read_delta(&delta.bytes, key, now)?;
        }
        Ok(shard)
    };
    let read: Result<Shard, ShardError> = read();
    let read = read.inspect_err(|error| {
        tracing::error!(%error, "a shard that was made here or by another server cannot be read");
    });
    read.ok()
}
