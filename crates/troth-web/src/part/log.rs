//! A log of acts, a page at a time: for therapists, and for whoever runs the server.

use leptos::prelude::*;
use troth_wire::network::{Audit, AuditEntry};

use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::doing::{Doing, button, trouble};
use crate::part::when;
use crate::texts::{t, t_with};

/// Draws the log, and the way to older entries.
pub(crate) fn log_list<F>(
    app: App,
    read: impl Fn(Option<String>) -> F + Copy + Send + Sync + 'static,
) -> impl IntoView
where
    F: Future<Output = Result<Audit, Trouble>> + 'static,
{
    let entries = RwSignal::new_local(Vec::<AuditEntry>::new());
    let next = RwSignal::new(None::<String>);
    let came = RwSignal::new(false);
    let doing = Doing::new();
    let more = move || {
        app.run(doing, read(next.get_untracked()), move |page: Audit| {
            let _ = entries.try_update(|entries| entries.extend(page.entries));
            let _ = next.try_set(page.next);
            let _ = came.try_set(true);
        });
    };
    more();
    view! {
        {trouble(doing)}
        <p class="quiet" role="status">
            {move || {
                if doing.is_busy() && !came.get() {
                    t("form-loading")
                } else if came.get() && entries.with(Vec::is_empty) {
                    t("log-none")
                } else {
                    String::new()
                }
            }}
        </p>
        <ul class="lines">{move || entries.with(|entries| entries.iter().map(line).collect::<Vec<_>>())}</ul>
        {move || {
            next.with(Option::is_some)
                .then(|| button(doing, "button button-second", t("log-more"), more))
        }}
    }
}

fn line(entry: &AuditEntry) -> impl IntoView + use<> {
    let provider = entry
        .provider
        .map(|number| t_with("log-provider", [("number", number.to_string().into())]));
    let booking = entry.booking.map(|id| {
        let short: String = id.to_string().chars().take(6).collect();
        t_with("log-booking", [("short", short.into())])
    });
    let why = entry.why.clone();
    view! {
        <li class="line">
            <p class="line-main">{what(&entry.what)}</p>
            <p class="line-head small quiet">
                <time>{when::day(entry.day.date())}</time>
                {provider.map(|words| view! { <span>{words}</span> })}
                {booking.map(|words| view! { <span>{words}</span> })}
            </p>
            {(!why.is_empty()).then(|| view! { <p class="read">{why}</p> })}
        </li>
    }
}

/// Names an act.
fn what(act: &str) -> String {
    match act {
        "verified" => t("log-verified"),
        "refused" => t("log-refused"),
        "bound" => t("log-bound"),
        "overbooked" => t("log-overbooked"),
        "imported" => t("log-imported"),
        "granted" => t("log-granted"),
        other => other.to_owned(),
    }
}
