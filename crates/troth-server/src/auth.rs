//! Who asks: a stranger, or a signed-in account.
//!
//! A route that never calls [`Call::signed`] is visibly open to strangers.

use minicbor::Decode;
use troth_wire::api::ErrorCode;
use troth_wire::{AccountId, LogState, MemberId, SessionId, SpaceId, frame, strict};

use crate::error::ApiError;
use crate::service::{Request, Service};
use crate::store::LoginHash;
use crate::throttle::Who;
use std::sync::Arc;

/// One request on its way through a route.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) service: &'a Service,
    pub(crate) request: &'a Request<'a>,
}

/// A signed-in account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signed {
    pub(crate) account: AccountId,
    pub(crate) session: SessionId,
}

/// A signed-in account that the record of one of its spaces admitted.
#[derive(Debug, Clone)]
pub(crate) struct Insider {
    pub(crate) signed: Signed,
    pub(crate) member: MemberId,
    pub(crate) state: Arc<LogState>,
}

impl<'a> Call<'a> {
    /// Reads the body.
    pub(crate) fn body<T: Decode<'a, ()>>(&self) -> Result<T, ApiError> {
        let content = frame::unpad_frame(self.request.body).map_err(|_| ErrorCode::BadFrame)?;
        Ok(strict::decode(content)?)
    }

    /// Counts a try of a stranger.
    pub(crate) fn slow_stranger(&self) -> Result<(), ApiError> {
        self.request
            .address
            .map_or(Ok(()), |address| self.service.slow(Who::Address(address)))
    }

    /// Counts a try of this address with a login's password.
    pub(crate) fn slow_login(&self, login: LoginHash) -> Result<(), ApiError> {
        self.service.slow_login(login, self.request.address)
    }

    /// Requires a session.
    pub(crate) async fn signed(&self) -> Result<Signed, ApiError> {
        let token = self.request.token.ok_or(ErrorCode::SignInAgain)?;
        let Some(session) = self.service.session(&token).await? else {
            self.slow_stranger()?;
            return Err(ErrorCode::SignInAgain.into());
        };
        self.service.slow(Who::Session(session.session))?;
        Ok(Signed {
            account: session.account,
            session: session.session,
        })
    }

    /// Requires a session of an account that is bound to a member of the space.
    ///
    /// A space that does not exist and one of other people are answered alike.
    pub(crate) async fn insider(&self, space: SpaceId) -> Result<Insider, ApiError> {
        let signed = self.signed().await?;
        let member = self.service.store.member(signed.account, space).await?;
        let member = member.ok_or(ErrorCode::NotAMember)?;
        let state = self
            .service
            .store
            .log_state(space)
            .await?
            .ok_or(ErrorCode::NotAMember)?;
        Ok(Insider {
            signed,
            member,
            state,
        })
    }

    /// Reads a whole number out of the query; 0 if it is not there.
    pub(crate) fn query(&self, name: &str) -> Result<u64, ApiError> {
        let query = self
            .request
            .path
            .split_once('?')
            .map_or("", |(_, query)| query);
        let mut values = query.split('&').filter_map(|pair| pair.split_once('='));
        match values.find(|(key, _)| *key == name) {
            Some((_, value)) => value.parse().map_err(|_| ErrorCode::BadBody.into()),
            None => Ok(0),
        }
    }
}
