//! The network: directory, proof of availability, bookings.
//!
//! | To read about | see |
//! | --- | --- |
//! | what is kept, and the operations on it | [`store`], [`op`] |
//! | what a kept listing says | [`listing`] |
//! | the JSON API | `api` |
//! | the files from which devices match | [`publish`] |
//! | calendars that block time | `busy` |
//! | what happens by itself | `chores` |

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, Notify};
use troth_booking::{Minute, Span};
use troth_match::shard::Signer;
use troth_match::{Plan, PlanId, Plans, ProviderId, States};

pub mod json;
pub mod listing;
pub mod op;
pub mod publish;
pub mod store;

pub(crate) mod api;
pub(crate) mod busy;
pub(crate) mod chores;

pub use self::api::match_shown;

use self::busy::{FETCH_TIME, Readings};
use self::op::calendar::LookupCalendar;
use self::op::edition::Holder;
use self::op::plan::{ListPlans, PlanRow};
use self::op::token::Tokens;
use self::publish::Publisher;
use self::store::{NetworkError, NetworkStore};
use crate::seal::NetworkKeys;

/// The directory and booking of one server.
#[derive(Debug)]
pub struct Network {
    /// What is kept.
    pub store: NetworkStore,
    /// What is published.
    pub publisher: Publisher,
    /// How the last reading of each calendar went.
    pub(crate) readings: Readings,
    /// Derives the tokens of bookings.
    pub(crate) tokens: Tokens,
    /// Woken when what is over is to be ended at once.
    pub(crate) tending: Notify,
    /// Woken when a calendar is to be read at once.
    pub(crate) reading: Notify,
    /// Whose turn it is to read the calendars that are due.
    pub(crate) reading_turn: Mutex<()>,
    /// How many milliseconds the address of a calendar may take to answer.
    fetch_millis: AtomicU64,
    /// Whether calendars may be read from private networks too.
    pub(crate) reads_private: AtomicBool,
}

impl Network {
    /// Puts the parts together.
    pub(crate) fn new(store: NetworkStore, keys: &NetworkKeys, holder: Holder) -> Self {
        Self {
            publisher: Publisher::new(Signer::from_seed(&keys.shards), holder),
            readings: Readings::default(),
            tokens: Tokens::new(*keys.tokens),
            tending: Notify::new(),
            reading: Notify::new(),
            reading_turn: Mutex::new(()),
            fetch_millis: AtomicU64::new(millis(FETCH_TIME)),
            reads_private: AtomicBool::new(false),
            store,
        }
    }

    /// Lets what is over be ended at once, and not at the next minute.
    pub fn tend_soon(&self) {
        self.tending.notify_one();
    }

    /// Lets calendars be read from private networks and without TLS too.
    pub fn read_private(&self, allowed: bool) {
        self.reads_private.store(allowed, Ordering::Relaxed);
    }

    /// Sets how long the address of a calendar may take to answer.
    pub fn set_fetch_time(&self, time: Duration) {
        self.fetch_millis.store(millis(time), Ordering::Relaxed);
    }

    /// How long the address of a calendar may take to answer.
    pub(crate) fn fetch_time(&self) -> Duration {
        Duration::from_millis(self.fetch_millis.load(Ordering::Relaxed))
    }

    /// Whether calendars may be read from private networks.
    pub(crate) fn reads_private(&self) -> bool {
        self.reads_private.load(Ordering::Relaxed)
    }

    /// The catalogue of plans as it is now.
    pub(crate) async fn plans(&self) -> Result<Arc<Plans>, NetworkError> {
        plans(&self.store).await
    }

    /// The zone in which a provider works; nothing before they said.
    pub(crate) async fn zone_of(
        &self,
        provider: ProviderId,
    ) -> Result<Option<String>, NetworkError> {
        let span = Span::new(Minute(0), Minute(0));
        let calendar = self.store.run(LookupCalendar { provider, span }).await?;
        Ok(api::read_hours(&calendar.hours).map(|hours| hours.zone))
    }
}

/// A time in whole milliseconds.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Reads the catalogue of plans.
async fn plans(store: &NetworkStore) -> Result<Arc<Plans>, NetworkError> {
    let plan = |row: PlanRow| Plan {
        id: PlanId(row.plan),
        name: row.name,
        states: States::from_bits(row.states).unwrap_or(States::EMPTY),
    };
    let rows = store.run(ListPlans).await?;
    Ok(Arc::new(Plans::new(rows.into_iter().map(plan).collect())))
}
