//! Seal and open: the only two doors that most callers need.
//!
//! # Invariants
//!
//! 1. **Late.** Counter, epoch and seen head are those of the moment of sealing, so an entry is
//!    sealed when it is sent, not when it is written.
//! 2. **Single use.** Each entry's key and nonce are derived from the epoch's secret and a fresh
//!    salt, so even a device restored from a copy repeats neither.
//! 3. **Bound.** The header up to the body's length is the associated data: what is sealed
//!    cannot be moved to another space, author, epoch or place.
//!
//! Specified in `docs/protocol/envelope.md`.

use rand_core::CryptoRng;
use troth_wire::envelope::MAX_BODY;
use troth_wire::header::{self, SUITE};
use troth_wire::padme::class_of;
use troth_wire::{
    Control, DeviceId, Digest, EntryId, Envelope, Head, Header, Kind, LogState, MemberId,
    ShareBinding, SpaceId,
};
use zeroize::Zeroizing;

use crate::epoch::EpochSecret;
use crate::hazmat;
use crate::keys::DeviceKey;
use crate::pad::{self, TAG};
use crate::{Unopened, generate};

/// The longest message that fits into one entry.
pub const MAX_MESSAGE: usize = MAX_BODY - TAG - 1;

/// Where an entry stands: after which others, by whom, in which epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The space.
    pub space: SpaceId,
    /// The epoch.
    pub epoch: u32,
    /// The member who writes.
    pub author: MemberId,
    /// The device's counter, one more than its last.
    pub aseq: u64,
    /// The device's previous entry.
    pub aprev: EntryId,
    /// The newest verified place.
    pub seen_place: u64,
    /// The head there.
    pub seen_head: Head,
}

impl Position {
    /// Derives the position of the device's next entry in the newest epoch of a record.
    ///
    /// For an epoch's own beginning, set [`Position::epoch`] to the new epoch.
    #[must_use]
    pub fn after(state: &LogState, space: SpaceId, author: MemberId, device: &DeviceId) -> Self {
        let chain = state.chain(device);
        let (aseq, aprev) = chain.map_or((1, EntryId::ZERO), |last| (last.aseq + 1, last.last));
        let (seen_place, seen_head) = (state.place, state.head);
        let epoch = state.membership.epoch();
        Self {
            space,
            epoch,
            author,
            aseq,
            aprev,
            seen_place,
            seen_head,
        }
    }
}

/// What is sealed: the words, and the share that opens them where one is kept elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// The words.
    pub plain: &'a [u8],
    /// The share that the header binds, for all to see.
    pub binding: Option<ShareBinding>,
}

impl<'a> From<&'a [u8]> for Message<'a> {
    fn from(plain: &'a [u8]) -> Self {
        let binding = None;
        Self { plain, binding }
    }
}

impl<'a> From<&'a Vec<u8>> for Message<'a> {
    fn from(plain: &'a Vec<u8>) -> Self {
        Self::from(plain.as_slice())
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Message<'a> {
    fn from(plain: &'a [u8; N]) -> Self {
        Self::from(plain.as_slice())
    }
}

/// Says why a message cannot be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The message exceeds [`MAX_MESSAGE`].
    #[error("the message is too long for one entry")]
    TooLong,
    /// The secret belongs to another space or epoch.
    #[error("the secret belongs to another epoch")]
    OtherEpoch,
}

/// Seals a message into a content entry.
///
/// # Errors
///
/// [`SealError::TooLong`], or [`SealError::OtherEpoch`] if `secret` is not the position's.
pub fn seal<'a>(
    at: &Position,
    message: impl Into<Message<'a>>,
    secret: &EpochSecret,
    device: &DeviceKey,
    rng: &mut impl CryptoRng,
) -> Result<Envelope, SealError> {
    let Message { plain, binding } = message.into();
    if plain.len() > MAX_MESSAGE {
        return Err(SealError::TooLong);
    }
    if (secret.space(), secret.epoch()) != (at.space, at.epoch) {
        return Err(SealError::OtherEpoch);
    }
    let mut header = Header {
        binding,
        ..header_of(at, Kind::Content, device, generate(rng))
    };
    let front = header.encode_front();
    let padded = pad::pad(plain, TAG, class_of);
    let body = secret.entry_key(&header.salt).seal(&front, &padded);
    Ok(signed(&mut header, front, body, device))
}

/// Signs a control entry. Its body is readable.
#[must_use]
pub fn sign_control(
    at: &Position,
    control: &Control,
    device: &DeviceKey,
    rng: &mut impl CryptoRng,
) -> Envelope {
    let mut header = header_of(at, Kind::Control, device, generate(rng));
    let front = header.encode_front();
    signed(&mut header, front, control.encode(), device)
}

/// Signs a checkpoint: an entry without a body that confirms the head.
#[must_use]
pub fn sign_checkpoint(at: &Position, device: &DeviceKey, rng: &mut impl CryptoRng) -> Envelope {
    let mut header = header_of(at, Kind::Checkpoint, device, generate(rng));
    let front = header.encode_front();
    signed(&mut header, front, Vec::new(), device)
}

/// Opens a content entry.
///
/// Signature, chain and membership are [`admit`](troth_wire::admit)'s matter and judged before.
///
/// # Errors
///
/// [`Unopened`] whatever the cause.
pub fn open(envelope: &Envelope, secret: &EpochSecret) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let (header, front) = Header::decode_with_front(&envelope.header).map_err(|_| Unopened)?;
    if (header.space, header.epoch) != (secret.space(), secret.epoch()) {
        return Err(Unopened);
    }
    open_parts(
        &header,
        front,
        &envelope.body,
        &secret.entry_key(&header.salt),
    )
}

/// Opens a content entry with the key of this one entry, from a [grant](crate::grant).
///
/// # Errors
///
/// [`Unopened`] whatever the cause.
pub fn open_one(envelope: &Envelope, key: &EntryKey) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let (header, front) = Header::decode_with_front(&envelope.header).map_err(|_| Unopened)?;
    open_parts(&header, front, &envelope.body, key)
}

/// The single-use key and nonce of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryKey(pub(crate) crate::Secret<56>);

impl EntryKey {
    /// The key and the nonce: all 56 bytes, so there is nothing that could be missing.
    fn parts(&self) -> (Zeroizing<[u8; 32]>, [u8; 24]) {
        let (mut key, mut nonce) = (Zeroizing::new([0; 32]), [0; 24]);
        let places = key.iter_mut().chain(&mut nonce);
        places
            .zip(self.0.expose())
            .for_each(|(place, byte)| *place = *byte);
        (key, nonce)
    }

    fn seal(&self, aad: &[u8], message: &[u8]) -> Vec<u8> {
        let (key, nonce) = self.parts();
        hazmat::seal_with_nonce(&key, &nonce, aad, message)
    }

    fn open(&self, aad: &[u8], body: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let (key, nonce) = self.parts();
        hazmat::open_with_nonce(&key, &nonce, aad, body)
    }
}

fn open_parts(
    header: &Header,
    front: &[u8],
    body: &[u8],
    key: &EntryKey,
) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    if header.kind != Kind::Content || header.suite != SUITE {
        return Err(Unopened);
    }
    key.open(front, body).and_then(pad::unpad)
}

fn header_of(at: &Position, kind: Kind, device: &DeviceKey, salt: Digest) -> Header {
    let Position {
        space,
        epoch,
        author,
        aseq,
        aprev,
        seen_place,
        seen_head,
    } = *at;
    Header {
        suite: SUITE,
        space,
        epoch,
        author,
        device: device.id(),
        aseq,
        aprev,
        seen_place,
        seen_head,
        kind,
        salt,
        blobs: Vec::new(),
        binding: None,
        body_len: 0,
        body_hash: Digest::ZERO,
    }
}

fn signed(header: &mut Header, front: Vec<u8>, body: Vec<u8>, device: &DeviceKey) -> Envelope {
    header.body_len = u32::try_from(body.len()).unwrap_or(u32::MAX);
    header.body_hash = header::body_hash(&body);
    let mut bytes = front;
    header.encode_rest(&mut bytes);
    let sig = device.sign(&header::signed_bytes(&header::id(&bytes)));
    Envelope {
        header: bytes,
        sig,
        body,
    }
}

#[cfg(test)]
mod tests;
