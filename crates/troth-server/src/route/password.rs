//! `password/start`, `password/finish`: a new password for a signed-in account; `password/word`:
//! how its other devices learn of it.

use troth_wire::api::{
    ErrorCode, MAX_KEYRING, MAX_PASSWORD_WORD, PasswordAnswer, PasswordAsk, PasswordFinish,
    PasswordStart, PasswordStarted, ProvenAct, PutDone,
};

use super::account::{password_file, register};
use super::{at_most, proof};
use crate::auth::Call;
use crate::error::ApiError;
use crate::seal::token_hash;
use crate::store::{BlobKind, NewPassword, Put, Stored};
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
        proof,
        word,
    } = call.body()?;
    at_most(&slots.bytes, MAX_KEYRING)?;
    at_most(&word.sealed, MAX_PASSWORD_WORD)?;
    let proof = proof::check(call, signed, ProvenAct::ChangePassword, &proof).await?;
    let new = NewPassword {
        password: password_file(&upload)?,
        recovery: recovery.map(|key| key.0),
        slots: Put {
            replaces: slots.replaces,
            bytes: slots.bytes.0,
        },
        keep: signed.session,
        word: [word.lock.0.as_slice(), &word.sealed.0].concat(),
    };
    let changed = call.service.store.change_password(proof, new).await?;
    match changed.ok_or(ErrorCode::WrongCredentials)? {
        Stored::Done { version } => {
            call.service.wake.publish(Topic::Account(signed.account));
            Ok(PutDone { version })
        }
        Stored::Conflict { version } => Err(ApiError::conflict(version)),
    }
}

/// `POST password/word`, open to strangers who know the account's key: tells a device whose
/// session is over whether the password changed.
pub(crate) async fn word(call: &Call<'_>) -> Result<PasswordAnswer, ApiError> {
    call.slow_stranger()?;
    let PasswordAsk { account, key } = call.body()?;
    let kept = call.service.store.blob(account, BlobKind::Word).await?;
    let (_, kept) = kept.ok_or(ErrorCode::NotFound)?;
    let (lock, sealed) = kept.split_first_chunk::<32>().ok_or(ErrorCode::Internal)?;
    if token_hash(&key).0 == *lock {
        Ok(PasswordAnswer {
            sealed: sealed.to_vec().into(),
        })
    } else {
        Err(ErrorCode::NotFound.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Method::{self, Post};
    use crate::testing::{House, person};
    use troth_wire::{PublicKey, Token};

    #[tokio::test]
    async fn a_new_password_replaces_the_old_one_and_ends_other_sessions() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "old").await;
        let other = house.sign_in("ana", "old").await.unwrap();
        let done = house.change_password(&ana, ("old", "new"), 1).await;
        assert_eq!(done, Ok(PutDone { version: 2 }));
        let old = house.sign_in("ana", "old").await;
        assert_eq!(old, Err(ErrorCode::WrongCredentials));
        assert!(house.sign_in("ana", "new").await.is_ok());
        let (_, start) = person::change_password("newer");
        let ended: Result<PasswordStarted, _> = house
            .send((Post, "/v1/password/start"), Some(other.token), &start)
            .await;
        assert_eq!(ended, Err(ErrorCode::SignInAgain));
    }

    #[tokio::test]
    async fn slots_that_changed_meanwhile_keep_the_old_password() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "old").await;
        let refused = house.change_password(&ana, ("old", "new"), 7).await;
        assert_eq!(refused, Err(ErrorCode::VersionConflict));
        assert!(house.sign_in("ana", "old").await.is_ok());
    }

    #[tokio::test]
    async fn a_stolen_token_replaces_neither_password_nor_slots_nor_recovery_key() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "old").await;
        let eve = house.sign_up("eve", "old").await;
        // The proof of another account, from another session, with the stolen token.
        let act = ProvenAct::ChangePassword;
        let proof = house.prove((&eve, "old"), act).await.unwrap();
        let (begun, start) = person::change_password("new");
        let token = Some(ana.token);
        let started: PasswordStarted = house
            .send((Post, "/v1/password/start"), token, &start)
            .await
            .unwrap();
        let mut finish = begun.change(&started.response, 1, proof);
        finish.recovery = Some(PublicKey(
            person::recovery_key("eve").verifying_key().to_bytes(),
        ));
        let refused: Result<PutDone, _> = house
            .send((Post, "/v1/password/finish"), token, &finish)
            .await;
        assert_eq!(refused, Err(ErrorCode::WrongCredentials));
        let slots: Result<PutDone, _> = house
            .send((Method::Put, "/v1/account/slots"), token, &finish.slots)
            .await;
        assert_eq!(slots, Err(ErrorCode::NotFound));
        assert!(house.sign_in("ana", "old").await.is_ok());
    }

    #[tokio::test]
    async fn the_word_of_a_change_is_for_who_knows_the_key() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "old").await;
        let ask = |key| PasswordAsk {
            account: ana.account,
            key: Token([key; 32]),
        };
        let at = (Post, "/v1/password/word");
        let none: Result<PasswordAnswer, _> = house.send(at, None, &ask(7)).await;
        assert_eq!(none, Err(ErrorCode::NotFound));
        let changed = house.change_password(&ana, ("old", "new"), 1).await;
        assert!(changed.is_ok());
        let word: Result<PasswordAnswer, _> = house.send(at, None, &ask(7)).await;
        assert_eq!(word.map(|it| it.sealed.0), Ok(vec![8; 48]));
        let wrong: Result<PasswordAnswer, _> = house.send(at, None, &ask(6)).await;
        assert_eq!(wrong, Err(ErrorCode::NotFound));
    }
}
