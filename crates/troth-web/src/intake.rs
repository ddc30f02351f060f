//! What a person answers before they look for a time, and the question put to the list that follows from it.
//!
//! # Invariants
//!
//! 1. **On the device.** Nothing here is sent; only [`Answers::here`] decides what is fetched, and it is asked first.
//! 2. **Nobody is named.** There is no field for a name, an address, a telephone number or a birth date.
//! 3. **At most ten questions.** [`STEPS`] is the list; a test counts it.

use serde::{Deserialize, Serialize};

mod place;
mod query;
mod times;
mod topic;

pub use place::{Clock, clock_of, clocks};
pub use times::{DayPart, Window, windows};
pub use topic::Topic;

/// One question, one screen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// Where both are at the time of the visit. What is fetched depends on this alone.
    Where,
    /// Together or alone.
    Who,
    /// Video or in person, and near which place.
    How,
    /// A plan, or paying oneself.
    Pay,
    /// What it is about.
    About,
    /// The language of the visit.
    Language,
    /// When both can.
    Times,
    /// Wishes about the person.
    Wishes,
    /// How soon.
    Soon,
}

/// All questions in their order.
pub const STEPS: [Step; 9] = [
    Step::Where,
    Step::Who,
    Step::How,
    Step::Pay,
    Step::About,
    Step::Language,
    Step::Times,
    Step::Wishes,
    Step::Soon,
];

/// Who takes part.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Both partners in one visit.
    Both,
    /// The person in front of the screen.
    Alone,
}

/// How a visit takes place.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// By video.
    Video,
    /// In one room with the therapist.
    InPerson,
    /// Either.
    Either,
}

/// Who pays.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Payer {
    /// The people themselves.
    Own,
    /// A health plan.
    Plan,
}

/// A place to be near to, as the list itself names it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Near {
    /// The name of the city, with its state.
    pub name: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// Everything a person answered; what is missing does not matter to them.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Answers {
    /// How many questions have been passed.
    pub step: usize,
    /// The state of the person, by its postal code.
    pub here: String,
    /// The partner's state; empty when it is the same.
    pub there: String,
    /// The partner's time zone by its IANA name; empty when it is the one of this device.
    pub clock: String,
    /// Who takes part.
    pub who: Option<Who>,
    /// How to meet.
    pub how: Option<How>,
    /// Near which place.
    pub near: Option<Near>,
    /// How far from it, in miles.
    pub miles: u16,
    /// Who pays.
    pub payer: Option<Payer>,
    /// The plan, by its name in the list.
    pub plan: String,
    /// The highest price of a visit, in cents; none when it does not matter.
    pub most_cents: Option<u32>,
    /// What it is about.
    pub about: Vec<Topic>,
    /// The language, by its code; English when empty.
    pub language: String,
    /// When both can; any time when empty.
    pub times: Vec<DayPart>,
    /// The wished gender; empty when it does not matter.
    pub gender: String,
    /// Whether nobody else is wanted.
    pub gender_only: bool,
    /// The wished age band; empty when it does not matter.
    pub age: String,
    /// A way of working that is wanted; empty when it does not matter.
    pub approach: String,
    /// Within how many hours; none means the whole list of two weeks.
    pub within_hours: Option<u16>,
}

impl Answers {
    /// Lists the states in which a licence is needed: the person's, then that of a partner who takes part elsewhere.
    #[must_use]
    pub fn states(&self) -> Vec<String> {
        let mut states = vec![self.here.clone()];
        if self.is_for_both() && !self.there.is_empty() && self.there != self.here {
            states.push(self.there.clone());
        }
        states
    }

    /// Whether both take part; so it is until something else is said.
    #[must_use]
    pub fn is_for_both(&self) -> bool {
        self.who != Some(Who::Alone)
    }

    /// The question that stands now.
    #[must_use]
    pub fn current(&self) -> Step {
        STEPS.get(self.step).copied().unwrap_or(Step::Soon)
    }

    /// Writes the answers as a draft; `None` leaves the draft that is there.
    #[must_use]
    pub fn to_draft(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// Reads a draft; one that a later version wrote, or that is damaged, begins anew.
    #[must_use]
    pub fn from_draft(draft: &str) -> Self {
        serde_json::from_str(draft).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_at_most_ten_questions() {
        assert!(STEPS.len() <= 10);
    }

    #[test]
    fn a_licence_is_needed_where_each_who_takes_part_is() {
        assert_eq!(STEPS.first(), Some(&Step::Where));
        let both = Answers {
            here: "CA".into(),
            there: "NV".into(),
            ..Answers::default()
        };
        let alone = Answers {
            who: Some(Who::Alone),
            ..both.clone()
        };
        assert_eq!(both.states(), ["CA", "NV"]);
        assert_eq!(alone.states(), ["CA"]);
    }

    #[test]
    fn the_same_state_counts_once() {
        let answers = Answers {
            here: "VT".into(),
            there: "VT".into(),
            ..Answers::default()
        };
        assert_eq!(answers.states(), ["VT"]);
    }

    #[test]
    fn a_draft_comes_back_as_it_was() {
        let answers = Answers {
            step: 4,
            here: "TX".into(),
            near: Some(Near {
                name: "El Paso, TX".into(),
                lat: 31.76,
                lon: -106.49,
            }),
            times: vec![DayPart::WeekdayEvening],
            ..Answers::default()
        };
        assert_eq!(Answers::from_draft(&answers.to_draft().unwrap()), answers);
        assert_eq!(Answers::from_draft("{\"step\": tr"), Answers::default());
    }

    #[test]
    fn no_answer_can_hold_who_someone_is() {
        let draft = Answers::default().to_draft().unwrap();
        for telling in ["name\":\"", "mail", "phone", "birth", "street"] {
            assert!(!draft.contains(telling), "{telling}");
        }
    }
}
