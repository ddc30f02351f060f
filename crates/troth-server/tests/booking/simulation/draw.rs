//! Chance from a seed (SplitMix64): the same in every run.

/// Draws numbers.
#[derive(Debug, Clone)]
pub(super) struct Draw {
    state: u64,
}

impl Draw {
    pub(super) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub(super) fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound that is not zero.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        (self.number() % u64::from(bound)) as u32
    }

    pub(super) fn one_in(&mut self, odds: u32) -> bool {
        self.below(odds) == 0
    }
}
