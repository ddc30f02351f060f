//! Plans: which one is taken, in which state and how, and that people may pay themselves.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_wire::network::{Practice, Vocabulary};

use super::words::{plan_name, state_name};
use super::{options, with_plans};
use crate::app::App;
use crate::part::choices::any_of;
use crate::part::form::{Form, label, save, select, send};
use crate::part::rows::{Rows, one_more, row, rows};
use crate::part::when;
use crate::route::{Practice as Page, Route};
use crate::texts::{t, t_with};
use crate::typed::at;
use crate::typed::plans::{PlanTyped, PlansTyped};

/// The draft that holds what is typed.
const DRAFT: &str = "practice-plans";

const ROWS: Rows<PlansTyped, PlanTyped> = |typed| &mut typed.rows;

pub(super) fn page(app: App) -> impl IntoView {
    with_plans(app, t("plans-taken-title"), move |practice, words| {
        form_page(app, practice, words)
    })
}

fn form_page(app: App, practice: &Practice, words: &Vocabulary) -> impl IntoView + use<> {
    let is_new = practice.plans.is_empty();
    let mut typed = PlansTyped::of(&practice.plans);
    if is_new {
        typed.rows = paying_oneself(practice);
    }
    let form = Form::new(typed).keep(app, DRAFT);
    let choices = (options::plans(&words.plans), options::licensed(practice));
    let fresh = proven(practice, words);
    let put = move |event: SubmitEvent| {
        event.prevent_default();
        match form.with_untracked(PlansTyped::read) {
            Err(wrong) => form.tell(wrong),
            Ok(plans) => send(app, form, field, app.put_plans(plans), move |_| {
                if is_new {
                    app.go(Route::Practice(Page::Hours));
                } else {
                    app.tell(t("form-saved"));
                }
            }),
        }
    };
    view! {
        <form class="stack" on:submit=put novalidate>
            <p>{t("plans-taken-text")}</p>
            {rows(form, ROWS, move |at| plan(form, at, &choices))}
            {one_more(form, ROWS, t("plans-add"), PlanTyped::default)}
            {save(form, t("plans-save"))}
        </form>
        {fresh}
        <p><a href=Page::Prices.path()>{t("plans-prices")}</a></p>
    }
}

/// Begins with people paying themselves, in every state of the licences and every format of the listing.
fn paying_oneself(practice: &Practice) -> Vec<PlanTyped> {
    let formats = &practice.listing.formats;
    practice
        .licences
        .iter()
        .map(|licence| PlanTyped {
            plan: String::new(),
            state: licence.state.clone(),
            formats: formats
                .iter()
                .map(|it| crate::typed::listing::format_name(*it))
                .collect(),
        })
        .collect()
}

type Options = Vec<(String, String)>;

fn plan(
    form: Form<PlansTyped>,
    place: usize,
    choices: &(Options, Options),
) -> impl IntoView + use<> {
    let title = t_with("plans-one", [("number", (place + 1).into())]);
    let (plans, states) = choices.clone();
    let fields = view! {
        <div class="pair">
            {select(form, at("plan", place), label(t("plans-plan")), plans, move |typed| {
                typed.rows.get_mut(place).map(|one| &mut one.plan)
            })}
            {select(form, at("state", place), label(t("plans-state")), states, move |typed| {
                typed.rows.get_mut(place).map(|one| &mut one.state)
            })}
        </div>
        {any_of(form, at("formats", place), t("plans-formats"), options::formats(), move |typed| {
            typed.rows.get_mut(place).map(|one| &mut one.formats)
        })}
    };
    row(form, (ROWS, place), title, t("plans-away"), fields)
}

/// Says since when each plan is known to be taken.
fn proven(practice: &Practice, words: &Vocabulary) -> impl IntoView + use<> {
    let lines: Vec<_> = practice
        .plans
        .iter()
        .map(|one| {
            let name = plan_name(one.plan.as_deref(), &words.plans);
            let name = t_with(
                "plans-in",
                [
                    ("plan", name.into()),
                    ("state", state_name(&one.state).into()),
                ],
            );
            let since = one.proven_at.map_or_else(
                || t("plans-unproven"),
                |at| {
                    t_with(
                        "plans-proven",
                        [("date", when::day_of(at.timestamp()).into())],
                    )
                },
            );
            view! {
                <li class="line">
                    <p class="line-main">{name}</p>
                    <p class="small quiet">{since}</p>
                </li>
            }
        })
        .collect();
    (!lines.is_empty()).then(|| {
        view! {
            <section class="stack-close">
                <h2>{t("plans-known")}</h2>
                <p class="small quiet">{t("plans-known-hint")}</p>
                <ul class="lines">{lines}</ul>
            </section>
        }
    })
}

/// Finds the field that the server names.
fn field(pointer: &str) -> Option<String> {
    let mut parts = pointer.trim_start_matches('/').split('/');
    match (parts.next()?, parts.next()?, parts.next()?) {
        ("plans", row, name) => Some(format!("{name}-{row}")),
        _ => None,
    }
}
