//! The listing: who a therapist is, and what they offer.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_wire::network::Practice;

use super::super::heading;
use super::listing_more::{chosen, places, yourself};
use super::{back, options};
use crate::app::App;
use crate::part::choices::{any_of, choice, one_of};
use crate::part::form::{Form, Takes, area, hinted, label, line, save, send};
use crate::part::loaded::{Loaded, loaded};
use crate::route::{Practice as Page, Route};
use crate::texts::t;
use crate::typed::listing::{ListingTyped, check_npi};

/// The draft that holds what is typed.
const DRAFT: &str = "practice-listing";

pub(super) fn page(app: App) -> impl IntoView {
    let practice = Loaded::ask(app, app.practice());
    view! {
        <div class="stack-wide">
            {heading(t("listing-title"))}
            {loaded(
                app,
                practice,
                move || app.practice(),
                move |practice| form_page(app, practice.as_ref()),
            )}
            {back()}
        </div>
    }
}

fn form_page(app: App, practice: Option<&Practice>) -> impl IntoView + use<> {
    let is_new = practice.is_none();
    let typed = practice.map_or_else(ListingTyped::new, |practice| {
        ListingTyped::of(&practice.listing)
    });
    let form = Form::new(typed).keep(app, DRAFT);
    let put = move |event: SubmitEvent| {
        event.prevent_default();
        match form.with_untracked(ListingTyped::read) {
            Err(wrong) => form.tell(wrong),
            Ok(listing) => send(app, form, field, app.put_listing(listing), move |_| {
                if is_new {
                    app.go(Route::Practice(Page::Licences));
                } else {
                    app.tell(t("form-saved"));
                }
            }),
        }
    };
    view! {
        <form class="stack" on:submit=put novalidate>
            <p>{t("listing-text")}</p>
            {line(form, "name", label(t("listing-name")), Takes::Text, |typed| Some(&mut typed.name))}
            {line(
                form,
                "credentials",
                hinted(t("listing-credentials"), t("listing-credentials-hint")),
                Takes::Text,
                |typed| Some(&mut typed.credentials),
            )}
            {npi(form)}
            {area(form, "about", hinted(t("listing-about"), t("listing-about-hint")), |typed| Some(&mut typed.about))}
            {any_of(form, "services", t("listing-services"), options::services(), |typed| Some(&mut typed.services))}
            {any_of(form, "formats", t("listing-formats"), options::formats(), |typed| Some(&mut typed.formats))}
            {places(app, form)}
            {fees(form)}
            {chosen(form)}
            {taking(form)}
            {yourself(form)}
            {save(form, t("listing-save"))}
        </form>
    }
}

/// The NPI, whose check digit is told at once.
fn npi(form: Form<ListingTyped>) -> impl IntoView {
    let fits = move || {
        form.with(|typed| {
            let digits = typed.npi.trim();
            // Before ten digits are typed there is nothing to say yet.
            if digits.len() < 10 {
                return String::new();
            }
            match check_npi(digits) {
                Ok(()) => t("listing-npi-fits"),
                Err(why) => crate::part::wrong::wrong_words(why),
            }
        })
    };
    view! {
        <div class="stack-close">
            {line(form, "npi", hinted(t("listing-npi"), t("listing-npi-hint")), Takes::Code, |typed| Some(&mut typed.npi))}
            <p class="small" role="status">
                {move || if form.wrong_at("npi").is_some() { String::new() } else { fits() }}
            </p>
        </div>
    }
}

fn fees(form: Form<ListingTyped>) -> impl IntoView {
    view! {
        <div class="pair">
            {line(form, "fee", hinted(t("listing-fee"), t("listing-fee-hint")), Takes::Number, |typed| Some(&mut typed.fee))}
            {line(
                form,
                "sliding",
                hinted(t("listing-sliding"), t("listing-sliding-hint")),
                Takes::Number,
                |typed| Some(&mut typed.sliding),
            )}
        </div>
    }
}

fn taking(form: Form<ListingTyped>) -> impl IntoView {
    let accepting = vec![
        choice("yes", t("listing-accepting-yes"), String::new()),
        choice(
            "no",
            t("listing-accepting-no"),
            t("listing-accepting-no-hint"),
        ),
    ];
    let booking = vec![
        choice("at_once", t("listing-at-once"), t("listing-at-once-hint")),
        choice(
            "on_request",
            t("listing-on-request"),
            t("listing-on-request-hint"),
        ),
    ];
    view! {
        {one_of(form, "accepting", t("listing-accepting"), accepting, |typed| &mut typed.accepting)}
        {one_of(form, "booking", t("listing-booking"), booking, |typed| &mut typed.booking)}
    }
}

/// Finds the field that the server names.
fn field(pointer: &str) -> Option<String> {
    let mut parts = pointer.trim_start_matches('/').split('/');
    let id = match (parts.next()?, parts.next(), parts.next()) {
        ("fee_cents", ..) => "fee".to_owned(),
        ("sliding_low_cents", ..) => "sliding".to_owned(),
        ("places", Some(row), Some("state")) => format!("place-state-{row}"),
        ("places", Some(row), Some("lat" | "lon")) => format!("zip-{row}"),
        ("places", Some(row), Some(name)) => format!("{name}-{row}"),
        (name, ..) => name.to_owned(),
    };
    Some(id)
}
