//! The usual week, day by day, and the days that are not as usual.

use leptos::prelude::*;

use crate::part::form::{Form, Takes, label, line, one_of_many, select};
use crate::part::rows::{self, Rows, one_more, rows, take_away};
use crate::texts::{t, t_with};
use crate::typed::at;
use crate::typed::hours::{ChangeTyped, HoursTyped, SpanTyped};

const SPANS: Rows<HoursTyped, SpanTyped> = |typed| &mut typed.spans;

const CHANGES: Rows<HoursTyped, ChangeTyped> = |typed| &mut typed.changes;

/// Draws the seven days, Monday first.
pub(super) fn week(form: Form<HoursTyped>) -> impl IntoView {
    view! {
        <section class="stack">
            <h2>{t("hours-week")}</h2>
            <p class="small quiet">{t("hours-week-hint")}</p>
            <div class="lines">{(1..=7).map(|weekday| day(form, weekday)).collect_view()}</div>
        </section>
    }
}

fn day(form: Form<HoursTyped>, weekday: u8) -> impl IntoView {
    let rows = Memo::new(move |_| {
        form.with(|typed| {
            let spans = typed.spans.iter().enumerate();
            spans
                .filter(|(_, span)| span.weekday == weekday)
                .map(|(row, _)| row)
                .collect::<Vec<_>>()
        })
    });
    let name = weekday_name(weekday);
    let add = t_with("hours-add-on", [("day", name.clone().into())]);
    let of = name.clone();
    view! {
        <fieldset class="day">
            <legend class="label">{name}</legend>
            <div class="day-more">
                {move || rows.with(Vec::is_empty).then(|| view! { <p class="small quiet">{t("hours-none")}</p> })}
                <button
                    type="button"
                    class="button button-word"
                    aria-label=add
                    on:click=move |_| form.change(|typed| typed.spans.push(next_span(typed, weekday)))
                >
                    {t("hours-add")}
                </button>
            </div>
            <div class="day-spans">
                {move || {
                    let rows = rows.get().into_iter().enumerate();
                    rows.map(|(place, row)| span(form, row, of.clone(), place)).collect_view()
                }}
            </div>
        </fieldset>
    }
}

/// Proposes hours: those of the day before if it has some, else nine to five.
fn next_span(typed: &HoursTyped, weekday: u8) -> SpanTyped {
    let has_some = typed.spans.iter().any(|span| span.weekday == weekday);
    let before = typed
        .spans
        .iter()
        .find(|span| !has_some && span.weekday + 1 == weekday && span.every == "1");
    match before {
        Some(span) => SpanTyped {
            weekday,
            ..span.clone()
        },
        None => SpanTyped {
            weekday,
            from: if has_some {
                String::new()
            } else {
                "09:00".into()
            },
            to: if has_some {
                String::new()
            } else {
                "17:00".into()
            },
            every: "1".into(),
            anchor: String::new(),
        },
    }
}

fn span(form: Form<HoursTyped>, row: usize, day: String, place: usize) -> impl IntoView {
    let values = || [("day", day.clone().into()), ("number", (place + 1).into())];
    let which = t_with("hours-which", values());
    let named = |label: String| one_of_many(which.clone(), label);
    let (from, to) = (named(t("hours-from")), named(t("hours-to")));
    let (away, every) = (t_with("hours-away-of", values()), named(t("hours-every")));
    let rhythms = vec![
        ("1".to_owned(), t("hours-every-1")),
        ("2".to_owned(), t("hours-every-2")),
        ("3".to_owned(), t("hours-every-3")),
        ("4".to_owned(), t("hours-every-4")),
    ];
    let anchor = named(t("hours-anchor"));
    let sometimes = Memo::new(move |_| {
        form.with(|typed| {
            let span = typed.spans.get(row);
            span.is_some_and(|span| !matches!(span.every.as_str(), "" | "1"))
        })
    });
    view! {
        <div class="span stack-close">
            <div class="times">
                {line(form, at("from", row), from, Takes::Time, move |typed| {
                    typed.spans.get_mut(row).map(|one| &mut one.from)
                })}
                {line(form, at("to", row), to, Takes::Time, move |typed| {
                    typed.spans.get_mut(row).map(|one| &mut one.to)
                })}
                {select(form, at("every", row), every, rhythms, move |typed| {
                    typed.spans.get_mut(row).map(|one| &mut one.every)
                })}
            </div>
            {move || {
                sometimes
                    .get()
                    .then(|| {
                        line(form, at("anchor", row), anchor.clone(), Takes::Day, move |typed| {
                            typed.spans.get_mut(row).map(|one| &mut one.anchor)
                        })
                    })
            }}
            {take_away(form, (SPANS, row), t("hours-away"), Some(away))}
        </div>
    }
}

/// Draws the days that are not as usual.
pub(super) fn changes(form: Form<HoursTyped>) -> impl IntoView {
    let day_off = || ChangeTyped {
        kind: "off".to_owned(),
        ..ChangeTyped::default()
    };
    view! {
        <section class="stack">
            <h2>{t("hours-changes")}</h2>
            <p class="small quiet">{t("hours-changes-hint")}</p>
            {rows(form, CHANGES, move |at| change(form, at))}
            {one_more(form, CHANGES, t("hours-change-add"), day_off)}
        </section>
    }
}

fn change(form: Form<HoursTyped>, row: usize) -> impl IntoView {
    let values = || [("number", (row + 1).into())];
    let kinds = vec![
        ("off".to_owned(), t("hours-change-off")),
        ("extra".to_owned(), t("hours-change-extra")),
    ];
    let extra = Memo::new(move |_| {
        form.with(|typed| {
            typed
                .changes
                .get(row)
                .is_some_and(|one| one.kind == "extra")
        })
    });
    let fields = view! {
        <div class="pair">
            {line(form, at("date", row), label(t("hours-change-day")), Takes::Day, move |typed| {
                typed.changes.get_mut(row).map(|one| &mut one.date)
            })}
            {select(form, at("kind", row), label(t("hours-change-kind")), kinds, move |typed| {
                typed.changes.get_mut(row).map(|one| &mut one.kind)
            })}
        </div>
        {move || {
            extra
                .get()
                .then(|| {
                    view! {
                        <div class="pair">
                            {line(form, at("extra-from", row), label(t("hours-change-from")), Takes::Time, move |typed| {
                                typed.changes.get_mut(row).map(|one| &mut one.from)
                            })}
                            {line(form, at("extra-to", row), label(t("hours-change-to")), Takes::Time, move |typed| {
                                typed.changes.get_mut(row).map(|one| &mut one.to)
                            })}
                        </div>
                    }
                })
        }}
    };
    let (name, away) = (
        t_with("hours-change", values()),
        t_with("hours-change-away", values()),
    );
    rows::row(form, (CHANGES, row), name, away, fields)
}

/// Names a weekday: 1 is Monday.
pub(super) fn weekday_name(weekday: u8) -> String {
    match weekday {
        1 => t("plan-monday"),
        2 => t("plan-tuesday"),
        3 => t("plan-wednesday"),
        4 => t("plan-thursday"),
        5 => t("plan-friday"),
        6 => t("plan-saturday"),
        _ => t("plan-sunday"),
    }
}
