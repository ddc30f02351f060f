//! Licences: where a therapist may see someone, and until when.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_wire::network::Practice;

use super::{options, with_listing};
use crate::app::App;
use crate::part::form::{Form, Takes, hinted, label, line, save, select, send};
use crate::part::rows::{Rows, one_more, row, rows};
use crate::part::when;
use crate::route::{Practice as Page, Route};
use crate::texts::{t, t_with};
use crate::typed::at;
use crate::typed::licences::{LicenceTyped, LicencesTyped};

/// The draft that holds what is typed.
const DRAFT: &str = "practice-licences";

const ROWS: Rows<LicencesTyped, LicenceTyped> = |typed| &mut typed.rows;

pub(super) fn page(app: App) -> impl IntoView {
    with_listing(app, t("licences-title"), move |practice| {
        form_page(app, practice)
    })
}

fn form_page(app: App, practice: &Practice) -> impl IntoView + use<> {
    let is_new = practice.licences.is_empty();
    let form = Form::new(LicencesTyped::of(&practice.licences)).keep(app, DRAFT);
    let put = move |event: SubmitEvent| {
        event.prevent_default();
        match form.with_untracked(|typed| typed.read(when::today())) {
            Err(wrong) => form.tell(wrong),
            Ok(licences) => send(app, form, field, app.put_licences(licences), move |_| {
                if is_new {
                    app.go(Route::Practice(Page::Plans));
                } else {
                    app.tell(t("form-saved"));
                }
            }),
        }
    };
    view! {
        <form class="stack" on:submit=put novalidate>
            <p>{t("licences-text")}</p>
            {rows(form, ROWS, move |at| licence(form, at))}
            {one_more(form, ROWS, t("licences-add"), LicenceTyped::default)}
            {save(form, t("licences-save"))}
        </form>
    }
}

fn licence(form: Form<LicencesTyped>, place: usize) -> impl IntoView {
    let title = t_with("licences-one", [("number", (place + 1).into())]);
    let fields = view! {
        <div class="pair">
            {select(form, at("state", place), label(t("licences-state")), options::states(), move |typed| {
                typed.rows.get_mut(place).map(|one| &mut one.state)
            })}
            {line(form, at("number", place), label(t("licences-number")), Takes::Code, move |typed| {
                typed.rows.get_mut(place).map(|one| &mut one.number)
            })}
        </div>
        {line(
            form,
            at("expires", place),
            hinted(t("licences-expires"), t("licences-expires-hint")),
            Takes::Day,
            move |typed| typed.rows.get_mut(place).map(|one| &mut one.expires),
        )}
    };
    row(form, (ROWS, place), title, t("licences-away"), fields)
}

/// Finds the field that the server names.
fn field(pointer: &str) -> Option<String> {
    let mut parts = pointer.trim_start_matches('/').split('/');
    match (parts.next()?, parts.next()?, parts.next()?) {
        ("licences", row, name) => Some(format!("{name}-{row}")),
        _ => None,
    }
}
