//! Publishing: signed files of who can be seen and when they are free, state by state.
//!
//! A publication is made beside the running server and put in place at once. Only states in
//! which something changed are made anew; once a day all are, since licences end and proofs
//! age without anybody's act.
//!
//! # Invariants
//!
//! 1. **Alike for all.** A file is named by its hash and is the same for everybody; nothing in
//!    a request chooses what is in it.
//! 2. **Proven only.** A listing whose proofs have aged below `troth_match::proof::SHOWN` is in
//!    no file, without anybody taking it out.
//! 3. **Old files stay a while.** What a publication of the last quarter of an hour named can
//!    still be fetched, so that a device that read the index before is not left without its files.
//! 4. **One edition a database.** Of several servers on one PostgreSQL one makes the editions, and
//!    the others give out the same files (`publish/shared.rs`).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::io::Write as _;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use troth_booking::Minute;
use troth_match::set::Code as _;
use troth_match::shard::{FileHash, Index, Signer};
use troth_match::{Answer, Asked, Day, Plans, ProviderId, State};
use troth_wire::network as wire;

use super::op::edition::{FileRow, Holder, KEEP_SECONDS};
use super::op::publish::{ListPlaces, ListTouched};
use super::store::{NetworkError, NetworkStore};
use crate::store::StoreError;

mod gather;
mod look;
mod part;
mod shared;

pub use look::{Looked, entries, look};
pub(crate) use shared::file_elsewhere;

use self::part::Part;

/// The name of the signed index among the files.
pub const INDEX: &str = "index";

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// How long somebody who asks right after the start waits for the first publication. A directory so
/// large that it takes longer is said to be unavailable until then.
const FIRST: Duration = Duration::from_secs(3);

/// How many days of availability are published.
const SPAN: u32 = 14 * DAY;

/// An immutable file.
pub struct File {
    /// The name, in hexadecimal: SHA-256 of header and signature (`docs/protocol/shards.md`).
    pub hash: String,
    name: FileHash,
    /// How many providers it names; 0 where that was not asked.
    rows: u32,
    bytes: Vec<u8>,
    brotli: Vec<u8>,
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({}, {} bytes)", self.hash, self.bytes.len())
    }
}

impl File {
    fn new(file: troth_match::shard::File, rows: usize) -> Self {
        let quality = if file.bytes.len() > 256 * 1024 { 5 } else { 9 };
        let mut writer = brotli::CompressorWriter::new(Vec::new(), 64 * 1024, quality, 22);
        // What could not be compressed whole is given out as it is.
        let brotli = match writer.write_all(&file.bytes) {
            Ok(()) => writer.into_inner(),
            Err(_) => Vec::new(),
        };
        Self {
            hash: file.hash.to_string(),
            name: file.hash,
            rows: u32::try_from(rows).unwrap_or(u32::MAX),
            bytes: file.bytes,
            brotli,
        }
    }

    /// A file as it was kept.
    fn kept(name: FileHash, row: FileRow) -> Self {
        Self {
            hash: name.to_string(),
            name,
            rows: 0,
            bytes: row.plain,
            brotli: row.brotli,
        }
    }

    /// The length without compression.
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Whether there is a compressed form.
    #[must_use]
    pub const fn has_brotli(&self) -> bool {
        !self.brotli.is_empty()
    }

    /// The bytes to send, and whether they are compressed.
    #[must_use]
    pub fn body(&self, takes_brotli: bool) -> (&[u8], bool) {
        if takes_brotli && self.has_brotli() {
            (&self.brotli, true)
        } else {
            (&self.bytes, false)
        }
    }
}

/// When a publication is made: seconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub u32);

impl Instant {
    /// The minute that it is.
    #[must_use]
    pub const fn minute(self) -> u32 {
        self.0 / 60
    }
}

/// What a publication is made for.
#[derive(Debug, Clone)]
struct Making {
    plans: Arc<Plans>,
    serial: u32,
    now: Instant,
    /// Whose listing, calendar or bookings changed.
    touched: Arc<HashSet<ProviderId>>,
}

/// Everything that is published at one moment.
#[derive(Debug, Default)]
pub struct Publication {
    /// What `GET shards` says.
    pub list: wire::ShardList,
    /// The plans by number and name.
    pub plans: Arc<Plans>,
    /// The midnight from which availability counts.
    pub base: Day,
    /// How many listings are in the results.
    pub listed: u32,
    /// How many verified listings have left them.
    pub stale: u32,
    serial: u32,
    made: Instant,
    parts: BTreeMap<State, Part>,
    files: HashMap<String, Arc<File>>,
    older: HashMap<String, Older>,
    bookable: HashMap<ProviderId, bool>,
}

/// A file that is named no more.
#[derive(Debug, Clone)]
struct Older {
    file: Arc<File>,
    since: Instant,
}

impl Publication {
    /// The file of a name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&File> {
        let older = || self.older.get(name).map(|older| &older.file);
        self.files.get(name).or_else(older).map(Arc::as_ref)
    }

    /// The files of before that another publication in their place still keeps.
    fn kept(&self, files: &HashMap<String, Arc<File>>, now: Instant) -> HashMap<String, Older> {
        let index = self.files.get(INDEX).map(|index| index.hash.as_str());
        let named = self
            .files
            .iter()
            // Nobody asks for an index by its hash who has not got it.
            .filter(|(name, _)| name.as_str() != INDEX && Some(name.as_str()) != index)
            .map(|(name, file)| {
                let file = Arc::clone(file);
                (name.clone(), Older { file, since: now })
            });
        let before = self.older.iter();
        before
            .filter(|(_, older)| older.since.0.saturating_add(KEEP_SECONDS) > now.0)
            .map(|(name, older)| (name.clone(), older.clone()))
            .chain(named)
            .filter(|(name, _)| !files.contains_key(name))
            .collect()
    }

    /// Whether visits of a provider can be booked here.
    #[must_use]
    pub fn is_bookable(&self, provider: ProviderId) -> bool {
        self.bookable.get(&provider).copied().unwrap_or(false)
    }

    /// Tells whether anything was published yet.
    #[must_use]
    pub fn is_made(&self) -> bool {
        self.serial > 0
    }

    /// Asks the shard of a state, as a device asks it.
    #[must_use]
    pub fn search(&self, asked: &Asked) -> Answer {
        let part = self.parts.get(&asked.state);
        part.map(|part| part.shard.search(asked))
            .unwrap_or_default()
    }
}

/// Makes publications and keeps the newest.
pub struct Publisher {
    signer: Arc<Signer>,
    current: RwLock<Arc<Publication>>,
    /// Whether there is a first publication.
    begun: watch::Sender<bool>,
    /// One publication is made at a time.
    making: tokio::sync::Mutex<()>,
    /// From which minute on changes are not in the current publication; nothing before the first.
    seen: Mutex<Option<Minute>>,
    /// Under which name this server makes editions for others.
    holder: Holder,
    /// How often others had asked when the current publication was made.
    heard: AtomicU64,
    pub(crate) woken: Notify,
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher")
            .field("current", &self.current)
            .finish_non_exhaustive()
    }
}

impl Publisher {
    /// A publisher that has published nothing yet.
    pub(crate) fn new(signer: Signer, holder: Holder) -> Self {
        Self {
            signer: Arc::new(signer),
            current: RwLock::default(),
            begun: watch::Sender::new(false),
            making: tokio::sync::Mutex::default(),
            seen: Mutex::default(),
            holder,
            heard: AtomicU64::new(0),
            woken: Notify::new(),
        }
    }

    /// The newest publication.
    #[must_use]
    pub fn current(&self) -> Arc<Publication> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The newest publication, and in the first moments after the start the first one, as soon as it
    /// is made. One that is not made after three seconds is not waited for.
    pub async fn begun(&self) -> Arc<Publication> {
        let mut begun = self.begun.subscribe();
        // In time or not: who asked looks at what there is.
        let _in_time = tokio::time::timeout(FIRST, begun.wait_for(|is_made| *is_made)).await;
        self.current()
    }

    /// Says that something changed; the next publication comes soon.
    pub fn changed(&self) {
        self.woken.notify_one();
    }

    /// Publishes what changed since the last time, here and now; where another server of the same
    /// database does that, takes over what it published.
    ///
    /// # Errors
    ///
    /// The store's; the last publication then stays.
    pub async fn publish(&self, store: &NetworkStore, now: Instant) -> Result<(), NetworkError> {
        let _alone = self.making.lock().await;
        if !self.takes_duty(store, now).await? {
            return self.adopt(store, now).await;
        }
        let before = self.current();
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // Plans are in the index alone; states are made anew as their listings change.
        let since = seen.filter(|_| before.made.minute() / DAY == now.minute() / DAY);
        let (states, touched) = changed_since(store, since).await?;
        let making = Making {
            plans: super::plans(store).await?,
            // Rises over restarts too, since a device never goes back to an older index.
            serial: before.serial.saturating_add(1).max(now.0),
            now,
            touched: Arc::new(touched),
        };
        let mut parts = if since.is_some() {
            before.parts.clone()
        } else {
            BTreeMap::new()
        };
        for state in State::list().filter(|state| states >> state.index() & 1 == 1) {
            self.keeps_duty(store, now).await?;
            let gathered = gather::state(store, state, &making).await?;
            match self.part(state, gathered, (&before, &making)).await? {
                Some(part) => parts.insert(state, part),
                None => parts.remove(&state),
            };
        }
        if since.is_none() || states != 0 || making.plans != before.plans {
            let next = self.assemble(&before, parts, making);
            if !self.hands_out(store, (&before, &next)).await? {
                return self.adopt(store, now).await;
            }
            self.put(next);
        }
        self.saw(Some(Minute(now.minute())));
        Ok(())
    }

    fn put(&self, next: Publication) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        self.begun.send_replace(true);
    }

    fn saw(&self, minute: Option<Minute>) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = minute;
    }

    /// Makes the files of a state, off the threads that serve requests.
    async fn part(
        &self,
        state: State,
        gathered: gather::Gathered,
        (before, making): (&Publication, &Making),
    ) -> Result<Option<Part>, NetworkError> {
        let before = before.parts.get(&state).cloned();
        let (signer, making) = (Arc::clone(&self.signer), making.clone());
        let made = tokio::task::spawn_blocking(move || {
            Part::make(state, gathered, before, (&making, &signer))
        });
        made.await
            .map_err(|_| NetworkError::Store(StoreError::Stopped))
    }

    fn assemble(
        &self,
        before: &Publication,
        parts: BTreeMap<State, Part>,
        making: Making,
    ) -> Publication {
        let made = making.now.minute();
        let index = Index {
            serial: making.serial,
            made: troth_match::Minute(made),
            states: parts
                .iter()
                .map(|(state, part)| part.named(*state))
                .collect(),
            plans: Plans::clone(&making.plans),
        };
        let index = Arc::new(File::new(index.to_file(&self.signer), parts.len()));
        let all = || parts.values().flat_map(|part| part.entries.iter());
        let bookable = all()
            .map(|entry| (entry.provider.id, entry.provider.bookable))
            .collect();
        let stale: HashSet<_> = parts.values().flat_map(|part| &part.stale).collect();
        let named = Named {
            serial: making.serial,
            made: making.now,
            stale: u32::try_from(stale.len()).unwrap_or(u32::MAX),
            plans: making.plans,
            bookable,
        };
        named.publication(&self.signer, before, (index, parts))
    }
}

/// What a publication says besides its files.
struct Named {
    serial: u32,
    made: Instant,
    stale: u32,
    plans: Arc<Plans>,
    bookable: HashMap<ProviderId, bool>,
}

impl Named {
    /// Puts the files beside it.
    fn publication(
        self,
        signer: &Signer,
        before: &Publication,
        (index, parts): (Arc<File>, BTreeMap<State, Part>),
    ) -> Publication {
        let of_parts = parts.values().flat_map(Part::files);
        let mut files: HashMap<_, _> = of_parts.map(|file| (file.hash.clone(), file)).collect();
        files.insert(INDEX.to_owned(), Arc::clone(&index));
        files.insert(index.hash.clone(), index);
        let shards = parts
            .iter()
            .flat_map(|(state, part)| part.list(*state))
            .collect();
        Publication {
            list: wire::ShardList {
                serial: u64::from(self.serial),
                made: wire::Time(self.made.minute()),
                key: wire::Bytes(signer.key().0.to_vec()),
                index: format!("/shards/{INDEX}"),
                shards,
            },
            serial: self.serial,
            base: Day(self.made.minute() / DAY),
            listed: u32::try_from(self.bookable.len()).unwrap_or(u32::MAX),
            stale: self.stale,
            made: self.made,
            plans: self.plans,
            older: before.kept(&files, self.made),
            parts,
            files,
            bookable: self.bookable,
        }
    }
}

/// In which states something changed since a minute, and whose; in all of them, before the first
/// publication and on a new day.
async fn changed_since(
    store: &NetworkStore,
    since: Option<Minute>,
) -> Result<(u64, HashSet<ProviderId>), NetworkError> {
    if let Some(since) = since {
        let rows = store.run(ListTouched { since }).await?;
        let states = rows.iter().fold(0, |states, row| states | row.states);
        return Ok((states, rows.iter().map(|row| row.provider).collect()));
    }
    let places = store.run(ListPlaces).await?;
    let bits = places
        .iter()
        .fold(0, |bits, place| bits | 1 << (place & 63));
    Ok((bits, HashSet::new()))
}
