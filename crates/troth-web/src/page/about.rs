//! What this app is, and what it cannot protect against (safety rules O-4, D-4 and N-3).

use leptos::prelude::*;

use super::heading;
use crate::browser;
use crate::texts::{t, t_with};

pub(super) fn page() -> impl IntoView {
    view! {
        <div class="stack-wide">
            <div class="stack">
                {heading(t("about-title"))}
                <p class="lead">{t("about-what")}</p>
            </div>
            <section class="stack-close">
                <h2>{t("about-protects")}</h2>
                <ul class="plain-list">
                    <li>{t("about-protects-read")}</li>
                    <li>{t("about-protects-rewrite")}</li>
                    <li>{t("about-protects-request")}</li>
                </ul>
            </section>
            <section class="stack-close">
                <h2>{t("about-cannot")}</h2>
                <ul class="plain-list">
                    <li>{t("about-cannot-operator")}</li>
                    <li>{t("about-cannot-device")}</li>
                    <li>{t("about-cannot-force")}</li>
                    <li>{t("about-cannot-received")}</li>
                    <li>{t("about-cannot-seen")}</li>
                </ul>
            </section>
            <section class="stack-close">
                <h2>{t("about-leaving")}</h2>
                <p>{t("about-leaving-text")}</p>
            </section>
            <section class="stack-close">
                <h2>{t("about-danger")}</h2>
                <p>{t("about-danger-text")}</p>
            </section>
            <section class="stack-close small quiet">
                <p>{t_with("about-version", [("version", env!("CARGO_PKG_VERSION").into())])}</p>
                {match browser::build() {
                    Some(hash) => {
                        view! {
                            <p class="code">{t_with("about-build", [("hash", hash.into())])}</p>
                            <p>{t("about-build-hint")}</p>
                        }
                            .into_any()
                    }
                    None => view! { <p>{t("about-build-none")}</p> }.into_any(),
                }}
            </section>
        </div>
    }
}
