//! Plans from a payer's table: what was taken, and each row that was not, with its reason.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_wire::network::ImportReport;
use wasm_bindgen::JsCast;

use super::super::heading;
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::doing::{Doing, submit};
use crate::part::field::area;
use crate::texts::{t, t_with};

pub(super) fn page(app: App) -> impl IntoView {
    let table = RwSignal::new(String::new());
    let report = RwSignal::new(None::<ImportReport>);
    let doing = Doing::new();
    let import = move |event: SubmitEvent| {
        event.prevent_default();
        let words = table.get_untracked();
        if words.trim().is_empty() {
            doing.refuse(Trouble::incomplete(t("steward-plans-missing")));
            return;
        }
        app.run(doing, app.import_plans(words), move |told| {
            let _ = report.try_set(Some(told));
            app.tell(t("steward-plans-done"));
        });
    };
    view! {
        <div class="stack-wide">
            <form class="stack" on:submit=import>
                {heading(t("steward-plans-title"))}
                <p>{t("steward-plans-text")}</p>
                <div class="field">
                    <label class="label" for="file">{t("steward-plans-file")}</label>
                    <span class="hint" id="file-hint">{t("steward-plans-file-hint")}</span>
                    <input
                        id="file"
                        class="input"
                        type="file"
                        accept=".csv,text/csv"
                        aria-describedby="file-hint"
                        on:change=move |event| read_file(&event, table)
                    />
                </div>
                {area("table", t("steward-plans-table"), t("steward-plans-table-hint"), table)}
                {submit(doing, t("steward-plans-button"), t("steward-plans-working"))}
            </form>
            {move || report.get().map(told)}
        </div>
    }
}

/// Reads a chosen file into the field; nothing is sent by choosing it.
fn read_file(event: &leptos::ev::Event, table: RwSignal<String>) {
    let Some(input) = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
    else {
        return;
    };
    let Some(file) = input.files().and_then(|files| files.get(0)) else {
        return;
    };
    leptos::task::spawn_local(async move {
        let text = wasm_bindgen_futures::JsFuture::from(file.text()).await;
        if let Some(text) = text.ok().and_then(|text| text.as_string()) {
            let _ = table.try_set(text);
        }
    });
}

fn told(report: ImportReport) -> impl IntoView {
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let facts = [
        t_with("steward-plans-read", [("count", count(report.read).into())]),
        t_with(
            "steward-plans-added",
            [("count", count(report.added).into())],
        ),
        t_with(
            "steward-plans-changed",
            [("count", count(report.changed).into())],
        ),
        t_with(
            "steward-plans-unchanged",
            [("count", count(report.unchanged).into())],
        ),
        t_with(
            "steward-plans-rejected",
            [("count", count(report.rejected_count).into())],
        ),
    ];
    let facts = Vec::from(facts.map(|words| view! { <li>{words}</li> }));
    let shown = report.rejected.len();
    let rest = count(report.rejected_count).saturating_sub(shown);
    let rows: Vec<_> = report
        .rejected
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row" class="figures">{row.line}</th>
                    <td>{row.reason}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="stack">
            <h2 id="report">{t("steward-plans-report")}</h2>
            <ul class="plain-list">{facts}</ul>
            {(shown > 0).then(|| view! {
                <table aria-labelledby="report">
                    <thead>
                        <tr>
                            <th scope="col">{t("steward-plans-line")}</th>
                            <th scope="col">{t("steward-plans-reason")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            })}
            {(rest > 0).then(|| view! { <p class="small quiet">{t_with("steward-plans-more", [("count", rest.into())])}</p> })}
        </section>
    }
}
