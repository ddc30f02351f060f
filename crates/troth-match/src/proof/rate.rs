//! The instance's own ghost rate: of those who tried, how many found nobody.

use super::{Evidence, EvidenceKind};

/// How far back attempts count, in minutes: 90 days.
const WINDOW: i64 = 90 * super::DAY;

/// The 97.5 % point of the normal distribution, for an interval of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// How one attempt to reach a listed therapist ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A visit was booked or kept.
    Reached,
    /// The contact failed, or the request was never answered.
    Ghost,
}

impl Outcome {
    /// Reads the outcome that a piece of evidence tells; most tell none.
    ///
    /// A kept visit was booked before and would count twice, so only bookings count.
    #[must_use]
    pub fn of(kind: EvidenceKind) -> Option<Self> {
        match kind {
            EvidenceKind::VisitBooked => Some(Self::Reached),
            EvidenceKind::FailedContact | EvidenceKind::UnansweredRequest => Some(Self::Ghost),
            EvidenceKind::VisitKept
            | EvidenceKind::CalendarSynced
            | EvidenceKind::Confirmed
            | EvidenceKind::ImportedClaim => None,
        }
    }
}

/// Of the attempts of the last 90 days, how many met a ghost, with a 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GhostRate {
    /// Attempts whose end is known.
    pub attempts: u64,
    /// Attempts that met nobody.
    pub ghosts: u64,
}

impl GhostRate {
    /// Counts the attempts among dated evidence.
    pub fn count(evidence: impl IntoIterator<Item = Evidence>, now: i64) -> Self {
        let mut rate = Self::default();
        for one in evidence {
            if one.minute <= now && now - one.minute < WINDOW {
                rate.add(one.kind);
            }
        }
        rate
    }

    /// Counts one more attempt, if the evidence tells of one.
    pub fn add(&mut self, kind: EvidenceKind) {
        let Some(outcome) = Outcome::of(kind) else {
            return;
        };
        self.attempts += 1;
        if outcome == Outcome::Ghost {
            self.ghosts += 1;
        }
    }

    /// The rate in thousandths; `None` while nobody has tried ("can't tell yet").
    #[must_use]
    pub fn per_mille(self) -> Option<u16> {
        let rate = (self.ghosts * 1_000 + self.attempts / 2).checked_div(self.attempts)?;
        u16::try_from(rate).ok()
    }

    /// Wilson's interval of 95 % around the rate, in thousandths (Wilson 1927,
    /// *J. Am. Stat. Assoc.* 22:209), rounded outwards.
    #[must_use]
    pub fn interval(self) -> Option<(u16, u16)> {
        if self.attempts == 0 {
            return None;
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts of attempts are far below 2^52"
        )]
        let (n, x) = (self.attempts as f64, self.ghosts as f64);
        let (p, z2) = (x / n, Z * Z);
        let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
        let low = thousandths((centre - half).max(0.0).mul_add(1_000.0, 1e-9).floor());
        let high = thousandths((centre + half).min(1.0).mul_add(1_000.0, -1e-9).ceil());
        Some((low, high))
    }
}

/// Casts a number that is known to lie between 0 and 1,000.
fn thousandths(value: f64) -> u16 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=1000 and whole"
    )]
    let whole = value.clamp(0.0, 1_000.0) as u16;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_tried_means_that_nothing_can_be_told() {
        let rate = GhostRate::default();
        assert_eq!((rate.per_mille(), rate.interval()), (None, None));
    }

    /// R: `prop.test(3, 50, correct = FALSE)$conf.int` gives 0.02062 and 0.16219.
    #[test]
    fn the_interval_is_wilsons() {
        let rate = GhostRate {
            attempts: 50,
            ghosts: 3,
        };
        assert_eq!(rate.per_mille(), Some(60));
        assert_eq!(rate.interval(), Some((20, 163)));
    }

    #[test]
    fn none_of_few_is_not_none_of_many() {
        let few = GhostRate {
            attempts: 5,
            ghosts: 0,
        };
        let many = GhostRate {
            attempts: 5_000,
            ghosts: 0,
        };
        assert_eq!(few.interval(), Some((0, 435)));
        assert_eq!(many.interval(), Some((0, 1)));
    }

    #[test]
    fn only_the_last_ninety_days_count_and_a_visit_counts_once() {
        let at = |kind, days: i64| Evidence {
            minute: 1_000_000 - days * 1_440,
            kind,
        };
        let rate = GhostRate::count(
            [
                at(EvidenceKind::VisitBooked, 3),
                at(EvidenceKind::VisitKept, 1),
                at(EvidenceKind::FailedContact, 89),
                at(EvidenceKind::UnansweredRequest, 90),
                at(EvidenceKind::Confirmed, 1),
            ],
            1_000_000,
        );
        assert_eq!(
            rate,
            GhostRate {
                attempts: 2,
                ghosts: 1
            }
        );
    }
}
