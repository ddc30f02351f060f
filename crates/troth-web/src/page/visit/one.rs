//! One visit: as it is held, as the partner sees it, and as it is booked.

use std::time::Duration;

use leptos::prelude::*;
use troth_wire::network::{Booking, BookingId, Format, OwnerToken, Standing};

use super::super::find::price::{quote_words, record_words};
use super::super::find::times::day_name;
use super::super::heading;
use super::held::held;
use super::later::{cancel, move_away, report};
use crate::app::App;
use crate::app::booking::Seen;
use crate::app::trouble::Trouble;
use crate::browser;
use crate::part::loaded::{Loaded, loaded};
use crate::part::seam::seam;
use crate::part::ways::back;
use crate::part::when;
use crate::part::zoned::own_clock;
use crate::route::Route;
use crate::texts::{t, t_with};

/// How often a visit that waits for someone is read again.
const EVERY: Duration = Duration::from_secs(4);

/// Keeps the partner's half of the way in while this tab is open.
const LINK: &str = "visit-link";

pub(in super::super) fn page(app: App, id: &str) -> impl IntoView + use<> {
    let Ok(id) = id.parse::<BookingId>() else {
        return gone().into_any();
    };
    let by_link = link_token(app, id);
    let token = move || {
        let told = app
            .proposed(id)
            .filter(|visit| Some(visit.by) != app.partner_id());
        told.map(|visit| OwnerToken(visit.held.token.0)).or(by_link)
    };
    let fetch = move || async move { app.look(id, untrack(token)).await };
    let seen = Loaded::ask(app, fetch());
    follow(app, seen, fetch);
    loaded(app, seen, fetch, move |found| match found {
        Seen::Gone => gone().into_any(),
        Seen::Held(found) => held(app, seen, found).into_any(),
        Seen::Booking(found) => booking(app, seen, found).into_any(),
    })
    .into_any()
}

/// Reads the partner's half of the way in from the link, once: it leaves the address at once.
fn link_token(app: App, id: BookingId) -> Option<OwnerToken> {
    let address = browser::address();
    if let Some((_, token)) = address.split_once('#')
        && token.parse::<OwnerToken>().is_ok()
    {
        app.keep_here(LINK, format!("{id} {token}"));
        browser::replace_path(&browser::path());
        return token.parse().ok();
    }
    let kept = app.kept(LINK)?;
    let (visit, token) = kept.split_once(' ')?;
    (visit == id.to_string())
        .then(|| token.parse().ok())
        .flatten()
}

/// Reads a visit again while it waits for someone, and after news in the record.
fn follow<F>(app: App, seen: Loaded<Seen>, fetch: impl Fn() -> F + Copy + 'static)
where
    F: Future<Output = Result<Seen, Trouble>> + 'static,
{
    let look = move || {
        let open = seen.peek(|found| {
            found.is_some_and(|found| match found {
                Seen::Held(_) => true,
                Seen::Booking(booking) => booking.standing == Standing::Requested,
                Seen::Gone => false,
            })
        });
        if open != Some(true) {
            return;
        }
        leptos::task::spawn_local(async move {
            if let Ok(found) = fetch().await {
                let words = match &found {
                    Seen::Booking(booking) => Some(standing(booking)),
                    Seen::Held(_) | Seen::Gone => None,
                };
                if seen.set_if_new(found)
                    && let Some(words) = words
                {
                    app.tell(words);
                }
            }
        });
    };
    if let Ok(turn) = set_interval_with_handle(look, EVERY) {
        on_cleanup(move || turn.clear());
    }
}

/// Says that there is nothing, without saying whether there ever was.
fn gone() -> impl IntoView {
    view! {
        <div class="stack">
            {heading(t("visit-missing-title"))}
            <p>{t("visit-missing")}</p>
            <p><a class="button" href=Route::Visits.path()>{t("visits-title")}</a></p>
        </div>
    }
}

/// Draws with whom, when and how; all visits begin with it.
pub(super) fn head(
    name: &str,
    start: jiff::Timestamp,
    minutes: u32,
    format: Format,
) -> impl IntoView + use<> {
    let title = when::local(start).map_or_else(
        || when::moment(start),
        |here| format!("{}, {}", day_name(here.date()), here.strftime("%H:%M")),
    );
    let minutes = [("minutes", usize::try_from(minutes).unwrap_or(0).into())];
    let facts = match format {
        Format::Video => t_with("visit-minutes-video", minutes),
        Format::InPerson => t_with("visit-minutes-person", minutes),
    };
    view! {
        <div class="stack-close moment">
            <p class="small quiet over">{t_with("visit-with", [("name", name.into())])}</p>
            {heading(title)}
            <p>{facts}</p>
            <p class="small quiet">{own_clock()}</p>
        </div>
    }
}

/// Says where a visit stands.
fn standing(booking: &Booking) -> String {
    let until = booking
        .until
        .map(|until| when::moment(until.timestamp()))
        .unwrap_or_default();
    match booking.standing {
        Standing::Requested => t_with("visit-requested", [("until", until.into())]),
        Standing::Booked if booking.with_partner => t("visit-booked"),
        Standing::Booked => t("visit-booked-alone"),
        Standing::Cancelled => t("visit-cancelled"),
        Standing::Moved => t("visit-moved"),
        Standing::Kept => t("visit-kept"),
        Standing::Missed => t("visit-missed"),
        Standing::Held | Standing::Offered | Standing::Lapsed => t("visit-lapsed"),
    }
}

fn booking(app: App, seen: Loaded<Seen>, booking: &Booking) -> impl IntoView + use<> {
    let at = booking.start.timestamp();
    let words = standing(booking);
    let live = matches!(booking.standing, Standing::Requested | Standing::Booked);
    let joined = matches!(booking.standing, Standing::Booked | Standing::Kept);
    let over = matches!(booking.standing, Standing::Lapsed | Standing::Cancelled);
    let price = booking.quote.as_ref().map(|quote| {
        view! {
            <section class="stack-close">
                <h2>{t("visit-price")}</h2>
                {quote_words(quote, booking.with_partner)}
                <p>{record_words(quote.record)}</p>
            </section>
        }
    });
    view! {
        <article class="stack-wide">
            {head(&booking.provider_name, at, booking.minutes, booking.format)}
            <div class="stack-close">
                {joined.then(seam)}
                <p class="lead">{words}</p>
                {booking
                    .next
                    .map(|next| {
                        view! { <p><a href=Route::Visit(next.to_string()).path()>{t("visit-moved-look")}</a></p> }
                    })}
                {over.then(|| view! { <p><a class="button" href=Route::FindResults.path()>{t("visit-again")}</a></p> })}
            </div>
            {price}
            {live.then(|| move_away(app, booking))}
            {live.then(|| cancel(app, seen, booking))}
            {report(app, booking.provider)}
            {back(&Route::Visits, t("visits-title"))}
        </article>
    }
}
