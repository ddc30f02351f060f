//! What comes next for a therapist: one thing to do, the next visits, and how the listing stands.

use jiff::ToSpan;
use leptos::prelude::*;
use troth_wire::network::{Freshness, Practice, PracticeBooking, PracticeState, Standing};

use super::super::heading;
use super::words::{at, format_words, state_name};
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::doing::{Doing, button, trouble, working};
use crate::part::loaded::{Loaded, loaded};
use crate::part::ways::door;
use crate::part::when;
use crate::route::{Practice as Page, Route};
use crate::texts::{t, t_with};

/// How many of the next visits are listed.
const NEXT: usize = 3;

/// The listing, what waits for an answer, and the visits.
type Found = (Option<Practice>, Vec<PracticeBooking>, Vec<PracticeBooking>);

async fn all(app: App) -> Result<Found, Trouble> {
    let Some(practice) = app.practice().await? else {
        return Ok((None, Vec::new(), Vec::new()));
    };
    let requests = app.requests().await?;
    let visits = app.practice_visits().await?;
    Ok((Some(practice), requests, visits))
}

pub(super) fn page(app: App) -> impl IntoView {
    let found = Loaded::ask(app, all(app));
    let came = Memo::new(move |_| found.with(|here| here.is_some()));
    // The heading that waited is replaced by the one that says what to do; whoever stood on it stands on that.
    Effect::new(move |_| {
        if came.get() {
            leptos::task::spawn_local(async {
                crate::browser::frame().await;
                crate::browser::focus("html:not(:has(:focus)) main h1");
            });
        }
    });
    view! {
        <div class="stack-wide">
            {move || (!came.get()).then(|| heading(t("practice-begin-title")))}
            {loaded(
                app,
                found,
                move || all(app),
                move |(practice, requests, visits)| match practice {
                    None => begin().into_any(),
                    Some(practice) => draw(app, found, practice, (requests, visits)).into_any(),
                },
            )}
        </div>
    }
}

/// Before there is a listing: what this is, and how long it takes.
fn begin() -> impl IntoView {
    view! {
        <div class="stack">
            {heading(t("practice-begin-title"))}
            <p>{t("practice-begin-text")}</p>
            <ul class="plain-list">
                <li>{t("practice-begin-one")}</li>
                <li>{t("practice-begin-two")}</li>
                <li>{t("practice-begin-three")}</li>
            </ul>
            <p class="quiet">{t("practice-begin-minutes")}</p>
            <p><a class="button" href=Page::Listing.path()>{t("practice-write-listing")}</a></p>
        </div>
    }
}

fn draw(
    app: App,
    found: Loaded<Found>,
    practice: &Practice,
    (requests, visits): (&[PracticeBooking], &[PracticeBooking]),
) -> impl IntoView + use<> {
    let zone = practice.hours.as_ref().map(|hours| hours.zone.clone());
    view! {
        {next(app, found, practice, requests)}
        {coming(visits, zone.as_deref())}
        {proof(app, found, practice)}
        {doors(practice)}
    }
}

/// The one thing to do: a heading that says it, why, and the way to it.
fn next(
    app: App,
    found: Loaded<Found>,
    practice: &Practice,
    requests: &[PracticeBooking],
) -> impl IntoView + use<> {
    if let Some(page) = first_missing(practice) {
        return missing(page).into_any();
    }
    let zone = practice.hours.as_ref().map(|hours| hours.zone.clone());
    match (practice.state, requests.first()) {
        (PracticeState::Draft | PracticeState::Withdrawn, _) => submit(app, found, None).into_any(),
        (PracticeState::Refused, _) => submit(
            app,
            found,
            Some(practice.reason.clone().unwrap_or_default()),
        )
        .into_any(),
        (PracticeState::Pending, _) => card(
            t("practice-pending-title"),
            t("practice-pending-text"),
            None,
        )
        .into_any(),
        (PracticeState::Verified, Some(first)) => {
            let text = first.until.map_or_else(String::new, |until| {
                t_with(
                    "practice-requests-text",
                    [("until", at(until, zone.as_deref()).into())],
                )
            });
            let title = t_with(
                "practice-requests-title",
                [("count", requests.len().into())],
            );
            card(
                title,
                text,
                Some((Page::Requests, t("practice-requests-do"))),
            )
            .into_any()
        }
        (PracticeState::Verified, None) => {
            let words = match practice.proof.state {
                Freshness::Fresh => (t("practice-rest-title"), t("practice-rest-text")),
                Freshness::Fading => (t("practice-fading-title"), t("practice-fading-text")),
                Freshness::Gone => (t("practice-stale-title"), t("practice-stale-text")),
            };
            card(words.0, words.1, None).into_any()
        }
    }
}

fn card(title: String, text: String, way: Option<(Page, String)>) -> impl IntoView {
    view! {
        <section class="card stack">
            {heading(title)}
            <p class="lead">{text}</p>
            {way.map(|(page, words)| view! { <p><a class="button" href=page.path()>{words}</a></p> })}
        </section>
    }
}

/// Finds the page on which the first missing thing is.
fn first_missing(practice: &Practice) -> Option<Page> {
    let page = |pointer: &String| {
        let head = pointer.trim_start_matches('/').split('/').next();
        match head.unwrap_or_default() {
            "licences" => Page::Licences,
            "plans" => Page::Plans,
            "quotes" => Page::Prices,
            "hours" => Page::Hours,
            _ => Page::Listing,
        }
    };
    let mut missing: Vec<Page> = practice.missing.iter().map(page).collect();
    // Nobody is found who takes neither a plan nor people who pay themselves.
    if practice.plans.is_empty() {
        missing.push(Page::Plans);
    }
    Page::ALL.into_iter().find(|page| missing.contains(page))
}

fn missing(page: Page) -> impl IntoView {
    let (title, text) = match page {
        Page::Licences => (t("practice-need-licence"), t("practice-need-licence-text")),
        Page::Plans => (t("practice-need-plans"), t("practice-need-plans-text")),
        Page::Prices => (t("practice-need-prices"), t("practice-need-prices-text")),
        Page::Hours => (t("practice-need-hours"), t("practice-need-hours-text")),
        _ => (t("practice-need-listing"), t("practice-need-listing-text")),
    };
    card(title, text, Some((page, t("practice-go-on"))))
}

/// Everything is there: it can be looked at. After a refusal, with the reason.
fn submit(app: App, found: Loaded<Found>, reason: Option<String>) -> impl IntoView {
    let doing = Doing::new();
    let send = move || {
        app.run(
            doing,
            async move {
                app.submit_listing().await?;
                all(app).await
            },
            move |fresh| {
                found.set(fresh);
                app.turned();
            },
        );
    };
    let (title, text) = match &reason {
        None => (t("practice-submit-title"), t("practice-submit-text")),
        Some(_) => (t("practice-refused-title"), t("practice-refused-text")),
    };
    view! {
        <section class="card stack">
            {heading(title)}
            <p class="lead">{text}</p>
            {reason.map(|reason| view! { <p class="read aside">{reason}</p> })}
            {trouble(doing)}
            <div class="row">
                {button(doing, "button", t("practice-submit"), send)}
                <a class="button button-second" href=Page::Preview.path()>{t("practice-look")}</a>
            </div>
            {working(doing)}
        </section>
    }
}

fn coming(visits: &[PracticeBooking], zone: Option<&str>) -> impl IntoView + use<> {
    let now = when::now();
    let lines: Vec<_> = visits
        .iter()
        .filter(|it| it.standing == Standing::Booked && it.start.timestamp() >= now)
        .take(NEXT)
        .map(|visit| {
            view! {
                <li class="line">
                    <p class="line-main"><time>{at(visit.start, zone)}</time></p>
                    <p class="small quiet">{format_words(visit.format)}</p>
                </li>
            }
        })
        .collect();
    let open = visits
        .iter()
        .filter(|it| it.standing == Standing::Booked && it.start.timestamp() < now)
        .count();
    (!lines.is_empty() || open > 0).then(|| {
        view! {
            <section class="stack-close">
                <h2>{t("practice-next")}</h2>
                <ul class="lines">{lines}</ul>
                {(open > 0).then(|| view! {
                    <p class="small">
                        <a href=Page::Visits.path()>{t_with("practice-open-visits", [("count", open.into())])}</a>
                    </p>
                })}
            </section>
        }
    })
}

/// How fresh the listing is, and the one tap that keeps it so.
fn proof(app: App, found: Loaded<Found>, practice: &Practice) -> impl IntoView + use<> {
    if practice.state != PracticeState::Verified {
        return None;
    }
    let doing = Doing::new();
    let proof = &practice.proof;
    let since = proof.proven_at.map_or_else(
        || t("practice-proof-never"),
        |at| {
            t_with(
                "practice-proof-since",
                [("date", when::day_of(at.timestamp()).into())],
            )
        },
    );
    let until = proof.fresh_until.map(|at| {
        t_with(
            "practice-proof-until",
            [("date", when::day_of(at.timestamp()).into())],
        )
    });
    let confirm = move || {
        app.run(
            doing,
            async move {
                app.confirm_listing().await?;
                all(app).await
            },
            move |fresh| {
                found.set(fresh);
                app.tell(t("practice-confirmed"));
            },
        );
    };
    Some(view! {
        <section class="stack-close">
            <h2>{t("practice-proof")}</h2>
            <p>{since} " " {until}</p>
            <p class="small quiet">{t("practice-proof-hint")}</p>
            {trouble(doing)}
            {button(doing, "button button-second", t("practice-confirm"), confirm)}
            {working(doing)}
        </section>
    })
}

/// Everything that belongs to the listing, each with where it stands.
fn doors(practice: &Practice) -> impl IntoView + use<> {
    let states: Vec<_> = practice
        .licences
        .iter()
        .map(|one| state_name(&one.state))
        .collect();
    let soon = when::today().saturating_add(60.days());
    let ending = practice
        .licences
        .iter()
        .map(|one| one.expires.date())
        .min()
        .filter(|date| *date <= soon);
    let licences = match (states.is_empty(), ending) {
        (true, _) => t("practice-door-licences"),
        (false, Some(date)) => t_with(
            "practice-door-licence-ends",
            [("date", when::day(date).into())],
        ),
        (false, None) => states.join(", "),
    };
    let busy = if practice.busy.is_empty() {
        t("practice-door-busy")
    } else {
        t("practice-door-busy-read")
    };
    view! {
        <section class="stack-close">
            <h2>{t("practice-listing")}</h2>
            <ul class="lines">
                {door(&Route::Practice(Page::Listing), t("listing-title"), practice.listing.name.clone())}
                {door(&Route::Practice(Page::Licences), t("licences-title"), licences)}
                {door(&Route::Practice(Page::Plans), t("plans-taken-title"), t("practice-door-plans"))}
                {door(&Route::Practice(Page::Prices), t("prices-title"), t("practice-door-prices"))}
                {door(&Route::Practice(Page::Hours), t("hours-title"), t("practice-door-hours"))}
                {door(&Route::Practice(Page::Busy), t("busy-title"), busy)}
                {door(&Route::Practice(Page::Preview), t("preview-title"), t("practice-door-preview"))}
            </ul>
        </section>
        <section class="stack-close">
            <h2>{t("practice-rest")}</h2>
            <ul class="lines">
                {door(&Route::Practice(Page::Waiting), t("waiting-title"), t("practice-door-waiting"))}
                {door(&Route::Practice(Page::Feed), t("feed-title"), t("practice-door-feed"))}
                {door(&Route::Practice(Page::Log), t("log-title"), t("practice-door-log"))}
            </ul>
        </section>
    }
}
