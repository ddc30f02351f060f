//! Licences: where a therapist may see someone, and until when.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_wire::network::Practice;

use super::{options, with_listing};
use crate::app::App;
use crate::part::form::{Form, Takes, hinted, label, line, save, select, send};
use crate::part::when;
use crate::route::{Practice as Page, Route};
use crate::texts::{t, t_with};
use crate::typed::at;
use crate::typed::licences::{LicenceTyped, LicencesTyped};

/// The draft that holds what is typed.
const DRAFT: &str = "practice-licences";

pub(super) fn page(app: App) -> impl IntoView {
    with_listing(app, t("licences-title"), move |practice| {
        form_page(app, practice)
    })
}

fn form_page(app: App, practice: &Practice) -> impl IntoView + use<> {
    let is_new = practice.licences.is_empty();
    let form = Form::new(LicencesTyped::of(&practice.licences)).keep(app, DRAFT);
    let rows = Memo::new(move |_| form.with(|typed| typed.rows.len()));
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
            {move || (0..rows.get()).map(|row| licence(form, row)).collect_view()}
            <p>
                <button
                    type="button"
                    class="button button-second"
                    on:click=move |_| form.change(|typed| typed.rows.push(LicenceTyped::default()))
                >
                    {t("licences-add")}
                </button>
            </p>
            {save(form, t("licences-save"))}
        </form>
    }
}

fn licence(form: Form<LicencesTyped>, row: usize) -> impl IntoView {
    let title = t_with("licences-one", [("number", (row + 1).into())]);
    view! {
        <fieldset class="sheet stack">
            <legend class="label">{title}</legend>
            <div class="pair">
                {select(form, at("state", row), label(t("licences-state")), options::states(), move |typed| {
                    typed.rows.get_mut(row).map(|one| &mut one.state)
                })}
                {line(form, at("number", row), label(t("licences-number")), Takes::Code, move |typed| {
                    typed.rows.get_mut(row).map(|one| &mut one.number)
                })}
            </div>
            {line(
                form,
                at("expires", row),
                hinted(t("licences-expires"), t("licences-expires-hint")),
                Takes::Day,
                move |typed| typed.rows.get_mut(row).map(|one| &mut one.expires),
            )}
            <button
                type="button"
                class="button button-word"
                on:click=move |_| form.change(|typed| {
                    if row < typed.rows.len() {
                        typed.rows.remove(row);
                    }
                })
            >
                {t("licences-away")}
            </button>
        </fieldset>
    }
}

/// Finds the field that the server names.
fn field(pointer: &str) -> Option<String> {
    let mut parts = pointer.trim_start_matches('/').split('/');
    match (parts.next()?, parts.next()?, parts.next()?) {
        ("licences", row, name) => Some(format!("{name}-{row}")),
        _ => None,
    }
}
