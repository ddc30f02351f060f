//! One chosen time: what it costs, whose record would carry it, a note, and the hold.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_sync::network::BookError;
use troth_wire::network::{Provider, QuoteId};

use super::super::heading;
use super::price::{Prices, quoted};
use super::result::partner_zone;
use super::times::day_name;
use crate::app::App;
use crate::app::booking::HoldError;
use crate::app::finding::Chosen;
use crate::app::trouble::Trouble;
use crate::intake::Answers;
use crate::part::doing::{Doing, submit};
use crate::part::field::area;
use crate::part::loaded::{Loaded, loaded};
use crate::part::when;
use crate::part::zoned::{own_clock, there};
use crate::route::Route;
use crate::texts::{t, t_with};

/// The draft that holds the note until it is sent.
const NOTE: &str = "find-note";

pub(crate) fn page(app: App) -> impl IntoView {
    app.recall_answers();
    let chosen = Memo::new(move |_| app.chosen());
    move || match chosen.get() {
        None => none().into_any(),
        Some(chosen) => one(app, chosen).into_any(),
    }
}

fn none() -> impl IntoView {
    view! {
        <div class="stack">
            {heading(t("slot-none-title"))}
            <p>{t("slot-none")}</p>
            <p><a class="button" href=Route::FindResults.path()>{t("slot-none-list")}</a></p>
        </div>
    }
}

fn one(app: App, chosen: Chosen) -> impl IntoView {
    let id = chosen.provider;
    let fetch = move || async move { app.provider(id).await };
    let provider = Loaded::ask(app, fetch());
    let (title, other) = moment_words(app, &chosen);
    let facts = [("minutes", usize::from(chosen.minutes).into())];
    let facts = if chosen.video {
        t_with("slot-facts-video", facts)
    } else {
        t_with("slot-facts-person", facts)
    };
    let draw = {
        let chosen = StoredValue::new(chosen.clone());
        move |provider: &Provider| {
            chosen
                .with_value(|chosen| known(app, chosen, provider))
                .into_any()
        }
    };
    view! {
        <div class="stack-wide">
            <div class="stack-close moment">
                <p class="small quiet over">{t_with("slot-with", [("name", chosen.name.as_str().into())])}</p>
                {heading(title)}
                {other.map(|words| view! { <p>{words}</p> })}
                <p>{facts}</p>
                <p class="small quiet">{own_clock()}</p>
            </div>
            {move || provider.with(|here| here.is_none()).then(|| view! { <p class="quiet">{t("slot-reading")}</p> })}
            {loaded(app, provider, fetch, draw)}
            <p>
                <a class="button button-word" href=Route::FindResults.path()>{t("slot-other")}</a>
            </p>
        </div>
    }
}

/// Writes the chosen moment here, and on the partner's clock where that is another.
fn moment_words(app: App, chosen: &Chosen) -> (String, Option<String>) {
    let title = when::local(chosen.at()).map_or_else(
        || when::moment(chosen.at()),
        |here| format!("{}, {}", day_name(here.date()), here.strftime("%H:%M")),
    );
    let other = app
        .answers_untracked(partner_zone)
        .and_then(|zone| there(chosen.at(), &zone))
        .map(|time| t_with("slot-partner-clock", [("time", time.into())]));
    (title, other)
}

/// Draws the price and the way to hold, once what the practice signed is here.
fn known(app: App, chosen: &Chosen, provider: &Provider) -> impl IntoView + use<> {
    let prices = Prices::of(app, chosen, provider);
    view! {
        {quoted(&prices, provider)}
        {hold_form(app, chosen.clone(), prices.shown())}
        {wait_form(app, chosen.clone())}
    }
}

fn hold_form(app: App, chosen: Chosen, shown: Option<QuoteId>) -> impl IntoView {
    let both = app.answers_untracked(Answers::is_for_both);
    let note = RwSignal::new(app.kept(NOTE).unwrap_or_default());
    Effect::new(move |before: Option<String>| {
        let words = note.get();
        if before.is_some_and(|before| before != words) {
            app.keep_here(NOTE, words.clone());
        }
        words
    });
    let doing = Doing::new();
    let named = [("name", chosen.name.as_str().into())];
    let label = t_with("slot-note", named);
    let hint = t_with("slot-note-hint", [("name", chosen.name.as_str().into())]);
    let hold = move |event: SubmitEvent| {
        event.prevent_default();
        let chosen = chosen.clone();
        let words = note.get_untracked();
        app.run(
            doing,
            async move { hold(app, chosen, words, shown).await },
            move |next| app.go(next),
        );
    };
    view! {
        <form class="stack" on:submit=hold>
            {area("note", label, hint, note)}
            <p>{if both { t("slot-hold-both") } else { t("slot-hold-alone") }}</p>
            {submit(doing, if both { t("slot-hold") } else { t("slot-book") }, t("slot-holding"))}
        </form>
    }
}

/// Holds the time and accepts it; where someone else was quicker, leads back to what is free now.
async fn hold(
    app: App,
    chosen: Chosen,
    note: String,
    shown: Option<QuoteId>,
) -> Result<Route, Trouble> {
    match app.hold(&chosen, note.trim(), shown).await {
        Ok(id) => {
            app.keep_here(NOTE, String::new());
            app.choose(None);
            Ok(Route::Visit(id.to_string()))
        }
        Err(HoldError::Book(BookError::SlotTaken(_))) => {
            app.slot_was_taken(&chosen).await;
            Ok(Route::FindResults)
        }
        Err(HoldError::Book(error)) => Err(error.into()),
        Err(HoldError::Device(trouble)) => Err(trouble),
    }
}

fn wait_form(app: App, chosen: Chosen) -> impl IntoView {
    let doing = Doing::new();
    let done = RwSignal::new(false);
    let text = t_with("slot-wait-text", [("name", chosen.name.as_str().into())]);
    let waiting = t_with("slot-waiting", [("name", chosen.name.as_str().into())]);
    let wait = move |event: SubmitEvent| {
        event.prevent_default();
        let chosen = chosen.clone();
        app.run(
            doing,
            async move { app.wait_for(&chosen).await },
            move |()| {
                let _ = done.try_set(true);
            },
        );
    };
    view! {
        <details>
            <summary>{t("slot-wait")}</summary>
            <form class="stack" on:submit=wait>
                <p>{text}</p>
                {submit(doing, t("slot-wait-button"), t("shell-working"))}
                <p role="status">{move || if done.get() { waiting.clone() } else { String::new() }}</p>
            </form>
        </details>
    }
}
