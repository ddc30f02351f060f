//! `recover/start`, `recover/finish`: signing in with the recovery words.
//!
//! The words hold a signing key; its public half is in the account's row. So this works
//! without the OPAQUE setup, should an operator ever lose that.

use ed25519_dalek::{Signature, VerifyingKey};
use troth_wire::api::{
    ErrorCode, RecoverFinish, RecoverStart, RecoverStarted, SignedIn, act_signed_bytes,
    recovery_signed_bytes,
};
use troth_wire::{Digest, Sealed};

use super::account::login_hash;
use super::session;
use crate::auth::Call;
use crate::env::random;
use crate::error::ApiError;
use crate::seal::{Challenge, Purpose};
use crate::service::Service;
use crate::store::{Account, Proof, Way};

/// The public key of nobody's words: checking against it takes as long and fails.
const NOBODY: [u8; 32] = [
    0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
    0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
];

/// `POST recover/start`, open to strangers; the same work whether the login exists or not.
///
/// No one guesses 256 bits, so tries count by address alone, and knowing a login is not enough to
/// keep its owner from coming back.
pub(crate) async fn start(call: &Call<'_>) -> Result<RecoverStarted, ApiError> {
    call.slow_stranger()?;
    let service = call.service;
    let RecoverStart { login } = call.body()?;
    let login = login_hash(service, &login)?;
    let account = service.store.find_account(login).await?;
    begin(service, account.as_ref(), Purpose::SignIn)
}

/// Takes the server's first step of a sign-in or a proof by the recovery words.
pub(super) fn begin(
    service: &Service,
    account: Option<&Account>,
    purpose: Purpose,
) -> Result<RecoverStarted, ApiError> {
    let env = service.env.as_ref();
    let nonce = Digest(random(env));
    let asked = (Way::Recovery, purpose);
    let challenge = Challenge::new(env, asked, account, nonce.0.to_vec());
    Ok(RecoverStarted {
        nonce,
        challenge: service.seal.seal(env, &challenge)?,
    })
}

/// Checks the signature. What comes back is still to be used up.
pub(super) async fn check(
    service: &Service,
    (challenge, sig): (&Sealed, &troth_wire::Signature),
    purpose: Purpose,
) -> Result<Proof, ApiError> {
    let wrong = ErrorCode::WrongCredentials;
    let asked = (Way::Recovery, purpose);
    let challenge = service.seal.open(service.env.as_ref(), asked, challenge);
    let challenge = challenge.ok_or(wrong)?;
    let account = service.store.account(challenge.account).await?;
    let key = account.as_ref().map_or(NOBODY, |account| account.recovery);
    let nonce = Digest::try_from(challenge.state.as_ref()).map_err(|_| wrong)?;
    let signed = match purpose {
        Purpose::SignIn => recovery_signed_bytes(&nonce).to_vec(),
        Purpose::Act(act, _) => act_signed_bytes(&nonce, act),
    };
    let key = VerifyingKey::from_bytes(&key).map_err(|_| wrong)?;
    key.verify_strict(&signed, &Signature::from_bytes(&sig.0))
        .map_err(|_| wrong)?;
    Ok(challenge.proof())
}

/// `POST recover/finish`, open to strangers.
pub(crate) async fn finish(call: &Call<'_>) -> Result<SignedIn, ApiError> {
    call.slow_stranger()?;
    let RecoverFinish {
        challenge,
        sig,
        label,
    } = call.body()?;
    let proof = check(call.service, (&challenge, &sig), Purpose::SignIn).await?;
    session::open(call.service, proof, label).await
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
    async fn who_knows_a_login_does_not_keep_its_owner_from_coming_back() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "forgotten").await;
        while house.sign_in("ana", "a guess").await != Err(ErrorCode::SlowDown) {}
        for _ in 0..40 {
            start(&house, "ana").await;
        }
        let answer = person::recover(&person::recovery_key("ana"), &start(&house, "ana").await);
        let back = finish(&house, &answer).await;
        assert_eq!(back.map(|it| it.account), Ok(ana.account));
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
