//! Slowing down who tries too often: in memory only, forgotten with the process.
//!
//! One bucket of tokens for each login at each address, each address and each session. A bucket
//! fills up again by itself; when it is empty the answer says for how many seconds.
//!
//! # Invariants
//!
//! 1. **No one keeps another out.** Tries with a login count against the address that makes
//!    them. The bucket that all addresses share for a login never refuses; it only makes the
//!    bucket of each address smaller.
//! 2. **Nothing is bought by a crowd.** When there is no room for more buckets, the ones that
//!    would be full soonest are dropped, never all.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crate::store::LoginHash;
use troth_wire::{AccountId, SessionId};

/// How many buckets are kept.
const MAX_BUCKETS: usize = 65_536;

/// How many buckets are dropped at least when there is no room: those that are full, and of
/// the others the fullest.
const DROPPED: usize = MAX_BUCKETS / 8;

/// How often something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many times at once.
    pub burst: u32,
    /// And once more every so many milliseconds.
    pub every_millis: u64,
}

/// All limits on how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Tries with the password of one login from one address.
    pub login: Rate,
    /// Tries with the password of one login from all addresses; when there are more,
    /// `login_strict` holds for each address.
    pub login_everywhere: Rate,
    /// Tries with the password of one login from one address, while many try it.
    pub login_strict: Rate,
    /// Tries of strangers from one address.
    pub address: Rate,
    /// Requests of one session.
    pub session: Rate,
    /// Requests to the directory and to booking from one address.
    pub network: Rate,
    /// Holds and reports from one address.
    pub hold: Rate,
    /// Calendars that one therapist hands in, or addresses of one.
    pub calendar: Rate,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            login: Rate {
                burst: 10,
                every_millis: 30_000,
            },
            login_everywhere: Rate {
                burst: 100,
                every_millis: 10_000,
            },
            login_strict: Rate {
                burst: 3,
                every_millis: 300_000,
            },
            address: Rate {
                burst: 120,
                every_millis: 1_000,
            },
            session: Rate {
                burst: 30_000,
                every_millis: 1,
            },
            network: Rate {
                burst: 600,
                every_millis: 100,
            },
            hold: Rate {
                burst: 30,
                every_millis: 10_000,
            },
            calendar: Rate {
                burst: 12,
                every_millis: 300_000,
            },
        }
    }
}

impl Limits {
    /// No limits, for a bench.
    pub const NONE: Self = {
        let free = Rate {
            burst: u32::MAX,
            every_millis: 0,
        };
        Self {
            login: free,
            login_everywhere: free,
            login_strict: free,
            address: free,
            session: free,
            network: free,
            hold: free,
            calendar: free,
        }
    };
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    /// A login at one address; without an address, where there is no network.
    Login(LoginHash, Option<IpAddr>),
    /// A login at one address, while many try it.
    LoginStrict(LoginHash, Option<IpAddr>),
    /// A login at all addresses.
    LoginEverywhere(LoginHash),
    Address(IpAddr),
    Session(SessionId),
    /// An address that asks the directory or books.
    Network(IpAddr),
    /// An address that holds a time or reports a listing.
    Hold(IpAddr),
    /// A therapist who hands a calendar in.
    Calendar(AccountId),
}

/// Counts tries.
#[derive(Debug)]
pub(crate) struct Throttle {
    limits: Limits,
    hasher: RandomState,
    /// Milliseconds at which each bucket is full again, by a hash of whom it counts.
    full_at: Mutex<HashMap<u64, u64>>,
}

impl Throttle {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            hasher: RandomState::new(),
            full_at: Mutex::default(),
        }
    }

    /// Says how many seconds to wait before a try would be let through; counts nothing.
    pub(crate) fn room(&self, who: Who, second: u64) -> Result<(), u32> {
        self.look(who, second, false)
    }

    /// Counts one try with the password of a login.
    ///
    /// While more addresses try one login than one person has, each of them gets fewer tries;
    /// an address that has made none always gets some.
    pub(crate) fn try_login(
        &self,
        login: LoginHash,
        from: Option<IpAddr>,
        second: u64,
    ) -> Result<(), u32> {
        self.try_once(Who::Login(login, from), second)?;
        if self.try_once(Who::LoginEverywhere(login), second).is_err() {
            self.try_once(Who::LoginStrict(login, from), second)?;
        }
        Ok(())
    }

    /// Counts one try, or says how many seconds to wait before the next.
    pub(crate) fn try_once(&self, who: Who, second: u64) -> Result<(), u32> {
        self.look(who, second, true)
    }

    fn look(&self, who: Who, second: u64, counts: bool) -> Result<(), u32> {
        let limits = &self.limits;
        let (who, rate) = match who {
            Who::Login(login, from) => (Who::Login(login, from.map(network)), limits.login),
            Who::LoginStrict(login, from) => {
                let who = Who::LoginStrict(login, from.map(network));
                (who, limits.login_strict)
            }
            Who::LoginEverywhere(_) => (who, limits.login_everywhere),
            Who::Address(address) => (Who::Address(network(address)), limits.address),
            Who::Session(_) => (who, limits.session),
            Who::Network(address) => (Who::Network(network(address)), limits.network),
            Who::Hold(address) => (Who::Hold(network(address)), limits.hold),
            Who::Calendar(_) => (who, limits.calendar),
        };
        if rate.every_millis == 0 {
            return Ok(());
        }
        let now = second.saturating_mul(1000);
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let who = self.hasher.hash_one(who);
        if full_at.len() >= MAX_BUCKETS && !full_at.contains_key(&who) {
            make_room(&mut full_at, now);
        }
        let full = full_at.entry(who).or_insert(now);
        let next = (*full).max(now).saturating_add(rate.every_millis);
        let room = rate.every_millis.saturating_mul(u64::from(rate.burst));
        let over = next.saturating_sub(now.saturating_add(room));
        if over > 0 {
            return Err(u32::try_from(over.div_ceil(1000)).unwrap_or(u32::MAX));
        }
        if counts {
            *full = next;
        }
        Ok(())
    }
}

/// Drops the buckets that are full, and if those are few the fullest of the others. So what is
/// dropped is what holds the least back.
fn make_room(full_at: &mut HashMap<u64, u64>, now: u64) {
    full_at.retain(|_, full| *full > now);
    let Some(excess) = (full_at.len() + DROPPED).checked_sub(MAX_BUCKETS) else {
        return;
    };
    let mut times: Vec<u64> = full_at.values().copied().collect();
    if excess == 0 || excess > times.len() {
        return;
    }
    let (_, &mut last, _) = times.select_nth_unstable(excess - 1);
    let mut left = excess;
    full_at.retain(|_, full| {
        let drop = left > 0 && *full <= last;
        left -= usize::from(drop);
        !drop
    });
}

/// The part of an address that one household has: all of an old one, half of a new one.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(new) => match new.to_ipv4_mapped() {
            Some(old) => IpAddr::V4(old),
            None => IpAddr::V6((new.to_bits() & !u128::from(u64::MAX)).into()),
        },
        IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throttle() -> Throttle {
        Throttle::new(Limits::default())
    }

    #[test]
    fn the_eleventh_try_in_a_row_must_wait_and_says_how_long() {
        let throttle = throttle();
        let who = Who::Login(LoginHash([1; 32]), None);
        for _ in 0..10 {
            assert_eq!(throttle.try_once(who, 1000), Ok(()));
        }
        assert_eq!(throttle.try_once(who, 1000), Err(30));
        assert_eq!(throttle.try_once(who, 1029), Err(1));
        assert_eq!(throttle.try_once(who, 1030), Ok(()));
        assert_eq!(
            throttle.try_once(Who::Login(LoginHash([2; 32]), None), 1030),
            Ok(())
        );
    }

    #[test]
    fn neighbours_in_one_network_share_a_bucket() {
        let throttle = throttle();
        for last in 0..120 {
            let address = format!("2001:db8::{last:x}").parse().unwrap();
            assert_eq!(throttle.try_once(Who::Address(address), 0), Ok(()));
        }
        let neighbour = "2001:db8::ffff:1".parse().unwrap();
        assert!(throttle.try_once(Who::Address(neighbour), 0).is_err());
        let other = "2001:db8:1::1".parse().unwrap();
        assert_eq!(throttle.try_once(Who::Address(other), 0), Ok(()));
    }

    #[test]
    fn an_exhausted_bucket_stays_exhausted_among_seventy_thousand() {
        let throttle = throttle();
        let attacker = Who::Address([192, 0, 2, 1].into());
        while throttle.try_once(attacker, 0).is_ok() {}
        for number in 0..70_000_u32 {
            let address = std::net::Ipv4Addr::from_bits(0x0a00_0000 + number);
            assert_eq!(throttle.try_once(Who::Address(address.into()), 0), Ok(()));
            if number % 1000 == 0 {
                assert!(throttle.try_once(attacker, 0).is_err(), "after {number}");
            }
        }
        assert!(throttle.try_once(attacker, 0).is_err());
    }

    #[test]
    fn a_clock_that_steps_back_locks_nobody_out_for_long() {
        let throttle = throttle();
        let who = Who::Login(LoginHash([1; 32]), None);
        assert_eq!(throttle.try_once(who, 100_000), Ok(()));
        assert!(throttle.try_once(who, 10).is_err());
        assert_eq!(throttle.try_once(who, 100_000), Ok(()));
    }
}
