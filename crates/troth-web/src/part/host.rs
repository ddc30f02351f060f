//! "Who runs this server?", asked and answered honestly (safety rule O-1).

use leptos::prelude::*;

use super::field::choice;
use crate::browser;
use crate::texts::{t, t_with};

/// Who runs the server, as the person in front of the screen says it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Runs {
    /// Someone who is neither partner.
    Neutral,
    /// The person in front of the screen.
    Me,
    /// The other partner.
    Partner,
    /// Not known.
    Unsure,
}

/// Draws the question and, once chosen, the honest answer.
pub(crate) fn host_question(chosen: RwSignal<Option<Runs>>) -> impl IntoView {
    let answer = move || match chosen.get() {
        None => String::new(),
        Some(Runs::Neutral) => t("host-neutral-answer"),
        Some(Runs::Me) => t("host-me-answer"),
        Some(Runs::Partner) => t("host-partner-answer"),
        Some(Runs::Unsure) => t("host-unsure-answer"),
    };
    view! {
        <fieldset class="stack-close">
            <legend class="label">{t("host-title")}</legend>
            <div>
                {choice("host", Runs::Neutral, t("host-neutral"), t("host-neutral-hint"), chosen)}
                {choice("host", Runs::Me, t("host-me"), String::new(), chosen)}
                {choice("host", Runs::Partner, t("host-partner"), String::new(), chosen)}
                {choice("host", Runs::Unsure, t("host-unsure"), String::new(), chosen)}
            </div>
        </fieldset>
        <p class="answer" role="status" aria-live="polite">{answer}</p>
    }
}

/// Says which server this is and what whoever runs it can and cannot do.
pub(crate) fn host_facts() -> String {
    t_with("host-text", [("server", browser::origin().into())])
}
