//! What happens by itself: ending what is over, reminding, reading calendars, publishing.
//!
//! Three loops run side by side: publishing; ending what is over and reminding; reading calendars. What one
//! of them waits for, the others do not.
//!
//! Every chore can be done by several processes side by side: each step is a transaction that
//! finds nothing to do where another was first.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use troth_booking::{Minute, ProviderId};
use troth_wire::AccountId;
use troth_wire::network::ProblemCode;

use super::Network;
use super::busy::{self, Wanted};
use super::listing;
use super::op::booking::{ForgetVisits, ListOrphans, Now, RetireListing, SweepBookings};
use super::op::calendar::{LeaseBusyAddresses, NoteReading};
use super::op::reminder::{DeliverReminder, LeaseReminders};
use super::publish::Instant;
use super::store::NetworkError;
use crate::service::Service;

/// How often what is over is ended, and reminders and calendars are looked after.
const EVERY: Duration = Duration::from_secs(60);

/// How long changes gather before they are published.
const GATHER: Duration = Duration::from_millis(300);

/// How often is published at least, so that proofs age without anybody's act.
const AT_LEAST: Duration = Duration::from_secs(180);

/// How often a server looks what the others of its database do.
const LOOK: Duration = Duration::from_secs(2);

/// How many things are done in one step.
const STEP: u32 = 100;

/// For how many minutes a reminder is one worker's.
const LEASE: u32 = 5;

/// How many calendars are fetched side by side.
const SIDE_BY_SIDE: usize = 16;

/// For how many minutes a calendar is one worker's.
const READING: u32 = 5;

/// Does all chores until it is dropped.
pub(crate) async fn run(service: Arc<Service>) {
    tokio::join!(publishing(&service), tending(&service), reading(&service));
}

async fn publishing(service: &Service) {
    let Some(network) = service.network() else {
        return;
    };
    loop {
        // What failed was logged by the store; the next round tries again.
        let _published = service.publish().await;
        // Woken or not, both lead to the next round.
        let _woken = tokio::time::timeout(AT_LEAST, something_new(service, network)).await;
        tokio::time::sleep(GATHER).await;
    }
}

/// Waits until something changed here, or another server of the database says so.
async fn something_new(service: &Service, network: &Network) {
    if network.publisher.is_alone(&network.store) {
        return network.publisher.woken.notified().await;
    }
    loop {
        let woken = tokio::time::timeout(LOOK, network.publisher.woken.notified()).await;
        if woken.is_ok() {
            // Whoever publishes for all is asked, which may be this server.
            let _asked = network.publisher.ask_others(&network.store).await;
            return;
        }
        let now = service.instant();
        if let Ok(true) = network.publisher.is_asked(&network.store, now).await {
            return;
        }
    }
}

async fn tending(service: &Service) {
    let Some(network) = service.network() else {
        return;
    };
    loop {
        let _tended = tend(service, network).await;
        let _woken = tokio::time::timeout(EVERY, network.tending.notified()).await;
    }
}

async fn reading(service: &Service) {
    let Some(network) = service.network() else {
        return;
    };
    loop {
        let _read = read_calendars(service, network).await;
        let _woken = tokio::time::timeout(EVERY, network.reading.notified()).await;
    }
}

/// Ends what is over, and reminds.
async fn tend(service: &Service, network: &Network) -> Result<(), NetworkError> {
    let now = minute(service);
    sweep(network, now).await?;
    retire_orphans(network, now).await?;
    forget(network, now).await?;
    remind(network, now).await
}

/// The minute that it is.
fn minute(service: &Service) -> Minute {
    Minute(u32::try_from(service.env.minute()).unwrap_or(u32::MAX))
}

async fn sweep(network: &Network, minute: Minute) -> Result<(), NetworkError> {
    loop {
        let tokens = network.tokens.clone();
        let now = Now { minute, tokens };
        let swept = network
            .store
            .run(SweepBookings { limit: STEP, now })
            .await?;
        if swept > 0 {
            network.publisher.changed();
        }
        if swept < STEP {
            return Ok(());
        }
    }
}

/// Ends the listings of accounts that are gone.
async fn retire_orphans(network: &Network, minute: Minute) -> Result<(), NetworkError> {
    let orphans = network.store.run(ListOrphans { limit: STEP }).await?;
    for account in orphans {
        network.retire(account, minute).await?;
    }
    Ok(())
}

/// Forgets what was kept long enough.
async fn forget(network: &Network, minute: Minute) -> Result<(), NetworkError> {
    loop {
        let limit = STEP;
        let gone = network.store.run(ForgetVisits { limit, minute }).await?;
        if gone < STEP {
            return Ok(());
        }
    }
}

impl Network {
    /// Ends everything of the listing that an account keeps, before the account is gone.
    ///
    /// # Errors
    ///
    /// The store's; nothing was changed then.
    pub(crate) async fn retire(
        &self,
        account: AccountId,
        minute: Minute,
    ) -> Result<(), NetworkError> {
        let tokens = self.tokens.clone();
        let retire = RetireListing {
            account,
            keep: listing::name_alone,
            now: Now { minute, tokens },
        };
        if self.store.run(retire).await?.is_some() {
            self.publisher.changed();
        }
        Ok(())
    }
}

async fn remind(network: &Network, now: Minute) -> Result<(), NetworkError> {
    let until = now.plus(LEASE);
    loop {
        let lease = LeaseReminders {
            now,
            until,
            limit: STEP,
        };
        let leased = network.store.run(lease).await?;
        let is_last = leased.len() < STEP as usize;
        for reminder in leased {
            let deliver = DeliverReminder {
                reminder,
                until,
                now,
            };
            network.store.run(deliver).await?;
        }
        if is_last {
            return Ok(());
        }
    }
}

/// A calendar as it was fetched, or why it was not.
struct Fetched {
    provider: ProviderId,
    address: String,
    text: Result<Vec<u8>, ProblemCode>,
}

/// Reads the calendars that are due, some side by side: one that does not answer holds up no other.
async fn read_calendars(service: &Service, network: &Network) -> Result<(), NetworkError> {
    let _turn = network.reading_turn.lock().await;
    let mut fetching = JoinSet::new();
    loop {
        let room = SIDE_BY_SIDE.saturating_sub(fetching.len());
        let now = minute(service);
        let lease = LeaseBusyAddresses {
            now,
            until: now.plus(READING),
            limit: u32::try_from(room).unwrap_or(0),
        };
        for (provider, address) in network.store.run(lease).await? {
            let wanted = Wanted {
                address,
                time: network.fetch_time(),
                private: network.reads_private(),
            };
            // The library waits while it reads: not on the threads that serve requests.
            fetching.spawn_blocking(move || Fetched {
                provider,
                text: busy::fetch(&wanted),
                address: wanted.address,
            });
        }
        if fetching.is_empty() {
            return Ok(());
        }
        // An address that was just set does not wait for one that says nothing.
        let has_room = fetching.len() < SIDE_BY_SIDE;
        tokio::select! {
            Some(fetched) = fetching.join_next() => {
                if let Ok(fetched) = fetched {
                    note_reading(service, network, fetched).await?;
                }
            }
            () = network.reading.notified(), if has_room => {}
            else => return Ok(()),
        }
    }
}

/// Works out what a calendar blocks, and notes that or why not.
async fn note_reading(
    service: &Service,
    network: &Network,
    fetched: Fetched,
) -> Result<(), NetworkError> {
    let Fetched {
        provider,
        address,
        text,
    } = fetched;
    let read = match text {
        Ok(text) => {
            let zone = network.zone_of(provider).await?;
            let readings = &network.readings;
            readings.work_out(text, zone, minute(service)).await
        }
        Err(code) => Err(code),
    };
    let note = NoteReading {
        provider,
        address: address.clone(),
        busy: read.as_ref().ok().map(|read| read.spans.clone()),
        minute: minute(service),
    };
    if !network.store.run(note).await? {
        // Another address was set in between.
        return Ok(());
    }
    network
        .readings
        .note(&address, read.as_ref().err().copied());
    if let Ok(read) = read {
        network.readings.understood(provider, &read);
        network.publisher.changed();
    }
    Ok(())
}

impl Service {
    /// Publishes what changed, here and now; nothing where there is no directory.
    ///
    /// # Errors
    ///
    /// The store's; the last publication then stays.
    pub async fn publish(&self) -> Result<(), NetworkError> {
        let Some(network) = self.network() else {
            return Ok(());
        };
        let now = self.instant();
        network.publisher.publish(&network.store, now).await
    }

    /// The second that it is.
    pub(crate) fn instant(&self) -> Instant {
        Instant(u32::try_from(self.env.second()).unwrap_or(u32::MAX))
    }

    /// Does once what is done every minute.
    ///
    /// # Errors
    ///
    /// The store's; what was done before stays done.
    pub async fn tend(&self) -> Result<(), NetworkError> {
        match self.network() {
            Some(network) => {
                tend(self, network).await?;
                read_calendars(self, network).await
            }
            None => Ok(()),
        }
    }
}
