//! Visits: what is arranged, who waits for a time, and the way into one's own calendar.

use leptos::prelude::*;
use troth_wire::network::{Booking, Standing, WaitEntry};

use super::heading;
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::browser;
use crate::part::doing::{Doing, button, trouble};
use crate::part::loaded::{Loaded, loaded};
use crate::part::when;
use crate::route::Route;
use crate::texts::{t, t_with};

mod held;
mod later;
pub(super) mod one;

type Visits = (Vec<Booking>, Vec<WaitEntry>);

pub(super) fn page(app: App) -> impl IntoView {
    let fetch = move || async move {
        app.resume_visits().await;
        app.visits().await
    };
    let visits = Loaded::ask(app, fetch());
    view! {
        <div class="stack-wide">
            <div class="stack-close">
                {heading(t("visits-title"))}
                <p class="quiet">{t("visits-text")}</p>
            </div>
            {loaded(app, visits, fetch, move |found| list(app, visits, found).into_any())}
            <p><a class="button" href=Route::Find.path()>{t("visits-find")}</a></p>
            {feed(app)}
        </div>
    }
}

fn list(app: App, visits: Loaded<Visits>, (bookings, waiting): &Visits) -> impl IntoView + use<> {
    let (mut ahead, before): (Vec<&Booking>, Vec<&Booking>) = bookings
        .iter()
        .partition(|booking| is_ahead(booking.standing));
    ahead.sort_by_key(|booking| booking.start);
    let none = bookings.is_empty() && waiting.is_empty();
    let waiting: Vec<_> = waiting
        .iter()
        .map(|entry| wait_line(app, visits, entry.clone()))
        .collect();
    view! {
        {none.then(|| view! { <p class="lead">{t("visits-none")}</p> })}
        {section(t("visits-ahead"), &ahead)}
        {(!waiting.is_empty())
            .then(|| {
                view! {
                    <section class="stack-close">
                        <h2>{t("visits-waiting")}</h2>
                        <ul class="lines">{waiting}</ul>
                    </section>
                }
            })}
        {section(t("visits-before"), &before)}
    }
}

fn is_ahead(standing: Standing) -> bool {
    matches!(
        standing,
        Standing::Held | Standing::Offered | Standing::Requested | Standing::Booked
    )
}

fn section(title: String, bookings: &[&Booking]) -> Option<impl IntoView + use<>> {
    if bookings.is_empty() {
        return None;
    }
    let lines: Vec<_> = bookings.iter().map(|booking| line(booking)).collect();
    Some(view! {
        <section class="stack-close">
            <h2>{title}</h2>
            <ul class="lines">{lines}</ul>
        </section>
    })
}

fn line(booking: &Booking) -> impl IntoView + use<> {
    let time = when::moment(booking.start.timestamp());
    let name = booking.provider_name.as_str();
    let with = t_with("visit-with", [("name", name.into())]);
    let class = if booking.standing == Standing::Kept {
        "line line-seam"
    } else {
        "line"
    };
    view! {
        <li class=class>
            <a class="line-main figures" href=Route::Visit(booking.id.to_string()).path()>{time}</a>
            <p class="small quiet">{with} " · " {standing_words(booking.standing)}</p>
        </li>
    }
}

/// Says in a word or two where a visit stands.
fn standing_words(standing: Standing) -> String {
    match standing {
        Standing::Held => t("standing-held"),
        Standing::Offered => t("standing-offered"),
        Standing::Requested => t("standing-requested"),
        Standing::Booked => t("standing-booked"),
        Standing::Lapsed => t("standing-lapsed"),
        Standing::Cancelled => t("standing-cancelled"),
        Standing::Moved => t("standing-moved"),
        Standing::Kept => t("standing-kept"),
        Standing::Missed => t("standing-missed"),
    }
}

fn wait_line(app: App, visits: Loaded<Visits>, entry: WaitEntry) -> impl IntoView {
    let doing = Doing::new();
    let id = entry.id;
    let since = when::day_of(entry.since.timestamp());
    let name = entry.provider_name;
    let line = t_with(
        "visits-wait-line",
        [("name", name.into()), ("date", since.into())],
    );
    let offer = entry.offer.map(|hold| {
        let words = [
            ("time", when::moment(hold.start.timestamp()).into()),
            ("until", when::moment(hold.until.timestamp()).into()),
        ];
        view! {
            <p>{t_with("visits-offer", words)}</p>
            <p><a class="button" href=Route::Visit(hold.id.to_string()).path()>{t("visits-offer-look")}</a></p>
        }
    });
    let stop = move || {
        app.run(
            doing,
            async move {
                app.stop_waiting(id).await?;
                app.visits().await
            },
            move |found| visits.set(found),
        );
    };
    view! {
        <li class="line">
            <p class="line-main">{line}</p>
            {offer}
            {trouble(doing)}
            {button(doing, "button button-word", t("visits-wait-stop"), stop)}
        </li>
    }
}

/// The secret address that a calendar reads by itself.
fn feed(app: App) -> impl IntoView {
    let doing = Doing::new();
    let address = RwSignal::new(None::<String>);
    let said = RwSignal::new(String::new());
    let make = move || {
        app.run(
            doing,
            async move { Ok::<_, Trouble>(app.bookings().await?.new_feed().await?) },
            move |made| {
                let _ = address.try_set(Some(made));
                let _ = said.try_set(String::new());
            },
        );
    };
    let end = move || {
        app.run(
            doing,
            async move { Ok::<_, Trouble>(app.bookings().await?.end_feeds().await?) },
            move |()| {
                let _ = address.try_set(None);
                let _ = said.try_set(t("visits-feed-ended"));
            },
        );
    };
    view! {
        <details>
            <summary>{t("visits-feed")}</summary>
            <div class="stack">
                <p>{t("visits-feed-text")}</p>
                {trouble(doing)}
                {move || address.get().map(|address| feed_address(address, said))}
                <p role="status">{move || said.get()}</p>
                <div class="row">
                    {button(doing, "button button-second", t("visits-feed-new"), make)}
                    {button(doing, "button button-word", t("visits-feed-end"), end)}
                </div>
            </div>
        </details>
    }
}

fn feed_address(address: String, said: RwSignal<String>) -> impl IntoView {
    let shown = address.clone();
    let copy = move |_| {
        let address = address.clone();
        leptos::task::spawn_local(async move {
            if browser::copy(&address).await {
                let _ = said.try_set(t("visits-feed-copied"));
            }
        });
    };
    view! {
        <div class="field">
            <label class="label" for="feed">{t("visits-feed-made")}</label>
            <span class="hint" id="feed-hint">{t("visits-feed-once")}</span>
            <input id="feed" class="input input-code" type="text" readonly aria-describedby="feed-hint" prop:value=shown/>
        </div>
        <p><button type="button" class="button button-second" on:click=copy>{t("visits-feed-copy")}</button></p>
    }
}
