//! The one lock of a provider, which is also the mark that something of theirs changed.

use crate::network::store::{Minute, NetworkError, ProviderId, Rows, values};

/// On PostgreSQL the row is locked until the transaction ends; SQLite has one writer anyway.
const TOUCH: &str = "INSERT INTO touched (provider, minute) VALUES ($1, $2) \
     ON CONFLICT (provider) DO UPDATE SET minute = excluded.minute";

/// Locks a provider's rows for the rest of the transaction and marks them as changed.
///
/// Every operation that changes anything of a provider comes here first, and one that changes
/// several comes in rising order. So no two wait for each other in a circle.
pub(super) async fn touch<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    minute: Minute,
) -> Result<(), NetworkError> {
    rows.change(TOUCH, &values![provider, minute])
        .await
        .map(drop)
}
