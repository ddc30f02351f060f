//! When something is due: the form for it, and its words.

use jiff::civil::{Date, DateTime, Time, Weekday};
use leptos::prelude::*;
use troth_core::{Frequency, Occurrence, Rule, RuleDay, RuleEnd, Schedule};

use crate::browser;
use crate::part::field::{Kind, choice, line, tick};
use crate::part::when;
use crate::part::zoned::instant_in;
use crate::texts::{t, t_with};

/// The days of the week with their names, Monday first.
const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Shape {
    Once,
    By,
    Every,
}

/// What is typed into the form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScheduleForm {
    shape: RwSignal<Option<Shape>>,
    day: RwSignal<String>,
    time: RwSignal<String>,
    zone: RwSignal<String>,
    rhythm: RwSignal<String>,
    weekdays: [(Weekday, RwSignal<bool>); 7],
}

impl ScheduleForm {
    /// Begins with a plan that exists, or with tomorrow at six in the zone of this device.
    pub(crate) fn new(plan: Option<&Schedule>) -> Self {
        let tomorrow = when::today().tomorrow().unwrap_or(Date::ZERO);
        let evening = tomorrow.at(18, 0, 0, 0);
        let (shape, start, zone) = match plan {
            None => (Shape::Once, evening, browser::zone()),
            Some(Schedule::Once { due, zone }) => (Shape::Once, *due, zone.clone()),
            Some(Schedule::ByDate { date, zone }) => {
                (Shape::By, date.at(18, 0, 0, 0), zone.clone())
            }
            Some(Schedule::Every { start, zone, .. }) => (
                Shape::Every,
                start.time().to_datetime(tomorrow),
                zone.clone(),
            ),
        };
        let rule = match plan {
            Some(Schedule::Every { rule, .. }) => Some(rule),
            _ => None,
        };
        let ticked =
            |day: Weekday| rule.is_some_and(|rule| rule.days.iter().any(|one| one.weekday == day));
        Self {
            shape: RwSignal::new(Some(shape)),
            day: RwSignal::new(start.date().to_string()),
            time: RwSignal::new(start.strftime("%H:%M").to_string()),
            zone: RwSignal::new(zone),
            rhythm: RwSignal::new(rhythm_of(rule).to_owned()),
            weekdays: WEEK.map(|day| (day, RwSignal::new(ticked(day)))),
        }
    }

    /// Reads the form; `None` while a day, time or rhythm is missing.
    pub(crate) fn schedule(self) -> Option<Schedule> {
        let date: Date = self.day.get_untracked().parse().ok()?;
        let time: Time = self
            .time
            .get_untracked()
            .parse()
            .ok()
            .unwrap_or(Time::midnight());
        let zone = self.zone.get_untracked().trim().to_owned();
        Some(match self.shape.get_untracked()? {
            Shape::Once => Schedule::Once {
                due: date.to_datetime(time),
                zone,
            },
            Shape::By => Schedule::ByDate { date, zone },
            Shape::Every => Schedule::Every {
                rule: self.rule(),
                start: date.to_datetime(time),
                zone,
            },
        })
    }

    fn rule(self) -> Rule {
        let (frequency, interval) = match self.rhythm.get_untracked().as_str() {
            "daily" => (Frequency::Daily, 1),
            "fortnightly" => (Frequency::Weekly, 2),
            "monthly" => (Frequency::Monthly, 1),
            _ => (Frequency::Weekly, 1),
        };
        let days = if frequency == Frequency::Weekly {
            self.weekdays
                .iter()
                .filter(|(_, ticked)| ticked.get_untracked())
                .map(|(weekday, _)| RuleDay {
                    weekday: *weekday,
                    place: None,
                })
                .collect()
        } else {
            Vec::new()
        };
        Rule {
            frequency,
            interval,
            days,
            month_days: Vec::new(),
            hours: Vec::new(),
            minutes: Vec::new(),
            end: RuleEnd::Never,
        }
    }
}

fn rhythm_of(rule: Option<&Rule>) -> &'static str {
    match rule.map(|rule| (rule.frequency, rule.interval)) {
        Some((Frequency::Daily, _)) => "daily",
        Some((Frequency::Monthly, _)) => "monthly",
        Some((Frequency::Weekly, 2)) => "fortnightly",
        _ => "weekly",
    }
}

/// Draws the form.
pub(crate) fn schedule_fields(form: ScheduleForm) -> impl IntoView {
    let shape = form.shape;
    let every = move || shape.get() == Some(Shape::Every);
    view! {
        <fieldset class="stack-close">
            <legend class="label">{t("plan-when")}</legend>
            {choice("shape", Shape::Once, t("plan-once"), t("plan-once-hint"), shape)}
            {choice("shape", Shape::By, t("plan-by"), t("plan-by-hint"), shape)}
            {choice("shape", Shape::Every, t("plan-every"), t("plan-every-hint"), shape)}
        </fieldset>
        {move || every().then(|| rhythm_fields(form))}
        <div class="pair">
            {move || {
                let label = if every() { t("plan-from") } else { t("plan-day") };
                line("day", label, String::new(), Kind::Day, form.day)
            }}
            {move || {
                (shape.get() != Some(Shape::By))
                    .then(|| line("time", t("plan-time"), String::new(), Kind::Time, form.time))
            }}
        </div>
        {line("zone", t("plan-zone"), t("plan-zone-hint"), Kind::Text("off"), form.zone)}
    }
}

fn rhythm_fields(form: ScheduleForm) -> impl IntoView {
    let rhythm = form.rhythm;
    let option = move |value: &'static str, words: String| {
        view! { <option value=value selected=move || rhythm.get() == value>{words}</option> }
    };
    let weekly = move || matches!(rhythm.get().as_str(), "weekly" | "fortnightly");
    view! {
        <div class="field">
            <label class="label" for="rhythm">{t("plan-rhythm")}</label>
            <select
                id="rhythm"
                class="input input-narrow"
                on:change=move |event| rhythm.set(event_target_value(&event))
            >
                {option("daily", t("plan-daily"))}
                {option("weekly", t("plan-weekly"))}
                {option("fortnightly", t("plan-fortnightly"))}
                {option("monthly", t("plan-monthly"))}
            </select>
        </div>
        {move || {
            weekly()
                .then(|| {
                    view! {
                        <fieldset class="stack-close">
                            <legend class="label">{t("plan-weekdays")}</legend>
                            <div class="weekdays">
                                {form
                                    .weekdays
                                    .into_iter()
                                    .map(|(day, ticked)| tick(weekday_name(day), String::new(), ticked))
                                    .collect_view()}
                            </div>
                        </fieldset>
                    }
                })
        }}
    }
}

fn weekday_name(day: Weekday) -> String {
    match day {
        Weekday::Monday => t("plan-monday"),
        Weekday::Tuesday => t("plan-tuesday"),
        Weekday::Wednesday => t("plan-wednesday"),
        Weekday::Thursday => t("plan-thursday"),
        Weekday::Friday => t("plan-friday"),
        Weekday::Saturday => t("plan-saturday"),
        Weekday::Sunday => t("plan-sunday"),
    }
}

/// Writes a plan in words.
pub(crate) fn plan_words(plan: &Schedule) -> String {
    match plan {
        Schedule::Once { due, .. } => t_with("rhythm-once", [("date", when::civil(*due).into())]),
        Schedule::ByDate { date, .. } => t_with("rhythm-by", [("date", when::day(*date).into())]),
        Schedule::Every { rule, start, .. } => rule_words(rule, *start),
    }
}

/// Writes one due time on the wall clock of its plan; the zone is named where it is not the one of this device.
pub(crate) fn due_words(plan: &Schedule, occurrence: Occurrence) -> String {
    match plan {
        Schedule::ByDate { date, .. } => when::day(*date),
        Schedule::Once { zone, .. } | Schedule::Every { zone, .. } => {
            let clock = when::civil(occurrence.local);
            if is_own_clock(occurrence.local, zone) {
                clock
            } else {
                format!("{clock} ({zone})")
            }
        }
    }
}

/// Whether the clock of a zone shows what the one of this device shows: the same zone may have two names.
fn is_own_clock(at: DateTime, zone: &str) -> bool {
    let own = browser::zone();
    *zone == own || instant_in(at, zone).is_some_and(|it| instant_in(at, &own) == Some(it))
}

fn rule_words(rule: &Rule, start: DateTime) -> String {
    let time = rule_time(rule, start);
    let count = usize::from(rule.interval);
    let days = if rule.days.is_empty() {
        weekday_name(start.weekday())
    } else {
        rule.days
            .iter()
            .map(|day| weekday_name(day.weekday))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match (rule.frequency, count) {
        (Frequency::Daily, 0 | 1) => t_with("rhythm-daily", [("time", time.into())]),
        (Frequency::Daily, _) => t_with(
            "rhythm-days",
            [("count", count.into()), ("time", time.into())],
        ),
        (Frequency::Weekly, 0 | 1) => t_with(
            "rhythm-weekly",
            [("days", days.into()), ("time", time.into())],
        ),
        (Frequency::Weekly, _) => t_with(
            "rhythm-weeks",
            [
                ("count", count.into()),
                ("days", days.into()),
                ("time", time.into()),
            ],
        ),
        (Frequency::Monthly, _) => month_words(rule, time),
    }
}

/// Names the months, or the years where they are whole years.
fn month_words(rule: &Rule, time: String) -> String {
    let counted = |count: u16| {
        [
            ("count", usize::from(count).into()),
            ("time", time.clone().into()),
        ]
    };
    match (rule.years(), rule.interval) {
        (Some(1), _) => t_with("rhythm-yearly", [("time", time.into())]),
        (Some(years), _) => t_with("rhythm-years", counted(years)),
        (None, 0 | 1) => t_with("rhythm-monthly", [("time", time.into())]),
        (None, months) => t_with("rhythm-months", counted(months)),
    }
}

fn rule_time(rule: &Rule, start: DateTime) -> String {
    let hour = rule
        .hours
        .first()
        .copied()
        .map_or(start.hour(), |hour| i8::try_from(hour).unwrap_or(0));
    let minute = rule
        .minutes
        .first()
        .copied()
        .map_or(start.minute(), |minute| i8::try_from(minute).unwrap_or(0));
    format!("{hour:02}:{minute:02}")
}
