//! Why something about providers and visits was not done.

use thiserror::Error;
use troth_wire::network::{Conflict, Problem, ProblemCode};

use crate::journal::JournalError;
use crate::relay::RelayError;
use crate::trouble::Trouble;

/// What the server said when it could not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The stable word for it.
    pub code: ProblemCode,
    /// The field that is wrong, as a JSON pointer, or `?name` for a query parameter.
    pub field: Option<String>,
    /// Every time that stands in the way.
    pub conflicts: Vec<Conflict>,
    /// What to do about it, in English.
    pub advice: String,
    /// Names the failure in the server's log.
    pub request: String,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.code,
            field: problem.field,
            conflicts: problem.conflicts,
            advice: problem.detail,
            request: problem.request,
        }
    }
}

/// Why an act with the directory or a practice was not done.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetworkError {
    /// The device, the network or the session is in the way.
    #[error(transparent)]
    Trouble(Trouble),
    /// The server refused.
    #[error("{}", .0.advice)]
    Refused(Refusal),
    /// Something that has to be signed was not, or not by whom it should be.
    #[error("what the server gives was not signed by whom it should be; nothing of it is used")]
    Forged,
    /// A note is longer than one may be.
    #[error("a note to a provider has at most 2,000 characters")]
    NoteTooLong,
    /// The provider's listing has no key, so nothing can be sealed to them.
    #[error("this provider cannot receive sealed notes yet")]
    NoKey,
    /// The query cannot be answered as it is.
    #[error(transparent)]
    Query(troth_match::QueryError),
    /// No shard of a state that the query names was fetched.
    #[error("the providers of this state have not been fetched yet")]
    NotFetched,
}

impl NetworkError {
    /// Returns the server's word for a refusal.
    #[must_use]
    pub fn code(&self) -> Option<ProblemCode> {
        match self {
            Self::Refused(refusal) => Some(refusal.code),
            _ => None,
        }
    }

    /// Names the field that the server found wrong.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => refusal.field.as_deref(),
            _ => None,
        }
    }

    /// Tells whether only the network is in the way.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::Trouble(trouble) if trouble.is_offline())
    }

    /// Tells whether the act may or may not have been done, so that it has to be sent again with
    /// its key.
    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::Trouble(Trouble::Relay(error)) => *error != RelayError::BadAddress,
            Self::Trouble(Trouble::Slowed) => true,
            Self::Refused(refusal) => matches!(
                refusal.code,
                ProblemCode::TimedOut
                    | ProblemCode::Internal
                    | ProblemCode::Unavailable
                    | ProblemCode::StorageFull
            ),
            _ => false,
        }
    }
}

impl From<Trouble> for NetworkError {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<RelayError> for NetworkError {
    fn from(error: RelayError) -> Self {
        Self::Trouble(error.into())
    }
}

impl From<JournalError> for NetworkError {
    fn from(error: JournalError) -> Self {
        Self::Trouble(error.into())
    }
}

/// Why a visit was not held, accepted, moved or cancelled.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum BookError {
    /// Somebody else has this time; rank again without it.
    #[error("this time has just been taken; choose another one")]
    SlotTaken(Vec<Conflict>),
    /// The hold ended before it was used.
    #[error("the time is no longer held; hold it again if it is still free")]
    HoldOver,
    /// The person holds another time.
    #[error("you are holding another time; let that one go first")]
    AlreadyHolding,
    /// One of the two has another visit then.
    #[error("one of you has another visit at that time")]
    Busy(Vec<Conflict>),
    /// The price is not the one that was shown, or was not signed by the practice.
    #[error("the price was not signed by this practice; it is not used")]
    QuoteForged,
    /// The price was changed since it was shown.
    #[error("the price has changed; look at it again before accepting")]
    QuoteChanged,
    /// There is no such visit for this person.
    #[error("there is no such visit here")]
    Gone,
    /// It is past, too near or too far ahead.
    #[error("it is too late, or too early, for that")]
    TooLate,
    /// The visit stands in a way in which this is not possible.
    #[error("this is not possible any more, or not yet; look at the visit again")]
    WrongState,
    /// The provider cannot be booked for this here.
    #[error("this provider does not offer that here")]
    NotOffered,
    /// Anything else.
    #[error(transparent)]
    Network(NetworkError),
}

impl<T: Into<NetworkError>> From<T> for BookError {
    fn from(error: T) -> Self {
        let error = error.into();
        let NetworkError::Refused(refusal) = &error else {
            return Self::Network(error);
        };
        match refusal.code {
            ProblemCode::SlotTaken => Self::SlotTaken(refusal.conflicts.clone()),
            ProblemCode::HoldLapsed => Self::HoldOver,
            ProblemCode::HoldElsewhere => Self::AlreadyHolding,
            ProblemCode::ClientBusy => Self::Busy(refusal.conflicts.clone()),
            ProblemCode::QuoteMismatch => Self::QuoteChanged,
            ProblemCode::NotFound => Self::Gone,
            ProblemCode::TooLate | ProblemCode::OutsideHours => Self::TooLate,
            ProblemCode::WrongState | ProblemCode::NotYours | ProblemCode::AlreadyAnswered => {
                Self::WrongState
            }
            ProblemCode::NotBookable | ProblemCode::NotOffered => Self::NotOffered,
            _ => Self::Network(error),
        }
    }
}
