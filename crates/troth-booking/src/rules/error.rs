/// Says why working hours cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum BadHours {
    /// The zone is not in the time zone database.
    #[error("the time zone is not known")]
    Zone,
    /// A time of day is not written as `HH:MM` up to `24:00`, or not a quarter hour.
    #[error("a time of day is written as HH:MM, in quarter hours up to 24:00")]
    Clock,
    /// A weekly rule names no day, or comes round in other than every 1 to 52 weeks, or in more than
    /// one without a first day.
    #[error("a weekly rule needs days, and a first day if it skips weeks")]
    Weekly,
    /// Days off end before they begin, or last longer than two years.
    #[error("days off must end after they begin, within two years")]
    Off,
    /// A length is missing or out of bounds, or there are more than eight.
    #[error("visits need from one to eight lengths of 10 to 480 minutes")]
    Minutes,
    /// The time kept free is longer than four hours.
    #[error("at most four hours are kept free before or after a visit")]
    Buffers,
    /// Visits may begin every 15, 30 or 60 minutes.
    #[error("visits begin every 15, 30 or 60 minutes")]
    Every,
    /// The horizon is 1 to 366 days; the notice lies within it.
    #[error("visits are booked 1 to 366 days ahead, and notice is less than that")]
    Horizon,
    /// There are more rules than anybody has.
    #[error("more than 500 rules")]
    TooMany,
}

/// Says why a time cannot be booked although nothing is known to stand in its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NotOffered {
    /// The rules themselves are not usable.
    #[error(transparent)]
    Hours(#[from] BadHours),
    /// Visits of this length are not offered.
    #[error("visits of this length are not offered")]
    Length,
    /// It is too late to book it.
    #[error("it is too late to book this time")]
    TooLate,
    /// It is too early to book it.
    #[error("it is too early to book this time")]
    TooEarly,
    /// It does not lie within the working hours, or no visit begins then.
    #[error("this time is not offered")]
    Closed,
    /// Something else is then.
    #[error("this time is busy")]
    Busy,
}

impl NotOffered {
    /// The stable name, for problem details.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hours(_) => "hours_not_usable",
            Self::Length => "length_not_offered",
            Self::TooLate => "too_late_to_book",
            Self::TooEarly => "too_early_to_book",
            Self::Closed => "time_not_offered",
            Self::Busy => "time_busy",
        }
    }
}
