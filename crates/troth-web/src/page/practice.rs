//! A therapist's own pages: the listing, its proof, the hours, and the visits.
//!
//! One account has one listing. Every page begins by reading it from the server; forms keep what is typed as sealed
//! drafts on this device until it is saved.

use leptos::prelude::*;
use troth_wire::network::{Practice, Vocabulary};

use super::heading;
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::loaded::{Loaded, loaded};
use crate::part::ways;
use crate::route::{Practice as Page, Route};
use crate::texts::t;

mod bookings;
mod busy;
mod feed;
mod hours;
mod hours_week;
mod licences;
mod listing;
mod listing_more;
mod log;
mod options;
mod overview;
mod plans;
mod preview;
mod prices;
mod requests;
mod visits;
mod waiting;
mod words;

/// Draws a therapist's page.
pub(super) fn page(app: App, page: Page) -> AnyView {
    match page {
        Page::Overview => overview::page(app).into_any(),
        Page::Listing => listing::page(app).into_any(),
        Page::Licences => licences::page(app).into_any(),
        Page::Plans => plans::page(app).into_any(),
        Page::Prices => prices::page(app).into_any(),
        Page::Hours => hours::page(app).into_any(),
        Page::Busy => busy::page(app).into_any(),
        Page::Preview => preview::page(app).into_any(),
        Page::Requests => requests::page(app).into_any(),
        Page::Visits => visits::page(app).into_any(),
        Page::Waiting => waiting::page(app).into_any(),
        Page::Feed => feed::page(app).into_any(),
        Page::Log => log::page(app).into_any(),
    }
}

/// Reads the own listing and draws what stands on it; without a listing, the way to write one.
fn with_listing<V: IntoView + 'static>(
    app: App,
    title: String,
    draw: impl Fn(&Practice) -> V + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let practice = Loaded::ask(app, app.practice());
    view! {
        <div class="stack-wide">
            {heading(title)}
            {loaded(
                app,
                practice,
                move || app.practice(),
                move |practice| match practice {
                    Some(practice) => draw(practice).into_any(),
                    None => no_listing().into_any(),
                },
            )}
            {back()}
        </div>
    }
}

/// The listing and the plans that this server knows.
async fn listing_and_plans(app: App) -> Result<(Option<Practice>, Vocabulary), Trouble> {
    Ok((app.practice().await?, app.vocabulary().await?))
}

/// Reads the own listing and the plans that this server knows, and draws what stands on both.
fn with_plans<V: IntoView + 'static>(
    app: App,
    title: String,
    draw: impl Fn(&Practice, &Vocabulary) -> V + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let found = Loaded::ask(app, listing_and_plans(app));
    view! {
        <div class="stack-wide">
            {heading(title)}
            {loaded(
                app,
                found,
                move || listing_and_plans(app),
                move |(practice, words)| match practice {
                    Some(practice) => draw(practice, words).into_any(),
                    None => no_listing().into_any(),
                },
            )}
            {back()}
        </div>
    }
}

/// Says that a listing comes first.
fn no_listing() -> impl IntoView {
    view! {
        <div class="stack">
            <p>{t("practice-no-listing")}</p>
            <p><a class="button" href=Page::Listing.path()>{t("practice-write-listing")}</a></p>
        </div>
    }
}

/// Draws the way back to the overview.
fn back() -> impl IntoView {
    ways::back(&Route::Practice(Page::Overview), t("practice-back"))
}
