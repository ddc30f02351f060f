//! A visit put in knowingly, over others if need be, with the reason; it is written down.

use jiff::civil::{Date, Time};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use troth_wire::network::{Overbook, Practice, Time as Minute};

use super::super::bookings::Bookings;
use crate::app::App;
use crate::part::form::{Form, Takes, area, hinted, label, line, save, select, send};
use crate::part::zoned;
use crate::texts::{t, t_with};
use crate::typed::listing::{format, service};
use crate::typed::{Why, Wrong};

/// The draft that holds what is typed.
const DRAFT: &str = "practice-overbook";

/// The most that a reason may be, in characters, as the server takes it.
const LONGEST: usize = 280;

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Typed {
    day: String,
    time: String,
    minutes: String,
    format: String,
    service: String,
    why: String,
}

impl Typed {
    fn new(practice: &Practice) -> Self {
        let minutes = practice.hours.as_ref().and_then(|it| it.minutes.first());
        Self {
            minutes: minutes.map_or_else(|| "50".to_owned(), u32::to_string),
            format: "video".to_owned(),
            service: "couples".to_owned(),
            ..Self::default()
        }
    }

    fn read(&self, zone: &str) -> Result<Overbook, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut say = |field: &str, why| {
            wrong.push(Wrong {
                field: field.to_owned(),
                why,
            });
        };
        let day = self.day.trim().parse::<Date>();
        let time = self.time.trim().parse::<Time>();
        if day.is_err() {
            say("over-day", Why::Day);
        }
        match &time {
            Ok(time) if time.minute() % 15 == 0 => (),
            Ok(_) => say("over-time", Why::Quarter),
            Err(_) => say("over-time", Why::Time),
        }
        let minutes = self.minutes.trim().parse::<u32>().unwrap_or(0);
        if !(5..=480).contains(&minutes) {
            say("over-minutes", Why::Number);
        }
        let why = self.why.trim();
        if why.is_empty() {
            say("over-why", Why::Missing);
        }
        if why.chars().count() > LONGEST {
            say("over-why", Why::TooLong);
        }
        let start = day.ok().zip(time.ok()).and_then(|(day, time)| {
            let instant = zoned::instant_in(day.to_datetime(time), zone)?;
            u32::try_from(instant.as_second() / 60).ok()
        });
        match (start, format(&self.format), service(&self.service)) {
            (Some(start), Some(format), Some(service)) if wrong.is_empty() => Ok(Overbook {
                start: Minute(start),
                minutes,
                format,
                service,
                client: None,
                why: why.to_owned(),
            }),
            _ => {
                if wrong.is_empty() {
                    wrong.push(Wrong {
                        field: "over-time".to_owned(),
                        why: Why::Time,
                    });
                }
                Err(wrong)
            }
        }
    }
}

/// Draws the form, behind one word.
pub(super) fn form(app: App, found: Bookings, practice: &Practice) -> impl IntoView + use<> {
    let zone = practice
        .hours
        .as_ref()
        .map_or_else(crate::browser::zone, |hours| hours.zone.clone());
    let form = Form::new(Typed::new(practice)).keep(app, DRAFT);
    let clock = t_with("overbook-clock", [("zone", zoned::zone_name(&zone).into())]);
    let put = move |event: SubmitEvent| {
        event.prevent_default();
        match form.with_untracked(|typed| typed.read(&zone)) {
            Err(wrong) => form.tell(wrong),
            Ok(visit) => {
                let work = found.after(app, app.overbook(visit));
                send(app, form, field, work, move |fresh| {
                    found.set(fresh);
                    app.tell(t("overbook-done"));
                });
            }
        }
    };
    let formats = vec![
        ("video".to_owned(), t("practice-video")),
        ("in_person".to_owned(), t("practice-in-person")),
    ];
    let services = vec![
        ("couples".to_owned(), t("practice-couples")),
        ("individual".to_owned(), t("practice-individual")),
    ];
    view! {
        <details>
            <summary>{t("overbook-title")}</summary>
            <form class="stack" on:submit=put novalidate>
                <p>{t("overbook-text")}</p>
                <p class="small quiet">{clock}</p>
                <div class="pair">
                    {line(form, "over-day", label(t("overbook-day")), Takes::Day, |typed| Some(&mut typed.day))}
                    {line(form, "over-time", label(t("overbook-time")), Takes::Time, |typed| Some(&mut typed.time))}
                    {line(form, "over-minutes", label(t("overbook-minutes")), Takes::Number, |typed| Some(&mut typed.minutes))}
                    {select(form, "over-format", label(t("overbook-format")), formats, |typed| Some(&mut typed.format))}
                    {select(form, "over-service", label(t("overbook-service")), services, |typed| Some(&mut typed.service))}
                </div>
                {area(form, "over-why", hinted(t("overbook-why"), t("overbook-why-hint")), |typed| Some(&mut typed.why))}
                {save(form, t("overbook-button"))}
            </form>
        </details>
    }
}

/// Finds the field that the server names.
fn field(pointer: &str) -> Option<String> {
    match pointer {
        "/start" => Some("over-time".to_owned()),
        "/minutes" => Some("over-minutes".to_owned()),
        "/why" => Some("over-why".to_owned()),
        _ => None,
    }
}
