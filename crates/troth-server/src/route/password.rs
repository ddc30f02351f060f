//! `password/start`, `password/finish`: a new password for a signed-in account.

use troth_wire::api::{
    ErrorCode, MAX_KEYRING, PasswordFinish, PasswordStart, PasswordStarted, PutDone,
};

use super::account::{password_file, register};
use super::at_most;
use crate::auth::Call;
use crate::error::ApiError;
use crate::store::{NewPassword, Put, Stored};
use crate::wake::Topic;

/// `POST password/start`.
pub(crate) async fn start(call: &Call<'_>) -> Result<PasswordStarted, ApiError> {
    let signed = call.signed().await?;
    let PasswordStart { request } = call.body()?;
    let account = call.service.store.account(signed.account).await?;
    let login = account.ok_or(ErrorCode::SignInAgain)?.login;
    Ok(PasswordStarted {
        response: register(call.service, login, &request)?,
    })
}

/// `POST password/finish`: password and slots change together, other sessions end.
pub(crate) async fn finish(call: &Call<'_>) -> Result<PutDone, ApiError> {
    let signed = call.signed().await?;
    let PasswordFinish {
        upload,
        slots,
        recovery,
    } = call.body()?;
    at_most(&slots.bytes, MAX_KEYRING)?;
    let new = NewPassword {
        password: password_file(&upload)?,
        recovery: recovery.map(|key| key.0),
        slots: Put {
            replaces: slots.replaces,
            bytes: slots.bytes.0,
        },
        keep: signed.session,
    };
    match call
        .service
        .store
        .change_password(signed.account, new)
        .await?
    {
        Stored::Done { version } => {
            call.service.wake.publish(Topic::Account(signed.account));
            Ok(PutDone { version })
        }
        Stored::Conflict { version } => Err(ApiError::conflict(version)),
    }
}
