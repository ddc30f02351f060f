//! What was read a moment ago and cannot have changed since.
//!
//! Sound because this process alone writes the file: every change goes past here first.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use troth_wire::{AccountId, MemberId, SpaceId};

use crate::store::{Session, TokenHash};

/// How many of each are remembered.
const MAX_REMEMBERED: usize = 8192;

/// Remembers sessions and who an account is in a space.
#[derive(Debug, Default)]
pub(super) struct Recent {
    remembered: Mutex<Remembered>,
}

#[derive(Debug, Default)]
struct Remembered {
    /// Counts what was forgotten, so that a slow reader cannot bring it back.
    round: u64,
    sessions: HashMap<TokenHash, Session>,
    members: HashMap<(AccountId, SpaceId), MemberId>,
}

impl Recent {
    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The round in which a reader begins.
    pub(super) fn round(&self) -> u64 {
        self.remembered().round
    }

    /// Forgets everything; called by whoever commits a change, before anyone is told of it.
    pub(super) fn forget(&self) {
        let mut remembered = self.remembered();
        let round = remembered.round + 1;
        *remembered = Remembered {
            round,
            ..Remembered::default()
        };
    }

    /// Looks up a session that has not expired.
    pub(super) fn session(&self, token: TokenHash, minute: u64) -> Option<Session> {
        self.remembered()
            .sessions
            .get(&token)
            .filter(|it| it.expires > minute)
            .cloned()
    }

    /// Remembers a session that was read in `round`.
    pub(super) fn keep_session(&self, round: u64, session: &Session) {
        let mut remembered = self.remembered();
        if remembered.round == round {
            keep(&mut remembered.sessions, session.token, session.clone());
        }
    }

    /// Looks up who an account is in a space.
    pub(super) fn member(&self, account: AccountId, space: SpaceId) -> Option<MemberId> {
        self.remembered().members.get(&(account, space)).copied()
    }

    /// Remembers who an account is in a space, as it was read in `round`.
    pub(super) fn keep_member(
        &self,
        round: u64,
        account: AccountId,
        space: SpaceId,
        member: MemberId,
    ) {
        let mut remembered = self.remembered();
        if remembered.round == round {
            keep(&mut remembered.members, (account, space), member);
        }
    }
}

fn keep<K: Eq + Hash, V>(map: &mut HashMap<K, V>, key: K, value: V) {
    if map.len() >= MAX_REMEMBERED {
        map.clear();
    }
    map.insert(key, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_slow_reader_brings_after_a_change_is_not_remembered() {
        let recent = Recent::default();
        let (account, space) = (AccountId([1; 16]), SpaceId([2; 16]));
        let round = recent.round();
        recent.forget();
        recent.keep_member(round, account, space, MemberId([3; 16]));
        assert_eq!(recent.member(account, space), None);
        recent.keep_member(recent.round(), account, space, MemberId([3; 16]));
        assert_eq!(recent.member(account, space), Some(MemberId([3; 16])));
    }
}
