/// Says why an act on a booking changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The booking has ended.
    #[error("the booking has ended")]
    Ended,
    /// The time of the hold, the offer or the request is over.
    #[error("its time is over")]
    Lapsed,
    /// The time of the hold, the offer or the request is not over, or it has none.
    #[error("its time is not over")]
    StillStanding,
    /// Only a held or offered time can be accepted or let go.
    #[error("nothing is waiting to be accepted")]
    NotHeld,
    /// Only a request can be confirmed or declined.
    #[error("nothing was requested")]
    NotRequested,
    /// Only a request or a booked visit can be cancelled or moved.
    #[error("nothing is requested or booked")]
    NotBooked,
    /// The token belongs to nobody of this booking, or was used before.
    #[error("the token is not valid here")]
    WrongToken,
    /// The token belongs to somebody else.
    #[error("the token belongs to somebody else")]
    WrongPerson,
    /// This person has accepted before.
    #[error("already accepted")]
    AlreadyAccepted,
    /// The holder cannot be the other partner too.
    #[error("two different people must accept")]
    SamePerson,
    /// The visit has begun, or would begin in the past.
    #[error("the visit has begun")]
    Begun,
    /// The visit has not begun.
    #[error("the visit has not begun")]
    NotBegun,
    /// A visit lasts from one minute to [`LONGEST_VISIT`](super::LONGEST_VISIT), with at most
    /// [`LONGEST_BUFFER`](super::LONGEST_BUFFER) before and after it.
    #[error("a visit cannot have this length")]
    BadLength,
    /// A booking cannot be begun in this way.
    #[error("a booking cannot begin like this")]
    BadOpening,
    /// The history is as long as it may become.
    #[error("the booking was changed too often")]
    TooManyChanges,
}

impl Refused {
    /// The stable name, for problem details and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ended => "booking_ended",
            Self::Lapsed => "booking_lapsed",
            Self::StillStanding => "booking_still_standing",
            Self::NotHeld => "booking_not_held",
            Self::NotRequested => "booking_not_requested",
            Self::NotBooked => "booking_not_booked",
            Self::WrongToken => "token_not_valid",
            Self::WrongPerson => "token_of_somebody_else",
            Self::AlreadyAccepted => "already_accepted",
            Self::SamePerson => "same_person",
            Self::Begun => "visit_begun",
            Self::NotBegun => "visit_not_begun",
            Self::BadLength => "bad_length",
            Self::BadOpening => "bad_opening",
            Self::TooManyChanges => "too_many_changes",
        }
    }
}
