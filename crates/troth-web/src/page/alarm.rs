//! The record has stopped: what happened, what is safe, what to do.

use leptos::prelude::*;
use troth_sync::view::AlarmKind;

use super::heading;
use crate::app::App;
use crate::route::Route;
use crate::texts::{t, t_with};

pub(super) fn page(app: App) -> impl IntoView {
    let alarm = Memo::new(move |_| app.health().alarm.map(|alarm| (alarm.kind, alarm.place)));
    move || {
        let (kind, place) = alarm.get()?;
        Some(view! {
            <article class="alarm stack-wide">
                <div class="stack">
                    {heading(t("alarm-title"))}
                    <p class="lead">{t("alarm-lead")}</p>
                </div>
                <section class="stack-close">
                    <h2>{t("alarm-happened")}</h2>
                    <p>{happened(kind)}</p>
                    {place.map(|place| view! { <p>{t_with("alarm-place", [("place", place.to_string().into())])}</p> })}
                    <p class="small quiet">{t_with("alarm-code", [("code", kind.code().into())])}</p>
                </section>
                <section class="stack-close">
                    <h2>{t("alarm-safe")}</h2>
                    <p>{t("alarm-safe-text")}</p>
                </section>
                <section class="stack-close">
                    <h2>{t("alarm-do")}</h2>
                    <ul class="plain-list">
                        <li>{t("alarm-do-talk")}</li>
                        <li>{t("alarm-do-copy")}</li>
                        <li>{t("alarm-do-server")}</li>
                    </ul>
                </section>
                <div class="row">
                    <a class="button" href=Route::Copy.path()>{t("alarm-copy-button")}</a>
                    <a class="button button-second" href=Route::Ours.path()>{t("alarm-read-button")}</a>
                </div>
            </article>
        })
    }
}

fn happened(kind: AlarmKind) -> String {
    match kind {
        AlarmKind::Dropped => t("alarm-dropped"),
        AlarmKind::Doubled => t("alarm-doubled"),
        AlarmKind::Reordered => t("alarm-reordered"),
        AlarmKind::RolledBack => t("alarm-rolled-back"),
        AlarmKind::Forked => t("alarm-forked"),
        AlarmKind::Equivocated => t("alarm-equivocated"),
        AlarmKind::Altered => t("alarm-altered"),
        AlarmKind::StrangeMember => t("alarm-strange-member"),
        AlarmKind::SwappedKeys => t("alarm-swapped-keys"),
        AlarmKind::WordsDiffer => t("alarm-words-differ"),
        AlarmKind::RemovalWithheld => t("alarm-removal-withheld"),
        AlarmKind::Unreadable => t("alarm-unreadable"),
        AlarmKind::StrangeDevice => t("alarm-strange-device"),
        AlarmKind::StrangeKey => t("alarm-strange-key"),
        AlarmKind::BoundToAnother => t("alarm-bound-to-another"),
        _ => t("alarm-other"),
    }
}
