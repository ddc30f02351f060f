//! Bytes that must not be shown and not be left behind.

use core::fmt;

use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Secret bytes of a fixed length: overwritten when dropped, never shown, compared in constant
/// time.
#[derive(Clone)]
pub struct Secret<const N: usize>(Box<[u8; N]>);

impl<const N: usize> Secret<N> {
    /// Wraps bytes. The caller's own copy is the caller's to overwrite.
    #[must_use]
    pub fn new(bytes: [u8; N]) -> Self {
        Self(Box::new(bytes))
    }

    /// Draws random bytes.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Box::new([0; N]);
        rng.fill_bytes(bytes.as_mut_slice());
        Self(bytes)
    }

    /// Reads the bytes; for storing them in a place that is as well guarded.
    #[must_use]
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }

    pub(crate) fn zero() -> Self {
        Self(Box::new([0; N]))
    }

    pub(crate) fn expose_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }

    pub(crate) fn try_from_slice(bytes: &[u8]) -> Option<Self> {
        let mut secret = Self::zero();
        (bytes.len() == N).then(|| {
            secret.0.copy_from_slice(bytes);
            secret
        })
    }
}

impl<const N: usize> Drop for Secret<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<const N: usize> PartialEq for Secret<N> {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl<const N: usize> Eq for Secret<N> {}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl<C, const N: usize> minicbor::Encode<C> for Secret<N> {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(self.0.as_slice())?.ok()
    }
}

impl<'b, C, const N: usize> minicbor::Decode<'b, C> for Secret<N> {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::try_from_slice(d.bytes()?)
            .ok_or_else(|| minicbor::decode::Error::message("wrong length"))
    }
}

/// Draws a random identifier, or any other value of fixed random bytes.
///
/// # Examples
///
/// ```
/// use rand_core::SeedableRng;
/// use troth_wire::SpaceId;
///
/// let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(7);
/// let space: SpaceId = troth_crypto::generate(&mut rng);
/// assert_ne!(space, troth_crypto::generate(&mut rng));
/// ```
pub fn generate<T: From<[u8; N]>, const N: usize>(rng: &mut impl CryptoRng) -> T {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    T::from(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(format!("{:?}", Secret::new([7; 32])), "Secret(..)");
    }

    #[test]
    fn a_secret_of_another_length_is_not_made() {
        assert_eq!(Secret::<4>::try_from_slice(&[1, 2, 3]), None);
        assert_eq!(
            Secret::<3>::try_from_slice(&[1, 2, 3]),
            Some(Secret::new([1, 2, 3]))
        );
    }
}
