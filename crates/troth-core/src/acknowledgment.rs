//! Acknowledgment: what was done, what it did, and the answer to it.
//!
//! # Invariants
//!
//! 1. **The act.** An acknowledgment names at least the act; the other elements may be empty.
//! 2. **Own words.** Nothing here writes a word for the person (SAFETY C-6).
//! 3. **No answer is an answer.** Nothing counts, reminds of or judges a missing answer.

/// One of the six elements of an acknowledgment (METHODS F.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// What I did, in plain words.
    Act,
    /// What it did to you.
    Impact,
    /// Why it makes sense that you feel as you do.
    Sense,
    /// That it was mine to answer for.
    Responsibility,
    /// That I am sorry.
    Regret,
    /// What I do differently from now on.
    Change,
}

impl Element {
    /// All six, in the order in which the composer offers them.
    pub const ALL: [Self; 6] = [
        Self::Act,
        Self::Impact,
        Self::Sense,
        Self::Responsibility,
        Self::Regret,
        Self::Change,
    ];

    /// Returns the stable key of the element, for texts and for JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Impact => "impact",
            Self::Sense => "sense",
            Self::Responsibility => "responsibility",
            Self::Regret => "regret",
            Self::Change => "change",
        }
    }

    /// Finds the element that has this key.
    #[must_use]
    pub fn find_by_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|element| element.key() == key)
    }
}

/// The words of an acknowledgment, element by element; an empty text is an element left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Elements {
    /// What I did, in plain words.
    pub act: String,
    /// What it did to you.
    pub impact: String,
    /// Why it makes sense that you feel as you do.
    pub sense: String,
    /// That it was mine to answer for.
    pub responsibility: String,
    /// That I am sorry.
    pub regret: String,
    /// What I do differently from now on.
    pub change: String,
}

impl Elements {
    /// Returns the words of one element.
    #[must_use]
    pub fn text(&self, element: Element) -> &str {
        match element {
            Element::Act => &self.act,
            Element::Impact => &self.impact,
            Element::Sense => &self.sense,
            Element::Responsibility => &self.responsibility,
            Element::Regret => &self.regret,
            Element::Change => &self.change,
        }
    }

    /// Lends the words of one element for writing.
    pub fn text_mut(&mut self, element: Element) -> &mut String {
        match element {
            Element::Act => &mut self.act,
            Element::Impact => &mut self.impact,
            Element::Sense => &mut self.sense,
            Element::Responsibility => &mut self.responsibility,
            Element::Regret => &mut self.regret,
            Element::Change => &mut self.change,
        }
    }

    /// Lists the elements that have words, in order.
    pub fn written(&self) -> impl Iterator<Item = (Element, &str)> {
        Element::ALL
            .into_iter()
            .map(|element| (element, self.text(element)))
            .filter(|(_, text)| !text.trim().is_empty())
    }
}

/// What the other partner answers to an acknowledgment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcknowledgmentAnswer {
    /// I have received it.
    Received,
    /// I have received it, and I need time.
    ReceivedNeedTime,
    /// Something is missing: these elements, at least one.
    Missing(Vec<Element>),
}

use crate::id::{EntryId, PartnerId};

/// An acknowledgment as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcknowledgmentView {
    /// The entry of this version.
    pub id: EntryId,
    /// Who wrote it.
    pub by: PartnerId,
    /// The words; all empty when withdrawn.
    pub elements: Elements,
    /// Whether the author took this version back.
    pub is_withdrawn: bool,
    /// The versions before this one, oldest first.
    pub earlier: Vec<EntryId>,
    /// The version that takes the place of this one.
    pub replaced_by: Option<EntryId>,
    /// The answer to this version, if there is one. None is not a failure and is not shown as one.
    pub answer: Option<AnsweredView>,
    /// Thanks that were given for it.
    pub thanks: Vec<crate::commitment::ThanksView>,
}

/// The answer to an acknowledgment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredView {
    /// The entry of the answer.
    pub entry: EntryId,
    /// Who answered.
    pub by: PartnerId,
    /// The answer; a later answer takes the place of an earlier one.
    pub answer: AcknowledgmentAnswer,
}
