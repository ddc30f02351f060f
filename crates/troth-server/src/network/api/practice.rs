//! The provider's own listing.

use troth_booking::{Minute, Span};
use troth_match::State;
use troth_match::set::Code as _;
use troth_wire::network as wire;
use troth_wire::network::ProblemCode;

use super::call::Call;
use super::directory::list_slots;
use super::hours::read_hours;
use super::refusal::Refusal;
use super::reply::Reply;
use super::shown;
use crate::network::listing::{Details, Document, Own, UnknownName};
use crate::network::op::calendar::{LookupCalendar, PutHours};
use crate::network::op::evidence::ConfirmListing;
use crate::network::op::provider::{
    FindProvider, ListingAct, ListingState, MoveListing, ProviderKey, ProviderRow, PutListing,
};
use crate::network::op::quote::{PutQuotes, QuoteRow};
use crate::network::store::QuoteId;

/// How far ahead the preview shows times: 14 days.
const PREVIEW: u32 = 14 * 24 * 60;

/// The listing of the account that asks.
#[utoipa::path(get, path = "/practice", tag = "practice",
    responses((status = 200, description = "The practice.", body = wire::Practice)))]
pub(super) async fn view(call: &Call<'_>) -> Result<Reply, Refusal> {
    practice_reply(call).await
}

/// Replaces what the listing shows, and makes it the first time.
#[utoipa::path(put, path = "/practice", tag = "practice", request_body = wire::Listing,
    responses((status = 200, description = "The practice as it is now.", body = wire::Practice)))]
pub(super) async fn put_listing(call: &Call<'_>) -> Result<Reply, Refusal> {
    let listing: wire::Listing = call.body()?;
    let before = lookup_own(call).await?;
    let own = match &before {
        Some(row) => Own {
            listing,
            ..read_own(call, row).await?
        },
        None => Own::new(listing),
    };
    let changes_mode = |row: &ProviderRow| match Document::read(&row.listing) {
        Some(Document::Own(before)) => before.listing.on_request != own.listing.on_request,
        _ => true,
    };
    let mode = before
        .as_ref()
        .is_some_and(changes_mode)
        .then_some(!own.listing.on_request);
    let row = put_own(call, before, own).await?;
    if let Some(instant) = mode {
        set_mode(call, &row, instant).await?;
    }
    practice_reply(call).await
}

/// Replaces the licences. An operator looks at the listing again.
#[utoipa::path(put, path = "/practice/licences", tag = "practice", request_body = wire::LicencesPut,
    responses((status = 200, description = "The practice as it is now.", body = wire::Practice)))]
pub(super) async fn put_licences(call: &Call<'_>) -> Result<Reply, Refusal> {
    let put: wire::LicencesPut = call.body()?;
    let row = own_row(call).await?;
    let own = Own {
        licences: put.licences,
        ..read_own(call, &row).await?
    };
    put_own(call, Some(row), own).await?;
    practice_reply(call).await
}

/// Replaces which plans are taken where.
#[utoipa::path(put, path = "/practice/plans", tag = "practice", request_body = wire::PlansPut,
    responses((status = 200, description = "The practice as it is now.", body = wire::Practice)))]
pub(super) async fn put_plans(call: &Call<'_>) -> Result<Reply, Refusal> {
    let put: wire::PlansPut = call.body()?;
    let row = own_row(call).await?;
    let own = Own {
        plans: put.plans,
        ..read_own(call, &row).await?
    };
    put_own(call, Some(row), own).await?;
    practice_reply(call).await
}

/// Replaces the prices, signed on the provider's device.
#[utoipa::path(put, path = "/practice/quotes", tag = "practice", request_body = wire::QuotesPut,
    responses((status = 200, description = "The practice as it is now.", body = wire::Practice)))]
pub(super) async fn put_quotes(call: &Call<'_>) -> Result<Reply, Refusal> {
    let put: wire::QuotesPut = call.body()?;
    let row = own_row(call).await?;
    expect_version(call, &row)?;
    let quotes = put.quotes.into_iter().enumerate();
    let quotes: Result<Vec<_>, _> = quotes.map(|it| quote_row(row.provider.0, it)).collect();
    let quotes = quotes?;
    let put = PutQuotes {
        account: call.account()?,
        quotes,
        minute: Minute(call.minute()),
    };
    call.network.store.run(put).await?;
    practice_reply(call).await
}

/// What is kept of a quote: as it was signed, with what it is for.
fn quote_row(provider: u32, (index, quote): (usize, wire::Quote)) -> Result<QuoteRow, Refusal> {
    let wrong = |name: &str| Refusal::at(ProblemCode::Invalid, format!("/quotes/{index}/{name}"));
    if quote.provider != provider {
        return Err(wrong("provider"));
    }
    if quote.signature.0.len() != 64 {
        return Err(wrong("signature"));
    }
    let id = wire::QuoteId::of_terms(&quote.terms.0);
    let place = State::parse(&quote.state).ok_or_else(|| wrong("state"))?;
    let minutes = u16::try_from(quote.minutes).map_err(|_| wrong("minutes"))?;
    let details = Details {
        format: quote.format,
        service: quote.service,
        plan: quote.plan.clone(),
    };
    let until_day = quote.valid_until.0;
    let quote = wire::Quote {
        id: Some(id),
        ..quote
    };
    Ok(QuoteRow {
        quote: QuoteId(id.0),
        bytes: serde_json::to_vec(&quote).map_err(|_| ProblemCode::Internal)?,
        until_day,
        minutes,
        place: place.index(),
        details: details.write()?,
    })
}

/// Asks the operator to look at the listing.
#[utoipa::path(post, path = "/practice/submit", tag = "practice",
    responses((status = 200, description = "The practice as it is now.", body = wire::Practice)))]
pub(super) async fn submit(call: &Call<'_>) -> Result<Reply, Refusal> {
    let row = own_row(call).await?;
    let own = read_own(call, &row).await?;
    let hours = call.network.store.run(hours_of(&row)).await?;
    let missing = own.missing(read_hours(&hours.hours).is_some());
    if let Some(field) = missing.into_iter().next() {
        return Err(Refusal::at(ProblemCode::Incomplete, field));
    }
    move_listing(call, ListingAct::Submit).await
}

/// Takes the listing out of the directory; it can be submitted again.
#[utoipa::path(post, path = "/practice/withdraw", tag = "practice",
    responses((status = 200, description = "The practice as it is now.", body = wire::Practice)))]
pub(super) async fn withdraw(call: &Call<'_>) -> Result<Reply, Refusal> {
    own_row(call).await?;
    move_listing(call, ListingAct::Withdraw).await
}

/// Says that the listing is still true.
#[utoipa::path(post, path = "/practice/confirm", tag = "practice",
    responses((status = 200, description = "The practice as it is now.", body = wire::Practice)))]
pub(super) async fn confirm(call: &Call<'_>) -> Result<Reply, Refusal> {
    own_row(call).await?;
    let confirm = ConfirmListing {
        account: call.account()?,
        minute: Minute(call.minute()),
    };
    call.network.store.run(confirm).await?;
    call.network.publisher.changed();
    practice_reply(call).await
}

/// The listing as people will see it, with the times of the next 14 days.
#[utoipa::path(get, path = "/practice/preview", tag = "practice",
    responses((status = 200, description = "The listing.", body = wire::Preview)))]
pub(super) async fn preview(call: &Call<'_>) -> Result<Reply, Refusal> {
    let row = own_row(call).await?;
    let now = Minute(call.minute());
    let span = Span::new(now, now.plus(PREVIEW));
    let slots = list_slots(call, row.provider, span, None).await?.slots;
    let provider = shown::provider(call, &row).await?;
    Ok(Reply::ok(&wire::Preview { provider, slots }))
}

async fn lookup_own(call: &Call<'_>) -> Result<Option<ProviderRow>, Refusal> {
    let key = ProviderKey::Account(call.account()?);
    Ok(call.network.store.run(FindProvider { key }).await?)
}

/// The listing of the account that asks, or that there is none.
pub(super) async fn own_row(call: &Call<'_>) -> Result<ProviderRow, Refusal> {
    let row = lookup_own(call).await?;
    row.ok_or_else(|| ProblemCode::NoListing.into())
}

/// Answers with the whole practice.
pub(super) async fn practice_reply(call: &Call<'_>) -> Result<Reply, Refusal> {
    let row = own_row(call).await?;
    let tag = shown::tag(call, &row).await?;
    let reply = Reply::ok(&shown::practice(call, &row).await?);
    Ok(reply.tagged(&tag))
}

async fn read_own(call: &Call<'_>, row: &ProviderRow) -> Result<Own, Refusal> {
    let document = Document::read(&row.listing).ok_or(ProblemCode::Internal)?;
    Ok(document.own(&*call.network.plans().await?))
}

/// Refuses a change of something that the caller does not say to have seen.
fn expect_version(call: &Call<'_>, row: &ProviderRow) -> Result<(), Refusal> {
    match call.expected_version()? {
        None => Err(Refusal::at(ProblemCode::VersionNeeded, "if-match")),
        Some(version) if version == row.version => Ok(()),
        Some(_) => Err(ProblemCode::StaleVersion.into()),
    }
}

/// Keeps a listing in the place of the one that was read before.
async fn put_own(
    call: &Call<'_>,
    before: Option<ProviderRow>,
    own: Own,
) -> Result<ProviderRow, Refusal> {
    if let Some(row) = &before {
        expect_version(call, row)?;
    }
    let plans = call.network.plans().await?;
    let unknown = |unknown: UnknownName| Refusal::at(ProblemCode::UnknownName, unknown.field);
    own.check(&plans).map_err(unknown)?;
    check_sizes(&own)?;
    let check_again = match &before {
        Some(row) => {
            let before = read_own(call, row).await?;
            facts(&before) != facts(&own)
        }
        None => true,
    };
    let put = PutListing {
        account: call.account()?,
        replaces: Some(before.map_or(0, |row| row.version)),
        npi: own.npi(),
        licences: own.licensed(),
        listing: Document::Own(own).write()?,
        check_again,
        minute: Minute(call.minute()),
    };
    let row = call.network.store.run(put).await?;
    call.network.publisher.changed();
    Ok(row)
}

/// What an operator vouches for: name, credentials, NPI and licences. Whoever changes one of them
/// is looked at again.
fn facts(own: &Own) -> (&str, &str, Option<u64>, &[wire::Licence]) {
    let listing = &own.listing;
    (
        &listing.name,
        &listing.credentials,
        own.npi(),
        &own.licences,
    )
}

/// Refuses what the shards could not carry.
fn check_sizes(own: &Own) -> Result<(), Refusal> {
    let wrong = |field: String| Err(Refusal::at(ProblemCode::Invalid, field));
    let mut states: Vec<&str> = own.licences.iter().map(|it| it.state.as_str()).collect();
    states.sort_unstable();
    if states.windows(2).any(|two| two.first() == two.last()) {
        return wrong("/licences".to_owned());
    }
    if own
        .listing
        .sealing_key
        .as_ref()
        .is_some_and(|key| key.0.len() != 1216)
    {
        return wrong("/sealing_key".to_owned());
    }
    if own
        .listing
        .quote_key
        .as_ref()
        .is_some_and(|key| key.0.len() != 32)
    {
        return wrong("/quote_key".to_owned());
    }
    let low = own.listing.sliding_low_cents;
    if low.is_some_and(|low| low > own.listing.fee_cents) {
        return wrong("/sliding_low_cents".to_owned());
    }
    match own.plans.iter().position(|plan| plan.formats.is_empty()) {
        Some(index) => wrong(format!("/plans/{index}/formats")),
        None => Ok(()),
    }
}

const fn hours_of(row: &ProviderRow) -> LookupCalendar {
    LookupCalendar {
        provider: row.provider,
        span: Span::new(Minute(0), Minute(0)),
    }
}

/// Writes into the hours whether visits are booked at once.
async fn set_mode(call: &Call<'_>, row: &ProviderRow, instant: bool) -> Result<(), Refusal> {
    let calendar = call.network.store.run(hours_of(row)).await?;
    let Some(mut hours) = read_hours(&calendar.hours) else {
        return Ok(());
    };
    hours.instant = instant;
    let put = PutHours {
        account: call.account()?,
        replaces: Some(calendar.version),
        hours: serde_json::to_vec(&hours).map_err(|_| ProblemCode::Internal)?,
        minute: Minute(call.minute()),
    };
    call.network.store.run(put).await?;
    Ok(())
}

async fn move_listing(call: &Call<'_>, act: ListingAct) -> Result<Reply, Refusal> {
    let act = MoveListing {
        account: call.account()?,
        act,
        minute: Minute(call.minute()),
    };
    let row = call.network.store.run(act).await?;
    call.network.publisher.changed();
    debug_assert!(
        row.state != ListingState::Verified,
        "only an operator verifies"
    );
    practice_reply(call).await
}
