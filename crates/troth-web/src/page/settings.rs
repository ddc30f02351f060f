//! Settings: a list of doors, and how this device looks.

use leptos::prelude::*;
use troth_sync::view::Unsent;

use super::heading;
use crate::app::App;
use crate::browser;
use crate::part::doing::{Doing, button, trouble};
use crate::part::field::choice;
use crate::part::ways::door;
use crate::route::{Practice, Route, Steward};
use crate::texts::{t, t_with};

pub(super) fn page(app: App) -> impl IntoView {
    let you = move || {
        app.me().map(|me| {
            t_with(
                "settings-you",
                [("name", me.name.into()), ("login", me.login.into())],
            )
        })
    };
    let rehearsed = Memo::new(move |_| app.me().is_none_or(|me| me.rehearsed));
    view! {
        <div class="stack-wide">
            <div class="stack">
                {heading(t("settings-title"))}
                <p class="quiet">{you}</p>
            </div>
            <section class="stack-close">
                <h2>{t("settings-account")}</h2>
                <ul class="lines">
                    {door(&Route::Devices, t("settings-devices"), t("settings-devices-hint"))}
                    {move || (!rehearsed.get()).then(|| door(&Route::Kit, t("settings-kit"), t("settings-kit-hint")))}
                    {door(&Route::Password, t("settings-password"), t("settings-password-hint"))}
                    {door(&Route::VaultLock, t("settings-lock"), t("settings-lock-hint"))}
                </ul>
            </section>
            <section class="stack-close">
                <h2>{t("settings-record")}</h2>
                <ul class="lines">
                    {door(&Route::Pair, t("settings-pair"), t("settings-pair-hint"))}
                    {door(&Route::Check, t("settings-check"), t("settings-check-hint"))}
                    {door(&Route::Copy, t("settings-copy"), t("settings-copy-hint"))}
                </ul>
            </section>
            <section class="stack-close">
                <h2>{t("settings-app")}</h2>
                <ul class="lines">
                    {door(&Route::Look, t("settings-look"), t("settings-look-hint"))}
                    {door(&Route::About, t("settings-about"), t("settings-about-hint"))}
                </ul>
            </section>
            <section class="stack-close">
                <h2>{t("settings-work")}</h2>
                <ul class="lines">
                    {door(&Route::Practice(Practice::Overview), t("settings-practice"), t("settings-practice-hint"))}
                    {door(&Route::Steward(Steward::Pending), t("settings-steward"), t("settings-steward-hint"))}
                </ul>
            </section>
            {ways_out(app)}
        </div>
    }
}

fn ways_out(app: App) -> impl IntoView {
    view! {
        <section class="stack">
            <h2>{t("settings-out")}</h2>
            <ul class="lines">
                {door(&Route::Leave, t("settings-leave"), t("settings-leave-hint"))}
                {door(&Route::Delete, t("settings-delete"), t("settings-delete-hint"))}
            </ul>
            {sign_out(app)}
            <p>
                <button type="button" class="button button-second" on:click=move |_| app.drop_keys()>
                    {t("settings-lock-now")}
                </button>
            </p>
        </section>
    }
}

/// Draws signing out: what waits is sent first, and what could not be is shown before it is lost.
fn sign_out(app: App) -> impl IntoView {
    let doing = Doing::new();
    let left = RwSignal::new(None::<Unsent>);
    let out = move || {
        app.run(doing, app.sign_out(), move |unsent| {
            match unsent {
                None => app.go(Route::Welcome),
                some => left.set(some),
            };
        });
    };
    let anyway = move || {
        app.run(doing, app.sign_out_anyway(), move |()| {
            app.go(Route::Welcome)
        });
    };
    view! {
        <details>
            <summary>{t("settings-sign-out")}</summary>
            <div class="stack">
                <p>{t("settings-sign-out-hint")}</p>
                {trouble(doing)}
                <div role="alert">{move || left.get().map(|unsent| unsent_list(app, unsent))}</div>
                {button(doing, "button button-second", t("settings-sign-out"), out)}
                {move || {
                    left.get().map(|_| button(doing, "button button-loss", t("sign-out-anyway"), anyway))
                }}
                <p class="working quiet" role="status">
                    {move || if doing.is_busy() { t("sign-out-working") } else { String::new() }}
                </p>
            </div>
        </details>
    }
}

/// Says what would be lost, and what to do about it.
fn unsent_list(app: App, unsent: Unsent) -> impl IntoView {
    let count = |count: usize| [("count", count.into())];
    let lines = [
        (
            unsent.entries,
            t_with("sign-out-entries", count(unsent.entries)),
        ),
        (
            unsent.private,
            t_with("sign-out-private", count(unsent.private)),
        ),
        (
            unsent.answers,
            t_with("sign-out-answers", count(unsent.answers)),
        ),
        (
            unsent.drafts,
            t_with("sign-out-drafts", count(unsent.drafts)),
        ),
    ];
    let lines = lines
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, words)| view! { <li>{words}</li> })
        .collect_view();
    let then = if app.signed_out() {
        view! { <a href=Route::SignInAgain.path()>{t("shell-sign-in")}</a> }.into_any()
    } else {
        t("sign-out-then").into_any()
    };
    view! {
        <div class="trouble">
            <p class="trouble-what">{t("sign-out-left")}</p>
            <ul>{lines}</ul>
            <p>{then}</p>
        </div>
    }
}

pub(super) fn look(_app: App) -> impl IntoView {
    let stored = browser::setting("look").unwrap_or_default();
    let begin = match stored.as_str() {
        "light" => "light",
        "dark" => "dark",
        _ => "",
    };
    let chosen = RwSignal::new(Some(begin));
    Effect::new(move |_| {
        let look = chosen.get().unwrap_or_default();
        browser::set_setting("look", look);
        browser::set_look((!look.is_empty()).then_some(look));
    });
    view! {
        <div class="stack">
            {heading(t("look-title"))}
            <fieldset>
                <legend class="label">{t("look-legend")}</legend>
                {choice("look", "", t("look-device"), String::new(), chosen)}
                {choice("look", "light", t("look-light"), String::new(), chosen)}
                {choice("look", "dark", t("look-dark"), String::new(), chosen)}
            </fieldset>
        </div>
    }
}
