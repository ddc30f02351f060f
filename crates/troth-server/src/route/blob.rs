//! `account/keyring`, `account/vault`: sealed blobs, replaced as a whole. The slots change with
//! the password only.

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Method::{Get, Put};
    use crate::testing::House;

    #[tokio::test]
    async fn two_devices_cannot_overwrite_each_other_unseen() {
        let house = House::new().await;
        let token = Some(house.sign_up("ana", "correct horse").await.token);
        let put = |replaces, byte| PutBlob {
            replaces,
            bytes: vec![byte; 70_000].into(),
        };
        let first: Result<PutDone, _> = house
            .send((Put, "/v1/account/vault"), token, &put(1, 7))
            .await;
        assert_eq!(first, Ok(PutDone { version: 2 }));
        let second: Result<PutDone, _> = house
            .send((Put, "/v1/account/vault"), token, &put(1, 8))
            .await;
        assert_eq!(second, Err(ErrorCode::VersionConflict));
        let shown: StoredBlob = house
            .send((Get, "/v1/account/vault"), token, &put(0, 0))
            .await
            .unwrap();
        assert_eq!((shown.version, shown.bytes.0), (2, vec![7; 70_000]));
    }

    #[tokio::test]
    async fn a_blob_beyond_its_limit_is_refused() {
        let house = House::new().await;
        let token = Some(house.sign_up("ana", "correct horse").await.token);
        let put = PutBlob {
            replaces: 1,
            bytes: vec![0; MAX_KEYRING + 1].into(),
        };
        let refused: Result<PutDone, _> =
            house.send((Put, "/v1/account/keyring"), token, &put).await;
        assert_eq!(refused, Err(ErrorCode::TooLarge));
    }
}
