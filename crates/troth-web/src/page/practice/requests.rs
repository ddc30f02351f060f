//! Requests: visits somebody asked for, what they told, and the answer.

use leptos::prelude::*;
use troth_wire::network::{BookingId, PlanPays, PracticeBooking, Quote, Record, SealedNote};

use super::bookings::{self, Bookings, Which, zone};
use super::words::{at, money, state_name, visit_words};
use crate::app::App;
use crate::app::work::Act;
use crate::part::doing::{Doing, button, trouble, working};
use crate::texts::{t, t_with};

pub(super) fn page(app: App) -> impl IntoView {
    bookings::page(
        app,
        t("requests-title"),
        Which::Asked,
        move |found, practice, requests| list(app, found, requests, zone(practice).as_deref()),
    )
}

fn list(
    app: App,
    found: Bookings,
    requests: &[PracticeBooking],
    zone: Option<&str>,
) -> impl IntoView + use<> {
    let none = requests.is_empty();
    let sheets: Vec<_> = requests
        .iter()
        .map(|request| sheet(app, found, request, zone))
        .collect();
    view! {
        {if none {
            view! { <p class="quiet">{t("requests-none")}</p> }.into_any()
        } else {
            view! { <p>{t("requests-text")}</p> }.into_any()
        }}
        {sheets}
    }
}

fn sheet(
    app: App,
    found: Bookings,
    request: &PracticeBooking,
    zone: Option<&str>,
) -> impl IntoView + use<> {
    let until = request
        .until
        .map(|until| t_with("requests-until", [("until", at(until, zone).into())]));
    let facts: Vec<_> = facts(request)
        .into_iter()
        .map(|words| view! { <li>{words}</li> })
        .collect();
    view! {
        <section class="sheet stack">
            <h2><time>{at(request.start, zone)}</time></h2>
            {until.map(|words| view! { <p class="quiet">{words}</p> })}
            <ul class="plain-list">{facts}</ul>
            {notes(app, request)}
            {answer(app, found, request.id)}
        </section>
    }
}

/// What is asked for, in short lines.
fn facts(request: &PracticeBooking) -> Vec<String> {
    let states: Vec<_> = request.states.iter().map(|it| state_name(it)).collect();
    let visit = visit_words(request.minutes, request.format, request.service);
    let places = t_with("requests-states", [("states", states.join(", ").into())]);
    let mut facts = vec![visit, places];
    facts.extend(request.quote.as_ref().map(quote_words));
    facts
}

/// Writes a price that was accepted, and whose record it touches.
pub(super) fn quote_words(quote: &Quote) -> String {
    let price = money(quote.cents);
    match (&quote.plan, quote.record, quote.plan_pays_couples) {
        (None, ..) => t_with("requests-price-self", [("price", price.into())]),
        (Some(plan), Record::BilledPerson, PlanPays::No) => t_with(
            "requests-price-no",
            [("price", price.into()), ("plan", plan.as_str().into())],
        ),
        (Some(plan), ..) => t_with(
            "requests-price-plan",
            [("price", price.into()), ("plan", plan.as_str().into())],
        ),
    }
}

/// Draws the notes of a visit; each opens on this device when it is asked for.
pub(super) fn notes(app: App, visit: &PracticeBooking) -> impl IntoView + use<> {
    let id = visit.id;
    visit
        .notes
        .iter()
        .map(|sealed| note(app, id, sealed))
        .collect::<Vec<_>>()
}

fn note(app: App, id: BookingId, note: &SealedNote) -> impl IntoView + use<> {
    let whose = if note.from == "b" {
        t("requests-note-partner")
    } else {
        t("requests-note-first")
    };
    let sealed = note.sealed.clone();
    let words = RwSignal::new(None::<String>);
    let doing = Doing::new();
    let open = move || {
        let sealed = sealed.clone();
        app.run(doing, app.open_note(id, sealed), move |text| {
            let _ = words.try_set(Some(text));
        });
    };
    view! {
        <div class="stack-close">
            <h3>{whose}</h3>
            {trouble(doing)}
            {move || {
                words
                    .get()
                    .map(|text| view! { <p class="read">{text}</p> })
            }}
            <div hidden=move || words.with(Option::is_some)>
                {button(doing, "button button-second", t("requests-note-open"), open)}
            </div>
        </div>
    }
}

fn answer(app: App, found: Bookings, id: BookingId) -> impl IntoView {
    let doing = Doing::new();
    let accept = move || found.act(app, doing, (id, Act::Accept), t("requests-accepted"));
    let decline = move || found.act(app, doing, (id, Act::Decline), t("requests-declined"));
    view! {
        {trouble(doing)}
        <div class="row">
            {button(doing, "button", t("requests-accept"), accept)}
            {button(doing, "button button-second", t("requests-decline"), decline)}
        </div>
        <p class="small quiet">{t("requests-decline-hint")}</p>
        {working(doing)}
    }
}
