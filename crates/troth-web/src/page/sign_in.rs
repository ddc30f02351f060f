//! Signing in on another device, and getting back in with the words.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::heading;
use super::kit::{Kit, kit_page};
use super::start::new_password;
use crate::app::App;
use crate::part::doing::{Doing, submit};
use crate::part::field::{Kind, area, line};
use crate::route::Route;
use crate::texts::t;

/// Returns the place after signing in: back to an invitation, if one was being answered.
fn onward(app: App) -> Route {
    if app.invitation().is_some() {
        Route::Join
    } else {
        Route::Today
    }
}

pub(super) fn page(app: App) -> impl IntoView {
    let (login, password, code) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let doing = Doing::new();
    let sign_in = move |event: SubmitEvent| {
        event.prevent_default();
        let (login, password, code) = (
            login.get_untracked(),
            password.get_untracked(),
            code.get_untracked(),
        );
        app.run(
            doing,
            async move { app.sign_in(login, password, code).await },
            move |()| app.go(onward(app)),
        );
    };
    view! {
        <form class="stack" on:submit=sign_in>
            {heading(t("sign-in-title"))}
            <p>{t("sign-in-text")}</p>
            {line("login", t("sign-in-login"), String::new(), Kind::Text("username"), login)}
            {line("password", t("sign-in-password"), String::new(), Kind::Hidden("current-password"), password)}
            {line("code", t("sign-in-code"), t("sign-in-code-hint"), Kind::Code, code)}
            {submit(doing, t("sign-in-button"), t("sign-in-working"))}
            <p><a href=Route::Recover.path()>{t("sign-in-lost")}</a></p>
            <p><a href=Route::Start.path()>{t("sign-in-new")}</a></p>
        </form>
    }
}

pub(super) fn recover(app: App) -> impl IntoView {
    let kit = RwSignal::new_local(None::<Kit>);
    move || match kit.get() {
        Some(kit) => kit_page(kit, Some(t("recover-kit-text")), move || {
            app.go(onward(app))
        })
        .into_any(),
        None => recover_form(app, move |made| {
            kit.set(Some(made));
            app.turned();
        })
        .into_any(),
    }
}

fn recover_form(app: App, done: impl Fn(Kit) + Copy + 'static) -> impl IntoView {
    let (login, words, password) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let doing = Doing::new();
    let open = move |event: SubmitEvent| {
        event.prevent_default();
        let (login, words, password) = (
            login.get_untracked(),
            words.get_untracked(),
            password.get_untracked(),
        );
        app.run(
            doing,
            async move { app.recover(login, words, password).await },
            done,
        );
    };
    view! {
        <form class="stack" on:submit=open>
            {heading(t("recover-title"))}
            <p>{t("recover-text")}</p>
            {line("login", t("recover-login"), String::new(), Kind::Text("username"), login)}
            {area("words", t("recover-words"), t("rehearse-hint"), words)}
            {new_password("password", t("recover-password"), password)}
            {submit(doing, t("recover-button"), t("recover-working"))}
        </form>
    }
}
