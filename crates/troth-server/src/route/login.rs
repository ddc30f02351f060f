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
