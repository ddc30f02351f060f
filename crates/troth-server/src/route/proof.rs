//! `proof/password`, `proof/recovery`: showing anew that the account is one's own.
//!
//! A session alone, or a copy of the device that holds it, must not be enough to delete an
//! account or to replace the ways into it. So these acts carry a proof that was begun for the
//! act and the session, is minutes old at most, and is good once.

use troth_wire::api::{
    ErrorCode, LoginStarted, Proof, ProofStart, ProvenAct, RecoverStarted, RecoveryProofStart,
};

use super::{login, recover};
use crate::auth::{Call, Signed};
use crate::error::ApiError;
use crate::seal::Purpose;
use crate::store;

/// `POST proof/password`.
pub(crate) async fn password(call: &Call<'_>) -> Result<LoginStarted, ApiError> {
    let signed = call.signed().await?;
    let ProofStart { act, request } = call.body()?;
    let account = call.service.store.account(signed.account).await?;
    let account = account.ok_or(ErrorCode::SignInAgain)?;
    call.slow_login(account.login)?;
    login::begin(
        call.service,
        (account.login, Some(&account)),
        &request,
        Purpose::Act(act, signed.session),
    )
}

/// `POST proof/recovery`.
pub(crate) async fn recovery(call: &Call<'_>) -> Result<RecoverStarted, ApiError> {
    let signed = call.signed().await?;
    let RecoveryProofStart { act } = call.body()?;
    let account = call.service.store.account(signed.account).await?;
    let account = account.ok_or(ErrorCode::SignInAgain)?;
    let purpose = Purpose::Act(act, signed.session);
    recover::begin(call.service, Some(&account), purpose)
}

/// Checks the proof of an act. What comes back is used up together with the act.
pub(super) async fn check(
    call: &Call<'_>,
    signed: Signed,
    act: ProvenAct,
    proof: &Proof,
) -> Result<store::Proof, ApiError> {
    let purpose = Purpose::Act(act, signed.session);
    let proof = match proof {
        Proof::Password {
            challenge,
            finalization,
        } => login::check(call.service, (challenge, finalization), purpose)?,
        Proof::Recovery { challenge, sig } => {
            recover::check(call.service, (challenge, sig), purpose).await?
        }
    };
    if proof.account == signed.account {
        Ok(proof)
    } else {
        Err(ErrorCode::WrongCredentials.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Method::Post;
    use crate::testing::{House, person};
    use troth_wire::api::ErrorCode::WrongCredentials;
    use troth_wire::api::{DeleteAccount, Empty, SignedIn};

    async fn delete(house: &House, signed: &SignedIn, proof: Proof) -> Result<Empty, ErrorCode> {
        let body = DeleteAccount { proof };
        let token = Some(signed.token);
        house.send((Post, "/v1/account/delete"), token, &body).await
    }

    #[tokio::test]
    async fn a_stolen_token_without_the_password_cannot_delete_the_account() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "correct horse").await;
        let eve = house.sign_up("eve", "mine").await;
        let act = ProvenAct::DeleteAccount;
        assert!(house.prove((&ana, "guess"), act).await.is_err());
        // A proof of an account of her own, shown with the stolen token.
        let own = house.prove((&eve, "mine"), act).await.unwrap();
        assert_eq!(delete(&house, &ana, own).await, Err(WrongCredentials));
        assert!(house.sign_in("ana", "correct horse").await.is_ok());
    }

    #[tokio::test]
    async fn a_finished_sign_in_is_no_proof_of_an_act() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "correct horse").await;
        let finish = house.begin_sign_in(None, "ana", "correct horse").await;
        let finish = finish.unwrap().unwrap();
        let proof = Proof::Password {
            challenge: finish.challenge,
            finalization: finish.finalization,
        };
        assert_eq!(delete(&house, &ana, proof).await, Err(WrongCredentials));
    }

    #[tokio::test]
    async fn a_proof_is_good_for_its_act_and_session_only_and_once() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "correct horse").await;
        let other = house.sign_in("ana", "correct horse").await.unwrap();
        let change = ProvenAct::ChangePassword;
        let for_change = house.prove((&ana, "correct horse"), change).await.unwrap();
        let refused = delete(&house, &ana, for_change).await;
        assert_eq!(refused, Err(WrongCredentials));
        let act = ProvenAct::DeleteAccount;
        let of_other = house.prove((&other, "correct horse"), act).await.unwrap();
        assert_eq!(delete(&house, &ana, of_other).await, Err(WrongCredentials));
        let late = house.prove((&ana, "correct horse"), act).await.unwrap();
        house.env.pass_minutes(5);
        assert_eq!(delete(&house, &ana, late).await, Err(WrongCredentials));
        let good = house.prove((&ana, "correct horse"), act).await.unwrap();
        assert_eq!(delete(&house, &ana, good).await, Ok(Empty {}));
    }

    #[tokio::test]
    async fn the_recovery_words_prove_an_act_too() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "forgotten").await;
        let token = Some(ana.token);
        let act = ProvenAct::DeleteAccount;
        let start = RecoveryProofStart { act };
        for (key, outcome) in [("eve", Err(WrongCredentials)), ("ana", Ok(Empty {}))] {
            let started = house
                .send((Post, "/v1/proof/recovery"), token, &start)
                .await
                .unwrap();
            let proof = person::recovery_proof(&person::recovery_key(key), &started, act);
            assert_eq!(delete(&house, &ana, proof).await, outcome);
        }
    }

    #[tokio::test]
    async fn a_signature_for_signing_in_is_none_for_an_act() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "forgotten").await;
        let start = RecoveryProofStart {
            act: ProvenAct::DeleteAccount,
        };
        let started: RecoverStarted = house
            .send((Post, "/v1/proof/recovery"), Some(ana.token), &start)
            .await
            .unwrap();
        let signed = person::recover(&person::recovery_key("ana"), &started);
        let proof = Proof::Recovery {
            challenge: signed.challenge,
            sig: signed.sig,
        };
        assert_eq!(delete(&house, &ana, proof).await, Err(WrongCredentials));
    }
}
