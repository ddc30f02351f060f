//! Every route on one page.

use minicbor::Encode;
use troth_wire::api::ErrorCode;
use troth_wire::frame;

use crate::auth::Call;
use crate::error::ApiError;
use crate::route::{
    account, blob, entries, invitation, login, password, proof, recover, returned, session, share,
};
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
        (Post, ["account", "delete"]) => answer(account::delete(call).await),

        (Post, ["login", "start"]) => answer(login::start(call).await),
        (Post, ["login", "finish"]) => answer(login::finish(call).await),
        (Post, ["recover", "start"]) => answer(recover::start(call).await),
        (Post, ["recover", "finish"]) => answer(recover::finish(call).await),
        (Post, ["password", "start"]) => answer(password::start(call).await),
        (Post, ["password", "finish"]) => answer(password::finish(call).await),

        (Post, ["password", "word"]) => answer(password::word(call).await),
        (Post, ["proof", "password"]) => answer(proof::password(call).await),
        (Post, ["proof", "recovery"]) => answer(proof::recovery(call).await),

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
        (Post, ["spaces", id, "returned"]) => answer(returned::give_back(call, id).await),
        (Post, ["spaces", id, "claim"]) => answer(entries::claim(call, id).await),
        (Put, ["spaces", id, "reveals", entry, "share"]) => {
            answer(share::put(call, id, entry).await)
        }
        (Get, ["spaces", id, "reveals", entry, "share"]) => {
            answer(share::list(call, id, entry).await)
        }

        (_, path) if !methods(path).is_empty() => Err(ErrorCode::WrongMethod.into()),
        _ => Err(ErrorCode::NotFound.into()),
    }
}

/// The methods of a path; none if there is no such path.
fn methods(path: &[&str]) -> &'static [Method] {
    use Method::{Delete, Get, Post, Put};

    match path {
        ["server" | "sessions" | "heads"] | ["invitations", _, "answer"] => &[Get],
        [
            "accounts" | "login" | "recover" | "password",
            "start" | "finish",
        ]
        | ["invitations"]
        | ["invitations", _, "accept" | "decline"]
        | ["account", "delete"]
        | ["password", "word"]
        | ["proof", "password" | "recovery"]
        | ["spaces", _, "claim" | "returned"] => &[Post],
        ["account"] => &[Get],
        ["invitations", _] => &[Get, Delete],
        ["account", "keyring"] => &[Put],
        ["account", "vault"] | ["spaces", _, "reveals", _, "share"] => &[Get, Put],
        ["sessions", _] => &[Delete],
        ["spaces", _, "entries"] => &[Get, Post],
        _ => &[],
    }
}

/// The methods of a path as an `Allow` header names them; empty if there is no such path.
pub(crate) fn allowed(path: &str) -> String {
    let mut names = Vec::new();
    for method in methods(&parts(path)) {
        match method {
            Method::Get => names.extend(["GET", "HEAD"]),
            Method::Post => names.push("POST"),
            Method::Put => names.push("PUT"),
            Method::Delete => names.push("DELETE"),
        }
    }
    names.join(", ")
}

/// Who may send a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// There is no such path, or not with this method.
    Nobody(ErrorCode),
    /// Anyone.
    Strangers,
    /// Those with a session.
    SignedIn,
}

/// Tells who may send a request, without reading it.
pub(crate) fn who(method: Method, path: &str) -> Allowed {
    let parts = parts(path);
    let methods = methods(&parts);
    if methods.is_empty() {
        return Allowed::Nobody(ErrorCode::NotFound);
    }
    if !methods.contains(&method) {
        return Allowed::Nobody(ErrorCode::WrongMethod);
    }
    match (method, parts.as_slice()) {
        (
            _,
            ["server"]
            | ["accounts" | "login" | "recover", _]
            | ["password", "word"]
            | ["invitations", _, "decline"],
        )
        | (Method::Get, ["invitations", _]) => Allowed::Strangers,
        _ => Allowed::SignedIn,
    }
}

/// The parts of a path after `/v1/`.
fn parts(path: &str) -> Vec<&str> {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let path = path.strip_prefix("/v1/");
    path.map_or_else(Vec::new, |path| path.split('/').collect())
}

fn answer<T: Encode<()>>(outcome: Result<T, ApiError>) -> Result<Vec<u8>, ApiError> {
    outcome.map(|value| frame::encode(&value))
}

#[cfg(test)]
mod tests {
    use troth_wire::api::Empty;

    use super::*;
    use crate::testing::House;

    const PATHS: [&str; 22] = [
        "server",
        "accounts/start",
        "accounts/finish",
        "account",
        "account/delete",
        "account/keyring",
        "account/vault",
        "login/start",
        "recover/finish",
        "password/start",
        "password/word",
        "proof/password",
        "proof/recovery",
        "sessions",
        "sessions/00",
        "invitations",
        "invitations/00",
        "invitations/00/accept",
        "invitations/00/decline",
        "invitations/00/answer",
        "heads",
        "spaces/00/entries",
    ];

    #[tokio::test]
    async fn each_path_is_allowed_what_it_knows_and_asks_those_for_a_session_who_need_one() {
        let house = House::new().await;
        for path in PATHS.into_iter().chain(["spaces/00/claim", "nothing"]) {
            let path = format!("/v1/{path}");
            for method in [Method::Get, Method::Post, Method::Put, Method::Delete] {
                let sent: Result<Empty, ErrorCode> =
                    house.send((method, &path), None, &Empty {}).await;
                let code = sent.err();
                match who(method, &path) {
                    Allowed::Nobody(expected) => assert_eq!(code, Some(expected), "{path}"),
                    Allowed::SignedIn => {
                        // Some read the body first, which is empty here.
                        let wanted = [
                            Some(ErrorCode::SignInAgain),
                            Some(ErrorCode::NotFound),
                            Some(ErrorCode::BadBody),
                        ];
                        assert!(wanted.contains(&code), "{method:?} {path}: {code:?}");
                    }
                    Allowed::Strangers => {
                        let not = [Some(ErrorCode::SignInAgain), Some(ErrorCode::WrongMethod)];
                        assert!(!not.contains(&code), "{method:?} {path}: {code:?}");
                    }
                }
            }
        }
        assert_eq!(allowed("/v1/account/vault?x=1"), "GET, HEAD, PUT");
        assert_eq!(allowed("/v1/nothing"), "");
    }
}
