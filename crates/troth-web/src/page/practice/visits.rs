//! Visits: those that come, those to say how they went, and one put in knowingly.

use leptos::prelude::*;
use troth_wire::network::{Practice, PracticeBooking, Standing};

use super::bookings::{self, Bookings, Which, zone};
use super::requests::{notes, quote_words};
use super::words::{at, visit_words};
use crate::app::App;
use crate::app::work::Act;
use crate::part::doing::{Doing, button, trouble};
use crate::part::when;
use crate::texts::{t, t_with};

mod overbook;

pub(super) fn page(app: App) -> impl IntoView {
    bookings::page(
        app,
        t("practice-visits-title"),
        Which::Booked,
        move |found, practice, visits| lists(app, found, practice, visits),
    )
}

fn lists(
    app: App,
    found: Bookings,
    practice: Option<&Practice>,
    visits: &[PracticeBooking],
) -> impl IntoView + use<> {
    let now = when::now();
    let zone = zone(practice);
    let over = |visit: &&PracticeBooking| visit.start.timestamp() < now;
    let booked = |visit: &&PracticeBooking| visit.standing == Standing::Booked;
    let coming: Vec<_> = visits
        .iter()
        .filter(booked)
        .filter(|it| !over(it))
        .collect();
    let open: Vec<_> = visits.iter().filter(booked).filter(over).collect();
    let past: Vec<_> = visits
        .iter()
        .rev()
        .filter(|it| {
            matches!(
                it.standing,
                Standing::Kept | Standing::Missed | Standing::Cancelled
            )
        })
        .collect();
    let draw = |visits: Vec<&PracticeBooking>| {
        visits
            .into_iter()
            .map(|visit| line(app, found, visit, zone.as_deref()))
            .collect_view()
    };
    let (none, open_any, past_any) = (coming.is_empty(), !open.is_empty(), !past.is_empty());
    view! {
        {open_any.then(|| view! {
            <section class="stack-close">
                <h2>{t("practice-visits-open")}</h2>
                <p class="small quiet">{t("practice-visits-open-hint")}</p>
                <ul class="lines">{draw(open)}</ul>
            </section>
        })}
        <section class="stack-close">
            <h2>{t("practice-visits-coming")}</h2>
            {none.then(|| view! { <p class="quiet">{t("practice-visits-none")}</p> })}
            <ul class="lines">{draw(coming)}</ul>
        </section>
        {practice.map(|practice| overbook::form(app, found, practice))}
        {past_any.then(|| view! {
            <details>
                <summary>{t("practice-visits-past")}</summary>
                <ul class="lines">{draw(past)}</ul>
            </details>
        })}
    }
}

/// Draws one visit with what can be done about it.
fn line(
    app: App,
    found: Bookings,
    visit: &PracticeBooking,
    zone: Option<&str>,
) -> impl IntoView + use<> {
    let title = at(visit.start, zone);
    let details = visit_words(visit.minutes, visit.format, visit.service);
    let stands = standing_words(visit.standing);
    let kept = visit.standing == Standing::Kept;
    let put_in = visit.overbooked.then(|| t("practice-visit-put-in"));
    let price = visit.quote.as_ref().map(quote_words);
    let booked = visit.standing == Standing::Booked;
    let over = visit.start.timestamp() < when::now();
    let told = notes(app, visit);
    let acts = booked.then(|| acts(app, found, visit, over, &title));
    view! {
        <li class="line" class:line-seam=kept>
            <p class="line-main"><time>{title}</time></p>
            <p class="small quiet">{details}</p>
            {stands.map(|words| view! { <p class="small">{words}</p> })}
            {put_in.map(|words| view! { <p class="small quiet">{words}</p> })}
            {price.map(|words| view! { <p class="small quiet">{words}</p> })}
            {told}
            {acts}
        </li>
    }
}

fn standing_words(standing: Standing) -> Option<String> {
    match standing {
        Standing::Kept => Some(t("practice-visit-kept")),
        Standing::Missed => Some(t("practice-visit-missed")),
        Standing::Cancelled => Some(t("practice-visit-cancelled")),
        _ => None,
    }
}

fn acts(
    app: App,
    found: Bookings,
    visit: &PracticeBooking,
    over: bool,
    when: &str,
) -> impl IntoView + use<> {
    let id = visit.id;
    let doing = Doing::new();
    let act = move |act: Act, told: String| found.act(app, doing, (id, act), told);
    let sure = t_with("practice-cancel-text", [("time", when.into())]);
    if over {
        view! {
            {trouble(doing)}
            <div class="row">
                {button(doing, "button", t("practice-kept"), move || act(Act::Kept, t("practice-visit-kept")))}
                {button(doing, "button button-second", t("practice-missed"), move || {
                    act(Act::Missed, t("practice-visit-missed"))
                })}
            </div>
        }
        .into_any()
    } else {
        view! {
            <details>
                <summary>{t("practice-cancel")}</summary>
                <div class="stack">
                    <p>{sure}</p>
                    {trouble(doing)}
                    {button(doing, "button button-second", t("practice-cancel-button"), move || {
                        act(Act::Cancel, t("practice-visit-cancelled"))
                    })}
                </div>
            </details>
        }
        .into_any()
    }
}
