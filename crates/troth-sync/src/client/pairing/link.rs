//! The link itself, and what whoever holds it may do without an account.

use troth_core::check_name;
use troth_crypto::invitation::{LinkSecret, Offer};
use troth_wire::api::ErrorCode;

use super::reading;
use crate::env::Env;
use crate::relay::Relay;
use crate::relay::call::{CallError, Server};
use crate::trouble::{LookError, Trouble};
use crate::view::{Host, Look};

/// The path of an invitation on every server.
pub(super) const JOIN: &str = "/join#";

/// Finds the server's address in an invitation link.
#[must_use]
pub fn server_of_link(link: &str) -> Option<String> {
    let (address, _) = link.trim().split_once(JOIN)?;
    let web = address.starts_with("https://") || address.starts_with("http://");
    web.then(|| address.to_owned())
}

pub(super) fn secret_of(link: &str) -> Option<LinkSecret> {
    let (_, fragment) = link.trim().split_once(JOIN)?;
    fragment.parse().ok()
}

/// Shows what an invitation offers, without an account, a row or a mark.
///
/// # Errors
///
/// [`LookError`] says whether the link, the invitation or the server is at fault.
pub async fn look<R: Relay>(relay: &R, env: &dyn Env, link: &str) -> Result<Look, LookError> {
    let _ = env;
    let secret = secret_of(link).ok_or(LookError::BadLink)?;
    let view = Server::stranger(relay)
        .invitation(secret.id())
        .await
        .map_err(gone_or)?;
    let offer = Offer::open(&view.offer, &secret).map_err(|_| LookError::Forged)?;
    // No app of ours makes an invitation whose name could pass for more than a name.
    check_name(&offer.name).map_err(|_| LookError::Forged)?;
    let until = reading::moment(view.expires).ok_or(Trouble::Malformed)?;
    Ok(Look {
        from: offer.name,
        until,
        host: host_of(offer.host),
        server: relay.address(),
    })
}

/// Answers an invitation with "not now": neutral, without a reason, without an account.
///
/// # Errors
///
/// [`LookError`] says whether the link, the invitation or the server is at fault.
pub async fn decline<R: Relay>(relay: &R, env: &dyn Env, link: &str) -> Result<(), LookError> {
    let _ = env;
    let secret = secret_of(link).ok_or(LookError::BadLink)?;
    Server::stranger(relay)
        .decline(secret.id())
        .await
        .map_err(gone_or)
}

fn gone_or(error: CallError) -> LookError {
    if error.is(ErrorCode::InvitationGone) || error.is(ErrorCode::NotFound) {
        LookError::Gone
    } else {
        error.into()
    }
}

fn host_of(number: u8) -> Host {
    match number {
        1 => Host::Neutral,
        2 => Host::Inviter,
        3 => Host::Invited,
        _ => Host::Unknown,
    }
}
