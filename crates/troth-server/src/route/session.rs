//! `sessions`: which devices are signed in, and ending one.

use troth_wire::api::{
    Empty, ErrorCode, MAX_LABEL, SESSION_MINUTES, SESSION_STEP, SessionList, SessionView, SignedIn,
};
use troth_wire::{AccountId, Sealed, SessionId, Token};

use super::{at_most, id};
use crate::auth::Call;
use crate::env::random;
use crate::error::ApiError;
use crate::seal::token_hash;
use crate::service::Service;
use crate::store::{Proof, Session, Stored};
use crate::wake::Topic;

/// Minutes of a day.
const DAY: u64 = 24 * 60;

/// The later end of a session that is used at this minute, where it is due.
///
/// Ends are whole steps from the first one. A session that is used seldom therefore tells in which
/// 30 days it was last used, and one that is used daily tells nothing more (O-2).
pub(crate) fn renewed(expires: u64, minute: u64) -> Option<u64> {
    let left = expires.saturating_sub(minute);
    let steps = SESSION_MINUTES.saturating_sub(left) / SESSION_STEP;
    (steps > 0).then(|| expires + steps * SESSION_STEP)
}

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
    let day = minute / DAY;
    // Counted from the beginning of the day, so that no row tells a minute.
    let expires = day * DAY + SESSION_MINUTES;
    let row = Session {
        token: token_hash(&token),
        session,
        account,
        label: label.0,
        day,
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
    proof: Proof,
    label: Sealed,
) -> Result<SignedIn, ApiError> {
    let id = SessionId(random(service.env.as_ref()));
    let (row, signed_in) = begin(service, proof.account, id, label)?;
    match service.store.open_session(proof, row).await? {
        Stored::Done { .. } => {
            service.wake.publish(Topic::Account(proof.account));
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
    async fn a_session_that_is_used_every_day_does_not_end() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "correct horse").await;
        for day in 0..400 {
            house.env.pass_minutes(DAY);
            house.service.sweep().await.unwrap();
            let list: Result<SessionList, _> = house
                .send((Get, "/v1/sessions"), Some(ana.token), &Empty {})
                .await;
            assert!(list.is_ok(), "signed out on day {day}");
        }
    }

    #[tokio::test]
    async fn a_session_that_is_used_every_two_months_does_not_end() {
        let house = House::new().await;
        let ana = house.sign_up("ana", "correct horse").await;
        for _ in 0..6 {
            house.env.pass_minutes(59 * DAY);
            house.service.sweep().await.unwrap();
            let list: Result<SessionList, _> = house
                .send((Get, "/v1/sessions"), Some(ana.token), &Empty {})
                .await;
            assert!(list.is_ok());
        }
    }

    /// What the rows hold after a session was used at these days after signing in.
    async fn end_after(uses: &[u64]) -> u64 {
        let house = House::new().await;
        // Signing in at another minute of the day must not show either.
        house.env.pass_minutes(uses.iter().sum::<u64>() % 600);
        let ana = house.sign_up("ana", "correct horse").await;
        let mut passed = 0;
        for day in uses {
            house.env.pass_minutes((day - passed) * DAY);
            passed = *day;
            let _: SessionList = house
                .send((Get, "/v1/sessions"), Some(ana.token), &Empty {})
                .await
                .unwrap();
        }
        let rows = house.service.store.list_sessions(ana.account).await;
        rows.unwrap()[0].expires
    }

    #[tokio::test]
    async fn the_end_of_a_session_tells_its_last_use_to_thirty_days_and_no_finer() {
        let ends: Vec<Vec<u64>> = {
            let mut ends = Vec::new();
            for window in [0..30_u64, 30..60, 60..90] {
                let mut of_window = Vec::new();
                for day in window.clone() {
                    of_window.push(end_after(&[day]).await);
                }
                // Neither does it tell how often: daily use looks like one use.
                let daily: Vec<u64> = (0..window.end).collect();
                of_window.push(end_after(&daily).await);
                ends.push(of_window);
            }
            ends
        };
        for (window, of_window) in ends.iter().enumerate() {
            let first = of_window[0];
            assert!(
                of_window.iter().all(|end| *end == first),
                "the ends of window {window} differ: {of_window:?}"
            );
            assert_eq!(first % DAY, 0, "an end tells a minute of the day");
        }
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
