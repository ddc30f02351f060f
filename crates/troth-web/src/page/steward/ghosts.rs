//! How many listings here are not to be had: the rate with what it means and how sure it is.

use leptos::prelude::*;
use troth_wire::network::Ghosts;

use super::super::heading;
use crate::app::App;
use crate::part::loaded::{Loaded, loaded};
use crate::part::when;
use crate::texts::{t, t_with};

/// A band wider than this, in thousandths, says nothing of the rate inside it.
const WIDE: u16 = 400;

pub(super) fn page(app: App) -> impl IntoView {
    let found = Loaded::ask(app, app.ghosts());
    view! {
        <div class="stack-wide">
            <div class="stack">
                {heading(t("ghosts-title"))}
                <p>{t("ghosts-text")}</p>
            </div>
            {loaded(app, found, move || app.ghosts(), draw)}
        </div>
    }
}

fn draw(ghosts: &Ghosts) -> impl IntoView + use<> {
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let rate = match (
        ghosts.rate_permille,
        ghosts.low_permille,
        ghosts.high_permille,
    ) {
        (Some(_), Some(low), Some(high)) if high.saturating_sub(low) > WIDE => t_with(
            "ghosts-wide",
            [("low", percent(low).into()), ("high", percent(high).into())],
        ),
        (Some(rate), Some(low), Some(high)) => t_with(
            "ghosts-rate",
            [
                ("rate", percent(rate).into()),
                ("low", percent(low).into()),
                ("high", percent(high).into()),
            ],
        ),
        _ => t("ghosts-none-yet"),
    };
    let facts = [
        t_with(
            "ghosts-listed",
            [("count", count(u64::from(ghosts.listed)).into())],
        ),
        t_with(
            "ghosts-stale",
            [("count", count(u64::from(ghosts.stale)).into())],
        ),
        t_with(
            "ghosts-attempts",
            [("count", count(ghosts.attempts).into())],
        ),
        t_with("ghosts-met", [("count", count(ghosts.ghosts).into())]),
    ];
    let facts = Vec::from(facts.map(|words| view! { <li>{words}</li> }));
    let counted = t_with(
        "ghosts-counted",
        [("date", when::moment(ghosts.counted.timestamp()).into())],
    );
    view! {
        <section class="stack">
            <p class="lead">{rate}</p>
            <ul class="plain-list">{facts}</ul>
            <p>{t("ghosts-means")}</p>
            <p class="small quiet">{t("ghosts-field")}</p>
            <p class="small quiet">{counted}</p>
        </section>
    }
}

/// Writes thousandths as a percentage, such as "4.2 %".
fn percent(permille: u16) -> String {
    match (permille / 10, permille % 10) {
        (whole, 0) => format!("{whole} %"),
        (whole, part) => format!("{whole}.{part} %"),
    }
}
