//! The one error of these routes: a stable code, and what a client needs with it.

use axum::http::{HeaderValue, StatusCode, header};
use troth_booking::machine::Refused;
use troth_booking::rules::NotOffered;
use troth_wire::api::ErrorCode;
use troth_wire::network::{Conflict, Problem, ProblemCode, Time};

use super::reply::Reply;
use crate::error::ApiError;
use crate::network::store::{self, NetworkError};
use crate::store::StoreError;

/// Says why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: ProblemCode,
    /// The field that is wrong, as a JSON pointer, or `?name`.
    pub(crate) field: Option<String>,
    pub(crate) conflicts: Vec<Conflict>,
    /// How many seconds to wait, when slowed down.
    pub(crate) seconds: Option<u32>,
    /// The methods that the path knows.
    pub(crate) allow: Option<String>,
}

impl Refusal {
    /// A code that names a field.
    pub(crate) fn at(code: ProblemCode, field: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            ..code.into()
        }
    }

    /// The visit that was wanted, as what stands in the way.
    pub(crate) fn with_conflict(mut self, start: u32, minutes: u32) -> Self {
        if matches!(self.code, ProblemCode::SlotTaken | ProblemCode::ClientBusy) {
            self.conflicts = vec![Conflict {
                start: Time(start),
                minutes,
            }];
        }
        self
    }

    /// Makes the answer; `request` are the random bytes that the log has too.
    pub(crate) fn reply(self, request: &str) -> Reply {
        let mut problem = Problem::new(self.code, request.to_owned());
        problem.field = self.field;
        problem.conflicts = self.conflicts;
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut reply = Reply::json(status, &problem).of_kind("application/problem+json");
        if let Some(seconds) = self.seconds {
            reply = reply.with(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(allow) = self
            .allow
            .and_then(|allow| HeaderValue::try_from(allow).ok())
        {
            reply = reply.with(header::ALLOW, allow);
        }
        if self.code == ProblemCode::SignInAgain {
            let schemes = HeaderValue::from_static("Bearer, Troth-Client");
            reply = reply.with(header::WWW_AUTHENTICATE, schemes);
        }
        reply
    }
}

impl From<ProblemCode> for Refusal {
    fn from(code: ProblemCode) -> Self {
        Self {
            code,
            field: None,
            conflicts: Vec::new(),
            seconds: None,
            allow: None,
        }
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        ApiError::from(code).into()
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => ProblemCode::StorageFull,
            StoreError::Unreachable | StoreError::Stopped => ProblemCode::Unavailable,
            StoreError::Broken => ProblemCode::Internal,
        }
        .into()
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        let code = match error.code {
            ErrorCode::SlowDown => ProblemCode::SlowDown,
            ErrorCode::TooLarge => ProblemCode::TooLarge,
            ErrorCode::SignInAgain => ProblemCode::SignInAgain,
            ErrorCode::TimedOut => ProblemCode::TimedOut,
            ErrorCode::WrongMethod => ProblemCode::WrongMethod,
            ErrorCode::NotFound => ProblemCode::NotFound,
            ErrorCode::BadFrame | ErrorCode::BadBody => ProblemCode::NotJson,
            ErrorCode::StorageFull | ErrorCode::SpaceFull => ProblemCode::StorageFull,
            ErrorCode::Unavailable => ProblemCode::Unavailable,
            _ => ProblemCode::Internal,
        };
        Self {
            seconds: error.seconds,
            ..code.into()
        }
    }
}

impl From<NetworkError> for Refusal {
    fn from(error: NetworkError) -> Self {
        use store::Conflict as By;

        match error {
            NetworkError::Store(error) => error.into(),
            NetworkError::NotFound => ProblemCode::NotFound.into(),
            NetworkError::Changed { .. } => ProblemCode::StaleVersion.into(),
            NetworkError::Taken(by)
                if by.iter().all(|one| matches!(one, By::Client | By::Partner)) =>
            {
                ProblemCode::ClientBusy.into()
            }
            NetworkError::Taken(_) => ProblemCode::SlotTaken.into(),
            NetworkError::NotOffered(reason) => not_offered(reason).into(),
            NetworkError::NotBookable => ProblemCode::NotBookable.into(),
            NetworkError::Refused(reason) => refused(reason).into(),
            NetworkError::NotLicensed => Self::at(ProblemCode::NotOffered, "/state"),
            NetworkError::NotServed => ProblemCode::NotOffered.into(),
            NetworkError::NotTheirClient => Self::at(ProblemCode::NotFound, "/client"),
            NetworkError::TooMany => ProblemCode::TooMany.into(),
            NetworkError::HoldElsewhere => ProblemCode::HoldElsewhere.into(),
            NetworkError::WrongState => ProblemCode::WrongState.into(),
            NetworkError::KeyReused => ProblemCode::KeyReused.into(),
            NetworkError::StaleQuote => ProblemCode::QuoteMismatch.into(),
            NetworkError::AlreadyWaiting(_) => ProblemCode::TooMany.into(),
            NetworkError::NpiTaken => Self::at(ProblemCode::Invalid, "/npi"),
            NetworkError::AccountTaken => ProblemCode::WrongState.into(),
            // Contended, and what a later store may add.
            _ => ProblemCode::Unavailable.into(),
        }
    }
}

/// Why a time is not offered, as the API says it.
const fn not_offered(reason: NotOffered) -> ProblemCode {
    match reason {
        NotOffered::Hours(_) => ProblemCode::NotBookable,
        NotOffered::TooLate | NotOffered::TooEarly => ProblemCode::TooLate,
        NotOffered::Busy => ProblemCode::SlotTaken,
        _ => ProblemCode::OutsideHours,
    }
}

/// Why an act is refused, as the API says it.
const fn refused(reason: Refused) -> ProblemCode {
    match reason {
        Refused::Lapsed => ProblemCode::HoldLapsed,
        Refused::WrongToken | Refused::WrongPerson => ProblemCode::NotYours,
        Refused::AlreadyAccepted => ProblemCode::AlreadyAnswered,
        Refused::SamePerson => ProblemCode::SamePerson,
        Refused::Begun => ProblemCode::TooLate,
        Refused::BadLength | Refused::BadOpening => ProblemCode::OutsideHours,
        Refused::TooManyChanges => ProblemCode::TooMany,
        _ => ProblemCode::WrongState,
    }
}
