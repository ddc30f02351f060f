//! Acts whose answer has not come: sent again with the same key, so that none is done twice.
//!
//! # Invariants
//!
//! 1. **Durable, then sent.** The key and the whole body of an act rest in the drawer before the act is
//!    sent, and go when the server has answered for good.
//! 2. **One act, one key.** The same act asked for again while its answer is open is sent with the
//!    key and the bytes of the first time, also after the process was killed.

use minicbor::{Decode, Encode};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use troth_wire::network::{BookingId, ClientSecret};
use troth_wire::{Sealed, strict};

use super::api::Api;
use super::drawer::Drawer;
use super::error::NetworkError;
use crate::relay::Method;
use crate::trouble::Trouble;

/// How the names of open acts begin.
const ACT: &[u8] = b"visit/act/";
/// After so many minutes the server need not know a key any more.
const FORGOTTEN: u32 = 23 * 60;

/// What an open act is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum ActKind {
    /// Holding a time.
    #[n(0)]
    Hold,
    /// Accepting a held time.
    #[n(1)]
    Accept,
    /// Cancelling a visit.
    #[n(2)]
    Cancel,
    /// Moving a visit.
    #[n(3)]
    Move,
    /// Joining a waitlist.
    #[n(4)]
    Wait,
    /// Making a calendar feed.
    #[n(5)]
    Feed,
}

impl ActKind {
    /// After how many minutes the act is not what the person wants any more: a hold that would
    /// come out of the blue is worse than none.
    const fn stale_after(self) -> u32 {
        match self {
            Self::Hold => 2,
            Self::Accept => 10,
            Self::Cancel | Self::Move | Self::Wait | Self::Feed => FORGOTTEN,
        }
    }
}

/// An act as it rests until its answer is known.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Act {
    /// What it is about.
    #[n(0)]
    pub(crate) kind: ActKind,
    /// The key under which the server does it once.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) key: [u8; 16],
    /// The path after the API's own.
    #[n(2)]
    pub(crate) path: String,
    /// The body, padded.
    #[n(3)]
    pub(crate) body: Sealed,
    /// Since when, in minutes since 1970.
    #[n(4)]
    pub(crate) since: u32,
    /// Whose act it is, where a person has more than one secret.
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) by: [u8; 32],
}

/// An act as it is asked for.
pub(super) struct Wish<'a> {
    /// What it is about.
    pub(super) kind: ActKind,
    /// Who does it.
    pub(super) by: ClientSecret,
    /// The path after the API's own.
    pub(super) path: String,
    /// What makes two wishes of this kind and path the same act.
    pub(super) same: &'a [u8],
}

impl Wish<'_> {
    /// Derives the name of the open act; the secret keeps a short text from being guessed by it.
    fn name(&self) -> Vec<u8> {
        let hash = Sha256::new()
            .chain_update(b"troth/v1/act")
            .chain_update(self.by.0)
            .chain_update([self.kind as u8])
            .chain_update(
                u32::try_from(self.path.len())
                    .unwrap_or(u32::MAX)
                    .to_be_bytes(),
            )
            .chain_update(&self.path)
            .chain_update(self.same)
            .finalize();
        [ACT, hash.as_slice()].concat()
    }
}

/// Does an act once, however often it is sent.
pub(super) async fn act<T: DeserializeOwned>(
    api: &Api,
    drawer: &dyn Drawer,
    wish: &Wish<'_>,
    body: impl FnOnce() -> Vec<u8>,
) -> Result<T, NetworkError> {
    let name = wish.name();
    let act = match open_act(drawer, &name).await? {
        Some(act) => act,
        None => {
            let act = Act {
                kind: wish.kind,
                key: key(drawer),
                path: wish.path.clone(),
                body: Sealed(body()),
                since: drawer.minute(),
                by: wish.by.0,
            };
            let put = (name.clone(), Some(strict::encode(&act)));
            drawer.write(vec![put]).await?;
            act
        }
    };
    send(api, drawer, name, &act).await
}

/// Tells whether the answer to this very act is still open; its first bytes are sent then.
pub(super) async fn is_open(drawer: &dyn Drawer, wish: &Wish<'_>) -> Result<bool, Trouble> {
    Ok(open_act(drawer, &wish.name()).await?.is_some())
}

/// Looks an open act up; a stale one counts as none.
async fn open_act(drawer: &dyn Drawer, name: &[u8]) -> Result<Option<Act>, Trouble> {
    let kept = drawer.read(name.to_vec()).await?;
    let kept = kept.and_then(|bytes| strict::decode::<Act>(&bytes).ok());
    Ok(kept.filter(|act| !is_stale(act, drawer.minute())))
}

fn is_stale(act: &Act, minute: u32) -> bool {
    minute.saturating_sub(act.since) > act.kind.stale_after()
}

async fn send<T: DeserializeOwned>(
    api: &Api,
    drawer: &dyn Drawer,
    name: Vec<u8>,
    act: &Act,
) -> Result<T, NetworkError> {
    let answer = api
        .client(ClientSecret(act.by))
        .call(Method::Post, &act.path)
        .key(&act.key)
        .encoded(act.body.0.clone())
        .answer()
        .await;
    if !matches!(&answer, Err(error) if error.is_open()) {
        drawer.write(vec![(name, None)]).await?;
    }
    answer
}

fn key(drawer: &dyn Drawer) -> [u8; 16] {
    let seed = drawer.seed();
    seed.first_chunk().copied().unwrap_or_default()
}

/// An act that was sent again, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resumed {
    /// What it was about.
    pub kind: ActKind,
    /// Which visit it made or changed, if it did; or why it was not done.
    pub done: Result<Option<BookingId>, NetworkError>,
}

/// Sends every open act again that is still what the person wants, and drops the others.
pub(super) async fn resume(api: &Api, drawer: &dyn Drawer) -> Result<Vec<Resumed>, Trouble> {
    let mut resumed = Vec::new();
    for (name, bytes) in drawer.list(ACT.to_vec()).await? {
        let act = strict::decode::<Act>(&bytes);
        let act = act.ok().filter(|act| !is_stale(act, drawer.minute()));
        let Some(act) = act else {
            drawer.write(vec![(name, None)]).await?;
            continue;
        };
        let done = send::<serde_json::Value>(api, drawer, name, &act).await;
        resumed.push(Resumed {
            kind: act.kind,
            done: done.map(|answer| booking_in(&act, &answer)),
        });
    }
    Ok(resumed)
}

/// The visit that an answer shows.
fn booking_in(act: &Act, answer: &serde_json::Value) -> Option<BookingId> {
    match act.kind {
        ActKind::Hold | ActKind::Accept | ActKind::Cancel | ActKind::Move => {
            answer.get("id")?.as_str()?.parse().ok()
        }
        ActKind::Wait | ActKind::Feed => None,
    }
}
