//! One person who fits: name, price, real times, why, and what does not fit.

use jiff::Timestamp;
use leptos::prelude::*;
use troth_match::{Card, Code, Format, Found, Minute, Misfit, Reason, State};

use super::later::topic_words;
use super::price;
use super::times::{by_day, times};
use crate::app::App;
use crate::app::booking::time_of;
use crate::app::finding::Chosen;
use crate::intake::{Answers, How, Topic};
use crate::part::when;
use crate::route::Route;
use crate::texts::{t, t_with};

/// Reads a minute of the list as an instant.
pub(crate) fn instant_of(minute: Minute) -> Timestamp {
    Timestamp::from_second(i64::from(minute.0) * 60).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Draws one person who fits.
pub(super) fn result(app: App, found: Found) -> impl IntoView {
    let Found {
        id,
        card,
        reasons,
        misfits,
        starts,
        ..
    } = found;
    let name = card.name.clone();
    let title = if card.credentials.is_empty() {
        name.clone()
    } else {
        format!("{name}, {}", card.credentials)
    };
    let heading_id = format!("result-{}", id.0);
    let labelled = heading_id.clone();
    let zone = app.answers_untracked(partner_zone);
    let minutes = card.visit_minutes;
    let video = by_video(&card, app.answers_untracked(|answers| answers.how));
    let chosen_name = name.clone();
    let choose = StoredValue::new(move |start: Timestamp| Chosen {
        provider: id.0,
        name: chosen_name.clone(),
        start: time_of(start),
        minutes,
        video,
    });
    let pick = move |start: Timestamp| {
        app.choose(Some(choose.with_value(|choose| choose(start))));
        app.go(Route::FindSlot);
    };
    let days = by_day(starts.into_iter().map(instant_of));
    let why = why(&card, &reasons, &app.answers_untracked(Answers::states));
    let not = misfits_words(&misfits);
    view! {
        <article class="result stack" aria-labelledby=labelled>
            <header class="stack-close">
                <h2 id=heading_id>{title}</h2>
                {price::listed(app, &card)}
            </header>
            <div class="result-both stack">
                {if days.is_empty() {
                    view! { <p class="quiet">{t("result-no-times")}</p> }.into_any()
                } else {
                    times(days, zone, name, pick).into_any()
                }}
                <div class="result-why">{list(t("result-why"), why)} {list(t("result-not"), not)}</div>
            </div>
        </article>
    }
}

/// Draws a short list under a word; nothing where it is empty.
fn list(title: String, lines: Vec<String>) -> Option<impl IntoView> {
    if lines.is_empty() {
        return None;
    }
    let lines: Vec<_> = lines
        .into_iter()
        .map(|words| view! { <li>{words}</li> })
        .collect();
    Some(view! {
        <div class="stack-close">
            <h3 class="part-name">{title}</h3>
            <ul class="plain-list">{lines}</ul>
        </div>
    })
}

/// The zone of a partner who takes part and may have another clock.
pub(super) fn partner_zone(answers: &Answers) -> Option<String> {
    (answers.is_for_both() && !answers.clock.is_empty()).then(|| answers.clock.clone())
}

fn by_video(card: &Card, how: Option<How>) -> bool {
    match how {
        Some(How::InPerson) => false,
        Some(How::Either) => card.formats.contains(Format::Video),
        _ => true,
    }
}

fn why(card: &Card, reasons: &[Reason], states: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    let licensed: Vec<&str> = states
        .iter()
        .filter_map(|code| State::parse(code))
        .map(|state| state.label())
        .collect();
    lines.push(t_with("why-licensed", [("states", and(&licensed).into())]));
    let topics = topics(reasons);
    if !topics.is_empty() {
        lines.push(t_with("why-topics", [("topics", topics.join("; ").into())]));
    }
    for reason in reasons {
        match reason {
            Reason::Modality { modality, .. } => {
                lines.push(t_with(
                    "why-approach",
                    [("approach", modality.label().into())],
                ));
            }
            Reason::Gender { .. } => lines.push(t("why-gender")),
            Reason::AgeBand { .. } => lines.push(t("why-age")),
            Reason::Soon { .. } => lines.push(t("why-soon")),
            Reason::Newcomer { .. } => lines.push(t("why-newcomer")),
            _ => {}
        }
    }
    if card.years > 0 {
        lines.push(t_with(
            "why-years",
            [("count", usize::from(card.years).into())],
        ));
    }
    lines.push(t_with(
        "why-proven",
        [("date", proven_day(card.proven).into())],
    ));
    lines
}

fn proven_day(day: troth_match::Day) -> String {
    when::day_of(instant_of(day.midnight()))
}

/// The topics that the met wishes belong to, each once.
fn topics(reasons: &[Reason]) -> Vec<String> {
    let mut seen: Vec<Topic> = Vec::new();
    for reason in reasons {
        if let Reason::Specialty { specialty, .. } = reason
            && let Some(topic) = Topic::of(specialty.name())
            && !seen.contains(&topic)
        {
            seen.push(topic);
        }
    }
    seen.into_iter().map(topic_words).collect()
}

fn misfits_words(misfits: &[Misfit]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let missed: Vec<Topic> = misfits
        .iter()
        .filter_map(|misfit| match misfit {
            Misfit::Specialty { specialty } => Topic::of(specialty.name()),
            _ => None,
        })
        .collect();
    for topic in Topic::ALL {
        // A topic is missed only where none of its specialties is there.
        let wanted = topic.specialties().len();
        if missed.iter().filter(|one| **one == topic).count() == wanted {
            lines.push(t_with("not-topic", [("topic", topic_words(topic).into())]));
        }
    }
    for misfit in misfits {
        match misfit {
            Misfit::Modality { modality } => {
                lines.push(t_with(
                    "not-approach",
                    [("approach", modality.label().into())],
                ));
            }
            Misfit::Gender => lines.push(t("not-gender")),
            Misfit::AgeBand => lines.push(t("not-age")),
            Misfit::Format {
                format: Format::Video,
            } => lines.push(t("not-video")),
            Misfit::Format {
                format: Format::InPerson,
            } => lines.push(t("not-person")),
            Misfit::NotBookable => lines.push(t("not-bookable")),
            _ => {}
        }
    }
    lines
}

/// Joins names as people say them: "California and Nevada".
pub(super) fn and(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first, second] => t_with(
            "two-names",
            [("first", (*first).into()), ("second", (*second).into())],
        ),
        many => many.join(", "),
    }
}
