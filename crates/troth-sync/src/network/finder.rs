//! Matching on the device: fetch the signed files of a state, then ask nobody any more.
//!
//! # Invariants
//!
//! 1. **The state only.** What is fetched depends on the states named and on nothing else; every file has
//!    one address for everybody.
//! 2. **Silent search.** [`Finder::search`] sends nothing.
//! 3. **Signed.** A file is used only if the directory's key signed it. The key is kept from the first
//!    time on, and an older edition than one seen before is refused.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use minicbor::{Decode, Encode};
use troth_match::engine::Shard;
use troth_match::shard::{FileHash, Index, Key, StateFiles};
use troth_match::{Answer, Minute, Plans, ProviderId, Query, State};
use troth_wire::network::{ProblemCode, ShardList, Vocabulary};
use troth_wire::strict;

use super::api::Api;
use super::drawer::Drawer;
use super::error::NetworkError;
use super::zones;
use crate::relay::Method;

/// Under which name a drawer keeps the directory's key and the newest edition seen.
const PIN: &[u8] = b"visit/directory";

/// The directory of one server, on this device. Its clones share what was fetched.
#[derive(Clone)]
pub struct Finder {
    api: Api,
    drawer: Rc<dyn Drawer>,
    held: Rc<RefCell<Held>>,
}

#[derive(Default)]
struct Held {
    edition: Option<Edition>,
    shards: BTreeMap<State, Shard>,
    fetched: BTreeSet<State>,
    struck: BTreeSet<(ProviderId, Minute)>,
}

struct Edition {
    key: Key,
    index: Index,
}

/// What this device knows of the directory from before.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Pin {
    /// The key that signs.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    key: [u8; 32],
    /// The highest edition seen.
    #[n(1)]
    serial: u32,
    /// When that edition was made, in minutes since 1970.
    #[n(2)]
    made: u32,
}

/// What was fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// How many providers can be found now, over all states fetched.
    pub providers: usize,
    /// How many bytes of shard files came, without their compression.
    pub bytes: usize,
    /// When the directory was made.
    pub made: Minute,
}

impl std::fmt::Debug for Finder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Finder(..)")
    }
}

impl Finder {
    pub(super) fn new(api: Api, drawer: Rc<dyn Drawer>) -> Self {
        Self {
            api,
            drawer,
            held: Rc::default(),
        }
    }

    /// Fetches the directory of some states, whole. Do it before the first question is asked.
    ///
    /// A state in which nobody can be found is fetched too: as an empty one.
    ///
    /// # Errors
    ///
    /// [`NetworkError::Forged`] when a file is not signed by the directory, or is an old one shown
    /// again; nothing of it is used.
    pub async fn fetch(&self, states: &[State]) -> Result<Fetched, NetworkError> {
        let mut bytes = self.read_index().await?;
        bytes += match self.read_states(states).await {
            Err(error) if is_replaced(&error) => self.begin_again(states).await?,
            read => read?,
        };
        Ok(self.fetched(bytes))
    }

    /// Reads a newer index and its files, where those of the one before are gone. Once: a server
    /// whose newest index names files that it has not is refused.
    async fn begin_again(&self, states: &[State]) -> Result<usize, NetworkError> {
        Ok(self.read_index().await? + self.read_states(states).await?)
    }

    async fn read_states(&self, states: &[State]) -> Result<usize, NetworkError> {
        let mut bytes = 0;
        for state in states {
            bytes += self.read_state(*state).await?;
            self.held.borrow_mut().fetched.insert(*state);
        }
        Ok(bytes)
    }

    /// Takes in what changed since: who is free when, and the files of a new edition. Tells whether
    /// anything did.
    ///
    /// # Errors
    ///
    /// As [`fetch`](Self::fetch).
    pub async fn refresh(&self) -> Result<bool, NetworkError> {
        let before = self.serial();
        self.read_index().await?;
        if self.serial() == before {
            return Ok(false);
        }
        let states: Vec<State> = self.held.borrow().fetched.iter().copied().collect();
        match self.read_states(&states).await {
            Err(error) if is_replaced(&error) => self.begin_again(&states).await?,
            read => read?,
        };
        Ok(true)
    }

    /// Finds the providers that fit, on this device. Nothing is sent.
    ///
    /// # Errors
    ///
    /// - [`NetworkError::NotFetched`]: fetch the first state of the query before.
    /// - [`NetworkError::Query`]: the query contradicts itself or names an unknown plan.
    pub fn search(&self, query: &Query, now: Minute) -> Result<Answer, NetworkError> {
        let held = self.held.borrow();
        let edition = held.edition.as_ref().ok_or(NetworkError::NotFetched)?;
        let asked = query
            .asked(&edition.index.plans, &zones::here(), now)
            .map_err(NetworkError::Query)?;
        if !held.fetched.contains(&asked.state) {
            return Err(NetworkError::NotFetched);
        }
        let mut answer = held
            .shards
            .get(&asked.state)
            .map(|shard| shard.search(&asked))
            .unwrap_or_default();
        if !held.struck.is_empty() {
            for found in &mut answer.found {
                let id = found.id;
                found
                    .starts
                    .retain(|start| !held.struck.contains(&(id, *start)));
            }
            let wants_a_time = asked.windows.is_some();
            answer
                .found
                .retain(|found| !(wants_a_time && found.starts.is_empty()));
        }
        Ok(answer)
    }

    /// Leaves a start out of the results that was refused just now, until the provider's times are
    /// fetched anew.
    pub fn strike(&self, provider: u32, start: Minute) {
        let mut held = self.held.borrow_mut();
        held.struck.insert((ProviderId(provider), start));
    }

    /// Lists every start of a provider that is known from `now` on, without those struck.
    #[must_use]
    pub fn starts(&self, state: State, provider: u32, now: Minute) -> Vec<Minute> {
        let held = self.held.borrow();
        let id = ProviderId(provider);
        let shard = held.shards.get(&state);
        let mut starts = shard.map_or_else(Vec::new, |shard| shard.starts(id, now));
        starts.retain(|start| !held.struck.contains(&(id, *start)));
        starts
    }

    /// Lists the plans of the directory, as the signed index names them; empty before a fetch.
    #[must_use]
    pub fn plans(&self) -> Plans {
        let held = self.held.borrow();
        let edition = held.edition.as_ref();
        edition.map_or_else(Plans::default, |edition| edition.index.plans.clone())
    }

    /// Reads something of the fetched directory of a state, such as its cities.
    pub fn with_shard<T>(&self, state: State, read: impl FnOnce(&Shard) -> T) -> Option<T> {
        self.held.borrow().shards.get(&state).map(read)
    }

    /// Tells which edition is at hand; 0 before a fetch.
    #[must_use]
    pub fn serial(&self) -> u32 {
        let held = self.held.borrow();
        held.edition
            .as_ref()
            .map_or(0, |edition| edition.index.serial)
    }

    /// Reads the words that queries use, from the server; the same for everybody.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the server does not answer.
    pub async fn vocabulary(&self) -> Result<Vocabulary, NetworkError> {
        self.api
            .call(Method::Get, "vocabulary")
            .public()
            .answer()
            .await
    }

    /// Forgets the directory's key, so that the next fetch takes the one it meets. For a person who
    /// was told, by whoever runs the server, that the key is a new one.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the journal cannot be written.
    pub async fn trust_anew(&self) -> Result<(), NetworkError> {
        self.drawer.write(vec![(PIN.to_vec(), None)]).await?;
        *self.held.borrow_mut() = Held::default();
        Ok(())
    }

    /// Reads the index, and checks its key and edition against what was seen before.
    async fn read_index(&self) -> Result<usize, NetworkError> {
        let list: ShardList = self.api.call(Method::Get, "shards").answer().await?;
        let key: [u8; 32] = list
            .key
            .0
            .as_slice()
            .try_into()
            .map_err(|_| NetworkError::Forged)?;
        let pin = self.drawer.read(PIN.to_vec()).await?;
        let pin = pin.and_then(|bytes| strict::decode::<Pin>(&bytes).ok());
        if pin.is_some_and(|pin| pin.key != key) {
            return Err(NetworkError::Forged);
        }
        let bytes = self.api.fresh_file(list.index).await?;
        let index = Index::decode(&bytes, &Key(key)).map_err(|_| NetworkError::Forged)?;
        let seen = Pin {
            key,
            serial: index.serial,
            made: index.made.0,
        };
        // A server that was restored may count lower; it does not make its directory in the past.
        if pin.is_some_and(|pin| pin.serial > seen.serial && pin.made > seen.made) {
            return Err(NetworkError::Forged);
        }
        if pin != Some(seen) {
            let put = (PIN.to_vec(), Some(strict::encode(&seen)));
            self.drawer.write(vec![put]).await?;
        }
        let key = Key(key);
        self.held.borrow_mut().edition = Some(Edition { key, index });
        Ok(bytes.len())
    }

    /// Reads the files of one state that are not at hand yet.
    async fn read_state(&self, state: State) -> Result<usize, NetworkError> {
        let now = Minute(self.drawer.minute());
        let Some((key, files)) = self.files(state) else {
            // Nobody can be found there.
            self.held.borrow_mut().shards.remove(&state);
            return Ok(0);
        };
        let known = self.with_shard(state, |shard| (shard.hash(), shard.after()));
        let (statics, after) = known.unwrap_or_default();
        let mut read = 0;
        if statics != files.statics {
            let bytes = self.hashed(files.statics).await?;
            let shard = Shard::decode(&bytes, &key).map_err(|_| NetworkError::Forged)?;
            if shard.state() != state {
                return Err(NetworkError::Forged);
            }
            read += bytes.len();
            let times = self.hashed(files.availability).await?;
            read += times.len();
            let mut shard = shard;
            shard
                .read_availability(&times, &key, now)
                .map_err(|_| NetworkError::Forged)?;
            self.put(shard);
        } else if !follows(&files, after) {
            read += self.times(state, files.availability, &key).await?;
        }
        let after = self.with_shard(state, Shard::after).flatten();
        for delta in deltas_after(&files, after) {
            read += self.delta(state, *delta, &key).await?;
        }
        self.held.borrow_mut().struck.clear();
        Ok(read)
    }

    async fn times(&self, state: State, hash: FileHash, key: &Key) -> Result<usize, NetworkError> {
        let bytes = self.hashed(hash).await?;
        let now = Minute(self.drawer.minute());
        let mut held = self.held.borrow_mut();
        let shard = held
            .shards
            .get_mut(&state)
            .ok_or(NetworkError::NotFetched)?;
        let taken = shard.read_availability(&bytes, key, now);
        taken.map_err(|_| NetworkError::Forged)?;
        Ok(bytes.len())
    }

    async fn delta(&self, state: State, hash: FileHash, key: &Key) -> Result<usize, NetworkError> {
        let bytes = self.hashed(hash).await?;
        let now = Minute(self.drawer.minute());
        let mut held = self.held.borrow_mut();
        let shard = held
            .shards
            .get_mut(&state)
            .ok_or(NetworkError::NotFetched)?;
        let taken = shard.read_delta(&bytes, key, now);
        taken.map_err(|_| NetworkError::Forged)?;
        Ok(bytes.len())
    }

    /// Fetches a file by its digest, and checks that it has it.
    async fn hashed(&self, hash: FileHash) -> Result<Vec<u8>, NetworkError> {
        let bytes = self.api.file(format!("/shards/{hash}")).await?;
        if FileHash::of(&bytes) == hash {
            Ok(bytes)
        } else {
            Err(NetworkError::Forged)
        }
    }

    fn files(&self, state: State) -> Option<(Key, StateFiles)> {
        let held = self.held.borrow();
        let edition = held.edition.as_ref()?;
        Some((edition.key, edition.index.files(state)?.clone()))
    }

    fn put(&self, shard: Shard) {
        self.held.borrow_mut().shards.insert(shard.state(), shard);
    }

    fn fetched(&self, bytes: usize) -> Fetched {
        let held = self.held.borrow();
        let shards = held.shards.values();
        Fetched {
            providers: shards.map(Shard::len).sum(),
            bytes,
            made: held
                .edition
                .as_ref()
                .map_or(Minute(0), |edition| edition.index.made),
        }
    }
}

/// Tells whether a file was gone when it was asked for: its index was replaced since.
fn is_replaced(error: &NetworkError) -> bool {
    error.code() == Some(ProblemCode::NotFound)
}

/// Tells whether the file read last is one that the deltas of the index go on from.
fn follows(files: &StateFiles, after: Option<FileHash>) -> bool {
    after.is_some_and(|after| after == files.availability || files.deltas.contains(&after))
}

/// The deltas that come after the file read last.
fn deltas_after(files: &StateFiles, after: Option<FileHash>) -> &[FileHash] {
    let read = files.deltas.iter().position(|delta| Some(*delta) == after);
    let from = read.map_or(0, |at| at + 1);
    files.deltas.get(from..).unwrap_or_default()
}

#[cfg(test)]
mod tests;
