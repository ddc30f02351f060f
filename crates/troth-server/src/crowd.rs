//! How many are here at once, by address or account, so that none of them takes every place.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts who is here.
#[derive(Debug)]
pub(crate) struct Crowd<K> {
    here: Arc<Mutex<HashMap<K, usize>>>,
    most: usize,
}

/// One place; it is free again when dropped.
#[derive(Debug)]
pub(crate) struct Place<K: Eq + Hash> {
    here: Arc<Mutex<HashMap<K, usize>>>,
    who: K,
}

impl<K: Eq + Hash + Clone> Crowd<K> {
    /// Lets in as many of each as `most`.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            here: Arc::default(),
            most,
        }
    }

    /// Takes a place, unless as many as allowed are taken.
    pub(crate) fn enter(&self, who: K) -> Option<Place<K>> {
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        let count = here.get(&who).copied().unwrap_or(0);
        if count >= self.most {
            return None;
        }
        here.insert(who.clone(), count + 1);
        drop(here);
        Some(Place {
            here: Arc::clone(&self.here),
            who,
        })
    }
}

impl<K: Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        match here.get_mut(&self.who) {
            Some(count) if *count > 1 => *count -= 1,
            // Nothing is remembered of who has gone.
            _ => drop(here.remove(&self.who)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_takes_as_many_places_as_allowed_and_gives_them_back() {
        let crowd = Crowd::new(2);
        let first = crowd.enter("ana").unwrap();
        let second = crowd.enter("ana").unwrap();
        assert!(crowd.enter("ana").is_none());
        let other = crowd.enter("ben").unwrap();
        drop(first);
        let third = crowd.enter("ana").unwrap();
        assert!(crowd.enter("ana").is_none());
        drop((second, third, other));
        assert!(crowd.here.lock().unwrap().is_empty());
    }
}
