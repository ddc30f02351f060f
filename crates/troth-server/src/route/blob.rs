//! `account/slots`, `account/keyring`, `account/vault`: sealed blobs, replaced as a whole.

use troth_wire::api::{ErrorCode, MAX_KEYRING, MAX_VAULT, PutBlob, PutDone, StoredBlob};

use super::at_most;
use crate::auth::Call;
use crate::error::ApiError;
use crate::store::{BlobKind, Put, Stored};
use crate::wake::Topic;

/// `PUT account/…`: replaces a blob, if it is still the one last seen.
pub(crate) async fn put(call: &Call<'_>, kind: BlobKind) -> Result<PutDone, ApiError> {
    let signed = call.signed().await?;
    let PutBlob { replaces, bytes } = call.body()?;
    at_most(
        &bytes,
        if kind == BlobKind::Vault {
            MAX_VAULT
        } else {
            MAX_KEYRING
        },
    )?;
    let put = Put {
        replaces,
        bytes: bytes.0,
    };
    match call
        .service
        .store
        .put_blob(signed.account, kind, put)
        .await?
    {
        Stored::Done { version } => {
            call.service.wake.publish(Topic::Account(signed.account));
            Ok(PutDone { version })
        }
        Stored::Conflict { version } => Err(ApiError::conflict(version)),
    }
}

/// `GET account/vault`.
pub(crate) async fn show(call: &Call<'_>, kind: BlobKind) -> Result<StoredBlob, ApiError> {
    let signed = call.signed().await?;
    let found = call.service.store.blob(signed.account, kind).await?;
    let (version, bytes) = found.ok_or(ErrorCode::NotFound)?;
    Ok(StoredBlob {
        version,
        bytes: bytes.into(),
    })
}
