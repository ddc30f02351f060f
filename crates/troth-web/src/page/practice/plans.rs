//! Plans: which one is taken, in which state and how, and that people may pay themselves.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_wire::network::{Practice, Vocabulary};

use super::words::{plan_name, state_name};
use super::{back, no_listing, options};
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::choices::any_of;
use crate::part::form::{Form, label, save, select, send};
use crate::part::loaded::{Loaded, loaded};
use crate::part::when;
use crate::route::{Practice as Page, Route};
use crate::texts::{t, t_with};
use crate::typed::at;
use crate::typed::plans::{PlanTyped, PlansTyped};

use super::super::heading;

/// The draft that holds what is typed.
const DRAFT: &str = "practice-plans";

/// The listing and the plans that this server knows.
async fn both(app: App) -> Result<(Option<Practice>, Vocabulary), Trouble> {
    Ok((app.practice().await?, app.vocabulary().await?))
}

pub(super) fn page(app: App) -> impl IntoView {
    let found = Loaded::ask(app, both(app));
    view! {
        <div class="stack-wide">
            {heading(t("plans-taken-title"))}
            {loaded(
                app,
                found,
                move || both(app),
                move |(practice, words)| match practice {
                    Some(practice) => form_page(app, practice, words).into_any(),
                    None => no_listing().into_any(),
                },
            )}
            {back()}
        </div>
    }
}

fn form_page(app: App, practice: &Practice, words: &Vocabulary) -> impl IntoView + use<> {
    let is_new = practice.plans.is_empty();
    let mut typed = PlansTyped::of(&practice.plans);
    if is_new {
        typed.rows = paying_oneself(practice);
    }
    let form = Form::new(typed).keep(app, DRAFT);
    let rows = Memo::new(move |_| form.with(|typed| typed.rows.len()));
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
            {move || (0..rows.get()).map(|row| plan(form, row, &choices)).collect_view()}
            <p>
                <button
                    type="button"
                    class="button button-second"
                    on:click=move |_| form.change(|typed| typed.rows.push(PlanTyped::default()))
                >
                    {t("plans-add")}
                </button>
            </p>
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

fn plan(form: Form<PlansTyped>, row: usize, choices: &(Options, Options)) -> impl IntoView + use<> {
    let title = t_with("plans-one", [("number", (row + 1).into())]);
    let (plans, states) = choices.clone();
    view! {
        <fieldset class="sheet stack">
            <legend class="label">{title}</legend>
            <div class="pair">
                {select(form, at("plan", row), label(t("plans-plan")), plans, move |typed| {
                    typed.rows.get_mut(row).map(|one| &mut one.plan)
                })}
                {select(form, at("state", row), label(t("plans-state")), states, move |typed| {
                    typed.rows.get_mut(row).map(|one| &mut one.state)
                })}
            </div>
            {any_of(form, at("formats", row), t("plans-formats"), options::formats(), move |typed| {
                typed.rows.get_mut(row).map(|one| &mut one.formats)
            })}
            <button
                type="button"
                class="button button-word"
                on:click=move |_| form.change(|typed| {
                    if row < typed.rows.len() {
                        typed.rows.remove(row);
                    }
                })
            >
                {t("plans-away")}
            </button>
        </fieldset>
    }
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
