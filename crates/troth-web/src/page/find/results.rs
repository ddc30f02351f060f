//! Who fits: a calm list with real times, and where nobody fits, what to let go of.

use leptos::prelude::*;
use troth_match::{Answer, Code as _, Filter, Relaxation, State};

use super::super::heading;
use super::fetching;
use super::result::{and, instant_of, partner_zone, result};
use super::times::apart_words;
use crate::app::App;
use crate::intake::{Answers, How};
use crate::part::zoned::own_clock;
use crate::route::Route;
use crate::texts::{t, t_with};

/// How many people are drawn before someone asks for more.
const FIRST: usize = 8;

pub(crate) fn page(app: App) -> impl IntoView {
    app.recall_answers();
    let known = Memo::new(move |_| app.answers(|answers| !answers.here.is_empty()));
    let here = Memo::new(move |_| app.finder().is_some());
    move || {
        if !known.get() {
            nothing_asked().into_any()
        } else if here.get() {
            list(app).into_any()
        } else {
            fetching(app).into_any()
        }
    }
}

fn nothing_asked() -> impl IntoView {
    view! {
        <div class="stack">
            {heading(t("results-unasked-title"))}
            <p>{t("results-unasked")}</p>
            <p><a class="button" href=Route::Find.path()>{t("results-begin")}</a></p>
        </div>
    }
}

fn list(app: App) -> impl IntoView {
    let answer = Memo::new(move |_| app.search_list());
    let shown = RwSignal::new(FIRST);
    let count = Memo::new(move |_| answer.with(|answer| answer.found.len()));
    let title = move || {
        if count.get() == 0 {
            t("results-none")
        } else {
            t_with("results-title", [("count", count.get().into())])
        }
    };
    view! {
        <div class="stack-wide">
            <div class="stack-close">
                <h1 tabindex="-1">{title}</h1>
                <p class="quiet">{move || app.answers(asked_words)}</p>
                <p><button type="button" class="button button-word" on:click=move |_| again(app)>{t("results-change")}</button></p>
                {move || clocks(app, &answer.get())}
            </div>
            {move || app.found_notice().map(|words| view! { <p class="aside" role="status">{words}</p> })}
            <p class="away-from-sight" role="status">{title}</p>
            {move || relaxations(app, &answer.get())}
            <div class="results">
                {move || {
                    answer.get().found.into_iter().take(shown.get()).map(|found| result(app, found)).collect_view()
                }}
            </div>
            {move || {
                (count.get() > shown.get())
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button button-second"
                                on:click=move |_| shown.update(|shown| *shown += 2 * FIRST)
                            >
                                {t("results-more")}
                            </button>
                        }
                    })
            }}
        </div>
    }
}

fn again(app: App) {
    app.answer(|answers| answers.step = 0);
    app.go(Route::Find);
}

/// Says what was asked for, in one line.
fn asked_words(answers: &Answers) -> String {
    let codes = answers.states();
    let states: Vec<&str> = codes
        .iter()
        .filter_map(|code| State::parse(code))
        .map(|state| state.label())
        .collect();
    let who = if answers.is_for_both() {
        t("results-both")
    } else {
        t("results-alone")
    };
    let how = match answers.how {
        Some(How::InPerson) => t("results-person"),
        Some(How::Either) => t("results-either"),
        _ => t("results-video"),
    };
    let soon = match answers.within_hours {
        Some(48) => t("find-soon-days"),
        Some(_) => t("find-soon-week"),
        None => t("find-soon-any"),
    };
    [who, and(&states), how, soon].join(" · ")
}

/// Says on which clock the times stand, and how the partner's differs.
fn clocks(app: App, answer: &Answer) -> Option<impl IntoView + use<>> {
    let first = answer.found.iter().find_map(|found| found.starts.first())?;
    let apart = app
        .answers(partner_zone)
        .and_then(|zone| apart_words(&zone, instant_of(*first)));
    Some(view! {
        <p class="small quiet">{own_clock()} {apart.map(|apart| view! { " " {apart} })}</p>
    })
}

/// Where few or none fit: which filter, let go of, gives how many; one press does it.
fn relaxations(app: App, answer: &Answer) -> Option<impl IntoView + use<>> {
    let found = answer.found.len();
    let ways: Vec<Relaxation> = answer
        .relaxations
        .iter()
        .copied()
        .filter(|way| usize::try_from(way.gives).unwrap_or(0) > found)
        .collect();
    if found > 3 {
        return None;
    }
    let none = ways.is_empty();
    let buttons = ways.into_iter().map(move |way| {
        let words = relaxed_words(app, way);
        view! {
            <li>
                <button
                    type="button"
                    class="button button-second idea"
                    on:click=move |_| {
                        app.answer(|answers| answers.relax(way.filter));
                        app.turned();
                    }
                >
                    {words}
                </button>
            </li>
        }
    });
    Some(view! {
        <section class="stack" aria-labelledby="relax">
            <h2 id="relax">{if found == 0 { t("relax-title") } else { t("relax-few") }}</h2>
            {if none {
                view! { <p>{t("relax-nothing")}</p> }.into_any()
            } else {
                view! {
                    <p class="quiet">{t("relax-text")}</p>
                    <ul class="stack-close">{buttons.collect_view()}</ul>
                }
                    .into_any()
            }}
        </section>
    })
}

fn relaxed_words(app: App, way: Relaxation) -> String {
    let count = || {
        let gives = usize::try_from(way.gives).unwrap_or(0);
        [("count", gives.into())]
    };
    match way.filter {
        Filter::Plan => t_with("relax-plan", count()),
        Filter::Times => t_with("relax-times", count()),
        Filter::Format => t_with("relax-format", count()),
        Filter::Distance => t_with("relax-distance", count()),
        Filter::Specialties => t_with("relax-about", count()),
        Filter::Language => t_with("relax-language", count()),
        Filter::Gender => t_with("relax-gender", count()),
        Filter::AgeBand => t_with("relax-age", count()),
        Filter::Fee => t_with("relax-fee", count()),
        Filter::SecondState => {
            let code = app.answers_untracked(|answers| answers.here.clone());
            let state = State::parse(&code).map_or("", |state| state.label());
            let gives = usize::try_from(way.gives).unwrap_or(0);
            t_with(
                "relax-state",
                [("count", gives.into()), ("state", state.into())],
            )
        }
        _ => t_with("relax-other", count()),
    }
}
