//! The password, after a reload: it opens what this device keeps sealed, without a network.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::heading;
use crate::app::App;
use crate::part::doing::{Doing, button, submit};
use crate::part::field::{Kind, line};
use crate::route::Route;
use crate::texts::{t, t_with};

pub(super) fn page(app: App) -> impl IntoView {
    let password = RwSignal::new(String::new());
    let doing = Doing::new();
    let unlock = move |event: SubmitEvent| {
        event.prevent_default();
        let password = password.get_untracked();
        app.run(doing, async move { app.unlock(password).await }, |()| ());
    };
    let forgetting = Doing::new();
    let unsent = RwSignal::new(0);
    spawn_local(async move {
        let count = app.unsent_at_rest().await;
        let _ = unsent.try_set(count);
    });
    view! {
        <div class="stack-wide">
            <form class="stack" on:submit=unlock>
                {heading(t("unlock-title"))}
                <p>{t("unlock-text")}</p>
                {line("password", t("unlock-password"), String::new(), Kind::Hidden("current-password"), password)}
                {submit(doing, t("unlock-button"), t("unlock-working"))}
            </form>
            <div class="stack-close">
                <p><a href=Route::SignIn.path()>{t("unlock-new")}</a></p>
                <p><a href=Route::Recover.path()>{t("unlock-lost")}</a></p>
                <details>
                    <summary>{t("unlock-other")}</summary>
                    <div class="stack">
                        <p>{t("unlock-forget-text")}</p>
                        <p>{move || (unsent.get() > 0).then(|| t_with("unlock-forget-unsent", [("count", unsent.get().into())]))}</p>
                        {button(
                            forgetting,
                            "button button-loss",
                            t("unlock-forget-button"),
                            move || app.run(forgetting, async move { app.forget_device().await }, move |()| app.go(Route::SignIn)),
                        )}
                    </div>
                </details>
            </div>
        </div>
    }
}
