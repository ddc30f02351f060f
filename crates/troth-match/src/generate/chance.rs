//! Chance with integers only: the same seed gives the same network on every machine.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// A stream of chance that belongs to one purpose and one number.
#[derive(Debug, Clone)]
pub(crate) struct Chance(ChaCha8Rng);

/// What a stream is drawn for; streams of different purposes never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Purpose {
    /// The plans, cities and panels that all providers share.
    World = 1,
    /// One provider.
    Provider = 2,
    /// Questions to try a network with.
    Queries = 3,
    /// One run of the simulation of decay.
    Decay = 4,
}

impl Chance {
    /// Opens the stream of a seed, a purpose and a number below 2^56.
    pub(crate) fn new(seed: u64, purpose: Purpose, number: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(u64::from(purpose as u8) << 56 | number);
        Self(rng)
    }

    /// Draws a whole number below `end`; 0 where `end` is 0.
    ///
    /// Multiply and shift: the bias is below 2^-32 times `end`, and needs no loop.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        let wide = u64::from(self.0.next_u32()) * u64::from(end);
        u32::try_from(wide >> 32).unwrap_or(0)
    }

    /// Draws a whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// Says yes `thousandths` times in a thousand.
    pub(crate) fn per_mille(&mut self, thousandths: u32) -> bool {
        self.below(1_000) < thousandths
    }

    /// Says yes `millionths` times in a million.
    pub(crate) fn per_million(&mut self, millionths: u32) -> bool {
        self.below(1_000_000) < millionths
    }

    /// Picks one of a slice; `None` only of an empty one.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let end = u32::try_from(list.len()).unwrap_or(u32::MAX);
        list.get(self.below(end) as usize)
    }

    /// Picks an index by weights, given as running sums; 0 of none.
    pub(crate) fn weighted(&mut self, running: &[u32]) -> usize {
        let total = running.last().copied().unwrap_or(0);
        let at = self.below(total);
        running.partition_point(|sum| *sum <= at)
    }
}

/// Turns weights into running sums for [`Chance::weighted`].
pub(crate) fn running(weights: impl IntoIterator<Item = u32>) -> Vec<u32> {
    weights
        .into_iter()
        .scan(0u32, |sum, weight| {
            *sum = sum.saturating_add(weight);
            Some(*sum)
        })
        .collect()
}
