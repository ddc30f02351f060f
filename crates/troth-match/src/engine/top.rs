//! The best few of many.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The best rows so far, at most a given number; equal scores stand by rising number.
#[derive(Debug)]
pub(super) struct Top {
    limit: usize,
    /// Score above the complement of the number, and the row; the worst on top.
    heap: BinaryHeap<Reverse<(u64, u32)>>,
}

/// One number to compare by: the higher, the better.
#[inline(always)]
pub(super) const fn rank(score: u32, id: u32) -> u64 {
    (score as u64) << 32 | !id as u64
}

impl Top {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            heap: BinaryHeap::with_capacity(limit + 1),
        }
    }

    /// Tells the rank that the next row has to beat, if the places are taken.
    #[inline(always)]
    pub(super) fn worst(&self) -> Option<u64> {
        if self.heap.len() < self.limit {
            None
        } else {
            self.heap.peek().map(|Reverse((rank, _))| *rank)
        }
    }

    /// Takes a row in if it is good enough.
    #[inline]
    pub(super) fn push(&mut self, rank: u64, row: u32) {
        if self.heap.len() < self.limit {
            self.heap.push(Reverse((rank, row)));
        } else if let Some(mut worst) = self.heap.peek_mut()
            && rank > worst.0.0
        {
            *worst = Reverse((rank, row));
        }
    }

    /// Gives score, number and row, best first.
    pub(super) fn into_sorted(self) -> Vec<(u32, u32, u32)> {
        let sorted = self.heap.into_sorted_vec();
        sorted
            .into_iter()
            .map(|Reverse((rank, row))| ((rank >> 32) as u32, !(rank as u32), row))
            .collect()
    }
}
