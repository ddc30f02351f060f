//! Every route on one page.

use minicbor::Encode;
use troth_wire::api::ErrorCode;
use troth_wire::frame;

use crate::auth::Call;
use crate::error::ApiError;
use crate::route::{account, blob, entries, invitation, login, password, recover, session, share};
use crate::service::{Method, Request, Service};
use crate::store::BlobKind;

/// Finds the route of a request and carries it out; the answer is a padded frame.
pub(crate) async fn route(service: &Service, request: &Request<'_>) -> Result<Vec<u8>, ApiError> {
    use Method::{Delete, Get, Post, Put};

    let call = &Call { service, request };
    let path = request
        .path
        .split_once('?')
        .map_or(request.path, |(path, _)| path);
    let path = path.strip_prefix("/v1/").ok_or(ErrorCode::NotFound)?;
    let path: Vec<&str> = path.split('/').collect();
    match (request.method, path.as_slice()) {
        (Get, ["server"]) => answer(Ok(service.about())),

        (Post, ["accounts", "start"]) => answer(account::start(call)),
        (Post, ["accounts", "finish"]) => answer(account::finish(call).await),
        (Get, ["account"]) => answer(account::view(call).await),
        (Delete, ["account"]) => answer(account::delete(call).await),

        (Post, ["login", "start"]) => answer(login::start(call).await),
        (Post, ["login", "finish"]) => answer(login::finish(call).await),
        (Post, ["recover", "start"]) => answer(recover::start(call).await),
        (Post, ["recover", "finish"]) => answer(recover::finish(call).await),
        (Post, ["password", "start"]) => answer(password::start(call).await),
        (Post, ["password", "finish"]) => answer(password::finish(call).await),

        (Put, ["account", "slots"]) => answer(blob::put(call, BlobKind::Slots).await),
        (Put, ["account", "keyring"]) => answer(blob::put(call, BlobKind::Keyring).await),
        (Put, ["account", "vault"]) => answer(blob::put(call, BlobKind::Vault).await),
        (Get, ["account", "vault"]) => answer(blob::show(call, BlobKind::Vault).await),

        (Get, ["sessions"]) => answer(session::list(call).await),
        (Delete, ["sessions", id]) => answer(session::end(call, id).await),

        (Post, ["invitations"]) => answer(invitation::create(call).await),
        (Get, ["invitations", id]) => answer(invitation::look(call, id).await),
        (Delete, ["invitations", id]) => answer(invitation::withdraw(call, id).await),
        (Post, ["invitations", id, "accept"]) => answer(invitation::accept(call, id).await),
        (Post, ["invitations", id, "decline"]) => answer(invitation::decline(call, id).await),
        (Get, ["invitations", id, "answer"]) => answer(invitation::pick_up(call, id).await),

        (Get, ["heads"]) => answer(entries::heads(call).await),
        (Post, ["spaces", id, "entries"]) => answer(entries::append(call, id).await),
        (Get, ["spaces", id, "entries"]) => answer(entries::list(call, id).await),
        (Post, ["spaces", id, "claim"]) => answer(entries::claim(call, id).await),
        (Put, ["spaces", id, "reveals", entry, "share"]) => {
            answer(share::put(call, id, entry).await)
        }
        (Get, ["spaces", id, "reveals", entry, "share"]) => {
            answer(share::list(call, id, entry).await)
        }

        (_, path) if is_known(path) => Err(ErrorCode::WrongMethod.into()),
        _ => Err(ErrorCode::NotFound.into()),
    }
}

fn is_known(path: &[&str]) -> bool {
    matches!(
        path,
        ["server" | "account" | "sessions" | "invitations" | "heads"]
            | [
                "accounts" | "login" | "recover" | "password",
                "start" | "finish"
            ]
            | ["account", "slots" | "keyring" | "vault"]
            | ["sessions" | "invitations", _]
            | ["invitations", _, "accept" | "decline" | "answer"]
            | ["spaces", _, "entries" | "claim"]
            | ["spaces", _, "reveals", _, "share"]
    )
}

fn answer<T: Encode<()>>(outcome: Result<T, ApiError>) -> Result<Vec<u8>, ApiError> {
    outcome.map(|value| frame::encode(&value))
}
