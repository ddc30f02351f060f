//! `login/start`, `login/finish`: signing in with the password (OPAQUE, RFC 9807).

use troth_wire::api::{ErrorCode, LoginFinish, LoginStart, LoginStarted, SignedIn};
use troth_wire::opaque::opaque_ke::{
    CredentialFinalization, CredentialRequest, Identifiers, ServerLogin, ServerLoginParameters,
    ServerRegistration,
};
use troth_wire::opaque::{CONTEXT, ServerSuite};

use super::account::login_hash;
use super::session;
use crate::auth::Call;
use crate::env::Chance;
use crate::error::ApiError;
use crate::seal::{Challenge, Way};
use crate::store::LoginHash;
use crate::throttle::Who;

fn parameters() -> ServerLoginParameters<'static, 'static> {
    ServerLoginParameters {
        context: Some(CONTEXT),
        identifiers: Identifiers::default(),
    }
}

/// `POST login/start`, open to strangers.
///
/// For a login that does not exist the library answers from a made-up password file: same
/// lengths, same work, and the finish fails as with a wrong password (RFC 9807, section 10.9).
pub(crate) async fn start(call: &Call<'_>) -> Result<LoginStarted, ApiError> {
    call.slow_stranger()?;
    let service = call.service;
    let LoginStart { login, request } = call.body()?;
    let login = login_hash(service, &login)?;
    service.slow(Who::Login(login))?;
    let request = CredentialRequest::deserialize(&request.0).map_err(|_| ErrorCode::BadBody)?;
    let account = service.store.find_account(login).await?;
    let file = account.map(|account| ServerRegistration::deserialize(&account.password));
    let file = file.transpose().map_err(|_| ErrorCode::Internal)?;
    let started = ServerLogin::<ServerSuite>::start(
        &mut Chance(service.env.as_ref()),
        &service.opaque,
        file,
        request,
        &login.0,
        parameters(),
    )
    .map_err(|_| ErrorCode::BadBody)?;
    let env = service.env.as_ref();
    let state = started.state.serialize().to_vec();
    let challenge = Challenge::new(env, Way::Password, login, state);
    Ok(LoginStarted {
        response: started.message.serialize().to_vec().into(),
        challenge: service.seal.seal(env, &challenge),
    })
}

/// `POST login/finish`, open to strangers.
pub(crate) async fn finish(call: &Call<'_>) -> Result<SignedIn, ApiError> {
    call.slow_stranger()?;
    let service = call.service;
    let LoginFinish {
        challenge,
        finalization,
        label,
    } = call.body()?;
    let wrong = ErrorCode::WrongCredentials;
    let challenge = service
        .seal
        .open(service.env.as_ref(), Way::Password, &challenge);
    let challenge = challenge.ok_or(wrong)?;
    let state = ServerLogin::<ServerSuite>::deserialize(&challenge.state.0).map_err(|_| wrong)?;
    let finalization = CredentialFinalization::deserialize(&finalization.0).map_err(|_| wrong)?;
    state
        .finish(finalization, parameters())
        .map_err(|_| wrong)?;
    let account = service
        .store
        .find_account(LoginHash(challenge.login.0))
        .await?;
    session::open(
        service,
        account.ok_or(wrong)?.account,
        challenge.session,
        label,
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Method::Post;
    use crate::testing::{House, person};
    use troth_wire::api::ErrorCode::{SlowDown, WrongCredentials};

    #[tokio::test]
    async fn the_right_password_signs_in_and_the_wrong_one_does_not() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "correct horse").await;
        let again = house.sign_in("ana", "correct horse").await.unwrap();
        assert_eq!(again.account, ana.account);
        assert_ne!((again.session, again.token), (ana.session, ana.token));
        assert_eq!(
            house.sign_in("ana", "battery staple").await,
            Err(WrongCredentials)
        );
    }

    #[tokio::test]
    async fn an_unknown_login_is_answered_alike() {
        let house = House::new().await;
        house.sign_up("ana", "correct horse").await;
        let mut lengths = Vec::new();
        for login in ["ana", "ben"] {
            let (begun, start) = person::log_in(login, "wrong");
            let started: LoginStarted = house
                .send((Post, "/v1/login/start"), None, &start)
                .await
                .unwrap();
            lengths.push((started.response.0.len(), started.challenge.0.len()));
            assert!(begun.finish(&started).is_none());
        }
        assert_eq!(lengths[0], lengths[1]);
    }

    #[tokio::test]
    async fn an_answered_challenge_cannot_be_answered_again() {
        let house = House::new().await;
        house.sign_up("ana", "correct horse").await;
        let (begun, start) = person::log_in("ana", "correct horse");
        let started = house
            .send((Post, "/v1/login/start"), None, &start)
            .await
            .unwrap();
        let finish = begun.finish(&started).unwrap();
        let first: Result<SignedIn, _> =
            house.send((Post, "/v1/login/finish"), None, &finish).await;
        assert!(first.is_ok());
        let again: Result<SignedIn, _> =
            house.send((Post, "/v1/login/finish"), None, &finish).await;
        assert_eq!(again, Err(WrongCredentials));
    }

    #[tokio::test]
    async fn a_challenge_of_long_ago_is_no_longer_good() {
        let house = House::new().await;
        house.sign_up("ana", "correct horse").await;
        let (begun, start) = person::log_in("ana", "correct horse");
        let started = house
            .send((Post, "/v1/login/start"), None, &start)
            .await
            .unwrap();
        let finish = begun.finish(&started).unwrap();
        house.env.pass_minutes(5);
        let late: Result<SignedIn, _> = house.send((Post, "/v1/login/finish"), None, &finish).await;
        assert_eq!(late, Err(WrongCredentials));
    }

    #[tokio::test]
    async fn tries_are_slowed_whether_the_login_exists_or_not() {
        let house = House::new().await;
        house.sign_up("ana", "correct horse").await;
        for login in ["ana", "ben"] {
            for _ in 0..10 {
                assert_eq!(house.sign_in(login, "guess").await, Err(WrongCredentials));
            }
            assert_eq!(house.sign_in(login, "guess").await, Err(SlowDown));
        }
        house.env.pass_minutes(1);
        assert!(house.sign_in("ana", "correct horse").await.is_ok());
    }
}
