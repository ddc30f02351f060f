//! Who waits for a time. Nobody is named, and nobody can be moved up.

use leptos::prelude::*;
use troth_wire::network::Waiting;

use super::super::heading;
use super::back;
use super::words::visit_words;
use crate::app::App;
use crate::part::loaded::{Loaded, loaded};
use crate::part::when;
use crate::texts::{t, t_with};

pub(super) fn page(app: App) -> impl IntoView {
    let found = Loaded::ask(app, app.waiting_people());
    view! {
        <div class="stack-wide">
            {heading(t("waiting-title"))}
            <p>{t("waiting-text")}</p>
            {loaded(app, found, move || app.waiting_people(), |waiting| list(waiting))}
            {back()}
        </div>
    }
}

fn list(waiting: &[Waiting]) -> impl IntoView + use<> {
    let none = waiting.is_empty();
    let lines: Vec<_> = waiting.iter().map(line).collect();
    view! {
        {none.then(|| view! { <p class="quiet">{t("waiting-none")}</p> })}
        <ol class="lines">{lines}</ol>
    }
}

fn line(waiting: &Waiting) -> impl IntoView + use<> {
    let since = t_with(
        "waiting-since",
        [("date", when::day_of(waiting.since.timestamp()).into())],
    );
    let details = visit_words(waiting.minutes, waiting.format, waiting.service);
    let when = if waiting.windows.is_empty() {
        t("waiting-any")
    } else {
        t_with("waiting-windows", [("count", waiting.windows.len().into())])
    };
    let offered = waiting.offered.then(|| t("waiting-offered"));
    view! {
        <li class="line">
            <p class="line-main">{since}</p>
            <p class="small quiet">{details}</p>
            <p class="small quiet">{when}</p>
            {offered.map(|words| view! { <p class="small">{words}</p> })}
        </li>
    }
}
