//! The waiting list of a provider: whoever is next is offered a time that becomes free.
//!
//! An offer is a hold that nobody asked for: it takes the time through the same cells, ends by
//! itself, and then the next in line is offered the time. Nobody is booked by the list. Who is
//! next is decided by [`troth_booking::waitlist`]; the statement here finds the same one among any
//! number of people.

use troth_booking::machine::{Booking, Confirm, OFFER_MINUTES, Opening, Origin, open};
use troth_booking::rules::Slot;
use troth_booking::waitlist::Waiting;
use troth_wire::AccountId;

use super::booking::{Fresh, Now, begin, still_offered};
use super::lock::touch;
use super::notice::{self, NewNotice, NoticeKind};
use super::occupy::{self, Of, Taking, occupy};
use super::provider::{licensed, number_of};
use crate::network::listing::serves;
use crate::network::store::{
    Access, BookingId, ClientId, Conflict, EntryId, Minute, NetworkError, Operation, ProviderId,
    Row, Rows, Span, broken, values,
};

/// How many entries of a list its provider is shown.
const IN_LINE: u32 = 256;

/// On how many lists one person waits at most; on each of them once.
pub const MOST_WAITS: u32 = 20;

/// Minutes in a day.
const DAY: u32 = 24 * 60;

macro_rules! columns {
    () => {
        "entry, provider, client, since, priority, with_partner, minutes, windows, until, offered, \
         place, details, turn"
    };
}

const ADD: &str = concat!(
    "INSERT INTO waitlist (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING"
);
const NEXT_TURN: &str = "SELECT COALESCE(MAX(turn), 0) + 1 FROM waitlist WHERE provider = $1";
const OF_PAIR: &str = "SELECT entry FROM waitlist WHERE provider = $1 AND client = $2";
const COUNT_OF_CLIENT: &str = "SELECT count(*) FROM waitlist WHERE client = $1 AND until > $2";
const ADD_WINDOW: &str = "INSERT INTO waitlist_windows (entry, starts, ends) VALUES ($1, $2, $3)";
/// The first in line of those whom a time fits: the same length, in one of their windows, not passed
/// over before, licensed where they are on that day, and with nothing else then. Who does not fit is
/// nobody's turn, however many of them there are.
const NEXT_IN_LINE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM waitlist w WHERE provider = $1 AND minutes = $2 AND until > $3 \
      AND length(offered) = 0 AND (NOT EXISTS (SELECT 1 FROM waitlist_windows x \
      WHERE x.entry = w.entry) OR EXISTS (SELECT 1 FROM waitlist_windows x \
      WHERE x.entry = w.entry AND x.starts <= $4 AND x.ends >= $5)) \
      AND NOT EXISTS (SELECT 1 FROM waitlist_passed p WHERE p.entry = w.entry AND p.start = $4) \
      AND EXISTS (SELECT 1 FROM provider_states s WHERE s.place = w.place \
      AND s.provider = w.provider AND s.until_day >= $6) \
      AND NOT EXISTS (SELECT 1 FROM client_cells c WHERE c.client = w.client \
      AND c.cell >= $7 AND c.cell <= $8) \
      AND (priority < $9 OR (priority = $9 AND (since > $10 OR (since = $10 AND turn > $11)))) \
      ORDER BY priority DESC, since, turn LIMIT 1"
);
const IN_ORDER: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM waitlist WHERE provider = $1 ORDER BY priority DESC, since, turn LIMIT $2"
);
const OF_CLIENT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM waitlist WHERE client = $1 ORDER BY since, entry"
);
const LOOKUP: &str = concat!("SELECT ", columns!(), " FROM waitlist WHERE entry = $1");
const DROP: &str = "DELETE FROM waitlist WHERE entry = $1";
const SERVED: &str = "DELETE FROM waitlist WHERE offered = $1";
const SET_OFFERED: &str = "UPDATE waitlist SET offered = $1 WHERE entry = $2";
const OF_OFFER: &str = "SELECT entry FROM waitlist WHERE offered = $1";
const ADD_PASSED: &str = "INSERT INTO waitlist_passed (entry, start) VALUES ($1, $2) \
     ON CONFLICT DO NOTHING";
const SWEEP: &str = "DELETE FROM waitlist WHERE until <= $1 AND length(offered) = 0";
const DROP_OF_PROVIDER: &str = "DELETE FROM waitlist WHERE provider = $1";
const DROP_WINDOWS: &str = "DELETE FROM waitlist_windows WHERE NOT EXISTS \
     (SELECT 1 FROM waitlist w WHERE w.entry = waitlist_windows.entry)";
const DROP_PASSED: &str = "DELETE FROM waitlist_passed WHERE start <= $1 OR NOT EXISTS \
     (SELECT 1 FROM waitlist w WHERE w.entry = waitlist_passed.entry)";
const ADD_CLIENT: &str = "INSERT INTO booking_clients (client, booking, place, note) \
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";

/// Somebody who waits, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRow {
    /// The entry's name.
    pub entry: EntryId,
    /// With whom they want to book.
    pub provider: ProviderId,
    /// Who waits, since when, for how long a visit, and when they could come.
    pub waiting: Waiting,
    /// The number of the state in which they will be.
    pub place: u8,
    /// What the routes keep of it, opaque: format, service, plan.
    pub details: Vec<u8>,
}

fn read(mut row: Row) -> Result<WaitingRow, NetworkError> {
    let (entry, provider) = (EntryId(row.fixed()?), ProviderId(row.number()?));
    let mut waiting = Waiting {
        client: ClientId(row.fixed()?),
        since: Minute(row.number()?),
        turn: 0,
        priority: row.number()?,
        with_partner: row.number::<i64>()? != 0,
        minutes: row.number()?,
        windows: {
            let bounds = unpack(&row.bytes()?)?;
            let pairs = bounds.chunks_exact(2);
            pairs
                .filter_map(|it| Some(Span::new(*it.first()?, *it.last()?)))
                .collect()
        },
        until: Minute(row.number()?),
        offered: row.fixed_or_none()?.map(BookingId),
        // Asked of their rows where a time becomes free.
        passed: Vec::new(),
    };
    let (place, details) = (row.number()?, row.bytes()?);
    waiting.turn = row.number()?;
    Ok(WaitingRow {
        entry,
        provider,
        waiting,
        place,
        details,
    })
}

/// Minutes as they lie in a row: four bytes each, the greatest first.
fn pack(minutes: impl IntoIterator<Item = Minute>) -> Vec<u8> {
    let bytes = minutes.into_iter().flat_map(|it| it.0.to_be_bytes());
    bytes.collect()
}

fn unpack(bytes: &[u8]) -> Result<Vec<Minute>, NetworkError> {
    let (chunks, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(broken());
    }
    Ok(chunks
        .iter()
        .map(|it| Minute(u32::from_be_bytes(*it)))
        .collect())
}

/// Joins the waiting list of a provider. A person waits there once.
#[derive(Debug, Clone)]
pub struct JoinWaitlist {
    /// The entry. Its `turn`, `offered` and `passed` are ignored.
    pub entry: WaitingRow,
    /// Now.
    pub minute: Minute,
}

impl Operation for JoinWaitlist {
    type Output = WaitingRow;

    /// # Errors
    ///
    /// - [`NetworkError::AlreadyWaiting`]: the person waits there, by that name.
    /// - [`NetworkError::TooMany`]: the person waits on [`MOST_WAITS`] lists.
    /// - [`NetworkError::NotLicensed`]: the provider is not licensed where the person will be.
    /// - [`NetworkError::NotFound`]: no such provider.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let provider = self.entry.provider;
        if super::provider::lookup(rows, provider).await?.is_none() {
            return Err(NetworkError::NotFound);
        }
        // From here on nobody else joins, so that turns rise.
        touch(rows, provider, self.minute).await?;
        self.admit(rows).await?;
        let turn = rows.lookup(NEXT_TURN, &values![provider]).await?;
        let row = WaitingRow {
            waiting: Waiting {
                turn: turn.ok_or_else(broken)?.number()?,
                offered: None,
                passed: Vec::new(),
                ..self.entry.waiting.clone()
            },
            ..self.entry.clone()
        };
        let waiting = &row.waiting;
        let windows = waiting.windows.iter().flat_map(|it| [it.from, it.to]);
        let nothing: &[u8] = &[];
        let added = values![
            row.entry,
            row.provider,
            waiting.client,
            waiting.since,
            waiting.priority,
            waiting.with_partner,
            waiting.minutes,
            &pack(windows),
            waiting.until,
            nothing,
            row.place,
            &row.details,
            waiting.turn
        ];
        if rows.change(ADD, &added).await? == 1 {
            for window in &waiting.windows {
                let window = values![row.entry, window.from, window.to];
                rows.change(ADD_WINDOW, &window).await?;
            }
            return Ok(row);
        }
        let found = rows
            .lookup(OF_PAIR, &values![row.provider, waiting.client])
            .await?;
        let entry = found.ok_or(NetworkError::WrongState)?.fixed()?;
        Err(NetworkError::AlreadyWaiting(EntryId(entry)))
    }
}

impl JoinWaitlist {
    /// Checks that the person waits on few enough lists, and could be seen if it were today.
    async fn admit<R: Rows>(&self, rows: &mut R) -> Result<(), NetworkError> {
        let (provider, place) = (self.entry.provider, self.entry.place);
        licensed(rows, provider, &[place], self.minute).await?;
        let asked = values![self.entry.waiting.client, self.minute];
        let waits = rows.lookup(COUNT_OF_CLIENT, &asked).await?;
        let waits: u32 = waits.ok_or_else(broken)?.number()?;
        if waits < MOST_WAITS {
            return Ok(());
        }
        // Who asks again for a list they are on hears that, not the limit.
        let pair = values![provider, self.entry.waiting.client];
        match rows.lookup(OF_PAIR, &pair).await? {
            Some(_) => Ok(()),
            None => Err(NetworkError::TooMany),
        }
    }
}

/// Leaves a waiting list. An offer that stands goes on standing until it is let go.
#[derive(Debug, Clone)]
pub struct LeaveWaitlist {
    /// Which entry.
    pub entry: EntryId,
    /// Whose.
    pub client: ClientId,
}

impl Operation for LeaveWaitlist {
    type Output = ();

    /// # Errors
    ///
    /// [`NetworkError::NotFound`]: no such entry of theirs.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = rows.lookup(LOOKUP, &values![self.entry]).await?;
        let row = found.map(read).transpose()?;
        let row = row.filter(|it| it.waiting.client == self.client);
        let row = row.ok_or(NetworkError::NotFound)?;
        rows.change(DROP, &values![row.entry]).await.map(drop)
    }
}

/// Whose entries a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Those of a person.
    OfClient(ClientId),
    /// The waiting list of the listing that an account keeps, in order.
    OfProvider(AccountId),
}

/// Lists entries of waiting lists.
#[derive(Debug, Clone)]
pub struct ListWaitlist {
    /// Whose.
    pub line: Line,
}

impl Operation for ListWaitlist {
    type Output = Vec<WaitingRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = match self.line {
            Line::OfClient(client) => rows.query(OF_CLIENT, &values![client]).await?,
            Line::OfProvider(account) => {
                let provider = number_of(rows, account).await?;
                rows.query(IN_ORDER, &values![provider, IN_LINE]).await?
            }
        };
        found.into_iter().map(read).collect()
    }
}

/// Offers the time of a booking that no longer takes it to the next in line, if anybody waits
/// and the time can still be booked. The caller has locked the provider.
pub(super) async fn offer<R: Rows>(
    rows: &mut R,
    freed: &Booking,
    now: &Now,
) -> Result<(), NetworkError> {
    let slot = Slot {
        start: freed.visit.start,
        minutes: freed.visit.minutes,
    };
    if freed.origin.is_over_others() || slot.start <= now.minute {
        return Ok(());
    }
    let Some(mut next) = next_in_line(rows, freed.provider, slot, (now.minute, None)).await? else {
        return Ok(());
    };
    let provider = freed.provider;
    let (visit, hours) = match still_offered(rows, provider, slot, now.minute).await {
        Ok(offered) => offered,
        // The hours have changed, or it is too late: nobody is offered anything.
        Err(NetworkError::NotOffered(_) | NetworkError::NotBookable) => return Ok(()),
        Err(error) => return Err(error),
    };
    if !occupy::conflicts(rows, provider, &visit, &[])
        .await?
        .is_empty()
    {
        return Ok(());
    }
    let listing = super::provider::lookup(rows, provider).await?;
    let listing = listing.ok_or_else(broken)?.listing;
    // What they wait for may not be offered any more; then it is the turn of the one after them.
    while !serves(&listing, &next.details) {
        let after = (now.minute, Some(&next.waiting));
        match next_in_line(rows, provider, slot, after).await? {
            Some(one) => next = one,
            None => return Ok(()),
        }
    }
    let confirm = if hours.instant {
        Confirm::Instant
    } else {
        Confirm::OnRequest
    };
    make(rows, (freed, &next), (visit, confirm), now).await
}

/// Finds the first in line whom a free time fits, after somebody if they are named.
async fn next_in_line<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    slot: Slot,
    (now, after): (Minute, Option<&Waiting>),
) -> Result<Option<WaitingRow>, NetworkError> {
    let span = slot.span();
    let (first, last) = (span.from.cell().0, span.to.minus(1).cell().0);
    let (priority, since, turn) = match after {
        Some(one) => (u32::from(one.priority), one.since.0, one.turn),
        None => (u32::MAX, 0, 0),
    };
    let asked = values![
        provider,
        slot.minutes,
        now,
        span.from,
        span.to,
        slot.start.0 / DAY,
        first,
        last,
        priority,
        since,
        turn
    ];
    let found = rows.lookup(NEXT_IN_LINE, &asked).await?;
    found.map(read).transpose()
}

async fn make<R: Rows>(
    rows: &mut R,
    (freed, next): (&Booking, &WaitingRow),
    (visit, confirm): (troth_booking::Visit, Confirm),
    now: &Now,
) -> Result<(), NetworkError> {
    let client = next.waiting.client;
    let booking = now.tokens.offer(freed.id, client);
    let partner = next.waiting.with_partner;
    let opening = Opening {
        provider: freed.provider,
        visit,
        holder: client,
        token: now.tokens.first(booking, client).digest(),
        partner: partner.then(|| now.tokens.partner(booking).digest()),
        confirm,
        origin: Origin::Offer {
            minutes: OFFER_MINUTES,
        },
    };
    let change = open(booking, &opening, now.minute)?;
    let taking = Taking {
        booking,
        visit: &visit,
        of: Of::Free(freed.provider),
        clients: &[(client, Conflict::Client)],
    };
    match occupy(rows, &taking).await {
        // Somebody else took the person's time since it was looked at: all of it again.
        Err(NetworkError::Taken(_)) => return Err(NetworkError::Contended),
        taken => taken?,
    }
    let fresh = Fresh {
        root: booking,
        earlier: 0,
        quote: None,
        quote_bytes: &[],
        details: &next.details,
        place: next.place,
    };
    begin(rows, &change, &fresh, now).await?;
    let nothing: &[u8] = &[];
    let part = values![client, booking, next.place, nothing];
    rows.change(ADD_CLIENT, &part).await?;
    rows.change(SET_OFFERED, &values![booking, next.entry])
        .await?;
    let told = NewNotice {
        client,
        kind: NoticeKind::Offered,
        booking,
        version: 0,
        minute: now.minute,
    };
    notice::add(rows, &told).await
}

/// Notes that an offer was not taken: that start is not offered to the same person again.
pub(super) async fn passed<R: Rows>(rows: &mut R, offer: &Booking) -> Result<(), NetworkError> {
    let Some(mut row) = rows.lookup(OF_OFFER, &values![offer.id]).await? else {
        return Ok(());
    };
    let entry = EntryId(row.fixed()?);
    let passed = values![entry, offer.visit.start];
    rows.change(ADD_PASSED, &passed).await?;
    let nothing: &[u8] = &[];
    rows.change(SET_OFFERED, &values![nothing, entry])
        .await
        .map(drop)
}

/// Ends the wait of the one who took an offer.
pub(super) async fn served<R: Rows>(rows: &mut R, offer: BookingId) -> Result<(), NetworkError> {
    rows.change(SERVED, &values![offer]).await.map(drop)
}

/// Ends waits that are over, and forgets what belonged to waits that have ended.
pub(super) async fn sweep<R: Rows>(rows: &mut R, minute: Minute) -> Result<(), NetworkError> {
    rows.change(SWEEP, &values![minute]).await?;
    rows.change(DROP_WINDOWS, &[]).await?;
    rows.change(DROP_PASSED, &values![minute]).await.map(drop)
}

/// Ends every wait for a provider who is gone.
pub(super) async fn drop_of<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
) -> Result<(), NetworkError> {
    rows.change(DROP_OF_PROVIDER, &values![provider])
        .await
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_survive_their_row_and_broken_ones_do_not() {
        let minutes = vec![Minute(0), Minute(29_700_001), Minute(u32::MAX)];
        assert_eq!(unpack(&pack(minutes.clone())), Ok(minutes));
        assert_eq!(unpack(&[1, 2, 3]), Err(broken()));
    }
}
