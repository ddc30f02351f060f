//! The pages of whoever runs the server: listings to look at, plans, and how honest the listings here are.

use leptos::prelude::*;

use super::heading;
use crate::app::App;
use crate::part::log::log_list;
use crate::route::Steward as Page;
use crate::texts::t;

mod ghosts;
mod pending;
mod plans;

/// Draws a page of whoever runs the server.
pub(super) fn page(app: App, page: Page) -> AnyView {
    match page {
        Page::Pending => pending::page(app).into_any(),
        Page::Plans => plans::page(app).into_any(),
        Page::Ghosts => ghosts::page(app).into_any(),
        Page::Log => log(app).into_any(),
    }
}

fn log(app: App) -> impl IntoView {
    view! {
        <div class="stack-wide">
            {heading(t("steward-log-title"))}
            <p>{t("steward-log-text")}</p>
            {log_list(app, move |after| app.steward_log(after))}
        </div>
    }
}
