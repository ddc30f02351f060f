//! Prices: what a visit costs, signed on this device, whether a plan pays for two, and whose record it touches.

use std::collections::BTreeSet;

use jiff::ToSpan;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_wire::network::{Practice, Vocabulary};

use super::{options, with_plans};
use crate::app::App;
use crate::part::choices::any_of;
use crate::part::form::{Form, Takes, hinted, label, line, save, select, send};
use crate::part::rows::{Rows, one_more, row, rows};
use crate::part::when;
use crate::texts::{t, t_with};
use crate::typed::at;
use crate::typed::prices::{PriceTyped, PricesTyped};

/// The draft that holds what is typed.
const DRAFT: &str = "practice-prices";

const ROWS: Rows<PricesTyped, PriceTyped> = |typed| &mut typed.rows;

/// How many days ahead the end of a price is unless another is chosen.
const HALF_A_YEAR: i32 = 183;

pub(super) fn page(app: App) -> impl IntoView {
    with_plans(app, t("prices-title"), move |practice, words| {
        form_page(app, practice, words)
    })
}

/// What every line chooses from.
#[derive(Clone)]
struct Lists {
    services: Vec<(String, String)>,
    plans: Vec<(String, String)>,
    states: Vec<(String, String)>,
}

fn form_page(app: App, practice: &Practice, words: &Vocabulary) -> impl IntoView + use<> {
    let usual = usual(practice);
    let mut typed = PricesTyped::of(&practice.quotes);
    if typed.rows.is_empty() {
        typed.rows.push(usual.clone());
    }
    let form = Form::new(typed).keep(app, DRAFT);
    let lists = Lists {
        services: vec![
            ("couples".to_owned(), t("practice-couples")),
            ("individual".to_owned(), t("practice-individual")),
        ],
        plans: options::plans(&words.plans),
        states: options::licensed(practice),
    };
    let put = move |event: SubmitEvent| {
        event.prevent_default();
        match form.with_untracked(|typed| typed.read(when::today())) {
            Err(wrong) => form.tell(wrong),
            Ok(prices) => send(
                app,
                form,
                |_| None,
                app.sign_prices(prices),
                move |_| app.tell(t("form-saved")),
            ),
        }
    };
    view! {
        <form class="stack" on:submit=put novalidate>
            <p>{t("prices-text")}</p>
            <p class="aside">{t("prices-record")}</p>
            {rows(form, ROWS, move |at| price(form, at, &lists))}
            {one_more(form, ROWS, t("prices-add"), move || usual.clone())}
            {save(form, t("prices-save"))}
        </form>
    }
}

/// Begins a price with what the listing says already.
fn usual(practice: &Practice) -> PriceTyped {
    let minutes = practice
        .hours
        .as_ref()
        .and_then(|hours| hours.minutes.first())
        .map_or_else(|| "50".to_owned(), u32::to_string);
    let state = match practice.licences.as_slice() {
        [only] => only.state.clone(),
        _ => String::new(),
    };
    let formats: BTreeSet<String> = practice
        .listing
        .formats
        .iter()
        .map(|it| crate::typed::listing::format_name(*it))
        .collect();
    PriceTyped {
        service: "couples".to_owned(),
        minutes,
        formats,
        plan: String::new(),
        state,
        amount: crate::typed::dollars(practice.listing.fee_cents),
        pays: "unknown".to_owned(),
        until: when::today().saturating_add(HALF_A_YEAR.days()).to_string(),
    }
}

fn price(form: Form<PricesTyped>, place: usize, lists: &Lists) -> impl IntoView + use<> {
    let title = t_with("prices-one", [("number", (place + 1).into())]);
    let lists = lists.clone();
    let fields = view! {
        <div class="pair">
            {select(form, at("service", place), label(t("prices-service")), lists.services, move |typed| {
                typed.rows.get_mut(place).map(|one| &mut one.service)
            })}
            {select(form, at("state", place), label(t("prices-state")), lists.states, move |typed| {
                typed.rows.get_mut(place).map(|one| &mut one.state)
            })}
            {line(form, at("minutes", place), label(t("prices-minutes")), Takes::Number, move |typed| {
                typed.rows.get_mut(place).map(|one| &mut one.minutes)
            })}
            {line(form, at("amount", place), label(t("prices-amount")), Takes::Number, move |typed| {
                typed.rows.get_mut(place).map(|one| &mut one.amount)
            })}
        </div>
        {any_of(form, at("formats", place), t("prices-formats"), options::formats(), move |typed| {
            typed.rows.get_mut(place).map(|one| &mut one.formats)
        })}
        {select(form, at("plan", place), label(t("prices-plan")), lists.plans, move |typed| {
            typed.rows.get_mut(place).map(|one| &mut one.plan)
        })}
        {pays(form, place)}
        {line(form, at("until", place), hinted(t("prices-until"), t("prices-until-hint")), Takes::Day, move |typed| {
            typed.rows.get_mut(place).map(|one| &mut one.until)
        })}
    };
    row(form, (ROWS, place), title, t("prices-away"), fields)
}

/// With a plan: whether it pays for two, and whose record carries a diagnosis. Without one: that nobody's does.
fn pays(form: Form<PricesTyped>, row: usize) -> impl IntoView {
    let planned = Memo::new(move |_| {
        form.with(|typed| typed.rows.get(row).is_some_and(|one| !one.plan.is_empty()))
    });
    let answers = move || {
        vec![
            ("yes".to_owned(), t("prices-pays-yes")),
            ("no".to_owned(), t("prices-pays-no")),
            ("unknown".to_owned(), t("prices-pays-unknown")),
        ]
    };
    move || {
        if planned.get() {
            view! {
                <div class="stack-close">
                    {select(form, at("pays", row), label(t("prices-pays")), answers(), move |typed| {
                        typed.rows.get_mut(row).map(|one| &mut one.pays)
                    })}
                    <p class="small">{t("prices-record-billed")}</p>
                </div>
            }
            .into_any()
        } else {
            view! { <p class="small">{t("prices-record-nobody")}</p> }.into_any()
        }
    }
}
