//! The questions that every search needs: where, who, how, and who pays.

use leptos::prelude::*;
use troth_match::{Code, State};

use super::bound;
use crate::app::App;
use crate::browser;
use crate::intake::{How, Near, Payer, Who, clocks};
use crate::part::field::choice;
use crate::part::select::select;
use crate::part::zoned::clock_name;
use crate::texts::t;

/// Where both are at the time of the visit, and the clock there.
pub(super) fn place(app: App) -> impl IntoView {
    let here = bound(
        app,
        |answers| answers.here.clone(),
        |answers, value| answers.here = value,
    );
    let there = bound(
        app,
        |answers| answers.there.clone(),
        |answers, value| answers.there = value,
    );
    let partner = move || {
        let there = there.get();
        if there.is_empty() { here.get() } else { there }
    };
    let states = |first: String| -> Vec<(String, String)> {
        let mut states: Vec<_> = State::list()
            .map(|state| (state.code().to_owned(), state.label().to_owned()))
            .collect();
        states.sort_by(|one, other| one.1.cmp(&other.1));
        states.insert(0, (String::new(), first));
        states
    };
    view! {
        <p>{t("find-where-text")}</p>
        {select("here", t("find-where-you"), String::new(), states(t("find-choose")), here)}
        {select("there", t("find-where-partner"), t("find-where-partner-hint"), states(t("find-where-same")), there)}
        {move || clock(app, &partner(), there.get().is_empty())}
        <p class="aside">{t("find-where-leaves")}</p>
    }
}

/// The partner's clock: asked only where their state has more than one.
fn clock(app: App, state: &str, same: bool) -> Option<impl IntoView + use<>> {
    let clocks = clocks(state);
    let first = clocks.first()?;
    let own = browser::zone();
    let known = |zone: &str| clocks.iter().any(|clock| clock.zone() == zone);
    let kept = app.answers_untracked(|answers| answers.clock.clone());
    let begin = if known(&kept) {
        kept
    } else if same {
        // Both in one state: one clock, the one of this device, until something else is said.
        if known(&own) { own } else { String::new() }
    } else {
        first.zone().to_owned()
    };
    app.answer(|answers| answers.clock = begin.clone());
    if clocks.len() < 2 || state.is_empty() {
        return None;
    }
    let clock = bound(
        app,
        |answers| answers.clock.clone(),
        |answers, value| answers.clock = value,
    );
    let options = clocks
        .iter()
        .map(|clock| (clock.zone().to_owned(), clock_name(*clock)))
        .collect();
    Some(select(
        "clock",
        t("find-where-clock"),
        t("find-where-clock-hint"),
        options,
        clock,
    ))
}

/// Together or alone.
pub(super) fn who(app: App) -> impl IntoView {
    let who = bound(
        app,
        |answers| Some(answers.who.unwrap_or(Who::Both)),
        |answers, value| answers.who = value,
    );
    view! {
        <fieldset>
            <legend class="away-from-sight">{t("find-who-title")}</legend>
            {choice("who", Who::Both, t("find-who-both"), t("find-who-both-hint"), who)}
            {choice("who", Who::Alone, t("find-who-alone"), t("find-who-alone-hint"), who)}
        </fieldset>
        <p class="aside">{t("find-who-afraid")}</p>
    }
}

/// Video or in person; for the latter, near which place.
pub(super) fn how(app: App) -> impl IntoView {
    let how = bound(
        app,
        |answers| Some(answers.how.unwrap_or(How::Video)),
        |answers, value| answers.how = value,
    );
    view! {
        <fieldset>
            <legend class="away-from-sight">{t("find-how-title")}</legend>
            {choice("how", How::Video, t("find-how-video"), t("find-how-video-hint"), how)}
            {choice("how", How::InPerson, t("find-how-person"), t("find-how-person-hint"), how)}
            {choice("how", How::Either, t("find-how-either"), String::new(), how)}
        </fieldset>
        {move || (how.get() == Some(How::InPerson)).then(|| near(app))}
    }
}

fn near(app: App) -> impl IntoView {
    let cities = app.cities();
    let known = cities.clone();
    let name = RwSignal::new(app.answers_untracked(|answers| {
        answers
            .near
            .as_ref()
            .map(|near| near.name.clone())
            .unwrap_or_default()
    }));
    Effect::new(move |before: Option<String>| {
        let chosen = name.get();
        if before.is_some_and(|before| before != chosen) {
            let near: Option<Near> = known.iter().find(|city| city.name == chosen).cloned();
            app.answer(|answers| answers.near = near);
        }
        chosen
    });
    let miles = bound(
        app,
        |answers| {
            if answers.miles == 0 {
                "25".to_owned()
            } else {
                answers.miles.to_string()
            }
        },
        |answers, value: String| answers.miles = value.parse().unwrap_or(25),
    );
    let mut options: Vec<(String, String)> = cities
        .into_iter()
        .map(|city| (city.name.clone(), city.name))
        .collect();
    options.insert(0, (String::new(), t("find-choose")));
    let far = [
        ("10", t("find-miles-10")),
        ("25", t("find-miles-25")),
        ("50", t("find-miles-50")),
        ("100", t("find-miles-100")),
    ];
    let far = far.map(|(value, words)| (value.to_owned(), words)).to_vec();
    view! {
        {select("near", t("find-near"), t("find-near-hint"), options, name)}
        {select("miles", t("find-miles"), String::new(), far, miles)}
    }
}

/// A plan, or paying oneself.
pub(super) fn pay(app: App) -> impl IntoView {
    let payer = bound(
        app,
        |answers| Some(answers.payer.unwrap_or(Payer::Own)),
        |answers, value| answers.payer = value,
    );
    view! {
        <p>{t("find-pay-text")}</p>
        <fieldset>
            <legend class="away-from-sight">{t("find-pay-title")}</legend>
            {choice("payer", Payer::Own, t("find-pay-own"), t("find-pay-own-hint"), payer)}
            {choice("payer", Payer::Plan, t("find-pay-plan"), t("find-pay-plan-hint"), payer)}
        </fieldset>
        {move || match payer.get() {
            Some(Payer::Plan) => plan(app).into_any(),
            _ => most(app).into_any(),
        }}
    }
}

fn plan(app: App) -> impl IntoView {
    let plan = bound(
        app,
        |answers| answers.plan.clone(),
        |answers, value| answers.plan = value,
    );
    let mut options: Vec<(String, String)> = app
        .plans()
        .into_iter()
        .map(|name| (name.clone(), name))
        .collect();
    options.insert(0, (String::new(), t("find-choose")));
    select("plan", t("find-plan"), t("find-plan-hint"), options, plan)
}

fn most(app: App) -> impl IntoView {
    let most = bound(
        app,
        |answers| {
            answers
                .most_cents
                .map(|cents| cents.to_string())
                .unwrap_or_default()
        },
        |answers, value: String| answers.most_cents = value.parse().ok(),
    );
    let mut options = vec![(String::new(), t("find-any"))];
    options.extend(
        [10_000_u32, 15_000, 20_000, 25_000, 30_000]
            .map(|cents| (cents.to_string(), super::price::money(cents))),
    );
    select("most", t("find-most"), t("find-most-hint"), options, most)
}
