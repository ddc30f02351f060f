//! How entries are named before they are sealed.
//!
//! An entry waits unsealed until it is sent, so the hash of its envelope is not known when it
//! is written. Its lasting name is derived from a random tag that lies inside the seal, before
//! the body: a second sealing keeps the name, and only its author can have made it. Specified
//! in `docs/protocol/journal.md`, section "Names of entries".

use sha2::{Digest as _, Sha256};
use troth_core::PartnerId;
use troth_wire::{MemberId, SpaceId};

/// The length of a tag.
pub(crate) const TAG: usize = 16;

/// The random bytes before a body.
pub(crate) type Tag = [u8; TAG];

/// Derives the lasting name of an entry.
pub(crate) fn entry_id(space: &SpaceId, author: &MemberId, tag: &Tag) -> troth_core::EntryId {
    let hash = Sha256::new()
        .chain_update(b"troth/v1/entry")
        .chain_update(space.0)
        .chain_update(author.0)
        .chain_update(tag);
    troth_core::EntryId::from_bytes(hash.finalize().into())
}

/// Derives a name for an entry whose inside cannot be read.
pub(crate) fn entry_id_of_unopened(id: &troth_wire::EntryId) -> troth_core::EntryId {
    let hash = Sha256::new()
        .chain_update(b"troth/v1/unopened")
        .chain_update(id.0);
    troth_core::EntryId::from_bytes(hash.finalize().into())
}

/// Names a member as the couple's machine does.
pub(crate) fn partner(member: &MemberId) -> PartnerId {
    PartnerId::from_bytes(member.0)
}

/// Splits opened bytes into tag and body.
pub(crate) fn split(opened: &[u8]) -> (Option<Tag>, &[u8]) {
    match opened.split_first_chunk::<TAG>() {
        Some((tag, body)) => (Some(*tag), body),
        None => (None, &[]),
    }
}

/// Joins tag and body into what is sealed.
pub(crate) fn join(tag: &Tag, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(TAG + body.len());
    bytes.extend_from_slice(tag);
    bytes.extend_from_slice(body);
    bytes
}
