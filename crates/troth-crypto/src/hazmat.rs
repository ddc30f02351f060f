//! The joints to the primitives. Nobody outside this crate may import them.

mod aead;
mod kdf;
mod wrap;

pub(crate) use aead::{OVERHEAD, open, open_in_place, open_with_nonce, seal, seal_with_nonce};
pub(crate) use kdf::{derive, hash};
pub(crate) use wrap::{kem_public, open_wrap, wrap};
