//! Which plans are taken, as typed: one line for a plan in a state.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use troth_wire::network::Acceptance;

use super::listing::{format, format_name};
use super::{Reader, Why, Wrong, at};

/// A plan in a state as typed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct PlanTyped {
    /// The plan by its name; empty where people pay themselves.
    pub plan: String,
    /// The state by its postal code.
    pub state: String,
    /// In which formats.
    pub formats: BTreeSet<String>,
}

/// All plans as typed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct PlansTyped {
    /// One a line.
    pub rows: Vec<PlanTyped>,
}

impl PlansTyped {
    /// Shows plans as they would be typed.
    #[must_use]
    pub fn of(plans: &[Acceptance]) -> Self {
        let rows = plans
            .iter()
            .map(|one| PlanTyped {
                plan: one.plan.clone().unwrap_or_default(),
                state: one.state.clone(),
                formats: one.formats.iter().map(|it| format_name(*it)).collect(),
            })
            .collect();
        Self { rows }
    }

    /// Reads the plans.
    ///
    /// # Errors
    ///
    /// Every field that cannot be used yet; a plan stands once for a state.
    pub fn read(&self) -> Result<Vec<Acceptance>, Vec<Wrong>> {
        let mut reader = Reader::default();
        let mut plans: Vec<Acceptance> = Vec::with_capacity(self.rows.len());
        for (row, typed) in self.rows.iter().enumerate() {
            let plan = (!typed.plan.is_empty()).then(|| typed.plan.clone());
            let state = reader.words(&at("state", row), &typed.state, 2);
            if plans
                .iter()
                .any(|one| one.plan == plan && one.state == state)
            {
                reader.say(&at("plan", row), Why::Twice);
            }
            plans.push(Acceptance {
                plan,
                state,
                formats: reader.chosen(&at("formats", row), &typed.formats, format),
                proven_at: None,
            });
        }
        reader.end(plans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(plan: &str, state: &str, formats: &[&str]) -> PlanTyped {
        PlanTyped {
            plan: plan.into(),
            state: state.into(),
            formats: formats.iter().map(|it| (*it).to_owned()).collect(),
        }
    }

    #[test]
    fn what_is_read_is_shown_as_it_was_typed() {
        let typed = PlansTyped {
            rows: vec![
                row("", "CA", &["in_person", "video"]),
                row("blue", "NV", &["video"]),
            ],
        };
        let plans = typed.read().unwrap();
        assert_eq!(plans[0].plan, None);
        assert_eq!(PlansTyped::of(&plans), typed);
    }

    #[test]
    fn a_plan_stands_once_for_a_state_and_says_how() {
        let typed = PlansTyped {
            rows: vec![row("blue", "NV", &["video"]), row("blue", "NV", &[])],
        };
        let wrong: Vec<_> = typed
            .read()
            .unwrap_err()
            .into_iter()
            .map(|wrong| (wrong.field, wrong.why))
            .collect();
        let expected = [
            ("plan-1".to_owned(), Why::Twice),
            ("formats-1".to_owned(), Why::NoneChosen),
        ];
        assert_eq!(wrong, expected);
    }
}
