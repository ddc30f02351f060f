//! One state's directory as it would be published now, read without a running server.

use std::collections::HashSet;
use std::sync::Arc;

use troth_match::engine::Shard;
use troth_match::plain::Entry;
use troth_match::shard::{Book, Signer};
use troth_match::{Day, Plans, State};

use super::{DAY, Instant, Making, gather};
use crate::network::store::{NetworkError, NetworkStore};

/// The directory of one state, ready to be asked.
#[derive(Debug)]
pub struct Looked {
    /// The state's shard; none if nobody can be found there, or the listings do not fit into one.
    pub shard: Option<Shard>,
    /// The plans by number and name.
    pub plans: Arc<Plans>,
}

/// Reads a state as it would be published now, through the very files that devices get.
///
/// # Errors
///
/// The store's.
pub async fn look(
    store: &NetworkStore,
    state: State,
    now: Instant,
) -> Result<Looked, NetworkError> {
    let making = Making {
        plans: crate::network::plans(store).await?,
        serial: 1,
        now,
        touched: Arc::new(HashSet::new()),
    };
    let gathered = gather::state(store, state, &making).await?;
    let today = Day(now.minute() / DAY);
    // The files never leave this process, so any key signs them.
    let signer = Signer::from_seed(&[0; 32]);
    let shard = Book::new(state, today, &gathered.entries)
        .ok()
        .and_then(|book| read_back(&book, (today, now), &signer));
    Ok(Looked {
        shard,
        plans: making.plans,
    })
}

/// Reads the listings of a state as they would be published now, with the free half-hours
/// counted from today's midnight in UTC.
///
/// # Errors
///
/// The store's.
pub async fn entries(
    store: &NetworkStore,
    state: State,
    now: Instant,
) -> Result<Vec<Entry>, NetworkError> {
    let making = Making {
        plans: crate::network::plans(store).await?,
        serial: 1,
        now,
        touched: Arc::new(HashSet::new()),
    };
    Ok(gather::state(store, state, &making).await?.entries)
}

fn read_back(book: &Book<'_>, (today, now): (Day, Instant), signer: &Signer) -> Option<Shard> {
    let (key, minute) = (signer.key(), troth_match::Minute(now.minute()));
    let statics = book.static_file(1, signer);
    let times = book.availability_file(statics.hash, today, 1, signer);
    let mut shard = Shard::decode(&statics.bytes, &key).ok()?;
    shard.read_availability(&times.bytes, &key, minute).ok()?;
    Some(shard)
}
