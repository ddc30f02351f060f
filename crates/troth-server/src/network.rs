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
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;
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

use self::busy::Readings;
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
    /// Woken when a calendar is to be read at once.
    pub(crate) tending: Notify,
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
            reads_private: AtomicBool::new(false),
            store,
        }
    }

    /// Lets calendars be read from private networks and without TLS too.
    pub fn read_private(&self, allowed: bool) {
        self.reads_private.store(allowed, Ordering::Relaxed);
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
