//! Real times as a list of days, each with its times: for a thumb, for Tab, and read aloud with their counts.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use leptos::prelude::*;

use crate::part::when;
use crate::part::zoned::{apart, there, zone_name};
use crate::texts::{t, t_with};

/// How many days are drawn before someone asks for more.
const FIRST_DAYS: usize = 2;

/// How many times of a day are drawn before someone asks for more.
const FIRST_TIMES: usize = 4;

/// One time on the clock of this device.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Start {
    at: Timestamp,
    here: DateTime,
}

/// The times of one day.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct DayTimes {
    day: Date,
    starts: Vec<Start>,
}

/// Sorts instants into the days of this device's clock.
pub(crate) fn by_day(starts: impl IntoIterator<Item = Timestamp>) -> Vec<DayTimes> {
    let mut days: Vec<DayTimes> = Vec::new();
    for at in starts {
        let Some(here) = when::local(at) else {
            continue;
        };
        let start = Start { at, here };
        match days.last_mut() {
            Some(last) if last.day == here.date() => last.starts.push(start),
            _ => days.push(DayTimes {
                day: here.date(),
                starts: vec![start],
            }),
        }
    }
    days
}

/// Writes a day as people say it, such as "Thursday 3 December".
pub(crate) fn day_name(day: Date) -> String {
    day.strftime("%A %-d %B").to_string()
}

/// Draws the days and times; pressing one calls `choose`. `with` is said after each time to those who listen.
pub(crate) fn times(
    days: Vec<DayTimes>,
    zone: Option<String>,
    with: String,
    choose: impl Fn(Timestamp) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let all: usize = days.iter().map(|day| day.starts.len()).sum();
    let open = RwSignal::new(false);
    let some: usize = days
        .iter()
        .take(FIRST_DAYS)
        .map(|day| day.starts.len().min(FIRST_TIMES))
        .sum();
    let first = days.clone();
    let (list_zone, list_with) = (zone.clone(), with.clone());
    let shown = move || {
        let (count, many) = if open.get() {
            (days.len(), usize::MAX)
        } else {
            (FIRST_DAYS, FIRST_TIMES)
        };
        first
            .iter()
            .take(count)
            .map(|day| one_day(day, many, list_zone.as_deref(), &list_with, choose))
            .collect_view()
    };
    let label = t_with(
        "times-label",
        [("with", with.clone().into()), ("count", all.into())],
    );
    view! {
        <div class="free" role="group" aria-label=label>
            {shown}
            {move || {
                (!open.get() && all > some)
                    .then(|| {
                        let words = t_with("times-all", [("count", all.into())]);
                        let said = t_with("times-all-with", [("count", all.into()), ("with", with.clone().into())]);
                        view! {
                            <button type="button" class="button button-word" aria-label=said on:click=move |_| open.set(true)>
                                {words}
                            </button>
                        }
                    })
            }}
        </div>
    }
}

fn one_day<F: Fn(Timestamp) + Copy + Send + Sync + 'static>(
    day: &DayTimes,
    many: usize,
    zone: Option<&str>,
    with: &str,
    choose: F,
) -> impl IntoView + use<F> {
    let name = day_name(day.day);
    let label = t_with(
        "times-day",
        [
            ("day", name.clone().into()),
            ("count", day.starts.len().into()),
        ],
    );
    let buttons: Vec<_> = day
        .starts
        .iter()
        .take(many)
        .map(|start| time(*start, &name, zone, with, choose))
        .collect();
    view! {
        <div class="free-day">
            <h3 class="free-name">{name}</h3>
            <ul class="free-list" aria-label=label>{buttons}</ul>
        </div>
    }
}

fn time<F: Fn(Timestamp) + Copy + Send + Sync + 'static>(
    start: Start,
    day: &str,
    zone: Option<&str>,
    with: &str,
    choose: F,
) -> impl IntoView + use<F> {
    let clock = start.here.strftime("%H:%M").to_string();
    let partner = zone.and_then(|zone| there(start.at, zone));
    let mut label = t_with(
        "times-one",
        [
            ("day", day.into()),
            ("time", clock.clone().into()),
            ("with", with.into()),
        ],
    );
    if let Some(partner) = &partner {
        label.push_str(", ");
        label.push_str(&t_with(
            "times-partner",
            [("time", partner.as_str().into())],
        ));
    }
    view! {
        <li>
            <button type="button" class="time figures" aria-label=label on:click=move |_| choose(start.at)>
                {clock}
            </button>
        </li>
    }
}

/// Says how far the partner's clock is from this one, where it is another.
pub(crate) fn apart_words(zone: &str, at: Timestamp) -> Option<String> {
    let minutes = apart(at, zone)?;
    let hours = format_hours(minutes.unsigned_abs());
    let clock = zone_name(zone);
    let values = [("hours", hours.into()), ("clock", clock.into())];
    Some(if minutes > 0 {
        t_with("times-ahead", values)
    } else {
        t_with("times-behind", values)
    })
}

/// Writes a difference of clocks, such as "1 hour" or "3 hours"; the half of Newfoundland or Adelaide is said too.
fn format_hours(minutes: u64) -> String {
    let (hours, half) = (minutes / 60, minutes % 60);
    match (hours, half) {
        (1, 0) => t("times-hour"),
        (hours, 0) => t_with(
            "times-hours",
            [("count", usize::try_from(hours).unwrap_or(0).into())],
        ),
        (hours, half) => format!("{hours}:{half:02}"),
    }
}
