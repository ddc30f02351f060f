//! `GET /v1/wake`: a WebSocket on which the server says "come and fetch", and nothing more.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;
use troth_wire::api::{Empty, ErrorCode, WAKE_FRAME, WakeHello};
use troth_wire::{AccountId, MemberId, SpaceId, Token, frame};

use super::{Peer, Shared, address, respond};
use crate::service::Service;
use crate::store;
use crate::throttle::network;
use crate::wake::Topic;

/// The code with which a line is closed that is one too many; the client tries again later.
const TRY_AGAIN_LATER: u16 = 1013;

/// `GET /v1/wake`; `HEAD` is told the same as a `GET` that wants no WebSocket.
pub(super) async fn wake(
    State(shared): State<Shared>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    request: Request,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(_) if matches!(*request.method(), Method::GET | Method::HEAD) => {
            let wanted = [
                (header::UPGRADE, "websocket"),
                (header::CONNECTION, "upgrade"),
            ];
            return (StatusCode::UPGRADE_REQUIRED, wanted).into_response();
        }
        Err(_) => {
            let code = ErrorCode::WrongMethod;
            let mut response = respond(shared.service.refuse(&code.into()));
            let allowed = HeaderValue::from_static("GET, HEAD");
            response.headers_mut().insert(header::ALLOW, allowed);
            return response;
        }
    };
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
    let address = address(peer, request.headers(), shared.behind_proxy);
    let place = match address {
        Some(address) => match shared.lines.of_address.enter(network(address)) {
            Some(place) => Some(place),
            None => return respond(shared.service.refuse(&ErrorCode::TooMany.into())),
        },
        None => None,
    };
    upgrade
        .max_message_size(WAKE_FRAME)
        .max_frame_size(WAKE_FRAME)
        .on_upgrade(move |socket| async move {
            hold(shared, socket).await;
            drop(place);
        })
}

/// Holds the line until the client, the session or the server ends.
async fn hold(shared: Shared, mut socket: WebSocket) {
    let hello = timeout(shared.deadlines.hello, socket.recv()).await;
    let Ok(Some(Ok(Message::Binary(hello)))) = hello else {
        return;
    };
    let Ok(WakeHello { token }) = frame::decode(&hello) else {
        return;
    };
    let Some(interests) = Interests::of(&shared, &token).await else {
        return;
    };
    let Some(_place) = shared.lines.of_account.enter(interests.account) else {
        let full = CloseFrame {
            code: TRY_AGAIN_LATER,
            reason: "too many lines of this account".into(),
        };
        let _closed = socket.send(Message::Close(Some(full))).await;
        return;
    };
    tokio::select! {
        () = shared.stopped() => {}
        _ended = serve(&shared, &token, interests, &mut socket) => {}
    }
    // The other side may be gone already.
    let _closed = timeout(shared.deadlines.hello, socket.send(Message::Close(None))).await;
}

/// What a listener is woken for: only for what they may read.
struct Interests {
    account: AccountId,
    spaces: BTreeMap<SpaceId, Reach>,
}

/// How far somebody may read a space, and up to which minute.
#[derive(Clone, Copy)]
struct Reach {
    place: u64,
    until: u64,
}

impl Reach {
    async fn of(service: &Service, space: SpaceId, member: MemberId) -> Option<Self> {
        let state = service.store.log_state(space).await.ok()??;
        let range = store::reading(&state, &member, service.env.minute())?;
        let terms = state.membership.member(&member)?.terms;
        Some(Self {
            place: *range.end(),
            until: terms.and_then(|terms| terms.until).unwrap_or(u64::MAX),
        })
    }
}

impl Interests {
    /// Looks them up; `None` ends the line.
    async fn of(shared: &Shared, token: &Token) -> Option<Self> {
        let service = &shared.service;
        let session = service.session(token).await;
        let account = session.ok()??.account;
        let mut spaces = BTreeMap::new();
        for (space, member) in service.store.list_spaces(account).await.ok()? {
            if let Some(reach) = Reach::of(service, space, member).await {
                spaces.insert(space, reach);
            }
        }
        Some(Self { account, spaces })
    }

    /// Tells whether the listener may read a place of a space at this minute.
    fn may_read(&self, space: &SpaceId, place: u64, minute: u64) -> bool {
        self.spaces
            .get(space)
            .is_some_and(|reach| place <= reach.place && minute < reach.until)
    }

    /// Looks them up again; `None` ends the line.
    async fn refresh(&mut self, shared: &Shared, token: &Token) -> Option<()> {
        *self = Self::of(shared, token).await?;
        Some(())
    }
}

async fn serve(
    shared: &Shared,
    token: &Token,
    mut interests: Interests,
    socket: &mut WebSocket,
) -> Option<()> {
    let mut topics = shared.service.wake.listen();
    // Looked up again, since what changed before the listening began is told by nobody.
    interests.refresh(shared, token).await?;
    let minute = || shared.service.env.minute();
    // The first frame says that the line is good.
    push(socket).await?;
    let mut ping = tokio::time::interval(shared.deadlines.ping);
    // Whether the client said anything since the last ping.
    let mut answered = true;
    loop {
        tokio::select! {
            topic = topics.recv() => match topic {
                Ok(Topic::Grew { space, place }) => {
                    if interests.may_read(&space, place, minute()) {
                        push(socket).await?;
                    }
                }
                Ok(Topic::Shared(space)) => {
                    if interests.may_read(&space, u64::MAX, minute()) {
                        push(socket).await?;
                    }
                }
                Ok(Topic::Moved(space)) => {
                    if interests.spaces.contains_key(&space) {
                        interests.refresh(shared, token).await?;
                    }
                }
                Ok(Topic::Account(account)) if interests.account == account => {
                    interests.refresh(shared, token).await?;
                    push(socket).await?;
                }
                Ok(_) => {}
                // Too slow to hear each: woken once for all.
                Err(RecvError::Lagged(_)) => {
                    interests.refresh(shared, token).await?;
                    push(socket).await?;
                }
                Err(RecvError::Closed) => return None,
            },
            said = socket.recv() => match said {
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => {
                    answered = true;
                }
                _ => return None,
            },
            _ = ping.tick() => {
                if !std::mem::take(&mut answered) {
                    return None;
                }
                interests.refresh(shared, token).await?;
                socket.send(Message::Ping(Bytes::new())).await.ok()?;
            }
        }
    }
}

async fn push(socket: &mut WebSocket) -> Option<()> {
    socket
        .send(Message::Binary(frame::encode(&Empty {}).into()))
        .await
        .ok()
}
