//! When a provider works, and what their calendar blocks.

use std::collections::BTreeSet;

use troth_booking::Minute;
use troth_booking::rules::{self, Clock};
use troth_wire::network as wire;
use troth_wire::network::ProblemCode;

use super::call::Call;
use super::practice::{own_row, practice_reply};
use super::refusal::Refusal;
use super::reply::Reply;
use crate::network::listing::Document;
use crate::network::op::calendar::PutHours;

/// Reads kept hours; nothing if there are none.
pub(crate) fn read_hours(bytes: &[u8]) -> Option<rules::Hours> {
    serde_json::from_slice(bytes).ok()
}

/// Replaces the hours.
#[utoipa::path(put, path = "/practice/hours", tag = "practice", request_body = wire::Hours,
    responses((status = 200, description = "The practice as it is now.", body = wire::Practice)))]
pub(super) async fn put(call: &Call<'_>) -> Result<Reply, Refusal> {
    let shown: wire::Hours = call.body()?;
    let row = own_row(call).await?;
    let on_request = match Document::read(&row.listing) {
        Some(Document::Own(own)) => own.listing.on_request,
        _ => true,
    };
    let hours = hours_of(&shown, !on_request)?;
    hours
        .check()
        .map_err(|_| Refusal::at(ProblemCode::Invalid, "/weekly"))?;
    let put = PutHours {
        account: call.account()?,
        replaces: call.expected_hours()?,
        hours: serde_json::to_vec(&hours).map_err(|_| ProblemCode::Internal)?,
        minute: Minute(call.minute()),
    };
    call.network.store.run(put).await?;
    call.network.publisher.changed();
    practice_reply(call).await
}

/// The hours as the booking rules have them.
fn hours_of(shown: &wire::Hours, instant: bool) -> Result<rules::Hours, Refusal> {
    let mut hours = rules::Hours {
        zone: shown.zone.clone(),
        weekly: Vec::new(),
        extra: Vec::new(),
        off: Vec::new(),
        minutes: Vec::new(),
        before: narrow(shown.buffer_before, "/buffer_before")?,
        after: narrow(shown.buffer_after, "/buffer_after")?,
        every: narrow(shown.step, "/step")?,
        notice: shown.notice_minutes,
        horizon: narrow(shown.horizon_days, "/horizon_days")?,
        instant,
    };
    for (index, minutes) in shown.minutes.iter().enumerate() {
        hours
            .minutes
            .push(narrow(*minutes, &format!("/minutes/{index}"))?);
    }
    for (index, weekly) in shown.weekly.iter().enumerate() {
        let wrong =
            |name: &str| Refusal::at(ProblemCode::Invalid, format!("/weekly/{index}/{name}"));
        hours.weekly.push(rules::Weekly {
            days: BTreeSet::from([day(weekly.weekday).ok_or_else(|| wrong("weekday"))?]),
            from: clock(&weekly.from).ok_or_else(|| wrong("from"))?,
            to: clock(&weekly.to).ok_or_else(|| wrong("to"))?,
            weeks: weekly.every_weeks.unwrap_or(1),
            since: weekly.anchor.map(wire::Day::date),
            until: None,
        });
    }
    for (index, change) in shown.exceptions.iter().enumerate() {
        let wrong =
            |name: &str| Refusal::at(ProblemCode::Invalid, format!("/exceptions/{index}/{name}"));
        let date = change.date.date();
        if change.off {
            hours.off.push(rules::Off {
                from: date,
                to: date,
                hours: None,
            });
            continue;
        }
        let part = |text: &Option<String>, name| {
            text.as_deref().and_then(clock).ok_or_else(|| wrong(name))
        };
        hours.extra.push(rules::Extra {
            date,
            from: part(&change.from, "from")?,
            to: part(&change.to, "to")?,
        });
    }
    Ok(hours)
}

/// The hours as the API shows them.
pub(super) fn hours_shown(hours: &rules::Hours) -> wire::Hours {
    let weekly = hours.weekly.iter().flat_map(|weekly| {
        weekly.days.iter().map(|day| wire::WeeklyHours {
            weekday: *day as u8 + 1,
            from: weekly.from.to_string(),
            to: weekly.to.to_string(),
            every_weeks: Some(weekly.weeks).filter(|weeks| *weeks > 1),
            anchor: weekly.since.and_then(wire::Day::of_date),
        })
    });
    let off = hours.off.iter().flat_map(|off| {
        let days = off.from.series(jiff::Span::new().days(1));
        days.take_while(|day| *day <= off.to)
            .take(400)
            .filter_map(|day| {
                Some(wire::HoursChange {
                    date: wire::Day::of_date(day)?,
                    off: true,
                    from: None,
                    to: None,
                })
            })
    });
    let extra = hours.extra.iter().filter_map(|extra| {
        Some(wire::HoursChange {
            date: wire::Day::of_date(extra.date)?,
            off: false,
            from: Some(extra.from.to_string()),
            to: Some(extra.to.to_string()),
        })
    });
    wire::Hours {
        zone: hours.zone.clone(),
        weekly: weekly.collect(),
        exceptions: off.chain(extra).collect(),
        minutes: hours.minutes.iter().map(|it| u32::from(*it)).collect(),
        buffer_before: u32::from(hours.before),
        buffer_after: u32::from(hours.after),
        notice_minutes: hours.notice,
        horizon_days: u32::from(hours.horizon),
        step: u32::from(hours.every),
    }
}

fn narrow(value: u32, field: &str) -> Result<u16, Refusal> {
    u16::try_from(value).map_err(|_| Refusal::at(ProblemCode::Invalid, field))
}

fn clock(text: &str) -> Option<Clock> {
    text.parse().ok()
}

fn day(number: u8) -> Option<rules::Day> {
    use rules::Day::{Fr, Mo, Sa, Su, Th, Tu, We};

    [Mo, Tu, We, Th, Fr, Sa, Su]
        .get(usize::from(number.checked_sub(1)?))
        .copied()
}
