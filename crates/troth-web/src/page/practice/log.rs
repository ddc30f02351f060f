//! What was done in the listing's name, the newest first.

use leptos::prelude::*;

use super::super::heading;
use super::back;
use crate::app::App;
use crate::part::log::log_list;
use crate::texts::t;

pub(super) fn page(app: App) -> impl IntoView {
    view! {
        <div class="stack-wide">
            {heading(t("log-title"))}
            <p>{t("log-text")}</p>
            {log_list(app, move |after| app.practice_log(after))}
            {back()}
        </div>
    }
}
