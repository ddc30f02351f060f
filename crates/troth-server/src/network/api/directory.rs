//! The directory for everybody: words, shards, providers and their times, reports, ghosts.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::StatusCode;
use troth_booking::rules::{self, Ask};
use troth_booking::{Minute, Span};
use troth_match::set::Code;
use troth_match::{ProviderId, State};
use troth_wire::network as wire;
use troth_wire::network::{Done, ProblemCode, Time};

use super::call::Call;
use super::document::document;
use super::hours::read_hours;
use super::refusal::Refusal;
use super::reply::Reply;
use super::shown;
use crate::env::random;
use crate::network::listing::Document;
use crate::network::op::calendar::LookupCalendar;
use crate::network::op::evidence::{AddReport, CountGhosts};
use crate::network::op::provider::{ListProviders, Listed, ListingState, LookupProvider};
use crate::throttle::network;

/// How far ahead times are listed if nothing is said: 14 days.
const USUAL_SPAN: u32 = 14 * 24 * 60;

/// How far ahead times are listed at once: 31 days.
const MAX_SPAN: u32 = 31 * 24 * 60;

/// How long a calendar that was read counts as verified: a day.
const VERIFIED: u32 = 24 * 60;

/// How far back tries count for the ghost rate: 90 days.
const GHOST_SPAN: u32 = 90 * 24 * 60;

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "directory",
    responses((status = 200, description = "The document.", body = serde_json::Value)))]
#[expect(clippy::unused_async, reason = "every handler is one")]
pub(super) async fn openapi(_call: &Call<'_>) -> Result<Reply, Refusal> {
    let text = document().text.clone();
    Ok(Reply::bytes(StatusCode::OK, "application/json", text).public())
}

/// Every word that requests may use.
#[utoipa::path(get, path = "/vocabulary", tag = "directory",
    responses((status = 200, description = "The words.", body = wire::Vocabulary)))]
pub(super) async fn vocabulary(call: &Call<'_>) -> Result<Reply, Refusal> {
    let plans = call.network.plans().await?;
    let plan = |plan: &troth_match::Plan| wire::Plan {
        id: plan.id.0,
        name: plan.name.clone(),
        label: plan.name.clone(),
        states: plan
            .states
            .iter()
            .map(|state| state.code().to_owned())
            .collect(),
    };
    let vocabulary = wire::Vocabulary {
        states: terms::<State>(),
        specialties: terms::<troth_match::Specialty>(),
        modalities: terms::<troth_match::Modality>(),
        languages: terms::<troth_match::Language>(),
        genders: terms::<troth_match::Gender>(),
        age_bands: terms::<troth_match::AgeBand>(),
        plans: plans.iter().map(plan).collect(),
    };
    Ok(Reply::ok(&vocabulary).public())
}

fn terms<C: Code>() -> Vec<wire::Term> {
    let term = |code: C| wire::Term {
        name: code.name().to_owned(),
        label: code.label().to_owned(),
    };
    C::list().map(term).collect()
}

/// The files from which a device matches by itself.
#[utoipa::path(get, path = "/shards", tag = "directory",
    responses((status = 200, description = "The newest publication.", body = wire::ShardList)))]
pub(super) async fn shards(call: &Call<'_>) -> Result<Reply, Refusal> {
    let publisher = &call.network.publisher;
    // As for the index itself: while the database is away, what is at hand is given.
    let _followed = publisher
        .follow(&call.network.store, call.service.instant())
        .await;
    Ok(Reply::ok(&call.published().await?.list).public())
}

/// Providers with a licence in a state.
#[utoipa::path(get, path = "/providers", tag = "directory",
    params(
        ("state" = Option<String>, Query, description = "The state by its postal code.",
            pattern = "^[A-Z]{2}$"),
        ("after" = Option<u32>, Query, description = "The last provider of the page before."),
        ("limit" = Option<u32>, Query, description = "How many at most.", minimum = 1, maximum = 200)
    ),
    responses((status = 200, description = "A page.", body = wire::ProviderList)))]
pub(super) async fn providers(call: &Call<'_>) -> Result<Reply, Refusal> {
    let listed = match call.query::<String>("state")? {
        Some(code) => {
            let state = State::parse(&code);
            let state = state.ok_or_else(|| Refusal::at(ProblemCode::UnknownName, "?state"))?;
            Listed::LicensedIn(state.index())
        }
        None => Listed::In(ListingState::Verified),
    };
    let limit = call.limit()?;
    let list = ListProviders {
        listed,
        after: call.query("after")?.unwrap_or(0),
        limit,
    };
    let rows = call.network.store.run(list).await?;
    let plans = call.network.plans().await?;
    let is_last = rows.len() < usize::try_from(limit).unwrap_or(usize::MAX);
    let next = rows
        .last()
        .filter(|_| !is_last)
        .map(|row| row.provider.0.to_string());
    let bookable = call.network.publisher.begun().await;
    let card = |row: crate::network::op::provider::ProviderRow| {
        let provider = Document::read(&row.listing)?.provider(row.provider, &plans);
        Some(wire::ProviderCard {
            id: row.provider.0,
            name: provider.name,
            credentials: provider.credentials,
            states: provider
                .licences
                .iter()
                .map(|it| it.state.code().to_owned())
                .collect(),
            accepting: provider.accepting,
            bookable: bookable.is_bookable(row.provider),
        })
    };
    let providers = rows.into_iter().filter_map(card).collect();
    Ok(Reply::ok(&wire::ProviderList { providers, next }).public())
}

/// One provider, with prices and the key to which notes are sealed.
#[utoipa::path(get, path = "/providers/{id}", tag = "directory",
    params(("id" = u32, Path, description = "The provider.")),
    responses((status = 200, description = "The listing.", body = wire::Provider)))]
pub(super) async fn provider(call: &Call<'_>) -> Result<Reply, Refusal> {
    let provider = ProviderId(call.id()?);
    let row = call.network.store.run(LookupProvider { provider }).await?;
    let row = row
        .filter(|row| row.state == ListingState::Verified)
        .ok_or(ProblemCode::NotFound)?;
    Ok(Reply::ok(&shown::provider(call, &row).await?).public())
}

/// The times that a provider offers.
#[utoipa::path(get, path = "/providers/{id}/slots", tag = "directory",
    params(
        ("id" = u32, Path, description = "The provider."),
        ("from" = Option<Time>, Query, description = "From when; now if absent."),
        ("to" = Option<Time>, Query, description = "Until when; 14 days later if absent, 31 at most."),
        ("minutes" = Option<u32>, Query, description = "How long; the usual length if absent.",
            minimum = 5, maximum = 480)
    ),
    responses((status = 200, description = "The times.", body = wire::SlotList)))]
pub(super) async fn slots(call: &Call<'_>) -> Result<Reply, Refusal> {
    let provider = ProviderId(call.id()?);
    let row = call.network.store.run(LookupProvider { provider }).await?;
    row.filter(|row| row.state == ListingState::Verified)
        .ok_or(ProblemCode::NotFound)?;
    let now = call.minute();
    let from = call
        .query::<Time>("from")?
        .map_or(now, |from| from.0.max(now));
    let to = call
        .query::<Time>("to")?
        .map_or(from.saturating_add(USUAL_SPAN), |to| to.0);
    let end = to.min(from.saturating_add(MAX_SPAN));
    let minutes: Option<u16> = call.query("minutes")?;
    let span = Span::new(Minute(from), Minute(end));
    let list = list_slots(call, provider, span, minutes).await?;
    let list = wire::SlotList {
        next: (end < to).then_some(Time(end)),
        ..list
    };
    Ok(Reply::ok(&list).public())
}

/// Lists the times of a provider that begin in a span.
pub(super) async fn list_slots(
    call: &Call<'_>,
    provider: ProviderId,
    span: Span,
    minutes: Option<u16>,
) -> Result<wire::SlotList, Refusal> {
    // A visit that begins at the end, and what is kept free around it, reaches further.
    let around = Span::new(span.from.minus(VERIFIED), span.to.plus(VERIFIED));
    let lookup = LookupCalendar {
        provider,
        span: around,
    };
    let calendar = call.network.store.run(lookup).await?;
    let now = call.minute();
    let verified = !calendar.feed.is_empty() && now.saturating_sub(calendar.read.0) <= VERIFIED;
    let Some(hours) = read_hours(&calendar.hours) else {
        return Ok(wire::SlotList {
            slots: Vec::new(),
            verified: false,
            next: None,
        });
    };
    let busy: Vec<Span> = calendar
        .busy
        .iter()
        .chain(&calendar.taken)
        .copied()
        .collect();
    let ask = Ask {
        from: span.from,
        to: span.to,
        minutes,
        now: Minute(now),
    };
    // A length that is not offered has no times.
    let slots = rules::slots(&hours, &busy, &ask).unwrap_or_default();
    let slot = |slot: &rules::Slot| wire::Slot {
        start: Time(slot.start.0),
        minutes: u32::from(slot.minutes),
    };
    Ok(wire::SlotList {
        slots: slots.iter().map(slot).collect(),
        verified,
        next: None,
    })
}

/// Says in one tap that a listing is not what it says. Nobody is named, and several have to say so.
#[utoipa::path(post, path = "/reports", tag = "directory", request_body = wire::Report,
    responses((status = 202, description = "Noted.", body = Done)))]
pub(super) async fn report(call: &Call<'_>) -> Result<Reply, Refusal> {
    use wire::ReportKind::{Closed, NoAnswer, NotAccepting, NotThere, PlanNotTaken, Wrong};

    let report: wire::Report = call.body()?;
    call.slow()?;
    let add = AddReport {
        provider: ProviderId(report.provider),
        what: match report.what {
            NoAnswer => 0,
            NotAccepting => 1,
            PlanNotTaken => 2,
            NotThere => 3,
            Closed => 4,
            Wrong => 5,
        },
        // All of one household, or of what stands behind one proxy, is one reporter.
        network: network(call.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))),
        key: random(call.service.env.as_ref()),
        minute: Minute(call.minute()),
    };
    call.network.store.run(add).await?;
    call.network.publisher.changed();
    Ok(Reply::json(StatusCode::ACCEPTED, &Done {}))
}

/// How many listings are ghosts here.
#[utoipa::path(get, path = "/ghosts", tag = "directory",
    responses((status = 200, description = "The rate with its interval.", body = wire::Ghosts)))]
pub(super) async fn ghosts(call: &Call<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::ok(&count_ghosts(call).await?).public())
}

/// Counts the ghosts of this instance.
pub(super) async fn count_ghosts(call: &Call<'_>) -> Result<wire::Ghosts, Refusal> {
    use troth_match::proof::{EvidenceKind, GhostRate, Outcome};

    // Counted to the hour, so that the answer can be kept for a while.
    let now = call.minute() / 60 * 60;
    let since = Minute(now.saturating_sub(GHOST_SPAN));
    let counts = call.network.store.run(CountGhosts { since }).await?;
    let mut rate = GhostRate::default();
    for (kind, count) in counts.evidence {
        match EvidenceKind::from_code(kind).and_then(Outcome::of) {
            Some(Outcome::Reached) => rate.attempts += count,
            Some(Outcome::Ghost) => {
                rate.attempts += count;
                rate.ghosts += count;
            }
            None => {}
        }
    }
    let published = call.network.publisher.begun().await;
    let interval = rate.interval();
    Ok(wire::Ghosts {
        listed: published.listed,
        stale: published.stale,
        attempts: rate.attempts,
        ghosts: rate.ghosts,
        rate_permille: rate.per_mille(),
        low_permille: interval.map(|it| it.0),
        high_permille: interval.map(|it| it.1),
        counted: Time(now),
    })
}
