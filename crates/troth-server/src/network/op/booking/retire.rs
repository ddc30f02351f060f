//! What is left of a therapist whose account is deleted: nothing that can be booked.

use troth_booking::machine::Act;
use troth_wire::AccountId;

use super::{Now, lapse_due, load, settle};
use crate::network::op::lock::touch;
use crate::network::op::provider::{self, ListingState};
use crate::network::op::waitlist;
use crate::network::store::{
    Access, BookingId, NetworkError, Operation, ProviderId, Row, Rows, broken, values,
};

/// What has not begun: held, offered, asked for or booked.
const AHEAD: &str = "SELECT booking FROM bookings WHERE provider = $1 AND start > $2 \
     AND state < 4 ORDER BY start, booking";
/// Frees account and NPI, and keeps only what those who had a visit are shown: the name.
const RETIRE: &str = "UPDATE providers SET npi = 0, account = $1, state = $2, \
     version = version + 1, minute = $3, reason = '', listing = $4 WHERE provider = $5";
/// What belonged to the listing and to nobody else.
const DROP: [&str; 10] = [
    "DELETE FROM provider_states WHERE provider = $1",
    "DELETE FROM acceptances WHERE provider = $1",
    "DELETE FROM evidence WHERE provider = $1",
    "DELETE FROM reported WHERE provider = $1",
    "DELETE FROM reports WHERE provider = $1",
    "DELETE FROM calendars WHERE provider = $1",
    "DELETE FROM busy WHERE provider = $1",
    "DELETE FROM quotes WHERE provider = $1",
    "DELETE FROM feeds WHERE provider = $1",
    "UPDATE imported SET provider = 0 WHERE provider = $1",
];
const ORPHANS: &str = "SELECT p.account FROM providers p WHERE length(p.account) > 0 \
     AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.account = p.account) LIMIT $1";

/// Ends everything of the listing that an account keeps, before the account is deleted: it leaves the
/// directory, what is held, offered, asked for or booked ends with a notice to those who come, nobody
/// waits there any more, and the NPI is free.
///
/// Done again it changes nothing.
#[derive(Debug, Clone)]
pub struct RetireListing {
    /// The account.
    pub account: AccountId,
    /// Makes of a listing what is kept: its name and nothing else.
    pub keep: fn(&[u8]) -> Result<Vec<u8>, NetworkError>,
    /// The minute, and what derives tokens.
    pub now: Now,
}

impl Operation for RetireListing {
    /// The listing that there was.
    type Output = Option<ProviderId>;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let Some(found) = provider::of_account(rows, self.account).await? else {
            return Ok(None);
        };
        let provider = found.provider;
        touch(rows, provider, self.now.minute).await?;
        // Nobody is offered anything of what becomes free.
        waitlist::drop_of(rows, provider).await?;
        loop {
            if lapse_due(rows, provider, &self.now).await? == 0 {
                break;
            }
        }
        self.end_what_is_ahead(rows, provider).await?;
        let listing = provider::lookup(rows, provider).await?;
        let kept = (self.keep)(&listing.ok_or_else(broken)?.listing)?;
        let nothing: &[u8] = &[];
        let gone = ListingState::Withdrawn;
        let retired = values![nothing, gone, self.now.minute, &kept, provider];
        rows.change(RETIRE, &retired).await?;
        for statement in DROP {
            rows.change(statement, &values![provider]).await?;
        }
        Ok(Some(provider))
    }
}

impl RetireListing {
    async fn end_what_is_ahead<R: Rows>(
        &self,
        rows: &mut R,
        provider: ProviderId,
    ) -> Result<(), NetworkError> {
        let ahead = rows
            .query(AHEAD, &values![provider, self.now.minute])
            .await?;
        for mut row in ahead {
            let id = BookingId(row.fixed()?);
            let mut row = load(rows, id).await?.ok_or_else(broken)?;
            let change = row.booking.decide(&Act::Close, self.now.minute)?;
            settle(rows, &mut row, &change, &self.now).await?;
        }
        Ok(())
    }
}

/// Lists accounts that are gone and still keep a listing: one that was cut off between the two steps
/// of a deletion, or that another device wrote in between.
#[derive(Debug, Clone)]
pub struct ListOrphans {
    /// At most so many.
    pub limit: u32,
}

impl Operation for ListOrphans {
    type Output = Vec<AccountId>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = rows.query(ORPHANS, &values![self.limit]).await?;
        let read = |mut row: Row| Ok(AccountId(row.fixed()?));
        found.into_iter().map(read).collect()
    }
}
