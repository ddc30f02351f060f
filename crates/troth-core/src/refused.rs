//! Why a command was not turned into an event.

use thiserror::Error;

use crate::schedule::ScheduleError;
use crate::text::TextError;

/// Says why a wish cannot become an entry, in words that help the person on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refused {
    /// The text is empty or too long.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The schedule cannot be used.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The author is not one of the two partners.
    #[error("only the two partners of this space can do this")]
    NotAPartner,
    /// No entry of the expected kind has this id.
    #[error("there is no such entry in this record; look at the list for its id")]
    NotFound,
    /// The reveal was withdrawn.
    #[error("this question was taken back")]
    RevealWithdrawn,
    /// The author answered this reveal already.
    #[error("your answer is sealed already, and the first one counts")]
    AlreadyAnswered,
    /// Both answered: what is open cannot be closed again.
    #[error("both of you have answered, so it stays open")]
    AlreadyOpen,
    /// The answer's form does not fit the reveal's referee.
    #[error("this answer is sealed in another way than the question asks for")]
    WrongSealing,
    /// The opening came before both had committed.
    #[error("it opens once both of you have answered")]
    NotYetOpen,
    /// The author did not say that they are calm enough.
    #[error("take the time to settle first, then write")]
    NotSettled,
    /// The act is not named.
    #[error("an acknowledgment names at least what you did")]
    ActMissing,
    /// The author answers their own acknowledgment, or replaces one of the other's.
    #[error("only the other partner can answer this")]
    OwnAcknowledgment,
    /// A newer version of the acknowledgment stands.
    #[error("there is a newer version of this acknowledgment")]
    Replaced,
    /// "Something is missing" without saying which.
    #[error("choose which part is missing")]
    NoneMissing,
    /// The entry belongs to the other partner.
    #[error("only the author of this entry can do this")]
    NotYours,
    /// The mark belongs to the other side: givers say kept or missed, the other seen or different.
    #[error("whoever made the promise marks kept or missed, the other marks seen or different")]
    NotYourMark,
    /// The commitment has no such due time.
    #[error("this promise has no such due time")]
    NoSuchOccurrence,
    /// The due time lies ahead.
    #[error("it is not due yet; before then, changing the plan keeps your word")]
    NotDueYet,
    /// The promise was renegotiated a hundred times.
    #[error("this plan has changed too often to change it again; make a new promise")]
    TooManyChanges,
    /// The promise was released or taken back.
    #[error("this promise has ended")]
    Ended,
    /// Every due time lies in the past.
    #[error("this time has passed; choose one that lies ahead")]
    InThePast,
    /// Nobody thanks themself.
    #[error("thanks go to the other partner")]
    OwnEntry,
    /// This kind of entry cannot be withdrawn.
    #[error("this kind of entry cannot be withdrawn")]
    CannotWithdraw,
    /// This kind of entry cannot be corrected.
    #[error("this kind of entry cannot be corrected; write a new one")]
    CannotCorrect,
    /// The entry is withdrawn.
    #[error("this entry is withdrawn")]
    Withdrawn,
    /// The period begins after its end, is too long, or has nothing in it.
    #[error("there is nothing to show for these weeks")]
    NothingToShow,
    /// A rating lies outside its range.
    #[error("each sign is rated from 0 to 4")]
    RatingOutOfRange,
    /// A daily mark lies outside its range.
    #[error("a day is marked from 0 to 10")]
    MarkOutOfRange,
    /// Whoever proposed a visit answers to it.
    #[error("your partner answers to this")]
    OwnVisit,
    /// The visit was answered before.
    #[error("this visit has been answered already")]
    VisitAnswered,
    /// The visit has no length, or more than a day.
    #[error("a visit lasts from a minute to a day")]
    VisitLength,
    /// The week or the day has not begun.
    #[error("this lies in the future")]
    InTheFuture,
}
