//! How much an account may keep here, so that nobody fills the disk.
//!
//! The number of spaces and the bytes of a space are counted by the store. The bytes of a day, and
//! the accounts that an address makes in it, are counted here, in memory only: a row that says how
//! much an account wrote today would say when it was last used.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use troth_wire::AccountId;

use crate::store;
use crate::throttle::network;

const DAY: u64 = 24 * 60 * 60;

/// How much may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// The spaces that an account may be in when it begins another.
    pub spaces_per_account: u64,
    /// The bytes of a space's entries.
    pub space_bytes: u64,
    /// The bytes of entries that an account may send in a day.
    pub daily_bytes: u64,
    /// The accounts that an address may make in a day.
    pub daily_accounts: u64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            spaces_per_account: 16,
            space_bytes: 512 * 1024 * 1024,
            daily_bytes: 128 * 1024 * 1024,
            daily_accounts: 200,
        }
    }
}

impl Quotas {
    /// What a store has to judge.
    pub(crate) const fn of_append(&self) -> store::Quota {
        store::Quota {
            spaces: self.spaces_per_account,
            bytes: self.space_bytes,
        }
    }
}

/// What is counted by the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    /// The bytes that an account sends.
    BytesOf(AccountId),
    /// The accounts that an address makes.
    AccountsOf(IpAddr),
}

/// Counts by the day.
#[derive(Debug, Default)]
pub(crate) struct Daily {
    hasher: RandomState,
    today: Mutex<Today>,
}

#[derive(Debug, Default)]
struct Today {
    day: u64,
    /// By a hash of what is counted.
    counts: HashMap<u64, u64>,
}

impl Daily {
    /// Says how many seconds to wait if `more` would be more than `limit` today.
    pub(crate) fn check(
        &self,
        (what, more): (Counted, u64),
        limit: u64,
        second: u64,
    ) -> Result<(), u32> {
        let key = self.key(what);
        let count = self.today(second / DAY).counts.get(&key).copied();
        if count.unwrap_or(0).saturating_add(more) <= limit {
            return Ok(());
        }
        let left = DAY.saturating_sub(second % DAY);
        Err(u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// Counts what was done.
    pub(crate) fn count(&self, what: Counted, more: u64, second: u64) {
        let key = self.key(what);
        let mut today = self.today(second / DAY);
        let count = today.counts.entry(key).or_default();
        *count = count.saturating_add(more);
    }

    fn key(&self, what: Counted) -> u64 {
        self.hasher.hash_one(match what {
            Counted::AccountsOf(address) => Counted::AccountsOf(network(address)),
            Counted::BytesOf(_) => what,
        })
    }

    fn today(&self, day: u64) -> std::sync::MutexGuard<'_, Today> {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        if today.day != day {
            *today = Today {
                day,
                counts: HashMap::new(),
            };
        }
        today
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_sends_so_much_a_day_and_is_told_how_long_to_wait() {
        let daily = Daily::default();
        let [ana, ben] = [1, 2].map(|number| Counted::BytesOf(AccountId([number; 16])));
        let morning = 20_000 * DAY + 6 * 60 * 60;
        assert_eq!(daily.check((ana, 100), 100, morning), Ok(()));
        daily.count(ana, 100, morning);
        assert_eq!(daily.check((ana, 1), 100, morning), Err(18 * 60 * 60));
        assert_eq!(daily.check((ben, 1), 100, morning), Ok(()));
        assert_eq!(daily.check((ana, 1), 100, morning + DAY), Ok(()));
    }

    #[test]
    fn neighbors_in_one_network_are_one_address() {
        let daily = Daily::default();
        let of = |address: &str| Counted::AccountsOf(address.parse().unwrap());
        daily.count(of("2001:db8::1"), 1, DAY);
        assert!(daily.check((of("2001:db8::2"), 1), 1, DAY).is_err());
        assert!(daily.check((of("2001:db8:0:1::1"), 1), 1, DAY).is_ok());
    }
}
