use super::{
    Booking, Cause, Change, Confirm, HOLD_MINUTES, Hand, LONGEST_BUFFER, LONGEST_VISIT, Move,
    Moving, Opening, Origin, Partner, REQUEST_MINUTES, Refused, State, What,
};
use crate::id::BookingId;
use crate::time::{Minute, Visit};

/// Decides how a booking begins: as a hold, an offer, or booked over another one.
///
/// # Errors
///
/// - [`Refused::Begun`]: the visit would not begin after `now`.
/// - [`Refused::BadLength`]: the visit or its buffers are too long, or it has no length.
/// - [`Refused::BadOpening`]: the origin is a move, or lies over others in layer 0 or for two.
pub fn open(id: BookingId, opening: &Opening, now: Minute) -> Result<Change, Refused> {
    check(&opening.visit, now)?;
    let (state, cause) = match opening.origin {
        Origin::Hold => {
            let until = limit(&opening.visit, now, HOLD_MINUTES);
            (State::Held { until }, Cause::Holder)
        }
        Origin::Offer { minutes } => {
            let until = limit(&opening.visit, now, minutes);
            (State::Offered { until }, Cause::Waitlist)
        }
        Origin::Overbook { layer } if layer > 0 && opening.partner.is_none() => {
            (State::Booked, Cause::Provider)
        }
        Origin::Ask { layer, minutes } if layer > 0 && opening.partner.is_none() => {
            let until = limit(&opening.visit, now, minutes);
            (State::Offered { until }, Cause::Provider)
        }
        Origin::Overbook { .. } | Origin::Ask { .. } | Origin::Move { .. } => {
            return Err(Refused::BadOpening);
        }
    };
    Ok(Change {
        booking: id,
        sequence: 0,
        at: now,
        cause,
        previous: None,
        next: None,
        what: What::Opened {
            provider: opening.provider,
            visit: opening.visit,
            holder: Hand {
                client: opening.holder,
                token: opening.token,
                accepted: state == State::Booked,
            },
            partner: opening
                .partner
                .map_or(Partner::None, |token| Partner::Invited { token }),
            confirm: opening.confirm,
            origin: opening.origin,
        },
        state,
    })
}

impl Booking {
    /// Decides a move to another time with the same provider and the same people.
    ///
    /// Both changes are to be recorded in one transaction, the old time's cells given back before
    /// the new ones are taken. Where the provider answers first, the new time is a new request.
    ///
    /// # Errors
    ///
    /// - [`Refused::Ended`], [`Refused::Lapsed`], [`Refused::NotBooked`]: there is nothing to move.
    /// - [`Refused::WrongToken`]: the token is not one of this booking, or was used before.
    /// - [`Refused::Begun`], [`Refused::BadLength`]: the old visit has begun, or the new one cannot be.
    /// - [`Refused::BadOpening`]: the new booking has the old one's name, or the tokens do not fit
    ///   the number of people.
    pub fn move_to(&self, to: &Move, now: Minute) -> Result<Moving, Refused> {
        let cause = self.decide_ending(to.token, now)?;
        check(&to.visit, now)?;
        let partner = match (self.partner, to.partner_next) {
            (Partner::None, None) => Partner::None,
            (Partner::Joined(hand), Some(token)) => Partner::Joined(Hand { token, ..hand }),
            _ => return Err(Refused::BadOpening),
        };
        if to.to == self.id {
            return Err(Refused::BadOpening);
        }
        let old = Change {
            next: Some(to.to),
            ..self.change(cause, What::Nothing, State::Moved { to: to.to }, now)?
        };
        let new = Change {
            booking: to.to,
            sequence: 0,
            at: now,
            cause,
            previous: Some(self.id),
            next: None,
            what: What::Opened {
                provider: self.provider,
                visit: to.visit,
                holder: Hand {
                    token: to.holder_next,
                    ..self.holder
                },
                partner,
                confirm: self.confirm,
                origin: Origin::Move { from: self.id },
            },
            state: accepted(self.confirm, &to.visit, now),
        };
        Ok(Moving { old, new })
    }
}

/// The state once everybody who comes has accepted.
pub(super) fn accepted(confirm: Confirm, visit: &Visit, now: Minute) -> State {
    match confirm {
        Confirm::Instant => State::Booked,
        Confirm::OnRequest => State::Requested {
            until: limit(visit, now, REQUEST_MINUTES),
        },
    }
}

/// The first minute in which so many minutes have surely passed, and the visit's start at the latest.
///
/// `now` is rounded down to the minute, so one is added: nobody has less time than was promised.
fn limit(visit: &Visit, now: Minute, minutes: u32) -> Minute {
    now.plus(minutes).plus(1).min(visit.start)
}

/// Checks that a visit lies ahead and has a sound length.
fn check(visit: &Visit, now: Minute) -> Result<(), Refused> {
    if visit.start <= now {
        return Err(Refused::Begun);
    }
    let is_sound = (1..=LONGEST_VISIT).contains(&visit.minutes)
        && visit.before.max(visit.after) <= LONGEST_BUFFER;
    if is_sound {
        Ok(())
    } else {
        Err(Refused::BadLength)
    }
}
