//! The own calendar, so that nobody is offered a time that is taken elsewhere: its address or its text, and what was
//! understood of it.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use troth_wire::network::{Blocked, Busy, BusyPut, Practice};

use super::super::heading;
use super::words::at;
use super::{back, no_listing};
use crate::app::App;
use crate::part::choices::{choice, one_of};
use crate::part::doing::{Doing, button, trouble};
use crate::part::form::{Form, Takes, area, hinted, line, save, send};
use crate::part::loaded::{Loaded, loaded};
use crate::part::when;
use crate::route::Practice as Page;
use crate::texts::{t, t_with};
use crate::typed::{Why, Wrong};

/// The draft that holds what is typed.
const DRAFT: &str = "practice-busy";

/// How many taken times are listed; the rest is counted.
const SHOWN: usize = 40;

/// Where the taken times come from, as typed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct BusyTyped {
    kind: String,
    address: String,
    text: String,
}

impl BusyTyped {
    fn of(busy: &[Busy]) -> Self {
        let address = busy.iter().find_map(|one| one.address.clone());
        let pasted = address.is_none() && !busy.is_empty();
        Self {
            kind: if pasted { "text" } else { "address" }.to_owned(),
            address: address.unwrap_or_default(),
            text: String::new(),
        }
    }

    fn read(&self) -> Result<BusyPut, Vec<Wrong>> {
        let (field, words) = if self.kind == "text" {
            ("text", self.text.trim())
        } else {
            ("address", self.address.trim())
        };
        if words.is_empty() {
            return Err(vec![Wrong {
                field: field.to_owned(),
                why: Why::Missing,
            }]);
        }
        let words = Some(words.to_owned());
        Ok(if field == "text" {
            BusyPut {
                calendar: words,
                address: None,
            }
        } else {
            BusyPut {
                calendar: None,
                address: words,
            }
        })
    }
}

pub(super) fn page(app: App) -> impl IntoView {
    let practice = Loaded::ask(app, app.practice());
    view! {
        <div class="stack-wide">
            {heading(t("busy-title"))}
            {loaded(
                app,
                practice,
                move || app.practice(),
                move |found| match found {
                    Some(found) => draw(app, found, practice).into_any(),
                    None => no_listing().into_any(),
                },
            )}
            {back()}
        </div>
    }
}

fn draw(app: App, practice: &Practice, shown: Loaded<Option<Practice>>) -> impl IntoView + use<> {
    let form = Form::new(BusyTyped::of(&practice.busy)).keep(app, DRAFT);
    let pasted = Memo::new(move |_| form.with(|typed| typed.kind == "text"));
    let zone = practice.hours.as_ref().map(|hours| hours.zone.clone());
    let understood: Vec<_> = practice
        .busy
        .iter()
        .map(|busy| understood(busy, zone.as_deref()))
        .collect();
    let any = !understood.is_empty();
    let put = move |event: SubmitEvent| {
        event.prevent_default();
        match form.with_untracked(BusyTyped::read) {
            Err(wrong) => form.tell(wrong),
            Ok(busy) => send(app, form, field, app.put_busy(busy), move |found| {
                shown.set(Some(found));
                app.tell(t("busy-read"));
            }),
        }
    };
    let kinds = vec![
        choice("address", t("busy-by-address"), t("busy-by-address-hint")),
        choice("text", t("busy-by-text"), t("busy-by-text-hint")),
    ];
    view! {
        <form class="stack" on:submit=put novalidate>
            <p>{t("busy-text")}</p>
            {one_of(form, "kind", t("busy-how"), kinds, |typed| &mut typed.kind)}
            {move || {
                if pasted.get() {
                    area(form, "text", hinted(t("busy-paste"), t("busy-paste-hint")), |typed| Some(&mut typed.text))
                        .into_any()
                } else {
                    line(form, "address", hinted(t("busy-address"), t("busy-address-hint")), Takes::Code, |typed| {
                        Some(&mut typed.address)
                    })
                    .into_any()
                }
            }}
            {save(form, t("busy-save"))}
        </form>
        {understood}
        {any.then(|| take_away(app, shown))}
        <p><a href=Page::Hours.path()>{t("busy-hours")}</a></p>
    }
}

/// Says what was understood of a calendar, and what was not.
fn understood(busy: &Busy, zone: Option<&str>) -> impl IntoView + use<> {
    let read = busy.read_at.map(|read| {
        t_with(
            "busy-read-at",
            [("date", when::moment(read.timestamp()).into())],
        )
    });
    let failed = busy.failed.is_some();
    let events = t_with(
        "busy-events",
        [("count", usize::try_from(busy.events).unwrap_or(0).into())],
    );
    let rest = busy.blocked.len().saturating_sub(SHOWN);
    let lines: Vec<_> = busy
        .blocked
        .iter()
        .take(SHOWN)
        .map(|blocked| view! { <li class="line figures">{blocked_words(blocked, zone)}</li> })
        .collect();
    let troubles: Vec<_> = busy
        .troubles
        .iter()
        .map(|trouble| {
            let words = t_with(
                "busy-trouble",
                [
                    ("number", trouble.line.to_string().into()),
                    ("reason", trouble.reason.clone().into()),
                ],
            );
            view! { <li>{words}</li> }
        })
        .collect();
    let any = !troubles.is_empty();
    view! {
        <section class="stack">
            <h2>{t("busy-understood")}</h2>
            <p>{events} " " {read}</p>
            {failed.then(|| view! { <p class="trouble">{t("busy-failed")}</p> })}
            {any.then(|| view! {
                <h3>{t("busy-troubles")}</h3>
                <ul class="plain-list">{troubles}</ul>
            })}
            <details>
                <summary>{t("busy-show")}</summary>
                <ul class="lines">{lines}</ul>
                {(rest > 0).then(|| view! { <p class="small quiet">{t_with("busy-rest", [("count", rest.into())])}</p> })}
            </details>
        </section>
    }
}

fn blocked_words(blocked: &Blocked, zone: Option<&str>) -> String {
    t_with(
        "busy-span",
        [
            ("from", at(blocked.from, zone).into()),
            ("to", at(blocked.to, zone).into()),
        ],
    )
}

fn take_away(app: App, shown: Loaded<Option<Practice>>) -> impl IntoView {
    let doing = Doing::new();
    let away = move || {
        app.run(doing, app.put_busy(BusyPut::default()), move |found| {
            shown.set(Some(found));
            app.tell(t("busy-gone"));
        });
    };
    view! {
        <details>
            <summary>{t("busy-away")}</summary>
            <div class="stack">
                <p>{t("busy-away-text")}</p>
                {trouble(doing)}
                {button(doing, "button button-second", t("busy-away-button"), away)}
            </div>
        </details>
    }
}

/// Finds the field that the server names.
fn field(pointer: &str) -> Option<String> {
    match pointer {
        "/address" => Some("address".to_owned()),
        "/calendar" => Some("text".to_owned()),
        _ => None,
    }
}
