//! Whether a provider offers what is asked for, beside the time and the licences, which the
//! operations check themselves.

use troth_match::set::Code as _;
use troth_match::{Day, Provider, State};
use troth_wire::network::ProblemCode;

use super::call::Call;
use super::refusal::Refusal;
use super::visit::read_details;
use crate::network::listing::{Details, Document, format, service};
use crate::network::op::booking::BookingRow;
use crate::network::op::plan::ListAcceptances;
use crate::network::op::provider::{LookupProvider, ProviderRow};

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// Checks service, format and plan of a new visit against the listing, and that new people are
/// taken.
pub(super) async fn check(
    call: &Call<'_>,
    row: &ProviderRow,
    (details, code): (&Details, &str),
) -> Result<(), Refusal> {
    let Some(state) = State::parse(code) else {
        return Err(Refusal::at(ProblemCode::UnknownName, "/state"));
    };
    let provider = listed(call, row).await?;
    serves(call, &provider, (details, state)).await?;
    if provider.accepting {
        Ok(())
    } else {
        Err(ProblemCode::NotBookable.into())
    }
}

/// Checks the same of a visit that is held, offered or agreed already, before it is accepted or
/// moved. Who no longer takes new people still sees those who have a time.
pub(super) async fn still(call: &Call<'_>, row: &BookingRow) -> Result<(), Refusal> {
    let provider = row.booking.provider;
    let listing = call.network.store.run(LookupProvider { provider }).await?;
    let listing = listing.ok_or(ProblemCode::NotBookable)?;
    let details = read_details(row)?;
    let state = State::from_index(row.place).ok_or(ProblemCode::Internal)?;
    let provider = listed(call, &listing).await?;
    serves(call, &provider, (&details, state)).await
}

async fn listed(call: &Call<'_>, row: &ProviderRow) -> Result<Provider, Refusal> {
    let plans = call.network.plans().await?;
    let document = Document::read(&row.listing).ok_or(ProblemCode::Internal)?;
    Ok(document.provider(row.provider, &plans))
}

async fn serves(
    call: &Call<'_>,
    provider: &Provider,
    (details, state): (&Details, State),
) -> Result<(), Refusal> {
    let refuse = |field: &str| Err(Refusal::at(ProblemCode::NotOffered, field));
    if !provider.services.contains(service(details.service)) {
        return refuse("/service");
    }
    if !provider.formats.contains(format(details.format)) {
        return refuse("/format");
    }
    let Some(name) = &details.plan else {
        return Ok(());
    };
    let plans = call.network.plans().await?;
    let Some(plan) = plans.find_named(name) else {
        return Err(Refusal::at(ProblemCode::UnknownName, "/plan"));
    };
    if provider.accepts(plan.id, state, format(details.format)) {
        return Ok(());
    }
    let today = Day(call.minute() / DAY);
    let lookup = ListAcceptances {
        provider: provider.id,
    };
    let claims = call.network.store.run(lookup).await?;
    let is_claimed = claims.iter().any(|claim| {
        claim.plan == plan.id.0
            && usize::from(claim.place) == usize::from(state.index())
            && claim.formats >> format(details.format).index() & 1 == 1
            && claim.from_day <= today.0
            && (claim.until_day == 0 || today.0 <= claim.until_day)
    });
    if is_claimed { Ok(()) } else { refuse("/plan") }
}
