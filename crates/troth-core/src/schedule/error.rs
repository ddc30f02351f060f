use thiserror::Error;

/// Says why a text is not a time for a promise, and what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// Neither a time, nor a day, nor a rule.
    #[error(
        "this is not a time; write a time as 2026-12-01T18:00[Europe/Vienna], a day as 2026-12-01[Europe/Vienna], or a rule as FREQ=WEEKLY;BYDAY=MO"
    )]
    NotATime,
    /// The zone is not in the time zone database.
    #[error("this time zone is not known; write its full name, such as [Europe/Vienna]")]
    UnknownZone,
    /// An offset such as `+01:00` was given, which says nothing about summer time.
    #[error(
        "write the name of the time zone in brackets, such as [Europe/Vienna], instead of an offset"
    )]
    Offset,
    /// The rule has no frequency or one that promises do not have.
    #[error("a rule begins with FREQ=DAILY, FREQ=WEEKLY, FREQ=MONTHLY or FREQ=YEARLY")]
    Frequency,
    /// The rule has a part that is not supported here.
    #[error(
        "a rule has only FREQ, INTERVAL, BYDAY, BYMONTHDAY, BYHOUR, BYMINUTE, COUNT, UNTIL and DTSTART here, and in a yearly one BYMONTH"
    )]
    UnknownPart,
    /// The month is not one, or a yearly rule names days and no month.
    #[error(
        "a yearly rule names its days beside one month, such as FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1"
    )]
    Month,
    /// A part comes twice.
    #[error("each part of a rule is written once")]
    Twice,
    /// A part has no value.
    #[error("each part of a rule has the form NAME=VALUE, with semicolons between")]
    Part,
    /// The interval is not 1 to 999.
    #[error("INTERVAL is a number from 1 to 999")]
    Interval,
    /// The count is not 1 to 1000.
    #[error("COUNT is a number from 1 to 1000")]
    Count,
    /// A day of the week is not one.
    #[error(
        "BYDAY has MO, TU, WE, TH, FR, SA, SU, with a place such as 1MO or -1FR only in a monthly rule"
    )]
    Day,
    /// A day of the month is not one.
    #[error(
        "BYMONTHDAY has numbers from 1 to 31, or -1 to -31 from the end, in a monthly or daily rule"
    )]
    MonthDay,
    /// An hour is not one.
    #[error("BYHOUR has numbers from 0 to 23")]
    Hour,
    /// A minute is not one.
    #[error("BYMINUTE has numbers from 0 to 59")]
    Minute,
    /// The end is not a day or a time.
    #[error("UNTIL is a day such as 20261231 or a time such as 20261231T180000")]
    Until,
    /// The start is not a time.
    #[error("DTSTART is a time such as 20261201T180000")]
    Start,
    /// Both a count and an end.
    #[error("a rule ends by COUNT or by UNTIL, not by both")]
    TwoEnds,
    /// More than 24 due times on one day.
    #[error("a promise comes due at most 24 times a day")]
    TooOften,
    /// No due time ever comes.
    #[error("this rule never comes round; look at its days and its end")]
    Never,
}
