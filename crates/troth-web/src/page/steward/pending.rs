//! Listings that wait to be looked at, the one that waits longest first.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_match::State;
use troth_match::set::Code;
use troth_wire::network::{Licence, Practice};

use super::super::heading;
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::doing::{Doing, button, submit, trouble, working};
use crate::part::field::{area, drafted};
use crate::part::loaded::{Loaded, loaded};
use crate::part::when;
use crate::texts::{t, t_with};
use crate::typed::listing::check_npi;

pub(super) fn page(app: App) -> impl IntoView {
    let found = Loaded::ask(app, app.pending_listings());
    view! {
        <div class="stack-wide">
            <div class="stack">
                {heading(t("steward-title"))}
                <p>{t("steward-text")}</p>
            </div>
            {loaded(app, found, move || app.pending_listings(), move |pending| list(app, found, pending))}
        </div>
    }
}

fn list(app: App, found: Loaded<Vec<Practice>>, pending: &[Practice]) -> impl IntoView + use<> {
    let none = pending.is_empty();
    let sheets: Vec<_> = pending.iter().map(|one| sheet(app, found, one)).collect();
    view! {
        {none.then(|| view! { <p class="quiet">{t("steward-none")}</p> })}
        {sheets}
    }
}

fn sheet(app: App, found: Loaded<Vec<Practice>>, one: &Practice) -> impl IntoView + use<> {
    let listing = &one.listing;
    let title = if listing.credentials.is_empty() {
        listing.name.clone()
    } else {
        format!("{}, {}", listing.name, listing.credentials)
    };
    let since = t_with(
        "steward-since",
        [("date", when::day_of(one.state_at.timestamp()).into())],
    );
    let licences: Vec<_> = one.licences.iter().map(licence).collect();
    let about = listing.about.clone();
    let (seen, name) = ((one.id, one.version), listing.name.clone());
    view! {
        <section class="sheet stack">
            <h2>{title}</h2>
            <p class="small quiet">{since}</p>
            <dl class="facts">{npi(listing.npi.as_deref())} {licences}</dl>
            {(!about.is_empty()).then(|| view! {
                <details>
                    <summary>{t("steward-about")}</summary>
                    <p class="read">{about}</p>
                </details>
            })}
            <p class="small quiet">{t("steward-where")}</p>
            {verdict(app, found, seen, &name)}
        </section>
    }
}

fn npi(npi: Option<&str>) -> impl IntoView + use<> {
    let (number, fits) = match npi {
        None => (t("steward-no-npi"), None),
        Some(number) => {
            let fits = if check_npi(number).is_ok() {
                t("steward-npi-fits")
            } else {
                t("steward-npi-wrong")
            };
            (number.to_owned(), Some(fits))
        }
    };
    view! {
        <div>
            <dt>{t("steward-npi")}</dt>
            <dd>
                <span class="code">{number}</span>
                {fits.map(|words| view! { <span class="small quiet">" " {words}</span> })}
            </dd>
        </div>
    }
}

fn licence(licence: &Licence) -> impl IntoView + use<> {
    let state = State::parse(&licence.state)
        .map_or_else(|| licence.state.clone(), |state| state.label().to_owned());
    let today = when::today();
    let until = when::day(licence.expires.date());
    let until = if licence.expires.date() < today {
        t_with("steward-licence-ended", [("date", until.into())])
    } else {
        t_with("steward-licence-until", [("date", until.into())])
    };
    view! {
        <div>
            <dt>{t_with("steward-licence", [("state", state.into())])}</dt>
            <dd>
                <span class="code">{licence.number.clone()}</span>
                <span class="small quiet">" " {until}</span>
            </dd>
        </div>
    }
}

/// Draws the two answers; each is about the version that is shown, and about no other.
fn verdict(
    app: App,
    found: Loaded<Vec<Practice>>,
    seen: (u32, u64),
    name: &str,
) -> impl IntoView + use<> {
    let doing = Doing::new();
    let verified = t_with("steward-verified", [("name", name.into())]);
    let verify = move || {
        let told = verified.clone();
        app.run(
            doing,
            async move {
                app.verify_listing(seen).await?;
                app.pending_listings().await
            },
            move |fresh| {
                found.set(fresh);
                app.tell(told);
                app.turned();
            },
        );
    };
    view! {
        {trouble(doing)}
        {button(doing, "button", t("steward-verify"), verify)}
        {working(doing)}
        {refuse(app, found, seen)}
    }
}

fn refuse(app: App, found: Loaded<Vec<Practice>>, seen: (u32, u64)) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let doing = Doing::new();
    let key = format!("steward-reason-{}", seen.0);
    let drop = key.clone();
    let put = move |event: SubmitEvent| {
        event.prevent_default();
        let words = reason.get_untracked().trim().to_owned();
        if words.is_empty() {
            doing.refuse(Trouble::incomplete(t("steward-reason-missing")));
            return;
        }
        let key = drop.clone();
        app.run(
            doing,
            async move {
                app.refuse_listing(seen, words).await?;
                app.drop_drafts(&[&key]).await;
                app.pending_listings().await
            },
            move |fresh| {
                found.set(fresh);
                app.tell(t("steward-refused"));
                app.turned();
            },
        );
    };
    view! {
        <details>
            <summary>{t("steward-refuse")}</summary>
            <form class="stack" on:submit=put>
                {drafted(app, key, area("reason", t("steward-reason"), t("steward-reason-hint"), reason), reason)}
                {submit(doing, t("steward-refuse-button"), t("shell-working"))}
            </form>
        </details>
    }
}
