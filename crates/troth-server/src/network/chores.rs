//! What happens by itself: ending what is over, reminding, reading calendars, publishing.
//!
//! Every chore can be done by several processes side by side: each step is a transaction that
//! finds nothing to do where another was first.

use std::sync::Arc;
use std::time::Duration;

use troth_booking::Minute;
use troth_wire::AccountId;

use super::Network;
use super::busy::{self, Wanted};
use super::listing;
use super::op::booking::{ForgetVisits, ListOrphans, Now, RetireListing, SweepBookings};
use super::op::calendar::{BusySource, ListBusyAddresses, PutBusy};
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

/// How old a calendar may be before it is read again, in minutes.
const STALE: u32 = 30;

/// Does all chores until it is dropped.
pub(crate) async fn run(service: Arc<Service>) {
    tokio::join!(publishing(&service), tending(&service));
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

/// Ends what is over, reminds, and reads calendars that are due.
async fn tend(service: &Service, network: &Network) -> Result<(), NetworkError> {
    let minute = Minute(u32::try_from(service.env.minute()).unwrap_or(u32::MAX));
    sweep(network, minute).await?;
    retire_orphans(network, minute).await?;
    forget(network, minute).await?;
    remind(network, minute).await?;
    read_calendars(network, minute).await
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

async fn read_calendars(network: &Network, now: Minute) -> Result<(), NetworkError> {
    let due = ListBusyAddresses {
        read_before: now.minus(STALE),
        limit: STEP,
    };
    for (provider, address, _) in network.store.run(due).await? {
        if network.readings.failed_since(&address, now.minus(STALE)) {
            continue;
        }
        let wanted = Wanted {
            address: address.clone(),
            zone: network.zone_of(provider).await?,
            now,
            private: network.reads_private(),
        };
        // The library waits while it reads: not on the threads that serve requests.
        let read = tokio::task::spawn_blocking(move || busy::fetch(&wanted)).await;
        match read {
            Ok(Ok(read)) => {
                network.readings.note(&address, None);
                network.readings.understood(provider, &read);
                let put = PutBusy {
                    provider,
                    source: BusySource::Address,
                    busy: read.spans,
                    minute: now,
                };
                network.store.run(put).await?;
                network.publisher.changed();
            }
            Ok(Err(code)) => network.readings.note(&address, Some((code, now))),
            Err(_) => return Ok(()),
        }
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
            Some(network) => tend(self, network).await,
            None => Ok(()),
        }
    }
}
