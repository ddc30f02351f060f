//! `sessions`: which devices are signed in, and ending one.

use troth_wire::api::{
    Empty, ErrorCode, MAX_LABEL, SESSION_MINUTES, SessionList, SessionView, SignedIn,
};
use troth_wire::{AccountId, Sealed, SessionId, Token};

use super::{at_most, id};
use crate::auth::Call;
use crate::env::random;
use crate::error::ApiError;
use crate::seal::token_hash;
use crate::service::Service;
use crate::store::{Session, Stored};
use crate::wake::Topic;

/// Minutes of a day.
const DAY: u64 = 24 * 60;

/// Makes a session and what its device is told of it.
pub(crate) fn begin(
    service: &Service,
    account: AccountId,
    session: SessionId,
    label: Sealed,
) -> Result<(Session, SignedIn), ApiError> {
    at_most(&label, MAX_LABEL)?;
    let token = Token(random(service.env.as_ref()));
    let minute = service.env.minute();
    let expires = minute + SESSION_MINUTES;
    let row = Session {
        token: token_hash(&token),
        session,
        account,
        label: label.0,
        day: minute / DAY,
        expires,
    };
    Ok((
        row,
        SignedIn {
            account,
            session,
            token,
            expires,
        },
    ))
}

/// Opens the session of a proof of signing in; the same proof opens no second one.
pub(crate) async fn open(
    service: &Service,
    account: AccountId,
    session: SessionId,
    label: Sealed,
) -> Result<SignedIn, ApiError> {
    let (row, signed_in) = begin(service, account, session, label)?;
    match service.store.add_session(row).await? {
        Stored::Done { .. } => {
            service.wake.publish(Topic::Account(account));
            Ok(signed_in)
        }
        Stored::Conflict { .. } => Err(ErrorCode::WrongCredentials.into()),
    }
}

/// `GET sessions`.
pub(crate) async fn list(call: &Call<'_>) -> Result<SessionList, ApiError> {
    let signed = call.signed().await?;
    let sessions = call.service.store.list_sessions(signed.account).await?;
    let view = |it: Session| SessionView {
        session: it.session,
        label: it.label.into(),
        day: it.day,
        current: it.session == signed.session,
    };
    Ok(SessionList {
        sessions: sessions.into_iter().map(view).collect(),
    })
}

/// `DELETE sessions/{id}`: ends one of one's own sessions, the asking one included.
pub(crate) async fn end(call: &Call<'_>, session: &str) -> Result<Empty, ApiError> {
    let signed = call.signed().await?;
    if !call
        .service
        .store
        .end_session(signed.account, id(session)?)
        .await?
    {
        return Err(ErrorCode::NotFound.into());
    }
    call.service.wake.publish(Topic::Account(signed.account));
    Ok(Empty {})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Method::{Delete, Get};
    use crate::testing::House;

    #[tokio::test]
    async fn sessions_are_listed_and_ended_one_by_one() {
        let house = House::new().await;
        let phone = house.sign_up("ana", "correct horse").await;
        let laptop = house.sign_in("ana", "correct horse").await.unwrap();
        let list: SessionList = house
            .send((Get, "/v1/sessions"), Some(laptop.token), &Empty {})
            .await
            .unwrap();
        let current: Vec<_> = list.sessions.iter().filter(|it| it.current).collect();
        assert_eq!(
            (list.sessions.len(), current[0].session),
            (2, laptop.session)
        );
        let path = format!("/v1/sessions/{}", phone.session);
        let Empty {} = house
            .send((Delete, &path), Some(laptop.token), &Empty {})
            .await
            .unwrap();
        let ended: Result<SessionList, _> = house
            .send((Get, "/v1/sessions"), Some(phone.token), &Empty {})
            .await;
        assert_eq!(ended, Err(ErrorCode::SignInAgain));
    }

    #[tokio::test]
    async fn anothers_session_cannot_be_ended() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "correct horse").await;
        let ben = house.sign_up("ben", "battery staple").await;
        let path = format!("/v1/sessions/{}", ana.session);
        let refused: Result<Empty, _> = house
            .send((Delete, &path), Some(ben.token), &Empty {})
            .await;
        assert_eq!(refused, Err(ErrorCode::NotFound));
    }

    #[tokio::test]
    async fn a_session_ends_by_itself() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "correct horse").await;
        house.env.pass_minutes(SESSION_MINUTES);
        let ended: Result<SessionList, _> = house
            .send((Get, "/v1/sessions"), Some(ana.token), &Empty {})
            .await;
        assert_eq!(ended, Err(ErrorCode::SignInAgain));
        house.service.sweep().await.unwrap();
        assert!(house.sign_in("ana", "correct horse").await.is_ok());
    }
}
