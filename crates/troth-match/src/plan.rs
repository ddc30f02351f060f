//! The catalogue of insurance plans of one directory.

use std::borrow::ToOwned;

use crate::id::PlanId;
use crate::state::States;

/// An insurance plan as people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Plan {
    /// The directory's number.
    pub id: PlanId,
    /// The name on the card, such as `Blue Plan PPO`; unique in the directory.
    pub name: String,
    /// Where the plan is sold; a plan in every state has them all.
    pub states: States,
}

/// All plans of one directory, by number and by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(transparent)
)]
pub struct Plans {
    list: Vec<Plan>,
}

impl Plans {
    /// Makes the catalogue; the last plan of a number stays.
    #[must_use]
    pub fn new(mut list: Vec<Plan>) -> Self {
        list.reverse();
        list.sort_by_key(|plan| plan.id);
        list.dedup_by_key(|plan| plan.id);
        Self { list }
    }

    /// Goes through the plans by number.
    pub fn iter(&self) -> impl Iterator<Item = &Plan> {
        self.list.iter()
    }

    /// Looks a plan up by number.
    #[must_use]
    pub fn lookup(&self, id: PlanId) -> Option<&Plan> {
        let at = self.list.binary_search_by_key(&id, |plan| plan.id).ok()?;
        self.list.get(at)
    }

    /// Finds a plan by name; capitals and outer spaces do not matter.
    #[must_use]
    pub fn find_named(&self, name: &str) -> Option<&Plan> {
        let wanted = name.trim().to_lowercase();
        self.list
            .iter()
            .find(|plan| plan.name.trim().to_lowercase() == wanted)
    }

    /// Finds the plan that a query names.
    #[must_use]
    pub fn find(&self, plan: &PlanRef) -> Option<&Plan> {
        match plan {
            PlanRef::Id(id) => self.lookup(*id),
            PlanRef::Name(name) => self.find_named(name),
        }
    }
}

/// A plan as a query gives it: its number or its name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(untagged)
)]
pub enum PlanRef {
    /// The directory's number.
    Id(PlanId),
    /// The name on the card.
    Name(String),
}

impl From<PlanId> for PlanRef {
    fn from(id: PlanId) -> Self {
        Self::Id(id)
    }
}

impl From<&str> for PlanRef {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}
