//! Planes of bits: one bit a row, in blocks of 512.

/// Rows of a block.
pub(crate) const BLOCK: usize = 512;

/// The bits of 512 rows, on one cache line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(64))]
pub(crate) struct Block(pub(crate) [u64; 8]);

impl Block {
    pub(crate) const NONE: Self = Self([0; 8]);
    pub(crate) const ALL: Self = Self([u64::MAX; 8]);

    #[inline(always)]
    pub(crate) fn and(self, other: Self) -> Self {
        self.zip(other, |a, b| a & b)
    }

    #[inline(always)]
    pub(crate) fn or(self, other: Self) -> Self {
        self.zip(other, |a, b| a | b)
    }

    #[inline(always)]
    pub(crate) fn xor(self, other: Self) -> Self {
        self.zip(other, |a, b| a ^ b)
    }

    #[inline(always)]
    pub(crate) fn is_empty(self) -> bool {
        self.0.iter().fold(0, |all, word| all | word) == 0
    }

    #[inline(always)]
    pub(crate) fn count(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Goes through the rows of this block that are set, by their place in it, while told to.
    #[inline(always)]
    pub(crate) fn each(self, mut visit: impl FnMut(usize) -> bool) {
        for (at, word) in self.0.into_iter().enumerate() {
            let mut left = word;
            while left != 0 {
                if !visit(at * 64 + left.trailing_zeros() as usize) {
                    return;
                }
                left &= left - 1;
            }
        }
    }

    /// Tells the bit of a row of this block.
    #[inline(always)]
    pub(crate) fn bit(&self, at: usize) -> bool {
        self.0
            .get(at / 64)
            .is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    #[inline(always)]
    fn zip(self, other: Self, op: impl Fn(u64, u64) -> u64) -> Self {
        let mut out = self;
        for (to, from) in out.0.iter_mut().zip(other.0) {
            *to = op(*to, from);
        }
        out
    }
}

/// One plane among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plane(u32);

/// Planes of equal length, in one allocation.
#[derive(Debug)]
pub(crate) struct Planes {
    rows: usize,
    blocks: usize,
    bits: Vec<Block>,
}

impl Planes {
    /// The plane without any row.
    pub(crate) const NONE: Plane = Plane(0);
    /// The plane of all rows.
    pub(crate) const ALL: Plane = Plane(1);

    pub(crate) fn new(rows: usize, expected: usize) -> Self {
        let blocks = rows.div_ceil(BLOCK);
        let mut bits = Vec::with_capacity(blocks * (expected + 2));
        bits.resize(2 * blocks, Block::NONE);
        let mut planes = Self { rows, blocks, bits };
        for at in 0..rows.div_ceil(64) {
            let bits = u64::MAX >> (64 - (rows - at * 64).min(64));
            planes.set_word(Self::ALL, at, bits);
        }
        planes
    }

    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) const fn blocks(&self) -> usize {
        self.blocks
    }

    /// Tells the bytes that all planes take.
    pub(crate) const fn bytes(&self) -> usize {
        self.bits.len() * size_of::<Block>()
    }

    /// Adds a plane without any row.
    pub(crate) fn add(&mut self) -> Plane {
        let at = self.bits.len().checked_div(self.blocks).unwrap_or(0);
        self.bits.resize(self.bits.len() + self.blocks, Block::NONE);
        Plane(at as u32)
    }

    #[inline]
    pub(crate) fn set(&mut self, plane: Plane, row: usize) {
        let at = plane.0 as usize * self.blocks + row / BLOCK;
        if row < self.rows
            && let Some(Block(words)) = self.bits.get_mut(at)
            && let Some(word) = words.get_mut(row % BLOCK / 64)
        {
            *word |= 1 << (row % 64);
        }
    }

    /// Empties a plane.
    pub(crate) fn clear(&mut self, plane: Plane) {
        self.blocks_mut(plane).fill(Block::NONE);
    }

    /// Adds the rows of another plane.
    pub(crate) fn join(&mut self, to: Plane, other: Plane) {
        let (to, from) = (to.0 as usize * self.blocks, other.0 as usize * self.blocks);
        for at in 0..self.blocks {
            let more = self.bits.get(from + at).copied().unwrap_or(Block::NONE);
            if let Some(block) = self.bits.get_mut(to + at) {
                *block = block.or(more);
            }
        }
    }

    /// Writes 64 rows of a plane.
    #[inline]
    pub(crate) fn set_word(&mut self, plane: Plane, at: usize, bits: u64) {
        let block = plane.0 as usize * self.blocks + at / 8;
        if at / 8 < self.blocks
            && let Some(Block(words)) = self.bits.get_mut(block)
            && let Some(word) = words.get_mut(at % 8)
        {
            *word = bits;
        }
    }

    /// Copies dense bytes, eight rows each; `false` if a bit beyond the rows is set.
    pub(crate) fn fill(&mut self, plane: Plane, bytes: &[u8]) -> bool {
        let words = self
            .blocks_mut(plane)
            .iter_mut()
            .flat_map(|block| block.0.iter_mut());
        for (word, chunk) in words.zip(bytes.chunks(8)) {
            let mut eight = [0; 8];
            eight
                .iter_mut()
                .zip(chunk)
                .for_each(|(to, from)| *to = *from);
            *word = u64::from_le_bytes(eight);
        }
        let used = self.rows % 8;
        used == 0 || bytes.last().is_none_or(|last| last >> used == 0)
    }

    #[inline]
    pub(crate) fn of(&self, plane: Plane) -> &[Block] {
        let from = plane.0 as usize * self.blocks;
        self.bits.get(from..from + self.blocks).unwrap_or(&[])
    }

    pub(crate) fn is_set(&self, plane: Plane, row: usize) -> bool {
        self.of(plane)
            .get(row / BLOCK)
            .is_some_and(|block| block.bit(row % BLOCK))
    }

    fn blocks_mut(&mut self, plane: Plane) -> &mut [Block] {
        let from = plane.0 as usize * self.blocks;
        self.bits
            .get_mut(from..from + self.blocks)
            .unwrap_or(&mut [])
    }
}
