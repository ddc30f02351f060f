//! What a visit may be about, in words that tell a stranger nothing, and the specialties they stand for.

use serde::{Deserialize, Serialize};

/// Something a visit may be about.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Something broke between the two.
    Broke,
    /// Talking and arguing.
    Talking,
    /// Closeness and distance.
    Distance,
    /// Physical closeness.
    Touch,
    /// Whether and how to go on.
    GoOn,
    /// A habit that has taken over.
    Habit,
    /// Money.
    Money,
    /// Children and family.
    Family,
    /// Loss or illness.
    Loss,
    /// Worry, low mood, stress.
    Mood,
    /// Something from long ago.
    Past,
    /// Two backgrounds or faiths.
    Backgrounds,
}

impl Topic {
    /// All topics, as they are offered.
    pub const ALL: [Self; 12] = [
        Self::Broke,
        Self::Talking,
        Self::Distance,
        Self::Touch,
        Self::GoOn,
        Self::Habit,
        Self::Money,
        Self::Family,
        Self::Loss,
        Self::Mood,
        Self::Past,
        Self::Backgrounds,
    ];

    /// The specialties that are looked for, by their names in the list.
    #[must_use]
    pub const fn specialties(self) -> &'static [&'static str] {
        match self {
            Self::Broke => &["affair_recovery", "trust_rebuilding", "secrets_and_lying"],
            Self::Talking => &["communication", "conflict"],
            Self::Distance => &["emotional_distance", "attachment"],
            Self::Touch => &["intimacy", "sexual_concerns", "low_desire"],
            Self::GoOn => &["discernment", "separation", "reconciliation"],
            Self::Habit => &["substance_use", "gambling", "compulsive_sexual_behavior"],
            Self::Money => &["money", "financial_infidelity"],
            Self::Family => &["parenting", "new_parents", "blended_families", "in_laws"],
            Self::Loss => &["grief", "pregnancy_loss", "illness"],
            Self::Mood => &["anxiety", "depression", "stress"],
            Self::Past => &["trauma", "betrayal_trauma", "ptsd"],
            Self::Backgrounds => &["intercultural", "interfaith", "faith"],
        }
    }

    /// Finds the topic that a specialty belongs to.
    #[must_use]
    pub fn of(specialty: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|topic| topic.specialties().contains(&specialty))
    }
}
