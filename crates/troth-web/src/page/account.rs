//! The account: its devices and its password.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_sync::view::SessionView;
use troth_wire::DeviceId;

use super::heading;
use super::start::new_password;
use crate::app::App;
use crate::part::doing::{Doing, button, submit, trouble};
use crate::part::field::{Kind, line};
use crate::part::when;
use crate::texts::{t, t_with};

pub(super) fn devices(app: App) -> impl IntoView {
    let sessions = RwSignal::new_local(None::<Vec<SessionView>>);
    let doing = Doing::new();
    let load = move || {
        app.run(doing, app.sessions(), move |found| {
            sessions.set(Some(found))
        })
    };
    load();
    let end_others = move || {
        app.run(
            doing,
            async move {
                app.own_client()?.sign_out_everywhere().await?;
                app.sessions().await
            },
            move |found| {
                sessions.set(Some(found));
                app.tell(t("devices-ended"));
            },
        );
    };
    view! {
        <div class="stack">
            {heading(t("devices-title"))}
            <p>{t("devices-text")}</p>
            {trouble(doing)}
            <p class="quiet" role="status">
                {move || if sessions.with(Option::is_none) && doing.is_busy() { t("devices-loading") } else { String::new() }}
            </p>
            <ul class="lines">
                {move || {
                    sessions
                        .get()
                        .unwrap_or_default()
                        .into_iter()
                        .map(|session| session_line(app, session, doing, sessions))
                        .collect_view()
                }}
            </ul>
            {move || {
                (sessions.with(|found| found.as_ref().map_or(0, Vec::len)) > 2)
                    .then(|| button(doing, "button button-second", t("devices-end-others"), end_others))
            }}
        </div>
    }
}

/// The end of a device's name, by which the list of devices tells them apart.
pub(super) fn short(device: DeviceId) -> String {
    let short: String = format!("{device:?}")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .rev()
        .take(4)
        .collect();
    short.chars().rev().collect()
}

fn session_line(
    app: App,
    session: SessionView,
    doing: Doing,
    sessions: RwSignal<Option<Vec<SessionView>>, LocalStorage>,
) -> impl IntoView {
    let name = if session.this {
        t("devices-this")
    } else {
        t_with("devices-other", [("short", short(session.device).into())])
    };
    let id = session.id;
    let end = move || {
        app.run(
            doing,
            async move {
                app.own_client()?.end_session(id).await?;
                app.sessions().await
            },
            move |found| {
                sessions.set(Some(found));
                app.tell(t("devices-ended"));
            },
        );
    };
    view! {
        <li class="line">
            <p class="line-main">{name}</p>
            <p class="small quiet">{t_with("devices-since", [("date", when::day_of(session.since).into())])}</p>
            {(!session.this).then(|| button(doing, "button button-second", t("devices-end"), end))}
        </li>
    }
}

pub(super) fn password(app: App) -> impl IntoView {
    let (old, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let doing = Doing::new();
    let done = RwSignal::new(false);
    let change = move |event: SubmitEvent| {
        event.prevent_default();
        done.set(false);
        let (before, after) = (old.get_untracked(), new.get_untracked());
        app.run(
            doing,
            async move { app.change_password(before, after).await },
            move |()| {
                old.set(String::new());
                new.set(String::new());
                done.set(true);
            },
        );
    };
    view! {
        <form class="stack" on:submit=change>
            {heading(t("password-title"))}
            <p>{t("password-text")}</p>
            {line("old", t("password-old"), String::new(), Kind::Hidden("current-password"), old)}
            {new_password("new", t("password-new"), new)}
            {submit(doing, t("password-button"), t("password-working"))}
            <p role="status">{move || if done.get() { t("password-done") } else { String::new() }}</p>
        </form>
    }
}
