//! Whether a provider offers what is asked for, beside the time.

use troth_match::{Day, State};
use troth_wire::network::ProblemCode;

use super::call::Call;
use super::refusal::Refusal;
use super::visit::Details;
use crate::network::listing::{Document, format, service};
use crate::network::op::plan::ListAcceptances;
use crate::network::op::provider::ProviderRow;

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// Checks that a provider is licensed in a state on the day of a visit. Both partners' states
/// pass through here: the holder's when the time is held, the partner's when they accept.
pub(super) async fn licensed(
    call: &Call<'_>,
    row: &ProviderRow,
    (code, start): (&str, u32),
) -> Result<(), Refusal> {
    let plans = call.network.plans().await?;
    let document = Document::read(&row.listing).ok_or(ProblemCode::Internal)?;
    let provider = document.provider(row.provider, &plans);
    let state = State::parse(code);
    let state = state.ok_or_else(|| Refusal::at(ProblemCode::UnknownName, "/state"))?;
    let day = Day(start / DAY);
    match provider.licence(state) {
        Some(licence) if licence.expires >= day => Ok(()),
        _ => Err(Refusal::at(ProblemCode::NotOffered, "/state")),
    }
}

/// Checks service, format and plan against the listing.
pub(super) async fn check(
    call: &Call<'_>,
    row: &ProviderRow,
    (details, code): (&Details, &str),
) -> Result<(), Refusal> {
    let refuse = |field: &str| Err(Refusal::at(ProblemCode::NotOffered, field));
    let plans = call.network.plans().await?;
    let document = Document::read(&row.listing).ok_or(ProblemCode::Internal)?;
    let provider = document.provider(row.provider, &plans);
    let today = Day(call.minute() / DAY);
    let Some(state) = State::parse(code) else {
        return Err(Refusal::at(ProblemCode::UnknownName, "/state"));
    };
    if !provider.services.contains(service(details.service)) {
        return refuse("/service");
    }
    if !provider.formats.contains(format(details.format)) {
        return refuse("/format");
    }
    if !provider.accepting {
        return Err(ProblemCode::NotBookable.into());
    }
    let Some(name) = &details.plan else {
        return Ok(());
    };
    let Some(plan) = plans.find_named(name) else {
        return Err(Refusal::at(ProblemCode::UnknownName, "/plan"));
    };
    if provider.accepts(plan.id, state, format(details.format)) {
        return Ok(());
    }
    let lookup = ListAcceptances {
        provider: row.provider,
    };
    let claims = call.network.store.run(lookup).await?;
    let is_claimed = claims.iter().any(|claim| {
        claim.plan == plan.id.0
            && usize::from(claim.place) == usize::from(troth_match::Code::index(state))
            && claim.formats >> troth_match::Code::index(format(details.format)) & 1 == 1
            && claim.from_day <= today.0
            && (claim.until_day == 0 || today.0 <= claim.until_day)
    });
    if is_claimed { Ok(()) } else { refuse("/plan") }
}
