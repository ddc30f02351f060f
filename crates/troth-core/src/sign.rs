//! The ten signs of trust, and what of them a person chose to show.
//!
//! Signs are experiences of the person who rates them; none is a duty of anyone, and there is no
//! total and no score (METHODS B.2). They are Troth's own check-in and not a validated instrument.
//!
//! # Invariants
//!
//! 1. **Private first.** A rating lies in the vault. It leaves only inside a [`SharedSigns`] that
//!    its owner made, for weeks that its owner named.
//! 2. **The summary does not know.** A [`SignsSummary`] is made without the sign
//!    [`Sign::SafeWithBoundaries`], so that it looks the same whatever was rated there (SAFETY S-4).

use jiff::ToSpan;
use jiff::civil::Date;

use crate::insight::Direction;

/// One of the ten signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// Less anxiety, fewer worst-case assumptions.
    LessAnxiety,
    /// More ease in conversation.
    Ease,
    /// More affection or openness.
    Affection,
    /// More teamwork and shared decisions.
    Teamwork,
    /// Greater emotional availability.
    Availability,
    /// I feel safe and my boundaries are respected.
    SafeWithBoundaries,
    /// Comfortable being vulnerable.
    Vulnerability,
    /// My partner listens to my needs and feelings.
    Listening,
    /// Mutual commitment.
    MutualCommitment,
    /// Open to my partner's view in major decisions.
    OpenToTheirView,
}

impl Sign {
    /// All ten, in their fixed order.
    pub const ALL: [Self; 10] = [
        Self::LessAnxiety,
        Self::Ease,
        Self::Affection,
        Self::Teamwork,
        Self::Availability,
        Self::SafeWithBoundaries,
        Self::Vulnerability,
        Self::Listening,
        Self::MutualCommitment,
        Self::OpenToTheirView,
    ];

    /// Returns the stored number of the sign, 1 to 10.
    #[must_use]
    pub const fn id(self) -> u8 {
        match self {
            Self::LessAnxiety => 1,
            Self::Ease => 2,
            Self::Affection => 3,
            Self::Teamwork => 4,
            Self::Availability => 5,
            Self::SafeWithBoundaries => 6,
            Self::Vulnerability => 7,
            Self::Listening => 8,
            Self::MutualCommitment => 9,
            Self::OpenToTheirView => 10,
        }
    }

    /// Looks a sign up by its stored number.
    #[must_use]
    pub fn lookup(id: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|sign| sign.id() == id)
    }

    /// Returns the stable key of the sign, for texts and for JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::LessAnxiety => "less-anxiety",
            Self::Ease => "ease",
            Self::Affection => "affection",
            Self::Teamwork => "teamwork",
            Self::Availability => "availability",
            Self::SafeWithBoundaries => "safe-with-boundaries",
            Self::Vulnerability => "vulnerability",
            Self::Listening => "listening",
            Self::MutualCommitment => "mutual-commitment",
            Self::OpenToTheirView => "open-to-their-view",
        }
    }

    /// Returns the sentence a person rates, in English; screens look up their own by [`key`](Self::key).
    #[must_use]
    pub const fn wording(self) -> &'static str {
        match self {
            Self::LessAnxiety => "I feel less anxious, and I assume the worst less often.",
            Self::Ease => "Talking with each other feels easier.",
            Self::Affection => "There is more affection or openness between us.",
            Self::Teamwork => "We work as a team and decide things together.",
            Self::Availability => "We are there for each other with our feelings.",
            Self::SafeWithBoundaries => "I feel safe, and my boundaries are respected.",
            Self::Vulnerability => "I feel comfortable showing when I am vulnerable.",
            Self::Listening => "My partner listens to my needs and feelings.",
            Self::MutualCommitment => "We are both committed to this.",
            Self::OpenToTheirView => "I am open to my partner's view in big decisions.",
        }
    }
}

/// The highest rating of a sign; the lowest is 0.
pub const HIGHEST_RATING: u8 = 4;

/// One week's ratings of all ten signs, each 0 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratings([u8; 10]);

impl Ratings {
    /// Takes ten ratings in the order of [`Sign::ALL`]; `None` if one is above 4.
    #[must_use]
    pub fn new(ratings: [u8; 10]) -> Option<Self> {
        ratings
            .iter()
            .all(|rating| *rating <= HIGHEST_RATING)
            .then_some(Self(ratings))
    }

    /// Returns the rating of one sign.
    #[must_use]
    pub fn of(&self, sign: Sign) -> u8 {
        self.iter()
            .find(|(one, _)| *one == sign)
            .map_or(0, |(_, rating)| rating)
    }

    /// Lists every sign with its rating.
    pub fn iter(&self) -> impl Iterator<Item = (Sign, u8)> {
        Sign::ALL.into_iter().zip(self.0)
    }

    /// Counts the signs rated 3 or 4, of ten.
    #[must_use]
    pub fn count_strong(&self) -> u8 {
        self.iter().fold(0, |count, (_, rating)| {
            count + u8::from(rating >= STRONG_RATING)
        })
    }

    /// Counts the signs rated 3 or 4, of the nine that a summary may show (invariant 2).
    #[must_use]
    pub fn count_strong_shareable(&self) -> u8 {
        self.iter()
            .filter(|(sign, _)| *sign != Sign::SafeWithBoundaries)
            .fold(0, |count, (_, rating)| {
                count + u8::from(rating >= STRONG_RATING)
            })
    }

    /// Returns the ten numbers in the order of [`Sign::ALL`].
    #[must_use]
    pub const fn as_array(&self) -> &[u8; 10] {
        &self.0
    }
}

/// From this rating on a sign counts as strong (METHODS B.2: "count of signs ≥ 3").
pub const STRONG_RATING: u8 = 3;

/// One week, Monday to Sunday, counted from the week that began on Monday 5 January 1970.
///
/// ```
/// use troth_core::Week;
///
/// let week = Week::containing("2026-11-22".parse()?);
///
/// assert_eq!(week.monday().to_string(), "2026-11-16");
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week(u32);

/// The Monday of week 0.
const FIRST_MONDAY: Date = jiff::civil::date(1970, 1, 5);
/// No week after the year 9000 can be named; jiff's calendar ends with 9999.
const LAST_WEEK: u32 = 366_000;

impl Week {
    /// Finds the week in which a day lies; days before 1970 lie in the first week.
    #[must_use]
    pub fn containing(day: Date) -> Self {
        let days = FIRST_MONDAY.until(day).map_or(0, |span| span.get_days());
        Self(
            u32::try_from(days.div_euclid(7))
                .unwrap_or(0)
                .min(LAST_WEEK),
        )
    }

    /// Names a week by its number; `None` if it lies too far off.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        (number <= LAST_WEEK).then_some(Self(number))
    }

    /// Returns the week's number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Returns the Monday on which the week begins.
    #[must_use]
    pub fn monday(self) -> Date {
        FIRST_MONDAY
            .checked_add(i64::from(self.0).weeks())
            .unwrap_or(FIRST_MONDAY)
    }

    /// Counts the weeks from `earlier` to this one; negative if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        i64::from(self.0) - i64::from(earlier.0)
    }

    /// Returns the week that lies `weeks` after this one, at most the last that can be named.
    #[must_use]
    pub fn plus(self, weeks: u32) -> Self {
        Self(self.0.saturating_add(weeks).min(LAST_WEEK))
    }

    /// Returns the week that lies `weeks` before this one, at least the first.
    #[must_use]
    pub fn minus(self, weeks: u32) -> Self {
        Self(self.0.saturating_sub(weeks))
    }
}

/// What a person showed of their signs, for a period that has ended or is ending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedSigns {
    /// The first week.
    pub from: Week,
    /// The last week, included.
    pub to: Week,
    /// What is shown.
    pub shown: ShownSigns,
}

/// A summary of the period, or single signs of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShownSigns {
    /// The whole period in a few figures.
    Summary(SignsSummary),
    /// Some signs, week by week.
    Singles(Vec<SingleSign>),
}

/// A period of signs in a few figures, without [`Sign::SafeWithBoundaries`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignsSummary {
    /// In how many weeks of the period the person rated.
    pub weeks_rated: u32,
    /// How many of nine signs were strong in an ordinary week, in tenths, with its band; `None` if
    /// fewer than three weeks were rated.
    pub strong: Option<TenthsBand>,
    /// Whether that changed; a claim only where the statistics carry it.
    pub direction: Direction,
}

/// A figure in tenths with the band in which it may as well lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenthsBand {
    /// The lower end.
    pub low: u8,
    /// The figure.
    pub middle: u8,
    /// The upper end.
    pub high: u8,
}

/// One sign over some weeks; a week that was not rated is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SingleSign {
    /// The sign.
    pub sign: Sign,
    /// Weeks and ratings, in order.
    pub weeks: Vec<(Week, u8)>,
}
