use super::{Booking, Cause, Change, Partner, State, What};

impl Booking {
    /// Begins a booking with its first change; `None` if the change does not open one.
    #[must_use]
    pub fn begin(first: &Change) -> Option<Self> {
        let What::Opened {
            provider,
            visit,
            holder,
            partner,
            confirm,
            origin,
        } = first.what
        else {
            return None;
        };
        let mut booking = Self {
            id: first.booking,
            provider,
            visit,
            holder,
            partner,
            confirm,
            origin,
            state: first.state,
            sequence: first.sequence,
            version: None,
        };
        booking.mark_version();
        Some(booking)
    }

    /// Takes a change in.
    ///
    /// One of another booking, one out of order and one after the end change nothing.
    pub fn apply(&mut self, change: &Change) {
        let fits = change.booking == self.id
            && self.sequence.checked_add(1) == Some(change.sequence)
            && self.state.is_live();
        if !fits {
            return;
        }
        if let What::Accepted { hand } = change.what {
            match change.cause {
                Cause::Partner => self.partner = Partner::Joined(hand),
                _ => self.holder = hand,
            }
        }
        self.sequence = change.sequence;
        self.state = change.state;
        self.mark_version();
    }

    /// Notes the sequence at which the visit was booked.
    fn mark_version(&mut self) {
        if self.state == State::Booked && self.version.is_none() {
            self.version = Some(self.sequence);
        }
    }
}
