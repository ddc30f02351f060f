//! What is read again at the moment of every commitment: hours, notice, horizon, busy times.

use troth_booking::Visit;
use troth_booking::rules::{Hours, NotOffered, Slot};

use crate::network::op::calendar;
use crate::network::op::provider::{self, ListingState, ProviderRow};
use crate::network::store::{Minute, NetworkError, ProviderId, Rows, broken};

/// Finds a listing that takes bookings now.
///
/// # Errors
///
/// [`NetworkError::NotFound`], [`NetworkError::NotBookable`]: no such listing, or not open.
pub(in crate::network::op) async fn open_listing<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
) -> Result<ProviderRow, NetworkError> {
    let listing = provider::lookup(rows, provider).await?;
    let listing = listing.ok_or(NetworkError::NotFound)?;
    if listing.state == ListingState::Verified {
        Ok(listing)
    } else {
        Err(NetworkError::NotBookable)
    }
}

/// Checks that a provider offers a time now, and says with which free minutes around it.
///
/// Reads the listing, the hours and the busy times as they are in this transaction; the caller
/// has locked the provider. `asked` is the minute from which notice and horizon count: that of
/// the hold, so that nobody loses a held time to the minutes of holding it.
///
/// # Errors
///
/// - [`NetworkError::NotFound`], [`NetworkError::NotBookable`]: no such listing, or not open.
/// - [`NetworkError::NotOffered`]: the rules say why.
pub(in crate::network::op) async fn still_offered<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    slot: Slot,
    asked: Minute,
) -> Result<(Visit, Hours), NetworkError> {
    open_listing(rows, provider).await?;
    let calendar = calendar::hours(rows, provider).await?;
    let calendar = calendar.filter(|it| !it.hours.is_empty());
    let calendar = calendar.ok_or(NetworkError::NotOffered(NotOffered::Closed))?;
    let hours: Hours = serde_json::from_slice(&calendar.hours).map_err(|_| broken())?;
    let around = hours.visit(slot.start, slot.minutes).with_buffers();
    let busy = calendar::busy(rows, provider, around).await?;
    let visit = hours.offers(slot, &busy, asked)?;
    Ok((visit, hours))
}
