//! Whether the record is whole, and equal on both screens.

use leptos::prelude::*;
use troth_sync::view::{HeadView, Verification};

use super::heading;
use crate::app::App;
use crate::part::doing::{Doing, button, trouble};
use crate::part::seam::seam;
use crate::part::when;
use crate::texts::{t, t_with};

pub(super) fn page(app: App) -> impl IntoView {
    let found = RwSignal::new_local(None::<Verification>);
    let doing = Doing::new();
    let check = move || {
        app.run(
            doing,
            async move {
                let _ = app.sync().await;
                app.verify().await
            },
            move |verification| found.set(Some(verification)),
        );
    };
    let health = Memo::new(move |_| app.health());
    view! {
        <div class="stack-wide">
            <div class="stack">
                {heading(t("check-title"))}
                <p>{t("check-text")}</p>
                {trouble(doing)}
                {button(doing, "button", t("check-button"), check)}
                <p class="working quiet" role="status">
                    {move || if doing.is_busy() { t("check-working") } else { String::new() }}
                </p>
                <div role="status" aria-live="polite">{move || found.get().map(result)}</div>
            </div>
            <section class="stack" aria-labelledby="head">
                <h2 id="head">{t("check-head-title")}</h2>
                <p>{t("check-head-text")}</p>
                {move || match health.get().head {
                    Some(head) => head_words(head).into_any(),
                    None => view! { <p class="quiet">{t("check-head-none")}</p> }.into_any(),
                }}
                {move || {
                    health
                        .get()
                        .partner_last_confirmed
                        .map(|at| {
                            let values = [("name", app.other_name().into()), ("date", when::moment(at).into())];
                            view! { <p class="quiet">{t_with("check-partner", values)}</p> }
                        })
                }}
            </section>
        </div>
    }
}

fn head_words(head: HeadView) -> impl IntoView {
    let count = usize::try_from(head.place).unwrap_or(usize::MAX);
    view! {
        <div class="sheet stack-close">
            <p class="spoken-line" data-testid="head">{head.phrase.join(" ")}</p>
            <p class="small quiet figures">{t_with("check-head-place", [("count", count.into())])}</p>
        </div>
    }
}

fn result(verification: Verification) -> impl IntoView {
    let broken = verification.broken.as_ref().map(|broken| {
        let reason = broken.reason.clone();
        match broken.place {
            Some(place) => t_with(
                "check-broken",
                [
                    ("place", place.to_string().into()),
                    ("reason", reason.into()),
                ],
            ),
            None => t_with("check-broken-unknown", [("reason", reason.into())]),
        }
    });
    view! {
        <div class="stack-close">
            {match broken {
                Some(words) => view! { <p class="loss">{words}</p> }.into_any(),
                None => view! { {seam()} <p class="lead">{t("check-whole")}</p> }.into_any(),
            }}
            <ul>
                {verification
                    .by
                    .into_iter()
                    .map(|by| {
                        let count = usize::try_from(by.entries).unwrap_or(usize::MAX);
                        view! { <li>{t_with("check-wrote", [("name", by.name.into()), ("count", count.into())])}</li> }
                    })
                    .collect_view()}
            </ul>
        </div>
    }
}
