//! The weekly hours and the rules of a visit, with the times that follow from them.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_wire::network::Practice;

use super::hours_week::{changes, week};
use super::preview::coming_slots;
use super::with_listing;
use crate::app::App;
use crate::browser;
use crate::part::choices::{any_of, choice};
use crate::part::form::{Form, Takes, hinted, label, line, save, select, send};
use crate::part::loaded::Loaded;
use crate::part::{when, zoned};
use crate::route::Practice as Page;
use crate::texts::t;
use crate::typed::hours::HoursTyped;

/// The draft that holds what is typed.
const DRAFT: &str = "practice-hours";

/// The lengths that may be offered beside the usual one, in minutes.
const LENGTHS: [&str; 7] = ["30", "45", "50", "60", "75", "80", "90"];

pub(super) fn page(app: App) -> impl IntoView {
    with_listing(app, t("hours-title"), move |practice| {
        form_page(app, practice)
    })
}

fn form_page(app: App, practice: &Practice) -> impl IntoView + use<> {
    let typed = practice
        .hours
        .as_ref()
        .map_or_else(|| HoursTyped::new(&browser::zone()), HoursTyped::of);
    let form = Form::new(typed).keep(app, DRAFT);
    // The list of times is asked for again after each saving.
    let coming = practice
        .hours
        .is_some()
        .then(|| Loaded::ask(app, app.preview()));
    let times = RwSignal::new(coming);
    let put = move |event: SubmitEvent| {
        event.prevent_default();
        let known = form.with_untracked(|typed| zone_known(typed.zone.trim()));
        match form.with_untracked(|typed| typed.read(known)) {
            Err(wrong) => form.tell(wrong),
            Ok(hours) => send(app, form, field, app.put_hours(hours), move |_| {
                app.tell(t("form-saved"));
                times.set(Some(Loaded::ask(app, app.preview())));
            }),
        }
    };
    view! {
        <form class="stack" on:submit=put novalidate>
            <p>{t("hours-text")}</p>
            {week(form)}
            {zone(form)}
            {rules(form)}
            {changes(form)}
            {save(form, t("hours-save"))}
        </form>
        {move || times.get().map(|preview| coming_slots(app, preview))}
        <p><a href=Page::Busy.path()>{t("hours-busy")}</a></p>
    }
}

/// Whether the browser knows this time zone.
fn zone_known(zone: &str) -> bool {
    zoned::on_clock(when::now(), zone).is_some()
}

fn zone(form: Form<HoursTyped>) -> impl IntoView {
    let mut zones = browser::zones();
    let own = form.with_untracked(|typed| typed.zone.clone());
    if !own.is_empty() && !zones.contains(&own) {
        zones.insert(0, own);
    }
    let zones = zones
        .into_iter()
        .map(|zone| (zone.clone(), zone.replace('_', " ")))
        .collect();
    select(
        form,
        "zone",
        hinted(t("hours-zone"), t("hours-zone-hint")),
        zones,
        |typed| Some(&mut typed.zone),
    )
}

fn rules(form: Form<HoursTyped>) -> impl IntoView {
    let lengths = LENGTHS.map(|minutes| {
        choice(
            minutes,
            crate::texts::t_with("hours-minutes", [("minutes", minutes.into())]),
            String::new(),
        )
    });
    let steps = vec![
        ("60".to_owned(), t("hours-step-60")),
        ("30".to_owned(), t("hours-step-30")),
        ("15".to_owned(), t("hours-step-15")),
    ];
    view! {
        <section class="stack">
            <h2>{t("hours-rules")}</h2>
            <div class="pair">
                {line(form, "usual", label(t("hours-usual")), Takes::Number, |typed| Some(&mut typed.usual))}
                {select(form, "step", label(t("hours-step")), steps, |typed| Some(&mut typed.step))}
                {line(form, "before", label(t("hours-before")), Takes::Number, |typed| Some(&mut typed.before))}
                {line(form, "after", label(t("hours-after")), Takes::Number, |typed| Some(&mut typed.after))}
                {line(form, "notice", label(t("hours-notice")), Takes::Number, |typed| Some(&mut typed.notice))}
                {line(form, "ahead", label(t("hours-ahead")), Takes::Number, |typed| Some(&mut typed.ahead))}
            </div>
            <details>
                <summary>{t("hours-others")}</summary>
                {any_of(form, "others", t("hours-others-legend"), lengths.to_vec(), |typed| Some(&mut typed.others))}
            </details>
        </section>
    }
}

/// Finds the field that the server names.
fn field(pointer: &str) -> Option<String> {
    let mut parts = pointer.trim_start_matches('/').split('/');
    let id = match (parts.next()?, parts.next(), parts.next()) {
        ("weekly", Some(row), Some(name)) => format!("{name}-{row}"),
        ("exceptions", Some(row), Some("date")) => format!("date-{row}"),
        ("exceptions", Some(row), Some(name)) => format!("extra-{name}-{row}"),
        ("minutes", ..) => "usual".to_owned(),
        ("buffer_before", ..) => "before".to_owned(),
        ("buffer_after", ..) => "after".to_owned(),
        ("notice_minutes", ..) => "notice".to_owned(),
        ("horizon_days", ..) => "ahead".to_owned(),
        (name, ..) => name.to_owned(),
    };
    Some(id)
}
