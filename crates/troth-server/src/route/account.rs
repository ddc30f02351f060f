//! `accounts/start`, `accounts/finish`, `account`: signing up, looking, deleting.

use troth_wire::api::{
    AccountView, BlobMeta, Empty, ErrorCode, MAX_KEYRING, MAX_LOGIN, MAX_VAULT, RegisterFinish,
    RegisterStart, RegisterStarted, SignedIn, StoredBlob,
};
use troth_wire::opaque::ServerSuite;
use troth_wire::opaque::opaque_ke::{RegistrationRequest, RegistrationUpload, ServerRegistration};
use troth_wire::{AccountId, Sealed, SessionId};

use super::{at_most, session};
use crate::auth::Call;
use crate::env::random;
use crate::error::ApiError;
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
        Stored::Done { .. } => Ok(signed_in),
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

/// `DELETE account`: the rows are gone when this answers.
pub(crate) async fn delete(call: &Call<'_>) -> Result<Empty, ApiError> {
    let account = call.signed().await?.account;
    call.service.store.delete_account(account).await?;
    call.service.wake.publish(Topic::Account(account));
    Ok(Empty {})
}
