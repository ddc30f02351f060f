//! The stored form of a change: CBOR with numbered keys, one way to write each.

use alloc::vec::Vec;

use super::Change;

/// Says that stored bytes are not a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a change of a booking, or not written as this version writes it")]
pub struct NotAChange;

impl Change {
    /// Writes the stored form.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "a vector takes every write and no change refuses; nothing must never be stored for one"
    )]
    pub fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("every change can be written")
    }

    /// Reads the stored form.
    ///
    /// # Errors
    ///
    /// [`NotAChange`] for anything but the exact bytes that [`encode`](Self::encode) writes.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotAChange> {
        let change: Self = minicbor::decode(bytes).map_err(|_| NotAChange)?;
        if change.encode() == bytes {
            Ok(change)
        } else {
            Err(NotAChange)
        }
    }
}

/// A provider's number.
pub(super) mod provider {
    use minicbor::{Decoder, Encoder};
    use troth_match::ProviderId;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(
        provider: &ProviderId,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u32(provider.0)?.ok()
    }

    pub(crate) fn decode<C>(
        d: &mut Decoder<'_>,
        _: &mut C,
    ) -> Result<ProviderId, minicbor::decode::Error> {
        d.u32().map(ProviderId)
    }
}
