//! Size classes, so that lengths say little.
//!
//! Bodies of entries come in 256, 512, 1 Ki, 2 Ki and 4 KiB, then Padmé (at most 12 % more).
//! Padmé: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication
//! with PURBs", PoPETs 2019, section 4. See `docs/protocol/envelope.md`.

/// Rounds a length up to the next Padmé length.
#[must_use]
pub const fn padme(length: usize) -> usize {
    if length < 2 {
        return length;
    }
    let exponent = length.ilog2();
    let kept = exponent.ilog2() + 1;
    let free = exponent.saturating_sub(kept);
    let mask = (1_usize << free) - 1;
    length.saturating_add(mask) & !mask
}

/// Rounds a length up to the size class of an entry's body.
#[must_use]
pub const fn class_of(length: usize) -> usize {
    match length {
        0..=256 => 256,
        257..=512 => 512,
        513..=1024 => 1024,
        1025..=2048 => 2048,
        2049..=4096 => 4096,
        _ => padme(length),
    }
}

/// Tells whether a length is one of the size classes.
#[must_use]
pub const fn is_class(length: usize) -> bool {
    class_of(length) == length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_fixed_points_and_never_shrink() {
        for length in 0..200_000 {
            let class = class_of(length);
            assert!(class >= length);
            assert!(is_class(class), "{length}");
            assert!(length < 4096 || class - length <= length / 8, "{length}");
        }
    }

    #[test]
    fn lengths_are_rounded_as_the_paper_says() {
        let rounded = [0, 1, 2, 8, 9, 1_000, 70_004].map(padme);
        assert_eq!(rounded, [0, 1, 2, 8, 10, 1_024, 71_680]);
    }

    #[test]
    fn padme_of_the_largest_length_does_not_overflow() {
        assert!(padme(usize::MAX) > 0);
    }
}
