//! HKDF-SHA256 with one label for each purpose, and labelled SHA-256.

use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};

use crate::Secret;

/// Derives a key: HKDF-SHA256 without salt, `info` = the parts one after another.
///
/// The first part is the label of the purpose; the parts after it have fixed lengths.
#[expect(
    clippy::expect_used,
    reason = "the length is checked when this is compiled; zeros must never pass for a key"
)]
pub(crate) fn derive<const N: usize>(key: &[u8], info: &[&[u8]]) -> Secret<N> {
    const { assert!(N <= 255 * 32, "HKDF gives 255 blocks at most") };
    let mut out = Secret::zero();
    Hkdf::<Sha256>::new(None, key)
        .expand_multi_info(info, out.expose_mut().as_mut_slice())
        .expect("no more than 255 blocks are asked for");
    out
}

/// Hashes the parts one after another with SHA-256.
pub(crate) fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}
