//! `recover/start`, `recover/finish`: signing in with the recovery words.
//!
//! The words hold a signing key; its public half is in the account's row. So this works
//! without the OPAQUE setup, should an operator ever lose that.

use ed25519_dalek::{Signature, VerifyingKey};
use troth_wire::Digest;
use troth_wire::api::{
    ErrorCode, RecoverFinish, RecoverStart, RecoverStarted, SignedIn, recovery_signed_bytes,
};

use super::account::login_hash;
use super::session;
use crate::auth::Call;
use crate::env::random;
use crate::error::ApiError;
use crate::seal::{Challenge, Way};
use crate::store::LoginHash;
use crate::throttle::Who;

/// The public key of nobody's words: checking against it takes as long and fails.
const NOBODY: [u8; 32] = [
    0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
    0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
];

/// `POST recover/start`, open to strangers; the same work whether the login exists or not.
pub(crate) async fn start(call: &Call<'_>) -> Result<RecoverStarted, ApiError> {
    call.slow_stranger()?;
    let service = call.service;
    let RecoverStart { login } = call.body()?;
    let login = login_hash(service, &login)?;
    service.slow(Who::Login(login))?;
    service.store.find_account(login).await?;
    let env = service.env.as_ref();
    let nonce = Digest(random(env));
    let challenge = Challenge::new(env, Way::Recovery, login, nonce.0.to_vec());
    Ok(RecoverStarted {
        nonce,
        challenge: service.seal.seal(env, &challenge),
    })
}

/// `POST recover/finish`, open to strangers.
pub(crate) async fn finish(call: &Call<'_>) -> Result<SignedIn, ApiError> {
    call.slow_stranger()?;
    let service = call.service;
    let RecoverFinish {
        challenge,
        sig,
        label,
    } = call.body()?;
    let wrong = ErrorCode::WrongCredentials;
    let challenge = service
        .seal
        .open(service.env.as_ref(), Way::Recovery, &challenge);
    let challenge = challenge.ok_or(wrong)?;
    let account = service
        .store
        .find_account(LoginHash(challenge.login.0))
        .await?;
    let key = account.as_ref().map_or(NOBODY, |account| account.recovery);
    let nonce = Digest::try_from(challenge.state.as_ref()).map_err(|_| wrong)?;
    let key = VerifyingKey::from_bytes(&key).map_err(|_| wrong)?;
    key.verify_strict(
        &recovery_signed_bytes(&nonce),
        &Signature::from_bytes(&sig.0),
    )
    .map_err(|_| wrong)?;
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

    async fn start(house: &House, login: &str) -> RecoverStarted {
        let start = RecoverStart {
            login: login.to_owned(),
        };
        house
            .send((Post, "/v1/recover/start"), None, &start)
            .await
            .unwrap()
    }

    async fn finish(house: &House, finish: &RecoverFinish) -> Result<SignedIn, ErrorCode> {
        house.send((Post, "/v1/recover/finish"), None, finish).await
    }

    #[tokio::test]
    async fn the_words_sign_in_once_for_each_challenge() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "forgotten").await;
        let answer = person::recover(&person::recovery_key("ana"), &start(&house, "ana").await);
        assert_eq!(
            finish(&house, &answer).await.map(|it| it.account),
            Ok(ana.account)
        );
        assert_eq!(
            finish(&house, &answer).await,
            Err(ErrorCode::WrongCredentials)
        );
    }

    #[tokio::test]
    async fn wrong_words_and_an_unknown_login_are_answered_alike() {
        let house = House::new().await;
        house.sign_up("ana", "forgotten").await;
        let wrong = person::recovery_key("eve");
        let (known, unknown) = (start(&house, "ana").await, start(&house, "ben").await);
        assert_eq!(known.challenge.0.len(), unknown.challenge.0.len());
        for started in [known, unknown] {
            let refused = finish(&house, &person::recover(&wrong, &started)).await;
            assert_eq!(refused, Err(ErrorCode::WrongCredentials));
        }
    }

    #[tokio::test]
    async fn the_key_of_nobody_is_a_point_that_signatures_can_be_checked_against() {
        assert!(VerifyingKey::from_bytes(&NOBODY).is_ok());
    }

    #[tokio::test]
    async fn a_challenge_of_the_password_is_no_challenge_of_the_words() {
        let house = House::new().await;
        house.sign_up("ana", "forgotten").await;
        let (_, begin) = person::log_in("ana", "forgotten");
        let started: troth_wire::api::LoginStarted = house
            .send((Post, "/v1/login/start"), None, &begin)
            .await
            .unwrap();
        let nonce = Digest([0; 32]);
        let crossed = RecoverStarted {
            nonce,
            challenge: started.challenge,
        };
        let answer = person::recover(&person::recovery_key("ana"), &crossed);
        assert_eq!(
            finish(&house, &answer).await,
            Err(ErrorCode::WrongCredentials)
        );
    }
}
