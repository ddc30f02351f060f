//! Chance that repeats: everything random in a world comes from its seed.

use std::sync::{Arc, Mutex, PoisonError};

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng};

/// A source of chance; its clones draw from the same stream.
#[derive(Clone, Debug)]
pub struct Chance {
    stream: Arc<Mutex<ChaCha20Rng>>,
}

impl Chance {
    /// Begins the stream of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        Self {
            stream: Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))),
        }
    }

    /// Fills bytes.
    pub fn fill(&self, into: &mut [u8]) {
        self.stream
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(into);
    }

    /// Draws an array of bytes.
    #[must_use]
    pub fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// Draws a number under a bound; 0 for the bound 0.
    #[must_use]
    pub fn below(&self, bound: usize) -> usize {
        let number = u64::from_be_bytes(self.draw());
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(number % bound).unwrap_or_default()
    }

    /// Is true in so many of a hundred cases.
    #[must_use]
    pub fn percent(&self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Picks one of a list.
    pub fn pick<'a, T>(&self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }

    /// Begins another stream with this one's next bytes.
    #[must_use]
    pub fn branch(&self) -> Self {
        Self {
            stream: Arc::new(Mutex::new(ChaCha20Rng::from_seed(self.draw()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_numbers() {
        let draw = |seed| -> Vec<usize> {
            (0..8)
                .map({
                    let chance = Chance::of(seed);
                    move |_| chance.below(1000)
                })
                .collect()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }
}
