//! Listings as the API shows them.

use troth_booking::{Minute, ProviderId, Span};
use troth_match::proof::{self, Evidence, EvidenceKind, Standing};
use troth_wire::network as wire;
use troth_wire::network::{ProblemCode, Time};

use super::call::Call;
use super::hours::{hours_shown, read_hours};
use super::refusal::Refusal;
use crate::network::listing::{Document, Own};
use crate::network::op::audit::IsOperator;
use crate::network::op::calendar::{CalendarRow, LookupCalendar};
use crate::network::op::evidence::{EvidenceRow, LookupEvidence};
use crate::network::op::provider::{ListingState, ProviderRow};
use crate::network::op::quote::ListQuotes;

/// How far ahead busy times are shown to their provider: 60 days.
const BUSY_SPAN: u32 = 60 * 24 * 60;

/// What belongs to a listing, read from the store.
struct Parts {
    own: Own,
    calendar: CalendarRow,
    evidence: Vec<EvidenceRow>,
    quotes: Vec<wire::Quote>,
}

async fn parts(call: &Call<'_>, row: &ProviderRow) -> Result<Parts, Refusal> {
    let plans = call.network.plans().await?;
    let store = &call.network.store;
    let document = Document::read(&row.listing).ok_or(ProblemCode::Internal)?;
    let provider = row.provider;
    let now = call.minute();
    let span = Span::new(Minute(now), Minute(now.saturating_add(BUSY_SPAN)));
    let today = now / (24 * 60);
    let quotes = store.run(ListQuotes { provider }).await?;
    let quotes = quotes.into_iter().filter(|quote| quote.until_day >= today);
    Ok(Parts {
        own: document.own(&plans),
        calendar: store.run(LookupCalendar { provider, span }).await?,
        evidence: store.run(LookupEvidence { provider }).await?,
        quotes: quotes
            .filter_map(|quote| serde_json::from_slice(&quote.bytes).ok())
            .collect(),
    })
}

/// The evidence as the match crate weighs it.
pub(crate) fn weighed(rows: &[EvidenceRow]) -> Vec<Evidence> {
    let one = |row: &EvidenceRow| {
        let kind = EvidenceKind::from_code(row.kind)?;
        let evidence = Evidence {
            minute: i64::from(row.minute.0),
            kind,
        };
        Some(std::iter::repeat_n(
            evidence,
            usize::try_from(row.count).unwrap_or(1),
        ))
    };
    rows.iter().filter_map(one).flatten().collect()
}

/// A provider as everybody sees them.
pub(super) async fn provider(
    call: &Call<'_>,
    row: &ProviderRow,
) -> Result<wire::Provider, Refusal> {
    let parts = parts(call, row).await?;
    let now = i64::from(call.minute());
    let evidence = weighed(&parts.evidence);
    let hours = read_hours(&parts.calendar.hours);
    let today = wire::Day(call.minute() / (24 * 60));
    let proven_at = proof::proven_minute(&evidence, now).and_then(minute);
    let Own {
        listing,
        licences,
        plans,
    } = parts.own;
    let acceptance = |one| wire::Acceptance { proven_at, ..one };
    Ok(wire::Provider {
        id: row.provider.0,
        npi: listing.npi,
        name: listing.name,
        credentials: listing.credentials,
        about: listing.about,
        licences: licences
            .into_iter()
            .filter(|it| it.expires >= today)
            .collect(),
        places: listing.places,
        services: listing.services,
        formats: listing.formats,
        specialties: listing.specialties,
        modalities: listing.modalities,
        languages: listing.languages,
        gender: listing.gender,
        age_band: listing.age_band,
        fee_cents: listing.fee_cents,
        sliding_low_cents: listing.sliding_low_cents,
        years: listing.years,
        accepting: listing.accepting,
        bookable: row.state == ListingState::Verified && hours.is_some(),
        on_request: listing.on_request,
        plans: plans.into_iter().map(acceptance).collect(),
        minutes: hours
            .iter()
            .flat_map(|hours| &hours.minutes)
            .map(|it| u32::from(*it))
            .collect(),
        zone: hours.map(|hours| hours.zone),
        sealing_key: listing.sealing_key,
        sealing_generation: listing.sealing_generation,
        quote_key: listing.quote_key,
        quotes: parts.quotes,
    })
}

/// A listing as its own provider, or an operator, sees it.
pub(super) async fn practice(
    call: &Call<'_>,
    row: &ProviderRow,
) -> Result<wire::Practice, Refusal> {
    let parts = parts(call, row).await?;
    let account = call.account()?;
    let operator = call.network.store.run(IsOperator { account }).await?;
    let hours = read_hours(&parts.calendar.hours);
    let missing = parts.own.missing(hours.is_some());
    Ok(wire::Practice {
        id: row.provider.0,
        state: match row.state {
            ListingState::Draft => wire::PracticeState::Draft,
            ListingState::Pending | ListingState::Imported => wire::PracticeState::Pending,
            ListingState::Verified => wire::PracticeState::Verified,
            ListingState::Refused => wire::PracticeState::Refused,
            ListingState::Withdrawn => wire::PracticeState::Withdrawn,
        },
        reason: Some(row.reason.clone()).filter(|reason| !reason.is_empty()),
        state_at: Time(row.minute.0),
        version: row.version,
        listing: parts.own.listing,
        licences: parts.own.licences,
        plans: parts.own.plans,
        quotes: parts.quotes,
        hours: hours.as_ref().map(hours_shown),
        busy: busy(call, row.provider, &parts.calendar),
        proof: shown_proof(&parts.evidence, call.minute()),
        missing,
        operator,
    })
}

/// The ETag of a practice: the version of the listing and that of the hours.
pub(super) async fn tag(call: &Call<'_>, row: &ProviderRow) -> Result<String, Refusal> {
    let nowhere = Span::new(Minute(0), Minute(0));
    let lookup = LookupCalendar {
        provider: row.provider,
        span: nowhere,
    };
    let calendar = call.network.store.run(lookup).await?;
    Ok(format!("{}.{}", row.version, calendar.version))
}

fn busy(call: &Call<'_>, provider: ProviderId, calendar: &CalendarRow) -> Vec<wire::Busy> {
    if calendar.read.0 == 0 && calendar.feed.is_empty() {
        return Vec::new();
    }
    let blocked = |span: &Span| wire::Blocked {
        from: Time(span.from.0),
        to: Time(span.to.0),
    };
    let failed = call.network.readings.of(&calendar.feed);
    let last = call.network.readings.last(provider).unwrap_or_default();
    let blocks = u32::try_from(calendar.busy.len()).unwrap_or(u32::MAX);
    let trouble = |(line, reason): &(u32, String)| wire::BusyTrouble {
        line: *line,
        reason: reason.clone(),
    };
    vec![wire::Busy {
        address: Some(calendar.feed.clone()).filter(|feed| !feed.is_empty()),
        read_at: Some(Time(calendar.read.0)).filter(|read| read.0 > 0),
        failed: failed.map(|code| code.code().to_owned()),
        events: last.events.max(blocks),
        blocked: calendar.busy.iter().map(blocked).collect(),
        troubles: last.troubles.iter().map(trouble).collect(),
    }]
}

fn shown_proof(rows: &[EvidenceRow], now: u32) -> wire::Proof {
    let evidence = weighed(rows);
    let now = i64::from(now);
    let newest = |kind| {
        evidence
            .iter()
            .filter(|it| it.kind == kind)
            .map(|it| it.minute)
            .max()
    };
    wire::Proof {
        confirmed_at: newest(EvidenceKind::Confirmed).and_then(minute),
        calendar_at: newest(EvidenceKind::CalendarSynced).and_then(minute),
        proven_at: proof::proven_minute(&evidence, now).and_then(minute),
        fresh_until: proof::leaves_at(&evidence, now).and_then(minute),
        state: match Standing::of(proof::confidence(&evidence, now)) {
            Standing::Proven => wire::Freshness::Fresh,
            Standing::Fading => wire::Freshness::Fading,
            Standing::Gone => wire::Freshness::Gone,
        },
    }
}

fn minute(minute: i64) -> Option<Time> {
    u32::try_from(minute).ok().map(Time)
}
