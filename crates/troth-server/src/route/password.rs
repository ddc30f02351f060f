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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Method::Post;
    use crate::testing::{House, person};

    #[tokio::test]
    async fn a_new_password_replaces_the_old_one_and_ends_other_sessions() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "old").await;
        let other = house.sign_in("ana", "old").await.unwrap();
        let (begun, start) = person::change_password("new");
        let started: PasswordStarted = house
            .send((Post, "/v1/password/start"), Some(ana.token), &start)
            .await
            .unwrap();
        let finish = begun.change(&started.response, 1);
        let done: PutDone = house
            .send((Post, "/v1/password/finish"), Some(ana.token), &finish)
            .await
            .unwrap();
        assert_eq!(done.version, 2);
        assert_eq!(
            house.sign_in("ana", "old").await,
            Err(ErrorCode::WrongCredentials)
        );
        assert!(house.sign_in("ana", "new").await.is_ok());
        let ended: Result<PasswordStarted, _> = house
            .send((Post, "/v1/password/start"), Some(other.token), &start)
            .await;
        assert_eq!(ended, Err(ErrorCode::SignInAgain));
    }

    #[tokio::test]
    async fn slots_that_changed_meanwhile_keep_the_old_password() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "old").await;
        let (begun, start) = person::change_password("new");
        let started: PasswordStarted = house
            .send((Post, "/v1/password/start"), Some(ana.token), &start)
            .await
            .unwrap();
        let finish = begun.change(&started.response, 7);
        let refused: Result<PutDone, _> = house
            .send((Post, "/v1/password/finish"), Some(ana.token), &finish)
            .await;
        assert_eq!(refused, Err(ErrorCode::VersionConflict));
        assert!(house.sign_in("ana", "old").await.is_ok());
    }
}
