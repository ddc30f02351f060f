//! A new account, from the server to the lock of the vault: one thing a screen.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::heading;
use super::kit::{Kit, kit_page, rehearse_page};
use super::mine::lock_form;
use crate::app::App;
use crate::browser;
use crate::part::doing::{Doing, submit};
use crate::part::field::{Kind, line, tick};
use crate::part::host::{host_facts, host_question};
use crate::route::Route;
use crate::texts::t;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Step {
    Host,
    Account,
    Kit,
    Rehearse,
    Opens,
    Lock,
}

pub(super) fn page(app: App) -> impl IntoView {
    let step = RwSignal::new(Step::Host);
    let kit = StoredValue::new_local(None::<Kit>);
    let go = move |next: Step| {
        step.set(next);
        app.turned();
    };
    move || match step.get() {
        Step::Host => host_step(app, move || go(Step::Account)).into_any(),
        Step::Account => account_step(app, move |made| {
            kit.set_value(Some(made));
            go(Step::Kit);
        })
        .into_any(),
        Step::Kit => kit
            .get_value()
            .map(|kit| kit_page(kit, None, move || go(Step::Rehearse)))
            .into_any(),
        Step::Rehearse => {
            rehearse_page(app, Some(move || go(Step::Kit)), move || go(Step::Opens)).into_any()
        }
        Step::Opens => opens_step(move || go(Step::Lock)).into_any(),
        Step::Lock => lock_step(app).into_any(),
    }
}

fn host_step(app: App, next: impl Fn() + Copy + 'static) -> impl IntoView {
    let chosen = RwSignal::new(app.runs());
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(runs) = chosen.get_untracked() {
            app.set_runs(runs);
            next();
        }
    };
    view! {
        <form class="stack" on:submit=ask>
            {heading(t("host-title"))}
            <p>{host_facts()}</p>
            {host_question(chosen)}
            <button type="submit" class="button" aria-disabled=move || chosen.get().is_none().then_some("true")>
                {t("host-anyway")}
            </button>
        </form>
    }
}

fn account_step(app: App, done: impl Fn(Kit) + Copy + 'static) -> impl IntoView {
    let (name, login, password) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let doing = Doing::new();
    let make = move |event: SubmitEvent| {
        event.prevent_default();
        let (name, login, password) = (
            name.get_untracked(),
            login.get_untracked(),
            password.get_untracked(),
        );
        app.run(
            doing,
            async move { app.create(name, login, password).await },
            done,
        );
    };
    view! {
        <form class="stack" on:submit=make>
            {heading(t("start-title"))}
            <p>{t("start-text")}</p>
            {line("name", t("start-name"), t("start-name-hint"), Kind::Text("name"), name)}
            {line("login", t("start-login"), t("start-login-hint"), Kind::Text("username"), login)}
            {new_password("password", t("start-password"), password)}
            {submit(doing, t("start-button"), t("start-working"))}
        </form>
    }
}

/// Draws a field for a new password, with a hint of its strength and a way to see it.
pub(super) fn new_password(
    id: &'static str,
    label: String,
    password: RwSignal<String>,
) -> impl IntoView {
    let seen = RwSignal::new(false);
    Effect::new(move |_| {
        let sort = if seen.get() { "text" } else { "password" };
        browser::set_attribute(id, "type", sort);
    });
    let strength = move || match strength(&password.get()) {
        None => String::new(),
        Some(Strength::Short) => t("start-strength-short"),
        Some(Strength::Fair) => t("start-strength-fair"),
        Some(Strength::Good) => t("start-strength-good"),
    };
    view! {
        <div class="stack-close">
            {line(id, label, t("start-password-hint"), Kind::Hidden("new-password"), password)}
            <p class="small quiet" role="status" aria-live="polite">{strength}</p>
            {tick(t("start-show"), String::new(), seen)}
        </div>
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Strength {
    Short,
    Fair,
    Good,
}

/// Guesses how hard a password is to guess from its length and its different characters.
fn strength(password: &str) -> Option<Strength> {
    let length = password.chars().count();
    if length == 0 {
        return None;
    }
    let different: std::collections::BTreeSet<char> = password.chars().collect();
    Some(match (length, different.len()) {
        (..=9, _) | (_, ..=5) => Strength::Short,
        (..=15, _) | (_, ..=8) => Strength::Fair,
        _ => Strength::Good,
    })
}

fn opens_step(next: impl Fn() + 'static) -> impl IntoView {
    view! {
        <div class="stack">
            {heading(t("rehearse-done-title"))}
            {crate::part::seam::seam()}
            <p>{t("rehearse-done-text")}</p>
            <button type="button" class="button" on:click=move |_| next()>{t("shell-continue")}</button>
        </div>
    }
}

fn lock_step(app: App) -> impl IntoView {
    let on = move || {
        app.go(if app.invitation().is_some() {
            Route::Join
        } else {
            Route::Today
        })
    };
    view! {
        <div class="stack">
            {lock_form(app, on)}
            <button type="button" class="button button-word" on:click=move |_| on()>{t("lock-later")}</button>
        </div>
    }
}
