//! Commitments: what is open to mark, what comes next, and all that stand or have ended.

use leptos::prelude::*;
use troth_core::projection::due::{DueItem, DueState, due};
use troth_core::{CommitmentStanding, CommitmentView};

use super::heading;
use crate::app::App;
use crate::part::schedule::{due_words, plan_words};
use crate::part::when;
use crate::route::Route;
use crate::texts::{t, t_with};

pub(super) fn page(app: App) -> impl IntoView {
    let plans = Memo::new(move |_| {
        let (couple, now) = (app.couple()?, app.moment()?);
        Some(couple.commitments(&now))
    });
    let items = Memo::new(move |_| {
        let ((couple, me), now) = (app.both()?, app.moment()?);
        Some(due(&couple, me, &now, 14))
    });
    view! {
        <div class="stack-wide">
            <div class="stack">
                {heading(t("plans-title"))}
                <p>{t("plans-text")}</p>
                <p><a class="button" href=Route::NewPlan.path()>{t("plans-new")}</a></p>
            </div>
            {move || {
                let (open, ahead): (Vec<DueItem>, Vec<DueItem>) = items
                    .get()
                    .unwrap_or_default()
                    .into_iter()
                    .partition(|item| item.state == DueState::OpenToMark);
                (due_list(app, t("plans-open"), open), due_list(app, t("plans-due"), ahead))
            }}
            {move || {
                let plans = plans.get().unwrap_or_default();
                let none = plans.is_empty();
                let (standing, ended): (Vec<_>, Vec<_>) = plans
                    .into_iter()
                    .partition(|plan| plan.standing == CommitmentStanding::Standing);
                (
                    none.then(|| view! { <p class="quiet">{t("plans-none")}</p> }),
                    plan_list(app, t("plans-standing"), standing),
                    plan_list(app, t("plans-ended"), ended),
                )
            }}
        </div>
    }
}

fn due_list(app: App, title: String, items: Vec<DueItem>) -> impl IntoView {
    (!items.is_empty()).then(|| {
        let lines = items.into_iter().map(|item| {
            let date = due_date(app, &item);
            view! {
                <li class="line">
                    <a class="line-main read" href=Route::Plan(item.commitment.to_string()).path()>{item.text}</a>
                    <p class="line-head small quiet">
                        <span>{app.name_of(item.giver)}</span>
                        <time>{date}</time>
                    </p>
                </li>
            }
        });
        view! {
            <section class="stack-close">
                <h2>{title}</h2>
                <ul class="lines">{lines.collect_view()}</ul>
            </section>
        }
    })
}

/// Writes when an item is due, on the wall clock of its plan.
pub(super) fn due_date(app: App, item: &DueItem) -> String {
    let plan = app
        .couple()
        .zip(app.moment())
        .and_then(|(couple, now)| couple.commitment(item.commitment, &now));
    plan.map_or_else(
        || when::moment(item.due),
        |plan| due_words(&plan.schedule, item.occurrence),
    )
}

fn plan_list(app: App, title: String, plans: Vec<CommitmentView>) -> impl IntoView {
    (!plans.is_empty()).then(|| {
        let lines = plans.into_iter().map(|plan| {
            let by = t_with(
                "plans-by",
                [("name", app.name_of(plan.giver).into()), ("rhythm", plan_words(&plan.schedule).into())],
            );
            let text = if plan.text.is_empty() { t("plan-was-withdrawn") } else { plan.text };
            view! {
                <li class="line">
                    <a class="line-main read" href=Route::Plan(plan.id.to_string()).path()>{text}</a>
                    <p class="small quiet">{by}</p>
                </li>
            }
        });
        view! {
            <section class="stack-close">
                <h2>{title}</h2>
                <ul class="lines">{lines.collect_view()}</ul>
            </section>
        }
    })
}
