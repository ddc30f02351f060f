//! The routes: one file each, with request, handler, errors and tests.

pub(crate) mod account;
pub(crate) mod blob;
pub(crate) mod entries;
pub(crate) mod invitation;
pub(crate) mod login;
pub(crate) mod password;
pub(crate) mod proof;
pub(crate) mod recover;
pub(crate) mod returned;
pub(crate) mod session;
pub(crate) mod share;

use troth_wire::api::ErrorCode;

use crate::error::ApiError;

/// Reads an identifier out of a path.
fn id<T: std::str::FromStr>(text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| ErrorCode::NotFound.into())
}

/// Refuses what is longer than its limit.
fn at_most(bytes: impl AsRef<[u8]>, limit: usize) -> Result<(), ApiError> {
    if bytes.as_ref().len() <= limit {
        Ok(())
    } else {
        Err(ErrorCode::TooLarge.into())
    }
}
