use super::open::accepted;
use super::{Act, Booking, Cause, Change, Confirm, Hand, Origin, Partner, Refused, State, What};
use crate::id::{ClientId, TokenDigest};
use crate::time::Minute;

impl Booking {
    /// Decides what an act changes, and changes nothing.
    ///
    /// # Errors
    ///
    /// - [`Refused::Ended`]: nothing more becomes of this booking.
    /// - [`Refused::Lapsed`]: the time of the hold, offer or request is over; [`Act::Lapse`] says so.
    /// - [`Refused::WrongToken`], [`Refused::WrongPerson`], [`Refused::AlreadyAccepted`],
    ///   [`Refused::SamePerson`]: this person may not, or not again.
    /// - every other reason: the act does not fit the state.
    pub fn decide(&self, act: &Act, now: Minute) -> Result<Change, Refused> {
        if !self.state.is_live() {
            return Err(Refused::Ended);
        }
        if *act == Act::Lapse {
            return self.decide_lapse(now);
        }
        if self.state.is_over(now) {
            return Err(Refused::Lapsed);
        }
        match *act {
            Act::Accept {
                client,
                token,
                next,
            } => self.decide_accept(client, token, next, now),
            Act::Release { token } => {
                self.must_be_held()?;
                let cause = self.whose(token)?;
                self.change(cause, What::Nothing, State::Released, now)
            }
            Act::Confirm => self.answer(State::Booked, now),
            Act::Decline => self.answer(State::Declined, now),
            Act::Cancel { token } => {
                let cause = self.decide_ending(token, now)?;
                self.change(cause, What::Nothing, State::Cancelled, now)
            }
            Act::CallOff => self.call_off(now),
            Act::Close => self.decide_close(now),
            Act::Keep => self.close(State::Kept, now),
            Act::Miss => self.close(State::Missed, now),
            Act::Lapse => self.decide_lapse(now),
        }
    }

    /// Decides an acceptance of the holder or the partner.
    fn decide_accept(
        &self,
        client: ClientId,
        token: TokenDigest,
        next: TokenDigest,
        now: Minute,
    ) -> Result<Change, Refused> {
        self.must_be_held()?;
        let cause = self.whose(token)?;
        let has_accepted = match cause {
            Cause::Holder if client != self.holder.client => return Err(Refused::WrongPerson),
            Cause::Holder => self.holder.accepted,
            _ if client == self.holder.client => return Err(Refused::SamePerson),
            _ => matches!(self.partner, Partner::Joined(_)),
        };
        if has_accepted {
            return Err(Refused::AlreadyAccepted);
        }
        let has_other = match cause {
            Cause::Holder => !matches!(self.partner, Partner::Invited { .. }),
            _ => self.holder.accepted,
        };
        let state = if has_other {
            accepted(self.confirms(), &self.visit, now)
        } else {
            self.state
        };
        let hand = Hand {
            client,
            token: next,
            accepted: true,
        };
        self.change(cause, What::Accepted { hand }, state, now)
    }

    /// Whether the provider answers first: not where they asked themselves.
    const fn confirms(&self) -> Confirm {
        match self.origin {
            Origin::Ask { .. } => Confirm::Instant,
            _ => self.confirm,
        }
    }

    /// Decides the end of a hold, an offer or a request whose time is over.
    fn decide_lapse(&self, now: Minute) -> Result<Change, Refused> {
        if self.state.is_over(now) {
            self.change(Cause::Clock, What::Nothing, State::Lapsed, now)
        } else {
            Err(Refused::StillStanding)
        }
    }

    /// Decides the provider's answer to a request.
    fn answer(&self, state: State, now: Minute) -> Result<Change, Refused> {
        if !matches!(self.state, State::Requested { .. }) {
            return Err(Refused::NotRequested);
        }
        self.change(Cause::Provider, What::Nothing, state, now)
    }

    /// Decides that the provider calls a visit off, or takes their own offer back.
    fn call_off(&self, now: Minute) -> Result<Change, Refused> {
        self.must_be_ahead(now)?;
        let is_own_offer = matches!(self.origin, Origin::Ask { .. });
        if is_own_offer && matches!(self.state, State::Offered { .. }) {
            return self.change(Cause::Provider, What::Nothing, State::Released, now);
        }
        self.must_be_booked()?;
        self.change(Cause::Provider, What::Nothing, State::Cancelled, now)
    }

    /// Decides the end of what has not begun when its provider is gone.
    fn decide_close(&self, now: Minute) -> Result<Change, Refused> {
        self.must_be_ahead(now)?;
        let state = match self.state {
            State::Held { .. } | State::Offered { .. } => State::Released,
            State::Requested { .. } => State::Declined,
            _ => State::Cancelled,
        };
        self.change(Cause::Provider, What::Nothing, state, now)
    }

    /// Decides what the provider says of a visit after it has begun.
    fn close(&self, state: State, now: Minute) -> Result<Change, Refused> {
        if self.state != State::Booked {
            return Err(Refused::NotBooked);
        }
        if now < self.visit.start {
            return Err(Refused::NotBegun);
        }
        self.change(Cause::Provider, What::Nothing, state, now)
    }

    /// Checks that somebody may end a request or a booked visit, and says who it is.
    pub(super) fn decide_ending(&self, token: TokenDigest, now: Minute) -> Result<Cause, Refused> {
        if !self.state.is_live() {
            return Err(Refused::Ended);
        }
        if self.state.is_over(now) {
            return Err(Refused::Lapsed);
        }
        self.must_be_booked()?;
        let cause = self.whose(token)?;
        self.must_be_ahead(now)?;
        Ok(cause)
    }

    /// Says whose token this is.
    fn whose(&self, token: TokenDigest) -> Result<Cause, Refused> {
        let of_partner = match self.partner {
            Partner::None => None,
            Partner::Invited { token } => Some(token),
            Partner::Joined(hand) => Some(hand.token),
        };
        if token == self.holder.token {
            Ok(Cause::Holder)
        } else if Some(token) == of_partner {
            Ok(Cause::Partner)
        } else {
            Err(Refused::WrongToken)
        }
    }

    fn must_be_held(&self) -> Result<(), Refused> {
        match self.state {
            State::Held { .. } | State::Offered { .. } => Ok(()),
            _ => Err(Refused::NotHeld),
        }
    }

    fn must_be_booked(&self) -> Result<(), Refused> {
        match self.state {
            State::Requested { .. } | State::Booked => Ok(()),
            _ => Err(Refused::NotBooked),
        }
    }

    fn must_be_ahead(&self, now: Minute) -> Result<(), Refused> {
        if now < self.visit.start {
            Ok(())
        } else {
            Err(Refused::Begun)
        }
    }

    /// The next change of this booking.
    pub(super) fn change(
        &self,
        cause: Cause,
        what: What,
        state: State,
        now: Minute,
    ) -> Result<Change, Refused> {
        let sequence = self.sequence.checked_add(1);
        Ok(Change {
            booking: self.id,
            sequence: sequence.ok_or(Refused::TooManyChanges)?,
            at: now,
            cause,
            previous: None,
            next: None,
            what,
            state,
        })
    }
}
