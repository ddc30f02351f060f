//! How much an account may keep here, so that nobody fills the disk.
//!
//! The number of spaces and the bytes of a space are counted by the store. The bytes of a day are
//! counted here, in memory only: a row that says how much an account wrote today would say when it
//! was last used.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use troth_wire::AccountId;

use crate::store;

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
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            spaces_per_account: 16,
            space_bytes: 512 * 1024 * 1024,
            daily_bytes: 128 * 1024 * 1024,
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

/// Counts the bytes that each account sent today.
#[derive(Debug, Default)]
pub(crate) struct Daily {
    today: Mutex<Today>,
}

#[derive(Debug, Default)]
struct Today {
    day: u64,
    sent: HashMap<AccountId, u64>,
}

impl Daily {
    /// Says how many seconds to wait if an account would send more than `limit` today.
    pub(crate) fn check(
        &self,
        (account, bytes): (AccountId, u64),
        limit: u64,
        second: u64,
    ) -> Result<(), u32> {
        let sent = self.today(second / DAY).sent.get(&account).copied();
        if sent.unwrap_or(0).saturating_add(bytes) <= limit {
            return Ok(());
        }
        let left = DAY.saturating_sub(second % DAY);
        Err(u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// Counts what was written.
    pub(crate) fn count(&self, account: AccountId, bytes: u64, second: u64) {
        let mut today = self.today(second / DAY);
        let sent = today.sent.entry(account).or_default();
        *sent = sent.saturating_add(bytes);
    }

    fn today(&self, day: u64) -> std::sync::MutexGuard<'_, Today> {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        if today.day != day {
            *today = Today {
                day,
                sent: HashMap::new(),
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
        let (ana, ben) = (AccountId([1; 16]), AccountId([2; 16]));
        let morning = 20_000 * DAY + 6 * 60 * 60;
        assert_eq!(daily.check((ana, 100), 100, morning), Ok(()));
        daily.count(ana, 100, morning);
        assert_eq!(daily.check((ana, 1), 100, morning), Err(18 * 60 * 60));
        assert_eq!(daily.check((ben, 1), 100, morning), Ok(()));
        assert_eq!(daily.check((ana, 1), 100, morning + DAY), Ok(()));
    }
}
