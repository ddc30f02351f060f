//! `GET /v1/wake`: a WebSocket on which the server says "come and fetch", and nothing more.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use tokio::sync::broadcast::error::RecvError;
use troth_wire::api::{Empty, WAKE_FRAME, WakeHello};
use troth_wire::{AccountId, SpaceId, Token, frame};

use super::Shared;
use crate::seal::token_hash;
use crate::wake::Topic;

/// How long the first frame may take.
const HELLO_TIME: Duration = Duration::from_secs(10);

/// How often a quiet line is tried, and its session looked up again.
const PING_EVERY: Duration = Duration::from_secs(30);

pub(super) async fn wake(State(shared): State<Shared>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .max_message_size(WAKE_FRAME)
        .max_frame_size(WAKE_FRAME)
        .on_upgrade(move |socket| hold(shared, socket))
}

/// Holds the line until the client, the session or the server ends.
async fn hold(shared: Shared, mut socket: WebSocket) {
    let hello = tokio::time::timeout(HELLO_TIME, socket.recv()).await;
    let Ok(Some(Ok(Message::Binary(hello)))) = hello else {
        return;
    };
    let Ok(WakeHello { token }) = frame::decode(&hello) else {
        return;
    };
    tokio::select! {
        () = shared.stopped() => {}
        _ended = serve(&shared, &token, &mut socket) => {}
    }
    // The other side may be gone already.
    let _closed = socket.send(Message::Close(None)).await;
}

/// What a listener is woken for.
struct Interests {
    account: AccountId,
    spaces: BTreeSet<SpaceId>,
}

impl Interests {
    /// Looks them up; `None` ends the line.
    async fn of(shared: &Shared, token: &Token) -> Option<Self> {
        let service = &shared.service;
        let session = service
            .store
            .session(token_hash(token), service.env.minute())
            .await;
        let account = session.ok()??.account;
        let spaces = service.store.list_spaces(account).await.ok()?;
        Some(Self {
            account,
            spaces: spaces.into_iter().map(|(space, _)| space).collect(),
        })
    }
}

async fn serve(shared: &Shared, token: &Token, socket: &mut WebSocket) -> Option<()> {
    let mut topics = shared.service.wake.listen();
    let mut interests = Interests::of(shared, token).await?;
    // The first frame says that the line is good.
    push(socket).await?;
    let mut ping = tokio::time::interval(PING_EVERY);
    loop {
        tokio::select! {
            topic = topics.recv() => match topic {
                Ok(Topic::Space(space)) if interests.spaces.contains(&space) => push(socket).await?,
                Ok(Topic::Account(account)) if interests.account == account => {
                    interests = Interests::of(shared, token).await?;
                    push(socket).await?;
                }
                Ok(_) => {}
                // Too slow to hear each: woken once for all.
                Err(RecvError::Lagged(_)) => {
                    interests = Interests::of(shared, token).await?;
                    push(socket).await?;
                }
                Err(RecvError::Closed) => return None,
            },
            said = socket.recv() => match said {
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => {}
                _ => return None,
            },
            _ = ping.tick() => {
                interests = Interests::of(shared, token).await?;
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
