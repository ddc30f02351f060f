//! XChaCha20-Poly1305.

use chacha20poly1305::aead::{Aead, AeadInOut, KeyInit, Payload};
use chacha20poly1305::{Key, Tag, XChaCha20Poly1305, XNonce};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::{Secret, Unopened};

const NONCE: usize = 24;

/// The bytes that [`seal`] adds: nonce and tag.
pub(crate) const OVERHEAD: usize = NONCE + 16;

/// Seals with a nonce that is used once for this key by construction.
#[expect(
    clippy::expect_used,
    reason = "fails beyond 256 GiB alone; to stop there is right, to send nothing sealed is not"
)]
pub(crate) fn seal_with_nonce(key: &[u8; 32], nonce: &[u8; 24], aad: &[u8], msg: &[u8]) -> Vec<u8> {
    let cipher = XChaCha20Poly1305::new(Key::cast_from_core(key));
    cipher
        .encrypt(XNonce::cast_from_core(nonce), Payload { msg, aad })
        .expect("a message is shorter than 256 GiB")
}

/// Opens what [`seal_with_nonce`] sealed.
pub(crate) fn open_with_nonce(
    key: &[u8; 32],
    nonce: &[u8; 24],
    aad: &[u8],
    msg: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let cipher = XChaCha20Poly1305::new(Key::cast_from_core(key));
    let opened = cipher.decrypt(XNonce::cast_from_core(nonce), Payload { msg, aad });
    opened.map(Zeroizing::new).map_err(|_| Unopened)
}

/// Seals with a random nonce, which goes before the ciphertext.
pub(crate) fn seal(key: &Secret<32>, aad: &[u8], msg: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
    let mut nonce = [0; NONCE];
    rng.fill_bytes(&mut nonce);
    let mut sealed = Vec::with_capacity(NONCE + msg.len() + 16);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&seal_with_nonce(key.expose(), &nonce, aad, msg));
    sealed
}

/// Opens what [`seal`] sealed.
pub(crate) fn open(
    key: &Secret<32>,
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let (nonce, msg) = sealed.split_first_chunk::<NONCE>().ok_or(Unopened)?;
    open_with_nonce(key.expose(), nonce, aad, msg)
}

/// Opens what [`seal`] sealed in the bytes that hold it.
pub(crate) fn open_in_place(
    key: &Secret<32>,
    aad: &[u8],
    mut sealed: Vec<u8>,
) -> Result<Vec<u8>, Unopened> {
    let cipher = XChaCha20Poly1305::new(Key::cast_from_core(key.expose()));
    let (nonce, rest) = sealed.split_first_chunk_mut::<NONCE>().ok_or(Unopened)?;
    let (msg, tag) = rest.split_last_chunk_mut::<16>().ok_or(Unopened)?;
    let (nonce, tag) = (XNonce::cast_from_core(nonce), Tag::cast_from_core(tag));
    let length = msg.len();
    cipher
        .decrypt_inout_detached(nonce, aad, msg.into(), tag)
        .map_err(|_| Unopened)?;
    sealed.drain(..NONCE);
    sealed.truncate(length);
    Ok(sealed)
}
