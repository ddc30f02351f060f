//! The listing as people see it, and the times of the next two weeks.

use leptos::prelude::*;
use troth_match::set::Code;
use troth_match::vocabulary::{AgeBand, Gender, Language, Modality, Specialty};
use troth_wire::network::{Acceptance, Preview, Provider, Slot, Vocabulary};

use super::super::heading;
use super::back;
use super::words::{format_inside, format_words, money, plan_name, service_words, state_name};
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::loaded::{Loaded, loaded};
use crate::part::{when, zoned};
use crate::texts::{t, t_with};

async fn both(app: App) -> Result<(Preview, Vocabulary), Trouble> {
    Ok((app.preview().await?, app.vocabulary().await?))
}

pub(super) fn page(app: App) -> impl IntoView {
    let found = Loaded::ask(app, both(app));
    view! {
        <div class="stack-wide">
            {heading(t("preview-title"))}
            <p>{t("preview-text")}</p>
            {loaded(
                app,
                found,
                move || both(app),
                move |(preview, words)| view! {
                    {card(&preview.provider, words)}
                    {slot_list(&preview.slots, preview.provider.zone.as_deref())}
                },
            )}
            {back()}
        </div>
    }
}

/// Draws a listing as a card in words.
fn card(provider: &Provider, words: &Vocabulary) -> impl IntoView + use<> {
    let title = if provider.credentials.is_empty() {
        provider.name.clone()
    } else {
        format!("{}, {}", provider.name, provider.credentials)
    };
    let about = provider.about.clone();
    let facts = facts(provider, words).into_iter().map(|(name, words)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{words}</dd>
            </div>
        }
    });
    view! {
        <section class="sheet stack">
            <h2>{title}</h2>
            {(!about.is_empty()).then(|| view! { <p class="read">{about}</p> })}
            <dl class="facts facts-beside">{facts.collect_view()}</dl>
        </section>
    }
}

fn facts(provider: &Provider, words: &Vocabulary) -> Vec<(String, String)> {
    let mut rows = offered(provider, words);
    rows.extend([
        (
            t("preview-specialties"),
            labels::<Specialty>(&provider.specialties),
        ),
        (
            t("preview-modalities"),
            labels::<Modality>(&provider.modalities),
        ),
        (
            t("preview-languages"),
            labels::<Language>(&provider.languages),
        ),
        (t("preview-yourself"), yourself(provider)),
    ]);
    let booking = if provider.on_request {
        t("listing-on-request")
    } else {
        t("listing-at-once")
    };
    rows.push((t("preview-booking"), booking));
    rows.retain(|(_, words)| !words.is_empty());
    rows
}

/// What is offered: where, for whom, how, for how much.
fn offered(provider: &Provider, words: &Vocabulary) -> Vec<(String, String)> {
    let licences = provider.licences.iter().map(|one| state_name(&one.state));
    let services = provider.services.iter().map(|it| service_words(*it));
    let formats = provider.formats.iter().map(|it| format_words(*it));
    let places = provider.places.iter().map(|place| place.city.clone());
    let fee = match provider.sliding_low_cents {
        Some(low) => t_with(
            "preview-fee-sliding",
            [
                ("fee", money(provider.fee_cents).into()),
                ("low", money(low).into()),
            ],
        ),
        None => money(provider.fee_cents),
    };
    vec![
        (t("preview-licences"), join(licences)),
        (t("preview-services"), join(services)),
        (t("preview-formats"), join(formats)),
        (t("preview-places"), join(places)),
        (t("preview-fee"), fee),
        (t("preview-plans"), plans(&provider.plans, words)),
    ]
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn yourself(provider: &Provider) -> String {
    let gender = provider.gender.as_deref().and_then(Gender::parse);
    let age = provider.age_band.as_deref().and_then(AgeBand::parse);
    let years = (provider.years > 0).then(|| {
        t_with(
            "preview-years",
            [("count", usize::from(provider.years).into())],
        )
    });
    [
        gender.map(|it| it.label().to_owned()),
        age.map(|it| it.label().to_owned()),
        years,
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ")
}

/// Writes which plan is taken where, one a line of words.
fn plans(plans: &[Acceptance], words: &Vocabulary) -> String {
    let lines: Vec<_> = plans
        .iter()
        .map(|one| {
            let formats: Vec<_> = one.formats.iter().map(|it| format_inside(*it)).collect();
            t_with(
                "preview-plan",
                [
                    ("plan", plan_name(one.plan.as_deref(), &words.plans).into()),
                    ("state", state_name(&one.state).into()),
                    ("formats", formats.join(", ").into()),
                ],
            )
        })
        .collect();
    lines.join("; ")
}

fn labels<C: Code>(names: &[String]) -> String {
    names
        .iter()
        .map(|name| C::parse(name).map_or_else(|| name.clone(), |code| code.label().to_owned()))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Draws the times of the next two weeks under the hours that make them.
pub(super) fn coming_slots(app: App, preview: Loaded<Preview>) -> impl IntoView {
    loaded(
        app,
        preview,
        move || app.preview(),
        move |preview| slot_list(&preview.slots, preview.provider.zone.as_deref()),
    )
}

/// Draws times as a list of days, each with its times, on the clock of the practice.
fn slot_list(slots: &[Slot], zone: Option<&str>) -> impl IntoView + use<> {
    let mut days: Vec<(jiff::civil::Date, Vec<String>)> = Vec::new();
    for slot in slots {
        let instant = slot.start.timestamp();
        let clock = zone
            .and_then(|zone| zoned::on_clock(instant, zone))
            .or_else(|| when::local(instant));
        let Some(clock) = clock else { continue };
        let time = clock.strftime("%H:%M").to_string();
        match days.last_mut() {
            Some((date, times)) if *date == clock.date() => times.push(time),
            _ => days.push((clock.date(), vec![time])),
        }
    }
    let count = slots.len();
    let clock = zone.map(|zone| t_with("preview-clock", [("zone", zoned::zone_name(zone).into())]));
    let lines = days.into_iter().map(|(date, times)| {
        view! {
            <li class="line line-beside">
                <p class="line-main"><time>{date.strftime("%A %-d %B").to_string()}</time></p>
                <p class="small quiet figures">{times.join("\u{a0}· ")}</p>
            </li>
        }
    });
    let lines = lines.collect_view();
    view! {
        <section class="stack-close">
            <h2 id="coming">{t("preview-times")}</h2>
            <p class="small quiet">
                {t_with("preview-count", [("count", count.into())])} " " {(count > 0).then_some(clock).flatten()}
            </p>
            <ul class="lines" aria-labelledby="coming">{lines}</ul>
        </section>
    }
}
