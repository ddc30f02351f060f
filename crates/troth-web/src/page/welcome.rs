//! What this is, before anything else (safety rule H-4).

use leptos::prelude::*;

use super::heading;
use crate::route::Route;
use crate::texts::t;

pub(super) fn page() -> impl IntoView {
    view! {
        <div class="welcome stack-wide">
            <div class="stack">
                {heading(t("welcome-title"))}
                <p class="lead">{t("welcome-lead")}</p>
            </div>
            <section class="aside stack-close" aria-labelledby="before">
                <h2 id="before">{t("welcome-before")}</h2>
                <ul class="plain-list">
                    <li>{t("welcome-not-therapy")}</li>
                    <li>{t("welcome-not-afraid")}</li>
                    <li>{t("welcome-watched")}</li>
                    <li>{t("welcome-no-claim")}</li>
                    <li>{t("welcome-age")}</li>
                </ul>
            </section>
            <div class="row">
                <a class="button" href=Route::Start.path()>{t("welcome-begin")}</a>
                <a class="button button-second" href=Route::SignIn.path()>{t("welcome-have")}</a>
            </div>
            <section class="stack-close">
                <h2>{t("welcome-find-title")}</h2>
                <p class="quiet">{t("welcome-find-text")}</p>
                <p><a href=Route::Find.path()>{t("welcome-find")}</a></p>
            </section>
            <section class="stack-close">
                <h2>{t("welcome-leave-title")}</h2>
                <p class="quiet">{t("welcome-leave-text")}</p>
                <p><a href=Route::About.path()>{t("welcome-more")}</a></p>
            </section>
        </div>
    }
}
