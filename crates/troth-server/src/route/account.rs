//! `accounts/start`, `accounts/finish`, `account`: signing up, looking, deleting.

use troth_booking::Minute;
use troth_wire::api::{
    AccountView, BlobMeta, DeleteAccount, Empty, ErrorCode, MAX_KEYRING, MAX_LOGIN, MAX_VAULT,
    ProvenAct, RegisterFinish, RegisterStart, RegisterStarted, SignedIn, StoredBlob,
};
use troth_wire::opaque::ServerSuite;
use troth_wire::opaque::opaque_ke::{RegistrationRequest, RegistrationUpload, ServerRegistration};
use troth_wire::{AccountId, Sealed, SessionId};

use super::{at_most, proof, session};
use crate::auth::Call;
use crate::env::random;
use crate::error::ApiError;
use crate::quota::Counted;
use crate::service::Service;
use crate::store::{Account, BlobKind, LoginHash, NewAccount, Stored};
use crate::wake::Topic;

/// Hashes a login that may be one.
pub(crate) fn login_hash(service: &Service, login: &str) -> Result<LoginHash, ApiError> {
    if login.trim().is_empty() || login.len() > MAX_LOGIN {
        return Err(ErrorCode::BadLogin.into());
    }
    Ok(service.seal.login(login))
}

/// Evaluates the server's half of a registration.
pub(crate) fn register(
    service: &Service,
    login: LoginHash,
    request: &Sealed,
) -> Result<Sealed, ApiError> {
    let request = RegistrationRequest::deserialize(&request.0).map_err(|_| ErrorCode::BadBody)?;
    let started = ServerRegistration::<ServerSuite>::start(&service.opaque, request, &login.0);
    let started = started.map_err(|_| ErrorCode::BadBody)?;
    Ok(started.message.serialize().to_vec().into())
}

/// Turns a registration upload into a password file.
pub(crate) fn password_file(upload: &Sealed) -> Result<Vec<u8>, ApiError> {
    let upload = RegistrationUpload::<ServerSuite>::deserialize(&upload.0);
    let upload = upload.map_err(|_| ErrorCode::BadBody)?;
    Ok(ServerRegistration::finish(upload).serialize().to_vec())
}

/// `POST accounts/start`, open to strangers. Says nothing of whether the login is taken.
pub(crate) fn start(call: &Call<'_>) -> Result<RegisterStarted, ApiError> {
    call.slow_stranger()?;
    let RegisterStart { login, request } = call.body()?;
    let login = login_hash(call.service, &login)?;
    Ok(RegisterStarted {
        response: register(call.service, login, &request)?,
    })
}

/// `POST accounts/finish`, open to strangers.
pub(crate) async fn finish(call: &Call<'_>) -> Result<SignedIn, ApiError> {
    call.slow_stranger()?;
    let service = call.service;
    let RegisterFinish {
        login,
        upload,
        recovery,
        slots,
        keyring,
        vault,
        label,
    } = call.body()?;
    at_most(&slots, MAX_KEYRING)?;
    at_most(&keyring, MAX_KEYRING)?;
    at_most(&vault, MAX_VAULT)?;
    let address = call.request.address.map(Counted::AccountsOf);
    if let Some(address) = address {
        service.check_daily(address, 1)?;
    }
    let account = Account {
        account: AccountId(random(service.env.as_ref())),
        login: login_hash(service, &login)?,
        password: password_file(&upload)?,
        recovery: recovery.0,
    };
    let id = SessionId(random(service.env.as_ref()));
    let (session, signed_in) = session::begin(service, account.account, id, label)?;
    let blobs = vec![
        (BlobKind::Slots, slots.0),
        (BlobKind::Keyring, keyring.0),
        (BlobKind::Vault, vault.0),
    ];
    match service
        .store
        .add_account(NewAccount {
            account,
            blobs,
            session,
        })
        .await?
    {
        Stored::Done { .. } => {
            if let Some(address) = address {
                service.count_daily(address, 1);
            }
            Ok(signed_in)
        }
        Stored::Conflict { .. } => Err(ErrorCode::LoginTaken.into()),
    }
}

/// `GET account`.
pub(crate) async fn view(call: &Call<'_>) -> Result<AccountView, ApiError> {
    let account = call.signed().await?.account;
    let store = &call.service.store;
    let blob = |kind| async move {
        let found = store.blob(account, kind).await?;
        let (version, bytes) = found.ok_or(ErrorCode::SignInAgain)?;
        Ok::<_, ApiError>(StoredBlob {
            version,
            bytes: bytes.into(),
        })
    };
    let vault = store.blob_size(account, BlobKind::Vault).await?;
    let (version, length) = vault.ok_or(ErrorCode::SignInAgain)?;
    Ok(AccountView {
        account,
        slots: blob(BlobKind::Slots).await?,
        keyring: blob(BlobKind::Keyring).await?,
        vault: BlobMeta { version, length },
    })
}

/// `POST account/delete`: the rows are gone when this answers. What the account offered to others ends
/// first, so that nobody is left with a visit to somebody who is gone.
pub(crate) async fn delete(call: &Call<'_>) -> Result<Empty, ApiError> {
    let signed = call.signed().await?;
    let DeleteAccount { proof } = call.body()?;
    let proof = proof::check(call, signed, ProvenAct::DeleteAccount, &proof).await?;
    let account = call.service.store.account(signed.account).await?;
    if !proof.holds(account.as_ref()) {
        return Err(ErrorCode::WrongCredentials.into());
    }
    if let Some(network) = call.service.network() {
        let minute = u32::try_from(call.service.env.minute()).unwrap_or(u32::MAX);
        let retired = network.retire(signed.account, Minute(minute)).await;
        retired.map_err(|_| ErrorCode::Unavailable)?;
    }
    if !call.service.store.delete_account(proof).await? {
        return Err(ErrorCode::WrongCredentials.into());
    }
    call.service.wake.publish(Topic::Account(signed.account));
    Ok(Empty {})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Method::{Get, Post};
    use crate::testing::{House, person};

    #[tokio::test]
    async fn a_new_account_sees_what_it_stored() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "correct horse").await;
        let view: AccountView = house
            .send((Get, "/v1/account"), Some(ana.token), &Empty {})
            .await
            .unwrap();
        assert_eq!(view.account, ana.account);
        assert_eq!((view.slots.version, view.slots.bytes.0), (1, vec![1; 100]));
        assert_eq!(
            view.vault,
            BlobMeta {
                version: 1,
                length: 65_536
            }
        );
    }

    #[tokio::test]
    async fn a_taken_login_is_refused_only_at_the_end_and_in_any_spelling() {
        let house = House::new().await;
        house.sign_up("ana", "correct horse").await;
        let (begun, start) = person::register(" ANA ", "other");
        let started = house
            .send((Post, "/v1/accounts/start"), None, &start)
            .await
            .unwrap();
        let finish = begun.finish(&started);
        let refused: Result<SignedIn, _> = house
            .send((Post, "/v1/accounts/finish"), None, &finish)
            .await;
        assert_eq!(refused, Err(ErrorCode::LoginTaken));
    }

    #[tokio::test]
    async fn an_empty_or_endless_login_is_refused() {
        let house = House::new().await;
        for login in ["", "  ", &"x".repeat(MAX_LOGIN + 1)] {
            let (_, mut start) = person::register("ana", "correct horse");
            login.clone_into(&mut start.login);
            let refused: Result<RegisterStarted, _> =
                house.send((Post, "/v1/accounts/start"), None, &start).await;
            assert_eq!(refused, Err(ErrorCode::BadLogin));
        }
    }

    #[tokio::test]
    async fn a_deleted_account_is_gone_with_its_sessions() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "correct horse").await;
        let deleted = house.delete_account(&ana, "correct horse").await;
        assert_eq!(deleted, Ok(Empty {}));
        let gone: Result<AccountView, _> = house
            .send((Get, "/v1/account"), Some(ana.token), &Empty {})
            .await;
        assert_eq!(gone, Err(ErrorCode::SignInAgain));
        let wrong = house.sign_in("ana", "correct horse").await;
        assert_eq!(wrong, Err(ErrorCode::WrongCredentials));
        house.sign_up("ana", "new start").await;
    }
}
