//! The ways out: a copy, leaving the space alone (L-1), deleting the account.

use jiff::ToSpan;
use jiff::civil::Date;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_sync::DispatchError;
use troth_sync::view::Pairing;

use super::heading;
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::browser;
use crate::part::doing::{Doing, button, submit, trouble, working};
use crate::part::field::{Kind, line};
use crate::part::when;
use crate::route::Route;
use crate::texts::{t, t_with};

/// How many days ahead the day of leaving is unless another is chosen.
const TWO_WEEKS: i32 = 14;

/// The name of the copy; neutral, like everything a stranger may see.
fn file_name() -> String {
    format!("notes-{}.troth", when::today())
}

pub(super) fn copy(app: App) -> impl IntoView {
    let doing = Doing::new();
    let done = RwSignal::new(false);
    let take = move || {
        done.set(false);
        app.run(doing, app.export(), move |bytes| {
            browser::download(&file_name(), "application/octet-stream", &bytes);
            done.set(true);
        });
    };
    view! {
        <div class="stack">
            {heading(t("copy-title"))}
            <p>{t("copy-text")}</p>
            <p>{t("copy-mind")}</p>
            <p class="quiet">{t("copy-law")}</p>
            {trouble(doing)}
            {button(doing, "button", t("copy-button"), take)}
            <p class="working quiet" role="status">
                {move || {
                    if doing.is_busy() {
                        t("copy-working")
                    } else if done.get() {
                        t("copy-done")
                    } else {
                        String::new()
                    }
                }}
            </p>
            <p class="small quiet">{t("copy-verify")}</p>
        </div>
    }
}

pub(super) fn leave(app: App) -> impl IntoView {
    let closed = Memo::new(move |_| app.pairing() == Pairing::Closed);
    let has_space = Memo::new(move |_| app.both().is_some());
    move || {
        if closed.get() {
            left().into_any()
        } else if has_space.get() {
            untrack(|| leave_form(app)).into_any()
        } else {
            view! {
                <div class="stack">
                    {heading(t("leave-title"))}
                    <p>{t("leave-none")}</p>
                </div>
            }
            .into_any()
        }
    }
}

fn leave_form(app: App) -> impl IntoView {
    let doing = Doing::new();
    let leaving = Memo::new(move |_| app.leaving());
    let go = move || {
        app.run(
            doing,
            async move {
                app.own_client()?.leave_space().await?;
                let _ = app.sync().await;
                Ok::<_, Trouble>(())
            },
            move |()| app.turned(),
        );
    };
    view! {
        <div class="stack">
            {heading(t("leave-title"))}
            <p>{t_with("leave-text", [("name", app.other_name().into())])}</p>
            <p>{t("leave-after")}</p>
            <p><a href=Route::Copy.path()>{t("leave-copy")}</a></p>
            {trouble(doing)}
            {button(doing, "button", t("leave-button"), go)}
            {working(doing)}
            {move || match leaving.get() {
                Some(at) => leaving_on(app, &when::day_of(at)).into_any(),
                // A day that is being chosen stays while news come.
                None => untrack(|| leave_on_a_day(app)).into_any(),
            }}
        </div>
    }
}

/// The quiet choice: nothing goes out from now on, and the space closes on a day (L-2).
fn leave_on_a_day(app: App) -> impl IntoView {
    let doing = Doing::new();
    let soon = when::today().saturating_add(TWO_WEEKS.days());
    let day = RwSignal::new(soon.to_string());
    let leave = move |event: SubmitEvent| {
        event.prevent_default();
        let day = day.get_untracked().parse::<Date>();
        app.run(
            doing,
            async move {
                let day = day.map_err(|_| DispatchError::BadDay)?;
                app.own_client()?.leave_quietly(day).await?;
                let _ = app.sync().await;
                Ok::<_, Trouble>(())
            },
            move |()| app.turned(),
        );
    };
    view! {
        <details>
            <summary>{t("leave-day")}</summary>
            <form class="stack" on:submit=leave>
                <p>{t_with("leave-day-text", [("name", app.other_name().into())])}</p>
                {line("leave-day", t("leave-day-label"), t("leave-day-hint"), Kind::Day, day)}
                {submit(doing, t("leave-day-button"), t("shell-working"))}
            </form>
        </details>
    }
}

fn leaving_on(app: App, day: &str) -> impl IntoView + use<> {
    let doing = Doing::new();
    let stay = move || {
        app.run(
            doing,
            async move {
                app.own_client()?.stay().await?;
                let _ = app.sync().await;
                Ok::<_, Trouble>(())
            },
            move |()| app.turned(),
        );
    };
    view! {
        <div class="stack">
            <p>{t_with("leave-day-set", [("day", day.to_owned().into())])}</p>
            {trouble(doing)}
            {button(doing, "button button-second", t("leave-day-stay"), stay)}
            {working(doing)}
        </div>
    }
}

fn left() -> impl IntoView {
    view! {
        <div class="stack">
            {heading(t("leave-done-title"))}
            <p>{t("leave-done-text")}</p>
            <p><a class="button button-second" href=Route::Copy.path()>{t("leave-copy")}</a></p>
        </div>
    }
}

pub(super) fn delete(app: App) -> impl IntoView {
    let password = RwSignal::new(String::new());
    let doing = Doing::new();
    let delete = move |event: SubmitEvent| {
        event.prevent_default();
        let password = password.get_untracked();
        app.run(
            doing,
            async move { app.delete_account(password).await },
            move |()| app.go_instead(Route::Welcome),
        );
    };
    view! {
        <form class="stack" on:submit=delete>
            {heading(t("delete-title"))}
            <p>{t("delete-text")}</p>
            <p>{t("delete-shared")}</p>
            <p><a href=Route::Copy.path()>{t("leave-copy")}</a></p>
            {line("password", t("delete-password"), String::new(), Kind::Hidden("current-password"), password)}
            {trouble(doing)}
            <button type="submit" class="button button-loss" aria-disabled=move || doing.is_busy().then_some("true")>
                {t("delete-button")}
            </button>
            <p class="working quiet" role="status">
                {move || if doing.is_busy() { t("delete-working") } else { String::new() }}
            </p>
        </form>
    }
}
