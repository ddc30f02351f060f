//! What can be chosen on the forms of a listing, from the shared vocabulary.

use troth_match::State;
use troth_match::set::Code;
use troth_match::vocabulary::{AgeBand, Gender, Language, Modality, Specialty};
use troth_wire::network::{Plan, Practice};

use crate::part::choices::{Choice, choice};
use crate::texts::t;

/// Lists a vocabulary by its labels.
fn list<C: Code>() -> Vec<Choice> {
    let mut all: Vec<C> = C::list().collect();
    all.sort_by_key(|code| code.label());
    all.into_iter()
        .map(|code| choice(code.name(), code.label().to_owned(), String::new()))
        .collect()
}

pub(super) fn specialties() -> Vec<Choice> {
    list::<Specialty>()
}

pub(super) fn modalities() -> Vec<Choice> {
    list::<Modality>()
}

pub(super) fn languages() -> Vec<Choice> {
    list::<Language>()
}

pub(super) fn formats() -> Vec<Choice> {
    vec![
        choice("video", t("practice-video"), String::new()),
        choice("in_person", t("practice-in-person"), String::new()),
    ]
}

pub(super) fn services() -> Vec<Choice> {
    vec![
        choice("couples", t("practice-couples"), String::new()),
        choice("individual", t("practice-individual"), String::new()),
    ]
}

/// Lists a vocabulary whose first line says nothing.
fn optional<C: Code>() -> Vec<(String, String)> {
    std::iter::once((String::new(), t("listing-not-said")))
        .chain(C::list().map(|code| (code.name().to_owned(), code.label().to_owned())))
        .collect()
}

pub(super) fn genders() -> Vec<(String, String)> {
    optional::<Gender>()
}

pub(super) fn ages() -> Vec<(String, String)> {
    optional::<AgeBand>()
}

/// Lists all states by name.
pub(super) fn states() -> Vec<(String, String)> {
    let mut all: Vec<_> = State::list()
        .map(|state| (state.code().to_owned(), state.label().to_owned()))
        .collect();
    all.sort_by(|one, other| one.1.cmp(&other.1));
    std::iter::once((String::new(), t("form-choose-one")))
        .chain(all)
        .collect()
}

/// Lists the states of the licences; without any, all states.
pub(super) fn licensed(practice: &Practice) -> Vec<(String, String)> {
    let all = states();
    if practice.licences.is_empty() {
        return all;
    }
    all.into_iter()
        .filter(|(code, _)| {
            code.is_empty() || practice.licences.iter().any(|one| one.state == *code)
        })
        .collect()
}

/// Lists the plans that this server knows, and paying oneself first.
pub(super) fn plans(known: &[Plan]) -> Vec<(String, String)> {
    std::iter::once((String::new(), t("plans-self")))
        .chain(
            known
                .iter()
                .map(|plan| (plan.name.clone(), plan.label.clone())),
        )
        .collect()
}
