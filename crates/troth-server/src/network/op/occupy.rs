//! The one way to take a time, whoever takes it and why.
//!
//! # Invariants
//!
//! 1. **Unique cells.** A time is taken by one row for each quarter hour of the provider and of
//!    every person who comes. The primary keys make two takers impossible, whatever else fails.
//! 2. **One way.** Holding, joining, offering, booking, moving and overbooking all come here. A
//!    person's own time is taken only by their own act, or by a waiting list that they joined.
//! 3. **Rising order.** Cells are taken from the earliest on, people in the order of their
//!    pseudonyms, so that no two transactions wait for each other in a circle.
//! 4. **All or nothing.** What was taken before a conflict was met is undone with the
//!    transaction; every conflict is named, not the first alone.

use troth_booking::{Cell, Visit};

use crate::network::store::{
    BookingId, ClientId, Conflict, NetworkError, ProviderId, Rows, broken, values,
};

/// Both databases make the numbers themselves: one statement, however long the visit.
const TAKE: &str = "WITH RECURSIVE span (cell) AS (SELECT CAST($1 AS BIGINT) \
     UNION ALL SELECT cell + 1 FROM span WHERE cell < $2) \
     INSERT INTO cells (provider, cell, layer, booking) \
     SELECT $3, cell, $4, $5 FROM span WHERE true ORDER BY cell ON CONFLICT DO NOTHING";
const TAKE_CLIENT: &str = "WITH RECURSIVE span (cell) AS (SELECT CAST($1 AS BIGINT) \
     UNION ALL SELECT cell + 1 FROM span WHERE cell < $2) \
     INSERT INTO client_cells (client, cell, booking) \
     SELECT $3, cell, $4 FROM span WHERE true ORDER BY cell ON CONFLICT DO NOTHING";
const TAKEN: &str = "SELECT count(*) FROM cells WHERE provider = $1 AND cell >= $2 AND cell <= $3";
const CLIENT_TAKEN: &str =
    "SELECT count(*) FROM client_cells WHERE client = $1 AND cell >= $2 AND cell <= $3";
const TOP_LAYER: &str = "SELECT COALESCE(max(layer), -1) FROM cells \
     WHERE provider = $1 AND cell >= $2 AND cell <= $3";
const FREE: &str = "DELETE FROM cells WHERE booking = $1";
const FREE_CLIENTS: &str = "DELETE FROM client_cells WHERE booking = $1";

/// What is taken of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Nothing more: a person joins a time that is taken already.
    Nobody,
    /// A time that nobody has, in any layer.
    Free(ProviderId),
    /// One more layer over what is there, knowingly.
    Layer(ProviderId, u8),
}

/// A time to be taken.
#[derive(Debug)]
pub(super) struct Taking<'a> {
    pub(super) booking: BookingId,
    pub(super) visit: &'a Visit,
    pub(super) of: Of,
    /// Who comes, each with the conflict that it would be.
    pub(super) clients: &'a [(ClientId, Conflict)],
}

/// The first and the last of some cells.
fn ends(mut cells: impl DoubleEndedIterator<Item = Cell>) -> Result<(u32, u32), NetworkError> {
    let first = cells.next().ok_or_else(broken)?;
    let last = cells.next_back().unwrap_or(first);
    Ok((first.0, last.0))
}

/// Takes the time, or says everything that stands in its way.
///
/// # Errors
///
/// [`NetworkError::Taken`], with every conflict in rising order.
pub(super) async fn occupy<R: Rows>(rows: &mut R, taking: &Taking<'_>) -> Result<(), NetworkError> {
    let mut conflicts = Vec::new();
    let (first, last) = ends(taking.visit.provider_cells())?;
    let wanted = u64::from(last - first) + 1;
    let layer = match taking.of {
        Of::Nobody => None,
        Of::Free(provider) => {
            let mut found = rows
                .lookup(TAKEN, &values![provider, first, last])
                .await?
                .ok_or_else(broken)?;
            if found.number::<u64>()? > 0 {
                conflicts.push(Conflict::Provider);
            }
            Some((provider, 0_u8))
        }
        Of::Layer(provider, layer) => Some((provider, layer)),
    };
    if let Some((provider, layer)) = layer
        && conflicts.is_empty()
    {
        let cells = values![first, last, provider, layer, taking.booking];
        if rows.change(TAKE, &cells).await? != wanted {
            conflicts.push(Conflict::Provider);
        }
    }
    let (first, last) = ends(taking.visit.client_cells())?;
    let wanted = u64::from(last - first) + 1;
    let mut clients = taking.clients.to_vec();
    clients.sort_unstable();
    for (client, conflict) in clients {
        let cells = values![first, last, client, taking.booking];
        if rows.change(TAKE_CLIENT, &cells).await? != wanted {
            conflicts.push(conflict);
        }
    }
    if conflicts.is_empty() {
        return Ok(());
    }
    conflicts.sort_unstable();
    Err(NetworkError::Taken(conflicts))
}

/// Looks, without taking anything, what stands in the way of a time.
pub(super) async fn conflicts<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    visit: &Visit,
    clients: &[(ClientId, Conflict)],
) -> Result<Vec<Conflict>, NetworkError> {
    let mut conflicts = Vec::new();
    let (first, last) = ends(visit.provider_cells())?;
    let found = rows.lookup(TAKEN, &values![provider, first, last]).await?;
    if found.ok_or_else(broken)?.number::<u64>()? > 0 {
        conflicts.push(Conflict::Provider);
    }
    let (first, last) = ends(visit.client_cells())?;
    for (client, conflict) in clients {
        let found = rows
            .lookup(CLIENT_TAKEN, &values![*client, first, last])
            .await?;
        if found.ok_or_else(broken)?.number::<u64>()? > 0 {
            conflicts.push(*conflict);
        }
    }
    conflicts.sort_unstable();
    Ok(conflicts)
}

/// Finds the layer above everything that is booked in a time; 0 where it is free.
pub(super) async fn next_layer<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    visit: &Visit,
) -> Result<u8, NetworkError> {
    let (first, last) = ends(visit.provider_cells())?;
    let found = rows
        .lookup(TOP_LAYER, &values![provider, first, last])
        .await?;
    let top: i64 = found.ok_or_else(broken)?.number()?;
    u8::try_from(top + 1).map_err(|_| broken())
}

/// Gives back every cell of a booking.
pub(super) async fn free<R: Rows>(rows: &mut R, booking: BookingId) -> Result<(), NetworkError> {
    rows.change(FREE, &values![booking]).await?;
    rows.change(FREE_CLIENTS, &values![booking]).await.map(drop)
}
