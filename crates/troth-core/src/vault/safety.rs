use crate::sign::{STRONG_RATING, Sign, Week};

use super::Vault;

/// Whether this person's own screen offers the private safety path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SafetyPath {
    /// Nothing in the ratings asks for it; the path can still be opened by hand at any time.
    NotOffered,
    /// "I feel safe, and my boundaries are respected" was rated low in this week.
    OfferedLow(Week),
    /// It was rated lower than before in this week.
    OfferedFalling(Week),
}

impl SafetyPath {
    /// Tells whether the path is offered, for whatever reason.
    #[must_use]
    pub const fn is_offered(self) -> bool {
        match self {
            Self::NotOffered => false,
            Self::OfferedLow(_) | Self::OfferedFalling(_) => true,
        }
    }
}

/// Up to this rating the sign counts as low.
const LOW_RATING: u8 = 1;
/// A rating counts as falling against the highest of so many weeks before it.
const WEEKS_LOOKED_BACK: u32 = 4;

impl Vault {
    /// Says whether the private safety path is offered, from the newest rated week alone.
    ///
    /// Low is 0 or 1. Falling is 2 points under the highest of the four weeks before, or under that
    /// highest at all once it has come below 3. The other nine signs never matter (METHODS B.2).
    #[must_use]
    pub fn safety(&self) -> SafetyPath {
        let mut newest_first = self
            .weeks
            .iter()
            .rev()
            .map(|(week, ratings)| (*week, ratings.value.of(Sign::SafeWithBoundaries)));
        let Some((week, rating)) = newest_first.next() else {
            return SafetyPath::NotOffered;
        };
        if rating <= LOW_RATING {
            return SafetyPath::OfferedLow(week);
        }
        let before = newest_first
            .take_while(|(earlier, _)| week.since(*earlier) <= i64::from(WEEKS_LOOKED_BACK))
            .map(|(_, rating)| rating)
            .max()
            .unwrap_or(rating);
        let fell = before.saturating_sub(rating);
        if fell >= 2 || (fell == 1 && rating < STRONG_RATING) {
            SafetyPath::OfferedFalling(week)
        } else {
            SafetyPath::NotOffered
        }
    }
}
