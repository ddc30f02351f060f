//! Calendar feeds: an address with a secret, for any calendar program.

use sha2::{Digest as _, Sha256};
use troth_booking::{Minute, feed};
use troth_wire::network::{Done, FeedCreated, OwnerToken};

use super::call::{Call, Caller};
use super::practice::own_row;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::env::random;
use crate::network::Network;
use crate::network::op::feed::{EndFeed, FeedOwner, OpenFeed, ReadFeed};
use crate::network::store::{ClientId, SecretHash};

/// What stands for this server in the names of a calendar's entries: the same everywhere, so
/// that a file says nothing of where it is from.
const HOST: &str = "troth";

/// Opens a calendar feed of one's visits; an older one ends.
#[utoipa::path(post, path = "/feeds", tag = "booking",
    responses((status = 201, description = "Its address, told this once.", body = FeedCreated)))]
pub(super) async fn create(call: &Call<'_>) -> Result<Reply, Refusal> {
    open(call).await
}

/// Ends the calendar feed.
#[utoipa::path(delete, path = "/feeds", tag = "booking",
    responses((status = 200, description = "Ended.", body = Done)))]
pub(super) async fn end(call: &Call<'_>) -> Result<Reply, Refusal> {
    close(call).await
}

/// Opens a calendar feed of the provider's visits; an older one ends.
#[utoipa::path(post, path = "/practice/feeds", tag = "practice",
    responses((status = 201, description = "Its address, told this once.", body = FeedCreated)))]
pub(super) async fn create_own(call: &Call<'_>) -> Result<Reply, Refusal> {
    open(call).await
}

/// Ends the provider's calendar feed.
#[utoipa::path(delete, path = "/practice/feeds", tag = "practice",
    responses((status = 200, description = "Ended.", body = Done)))]
pub(super) async fn end_own(call: &Call<'_>) -> Result<Reply, Refusal> {
    close(call).await
}

async fn owner(call: &Call<'_>) -> Result<FeedOwner, Refusal> {
    Ok(match call.caller {
        Caller::Client(client) => FeedOwner::Client(ClientId(client.0)),
        _ => FeedOwner::Provider(own_row(call).await?.provider),
    })
}

async fn open(call: &Call<'_>) -> Result<Reply, Refusal> {
    let owner = owner(call).await?;
    let secret: [u8; 32] = random(call.service.env.as_ref());
    let open = OpenFeed {
        secret: hash(&secret),
        owner,
    };
    call.network.store.run(open).await?;
    let path = format!("/feeds/{}.ics", OwnerToken(secret));
    Ok(Reply::created(&FeedCreated { path }))
}

async fn close(call: &Call<'_>) -> Result<Reply, Refusal> {
    let owner = owner(call).await?;
    call.network.store.run(EndFeed { owner }).await?;
    Ok(Reply::ok(&Done {}))
}

fn hash(secret: &[u8; 32]) -> SecretHash {
    let hash = Sha256::new()
        .chain_update(b"troth/v1/feed")
        .chain_update(secret);
    SecretHash(hash.finalize().into())
}

/// Writes the calendar of a secret name; nothing if there is none.
pub(crate) async fn calendar(
    network: &Network,
    name: &str,
    minute: u32,
) -> Result<Option<String>, Refusal> {
    let secret = name
        .strip_suffix(".ics")
        .and_then(|secret| secret.parse().ok());
    let Some(OwnerToken(secret)) = secret else {
        return Ok(None);
    };
    let read = ReadFeed {
        secret: hash(&secret),
        minute: Minute(minute),
    };
    let entries = network.store.run(read).await?;
    Ok(entries.map(|entries| feed::calendar(&entries, HOST)))
}
