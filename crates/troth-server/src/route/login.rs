//! `login/start`, `login/finish`: signing in with the password (OPAQUE, RFC 9807).

use troth_wire::Sealed;
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
use crate::seal::{Challenge, Purpose};
use crate::service::Service;
use crate::store::{Account, LoginHash, Proof, Way};

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
    call.slow_login(login)?;
    let account = service.store.find_account(login).await?;
    begin(
        service,
        (login, account.as_ref()),
        &request,
        Purpose::SignIn,
    )
}

/// Takes the server's first step of a sign-in or a proof by password.
pub(super) fn begin(
    service: &Service,
    (login, account): (LoginHash, Option<&Account>),
    request: &Sealed,
    purpose: Purpose,
) -> Result<LoginStarted, ApiError> {
    let request = CredentialRequest::deserialize(&request.0).map_err(|_| ErrorCode::BadBody)?;
    let file = account.map(|account| ServerRegistration::deserialize(&account.password));
    let file = file.transpose().map_err(|_| ErrorCode::Internal)?;
    let env = service.env.as_ref();
    let started = ServerLogin::<ServerSuite>::start(
        &mut Chance(env),
        &service.opaque,
        file,
        request,
        &login.0,
        parameters(),
    )
    .map_err(|_| ErrorCode::BadBody)?;
    let state = started.state.serialize().to_vec();
    let challenge = Challenge::new(env, (Way::Password, purpose), account, state);
    Ok(LoginStarted {
        response: started.message.serialize().to_vec().into(),
        challenge: service.seal.seal(env, &challenge)?,
    })
}

/// Checks the client's last step. What comes back is still to be used up.
pub(super) fn check(
    service: &Service,
    (challenge, finalization): (&Sealed, &Sealed),
    purpose: Purpose,
) -> Result<Proof, ApiError> {
    let wrong = ErrorCode::WrongCredentials;
    let asked = (Way::Password, purpose);
    let challenge = service.seal.open(service.env.as_ref(), asked, challenge);
    let challenge = challenge.ok_or(wrong)?;
    let state = ServerLogin::<ServerSuite>::deserialize(&challenge.state.0).map_err(|_| wrong)?;
    let finalization = CredentialFinalization::deserialize(&finalization.0).map_err(|_| wrong)?;
    state
        .finish(finalization, parameters())
        .map_err(|_| wrong)?;
    Ok(challenge.proof())
}

/// `POST login/finish`, open to strangers.
pub(crate) async fn finish(call: &Call<'_>) -> Result<SignedIn, ApiError> {
    call.slow_stranger()?;
    let LoginFinish {
        challenge,
        finalization,
        label,
    } = call.body()?;
    let proof = check(call.service, (&challenge, &finalization), Purpose::SignIn)?;
    session::open(call.service, proof, label).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Method::{Delete, Post};
    use crate::testing::{House, person};
    use troth_wire::api::Empty;
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

    async fn answer(house: &House, finish: &LoginFinish) -> Result<SignedIn, ErrorCode> {
        house.send((Post, "/v1/login/finish"), None, finish).await
    }

    #[tokio::test]
    async fn a_challenge_from_before_a_password_change_opens_nothing() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "old").await;
        let finish = house.begin_sign_in(None, "ana", "old").await.unwrap();
        let changed = house.change_password(&ana, ("old", "new"), 1).await;
        assert!(changed.is_ok());
        assert_eq!(
            answer(&house, &finish.unwrap()).await,
            Err(WrongCredentials)
        );
        assert!(house.sign_in("ana", "new").await.is_ok());
    }

    #[tokio::test]
    async fn a_used_challenge_stays_used_after_its_session_was_ended() {
        let house = House::new().await;
        house.sign_up("ana", "correct horse").await;
        let finish = house.begin_sign_in(None, "ana", "correct horse").await;
        let finish = finish.unwrap().unwrap();
        let signed = answer(&house, &finish).await.unwrap();
        let path = format!("/v1/sessions/{}", signed.session);
        let Empty {} = house
            .send((Delete, &path), Some(signed.token), &Empty {})
            .await
            .unwrap();
        assert_eq!(answer(&house, &finish).await, Err(WrongCredentials));
    }

    #[tokio::test]
    async fn a_challenge_of_a_deleted_account_does_not_open_its_successor() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "correct horse").await;
        let finish = house.begin_sign_in(None, "ana", "correct horse").await;
        let deleted = house.delete_account(&ana, "correct horse").await;
        assert_eq!(deleted, Ok(Empty {}));
        house.sign_up("ana", "correct horse").await;
        let refused = answer(&house, &finish.unwrap().unwrap()).await;
        assert_eq!(refused, Err(WrongCredentials));
    }

    #[tokio::test]
    async fn an_attacker_who_knows_a_login_does_not_keep_its_owner_out() {
        let house = House::new().await;
        house.sign_up("ana", "correct horse").await;
        let attacker = |last: u8| Some([192, 0, 2, last].into());
        let home = Some([198, 51, 100, 1].into());
        for _ in 0..10 {
            let wrong = house.sign_in_from(attacker(1), "ana", "guess").await;
            assert_eq!(wrong, Err(WrongCredentials));
        }
        let slowed = house.sign_in_from(attacker(1), "ana", "guess").await;
        assert_eq!(slowed, Err(SlowDown));
        assert!(
            house
                .sign_in_from(home, "ana", "correct horse")
                .await
                .is_ok()
        );
    }

    #[tokio::test]
    async fn many_attackers_together_do_not_keep_the_owner_out_either() {
        let house = House::new().await;
        house.sign_up("ana", "correct horse").await;
        let mut tries = 0;
        for last in 0..200 {
            for _ in 0..10 {
                let from = Some([192, 0, 2, last].into());
                tries += u32::from(house.sign_in_from(from, "ana", "guess").await != Err(SlowDown));
            }
        }
        assert!(
            tries < 1000,
            "the guard of the login slowed no one: {tries}"
        );
        let home = Some([198, 51, 100, 1].into());
        assert!(
            house
                .sign_in_from(home, "ana", "correct horse")
                .await
                .is_ok()
        );
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
