//! Who may send a long body: looked at before any of it is read.
//!
//! A short body is read at once, since it takes no more than the head that came before it.

use hyper::body::SizeHint;
use troth_wire::api::{ErrorCode, MAX_REQUEST};

use crate::auth::Call;
use crate::error::ApiError;
use crate::router;
use crate::service::{Request, Service};
use crate::throttle::Who;

/// How long a body may be to be read without a look at who sends it.
const SHORT: u64 = 16 * 1024;

/// Refuses a body before it is read: one that is too long, of a path that is not there, from
/// someone who must sign in first or has tried too often.
pub(super) async fn look(
    service: &Service,
    request: &Request<'_>,
    length: SizeHint,
) -> Result<(), ApiError> {
    if length.lower() > u64::try_from(MAX_REQUEST).unwrap_or(u64::MAX) {
        return Err(ErrorCode::TooLarge.into());
    }
    if length.upper().is_some_and(|most| most <= SHORT) {
        return Ok(());
    }
    match router::who(request.method, request.path) {
        router::Allowed::Nobody(code) => Err(code.into()),
        router::Allowed::Strangers => request
            .address
            .map_or(Ok(()), |address| service.has_room(Who::Address(address))),
        router::Allowed::SignedIn => Call { service, request }.signed().await.map(drop),
    }
}
