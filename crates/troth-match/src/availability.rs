//! When a provider is free: 672 half-hours of 14 days.
//!
//! A set bit says that a visit of the provider's standard length may start exactly then.
//! Half-hours are counted in UTC from a base midnight that all providers of a shard share.

use crate::time::{Day, HALF_HOUR, Minute};

/// Half-hours that an availability covers.
pub const HALF_HOURS: usize = 672;
/// Days that an availability covers.
pub const DAYS: u32 = 14;
/// Words of 64 bits that hold them; the last uses 32 bits.
pub const WORDS: usize = 11;
/// Bytes that hold them.
pub const BYTES: usize = HALF_HOURS / 8;

/// The free half-hours of one provider, or any other set of half-hours.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Availability(pub(crate) [u64; WORDS]);

impl Availability {
    /// Never free.
    pub const NONE: Self = Self([0; WORDS]);

    /// Free at every half-hour.
    pub const ALL: Self = {
        let mut words = [u64::MAX; WORDS];
        words[WORDS - 1] = 0xFFFF_FFFF;
        Self(words)
    };

    /// Reads bytes, bit *i* % 8 of byte *i* / 8 for half-hour *i*.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; BYTES]) -> Self {
        let mut words = [0; WORDS];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks(8)) {
            for (at, byte) in chunk.iter().enumerate() {
                *word |= u64::from(*byte) << (8 * at);
            }
        }
        Self(words)
    }

    /// Writes bytes as [`from_bytes`](Self::from_bytes) reads them.
    #[must_use]
    pub fn to_bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        for (chunk, word) in bytes.chunks_mut(8).zip(self.0) {
            for (byte, from) in chunk.iter_mut().zip(word.to_le_bytes()) {
                *byte = from;
            }
        }
        bytes
    }

    /// Makes the set of half-hours `from..to`; what lies beyond the fourteen days is dropped.
    #[must_use]
    pub fn span(from: usize, to: usize) -> Self {
        let mut set = Self::NONE;
        set.set_span(from, to);
        set
    }

    /// Adds the half-hours `from..to`; what lies beyond the fourteen days is dropped.
    pub fn set_span(&mut self, from: usize, to: usize) {
        let to = to.min(HALF_HOURS);
        for (at, word) in self.0.iter_mut().enumerate() {
            let (low, high) = (from.max(at * 64), to.min(at * 64 + 64));
            if low < high {
                *word |= (u64::MAX >> (64 - (high - low))) << (low - at * 64);
            }
        }
    }

    /// Marks a half-hour as free; one beyond the fourteen days is ignored.
    pub fn set(&mut self, half_hour: usize) {
        self.mark(half_hour);
    }

    /// Marks a half-hour as free, quickly; one beyond the fourteen days is ignored.
    pub(crate) fn mark(&mut self, half_hour: usize) {
        if half_hour < HALF_HOURS
            && let Some(word) = self.0.get_mut(half_hour / 64)
        {
            *word |= 1 << (half_hour % 64);
        }
    }

    /// Marks a half-hour as not free.
    pub fn clear(&mut self, half_hour: usize) {
        *self = self.and(&Self::span(half_hour, half_hour.saturating_add(1)).complement());
    }

    /// Tells whether a half-hour is free.
    #[must_use]
    pub fn is_set(&self, half_hour: usize) -> bool {
        self.0
            .get(half_hour / 64)
            .is_some_and(|word| word >> (half_hour % 64) & 1 == 1)
    }

    /// Keeps the half-hours that both have.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(core::array::from_fn(|at| self.word(at) & other.word(at)))
    }

    /// Joins the half-hours of both.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self(core::array::from_fn(|at| self.word(at) | other.word(at)))
    }

    /// Moves every half-hour later; what leaves the fourteen days is dropped.
    #[must_use]
    pub fn later(&self, half_hours: usize) -> Self {
        let (words, bits) = (half_hours / 64, half_hours % 64);
        let moved = Self(core::array::from_fn(|at| {
            let from = |back: usize| {
                at.checked_sub(words + back)
                    .map_or(0, |from| self.word(from))
            };
            let carried = if bits == 0 { 0 } else { from(1) >> (64 - bits) };
            from(0) << bits | carried
        }));
        moved.and(&Self::ALL)
    }

    /// Tells the half-hours that are not in the set.
    #[must_use]
    pub fn complement(&self) -> Self {
        Self(core::array::from_fn(|at| {
            !self.word(at) & Self::ALL.word(at)
        }))
    }

    /// Tells whether both have a half-hour in common.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.0
            .iter()
            .zip(&other.0)
            .fold(0, |all, (a, b)| all | (a & b))
            != 0
    }

    /// Tells the first half-hour of the set at or after another.
    #[must_use]
    pub fn first_from(&self, half_hour: usize) -> Option<usize> {
        let mut mask = u64::MAX << (half_hour % 64);
        for (at, word) in self.0.iter().enumerate().skip(half_hour / 64) {
            let left = word & mask;
            if left != 0 {
                return Some(at * 64 + left.trailing_zeros() as usize);
            }
            mask = u64::MAX;
        }
        None
    }

    /// Tells the last half-hour of the set.
    #[cfg(feature = "verify")]
    pub(crate) fn last(&self) -> Option<usize> {
        let words = self.0.iter().enumerate().rev();
        let (at, word) = words.into_iter().find(|(_, word)| **word != 0)?;
        Some(at * 64 + 63 - word.leading_zeros() as usize)
    }

    /// Tells whether no half-hour is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == [0; WORDS]
    }

    /// Counts the half-hours.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Goes through the half-hours from the first on.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(at, word)| {
            core::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)))
                .take_while(|word| *word != 0)
                .map(move |word| at * 64 + word.trailing_zeros() as usize)
        })
    }

    fn word(&self, at: usize) -> u64 {
        self.0.get(at).copied().unwrap_or(0)
    }
}

impl Default for Availability {
    fn default() -> Self {
        Self::NONE
    }
}

impl core::fmt::Debug for Availability {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Counts half-hours from `base` to the first that starts at `at` or later.
#[must_use]
pub const fn half_hour_at_or_after(base: Day, at: Minute) -> usize {
    at.0.saturating_sub(base.midnight().0).div_ceil(HALF_HOUR) as usize
}

/// Tells when a half-hour starts.
#[must_use]
pub const fn start_of(base: Day, half_hour: usize) -> Minute {
    base.midnight().plus(half_hour as u32 * HALF_HOUR)
}

/// Makes the set of half-hours that start in `from..to`.
#[must_use]
pub fn starts_between(base: Day, from: Minute, to: Minute) -> Availability {
    Availability::span(
        half_hour_at_or_after(base, from),
        half_hour_at_or_after(base, to),
    )
}

#[cfg(feature = "serde")]
impl serde::Serialize for Availability {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text: String = self
            .to_bytes()
            .iter()
            .map(|byte| std::format!("{byte:02x}"))
            .collect();
        serializer.serialize_str(&text)
    }
}

/// Reads one digit, in lower case as it is written.
#[cfg(feature = "serde")]
const fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Availability {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = || serde::de::Error::custom("not 672 half-hours in hexadecimal");
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let mut bytes = [0; BYTES];
        if text.len() != 2 * BYTES {
            return Err(wrong());
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let &[high, low] = pair else {
                return Err(wrong());
            };
            *byte = digit(high).ok_or_else(wrong)? << 4 | digit(low).ok_or_else(wrong)?;
        }
        Ok(Self::from_bytes(&bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_bytes_and_bits_agree() {
        for (from, to) in [
            (0, 0),
            (0, 672),
            (63, 65),
            (10, 11),
            (640, 672),
            (600, 900),
            (64, 128),
        ] {
            let set = Availability::span(from, to);
            let expected: Vec<_> = (from..to.min(672)).collect();
            assert_eq!(set.iter().collect::<Vec<_>>(), expected);
            assert_eq!(set.count() as usize, expected.len());
            assert_eq!(Availability::from_bytes(&set.to_bytes()), set);
            assert_eq!(set.complement().or(&set), Availability::ALL);
            assert!(!set.complement().meets(&set));
            for at in [0, 9, 63, 64, 65, 600, 672, 800] {
                assert_eq!(
                    set.first_from(at),
                    set.iter().find(|half_hour| *half_hour >= at)
                );
            }
            for by in [0, 1, 64, 336, 671, 672] {
                assert_eq!(
                    set.later(by),
                    Availability::span(from + by, to + by).and(&Availability::span(by, 672))
                );
            }
        }
    }

    #[test]
    fn a_start_belongs_to_the_half_hour_that_does_not_begin_before_it() {
        let base = Day(20_000);
        let at = |minutes| base.midnight().plus(minutes);
        assert_eq!(half_hour_at_or_after(base, at(0)), 0);
        assert_eq!(half_hour_at_or_after(base, at(1)), 1);
        assert_eq!(half_hour_at_or_after(base, at(30)), 1);
        assert_eq!(
            starts_between(base, at(1), at(61))
                .iter()
                .collect::<Vec<_>>(),
            [1, 2]
        );
        assert_eq!(half_hour_at_or_after(base, Minute(5)), 0);
    }
}
