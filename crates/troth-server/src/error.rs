//! The one error of the routes: a stable code, and what a client needs with it.

use troth_wire::api::{ErrorCode, Problem};
use troth_wire::strict::Malformed;

use crate::store::StoreError;

/// Says why a request was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{code}")]
pub struct ApiError {
    /// What went wrong.
    pub code: ErrorCode,
    /// How many seconds to wait, when slowed down.
    pub seconds: Option<u32>,
    /// The version that stands, when another one was expected.
    pub version: Option<u64>,
}

impl ApiError {
    /// Slowed down for so many seconds.
    pub(crate) const fn slow_down(seconds: u32) -> Self {
        Self {
            code: ErrorCode::SlowDown,
            seconds: Some(seconds),
            version: None,
        }
    }

    /// A blob is at another version.
    pub(crate) const fn conflict(version: u64) -> Self {
        Self {
            code: ErrorCode::VersionConflict,
            seconds: None,
            version: Some(version),
        }
    }

    /// The HTTP status that goes with the code.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self.code {
            ErrorCode::SignInAgain | ErrorCode::WrongCredentials => 401,
            ErrorCode::NotAMember => 403,
            ErrorCode::NotFound | ErrorCode::InvitationGone => 404,
            ErrorCode::WrongMethod => 405,
            ErrorCode::TimedOut => 408,
            ErrorCode::LoginTaken
            | ErrorCode::VersionConflict
            | ErrorCode::ShareRefused
            | ErrorCode::BoundToAnother
            | ErrorCode::ReceiptRefused => 409,
            ErrorCode::TooLarge => 413,
            ErrorCode::SlowDown | ErrorCode::TooMany => 429,
            ErrorCode::Unavailable => 503,
            ErrorCode::StorageFull | ErrorCode::SpaceFull => 507,
            ErrorCode::Internal => 500,
            _ => 400,
        }
    }

    /// Makes the body of the answer.
    pub(crate) fn problem(&self, request: &[u8]) -> Problem {
        let Self {
            code,
            seconds,
            version,
        } = *self;
        Problem {
            code,
            seconds,
            version,
            request: request.to_vec().into(),
        }
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self {
            code,
            seconds: None,
            version: None,
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => ErrorCode::StorageFull,
            StoreError::Unreachable | StoreError::Stopped => ErrorCode::Unavailable,
            StoreError::Broken => ErrorCode::Internal,
        }
        .into()
    }
}

impl From<Malformed> for ApiError {
    fn from(malformed: Malformed) -> Self {
        match malformed {
            Malformed::UnknownVersion => ErrorCode::UnknownVersion,
            _ => ErrorCode::BadBody,
        }
        .into()
    }
}
