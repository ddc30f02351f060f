//! Bookings as the API shows them, to those who come and to the provider.

use std::collections::HashMap;

use troth_booking::Minute;
use troth_booking::machine::{Booking, Cause, Change, Partner, State};
use troth_match::set::Code as _;
use troth_match::{ProviderId, State as Place};
use troth_wire::network as wire;
use troth_wire::network::{ClientId, OwnerToken, ProblemCode, Standing, Time};

use super::call::Call;
use super::refusal::Refusal;
use crate::network::listing::{Details, Document};
use crate::network::op::booking::{BookingRow, BookingView, ListHistory};
use crate::network::op::provider::LookupProvider;
use crate::network::op::quote::ListQuotes;

/// What a booking is, beside its time.
pub(super) fn read_details(row: &BookingRow) -> Result<Details, Refusal> {
    Details::read(&row.details).ok_or_else(|| ProblemCode::Internal.into())
}

/// Names of providers, each looked up once.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<ProviderId, String>);

impl Names {
    pub(super) async fn of(&mut self, call: &Call<'_>, id: ProviderId) -> Result<String, Refusal> {
        if let Some(name) = self.0.get(&id) {
            return Ok(name.clone());
        }
        let row = call
            .network
            .store
            .run(LookupProvider { provider: id })
            .await?;
        let document = row.and_then(|row| Document::read(&row.listing));
        let name = match document {
            Some(Document::Own(own)) => own.listing.name,
            Some(Document::Imported(provider)) => provider.name,
            None => String::new(),
        };
        self.0.insert(id, name.clone());
        Ok(name)
    }
}

/// Where a booking stands now, whether or not its end was written down yet.
pub(super) fn standing(state: State, now: Minute) -> Standing {
    if state.is_over(now) {
        return Standing::Lapsed;
    }
    match state {
        State::Held { .. } => Standing::Held,
        State::Offered { .. } => Standing::Offered,
        State::Requested { .. } => Standing::Requested,
        State::Booked => Standing::Booked,
        State::Lapsed | State::Released | State::Declined => Standing::Lapsed,
        State::Cancelled => Standing::Cancelled,
        State::Moved { .. } => Standing::Moved,
        State::Kept => Standing::Kept,
        State::Missed => Standing::Missed,
    }
}

/// A hold as one of its clients sees it, or the partner who was asked to accept it.
pub(super) async fn hold(
    call: &Call<'_>,
    row: &BookingRow,
    viewer: ClientId,
) -> Result<wire::Hold, Refusal> {
    let booking = &row.booking;
    let details = read_details(row)?;
    let now = Minute(call.minute());
    let until = booking.state.until().unwrap_or(now);
    let is_holder = booking.holder.client.0 == viewer.0;
    let joined = matches!(booking.partner, Partner::Joined(hand) if hand.accepted);
    let left = u64::from(until.0) * 60;
    let seconds_left = left.saturating_sub(call.service.env.second());
    let partner_token = match booking.partner {
        Partner::Invited { .. } if is_holder => {
            Some(OwnerToken(call.network.tokens.partner(booking.id).0))
        }
        _ => None,
    };
    Ok(wire::Hold {
        id: wire::BookingId(booking.id.0),
        provider: booking.provider.0,
        provider_name: Names::default().of(call, booking.provider).await?,
        start: Time(booking.visit.start.0),
        minutes: u32::from(booking.visit.minutes),
        format: details.format,
        service: details.service,
        plan: details.plan.clone(),
        standing: standing(booking.state, now),
        until: Time(until.0),
        seconds_left: u32::try_from(seconds_left).unwrap_or(u32::MAX),
        with_partner: booking.partner != Partner::None,
        accepted: if is_holder {
            booking.holder.accepted
        } else {
            joined
        },
        partner_accepted: if is_holder {
            joined
        } else {
            booking.holder.accepted
        },
        partner_token,
        quotes: quotes_of(call, row, &details).await?,
    })
}

/// The quote of a booking; for an offer, which has none yet, those that fit.
pub(super) async fn prices(call: &Call<'_>, row: &BookingRow) -> Result<Vec<wire::Quote>, Refusal> {
    quotes_of(call, row, &read_details(row)?).await
}

async fn quotes_of(
    call: &Call<'_>,
    row: &BookingRow,
    details: &Details,
) -> Result<Vec<wire::Quote>, Refusal> {
    if let Some(quote) = quote(row) {
        return Ok(vec![quote]);
    }
    let Some(state) = Place::from_index(row.place) else {
        return Ok(Vec::new());
    };
    let wanted = Fitting {
        provider: row.booking.provider,
        minutes: row.booking.visit.minutes,
        details,
        state: state.code(),
    };
    fitting_quotes(call, &wanted).await
}

fn quote(row: &BookingRow) -> Option<wire::Quote> {
    row.quote?;
    serde_json::from_slice(&row.quote_bytes).ok()
}

/// Which quotes are wanted.
#[derive(Debug)]
pub(super) struct Fitting<'a> {
    pub(super) provider: ProviderId,
    pub(super) minutes: u16,
    pub(super) details: &'a Details,
    pub(super) state: &'a str,
}

/// The quotes of a provider that fit a visit and are good today, the cheapest first.
pub(super) async fn fitting_quotes(
    call: &Call<'_>,
    wanted: &Fitting<'_>,
) -> Result<Vec<wire::Quote>, Refusal> {
    let provider = wanted.provider;
    let today = call.minute() / (24 * 60);
    let rows = call.network.store.run(ListQuotes { provider }).await?;
    let good = rows.into_iter().filter(|row| row.until_day >= today);
    let read = good.filter_map(|row| serde_json::from_slice::<wire::Quote>(&row.bytes).ok());
    let fits = |quote: &wire::Quote| {
        quote.minutes == u32::from(wanted.minutes)
            && quote.format == wanted.details.format
            && quote.service == wanted.details.service
            && quote.plan == wanted.details.plan
            && wanted.state == quote.state
    };
    let mut quotes: Vec<_> = read.filter(fits).collect();
    quotes.sort_by_key(|quote| (quote.cents, quote.id));
    Ok(quotes)
}

/// A booking as one of its clients sees it.
pub(super) async fn booking(
    call: &Call<'_>,
    names: &mut Names,
    row: &BookingRow,
    viewer: ClientId,
) -> Result<wire::Booking, Refusal> {
    let Booking { id, state, .. } = row.booking;
    let details = read_details(row)?;
    let now = Minute(call.minute());
    let standing = standing(state, now);
    let is_open = matches!(standing, Standing::Requested | Standing::Booked);
    let token = call
        .network
        .tokens
        .shown(&row.booking, troth_booking::ClientId(viewer.0));
    Ok(wire::Booking {
        id: wire::BookingId(id.0),
        provider: row.booking.provider.0,
        provider_name: names.of(call, row.booking.provider).await?,
        start: Time(row.booking.visit.start.0),
        minutes: u32::from(row.booking.visit.minutes),
        format: details.format,
        service: details.service,
        plan: details.plan,
        standing,
        until: until(state, now),
        sequence: row.earlier.saturating_add(row.booking.sequence),
        with_partner: row.booking.partner != Partner::None,
        token: token.filter(|_| is_open).map(|token| OwnerToken(token.0)),
        quote: quote(row),
        previous: row.previous.map(|id| wire::BookingId(id.0)),
        next: row.next.map(|id| wire::BookingId(id.0)),
        history: history(call, row, Some(viewer)).await?,
    })
}

fn until(state: State, now: Minute) -> Option<Time> {
    let until = state.until().filter(|_| !state.is_over(now));
    until.map(|until| Time(until.0))
}

async fn history(
    call: &Call<'_>,
    row: &BookingRow,
    viewer: Option<ClientId>,
) -> Result<Vec<wire::Change>, Refusal> {
    let booking = row.booking.id;
    let changes = call.network.store.run(ListHistory { booking }).await?;
    let is_partner = viewer.is_some_and(|viewer| viewer.0 != row.booking.holder.client.0);
    Ok(changes
        .iter()
        .map(|change| shown_change(change, is_partner))
        .collect())
}

fn shown_change(change: &Change, to_partner: bool) -> wire::Change {
    let cause = match (change.cause, to_partner) {
        (Cause::Holder, false) | (Cause::Partner, true) => "client",
        (Cause::Holder, true) | (Cause::Partner, false) => "partner",
        (Cause::Provider, _) => "provider",
        (Cause::Waitlist, _) => "waitlist",
        (Cause::Clock, _) => "time",
    };
    wire::Change {
        sequence: change.sequence,
        at: Time(change.at.0),
        standing: standing(change.state, change.at),
        cause: cause.to_owned(),
    }
}

/// A booking as its provider sees it.
pub(super) async fn of_practice(
    call: &Call<'_>,
    view: BookingView,
) -> Result<wire::PracticeBooking, Refusal> {
    let BookingView { row, notes } = view;
    let booking = &row.booking;
    let details = read_details(&row)?;
    let now = Minute(call.minute());
    let is_holder = |client: troth_booking::ClientId| client == booking.holder.client;
    let mut notes = notes;
    notes.sort_by_key(|note| !is_holder(note.client));
    let place = |place: u8| Place::from_index(place).map(|state| state.code().to_owned());
    let sealed = notes.iter().filter(|note| !note.sealed.is_empty());
    let sealed = sealed.map(|note| wire::SealedNote {
        from: if is_holder(note.client) { "a" } else { "b" }.to_owned(),
        sealed: wire::Bytes(note.sealed.clone()),
    });
    Ok(wire::PracticeBooking {
        id: wire::BookingId(booking.id.0),
        start: Time(booking.visit.start.0),
        minutes: u32::from(booking.visit.minutes),
        format: details.format,
        service: details.service,
        plan: details.plan,
        states: notes.iter().filter_map(|note| place(note.place)).collect(),
        standing: standing(booking.state, now),
        until: until(booking.state, now),
        sequence: row.earlier.saturating_add(booking.sequence),
        with_partner: booking.partner != Partner::None,
        clients: booking
            .clients()
            .iter()
            .map(|client| ClientId(client.0))
            .collect(),
        overbooked: booking.origin.is_over_others(),
        quote: quote(&row),
        notes: sealed.collect(),
        root: wire::BookingId(row.root.0),
        previous: row.previous.map(|id| wire::BookingId(id.0)),
        next: row.next.map(|id| wire::BookingId(id.0)),
        history: history(call, &row, None).await?,
    })
}
