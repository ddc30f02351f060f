//! A few questions about what one looks for: one a screen, back at any moment, nobody is named.
//!
//! The first question decides what is fetched; what is answered after it stays on this device.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::heading;
use crate::app::trouble::Trouble;
use crate::app::{App, Session};
use crate::intake::{Answers, STEPS, Step};
use crate::part::doing::{Doing, submit, trouble};
use crate::route::Route;
use crate::texts::{t, t_with};

mod first;
mod later;
pub(super) mod price;
mod result;
pub(super) mod results;
pub(super) mod slot;
pub(super) mod times;

pub(super) fn page(app: App) -> impl IntoView {
    app.recall_answers();
    let step = Memo::new(move |_| app.answers(Answers::current));
    move || {
        let step = step.get();
        if step != Step::Where && app.finder().is_none() {
            return fetching(app).into_any();
        }
        question(app, step).into_any()
    }
}

/// Draws one question between its place in the row and the way back.
fn question(app: App, step: Step) -> impl IntoView {
    let doing = Doing::new();
    let last = STEPS.last() == Some(&step);
    let at = STEPS.iter().position(|one| *one == step).unwrap_or(0);
    let next = move || {
        app.answer(|answers| answers.step = (at + 1).min(STEPS.len() - 1));
        if last {
            app.go(Route::FindResults);
        } else {
            app.turned();
        }
    };
    let go_on = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(missing) = app.answers_untracked(|answers| missing(answers, step)) {
            doing.refuse(Trouble::incomplete(missing));
        } else if step == Step::Where {
            app.run(doing, app.fetch_list(), move |()| next());
        } else {
            next();
        }
    };
    let place = t_with(
        "find-place",
        [("number", (at + 1).into()), ("count", STEPS.len().into())],
    );
    let label = if last {
        t("find-show")
    } else {
        t("shell-continue")
    };
    view! {
        <form class="stack question" on:submit=go_on>
            <p class="small quiet over">{place}</p>
            {heading(title(step))}
            {fields(app, step)}
            <div class="stack">
                {submit(doing, label, t("find-fetching"))}
            </div>
            {ways(app, at)}
        </form>
    }
}

/// Draws the way back, the way out, and the way to begin anew.
fn ways(app: App, at: usize) -> impl IntoView {
    let back = move |_| {
        app.answer(|answers| answers.step = at.saturating_sub(1));
        app.turned();
    };
    let away = move |_| {
        app.drop_answers();
        app.go(home(app));
    };
    view! {
        <div class="row">
            {if at == 0 {
                view! { <a class="button button-word" href=home(app).path()>{t("find-not-now")}</a> }.into_any()
            } else {
                view! { <button type="button" class="button button-word" on:click=back>{t("find-back")}</button> }.into_any()
            }}
            {(at > 0).then(|| view! { <button type="button" class="button button-word" on:click=away>{t("find-drop")}</button> })}
        </div>
    }
}

/// The place one came from.
pub(super) fn home(app: App) -> Route {
    if app.session() == Session::Out {
        Route::Welcome
    } else {
        Route::Today
    }
}

/// Draws the moment in which the list for known states is fetched again, or the trouble with it.
pub(super) fn fetching(app: App) -> impl IntoView {
    let doing = Doing::new();
    let again = move || app.run(doing, app.fetch_list(), |()| ());
    again();
    view! {
        <div class="stack">
            {heading(t("find-fetching-title"))}
            <p class="quiet" role="status">{move || if doing.is_busy() { t("find-fetching") } else { String::new() }}</p>
            {trouble(doing)}
            <p>
                <button type="button" class="button" on:click=move |_| again()>{t("find-fetch-again")}</button>
            </p>
            <p>
                <button
                    type="button"
                    class="button button-word"
                    on:click=move |_| {
                        app.answer(|answers| answers.step = 0);
                        app.go(Route::Find);
                    }
                >
                    {t("find-back-first")}
                </button>
            </p>
        </div>
    }
}

fn title(step: Step) -> String {
    match step {
        Step::Where => t("find-where-title"),
        Step::Who => t("find-who-title"),
        Step::How => t("find-how-title"),
        Step::Pay => t("find-pay-title"),
        Step::About => t("find-about-title"),
        Step::Language => t("find-language-title"),
        Step::Times => t("find-times-title"),
        Step::Wishes => t("find-wishes-title"),
        Step::Soon => t("find-soon-title"),
    }
}

fn fields(app: App, step: Step) -> AnyView {
    match step {
        Step::Where => first::place(app).into_any(),
        Step::Who => first::who(app).into_any(),
        Step::How => first::how(app).into_any(),
        Step::Pay => first::pay(app).into_any(),
        Step::About => later::about(app).into_any(),
        Step::Language => later::language(app).into_any(),
        Step::Times => later::times(app).into_any(),
        Step::Wishes => later::wishes(app).into_any(),
        Step::Soon => later::soon(app).into_any(),
    }
}

/// Says what is missing before the next question; most need no answer at all.
fn missing(answers: &Answers, step: Step) -> Option<String> {
    use crate::intake::{How, Payer};
    match step {
        Step::Where if answers.here.is_empty() => Some(t("find-where-missing")),
        Step::How if answers.how == Some(How::InPerson) && answers.near.is_none() => {
            Some(t("find-how-missing"))
        }
        Step::Pay if answers.payer == Some(Payer::Plan) && answers.plan.is_empty() => {
            Some(t("find-pay-missing"))
        }
        _ => None,
    }
}

/// A signal for one answer: begins with what is kept, and keeps what it becomes.
fn bound<T: Clone + PartialEq + Send + Sync + 'static>(
    app: App,
    read: impl FnOnce(&Answers) -> T,
    write: fn(&mut Answers, T),
) -> RwSignal<T> {
    let signal = RwSignal::new(app.answers_untracked(read));
    Effect::new(move |before: Option<T>| {
        let value = signal.get();
        if before.is_some_and(|before| before != value) {
            app.answer(|answers| write(answers, value.clone()));
        }
        value
    });
    signal
}
