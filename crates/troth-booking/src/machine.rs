//! What may become of a booking: its states, the acts of people, and its history.
//!
//! [`decide`](Booking::decide) says what an act changes or why it is refused, and changes nothing;
//! [`apply`](Booking::apply) takes a [`Change`] in and never refuses. A booking is the sum of its
//! history: [`replay`] of all its changes gives it back.
//!
//! # Invariants
//!
//! 1. **Both.** Where two partners were named, nothing is requested or booked before each of them
//!    has accepted, with a token of their own and under a pseudonym of their own.
//! 2. **Once.** A token works once. The act that presents it replaces it or ends the booking.
//! 3. **One end.** An ended booking never changes again. A move ends one booking and begins another,
//!    in one step.
//! 4. **Time ends things by a change.** A hold, an offer or a request whose time is over refuses every
//!    act but [`Act::Lapse`], which writes its end down.
//! 5. **No clock.** The present arrives as `now`. Minutes are rounded down, so a limit of five minutes
//!    is never less than five and always less than six.
//!
//! Whether a time is still free is not decided here but by the cells of [`Visit`], in a database.
//!
//! The stored form is specified in `docs/protocol/calendar.md`.

use alloc::vec::Vec;

use minicbor::{Decode, Encode};
use troth_match::ProviderId;

use crate::id::{BookingId, ClientId, TokenDigest};
use crate::time::{Minute, Visit};

pub use code::NotAChange;
pub use open::open;
pub use refused::Refused;
pub use reminder::Reminder;

mod apply;
mod code;
mod decide;
#[cfg(test)]
mod model;
mod open;
mod refused;
mod reminder;
#[cfg(test)]
mod tests;

/// How long a hold stands, in minutes.
pub const HOLD_MINUTES: u32 = 5;
/// How long a request waits for the provider, in minutes.
pub const REQUEST_MINUTES: u32 = 48 * 60;
/// How long an offer from the waitlist stands unless another time is set, in minutes.
pub const OFFER_MINUTES: u32 = 2 * 60;
/// The longest visit, in minutes.
pub const LONGEST_VISIT: u16 = 8 * 60;
/// How long a time that a provider offers to a client of theirs stands, in minutes.
pub const ASK_MINUTES: u32 = 48 * 60;
/// The most minutes a provider may keep free before or after a visit.
pub const LONGEST_BUFFER: u16 = 4 * 60;

/// One booking of one time of one provider, from hold to end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Booking {
    /// Its name.
    pub id: BookingId,
    /// With whom.
    pub provider: ProviderId,
    /// When.
    pub visit: Visit,
    /// Who took it.
    pub holder: Hand,
    /// Who comes along.
    pub partner: Partner,
    /// Whether the provider answers first.
    pub confirm: Confirm,
    /// Where it came from.
    pub origin: Origin,
    /// What it has become.
    pub state: State,
    /// The number of its newest change; the first is 0.
    pub sequence: u32,
    /// The sequence at which it was booked, if it was. Reminders belong to it.
    pub version: Option<u32>,
}

/// One person's part in a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Hand {
    /// Their pseudonym.
    #[n(0)]
    pub client: ClientId,
    /// The digest of the token that their next act must present.
    #[n(1)]
    pub token: TokenDigest,
    /// Whether they have accepted.
    #[n(2)]
    pub accepted: bool,
}

/// The other partner's part in a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub enum Partner {
    /// The visit is for one person.
    #[n(0)]
    None,
    /// Somebody is to come who has not answered yet; whoever presents the token is the one.
    #[n(1)]
    Invited {
        /// The digest of the token that accepts.
        #[n(0)]
        token: TokenDigest,
    },
    /// The partner has accepted.
    #[n(2)]
    Joined(#[n(0)] Hand),
}

/// Whether a provider answers before a time is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Confirm {
    /// It is booked as soon as everybody has accepted.
    #[n(0)]
    Instant,
    /// It is requested, and the provider accepts or declines.
    #[n(1)]
    OnRequest,
}

/// Where a booking came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub enum Origin {
    /// A person took a free time.
    #[n(0)]
    Hold,
    /// A freed time was offered to whoever is next on the waitlist.
    #[n(1)]
    Offer {
        /// How long the offer stands, in minutes.
        #[n(0)]
        minutes: u32,
    },
    /// The provider put it in over whatever else is there, for somebody without a pseudonym.
    #[n(2)]
    Overbook {
        /// Which one over the same time this is, from 1.
        #[n(0)]
        layer: u8,
    },
    /// It was moved here from another time.
    #[n(3)]
    Move {
        /// The booking that it replaces.
        #[n(0)]
        from: BookingId,
    },
    /// The provider offered one of their clients a time of the provider's choosing, over whatever else
    /// is there. The client's own time is theirs until they accept.
    #[n(4)]
    Ask {
        /// Which one over the same time this is, from 1.
        #[n(0)]
        layer: u8,
        /// How long the offer stands, in minutes.
        #[n(1)]
        minutes: u32,
    },
}

impl Origin {
    /// Says whether the provider put it over whatever else is there.
    #[must_use]
    pub const fn is_over_others(self) -> bool {
        matches!(self, Self::Overbook { .. } | Self::Ask { .. })
    }

    /// The layer of the provider's time that it takes; 0 is the ordinary one.
    #[must_use]
    pub const fn layer(self) -> u8 {
        match self {
            Self::Overbook { layer } | Self::Ask { layer, .. } => layer,
            Self::Hold | Self::Offer { .. } | Self::Move { .. } => 0,
        }
    }
}

/// What a booking has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub enum State {
    /// Kept for the holder while everybody accepts.
    #[n(0)]
    Held {
        /// The first minute in which it is over.
        #[n(0)]
        until: Minute,
    },
    /// Kept for somebody of the waitlist while they decide.
    #[n(1)]
    Offered {
        /// The first minute in which it is over.
        #[n(0)]
        until: Minute,
    },
    /// Accepted by everybody who comes; waits for the provider.
    #[n(2)]
    Requested {
        /// The first minute in which it is over.
        #[n(0)]
        until: Minute,
    },
    /// Certain.
    #[n(3)]
    Booked,
    /// Ended because nobody acted in time.
    #[n(4)]
    Lapsed,
    /// Let go before it was accepted.
    #[n(5)]
    Released,
    /// Not accepted by the provider.
    #[n(6)]
    Declined,
    /// Called off.
    #[n(7)]
    Cancelled,
    /// Replaced by a booking at another time.
    #[n(8)]
    Moved {
        /// The booking that replaces it.
        #[n(0)]
        to: BookingId,
    },
    /// It took place.
    #[n(9)]
    Kept,
    /// It did not take place, and nobody had called it off.
    #[n(10)]
    Missed,
}

/// What begins a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Opening {
    /// With whom.
    pub provider: ProviderId,
    /// When.
    pub visit: Visit,
    /// Who takes it. Only for [`Origin::Overbook`] they count as having accepted.
    pub holder: ClientId,
    /// The digest of the holder's first token.
    pub token: TokenDigest,
    /// The digest of the token for the other partner, if one is to come.
    pub partner: Option<TokenDigest>,
    /// Whether the provider answers first.
    pub confirm: Confirm,
    /// Where it comes from. [`Origin::Move`] is refused here: see [`Booking::move_to`].
    pub origin: Origin,
}

/// What somebody does with a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// The holder or the partner, as the token says, accepts the held or offered time.
    Accept {
        /// Who accepts.
        client: ClientId,
        /// The token presented.
        token: TokenDigest,
        /// The token that they get in exchange, for cancelling or moving.
        next: TokenDigest,
    },
    /// The holder or the partner lets the held or offered time go.
    Release {
        /// The token presented.
        token: TokenDigest,
    },
    /// The provider accepts a request.
    Confirm,
    /// The provider declines a request.
    Decline,
    /// One of those who come calls the request or the visit off.
    Cancel {
        /// The token presented.
        token: TokenDigest,
    },
    /// The provider calls the visit off, or takes back a time that they offered to a client of theirs.
    CallOff,
    /// The provider is gone: whatever has not begun ends.
    Close,
    /// The provider says that the visit took place.
    Keep,
    /// The provider says that nobody came.
    Miss,
    /// The time of a hold, an offer or a request is over.
    Lapse,
}

/// What moves a booking to another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Move {
    /// The token presented, of either partner.
    pub token: TokenDigest,
    /// The name of the booking at the new time.
    pub to: BookingId,
    /// The new time.
    pub visit: Visit,
    /// The holder's token for the new booking.
    pub holder_next: TokenDigest,
    /// The partner's token for the new booking, if there is a partner.
    pub partner_next: Option<TokenDigest>,
}

/// The two changes of one move, to be recorded together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moving {
    /// Ends the booking at the old time.
    pub old: Change,
    /// Begins the booking at the new time.
    pub new: Change,
}

/// Who or what caused a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Cause {
    /// The one who took the time.
    #[n(0)]
    Holder,
    /// The other partner.
    #[n(1)]
    Partner,
    /// The provider.
    #[n(2)]
    Provider,
    /// The waitlist, when a time became free.
    #[n(3)]
    Waitlist,
    /// Time.
    #[n(4)]
    Clock,
}

/// One dated change of one booking. All of them, in order, are its history.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Change {
    /// Which booking.
    #[n(0)]
    pub booking: BookingId,
    /// Its place in the history; the first is 0.
    #[n(1)]
    pub sequence: u32,
    /// When.
    #[n(2)]
    pub at: Minute,
    /// By whom.
    #[n(3)]
    pub cause: Cause,
    /// The booking that this one replaces, on the first change of a moved one.
    #[n(4)]
    pub previous: Option<BookingId>,
    /// The booking that replaces this one, on the last change of a moved one.
    #[n(5)]
    pub next: Option<BookingId>,
    /// What changed beside the state.
    #[n(6)]
    pub what: What,
    /// The state from now on.
    #[n(7)]
    pub state: State,
}

/// What a change brings beside the new state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub enum What {
    /// The booking began.
    #[n(0)]
    Opened {
        /// With whom.
        #[cbor(n(0), with = "code::provider")]
        provider: ProviderId,
        /// When.
        #[n(1)]
        visit: Visit,
        /// Who took it.
        #[n(2)]
        holder: Hand,
        /// Who comes along.
        #[n(3)]
        partner: Partner,
        /// Whether the provider answers first.
        #[n(4)]
        confirm: Confirm,
        /// Where it came from.
        #[n(5)]
        origin: Origin,
    },
    /// One of those who come accepted.
    #[n(1)]
    Accepted {
        /// Their part from now on.
        #[n(0)]
        hand: Hand,
    },
    /// Nothing else.
    #[n(2)]
    Nothing,
}

/// Rebuilds a booking from its history, oldest change first.
///
/// `None` if the first change does not open one. Changes that do not fit are passed over, as
/// [`Booking::apply`] does.
#[must_use]
pub fn replay(history: &[Change]) -> Option<Booking> {
    let (first, rest) = history.split_first()?;
    let mut booking = Booking::begin(first)?;
    rest.iter().for_each(|change| booking.apply(change));
    Some(booking)
}

impl Booking {
    /// Lists those whose own time it takes: everybody who has a part in it, but for who was only asked
    /// by the provider and has not accepted.
    #[must_use]
    pub fn taking(&self) -> Vec<ClientId> {
        if matches!(self.origin, Origin::Ask { .. }) && !self.holder.accepted {
            return Vec::new();
        }
        self.clients()
    }

    /// Lists those who have a part in it by name: the holder, and the partner once they have accepted.
    #[must_use]
    pub fn clients(&self) -> Vec<ClientId> {
        let mut clients = alloc::vec![self.holder.client];
        if let Partner::Joined(hand) = self.partner {
            clients.push(hand.client);
        }
        clients
    }
}

impl State {
    /// Says whether something can still become of it.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(
            self,
            Self::Held { .. } | Self::Offered { .. } | Self::Requested { .. } | Self::Booked
        )
    }

    /// Says whether it takes the time of those who come, so that its cells stay taken.
    ///
    /// A visit that took place, or should have, goes on taking its time.
    #[must_use]
    pub const fn takes_time(self) -> bool {
        self.is_live() || matches!(self, Self::Kept | Self::Missed)
    }

    /// The first minute in which it ends by itself.
    #[must_use]
    pub const fn until(self) -> Option<Minute> {
        match self {
            Self::Held { until } | Self::Offered { until } | Self::Requested { until } => {
                Some(until)
            }
            _ => None,
        }
    }

    /// Says whether its time is over, so that only [`Act::Lapse`] may follow.
    #[must_use]
    pub fn is_over(self, now: Minute) -> bool {
        self.until().is_some_and(|until| now >= until)
    }

    /// The stable number, as in the stored form.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Held { .. } => 0,
            Self::Offered { .. } => 1,
            Self::Requested { .. } => 2,
            Self::Booked => 3,
            Self::Lapsed => 4,
            Self::Released => 5,
            Self::Declined => 6,
            Self::Cancelled => 7,
            Self::Moved { .. } => 8,
            Self::Kept => 9,
            Self::Missed => 10,
        }
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held { .. } => "held",
            Self::Offered { .. } => "offered",
            Self::Requested { .. } => "requested",
            Self::Booked => "booked",
            Self::Lapsed => "lapsed",
            Self::Released => "released",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Moved { .. } => "moved",
            Self::Kept => "kept",
            Self::Missed => "missed",
        }
    }
}
