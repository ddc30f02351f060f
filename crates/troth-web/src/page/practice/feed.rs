//! The secret address under which the own calendar can read the visits.

use leptos::prelude::*;

use super::super::heading;
use super::back;
use crate::app::App;
use crate::browser;
use crate::part::doing::{Doing, button, trouble, working};
use crate::texts::t;

pub(super) fn page(app: App) -> impl IntoView {
    let doing = Doing::new();
    let address = RwSignal::new(None::<String>);
    let make = move || {
        app.run(doing, app.new_practice_feed(), move |made| {
            let _ = address.try_set(Some(made));
            app.tell(t("feed-made"));
        });
    };
    let copy = move || {
        leptos::task::spawn_local(async move {
            let copied = match address.get_untracked() {
                Some(address) => browser::copy(&address).await,
                None => false,
            };
            app.tell(if copied {
                t("feed-copied")
            } else {
                t("feed-copy-by-hand")
            });
        });
    };
    view! {
        <div class="stack-wide">
            <div class="stack">
                {heading(t("feed-title"))}
                <p>{t("feed-text")}</p>
                <p class="aside">{t("feed-mind")}</p>
                {trouble(doing)}
                {button(doing, "button", t("feed-make"), make)}
                {working(doing)}
                {move || {
                    address
                        .get()
                        .map(|shown| {
                            view! {
                                <div class="field">
                                    <label class="label" for="feed">{t("feed-address")}</label>
                                    <span class="hint" id="feed-hint">{t("feed-once")}</span>
                                    <input id="feed" class="input input-code" readonly aria-describedby="feed-hint" prop:value=shown />
                                </div>
                                <p>{button(doing, "button button-second", t("feed-copy"), copy)}</p>
                            }
                        })
                }}
            </div>
            {end(app, address)}
            {back()}
        </div>
    }
}

fn end(app: App, address: RwSignal<Option<String>>) -> impl IntoView {
    let doing = Doing::new();
    let end = move || {
        app.run(doing, app.end_practice_feeds(), move |()| {
            let _ = address.try_set(None);
            app.tell(t("feed-ended"));
        });
    };
    view! {
        <details>
            <summary>{t("feed-end")}</summary>
            <div class="stack">
                <p>{t("feed-end-text")}</p>
                {trouble(doing)}
                {button(doing, "button button-second", t("feed-end-button"), end)}
            </div>
        </details>
    }
}
