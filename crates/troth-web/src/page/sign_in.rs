//! Signing in on another device, and getting back in with the words.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::heading;
use super::kit::{Kit, kit_page};
use super::start::new_password;
use crate::app::{App, Session};
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
    // Where somebody is signed in already, they come back to what is here.
    let is_here = untrack(|| app.session()) != Session::Out;
    let text = if is_here {
        t("sign-in-text-here")
    } else {
        t("sign-in-text")
    };
    view! {
        <form class="stack" on:submit=sign_in>
            {heading(t("sign-in-title"))}
            <p>{text}</p>
            {line("login", t("sign-in-login"), String::new(), Kind::Text("username"), login)}
            {line("password", t("sign-in-password"), String::new(), Kind::Hidden("current-password"), password)}
            {line("code", t("sign-in-code"), t("sign-in-code-hint"), Kind::Code, code)}
            {submit(doing, t("sign-in-button"), t("sign-in-working"))}
            <p><a href=Route::Recover.path()>{t("sign-in-lost")}</a></p>
            {(!is_here).then(|| view! { <p><a href=Route::Start.path()>{t("sign-in-new")}</a></p> })}
        </form>
    }
}

/// Draws the way back for a device that is open here and whose session is over.
pub(super) fn again(app: App) -> impl IntoView {
    let password = RwSignal::new(String::new());
    let doing = Doing::new();
    let sign_in = move |event: SubmitEvent| {
        event.prevent_default();
        let password = password.get_untracked();
        app.run(
            doing,
            async move { app.sign_in_again(password).await },
            move |()| app.go(Route::Today),
        );
    };
    view! {
        <form class="stack" on:submit=sign_in>
            {heading(t("sign-again-title"))}
            <p>{t("sign-again-text")}</p>
            {line("password", t("sign-in-password"), t("sign-again-hint"), Kind::Hidden("current-password"), password)}
            {submit(doing, t("sign-in-button"), t("sign-in-working"))}
            <p><a href=Route::SignIn.path()>{t("sign-again-code")}</a></p>
            <p><a href=Route::Recover.path()>{t("sign-in-lost")}</a></p>
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
