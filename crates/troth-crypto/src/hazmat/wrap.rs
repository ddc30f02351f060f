//! HPKE (RFC 9180) in base mode, one shot, with X-Wing, HKDF-SHA256 and ChaCha20-Poly1305.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::{Secret, Unopened};

const ENCAPSULATED: usize = 1120;

/// A private receiving key.
type KemPrivate = <XWing as Kem>::PrivateKey;

/// Derives the public key of a receiving key's 32-byte seed.
pub(crate) fn kem_public(seed: &Secret<32>) -> Vec<u8> {
    match KemPrivate::from_bytes(seed.expose()) {
        Ok(private) => XWing::sk_to_pk(&private).to_bytes().to_vec(),
        Err(_) => Vec::new(),
    }
}

/// Seals a message to a public key: encapsulation (1120 bytes), ciphertext, tag.
pub(crate) fn wrap(
    public: &[u8],
    info: &[u8],
    msg: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, Unopened> {
    let public = <XWing as Kem>::PublicKey::from_bytes(public).map_err(|_| Unopened)?;
    let (encapsulated, sealed) = hpke::single_shot_seal_with_rng::<
        ChaCha20Poly1305,
        HkdfSha256,
        XWing,
    >(&OpModeS::Base, &public, info, msg, &[], rng)
    .map_err(|_| Unopened)?;
    let mut bytes = encapsulated.to_bytes().to_vec();
    bytes.extend_from_slice(&sealed);
    Ok(bytes)
}

/// Opens what [`wrap`] sealed.
pub(crate) fn open_wrap(
    seed: &Secret<32>,
    info: &[u8],
    bytes: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let private = KemPrivate::from_bytes(seed.expose()).map_err(|_| Unopened)?;
    let (encapsulated, sealed) = bytes.split_at_checked(ENCAPSULATED).ok_or(Unopened)?;
    let encapsulated =
        <XWing as Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| Unopened)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        &private,
        &encapsulated,
        info,
        sealed,
        &[],
    )
    .map(Zeroizing::new)
    .map_err(|_| Unopened)
}
