//! Points of 512 rows at once, as numbers in bit slices.

use super::plane::Block;

/// Bits of the largest sum of units: 60 specialties, 24 approaches and the rest.
const SLICES: usize = 10;

/// The units of 512 rows.
pub(super) struct Sums {
    slices: [Block; SLICES],
    /// The most that any row may have.
    most: u32,
}

impl Sums {
    pub(super) const ZERO: Self = Self {
        slices: [Block::NONE; SLICES],
        most: 0,
    };

    fn used(&self) -> usize {
        (u32::BITS - self.most.leading_zeros()) as usize
    }

    /// Adds the same units to all rows of a plane.
    #[inline(always)]
    pub(super) fn add(&mut self, plane: Block, units: u32) {
        self.most += units;
        let (used, low) = (self.used(), units.trailing_zeros() as usize);
        let mut carry = Block::NONE;
        for (bit, slice) in self.slices.iter_mut().enumerate().take(used).skip(low) {
            if units >> bit & 1 == 1 {
                let half = slice.xor(plane);
                let next = slice.and(plane).or(carry.and(half));
                *slice = half.xor(carry);
                carry = next;
            } else {
                let next = slice.and(carry);
                *slice = slice.xor(carry);
                carry = next;
            }
        }
    }

    /// Tells the rows whose sum is at least `least`.
    #[inline(always)]
    pub(super) fn at_least(&self, least: u32) -> Block {
        if least > self.most {
            return Block::NONE;
        }
        self.slices
            .iter()
            .take(self.used())
            .enumerate()
            .fold(Block::ALL, |rows, (bit, slice)| {
                if least >> bit & 1 == 1 {
                    rows.and(*slice)
                } else {
                    rows.or(*slice)
                }
            })
    }

    /// Tells which of some rows have the highest sum among them, and the sum.
    #[inline(always)]
    pub(super) fn highest(&self, rows: Block) -> (Block, u32) {
        let mut left = (rows, 0);
        for (bit, slice) in self.slices.iter().take(self.used()).enumerate().rev() {
            let with = left.0.and(*slice);
            if !with.is_empty() {
                left = (with, left.1 | 1 << bit);
            }
        }
        left
    }
}
